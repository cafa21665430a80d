import assert from 'node:assert/strict';
import { DeliveryError } from '../src/core/errors.ts';
import type { Actor } from '../src/core/model/people.ts';
import type { ConversationInput } from '../src/core/model/conversation.ts';
import type { Messenger } from '../src/core/ports/channel.ts';
import { afterTest } from './support/after-test.ts';
import { createWiredBot } from './support/wired-bot.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const LEFT = 'slack, left';
const ANNA: Actor = {
  id: 'U1',
  name: 'Anna',
  mailbox: null,
  timeZone: null,
  locale: 'en',
  tenantId: 'T1',
  notice: null,
};

function channelOf(tenantId: string, channelId: string): ConversationInput {
  const id = `slack:${tenantId}:${channelId}`;
  return { id, channel: 'slack', kind: 'channel', tenantId, team: null, name: '#ops', reference: { channelId } };
}
const OPS = channelOf('T1', 'C1');
const THEIRS = channelOf('T2', 'C1');

/** A bot that is in two workspaces, whose Slack it is not connected to. */
async function start() {
  const log: [string, object][] = [];
  const note = (fields: object, message: string) => void log.push([message, fields]);
  const bot = await createWiredBot({
    sources: [],
    now: () => NOW,
    log: { debug() {}, info: note, warn() {}, error: note },
  });
  afterTest(() => bot.close());
  for (const place of [OPS, THEIRS, channelOf('T1', 'C2')]) await bot.store.rememberConversation(place, NOW);
  const goneAt = async ({ id }: ConversationInput) => (await bot.store.findConversation(id))?.goneAt;
  return { bot, store: bot.store, slack: bot.slackInbox, goneAt, log };
}

describe('what Slack tells of a workspace', () => {
  it('ends its conversations when it removes the bot, and no others, until it has the bot again', async () => {
    const { slack, goneAt, log } = await start();
    await slack.left('T1');
    assert.deepEqual([await goneAt(OPS), await goneAt(THEIRS)], [NOW, null]);
    assert.deepEqual(log.at(-1)?.[1], { tenantId: 'T1', conversations: 2 });
    await slack.returned('T1');
    assert.equal(await goneAt(OPS), null);
  });

  it('brings back what had left when its token is recognised, once', async () => {
    const { bot, slack, store, goneAt } = await start();
    await slack.left('T1');
    slack.recognised('T2');
    await bot.settled();
    assert.equal(await goneAt(OPS), NOW);
    slack.recognised('T1');
    while ((await goneAt(OPS)) !== null) await bot.settled();
    assert.equal(await store.findInstallation(LEFT, 'T1'), null);
  });

  it('leaves conversations alone that ended by themselves, when a token is recognised that never stopped working', async () => {
    const { bot, slack, store, goneAt } = await start();
    await store.setTenantGone('slack', 'T1', NOW);
    slack.recognised('T1');
    await bot.settled();
    assert.equal(await goneAt(OPS), NOW);
  });
});

/** A Slack that takes no token until it `takes` them, and what has arrived there. */
function refusingSlack() {
  const arrived: string[] = [];
  const state = { takes: false };
  const messenger: Messenger = {
    channel: 'slack',
    async send({ id }) {
      if (!state.takes) throw new DeliveryError('credentials', 'invalid_auth');
      arrived.push(id);
      return { activityId: '1' };
    },
    update: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  };
  return { messenger, state, arrived };
}

describe('a workspace whose token works again', () => {
  it('gets at once what waited for that', async () => {
    const { bot, slack } = await start();
    const { messenger, state, arrived } = refusingSlack();
    await bot.join(messenger);
    await slack.installed(channelOf('T1', 'D1'), ANNA);
    await bot.settled();
    state.takes = true;
    await bot.settled();
    assert.deepEqual(arrived, [], 'it is not tried again by itself so soon');
    await slack.returned('T1');
    await bot.settled();
    assert.deepEqual(arrived, ['slack:T1:D1']);
  });

  it('lets reminders be planned with what is known of its mailboxes by now', async () => {
    const { bot, slack } = await start();
    let rounds = 0;
    bot.flows.tick.planAgain = () => void (rounds += 1);
    slack.recognised('T1');
    assert.equal(rounds, 1);
  });
});

describe('what Teams tells of a team', () => {
  const [GENERAL, NIGHT] = ['19:team', '19:night'].map((id): ConversationInput => {
    const place = { tenantId: 'tenant', team: '19:team', name: 'Night', reference: {} };
    return { id, channel: 'teams', kind: 'channel', ...place };
  }) as [ConversationInput, ConversationInput];

  async function known() {
    const { bot, store } = await start();
    for (const place of [GENERAL, NIGHT]) await store.rememberConversation(place, NOW);
    const of = async ({ id }: ConversationInput) => (await store.findConversation(id))!;
    return { teams: bot.inbox, of };
  }

  it('closes all of its channels when it is archived, and opens them when it is restored', async () => {
    const { teams, of } = await known();
    await teams.archived({ id: GENERAL.id, team: null });
    assert.equal((await of(NIGHT)).closedAt, null, 'of a chat it says nothing');
    await teams.archived({ id: GENERAL.id, team: '19:team' });
    assert.equal((await of(NIGHT)).closedAt, NOW);
    await teams.restored({ id: GENERAL.id, team: '19:team' });
    assert.equal((await of(NIGHT)).closedAt, null);
  });

  it('gives one channel another name', async () => {
    const { teams, of } = await known();
    await teams.renamed({ id: NIGHT.id, team: null }, 'Day');
    assert.deepEqual([(await of(NIGHT)).name, (await of(GENERAL)).name], ['Day', 'Night']);
  });

  it('brings back a channel that shows signs of life after it was removed', async () => {
    const { teams, of } = await known();
    await teams.removed({ id: NIGHT.id, team: null });
    assert.equal((await of(NIGHT)).goneAt, NOW);
    await teams.seen(NIGHT);
    assert.equal((await of(NIGHT)).goneAt, null);
  });
});

describe('what Slack tells of a channel', () => {
  it('finds it in every workspace that shares it', async () => {
    const { slack } = await start();
    const ids = (await slack.conversationsIn('C1')).map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), [OPS.id, THEIRS.id]);
  });

  it('gives it another name, and another id', async () => {
    const { slack, store } = await start();
    await slack.renamed(OPS.id, '#night');
    assert.equal((await store.findConversation(OPS.id))?.name, '#night');
    const moved = channelOf('T1', 'G9');
    await store.setConversationSettings(OPS.id, { timeZone: 'Asia/Tokyo' });
    await slack.moved(OPS.id, moved);
    assert.equal(await store.findConversation(OPS.id), null);
    assert.equal((await store.findConversation(moved.id))?.settings.timeZone, 'Asia/Tokyo');
  });

  it('shows somebody their own watches', async () => {
    const { slack } = await start();
    const card = await slack.home({ tenantId: 'T1', actor: ANNA, page: 1, conversation: OPS });
    assert.match(card.summary, /watch/i);
  });
});
