import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { TurnContext } from 'botbuilder';
import { createSignIn } from '../../../src/channels/teams/sign-in.ts';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError, StoreError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import { startTokenIssuer, type TokenIssuer } from '../../peers/teams/bot-tokens.ts';
import {
  PERSON,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  type FakeConnector,
} from '../../peers/teams/connector.ts';
import { startFakeTokenService } from '../../peers/teams/token-service.ts';
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

  async function start(
    oauthConnection: string | null,
    {
      allowedTenants = null,
      behaviour = {},
    }: Pick<NonNullable<Parameters<typeof startBot>[0]>, 'allowedTenants' | 'behaviour'> = {},
  ): Promise<void> {
    bot = await startBot({
      allowedTenants,
      behaviour,
      credentials: { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' },
      env: { ...issuer.env, OAuthUrl: service.url },
      oauthConnection,
      sendTimeout: 3000,
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
    await start('outlook', { allowedTenants: ['00000000-0000-0000-0000-00000000beef'] });
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

  it('is not by an event about another connection, of which the service is not even asked', async () => {
    service.tokens.set(PERSON.id, 'of alice');
    await post({ type: 'event', name: 'tokens/response', value: { connectionName: 'other', token: 'x' } });
    assert.deepEqual([connections(), service.calls], [[], []]);
  });

  it('is exchanged for each person by itself, though their clients should call it alike', async () => {
    service.allowExchange('client token', 'of alice');
    service.allowExchange('client token of bob', 'of bob');
    for (const [from, token] of [
      [PERSON, 'client token'],
      [{ id: '29:bob', name: 'Bob' }, 'client token of bob'],
    ] as const) {
      const value = { id: 'exchange-1', connectionName: 'outlook', token };
      assert.equal((await post({ from, type: 'invoke', name: 'signin/tokenExchange', value })).status, 200);
    }
    assert.deepEqual(
      connections().map(({ actor }) => actor),
      [PERSON.id, '29:bob'],
    );
  });

  it('is complete by the code of whoever brings it, though nothing tells the deliveries apart', async () => {
    service.signIn(PERSON.id, '123456', 'of alice');
    const verify = { id: undefined, type: 'invoke', name: 'signin/verifyState' };
    assert.equal((await post({ ...verify, value: { state: '123456' } })).status, 200);
    const bob = { id: '29:bob', name: 'Bob' };
    assert.equal((await post({ ...verify, from: bob, value: { state: '654321' } })).status, 404);
    assert.deepEqual(connections(), [ALICE]);
  });

  for (const text of ['12345', '1234567', '12345a', '123 456'])
    it(`is not tried with “${text}”, which is no code`, async () => {
      await post({ text });
      assert.equal(bot.messages.at(-1)?.text, text);
      assert.deepEqual(service.calls, []);
    });

  it('by a typed code that cannot be checked is a message, and in the log', async () => {
    service.setFault({ status: 502 });
    await post({ text: '654321' });
    assert.equal(bot.messages.at(-1)?.text, '654321');
    assert.ok(
      bot.log.some(({ level, message }) => level === 'warn' && message === 'A typed code could not be checked.'),
    );
  });

  describe('that cannot be noted', () => {
    let isAway: boolean;
    beforeEach(async () => {
      isAway = true;
      await bot.close();
      await start('outlook', {
        behaviour: { signedIn: () => (isAway ? Promise.reject(new StoreError('away')) : Promise.resolve()) },
      });
    });

    it('is not said to be complete by the client, and in the log', async () => {
      service.allowExchange('client token', 'of alice');
      const value = { id: 'exchange-1', connectionName: 'outlook', token: 'client token' };
      assert.equal((await post({ type: 'invoke', name: 'signin/tokenExchange', value })).status, 503);
      assert.ok(
        bot.log.some(({ level, message }) => level === 'warn' && message === 'A sign-in could not be completed.'),
      );
      service.signIn(PERSON.id, '123456', 'of alice');
      const verify = { type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } };
      assert.equal((await post(verify)).status, 503);
    });

    it('by a typed code is not answered, so that it is delivered again, and noted then though the code is used up', async () => {
      service.signIn(PERSON.id, '123456', 'of alice');
      assert.equal((await post({ id: '77', text: '123456' })).status, 503);
      isAway = false;
      for (let delivery = 0; delivery < 2; delivery += 1)
        assert.equal((await post({ id: '77', text: '123456' })).status, 200);
      assert.deepEqual([connections(), bot.messages], [[ALICE, ALICE], []]);
    });
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

describe('the token service of the Bot Framework', () => {
  const MINUTE = 60_000;
  const TOKEN = { token: 'of alice', expiration: '2026-11-22T11:00:00Z' };

  /** The service, of whose operations each answers what it is told; `asked` has the operations that were asked for. */
  function tokenService(answers: Partial<Record<'get' | 'exchange' | 'resource' | 'out', () => unknown>> = {}) {
    const asked: string[] = [];
    let now = Date.UTC(2026, 10, 22, 10);
    const answer = (operation: keyof typeof answers) => async (): Promise<unknown> => {
      asked.push(operation);
      return answers[operation]?.();
    };
    const client = {
      getUserToken: answer('get'),
      exchangeToken: answer('exchange'),
      getSignInResource: answer('resource'),
      signOutUser: answer('out'),
    };
    const service = createSignIn({
      connectionName: 'outlook',
      appId: APP_ID,
      userTokens: () => Promise.resolve(client as never),
      connector: { pass: (send: () => Promise<unknown>) => send() } as never,
      now: () => now,
    });
    return { ...service, token: service.signIn.token, asked, answers, pass: (by: number): void => void (now += by) };
  }

  for (const expiration of [undefined, null, 7, 'soon']) {
    it(`is asked again after five minutes for a token that ends ${JSON.stringify(expiration) ?? 'who knows when'}`, async () => {
      const { token, asked, pass } = tokenService({ get: () => ({ token: 'of alice', expiration }) });
      await token('29:alice');
      pass(5 * MINUTE - 1);
      assert.equal(await token('29:alice'), 'of alice');
      assert.equal(asked.length, 1);
      pass(1);
      await token('29:alice');
      assert.equal(asked.length, 2);
    });
  }

  for (const answer of [undefined, null, {}, { token: '' }, { token: 7 }, 'of alice']) {
    it(`has no token for somebody when it answers ${JSON.stringify(answer) ?? 'nothing'}`, async () => {
      const { token, redeem, exchange } = tokenService({ get: () => answer, exchange: () => answer });
      assert.equal(await token('29:alice'), null);
      assert.deepEqual([await redeem('29:alice', '123456'), await exchange('29:alice', 'x')], [false, false]);
    });
  }

  for (const way of ['redeem', 'exchange'] as const) {
    it(`is not asked for a token that came with “${way}”`, async () => {
      const service = tokenService({ get: () => TOKEN, exchange: () => TOKEN });
      assert.equal(await service[way]('29:alice', '123456'), true);
      assert.equal(await service.token('29:alice'), 'of alice');
      assert.equal(service.asked.length, 1);
    });
  }

  it('is asked anew for those whose tokens are too many to keep', async () => {
    const { token, asked } = tokenService({ get: () => TOKEN });
    for (let person = 0; person < 5000; person += 1) await token(`29:${person}`);
    await token('29:0');
    assert.equal(asked.length, 5000);
    await token('29:5000');
    await token('29:0');
    assert.equal(asked.length, 5002);
  });

  it('is asked anew for whoever is signing out, and for a token that was asked for meanwhile', async () => {
    const leaving = Promise.withResolvers<void>();
    const { token, signIn, asked } = tokenService({ get: () => TOKEN, out: () => leaving.promise });
    await token('29:alice');
    const signingOut = signIn.signOut('29:alice');
    await token('29:alice');
    leaving.resolve();
    await signingOut;
    await token('29:alice');
    assert.deepEqual(asked, ['get', 'out', 'get', 'get']);
  });

  it('may not know whoever signs out', async () => {
    const { signIn } = tokenService({
      out: () => Promise.reject(new DeliveryError('unreachable', 'x', { status: 404 })),
    });
    await signIn.signOut('29:alice');
  });

  for (const [status, isRight] of [
    [400, false],
    [404, false],
    [401, null],
    [500, null],
  ] as const)
    it(`${isRight === false ? 'finds a code wrong' : 'says nothing of a code'} by ${status}`, async () => {
      const { redeem } = tokenService({ get: () => Promise.reject(new DeliveryError('refused', 'x', { status })) });
      const redeeming = redeem('29:alice', '123456');
      if (isRight === null) await assert.rejects(redeeming, { name: 'DeliveryError', status });
      else assert.equal(await redeeming, isRight);
    });

  it('asks for consent by what it refuses, and not by what it cannot do for now', async () => {
    const { exchange, answers } = tokenService();
    for (const code of ['refused', 'credentials'] as const) {
      answers.exchange = () => Promise.reject(new DeliveryError(code, 'x', { status: 400 }));
      assert.equal(await exchange('29:alice', 'x'), false);
    }
    for (const code of ['throttled', 'unavailable', 'ambiguous'] as const) {
      answers.exchange = () => Promise.reject(new DeliveryError(code, 'x', { status: 500 }));
      await assert.rejects(exchange('29:alice', 'x'), { name: 'DeliveryError' });
    }
  });

  const cause = new Error('may be a token');
  const failures: [given: DeliveryError, expected: Partial<DeliveryError>][] = [
    [new DeliveryError('ambiguous', 'x', { cause }), { code: 'unavailable', cause: undefined }],
    [new DeliveryError('unavailable', 'x', { cause }), { code: 'unavailable', cause }],
    [new DeliveryError('credentials', 'x', { cause }), { code: 'unavailable', cause }],
    [
      new DeliveryError('throttled', 'x', { status: 429, retryAfter: 7000 }),
      { code: 'throttled', status: 429, retryAfter: 7000 },
    ],
    [
      new DeliveryError('unavailable', 'x', { status: 503 }),
      { code: 'unavailable', status: 503, retryAfter: undefined },
    ],
    [new DeliveryError('ambiguous', 'x', { status: 500 }), { code: 'unavailable', status: 500 }],
    [new DeliveryError('unreachable', 'x', { status: 403 }), { code: 'refused', status: 403 }],
    [new DeliveryError('credentials', 'x', { status: 401 }), { code: 'refused', status: 401 }],
  ];
  for (const [given, expected] of failures)
    it(`that is ${given.code} (${given.status ?? 'no answer'}) is ${expected.code}, whatever that says of the chat`, async () => {
      const { token } = tokenService({ get: () => Promise.reject(given) });
      await assert.rejects(token('29:alice'), (error: unknown) => {
        assert.ok(error instanceof DeliveryError);
        assert.match(error.message, /^The sign-in service of the Bot Framework /);
        const { code, status, retryAfter } = error;
        assert.deepEqual(
          { code, status, retryAfter, cause: error.cause },
          {
            status: undefined,
            retryAfter: undefined,
            cause: undefined,
            ...expected,
          },
        );
        return true;
      });
    });

  const CONTEXT = { activity: {} } as TurnContext;
  for (const resource of [undefined, {}, { signInLink: 'no link' }, { signInLink: 'javascript:alert(1)' }]) {
    it(`is to be asked again when its way to sign in is ${JSON.stringify(resource) ?? 'nothing'}`, async () => {
      const { invitation } = tokenService({ resource: () => resource });
      await assert.rejects(invitation(CONTEXT, 'Sign in'), { name: 'DeliveryError', code: 'unavailable' });
    });
  }

  it('invites without single sign-on where what it says of that is odd', async () => {
    const resource = { signInLink: 'https://token.example/', tokenExchangeResource: 7, tokenPostResource: 'x' };
    const { content } = await tokenService({ resource: () => resource }).invitation(CONTEXT, 'Sign in');
    assert.deepEqual(content, {
      text: 'Sign in',
      connectionName: 'outlook',
      buttons: [{ type: 'signin', title: 'Sign in', value: 'https://token.example/' }],
    });
  });
});
