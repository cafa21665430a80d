import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createDirectChats, draftLinkTo, linkTo, messageLinkTo, personOf } from '../../../src/channels/teams/direct.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { PersonReference } from '../../../src/core/model/people.ts';
import { startTokenIssuer, type TokenIssuer } from '../../peers/teams/bot-tokens.ts';
import {
  BOT,
  PERSON,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
  type FakeConnector,
} from '../../peers/teams/connector.ts';
import { ANSWER, startBot, stored, type Bot } from './bot.ts';

const BOB = {
  id: '29:bob',
  name: 'Bob Beispiel',
  aadObjectId: '00000000-0000-0000-0000-00000000b0b0',
  email: 'Bob@contoso.example',
  userPrincipalName: 'bob.b@contoso.example',
  tenantId: TENANT,
};
const CAROL = { id: '29:carol', name: 'Carol', aadObjectId: '00000000-0000-0000-0000-0000000ca401' };
const BOSS = '00000000-0000-0000-0000-0000000b055e';
const CHANNEL = { id: '19:ops@thread.tacv2', conversationType: 'channel', isGroup: true, tenantId: TENANT };

function named(person: Partial<PersonReference>): PersonReference {
  return { id: null, directoryId: null, address: null, ...person };
}

describe('people in Teams', () => {
  let connector: FakeConnector;
  let bot: Bot;
  beforeEach(async () => {
    connector = await startFakeConnector();
    bot = await startBot();
    for (const member of [PERSON, CAROL, BOB]) connector.addMember(member);
  });
  afterEach(async () => {
    await bot.close();
    await connector.close();
  });

  async function near(conversation: object = CHANNEL): Promise<ConversationInput> {
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list', conversation }));
    return bot.messages.at(-1)!.conversation;
  }

  const ways: [string, Partial<PersonReference>][] = [
    ['their id', { id: BOB.id }],
    ['their directory id', { directoryId: BOB.aadObjectId }],
    ['their user principal name', { address: 'bob.b@contoso.example' }],
    ['an e-mail address that only the roster has, in whatever case', { address: 'bob@CONTOSO.example' }],
  ];
  for (const [way, person] of ways) {
    it(`are found by ${way}, and written to in their own chat`, async () => {
      const { actor, conversation } = await bot.channel.messenger.direct(named(person), await near());
      assert.deepEqual(actor, {
        id: BOB.id,
        name: BOB.name,
        mailbox: BOB.aadObjectId,
        timeZone: null,
        locale: null,
        tenantId: TENANT,
        notice: null,
      });
      assert.deepEqual(connector.created, [
        {
          isGroup: false,
          bot: BOT,
          members: [{ id: BOB.id }],
          tenantId: TENANT,
          channelData: { tenant: { id: TENANT } },
        },
      ]);
      const { id, kind, tenantId, channel } = conversation;
      assert.deepEqual(
        { id, kind, tenantId, channel },
        {
          id: 'teams:a:chat of 29:bob',
          kind: 'personal',
          tenantId: TENANT,
          channel: 'teams',
        },
      );
      await bot.channel.messenger.send(stored(conversation), ANSWER, { deliveryId: 'd', thread: null });
      const call = connector.calls.at(-1)!;
      assert.equal(call.conversationId, 'a:chat of 29:bob');
      assert.equal(call.activity['conversation'].conversationType, 'personal');
    });
  }

  it('have the same chat whether they wrote to the bot or were written to', async () => {
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), await near());
    await sendActivity(
      bot.url,
      teamsActivity(connector.serviceUrl, {
        text: 'list',
        from: BOB,
        conversation: { id: 'a:chat of 29:bob', conversationType: 'personal', tenantId: TENANT },
      }),
    );
    assert.equal(bot.messages.at(-1)!.conversation.id, conversation.id);
    assert.equal(bot.messages.at(-1)!.actor.id, BOB.id);
  });

  it('need no new chat where they are in their own already', async () => {
    const here = await near({ id: 'a:personal-chat', conversationType: 'personal', tenantId: TENANT });
    const { actor, conversation } = await bot.channel.messenger.direct(named({ id: PERSON.id }), here);
    assert.equal(actor.id, PERSON.id);
    assert.deepEqual(conversation, here);
    assert.deepEqual(connector.created, []);
  });

  it('who are no members are reached by their directory id, as managers are', async () => {
    const { actor } = await bot.channel.messenger.direct(
      named({ directoryId: BOSS, address: 'boss@x.example' }),
      await near(),
    );
    assert.deepEqual([actor.id, actor.mailbox, actor.name], [BOSS, BOSS, '']);
    assert.deepEqual(connector.created[0]?.['members'], [{ id: BOSS }]);
  });

  const refused: [string, Partial<PersonReference>][] = [
    ['by an id that nobody has', { id: '29:nobody' }],
    ['by an address that nobody has', { address: 'nobody@contoso.example' }],
  ];
  for (const [name, person] of refused) {
    it(`are refused ${name}`, async () => {
      const asking = bot.channel.messenger.direct(named(person), await near());
      await assert.rejects(asking, { name: 'DeliveryError', code: 'refused' });
      assert.deepEqual(connector.created, []);
    });
  }

  it('who have not added the app are refused with what they have to do', async () => {
    connector.refuseChats();
    const asking = bot.channel.messenger.direct(named({ id: BOB.id }), await near());
    await assert.rejects(asking, { name: 'DeliveryError', code: 'refused', message: /add the app/ });
  });

  it('who are bots have no chat with this one', async () => {
    const asking = bot.channel.messenger.direct(named({ id: '28:other-bot' }), await near());
    await assert.rejects(asking, { name: 'DeliveryError', code: 'refused' });
    assert.deepEqual(connector.created, []);
  });

  it('are not the bot itself, which has no calendar', async () => {
    connector.addMember({ id: '28:bot', name: 'Certbot' });
    const asking = bot.channel.messenger.direct(named({ id: '28:bot' }), await near());
    await assert.rejects(asking, { name: 'DeliveryError', code: 'refused', message: /That is me/ });
    assert.deepEqual(connector.created, []);
  });

  it('are written to by their id where the conversation does not let the bot ask who is in it', async () => {
    const here = await near();
    connector.failPeople('member', 403);
    const { actor, conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), here);
    assert.deepEqual([actor.id, actor.name, conversation.kind], [BOB.id, '', 'personal']);
    assert.equal(connector.created.length, 1);
  });

  it('are looked up by address among all members where it does not let the bot ask for one', async () => {
    const here = await near();
    connector.failPeople('member', 403);
    const { actor } = await bot.channel.messenger.direct(named({ address: 'bob@contoso.example' }), here);
    assert.equal(actor.id, BOB.id);
  });

  for (const [operation, status] of [
    ['member', 400],
    ['member', 404],
    ['members', 403],
    ['members', 404],
  ] as const)
    it(`who are no members are reached by their directory id also where “${operation}” is answered ${status}`, async () => {
      const here = await near();
      connector.failPeople(operation, status);
      const person = named({ directoryId: BOSS, address: 'boss@x.example' });
      const { actor } = await bot.channel.messenger.direct(person, here);
      assert.equal(actor.id, BOSS);
    });

  it('are taken by their id rather than by what else is known of them', async () => {
    const person = named({ id: BOB.id, directoryId: CAROL.aadObjectId, address: 'alice@contoso.example' });
    const { actor } = await bot.channel.messenger.direct(person, await near());
    assert.equal(actor.id, BOB.id);
  });

  it('are of the organisation that the roster says, else of that of the conversation', async () => {
    connector.addMember({ id: '29:guest', name: 'Guest', objectId: 'guest-1', tenantId: 'fabrikam' });
    const actors = [];
    for (const id of ['29:guest', CAROL.id])
      actors.push((await bot.channel.messenger.direct(named({ id }), await near())).actor);
    assert.deepEqual(
      actors.map(({ tenantId, mailbox }) => [tenantId, mailbox]),
      [
        ['fabrikam', 'guest-1'],
        [TENANT, CAROL.aadObjectId],
      ],
    );
  });

  it('have a chat of their own, opened from that of somebody else', async () => {
    const here = await near({ id: 'a:personal-chat', conversationType: 'personal', tenantId: TENANT });
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), here);
    assert.equal(conversation.id, 'teams:a:chat of 29:bob');
    assert.equal(personOf(conversation), BOB.id);
  });

  it('have a chat of their own, also when what is kept of a channel names them', async () => {
    const here = await near();
    const reference = { ...(here.reference as object), user: { id: BOB.id, name: BOB.name } };
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), { ...here, reference });
    assert.equal(conversation.id, 'teams:a:chat of 29:bob');
  });

  it('are kept with their directory id and tenant in the reference of their chat', async () => {
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), await near());
    const { user, conversation: chat } = conversation.reference as Record<string, unknown>;
    assert.deepEqual(user, { id: BOB.id, name: BOB.name, aadObjectId: BOB.aadObjectId });
    assert.deepEqual(chat, { id: 'a:chat of 29:bob', conversationType: 'personal', tenantId: TENANT });
  });

  it('have a chat without a tenant where the conversation has none', async () => {
    const here = { ...(await near()), tenantId: null };
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), here);
    assert.deepEqual(connector.created, [{ isGroup: false, bot: BOT, members: [{ id: BOB.id }] }]);
    const { conversation: chat } = conversation.reference as Record<string, unknown>;
    assert.deepEqual([conversation.tenantId, chat], [null, { id: 'a:chat of 29:bob', conversationType: 'personal' }]);
  });

  it('can be written to in the chat that was opened for them', async () => {
    const { conversation } = await bot.channel.messenger.direct(named({ id: BOB.id }), await near());
    await bot.channel.messenger.send(stored(conversation), ANSWER, { deliveryId: 'd', thread: null });
    assert.equal(connector.calls.at(-1)!.conversationId, 'a:chat of 29:bob');
  });

  const faults: [operation: 'member' | 'members' | 'create', fault: number | 'drop', code: string][] = [
    ['member', 500, 'unavailable'],
    ['member', 429, 'throttled'],
    // Asking again does no harm: the same chat is opened.
    ['member', 'drop', 'unavailable'],
    ['members', 503, 'unavailable'],
    ['create', 500, 'unavailable'],
    ['create', 'drop', 'unavailable'],
    ['create', 403, 'refused'],
    ['create', 404, 'refused'],
  ];
  for (const [operation, fault, code] of faults) {
    it(`are ${code} after one request each when the connector meets “${operation}” with ${fault}`, async () => {
      const here = await near();
      connector.failPeople(operation, fault);
      // Only the pages have this address.
      const person = operation === 'members' ? { address: 'bob@contoso.example' } : { id: BOB.id };
      const status = typeof fault === 'number' ? fault : undefined;
      const asking = bot.channel.messenger.direct(named(person), here);
      await assert.rejects(asking, { name: 'DeliveryError', code, status });
      assert.equal(connector.peopleCalls.filter((call) => call.operation === operation).length, 1);
    });
  }

  it('are not asked for with a reference that belongs to another bot', async () => {
    const foreign = {
      ...(await near()),
      reference: { vouchedFor: null, serviceUrl: 'https://elsewhere.example', conversation: CHANNEL },
    };
    await assert.rejects(bot.channel.messenger.direct(named({ id: BOB.id }), foreign), { code: 'refused' });
  });

  describe('whom a message mentions', () => {
    const at = (name: string) => `<at>${name}</at>`;
    const mention = (person: { id: string; name: string }, text = at(person.name)) => ({
      type: 'mention',
      text,
      mentioned: { id: person.id, name: person.name },
    });
    const cases: [string, string, object[], [string, string][], string][] = [
      ['nobody', 'list', [], [], 'list'],
      ['the bot alone', `${at('Certbot')} list`, [mention({ ...BOT })], [], 'list'],
      [
        'somebody after the bot',
        `${at('Certbot')} owner example.com ${at('Bob Beispiel')}`,
        [mention({ ...BOT }), mention(BOB)],
        [['29:bob', 'Bob Beispiel']],
        'owner example.com Bob Beispiel',
      ],
      [
        'two, one of whom has the bot’s name',
        `${at('Certbot')} remind also ${at('Certbot')}&nbsp;${at('Bob Beispiel')}`,
        [mention({ ...BOT }), mention({ id: '29:other', name: 'Certbot' }), mention(BOB)],
        [
          ['29:other', 'Certbot'],
          ['29:bob', 'Bob Beispiel'],
        ],
        'remind also Certbot Bob Beispiel',
      ],
      [
        'two of one name',
        `remind also ${at('Bob')} ${at('Bob')}`,
        [mention({ id: '29:bob1', name: 'Bob' }), mention({ id: '29:bob2', name: 'Bob' })],
        [
          ['29:bob1', 'Bob'],
          ['29:bob2', 'Bob'],
        ],
        'remind also Bob Bob',
      ],
      [
        'somebody whose name has markup in it',
        `owner example.com ${at('B &amp; B')}`,
        [mention({ id: '29:b', name: 'B & B' }, at('B &amp; B'))],
        [['29:b', 'B & B']],
        'owner example.com B & B',
      ],
      [
        'two whose entities come in another order than they stand',
        `remind also ${at('Ada')} ${at('Bob')}`,
        [mention({ id: '29:bob', name: 'Bob' }), mention({ id: '29:ada', name: 'Ada' })],
        [
          ['29:ada', 'Ada'],
          ['29:bob', 'Bob'],
        ],
        'remind also Ada Bob',
      ],
      [
        'one whose name begins another’s',
        `remind also ${at('Bob B')} ${at('Bob')}`,
        [mention({ id: '29:bob', name: 'Bob' }), mention({ id: '29:bobb', name: 'Bob B' })],
        [
          ['29:bobb', 'Bob B'],
          ['29:bob', 'Bob'],
        ],
        'remind also Bob B Bob',
      ],
      [
        'two without markup, one of them beside markup',
        `remind also @Ada, @Bob. ${at('Cy')}`,
        [
          mention({ id: '29:cy', name: 'Cy' }),
          mention({ id: '29:bob', name: 'Bob' }, '@Bob'),
          mention({ id: '29:ada', name: 'Ada' }, '@Ada'),
        ],
        [
          ['29:ada', '@Ada'],
          ['29:bob', '@Bob'],
          ['29:cy', 'Cy'],
        ],
        'remind also @Ada, @Bob. Cy',
      ],
      [
        'somebody without markup, and not the host of that name',
        'owner @ada.example.com @ada',
        [mention({ id: '29:ada', name: 'ada' }, '@ada')],
        [['29:ada', '@ada']],
        'owner @ada.example.com @ada',
      ],
      [
        'somebody whose name is written over two lines, with invisible characters',
        `owner example.com ${at('Ada<br>\u200bLove&nbsp; lace')}`,
        [mention({ id: '29:ada', name: 'Ada' }, at('Ada<br>\u200bLove&nbsp; lace'))],
        [['29:ada', 'Ada Love lace']],
        'owner example.com Ada Love lace',
      ],
      [
        'somebody whose mention does not stand in the text',
        'owner example.com',
        [mention(BOB)],
        [],
        'owner example.com',
      ],
    ];
    for (const [name, text, entities, mentions, plain] of cases) {
      it(`are told: ${name}`, async () => {
        await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text, entities, conversation: CHANNEL }));
        const inbound = bot.messages.at(-1)!;
        assert.equal(inbound.text, plain);
        assert.deepEqual(
          inbound.mentions.map((one) => [one.id, one.text]),
          mentions,
        );
      });
    }
  });
});

describe('a roster of Teams', () => {
  /** People of a conversation whose roster answers with these pages, the last one again and again. */
  function withPages(...pages: object[]) {
    const asked: object[] = [];
    const roster = {
      conversations: {
        getConversationMember: () => Promise.reject(new DeliveryError('refused', 'nobody', { status: 404 })),
        getConversationPagedMembers(_id: string, options: object): Promise<object> {
          asked.push(options);
          if (asked.length > 100) throw new Error('it goes on for ever');
          return Promise.resolve(pages[Math.min(asked.length, pages.length) - 1]!);
        },
        createConversation: () => Promise.resolve({ id: 'a:chat' }),
      },
    };
    const key = Symbol('ConnectorClientKey');
    const context = { turnState: new Map([[key, roster]]), adapter: { ConnectorClientKey: key } };
    const proactive = {
      referenceFor: () => ({ conversation: { id: CHANNEL.id } }),
      inConversation: (_reference: unknown, act: (context: never) => Promise<unknown>) => act(context as never),
    };
    const { direct } = createDirectChats({ proactive: proactive as never, appId: null });
    const near: ConversationInput = {
      id: `teams:${CHANNEL.id}`,
      channel: 'teams',
      kind: 'channel',
      tenantId: TENANT,
      name: null,
      reference: {},
    };
    const find = async (address: string): Promise<string> => (await direct(named({ address }), near)).actor.id;
    return { find, asked };
  }

  it('is read page after page, of five hundred each, until somebody has that address', async () => {
    const { find, asked } = withPages(
      { members: [CAROL], continuationToken: 'second' },
      { members: [BOB], continuationToken: 'third' },
    );
    assert.equal(await find('bob@contoso.example'), BOB.id);
    assert.deepEqual(asked, [{ pageSize: 500 }, { pageSize: 500, continuationToken: 'second' }]);
  });

  it('is read no further than the largest team goes', async () => {
    const { find, asked } = withPages({ members: [CAROL], continuationToken: 'more' });
    await assert.rejects(find('bob@contoso.example'), { name: 'DeliveryError', code: 'refused' });
    assert.equal(asked.length, 60);
  });

  it('may have odd members, and pages without any', async () => {
    const odd = [null, 'x', { name: 'without an id' }, { ...CAROL, email: 7, name: 7 }];
    const { find } = withPages(
      { members: odd, continuationToken: '2' },
      { continuationToken: '3' },
      { members: [BOB] },
    );
    assert.equal(await find('bob.b@contoso.example'), BOB.id);
  });
});

describe('people in Teams, with an app id', () => {
  const APP_ID = '11111111-2222-3333-4444-555555555555';
  const { AppCredentials } = createRequire(import.meta.url)('botframework-connector');
  const key = `${APP_ID}https://api.botframework.com-cache`;
  let connector: FakeConnector;
  let issuer: TokenIssuer;
  let bot: Bot;
  beforeEach(async () => {
    connector = await startFakeConnector();
    issuer = await startTokenIssuer({ appId: APP_ID });
    bot = await startBot({
      credentials: { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' },
      env: issuer.env,
    });
    connector.addMember(BOB);
    AppCredentials.cache.set(key, { accessToken: 'outgoing', expiresOn: new Date(Date.now() + 3_600_000) });
  });
  afterEach(async () => {
    AppCredentials.cache.delete(key);
    await bot.close();
    await issuer.close();
    await connector.close();
  });

  async function near(): Promise<ConversationInput> {
    const activity = teamsActivity(connector.serviceUrl, { text: 'list', conversation: CHANNEL });
    await sendActivity(bot.url, activity, { authorization: issuer.valid(connector.serviceUrl) });
    return bot.messages.at(-1)!.conversation;
  }

  it('are found and written to with the bot’s own token, by the address that was vouched for', async () => {
    const { conversation } = await bot.channel.messenger.direct(
      named({ address: 'bob@contoso.example' }),
      await near(),
    );
    await bot.channel.messenger.send(stored(conversation), ANSWER, { deliveryId: 'd', thread: null });
    const sent = [...connector.peopleCalls, ...connector.calls];
    assert.deepEqual([...new Set(sent.map(({ authorization }) => authorization))], ['Bearer outgoing']);
    const { serviceUrl, vouchedFor } = conversation.reference as Record<string, string>;
    assert.deepEqual({ serviceUrl, vouchedFor }, { serviceUrl: connector.serviceUrl, vouchedFor: APP_ID });
  });

  it('are not asked for where no token vouched for the address', async () => {
    const here = await near();
    const reference = { ...(here.reference as object), vouchedFor: null };
    const asking = bot.channel.messenger.direct(named({ id: BOB.id }), { ...here, reference });
    await assert.rejects(asking, { name: 'DeliveryError', code: 'refused' });
    assert.deepEqual(connector.peopleCalls, []);
  });
});

describe('a link to a conversation in Teams', () => {
  function place(overrides: Partial<ConversationInput>, id = '19:ops@thread.tacv2'): ConversationInput {
    return {
      id: `teams:${id}`,
      channel: 'teams',
      kind: 'channel',
      tenantId: 'tenant 1',
      name: 'R&D / Ops',
      reference: { conversation: { id }, bot: BOT },
      ...overrides,
    };
  }
  const cases: [string, ConversationInput, string | null, string | null][] = [
    [
      'opens a channel',
      place({}),
      'app',
      'https://teams.microsoft.com/l/channel/19%3Aops%40thread.tacv2/R%26D%20%2F%20Ops?tenantId=tenant%201',
    ],
    [
      'opens a channel without a name or tenant',
      place({ name: null, tenantId: null }, '19:ops@thread.tacv2;messageid=7'),
      'app',
      'https://teams.microsoft.com/l/channel/19%3Aops%40thread.tacv2/channel',
    ],
    [
      'opens a group chat',
      place({ kind: 'group' }, '19:g@thread.v2'),
      'app',
      'https://teams.microsoft.com/l/chat/19%3Ag%40thread.v2/conversations',
    ],
    [
      'opens the chat with the bot',
      place({ kind: 'personal' }, 'a:1'),
      'app',
      'https://teams.microsoft.com/l/chat/0/0?users=28%3Aapp',
    ],
    [
      'opens the chat with the bot of local mode',
      place({ kind: 'personal' }, 'a:1'),
      null,
      'https://teams.microsoft.com/l/chat/0/0?users=28%3Abot',
    ],
    ['is none for what cannot be read', place({ reference: 'nonsense' }), 'app', null],
    [
      'opens a channel, whoever the bot is said to be there',
      place({ reference: { conversation: { id: '19:ops@thread.tacv2' }, bot: 7 }, tenantId: null, name: 'ops' }),
      null,
      'https://teams.microsoft.com/l/channel/19%3Aops%40thread.tacv2/ops',
    ],
    [
      'is none to a bot of local mode that is not named',
      place({ kind: 'personal', reference: { conversation: { id: 'a:1' } } }),
      null,
      null,
    ],
  ];
  for (const [name, conversation, appId, expected] of cases)
    it(name, () => assert.equal(linkTo(conversation, { appId, teams: 'https://teams.microsoft.com' }), expected));

  it('leads to Teams of the cloud that the bot is in', () => {
    const link = linkTo(place({ kind: 'group' }, '19:g@thread.v2'), {
      appId: 'app',
      teams: 'https://gov.teams.microsoft.us',
    });
    assert.equal(link, 'https://gov.teams.microsoft.us/l/chat/19%3Ag%40thread.v2/conversations');
  });

  const teams = 'https://teams.microsoft.com';
  const TEAM = 'a7a4a3a2-0b0b-4c0c-8d0d-0e0e0e0e0e0e';
  const inTeam = { conversation: { id: '19:ops@thread.tacv2' }, aadGroupId: TEAM };
  const messages: [string, ConversationInput, string, string | null][] = [
    [
      'of a channel, with its team',
      place({ reference: inTeam }),
      'teams:19:ops@thread.tacv2:1648741500652',
      `${teams}/l/message/19%3Aops%40thread.tacv2/1648741500652?tenantId=tenant+1&groupId=${TEAM}&parentMessageId=1648741500652&createdTime=1648741500652`,
    ],
    [
      'of a channel whose team is not known, edited since',
      place({ tenantId: null }),
      'teams:19:ops@thread.tacv2:1648741500652~edit~x',
      `${teams}/l/message/19%3Aops%40thread.tacv2/1648741500652?parentMessageId=1648741500652&createdTime=1648741500652`,
    ],
    [
      'of a group chat',
      place({ kind: 'group' }, '19:g@thread.v2'),
      'teams:19:g@thread.v2:1648741500652',
      `${teams}/l/message/19%3Ag%40thread.v2/1648741500652?context=%7B%22contextType%22%3A%22chat%22%7D`,
    ],
    [
      'of a person’s own chat, which Teams calls otherwise',
      place({ kind: 'personal' }, 'a:1'),
      'teams:a:1:1648741500652',
      null,
    ],
    ['that is none, but a form', place({}), 'teams:form:x', null],
    ['of what cannot be read', place({ reference: 'nonsense' }), 'teams:19:ops@thread.tacv2:1648741500652', null],
  ];
  for (const [what, conversation, inbound, expected] of messages)
    it(`leads to a message ${what}`, () => assert.equal(messageLinkTo(conversation, inbound, { teams }), expected));

  it('writes into a person’s own chat, and nowhere else', () => {
    const options = { appId: 'app', teams };
    assert.equal(
      draftLinkTo(place({ kind: 'personal' }, 'a:1'), 'show a.example:443', options),
      `${teams}/l/chat/0/0?users=28%3Aapp&message=show%20a.example%3A443`,
    );
    assert.equal(draftLinkTo(place({}), 'show a.example:443', options), null);
  });
});

describe('whose own chat a conversation in Teams is', () => {
  const user = { id: BOB.id, name: BOB.name };
  const cases: [kind: ConversationInput['kind'], reference: unknown, expected: string | null][] = [
    ['personal', { user }, BOB.id],
    ['personal', { user: { id: '' } }, null],
    ['personal', 'nonsense', null],
    ['group', { user }, null],
    ['channel', { user }, null],
  ];
  for (const [kind, reference, expected] of cases)
    it(`is ${expected ?? 'nobody’s'} for a ${kind} one with ${JSON.stringify(reference)}`, () => {
      const conversation = { id: 'teams:a:1', channel: 'teams', kind, tenantId: null, name: null, reference } as const;
      assert.equal(personOf(conversation), expected);
    });
});
