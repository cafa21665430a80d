import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Card } from '../../src/core/card.ts';
import type { Log } from '../../src/core/ports/log.ts';
import type { Messenger } from '../../src/core/ports/channel.ts';
import { rowsOf } from '../support/said.ts';
import { createWiredBot, type WiredBot } from '../support/wired-bot.ts';
import { createWillingSource, fine } from './chat/plain-chat.ts';

const OPS = { id: 'plain:ops', channel: 'plain', kind: 'channel', tenantId: null, name: 'ops', reference: {} } as const;

describe('A row of a conversation of which nothing can be made', () => {
  let folder: string;
  let bot: WiredBot;
  let errors: string[];
  let said: Card[];
  let number = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-bad-rows-'));
    errors = [];
    said = [];
    const log: Log = { debug() {}, info() {}, warn() {}, error: (_, message) => errors.push(message) };
    const { source } = createWillingSource((uri) => {
      const seen = fine(uri);
      // What no parser would tell: a certificate that breaks whoever reads it.
      if (uri.includes('broken'))
        for (const one of seen.addresses)
          if (one.kind === 'presented') Object.defineProperty(one.chain[0], 'notAfter', { get: assert.fail });
      return seen;
    });
    const databaseUrl = `sqlite:${join(folder, 'store.sqlite')}`;
    bot = await createWiredBot({ sources: [source], now: () => Date.now(), databaseUrl, log });
    const messenger: Partial<Messenger> = {
      channel: 'plain',
      async send(_, card) {
        said.push(card);
        return { activityId: `activity ${said.length}` };
      },
      identify: (actor) => Promise.resolve(actor),
      link: () => null,
    };
    await bot.join(messenger as Messenger);
  });
  afterEach(async () => {
    await bot.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function say(text: string): Promise<Card> {
    number += 1;
    await bot.inbox.message({
      id: `plain:${number}`,
      conversation: OPS,
      thread: null,
      ephemeral: null,
      actor: { id: 'anna', name: 'Anna', mailbox: null, timeZone: null, locale: 'en', tenantId: null, notice: null },
      text,
      mentions: [],
      attachments: [],
      receivedAt: Date.now(),
    });
    await bot.settled();
    return said.at(-1)!;
  }

  function spoil(statement: string): void {
    const database = new Sqlite(join(folder, 'store.sqlite'));
    database.exec(statement);
    database.close();
  }

  it('is left out of `list`, and its looks hold up no others', async () => {
    await say('watch a.example');
    await say('watch b.example');
    spoil("update targets set uri = 'nonsense' where uri like '%a.example%'");
    const card = await say('list');
    assert.deepEqual(
      rowsOf(card).map(([name]) => name),
      ['b.example'],
    );
    assert.deepEqual(card.text, ['One row could not be shown. Whoever runs the bot finds the reason in its log.']);
    assert.deepEqual(errors, ['a row of a list could not be shown']);
  });

  it('has a line that says so in a bulk answer, beside those of the others', async () => {
    const card = await say('check a.example broken.example b.example');
    assert.deepEqual(
      card.groups!.map(({ heading, rows }) => [heading, rows!.length]),
      [
        ['Not done: 1', 1],
        ['Fine: 2', 2],
      ],
    );
    const broken = rowsOf(card).find(([name]) => name === 'broken.example');
    assert.match(broken![1]!, /checked, but the result could not be shown; the log of the bot says why/i);
    assert.deepEqual(errors, ['a row of a bulk answer could not be shown']);
  });

  it('keeps neither `show` nor what else is known of it', async () => {
    await say('watch a.example');
    spoil("update reminders set event = json_set(event, '$.start', 'x', '$.zone', null)");
    const card = await say('show a.example');
    assert.match(card.title, /^a\.example is valid until /);
    assert.ok(card.facts!.some(({ label }) => label === 'Owner'));
  });

  it('that no look can be told to is looked at again all the same', async () => {
    await say('watch a.example');
    const before = (await bot.store.findTarget('tls://a.example:443'))!;
    spoil("update watches set policy = '[null]'");
    const at = Date.now() + 3_600_000;
    const { id: targetId, uri, observation } = before;
    const look = { ...observation!, uri, at };
    await bot.flows.observer.commitLook({ targetId, leaseId: null, observation: look, quiet: new Set() });
    assert.ok(errors.includes('a look could not be told to a watch'), errors.join());
    const after = (await bot.store.findTarget(uri))!;
    assert.equal(after.observation!.at, at);
    assert.ok(after.dueAt !== null && after.dueAt > Date.now());
  });

  it('does not stop the looks of others that are stored with it', async () => {
    await say('watch a.example');
    await say('watch b.example');
    const a = await bot.store.findTarget('tls://a.example:443');
    const b = await bot.store.findTarget('tls://b.example:443');
    spoil(`update target_states set state = json_set(state, '$.addresses', null) where target_id = ${a!.id}`);
    const at = Date.now() + 3_600_000;
    const looks = [a!, b!].map(({ id, uri, observation }) =>
      bot.flows.observer.commitLook({
        targetId: id,
        leaseId: null,
        observation: { ...observation!, uri, at },
        quiet: new Set(),
      }),
    );
    const [bad, good] = await Promise.allSettled(looks);
    assert.equal(bad!.status, 'rejected');
    assert.equal(good!.status, 'fulfilled');
    assert.equal((await bot.store.getTargets([b!.id]))[0]!.observation!.at, at);
  });
});
