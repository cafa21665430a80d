import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, open, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { pino } from 'pino';
import sinon from 'sinon';
import { StoreError } from '../../src/core/errors.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { createStore } from '../../src/store/store.ts';
import { afterTest, closedAfterTest } from '../support/after-test.ts';
import {
  createOrSkip,
  createSqliteFile,
  databaseKinds,
  type DatabaseKind,
  type TestDatabase,
} from '../support/databases.ts';
import { skipOn } from '../support/skips.ts';
import {
  LONG,
  NOW,
  OVER,
  aCertificate,
  aCommit,
  aConversation,
  aMessage,
  aReminder,
  anInbound,
  claim,
  watchIn,
} from './contract/fixtures.ts';

const log = pino({ level: 'silent' });
const writer = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url));

/** Databases and stores of a test, closed after it. */
function workspace(kind: DatabaseKind) {
  const stores: Store[] = [];
  const children: ChildProcess[] = [];
  let database: TestDatabase | undefined;

  beforeEach(async function () {
    database = await createOrSkip(kind, this);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    for (const store of stores.splice(0)) await store.close();
    await database?.drop();
    database = undefined;
  });

  return {
    url: () => database!.url,
    async open(url = database!.url): Promise<Store> {
      const store = await createStore({ databaseUrl: url, log });
      stores.push(store);
      return store;
    },
    async close(store: Store): Promise<void> {
      stores.splice(stores.indexOf(store), 1);
      await store.close();
    },
    /** Lets a child write and kills it after so many transactions; resolves to the lines it wrote. */
    async writeAndKill(transactions: number): Promise<string[]> {
      const child = spawn(process.execPath, [writer, database!.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (lines.length === transactions + 1) child.kill('SIGKILL');
      }
      await kill(child);
      return lines;
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Ends all other connections to this PostgreSQL database, and what they were doing. */
async function endConnections(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await client.end();
}

for (const kind of databaseKinds) {
  describe(`a process killed while it writes to ${kind.name}`, () => {
    const { url, open, writeAndKill } = workspace(kind);

    it('leaves whole transactions, all that it reported among them', async () => {
      const lines = await writeAndKill(40);
      if (kind.name === 'PostgreSQL') await endConnections(url());
      const store = await open();
      const watches = await store.listWatches('c1');
      const audit = await store.listAudit('c1', 100_000);
      assert.deepEqual(
        watches.map(({ uri }) => uri),
        audit.map(({ subject }) => subject).toReversed(),
      );
      assert.equal(watches.length >= Number(lines.at(-1)), true, `${watches.length} watches, ${lines.at(-1)} reported`);
      assert.equal((await store.statistics()).targets, watches.length);
      await store.recordAudit([{ at: 1, conversationId: 'c1', actorId: 'u', actorName: '', verb: 'v', subject: 's' }]);
    });
  });
}

describe('a SQLite file', () => {
  const { url, open, close, writeAndKill } = workspace(databaseKinds[0]!);
  const path = () => url().slice('sqlite:'.length);

  it('is kept out of the hands of a second process', async () => {
    const child = spawn(process.execPath, [writer, url()], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      await assert.rejects(open(), { message: /^The database \S+ is in use by another process; .+\.$/ });
    } finally {
      await kill(child);
    }
    assert.equal((await (await open()).findConversation('c1'))?.id, 'c1', 'the lock went with the process');
  });

  it('is kept out of the hands of a second store of the process, until the first is closed', async () => {
    const first = await open();
    await assert.rejects(open(), { message: /is in use by another process/ });
    await close(first);
    const second = await open();
    await second.beat(0);
  });

  it('is sound after a kill, and what was being sent counts as ambiguous once', async () => {
    const [sending] = await writeAndKill(5);
    const raw = new Sqlite(path(), { readonly: true });
    assert.equal(raw.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(raw.pragma('foreign_key_check'), []);
    raw.close();
    const store = await open();
    assert.deepEqual(await claim(store), [], 'its lease still runs');
    await store.voidLeases();
    await store.voidLeases();
    const [delivery] = await claim(store);
    assert.deepEqual([delivery?.id, delivery?.attempts, delivery?.ambiguous], [sending, 1, 1]);
  });

  it('has every lease voided at start', async () => {
    const store = await open();
    const { targetId } = await watchIn(store, 'c1', 'tls://example.com:443');
    await store.setTargetDue([targetId], NOW);
    await store.acceptInbound(anInbound('i1', 'c1'));
    await store.putReminders([aReminder('ada', 'leaf')], NOW);
    await store.claimTargets(NOW, 1, 'old', LONG);
    await store.claimInbound(1, 'old', LONG);
    const [reminder] = await claim(store, NOW, 'old');
    await store.voidLeases();
    assert.deepEqual(await store.commitObservations([aCommit(targetId, 'old', aCertificate('leaf'))], NOW), []);
    assert.equal(await store.completeInbound('i1', 'old'), false);
    assert.equal(await store.completeDelivery(reminder!, { activityId: null }), null);
    assert.equal((await store.claimTargets(NOW, 1, 'new', LONG)).length, 1);
    assert.equal((await store.claimInbound(1, 'new', LONG)).length, 1);
    assert.equal((await claim(store))[0]?.ambiguous, 0);
  });

  it('keeps everything over a restart, in a folder it makes', async () => {
    const deeper = url().replace('store.sqlite', 'a/b/store.sqlite');
    const store = await open(deeper);
    await store.rememberConversation(aConversation('c1'), NOW);
    await close(store);
    assert.equal((await (await open(deeper)).findConversation('c1'))?.createdAt, NOW);
    if (process.platform === 'win32') return;
    const { mode } = await stat(dirname(deeper.slice('sqlite:'.length)));
    assert.equal(mode & 0o077, 0, 'nobody else reads what is in it');
  });

  it('is one file, whatever links lead to it', async function () {
    if (process.platform === 'win32') skipOn(this, 'Windows lets not everybody make links');
    await open();
    await symlink(path(), `${path()}.link`);
    await assert.rejects(open(`${url()}.link`), { message: /is in use by another process/ });
  });

  it('in memory is never locked', async () => {
    const [one, other] = [await open('sqlite::memory:'), await open('sqlite::memory:')];
    for (const store of [one, other]) await store.rememberConversation(aConversation('c1'), NOW);
    await other.deleteConversation('c1');
    assert.equal((await one.findConversation('c1'))?.createdAt, NOW);
  });
});

describe('a SQLite file that is in use', () => {
  async function nothing(): Promise<void> {}

  for (const [what, harm, message] of [
    ['overwritten', (file: string) => writeFile(file, 'x'.repeat(8192), { flag: 'r+' }), /was overwritten/],
    ['moved away', (file: string) => rename(file, `${file}.away`), /was moved away or replaced/],
    ['replaced', (file: string) => copyFile(file, `${file}.2`).then(() => rename(`${file}.2`, file)), /replaced/],
  ] as const)
    it(`and is ${what} keeps nothing any more, and says so`, async () => {
      const database = await createSqliteFile();
      afterTest(() => database.drop());
      const store = closedAfterTest(await createStore({ databaseUrl: database.url, log }));
      await store.beat(NOW);
      await harm(database.url.slice('sqlite:'.length));
      await assert.rejects(store.beat(NOW), { name: 'StoreError', message });
      await assert.rejects(store.kept(), { name: 'StoreError', message });
      await assert.rejects(store.transaction(nothing), { name: 'StoreError', message });
      await store.transaction(nothing, { waits: false });
    });

  it('and is moved away is fine again once it is back', async () => {
    const database = await createSqliteFile();
    afterTest(() => database.drop());
    const store = closedAfterTest(await createStore({ databaseUrl: database.url, log }));
    const file = database.url.slice('sqlite:'.length);
    await rename(file, `${file}.away`);
    await assert.rejects(store.beat(NOW));
    await rename(`${file}.away`, file);
    await store.beat(NOW);
    await store.kept();
  });

  it('brings a commit to the disk although what it wrote has been there before', async () => {
    const database = await createSqliteFile();
    afterTest(() => database.drop());
    const store = closedAfterTest(await createStore({ databaseUrl: database.url, log }));
    const file = await open(database.url.slice('sqlite:'.length), 'r');
    const syncing = sinon.spy(Object.getPrototypeOf(file), 'datasync');
    afterTest(() => syncing.restore());
    await file.close();
    let before = Infinity;
    await store.transaction(async (operations) => {
      await operations.setValue('key', 'value');
      await store.kept();
      before = syncing.callCount;
    });
    assert.ok(syncing.callCount > before, 'the commit itself is on the disk');
  });

  it('on a disk that refuses tells whoever waits for it, until it takes what was written', async () => {
    const database = await createSqliteFile();
    afterTest(() => database.drop());
    const store = closedAfterTest(await createStore({ databaseUrl: database.url, log }));
    const file = await open(database.url.slice('sqlite:'.length), 'r');
    const refusing = sinon.stub(Object.getPrototypeOf(file), 'datasync').rejects(new Error('EIO'));
    afterTest(() => refusing.restore());
    await file.close();
    const failure = { name: 'StoreError', message: /cannot be brought to the disk/ };
    const change = (): Promise<unknown> => store.transaction((operations) => operations.setValue('key', 'value'));
    await assert.rejects(change(), failure);
    await assert.rejects(store.beat(NOW), failure);
    await assert.rejects(store.kept(), failure);
    refusing.restore();
    await change();
    await store.beat(NOW);
  });
});

describe('replicas on one PostgreSQL', () => {
  const { url, open } = workspace(databaseKinds[1]!);

  it('can start together on an empty database', async () => {
    const stores = await Promise.all([open(), open(), open(), open()]);
    await stores[0]!.rememberConversation(aConversation('c1'), NOW);
    for (const store of stores) assert.equal((await store.findConversation('c1'))?.createdAt, NOW);
  });

  it('claim disjoint targets', async () => {
    const [a, b] = [await open(), await open()];
    for (let round = 0; round < 8; round++) {
      await a.transaction(async (operations) => {
        for (let n = 0; n < 60; n++) {
          const { id } = await operations.ensureTarget(`tls://host-${round}-${n}.example:443`);
          await operations.setTargetDue([id], NOW);
        }
      });
      const claims = Array.from({ length: 10 }, (_, n) => {
        return (n % 2 ? a : b).claimTargets(NOW, 6, `lease-${round}-${n}`, LONG);
      });
      const ids = (await Promise.all(claims)).flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, 'no target twice');
      const rest = await a.claimTargets(NOW, 100, 'rest', LONG);
      assert.equal(ids.length + rest.length, 60);
    }
  });

  it('do not wait for a target that a transaction of another holds', async () => {
    const [a, b] = [await open(), await open()];
    const [held, free] = [await a.ensureTarget('tls://held:443'), await a.ensureTarget('tls://free:443')];
    await a.setTargetDue([held.id, free.id], NOW);
    await a.transaction(async (operations) => {
      await operations.setTargetDue([held.id], NOW);
      const claimed = await b.claimTargets(NOW, 10, 'lease', LONG);
      assert.deepEqual(
        claimed.map(({ id }) => id),
        [free.id],
      );
    });
  });

  it('claim disjoint messages, one of a conversation, and two reminders of a mailbox', async () => {
    const [a, b] = [await open(), await open()];
    for (const id of ['c1', 'c2', 'c3']) await a.rememberConversation(aConversation(id), NOW);
    await a.putMessages(
      ['c1', 'c1', 'c2', 'c2', 'c3'].map((id) => aMessage(id)),
      NOW,
    );
    await a.putReminders(
      ['a', 'b', 'c', 'd', 'e'].map((name) => aReminder('ada', name)),
      NOW,
    );
    const claims = Array.from({ length: 8 }, (_, n) => (n % 2 ? a : b).claimDeliveries(NOW, 2, `lease-${n}`, LONG));
    const deliveries = (await Promise.all(claims)).flat();
    const conversations = deliveries.flatMap(({ conversationId }) => conversationId ?? []);
    assert.deepEqual(conversations.toSorted(), ['c1', 'c2', 'c3']);
    assert.equal(deliveries.filter(({ kind }) => kind === 'reminder').length, 2);
  });

  it('claim disjoint inbound messages, one of a conversation', async () => {
    const [a, b] = [await open(), await open()];
    for (let n = 0; n < 12; n++) await a.acceptInbound(anInbound(`i${n}`, `c${n % 3}`));
    const claims = Array.from({ length: 8 }, (_, n) => (n % 2 ? a : b).claimInbound(2, `lease-${n}`, LONG));
    const ids = (await Promise.all(claims)).flat().map(({ inbound }) => inbound.id);
    assert.deepEqual(ids.toSorted(), ['i0', 'i1', 'i2']);
  });

  it('take over from one that died, which then completes nothing', async () => {
    const [dead, heir] = [await open(), await open()];
    await dead.rememberConversation(aConversation('c1'), NOW);
    await dead.putMessages([aMessage('c1')], NOW);
    const [lost] = await claim(dead, NOW, 'dead', OVER);
    const [taken] = await claim(heir, NOW, 'heir');
    assert.equal(taken?.ambiguous, 1);
    assert.equal(await dead.completeDelivery(lost!, { activityId: 'late' }), null);
    assert.deepEqual(await heir.completeDelivery(taken!, { activityId: 'a1' }), { activityId: 'a1' });
    await heir.voidLeases();
  });

  it('leave the leases of others alone when they start', async () => {
    const [a, b] = [await open(), await open()];
    await a.rememberConversation(aConversation('c1'), NOW);
    await a.putMessages([aMessage('c1')], NOW);
    const [delivery] = await claim(a);
    await b.voidLeases();
    assert.deepEqual(await claim(b), []);
    assert.notEqual(await a.completeDelivery(delivery!, { activityId: 'a1' }), null);
  });

  it('plan one pair of reminders between them', async () => {
    const [a, b] = [await open(), await open()];
    const plans = Array.from({ length: 10 }, (_, n) => (n % 2 ? a : b).putReminders([aReminder('ada', 'leaf')], NOW));
    await Promise.all(plans);
    assert.equal((await a.listReminders('graph', 'ada')).length, 1);
  });

  it('watch and unwatch one target at the same time without losing it', async () => {
    const [a, b] = [await open(), await open()];
    const host = 'tls://example.com:443';
    for (let n = 0; n < 15; n++) {
      const old = await watchIn(a, 'c1', host);
      const adding = b.transaction(async (operations) => {
        await operations.rememberConversation(aConversation('c2'), NOW);
        const target = await operations.ensureTarget(host);
        const { id: _, ...copy } = { ...old, conversationId: 'c2', targetId: target.id };
        const { watch } = await operations.addWatch(copy);
        await operations.setTargetDue([watch.targetId], NOW);
        return watch;
      });
      const [added] = await Promise.all([adding, a.removeWatches([old.id])]);
      assert.equal((await a.findTarget(host))?.dueAt, NOW);
      await a.removeWatches([added.id]);
    }
  });

  it('survive that the server ends their idle connections', async () => {
    const store = await open();
    await Promise.all([store.beat(0), store.beat(0)]);
    await endConnections(url());
    // The pool learns of it by its sockets; a query that came first would rightly fail.
    for (let tries = 0; ; tries++) {
      try {
        await store.beat(0);
        break;
      } catch (error) {
        if (tries === 10) throw error;
      }
    }
  });
});

describe('a database URL', () => {
  for (const [databaseUrl, message] of [
    ['mysql://localhost/x', /must be sqlite:/],
    ['data/store.sqlite', /must be sqlite:/],
    ['sqlite:', /names no file/],
  ] as const) {
    it(`"${databaseUrl}" is refused with a sentence`, async () => {
      await assert.rejects(createStore({ databaseUrl, log }), { message });
    });
  }

  it('of a PostgreSQL that does not answer is refused without its password', async () => {
    const store = createStore({ databaseUrl: 'postgres://someone:s3cret@127.0.0.1:1/x', log });
    await assert.rejects(store, (error: Error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /^PostgreSQL is away: .*ECONNREFUSED/);
      assert.doesNotMatch(JSON.stringify([error.message, error.stack, String(error.cause)]), /s3cret/);
      return true;
    });
  });
});
