import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Inbound } from '../../../src/core/model/inbound.ts';
import { startTokenIssuer, type TokenIssuer } from '../../peers/teams/bot-tokens.ts';
import {
  type FakeConnector,
  PERSON,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
} from '../../peers/teams/connector.ts';
import { type Bot, startBot, stored } from './bot.ts';

const card = { language: 'en' as const, summary: 'x', title: 'x', tone: 'neutral' as const };
const APP_ID = '11111111-2222-3333-4444-555555555555';

describe('the Teams channel with an app id', () => {
  let connector: FakeConnector;
  let issuer: TokenIssuer;
  let bot: Bot;
  const originalError = console.error;

  async function start(options: Parameters<typeof startBot>[0] = {}): Promise<void> {
    bot = await startBot({
      credentials: { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' },
      env: issuer.env,
      ...options,
    });
  }

  beforeEach(async () => {
    connector = await startFakeConnector();
    issuer = await startTokenIssuer({ appId: APP_ID });
    await start();
    // The SDK prints every rejected token's error.
    console.error = () => {};
  });
  afterEach(async () => {
    console.error = originalError;
    await bot.close();
    await issuer.close();
    await connector.close();
  });

  const post = (authorization: string | undefined, partial: Record<string, unknown> = {}) =>
    sendActivity(
      bot.url,
      teamsActivity(connector.serviceUrl, { text: 'watch example.com', ...partial }),
      authorization === undefined ? {} : { authorization },
    );

  it('serves a request whose token holds, and remembers what it vouched for', async () => {
    const { status } = await post(issuer.valid(connector.serviceUrl));
    assert.equal(status, 200);
    assert.equal(bot.messages[0]!.text, 'watch example.com');
    const { serviceUrl, vouchedFor } = bot.messages[0]!.conversation.reference as Record<string, string>;
    assert.deepEqual({ serviceUrl, vouchedFor }, { serviceUrl: connector.serviceUrl, vouchedFor: APP_ID });
  });

  const inCopilot: [name: string, partial: Record<string, unknown>][] = [
    ['an entity that says so', { entities: [{ type: 'ProductInfo', id: 'COPILOT' }] }],
    ['channel data that say so', { channelData: { productInfo: { id: 'COPILOT' }, tenant: { id: TENANT } } }],
    ['the name of the channel', { channelId: 'msteams:COPILOT' }],
  ];
  for (const [name, partial] of inCopilot) {
    it(`serves what is asked in Microsoft 365 Copilot, by ${name}, as a personal chat`, async () => {
      const conversation = { id: 'a:copilot-chat', conversationType: 'personal', tenantId: TENANT };
      const { status } = await post(issuer.valid(connector.serviceUrl), { ...partial, conversation });
      assert.equal(status, 200);
      const [inbound] = bot.messages;
      assert.equal(inbound!.text, 'watch example.com');
      const { id, channel, kind, tenantId, reference } = inbound!.conversation;
      assert.deepEqual([id, channel, kind, tenantId], ['teams:a:copilot-chat', 'teams', 'personal', TENANT]);
      const kept = reference as { channelId: string; user: { id: string } };
      assert.deepEqual([kept.channelId, kept.user.id], ['msteams', PERSON.id]);
    });
  }

  it('refuses a channel that only sounds like Teams', async () => {
    const { status } = await post(issuer.valid(connector.serviceUrl), { channelId: 'webchat:msteams' });
    assert.equal(status, 403);
    assert.equal(bot.messages.length, 0);
  });

  const refused: [name: string, token: () => string | undefined][] = [
    ['no token', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['garbage', () => 'Bearer garbage'],
    ['garbage of three parts', () => 'Bearer a.b.c'],
    ['another scheme', () => 'Basic dXNlcjpwYXNz'],
    ['a wrong signature', () => issuer.wrongSignature(connector.serviceUrl)],
    ['a token for another bot', () => issuer.wrongAudience(connector.serviceUrl)],
    ['an expired token', () => issuer.expired(connector.serviceUrl)],
    ['a token that vouches for another serviceUrl', () => issuer.valid('https://smba.trafficmanager.net/emea/')],
    ['a token that vouches for no serviceUrl', () => issuer.withoutServiceUrl()],
  ];
  for (const [name, token] of refused) {
    it(`answers ${name} with 401, and nothing happens`, async () => {
      const { status, body, text } = await post(token());
      assert.equal(status, 401);
      assert.deepEqual(Object.keys(body), ['error']);
      assert.doesNotMatch(text, /jwt|signature|stack|audience|someone-else/i);
      assert.deepEqual([bot.messages, bot.seen, connector.calls], [[], [], []]);
    });
  }

  it('refuses a token for an activity that names no serviceUrl', async () => {
    const { status } = await post(issuer.valid(connector.serviceUrl), { serviceUrl: undefined });
    assert.equal(status, 400);
    assert.equal(bot.messages.length, 0);
  });

  it('refuses other channels of the same registration, whose clients may claim to be anybody', async () => {
    const { status } = await post(issuer.valid(connector.serviceUrl), { channelId: 'webchat' });
    assert.equal(status, 403);
    assert.equal(bot.messages.length, 0);
  });

  for (const trouble of ['503', 'a page', 'a cut connection', 'silence'] as const) {
    it(`says 503 when ${trouble} comes in place of the keys, so that it is sent again, and has it in the log`, async () => {
      await bot.close();
      await start({ sendTimeout: 300 });
      issuer.goDown(trouble);
      const { status, body } = await post(issuer.valid(connector.serviceUrl));
      assert.deepEqual([status, Object.keys(body)], [503, ['error']]);
      assert.deepEqual([bot.messages, bot.seen], [[], []]);
      const [logged, ...others] = bot.log.filter(({ level }) => level !== 'debug');
      assert.deepEqual(
        [logged?.level, logged?.message, others],
        ['error', 'The keys of the Bot Framework could not be fetched.', []],
      );
      assert.ok(logged!.fields.err.message);
    });
  }

  it('downloads no file from an address that is not https, even of this machine', async () => {
    const attachments = [{ contentType: 'x/y', name: 'ca.pem', contentUrl: 'http://127.0.0.1:9/ca.pem' }];
    await post(issuer.valid(connector.serviceUrl), { text: 'trust add', attachments });
    const [{ attachments: files, conversation }] = bot.messages as [Inbound];
    await assert.rejects(bot.channel.messenger.download(files[0]!, conversation), { code: 'refused' });
  });

  it('sends its access token to the address that was vouched for', async () => {
    await post(issuer.valid(connector.serviceUrl));
    const conversation = stored(bot.messages[0]!.conversation);
    // The SDK gets tokens over https only; this is where it keeps one.
    const { AppCredentials } = createRequire(import.meta.url)('botframework-connector');
    const key = `${APP_ID}https://api.botframework.com-cache`;
    AppCredentials.cache.set(key, { accessToken: 'outgoing', expiresOn: new Date(Date.now() + 3_600_000) });
    try {
      await bot.channel.messenger.send(conversation, card, { deliveryId: 'd', thread: null });
    } finally {
      AppCredentials.cache.delete(key);
    }
    assert.equal(connector.calls[0]!.authorization, 'Bearer outgoing');
  });

  it('sends no token to a conversation that was stored without one', async () => {
    const local = await startBot();
    await sendActivity(local.url, teamsActivity(connector.serviceUrl, { text: 'list' }));
    const conversation = stored(local.messages[0]!.conversation);
    await local.close();
    const sending = bot.channel.messenger.send(conversation, card, { deliveryId: 'd', thread: null });
    await assert.rejects(sending, { name: 'DeliveryError', code: 'refused' });
    assert.equal(connector.calls.length, 0);
  });
});
