import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Card } from '../../../src/core/card.ts';
import type { Actor, ConversationInput } from '../../../src/core/ports.ts';
import { startTokenIssuer, type TokenIssuer } from '../../support/bot-tokens.ts';
import {
  PERSON,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  type FakeConnector,
} from '../../support/fake-connector.ts';
import { startFakeTokenService } from '../../support/fake-token-service.ts';
import { startBot, stored, type Bot } from './bot.ts';

const APP_ID = '11111111-2222-3333-4444-555555555555';
const INVITATION: Card = {
  language: 'en',
  summary: 'Sign in.',
  title: 'Connect',
  tone: 'neutral',
  signIn: { label: 'Sign in' },
};
const CHANNEL = { id: '19:ops@thread.tacv2', conversationType: 'channel', isGroup: true };

describe('signing in in Teams', () => {
  let connector: FakeConnector;
  let issuer: TokenIssuer;
  let service: Awaited<ReturnType<typeof startFakeTokenService>>;
  let bot: Bot;
  const { AppCredentials } = createRequire(import.meta.url)('botframework-connector');
  // The SDK gets tokens over https only; this is where it keeps one.
  const key = `${APP_ID}https://api.botframework.com-cache`;

  async function start(oauthConnection: string | null, allowedTenants: string[] | null = null): Promise<void> {
    bot = await startBot({
      allowedTenants,
      credentials: { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' },
      env: { ...issuer.env, OAuthUrl: service.url },
      oauthConnection,
      sendTimeout: 500,
    });
  }

  beforeEach(async () => {
    connector = await startFakeConnector();
    issuer = await startTokenIssuer({ appId: APP_ID });
    service = await startFakeTokenService();
    AppCredentials.cache.set(key, { accessToken: 'outgoing', expiresOn: new Date(Date.now() + 3_600_000) });
    await start('outlook');
  });
  afterEach(async () => {
    AppCredentials.cache.delete(key);
    await bot.close();
    await service.close();
    await issuer.close();
    await connector.close();
    assert.deepEqual(service.violations, []);
    assert.deepEqual(
      service.calls.filter(({ authorization }) => authorization !== 'Bearer outgoing'),
      [],
    );
    // Neither the codes nor the tokens of people.
    assert.doesNotMatch(JSON.stringify(bot.log), /123456|of alice|client token/);
  });

  const post = (partial: Record<string, unknown>) =>
    sendActivity(bot.url, teamsActivity(connector.serviceUrl, partial), {
      authorization: issuer.valid(connector.serviceUrl),
    });

  async function place(conversation?: object): Promise<ConversationInput> {
    await post({ text: 'list', ...(conversation ? { conversation } : {}) });
    return bot.messages.at(-1)!.conversation;
  }

  function connections(): { conversation: string; actor: string; mailbox: string | null }[] {
    return bot.signedIn.map(({ conversation, actor }: { conversation: ConversationInput; actor: Actor }) => ({
      conversation: conversation.id,
      actor: actor.id,
      mailbox: actor.mailbox,
    }));
  }

  const ALICE = { conversation: 'teams:a:personal-chat', actor: PERSON.id, mailbox: PERSON.aadObjectId };

  it('is offered by the card of the Bot Framework, in the person’s own chat', async () => {
    await bot.channel.messenger.send(stored(await place()), INVITATION, { deliveryId: 'd', thread: null });
    const [adaptive, oauth] = connector.calls.at(-1)!.activity['attachments'];
    assert.equal(adaptive.contentType, 'application/vnd.microsoft.card.adaptive');
    assert.equal(oauth.contentType, 'application/vnd.microsoft.card.oauth');
    assert.equal(oauth.content.connectionName, 'outlook');
    const [button] = oauth.content.buttons;
    assert.deepEqual([button.type, button.title], ['signin', 'Sign in']);
    const state = JSON.parse(Buffer.from(new URL(button.value).searchParams.get('state')!, 'base64').toString());
    assert.equal(state.connectionName ?? state.ConnectionName, 'outlook');
    assert.match(JSON.stringify(state), /29:alice/);
  });

  it('is not offered in a channel, nor without a connection', async () => {
    await bot.channel.messenger.send(stored(await place(CHANNEL)), INVITATION, { deliveryId: 'd', thread: null });
    assert.equal(connector.calls.at(-1)!.activity['attachments'].length, 1);
    await bot.close();
    await start(null);
    assert.equal(bot.channel.signIn, null);
    await bot.channel.messenger.send(stored(await place()), INVITATION, { deliveryId: 'd', thread: null });
    assert.equal(connector.calls.at(-1)!.activity['attachments'].length, 1);
    assert.deepEqual(service.calls, []);
  });

  it('waits with its card while the token service does not answer', async () => {
    const conversation = stored(await place());
    for (const fault of ['hang', { status: 500 }] as const) {
      service.setFault(fault);
      const sending = bot.channel.messenger.send(conversation, INVITATION, { deliveryId: 'd', thread: null });
      await assert.rejects(sending, (error: any) => error.name === 'DeliveryError' && !error.permanent);
    }
    assert.deepEqual(connector.calls, []);
  });

  it('refused by the token service is no word about the chat that it was to be offered in', async () => {
    const conversation = stored(await place());
    for (const [status, code] of [
      [400, 'refused'],
      [401, 'refused'],
      [403, 'refused'],
      [404, 'refused'],
      [429, 'throttled'],
      [500, 'unavailable'],
    ] as const) {
      service.setFault({ status });
      const sending = bot.channel.messenger.send(conversation, INVITATION, { deliveryId: 'd', thread: null });
      await assert.rejects(sending, { name: 'DeliveryError', code });
    }
    service.setFault('hang');
    const sending = bot.channel.messenger.send(conversation, INVITATION, { deliveryId: 'd', thread: null });
    // Nothing was sent to the chat, so that nothing can have arrived there.
    await assert.rejects(sending, { name: 'DeliveryError', code: 'unavailable' });
    assert.deepEqual(connector.calls, []);
  });

  it('is offered with what single sign-on needs, where the service gives it', async () => {
    const given = {
      tokenExchangeResource: { id: 'exchange-1', uri: 'api://botid-1', providerId: 'aad' },
      tokenPostResource: { sasUrl: 'https://token.example/post?sig=1' },
    };
    service.offerSingleSignOn(given);
    await bot.channel.messenger.send(stored(await place()), INVITATION, { deliveryId: 'd', thread: null });
    const { tokenExchangeResource, tokenPostResource } = connector.calls.at(-1)!.activity['attachments'][1].content;
    assert.deepEqual({ tokenExchangeResource, tokenPostResource }, given);
  });

  it('is nothing in local mode, where the bot has no identity', async () => {
    const local = await startBot({ oauthConnection: 'outlook', env: { OAuthUrl: service.url } });
    assert.equal(local.channel.signIn, null);
    await sendActivity(local.url, teamsActivity(connector.serviceUrl, { text: '123456' }));
    assert.equal(local.messages.at(-1)?.text, '123456');
    await local.close();
    assert.deepEqual(service.calls, []);
  });

  it('stays offered when its message is replaced', async () => {
    await bot.channel.messenger.update(stored(await place()), '1', INVITATION, { deliveryId: 'd', thread: null });
    assert.equal(connector.calls.at(-1)!.activity['attachments'].length, 2);
  });

  it('is not for people of organisations that are not served', async () => {
    await bot.close();
    await start('outlook', ['00000000-0000-0000-0000-00000000beef']);
    service.signIn(PERSON.id, '123456', 'of alice');
    service.allowExchange('client token', 'of alice');
    const value = { id: 'exchange-1', connectionName: 'outlook', token: 'client token' };
    await post({ type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } });
    await post({ type: 'invoke', name: 'signin/tokenExchange', value });
    await post({ text: '123456' });
    assert.deepEqual([connections(), service.calls], [[], []]);
  });

  it('is complete when the client brings the code', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    const { status } = await post({ type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } });
    assert.equal(status, 200);
    assert.deepEqual(connections(), [ALICE]);
    assert.equal(await bot.channel.signIn!.token(PERSON.id), 'of alice');
  });

  it('is not complete with a wrong code, or with somebody else’s', async () => {
    service.signIn('29:bob', '123456', 'of bob');
    for (const state of ['000000', '123456']) {
      const { status } = await post({ type: 'invoke', name: 'signin/verifyState', value: { state } });
      assert.equal(status, 404);
    }
    assert.equal((await post({ type: 'invoke', name: 'signin/verifyState', value: {} })).status, 400);
    assert.deepEqual(connections(), []);
  });

  it('is complete when the code is typed into the chat; other numbers are messages', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    await post({ text: '123456' });
    assert.deepEqual(connections(), [ALICE]);
    assert.equal(bot.messages.length, 0);
    await post({ text: '654321' });
    assert.equal(bot.messages.at(-1)?.text, '654321');
    await post({ text: '123456', conversation: CHANNEL });
    assert.equal(bot.messages.length, 2);
  });

  it('is complete once when the same typed code is delivered twice, and is no message then either', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    await post({ id: '77', text: '123456' });
    await post({ id: '77', text: '123456' });
    assert.deepEqual([connections(), bot.messages], [[ALICE], []]);
  });

  it('answers a repeated code of the client alike', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    const verify = { id: 'f:77', type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } };
    assert.deepEqual([(await post(verify)).status, (await post(verify)).status], [200, 200]);
    assert.deepEqual(connections(), [ALICE]);
  });

  it('is complete when the client’s own token can be exchanged, once for all clients', async () => {
    service.allowExchange('client token', 'of alice');
    const value = { id: 'exchange-1', connectionName: 'outlook', token: 'client token' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => post({ type: 'invoke', name: 'signin/tokenExchange', value })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(connections(), [ALICE]);
    assert.equal(service.calls.filter(({ operation }) => operation === 'usertoken/exchange').length, 1);
  });

  it('asks for consent when it cannot be exchanged, and knows its own connection', async () => {
    const value = { id: 'exchange-1', connectionName: 'outlook', token: 'client token' };
    const refused = await post({ type: 'invoke', name: 'signin/tokenExchange', value });
    assert.equal(refused.status, 412);
    assert.deepEqual([refused.body.id, refused.body.connectionName], ['exchange-1', 'outlook']);
    assert.equal(typeof refused.body.failureDetail, 'string');
    const other = { ...value, connectionName: 'other' };
    assert.equal((await post({ type: 'invoke', name: 'signin/tokenExchange', value: other })).status, 400);
    assert.deepEqual(connections(), []);
  });

  it('can be exchanged after the person has consented, though it is the same exchange', async () => {
    const value = { id: 'exchange-1', connectionName: 'outlook', token: 'client token' };
    const exchange = { type: 'invoke', name: 'signin/tokenExchange', value };
    assert.equal((await post(exchange)).status, 412);
    service.allowExchange('client token', 'of alice');
    const { status, body } = await post(exchange);
    assert.deepEqual([status, body], [200, { id: 'exchange-1', connectionName: 'outlook' }]);
    assert.deepEqual(connections(), [ALICE]);
  });

  it('believes no event that brings a token along: the service is asked', async () => {
    const event = { type: 'event', name: 'tokens/response', value: { connectionName: 'outlook', token: 'forged' } };
    await post(event);
    assert.deepEqual(connections(), []);
    service.tokens.set(PERSON.id, 'of alice');
    await post(event);
    assert.deepEqual(connections(), [ALICE]);
  });

  it('is not for channels', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    const { status } = await post({
      type: 'invoke',
      name: 'signin/verifyState',
      value: { state: '123456' },
      conversation: CHANNEL,
    });
    assert.equal(status, 400);
    assert.deepEqual(connections(), []);
  });

  it('says 503 while the service is out of reach, and nothing is lost', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    service.setFault({ status: 502 });
    const verify = { type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } };
    assert.equal((await post(verify)).status, 503);
    service.setFault(null);
    assert.equal((await post(verify)).status, 200);
  });

  describe('the token of a person', () => {
    it('is asked for once by many, and kept while it lasts', async () => {
      service.tokens.set(PERSON.id, 'of alice');
      const { signIn } = bot.channel;
      const found = await Promise.all([1, 2, 3].map(() => signIn!.token(PERSON.id)));
      assert.deepEqual(found, ['of alice', 'of alice', 'of alice']);
      await signIn!.token(PERSON.id);
      assert.equal(service.calls.length, 1);
      assert.deepEqual(service.calls[0]!.query, { userId: PERSON.id, connectionName: 'outlook', channelId: 'msteams' });
    });

    it('is null when nobody is signed in, and asked for anew', async () => {
      const { signIn } = bot.channel;
      assert.equal(await signIn!.token(PERSON.id), null);
      service.tokens.set(PERSON.id, 'of alice');
      assert.equal(await signIn!.token(PERSON.id), 'of alice');
    });

    it('is forgotten here and there on signing out', async () => {
      service.tokens.set(PERSON.id, 'of alice');
      const { signIn } = bot.channel;
      await signIn!.token(PERSON.id);
      await signIn!.signOut(PERSON.id);
      assert.equal(service.tokens.size, 0);
      assert.equal(await signIn!.token(PERSON.id), null);
    });

    it('is not kept when it was on its way while the person signed out', async () => {
      service.tokens.set(PERSON.id, 'of alice');
      const { signIn } = bot.channel;
      const { promise, resolve } = Promise.withResolvers<void>();
      service.setFault({ late: promise });
      const early = signIn!.token(PERSON.id);
      await service.received(1);
      service.setFault(null);
      await signIn!.signOut(PERSON.id);
      resolve();
      await early;
      assert.equal(await signIn!.token(PERSON.id), null);
    });

    for (const status of [400, 401, 403]) {
      it(`is not taken for ended when the service answers ${status}`, async () => {
        service.setFault({ status });
        await assert.rejects(bot.channel.signIn!.token(PERSON.id), { name: 'DeliveryError', code: 'refused' });
        await assert.rejects(bot.channel.signIn!.signOut(PERSON.id), { name: 'DeliveryError', code: 'refused' });
      });
    }

    it('is asked for anew five minutes before it ends', async () => {
      let at = Date.now();
      await bot.close();
      bot = await startBot({
        credentials: { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' },
        env: { ...issuer.env, OAuthUrl: service.url },
        oauthConnection: 'outlook',
        now: () => at,
      });
      service.tokens.set(PERSON.id, 'of alice');
      for (const [minutes, requests] of [
        [0, 1],
        [54, 1],
        [56, 2],
      ] as const) {
        at = Date.now() + minutes * 60_000;
        await bot.channel.signIn!.token(PERSON.id);
        assert.equal(service.calls.length, requests, `${minutes} minutes`);
      }
    });

    it('is out of reach, not gone, while the service fails', async () => {
      service.tokens.set(PERSON.id, 'of alice');
      for (const fault of ['hang', { status: 500 }] as const) {
        service.setFault(fault);
        await assert.rejects(
          () => bot.channel.signIn!.token(PERSON.id),
          (error: any) => error.name === 'DeliveryError' && !error.permanent,
        );
      }
      service.setFault(null);
      assert.equal(await bot.channel.signIn!.token(PERSON.id), 'of alice');
    });
  });
});
