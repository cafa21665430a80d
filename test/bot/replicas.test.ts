import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { replyIdOf } from '../../src/flows/chat/inbox.ts';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type SeenCard, type TestConversation, feedIn } from '../support/conversation.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { sendActivity, startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { startFakeGraph, type FakeGraph } from '../peers/graph/graph.ts';
import {
  createTestAuthority,
  endLeases,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { certificateCause } from '../../src/core/alerts/causes.ts';
import { DAY } from '../../src/core/time.ts';

const WATCHES = 40;
const MAILBOX = '00000000-0000-0000-0000-00000000e41a';

/** The button that looks again. */
function again({ buttons }: SeenCard): SeenCard['buttons'][number] {
  return buttons.find(({ title }) => title === 'Look again now')!;
}

describe('two replicas of the whole bot on one PostgreSQL', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let graph: FakeGraph;
  let database: TestDatabase;
  let endpoint: Endpoint;
  let bots: BotProcess[] = [];
  let chats: TestConversation[];

  before(async function () {
    database = await createOrSkip(databaseKinds[1]!, this);
    [connector, authority, graph] = await Promise.all([startFakeConnector(), createTestAuthority(), startFakeGraph()]);
    endpoint = await startEndpoint(await authority.leaf(50 * DAY, { names: ['*.test.example'] }));
    const env = { LOG_LEVEL: 'debug', CALENDAR: 'graph', GRAPH_ACCESS_TOKEN: 'a-token', GRAPH_BASE_URL: graph.url };
    const trusted = [authority.rootPem, graph.caPem];
    bots = await Promise.all([1, 2].map(() => startBot({ env, trusted, databaseUrl: database.url })));
    const own = { person: { id: '29:erika', name: 'Erika', aadObjectId: MAILBOX } };
    chats = bots.map((bot) => createConversation(connector, bot.url, own));
  });
  after(async () => {
    await Promise.all(bots.map((bot) => bot.dispose()));
    await Promise.all([connector?.close(), endpoint?.close(), graph?.close()]);
    await database?.drop();
  });

  function names(): string[] {
    return Array.from({ length: WATCHES }, (_, index) => `${endpoint.target} as h${index}.test.example`);
  }

  /** Alerts of this kind, and those of them that were posted: one that is changed in its place is no second one. */
  function alerts(chat: TestConversation, kind: RegExp): { all: SeenCard[]; posted: number } {
    const all = chat.cards().filter(({ summary }) => kind.test(summary));
    return { all, posted: all.filter(({ call }) => call.method === 'POST').length };
  }

  /** Of how many targets the last of these alerts tells. */
  function number(chat: TestConversation, kind: RegExp): number {
    return Number(/(\d+) targets/.exec(alerts(chat, kind).all.at(-1)?.summary ?? '')?.[1]);
  }

  /** All targets have one cause, and one message about it in each conversation. */
  async function assertToldOnce(kind: RegExp, most = 1): Promise<void> {
    for (const chat of chats)
      await chat.wait(() => number(chat, kind) === WATCHES, { what: `${WATCHES} targets in alerts like ${kind}` });
    await moreLooks(endpoint, 3 * WATCHES);
    for (const chat of chats) {
      const { posted } = alerts(chat, kind);
      assert.ok(posted >= 1 && posted <= most, `${posted} messages about one cause`);
    }
  }

  /**
   * Until so many conversations were told of a certificate: only who was told of the old one is told of the new one.
   */
  async function known(fingerprint: string, conversations: number): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const told = `select 1 from incidents where cause = $1 and json_array_length(told::json -> 'named') > 0`;
    const read = () => client.query(told, [certificateCause(fingerprint)]);
    while ((await read()).rows.length < conversations) await sleep(50);
    await client.end();
  }

  async function assertOnePair(): Promise<void> {
    for (let round = 0; graph.events(MAILBOX).length !== 2 && round < 10; round += 1)
      await moreLooks(endpoint, WATCHES);
    await moreLooks(endpoint, 2 * WATCHES);
    await graph.idle();
    assert.deepEqual(
      graph
        .events(MAILBOX)
        .map(({ subject }) => subject.split(':')[0])
        .toSorted(),
      ['Certificate expires', 'Renew certificate'],
    );
    assert.deepEqual(graph.violations, []);
  }

  it('answer commands of both, and both conversations watch the same targets', async () => {
    const answers = await Promise.all(chats.map((chat) => chat.say(`watch ${names().join('\n')}`)));
    for (const { summary } of answers) assert.match(summary, new RegExp(`^${WATCHES} targets: ${WATCHES} watched$`));
  });

  it('answer one message once though it is delivered to both', async () => {
    const [chat] = chats as [TestConversation];
    for (let round = 0; round < 3; round += 1) {
      const activity = chat.activity({ text: 'help' });
      await Promise.all(bots.map((bot) => sendActivity(bot.url, activity)));
      const replyId = replyIdOf(`teams:${chat.id}:${activity['id']}`);
      await chat.answerTo(replyId);
      // Answers come in the order of the questions: by the next one of either, a copy of this one would be there.
      for (const bot of bots) {
        chat.moveTo(bot.url);
        await chat.say('help');
      }
      const copies = chat.calls().filter((call) => call.activity['channelData']?.certbotDeliveryId === replyId);
      assert.equal(copies.length, 1);
    }
  });

  it('keep the order of one conversation whose messages reach both', async () => {
    const [chat] = chats as [TestConversation];
    const sent: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const activity = chat.activity({ text: round % 2 === 0 ? 'help' : 'remind' });
      await sendActivity(bots[round % 2]!.url, activity);
      sent.push(replyIdOf(`teams:${chat.id}:${activity['id']}`));
    }
    for (const replyId of sent) await chat.answerTo(replyId);
    const order = chat.calls().map((call) => call.activity['channelData']?.certbotDeliveryId as string);
    assert.deepEqual(
      order.filter((id) => sent.includes(id)),
      sent,
    );
  });

  it('add and remove the same targets at the same time in any order', async () => {
    const others = bots.map((bot) => createConversation(connector, bot.url));
    for (let round = 0; round < 4; round += 1) {
      const [first, second] = round % 2 === 0 ? [names(), names().toReversed()] : [names().toReversed(), names()];
      const answers = await Promise.all([
        others[0]!.say(`watch ${first.join(' ')}`),
        others[1]!.say(`watch ${second.join(' ')}`),
      ]);
      for (const { summary } of answers) assert.match(summary, new RegExp(`^${WATCHES} targets: ${WATCHES} `));
      await others[0]!.say('unwatch all');
      const [stopped, repeated] = await Promise.all([
        others[0]!.say('unwatch all yes'),
        others[1]!.say(`watch ${first.join(' ')}`),
      ]);
      assert.match(stopped.summary, /^Nothing is watched here any more\. .* of the 40 targets /);
      assert.match(repeated.summary, /40 already watched/);
      await others[1]!.say('unwatch all');
      await others[1]!.say('unwatch all yes');
    }
  });

  it('write one pair of reminders between them', () => assertOnePair());

  it('share the work, and tell of an earlier end once for all watches', async () => {
    endpoint.present(await authority.leaf(40 * DAY, { names: ['*.test.example'] }));
    await assertToldOnce(/another certificate/i);
    await assertOnePair();
    for (const bot of bots)
      assert.ok(
        bot.lines.some(({ msg }) => msg === 'delivered'),
        'one did nothing',
      );
  });

  it('tell of a renewal once though both look at the same moment', async () => {
    const leaf = await authority.leaf(20 * DAY);
    const own = await startEndpoint(leaf);
    const both = bots.map((bot) => createConversation(connector, bot.url));
    const cards = await Promise.all(both.map((chat) => chat.say(`watch ${own.target}`)));
    await known(leaf.fingerprint, both.length);
    own.present(await authority.leaf(50 * DAY));
    for (let round = 1; round <= 6; round += 1)
      await Promise.all(both.map((chat, index) => chat.press(again(cards[index]!))));
    const renewalsOf = (chat: TestConversation): SeenCard[] =>
      chat.cards().filter(({ summary }) => /^Renewed: /.test(summary));
    for (const chat of both) await chat.wait(() => renewalsOf(chat).length > 0, { what: 'the renewal' });
    await moreLooks(own, 3);
    for (const chat of both) {
      const renewed = renewalsOf(chat);
      assert.equal(renewed.length, 1, renewed.map(({ summary }) => summary).join('\n'));
      await chat.say('unwatch all');
      await chat.say('unwatch all yes');
    }
    await own.close();
  });

  it('keep one pair of events for a certificate that both see renewed at the same moment on two targets', async () => {
    const own = await startEndpoint(await authority.leaf(50 * DAY, { names: ['*.test.example'] }));
    const first = createConversation(connector, bots[0]!.url, { person: { id: '29:guest', name: 'Guest' } });
    const second = createConversation(connector, bots[1]!.url, { id: first.id, person: first.person });
    const cards: SeenCard[] = [];
    for (const name of ['a', 'b']) cards.push(await first.say(`watch ${own.target} as ${name}.test.example`));
    const url = feedIn(await first.say('calendar'));
    for (let round = 1; round <= 6; round += 1) {
      own.present(await authority.leaf((50 + round) * DAY, { names: ['*.test.example'] }));
      await Promise.all([first, second].map((chat, index) => chat.press(again(cards[index]!))));
      const body = await (await fetch(url, { headers: { connection: 'close' } })).text();
      const subjects = [...body.matchAll(/^SUMMARY:(.*)$/gm)].map(([, subject]) => subject!.trim());
      assert.equal(subjects.length, 2, subjects.join('\n'));
    }
    await first.say('unwatch all');
    await first.say('unwatch all yes');
    await own.close();
  });

  it('tell of every finding once when one of them is killed in the middle', async () => {
    endpoint.present(await authority.leaf(81 * DAY, { names: ['other.example'] }));
    await chats[0]!.next(/wrong name/);
    await bots[1]!.kill();
    await endLeases(database.url);
    // Only what was being sent may come twice.
    await assertToldOnce(/wrong name/, 2);
  });

  it('leave nothing behind: no error in the log, nothing on standard error, a quick end', async () => {
    for (const bot of bots) {
      assert.deepEqual(bot.errors(), []);
      assert.equal(bot.stderr(), '');
    }
    assert.ok((await bots[0]!.stop()) < 3000);
  });
});
