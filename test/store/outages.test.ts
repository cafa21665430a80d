import assert from 'node:assert/strict';
import pg from 'pg';
import { StoreError } from '../../src/core/errors.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { createStore } from '../../src/store/store.ts';
import { createPostgresDatabase, createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { startTcpProxy, type TcpProxy } from '../peers/web/tcp-proxy.ts';
import { aConversation, aMessage, anInbound, LONG, NOW } from './contract/fixtures.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const postgres = databaseKinds.find(({ name }) => name === 'PostgreSQL')!;

describe('a store whose PostgreSQL', function () {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let store: Store;

  before(async function () {
    const probe = await createOrSkip(postgres, this);
    await probe.drop();
  });
  beforeEach(async () => {
    database = await createPostgresDatabase();
    proxy = await startTcpProxy(database.url);
    store = await createStore({ databaseUrl: proxy.url, log });
    await store.rememberConversation(aConversation('c1'), NOW);
  });
  afterEach(async () => {
    proxy.restore();
    await store.close();
    await proxy.close();
    await database.drop();
  });

  it('goes away while the schema is brought up to date says so, for whoever opens it to wait', async () => {
    const cut = proxy.cutAt('kysely_migration');
    await assert.rejects(createStore({ databaseUrl: proxy.url, log }), StoreError);
    await cut;
  });

  /** A transaction as commands make it: several statements, and one that is fenced. */
  async function answer(name: string): Promise<void> {
    await store.acceptInbound(anInbound(name, name));
    const [claimed] = await store.claimInbound(1, name, LONG);
    await store.transaction(async (operations) => {
      await operations.putMessages([aMessage('c1', name)], NOW);
      if (!(await operations.completeInbound(claimed!.inbound.id, name))) throw new Error('the lease was lost');
    });
  }

  async function stored(name: string): Promise<{ state: string | null; messages: number }> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ state: string | null; messages: string }>(
      `select (select state from inbound where id = $1) as state,
        (select count(*) from outbox where card like '%' || $1 || '%') as messages`,
      [name],
    );
    await client.end();
    return { state: rows[0]!.state, messages: Number(rows[0]!.messages) };
  }

  for (const when of ['before', 'after'] as const)
    it(`breaks a connection at any step of a transaction, ${when} the server heard of it: all is stored or nothing`, async () => {
      let broken = 0;
      for (let step = 1; step <= 12; step++) {
        const name = `step-${step}-`;
        proxy.resetAt(step, when);
        const failure = await answer(name).then(
          () => null,
          (error: unknown) => error,
        );
        proxy.restore();
        if (failure !== null) {
          broken += 1;
          assert.ok(failure instanceof StoreError, `${name}: ${String(failure)}`);
        }
        // A reset that comes after the answer finds the connection idle.
        await new Promise((resolve) => setTimeout(resolve, 40));
        const { state, messages } = await stored(name);
        assert.equal(messages, state === 'done' ? 1 : 0, name);
        if (failure === null) assert.equal(state, 'done', name);
        // Whoever comes next has a connection that works, and does what is left.
        await store.claimInbound(100, 'rest', LONG);
      }
      assert.ok(broken >= 6, `only ${broken} steps were broken`);
    });

  it('ends all connections fails with StoreError at once, and works again as soon as it is back', async () => {
    const running = Array.from({ length: 8 }, (_, n) => answer(`load-${n}-`));
    proxy.cut();
    const failures = (await Promise.allSettled(running)).filter(({ status }) => status === 'rejected');
    assert.ok(failures.length > 0, 'nothing was on its way');
    for (const { reason } of failures as PromiseRejectedResult[])
      assert.ok(reason instanceof StoreError, String(reason));
    await assert.rejects(store.beat(NOW), StoreError);
    proxy.restore();
    await store.beat(NOW);
    await answer('after-');
    assert.deepEqual(await stored('after-'), { state: 'done', messages: 1 });
  });

  it('stops answering without a word is given up within ten seconds, and others are asked for from then on', async () => {
    // Some connections are open and idle.
    await Promise.all(Array.from({ length: 5 }, () => store.findConversation('c1')));
    proxy.silence();
    const began = performance.now();
    const hung = [store.beat(NOW), store.findConversation('c1'), answer('hung-')];
    for (const { status, reason } of (await Promise.allSettled(hung)) as PromiseRejectedResult[]) {
      assert.equal(status, 'rejected');
      assert.ok(reason instanceof StoreError, String(reason));
    }
    assert.ok(performance.now() - began < 20_000);
    proxy.restore();
    const restored = performance.now();
    while (
      !(await store.beat(NOW).then(
        () => true,
        () => false,
      ))
    );
    assert.ok(performance.now() - restored < 20_000);
  });

  it('ends whoever stands still in a transaction, so that nobody waits for its locks for long', async () => {
    const entered = Promise.withResolvers<void>();
    const silent = await startTcpProxy(database.url);
    const stopped = await createStore({ databaseUrl: silent.url, log });
    const held = stopped.transaction(async (operations) => {
      await operations.lockConversation('c1');
      entered.resolve();
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      await operations.findConversation('c1');
    });
    await entered.promise;
    const began = performance.now();
    let waited = 0;
    while (
      !(await store
        .transaction((operations) => operations.lockConversation('c1'))
        .then(
          () => true,
          () => false,
        ))
    )
      waited += 1;
    assert.ok(performance.now() - began < 20_000 && waited < 4);
    await assert.rejects(held, StoreError);
    await stopped.close();
    await silent.close();
  });
});
