import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type TestConversation } from '../support/conversation.ts';
import {
  BOT,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
  type FakeConnector,
} from '../peers/teams/connector.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { DAY } from '../../src/core/time.ts';

let serial = 0;

describe('what happens to a team', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let bot: BotProcess;

  before(async () => {
    [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
    bot = await startBot({ trusted: [authority.rootPem] });
  });
  after(async () => {
    await bot?.dispose();
    await connector?.close();
  });

  /** Until it is stored what the answer told this conversation: who has left before would be told of no renewal. */
  async function known(conversation: string): Promise<void> {
    const database = new Sqlite(bot.databaseUrl.slice('sqlite:'.length), { readonly: true });
    const told = database.prepare(
      `select 1 from incidents where instr(conversation_id, ?) > 0 and json_array_length(told, '$.named') > 0`,
    );
    while (told.all(conversation).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    database.close();
  }

  /**
   * A team of two channels, of which the second watches an endpoint; both have heard of the bot, and so has the owner's
   * own chat.
   */
  async function team() {
    serial += 1;
    const id = `19:team${serial}@thread.tacv2`;
    const person = {
      id: `29:owner${serial}`,
      name: 'Olga',
      aadObjectId: `00000000-0000-0000-0000-0000000000${10 + serial}`,
    };
    const channelData = { tenant: { id: TENANT }, team: { id, name: `Team ${serial}` } };
    const general = createConversation(connector, bot.url, { kind: 'channel', id, person });
    const ops = createConversation(connector, bot.url, {
      kind: 'channel',
      id: `19:ops${serial}@thread.tacv2`,
      name: 'ops',
      person,
    });
    const direct = createConversation(connector, bot.url, { person });
    const endpoint = await startEndpoint(await authority.leaf(20 * DAY));
    await direct.say('help');
    await general.say('help', { channelData });
    await ops.say(`watch ${endpoint.target}`, { channelData });
    await known(`19:ops${serial}@`);

    /** Something that Teams tells in the conversation of the team. */
    async function happens(partial: Record<string, unknown>, data: Record<string, unknown> = {}): Promise<void> {
      const base = teamsActivity(connector.serviceUrl, { text: undefined, type: 'conversationUpdate' });
      const conversation = { ...base['conversation'], id, conversationType: 'channel' };
      const activity = { ...base, conversation, channelData: { ...channelData, ...data }, ...partial };
      assert.equal((await sendActivity(bot.url, activity)).status, 200);
    }

    const renewals = (chat: TestConversation): number =>
      chat.calls().filter(({ activity }) => /^Renewed:/.test(activity['summary'] ?? '')).length;
    return { id, general, ops, direct, endpoint, happens, renewals };
  }

  /** Nothing is looked at any more: the other endpoint is the clock. */
  async function nothingIsSeen(endpoint: Endpoint): Promise<void> {
    const clock = await startEndpoint(await authority.leaf(60 * DAY));
    const chat = createConversation(connector, bot.url);
    await chat.say(`watch ${clock.target}`);
    const before = endpoint.connections();
    await moreLooks(clock, 3);
    assert.ok(endpoint.connections() <= before + 1);
    await clock.close();
  }

  const MEMBER_BOT = [{ id: BOT.id, name: BOT.name }];
  const ENDS: [name: string, partial: Record<string, unknown>, data?: Record<string, unknown>][] = [
    ['that is deleted', {}, { eventType: 'teamDeleted' }],
    ['that removes the bot', { membersRemoved: MEMBER_BOT }],
    ['that removes the app', { type: 'installationUpdate', action: 'remove' }],
  ];
  const RETURNS: [name: string, partial: Record<string, unknown>, data?: Record<string, unknown>][] = [
    ['restored', {}, { eventType: 'teamRestored' }],
    ['given the bot again', { membersAdded: MEMBER_BOT }],
    ['given the app again', { type: 'installationUpdate', action: 'add' }],
  ];

  together({
    ...Object.fromEntries(
      ENDS.map(([end, ended, endData], index) => {
        const [back, returned, backData] = RETURNS[index]!;
        return [
          `${end} rests with all of its channels, and goes on when it is ${back}`,
          async () => {
            const { ops, endpoint, happens, renewals } = await team();
            await happens(ended, endData);
            await nothingIsSeen(endpoint);
            endpoint.present(await authority.leaf(70 * DAY));
            await happens(returned, backData);
            await ops.wait(({ activity }) => /^Renewed:/.test(activity['summary'] ?? ''));
            assert.equal(renewals(ops), 1);
            await endpoint.close();
          },
        ];
      }),
    ),

    async 'that is archived is told elsewhere what it cannot be told, while looks go on, and gets it when it is opened'() {
      const { ops, direct, endpoint, happens, renewals } = await team();
      await happens({}, { eventType: 'teamArchived' });
      endpoint.present(await authority.leaf(70 * DAY));
      const told = await direct.next(/This alert belongs in ops/);
      assert.match(told.text, /^✅ Renewed$/m);
      assert.equal(renewals(ops), 0);
      await happens({}, { eventType: 'teamUnarchived' });
      await ops.wait(({ activity }) => /^Renewed:/.test(activity['summary'] ?? ''));
      assert.deepEqual([renewals(ops), renewals(direct)], [1, 1]);
      await endpoint.close();
    },

    async 'of which one channel is deleted goes on with the others, and with that one when it is restored'() {
      const { general, ops, endpoint, happens } = await team();
      const channel = { id: ops.id, name: 'ops' };
      await happens({}, { eventType: 'channelDeleted', channel });
      await nothingIsSeen(endpoint);
      assert.match((await general.say('list')).summary, /^Nothing is watched here yet/);
      endpoint.present(await authority.leaf(70 * DAY));
      await happens({}, { eventType: 'channelRestored', channel });
      await ops.wait(({ activity }) => /^Renewed:/.test(activity['summary'] ?? ''));
      await endpoint.close();
    },

    async 'of which one channel is renamed renames no other'() {
      const { general, ops, direct, endpoint, happens } = await team();
      await happens({}, { eventType: 'channelRenamed', channel: { id: ops.id, name: 'night shift' } });
      await happens({}, { eventType: 'teamArchived' });
      endpoint.present(await authority.leaf(70 * DAY));
      await direct.next(/This alert belongs in night shift/);
      await general.say(`watch ${endpoint.target}`);
      await happens({}, { eventType: 'teamArchived' });
      endpoint.present(await authority.leaf(30 * DAY));
      await direct.next(/This alert belongs in Team \d+/);
      await endpoint.close();
    },
  });
});
