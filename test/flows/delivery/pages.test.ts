import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { startBot, type Bot } from '../../channels/teams/bot.ts';
import {
  startFakeConnector,
  sendActivity,
  teamsActivity,
  type ConnectorCall,
  type FakeConnector,
} from '../../peers/teams/connector.ts';
import { cardOf, readCard } from '../../support/conversation.ts';
import { createScriptedSource } from '../../support/scripted-source.ts';
import { createWiredBot, type WiredBot } from '../../support/wired-bot.ts';
import { DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const CHAT = 'teams:a:personal-chat';
const ID = '00000000-0000-4000-8000-00000000abcd';

function longCard(rows: number, title = 'All of them'): Card {
  return {
    language: 'en',
    summary: 'Many.',
    title,
    tone: 'neutral',
    groups: [
      {
        heading: 'Watched',
        rows: Array.from({ length: rows }, (_each, index) => ({ name: `row ${index} ${'x'.repeat(200)}` })),
      },
    ],
    actions: [{ kind: 'open', label: 'Open', url: 'https://example.com' }],
  };
}

const titleOf = (call: ConnectorCall): string =>
  cardOf(call)
    .text.split('\n')
    .find((line) => line !== '')!;
/** Names of the rows in a message. */
const rowsOf = (call: ConnectorCall): string[] => cardOf(call).rows.map(([name]) => name!.split(' x')[0]!);

describe('a message that is too large for Teams', () => {
  let now: number;
  let connector: FakeConnector;
  let wired: WiredBot;
  let bot: Bot;

  beforeEach(async () => {
    now = NOW;
    connector = await startFakeConnector();
    wired = await createWiredBot({ sources: [createScriptedSource(() => now).source], now: () => now });
    bot = await startBot({ inbox: wired.inbox, now: () => now });
    await wired.join(bot.channel.messenger);
    await say('list');
  });
  afterEach(async () => {
    await bot.close();
    await wired.close();
    await connector.close();
  });

  async function say(text: string): Promise<void> {
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text }));
    await wired.settled();
    connector.calls.splice(0);
  }

  async function tell(card: Card): Promise<ConnectorCall[]> {
    const from = connector.calls.length;
    await wired.store.putMessages([{ id: ID, conversationId: CHAT, thread: null, card }], now);
    await wired.settled();
    return connector.calls.slice(from);
  }

  const rows = (count: number) => Array.from({ length: count }, (_each, index) => `row ${index}`);

  it('comes as several, in order, which lose nothing and have the buttons at their end', async () => {
    const calls = await tell(longCard(300));
    assert.ok(calls.length > 1);
    assert.ok(calls.every(({ method, answeredId }) => method === 'POST' && answeredId !== null));
    assert.deepEqual(calls.flatMap(rowsOf), rows(300));
    const { length } = calls;
    assert.deepEqual(
      calls.map(titleOf),
      calls.map((_call, index) => `All of them (page ${index + 1} of ${length})`),
    );
    assert.deepEqual(
      calls.map((call) => cardOf(call).buttons.length),
      [...calls.slice(1).map(() => 0), 1],
    );
    const ids = calls.map(({ activity }) => activity['channelData'].certbotDeliveryId);
    assert.equal(ids[0], ID);
    assert.equal(new Set(ids).size, length);
  });

  it('is changed page by page, and has more of them where it has become longer', async () => {
    const first = await tell(longCard(300));
    const changed = await tell(longCard(500, 'Still all'));
    assert.deepEqual(
      changed.slice(0, first.length).map(({ method, activityId }) => [method, activityId]),
      first.map(({ answeredId }) => ['PUT', answeredId]),
    );
    assert.ok(changed.slice(first.length).every(({ method }) => method === 'POST'));
    assert.deepEqual(changed.flatMap(rowsOf), rows(500));
  });

  it('is not told again from its beginning when one of its pages does not arrive at once', async () => {
    connector.fail({ kind: 'status', status: 503 }, { times: 1, matches: (call) => /page 2 of/.test(titleOf(call)) });
    await tell(longCard(300));
    now += 60_000;
    await wired.settled();
    const { stored } = connector;
    const told = stored.filter((call) => /page \d/.test(titleOf(call)));
    assert.deepEqual(told.flatMap(rowsOf), rows(300));
    assert.equal(new Set(told.map(titleOf)).size, told.length);
  });

  it('is made smaller for a host that takes less, which is asked once', async () => {
    connector.takeAtMost(28_000);
    const calls = await tell(longCard(100));
    assert.deepEqual(
      calls.map(({ fault }) => fault !== null),
      [true, ...calls.slice(1).map(() => false)],
    );
    assert.deepEqual(calls.slice(1).flatMap(rowsOf), rows(100));
    const again = await tell(longCard(100));
    assert.ok(again.every(({ fault, method }) => fault === null && method === 'PUT'));
  });

  it('is tried in full again a day after its host took less', async () => {
    connector.takeAtMost(28_000);
    await tell(longCard(100));
    connector.takeAtMost(100_000);
    now += DAY;
    const [whole] = await tell(longCard(100));
    assert.equal(whole!.answeredId !== null && rowsOf(whole!).length, 100);
  });

  it('is no answer about sixty hosts, whose names are told as a range', async () => {
    connector.takeAtMost(28_000);
    const hosts = Array.from({ length: 60 }, (_each, index) => `host-${index}.${'department-'.repeat(4)}x.example`);
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: `check ${hosts.join(' ')}` }));
    await wired.settled();
    const answers = connector.stored.filter(({ activity }) => activity['channelData'].certbotAbout?.inbound);
    assert.deepEqual(rowsOf(answers.at(-1)!), ['host-0 to host-59']);
    assert.ok(connector.stored.every((call) => !/page \d/i.test(titleOf(call))));
  });

  it('is a list whose pages the buttons turn, also where a host takes less', async () => {
    connector.takeAtMost(28_000);
    const hosts = Array.from({ length: 40 }, (_each, index) => `host-${index}.example.com`);
    await say(`watch ${hosts.join(' ')}`);
    await tell(longCard(100));
    const from = connector.calls.length;
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list' }));
    await wired.settled();
    const listed = connector.calls.slice(from);
    assert.equal(listed.flatMap(rowsOf).length, 15);
    const next = cardOf(listed.at(-1)!).buttons.find(({ title }) => /^Next/.test(title))!;
    const value = { action: { type: 'Action.Execute', verb: next.verb, data: next.data } };
    const press = { type: 'invoke', name: 'adaptiveCard/action', value };
    const { body } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, press));
    assert.equal(readCard(body.value, listed[0]!).rows.length, 15);
    assert.ok(Buffer.byteLength(JSON.stringify(body), 'utf16le') < 28_000);
  });
});
