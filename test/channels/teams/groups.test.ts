import assert from 'node:assert/strict';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import {
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
  type FakeConnector,
} from '../../peers/teams/connector.ts';
import { startBot, type Bot } from './bot.ts';

const GROUP = '6e3d4f1e-57a2-4b8e-9a52-0d9cbe5c2a11';
const TEAM = '19:team@thread.tacv2';

describe('the team of a channel, as the directory knows it', () => {
  let connector: FakeConnector;
  let bot: Bot;
  beforeEach(async () => {
    connector = await startFakeConnector();
    bot = await startBot();
  });
  afterEach(async () => {
    await bot.close();
    await connector.close();
  });

  async function placed(
    team: object | null,
    conversation: object = { id: '19:ops@thread.tacv2', conversationType: 'channel', tenantId: TENANT },
  ): Promise<ConversationInput> {
    const channelData = { tenant: { id: TENANT }, ...(team ? { team } : {}) };
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list', conversation, channelData }));
    return bot.messages.at(-1)!.conversation;
  }
  const groupOf = async (place: Promise<ConversationInput>) => bot.channel.messenger.groupOf!(await place);
  const asked = (): number => connector.peopleCalls.filter(({ operation }) => operation === 'team').length;

  it('is what the activity says', async () => {
    assert.equal(await groupOf(placed({ id: TEAM, aadGroupId: GROUP })), GROUP);
    assert.equal(asked(), 0);
  });

  it('is what the connector says, asked once', async () => {
    connector.groups.set(TEAM, GROUP);
    assert.equal(await groupOf(placed({ id: TEAM })), GROUP);
    assert.equal(await groupOf(placed({ id: TEAM })), GROUP);
    assert.equal(asked(), 1);
  });

  it('is none where the connector knows none, and outside of teams', async () => {
    assert.equal(await groupOf(placed({ id: TEAM })), null);
    const chat = { id: '19:group@unq.gbl.spaces', conversationType: 'groupChat', isGroup: true, tenantId: TENANT };
    assert.equal(await groupOf(placed(null, chat)), null);
    assert.equal(asked(), 1);
  });

  it('is unknown while the connector does not answer', async () => {
    connector.failPeople('team', 503);
    await assert.rejects(groupOf(placed({ id: TEAM })), DeliveryError);
  });
});
