import assert from 'node:assert/strict';
import sinon from 'sinon';
import { ANSWER_WITHIN } from '../../../src/channels/in-time.ts';
import type { Workspace } from '../../../src/channels/slack/installation-record.ts';
import type { Said } from '../../../src/channels/slack/presser.ts';
import { createTurn } from '../../../src/channels/slack/turn.ts';
import type { Card } from '../../../src/core/card.ts';
import { StoreError, UserError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Inbound, InboundAction } from '../../../src/core/model/inbound.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import {
  appHomeOpened,
  appMention,
  channelMessage,
  conversationEvent,
  directMessage,
  eventCallback,
  memberEvent,
} from '../../peers/slack/events.ts';
import { slashCommand } from '../../peers/slack/requests.ts';

type Payload = Record<string, any>;

const NOW = Date.now();
const CARD: Card = { language: 'en', summary: 'Looked.', title: 'Looked', tone: 'neutral' };
const ADDRESS = 'https://hooks.slack.com/actions/1/2/3';
const FOREIGN_ADDRESS = 'https://evil.example/actions/1/2/3';

interface Setting {
  allowed?: string[] | null;
  /** Known conversations of every channel. */
  known?: ConversationInput[];
  /** What becomes of a press. */
  act?: (action: InboundAction) => Promise<Card | null>;
  accept?: (inbound: Inbound) => Promise<void>;
  /** Who somebody is. */
  identify?: (actor: Actor) => Promise<Actor>;
  replace?: () => Promise<void>;
  tell?: () => Promise<void>;
  home?: () => Promise<void>;
  post?: () => Promise<void>;
  publishes?: boolean;
}

/** What the bot does with what Slack sends, and whom it told what. */
function start(setting: Setting = {}) {
  const messages: Inbound[] = [];
  const actions: InboundAction[] = [];
  const told: Said[] = [];
  const replaced: { id: string; ts: string; card: Card }[] = [];
  const published: { workspace: Workspace; actor: Actor; page: number }[] = [];
  const heard: unknown[][] = [];
  const called: unknown[][] = [];
  const logged: string[] = [];
  let isHome = false;
  const keep = (_fields: object, message: string) => void logged.push(message);
  const log: Log = { debug() {}, info: keep, warn: keep, error: keep };
  const hear =
    (what: string) =>
    async (...given: unknown[]) =>
      void heard.push([what, ...given]);
  const turn = createTurn({
    inbox: {
      async message(inbound: Inbound) {
        messages.push(inbound);
        await setting.accept?.(inbound);
      },
      async action(action: InboundAction) {
        actions.push(action);
        return setting.act ? await setting.act(action) : CARD;
      },
      installed: hear('installed'),
      seen: hear('seen'),
      moved: hear('moved'),
      renamed: hear('renamed'),
      conversationsIn: async () => setting.known ?? [],
    },
    api: {
      async call(...given: unknown[]) {
        called.push(given);
        await setting.post?.();
        return { ok: true };
      },
    },
    workspaces: {
      async home() {
        await setting.home?.();
        isHome = true;
      },
      accessTo: async () => ({ token: 'xoxb', botUserId: isHome ? 'U0BOT' : null, scopes: [], isConfigured: true }),
    },
    responseUrls: { isTrusted: (url: string) => url.startsWith('https://hooks.slack.com/') },
    directChats: { channelWith: async (userId: string) => `D${userId.slice(1)}` },
    people: { identify: setting.identify ?? (async (actor: Actor) => ({ ...actor, locale: 'de-DE' })) },
    presser: {
      async tell(_press: unknown, _workspace: unknown, said: Said) {
        told.push(said);
        await setting.tell?.();
      },
    },
    homePages: {
      async publish(workspace: Workspace, actor: Actor, page: number) {
        published.push({ workspace, actor, page });
        return setting.publishes ?? true;
      },
    },
    async replace({ id }: ConversationInput, ts: string, card: Card) {
      await setting.replace?.();
      replaced.push({ id, ts, card });
    },
    allowed: setting.allowed ?? null,
    forget: async () => true,
    log,
    now: () => NOW,
  } as unknown as Parameters<typeof createTurn>[0]);
  return {
    turn,
    messages,
    actions,
    told,
    replaced,
    published,
    heard,
    called,
    logged,
    isHome: () => isHome,
    event: (event: Payload, envelope: Payload = {}) => turn.onEvent(eventCallback(event, envelope), event),
  };
}

type Stage = ReturnType<typeof start>;

/** The one message that the bot takes in. */
async function taken(event: Payload, envelope: Payload = {}, stage: Stage = start()): Promise<Inbound> {
  await stage.event(event, envelope);
  assert.equal(stage.messages.length, 1);
  return stage.messages[0]!;
}

function authorizedBy(partial: Payload): Payload {
  const own = { enterprise_id: null, team_id: 'T0ACME', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false };
  return { authorizations: [{ ...own, ...partial }] };
}

describe('what is written to the bot in Slack', () => {
  const kinds: [string, Payload, boolean][] = [
    ['a direct message', directMessage('help'), true],
    ['a direct message that names no kind of conversation', directMessage('help', { channel_type: undefined }), true],
    ['a direct message in a chat whose id is of a new kind', directMessage('help', { channel: 'X0ALICE' }), true],
    ['a direct message whose subtype is null', directMessage('help', { subtype: null }), true],
    ['a direct message with a file', directMessage('help', { subtype: 'file_share' }), true],
    ['a message of /me', directMessage('help', { subtype: 'me_message' }), true],
    ['a mention', appMention('<@U0BOT> help'), true],
    [
      'a mention in a reply that the channel sees as well',
      appMention('<@U0BOT> help', { subtype: 'thread_broadcast' }),
      true,
    ],
    ['a message in a channel', channelMessage('help'), false],
    [
      'a message in a channel that names no kind of conversation',
      channelMessage('help', { channel_type: undefined }),
      false,
    ],
    ['a direct message of a bot', directMessage('help', { bot_id: 'B0OTHER' }), false],
    ['a mention by a bot', appMention('<@U0BOT> help', { bot_id: 'B0OTHER' }), false],
    ['a message that tells of a bot', directMessage('help', { subtype: 'bot_message' }), false],
    ['a message that tells of somebody who joined', appMention('<@U0BOT>', { subtype: 'channel_join' }), false],
    ['a message of nobody', directMessage('help', { user: undefined }), false],
  ];
  for (const [name, event, isTaken] of kinds)
    it(`is ${isTaken ? 'taken' : 'left'}: ${name}`, async () => {
      const { messages, event: hear } = start();
      await hear(event);
      assert.equal(messages.length, isTaken ? 1 : 0);
    });

  it('is known by its conversation and its timestamp, whatever event tells of it', async () => {
    const ts = (NOW / 1000).toFixed(6);
    assert.equal((await taken(appMention('<@U0BOT> help', { ts }))).id, `slack:T0ACME:C0OPS:${ts}`);
    assert.equal(
      (await taken(directMessage('help', { ts }), authorizedBy({ team_id: 'T0OTHER' }))).id,
      `slack:T0OTHER:D0ALICE:${ts}`,
    );
  });

  const ts = (NOW / 1000).toFixed(6);
  const threads: [string, Payload, { ts: string } | null][] = [
    ['below a mention', appMention('<@U0BOT> help', { ts }), { ts }],
    ['in the thread of a mention', appMention('<@U0BOT> help', { ts, thread_ts: '17.5' }), { ts: '17.5' }],
    ['after a direct message', directMessage('help', { ts }), null],
    ['after a direct message that names no kind', directMessage('help', { ts, channel_type: undefined }), null],
    ['in the thread of a direct message', directMessage('help', { ts, thread_ts: '17.5' }), { ts: '17.5' }],
  ];
  for (const [where, event, thread] of threads) {
    it(`is answered ${where}`, async () => {
      const inbound = await taken(event);
      assert.deepEqual([inbound.thread, inbound.ephemeral, inbound.receivedAt], [thread, null, NOW]);
    });

    it(`is refused ${where}, where the workspace is not served`, async () => {
      const { event: hear, called, messages } = start({ allowed: ['T0OTHER'] });
      await hear(event);
      const text = 'This bot does not serve your organisation.';
      const place = { channel: event['channel'], text, ...(thread ? { thread_ts: thread.ts } : {}) };
      assert.deepEqual([called, messages], [[['xoxb', 'chat.postMessage', place]], []]);
    });
  }

  it('is refused in a line of the log where it cannot be said', async () => {
    const { event, logged } = start({ allowed: [], post: () => Promise.reject(new Error('archived')) });
    await event(appMention('<@U0BOT> help'));
    assert.deepEqual(logged, ['A sentence could not be said.']);
  });

  const served: [allowed: string[] | null, envelope: Payload, isServed: boolean][] = [
    [null, {}, true],
    [['t0acme'], {}, true],
    [['T0OTHER'], {}, false],
    [[], {}, false],
    [['e0org'], authorizedBy({ enterprise_id: 'E0ORG' }), true],
    [['T0ACME'], authorizedBy({ enterprise_id: 'E0ORG' }), true],
    [['E0ORG'], {}, false],
  ];
  for (const [allowed, envelope, isServed] of served)
    it(`is ${isServed ? 'taken' : 'refused'} where ${JSON.stringify(allowed)} may use it: ${JSON.stringify(envelope)}`, async () => {
      const { event, messages } = start({ allowed });
      await event(appMention('<@U0BOT> help'), envelope);
      assert.equal(messages.length, isServed ? 1 : 0);
    });

  const places: [string, Payload, kind: string, userId: string | undefined][] = [
    ['whose chat it is', directMessage('help'), 'personal', 'U0ALICE'],
    ['whose chat it is, by its id alone', directMessage('help', { channel_type: undefined }), 'personal', 'U0ALICE'],
    [
      'whose chat it is, by its kind alone',
      directMessage('help', { channel: 'X0ALICE', user: 'U0BOB' }),
      'personal',
      'U0BOB',
    ],
    ['a channel', appMention('<@U0BOT> help'), 'channel', undefined],
    ['a chat of several', appMention('<@U0BOT> help', { channel_type: 'mpim' }), 'group', undefined],
  ];
  for (const [what, event, kind, userId] of places)
    it(`says ${what}`, async () => {
      const { conversation } = await taken(event);
      assert.deepEqual([conversation.kind, (conversation.reference as Payload)['userId']], [kind, userId]);
    });

  it('says that another company reads along, where Slack says so', async () => {
    const shared = await taken(appMention('<@U0BOT> help'), { is_ext_shared_channel: true });
    assert.equal(shared.conversation.isShared, true);
    for (const isShared of [false, null, undefined]) {
      const { conversation } = await taken(appMention('<@U0BOT> help'), { is_ext_shared_channel: isShared });
      assert.equal('isShared' in conversation, false);
    }
  });

  const ORGANISATION = authorizedBy({ enterprise_id: 'E0ORG', is_enterprise_install: true });
  const teams = { team: undefined, user_team: undefined, source_team: undefined };
  const authors: [string, Payload, Payload, outsider: boolean | undefined, tenantId: string][] = [
    ['of the workspace', { team: 'T0ACME' }, {}, false, 'T0ACME'],
    ['of another', { team: 'T9EVIL' }, {}, true, 'T9EVIL'],
    ['of another, sent from here', { user_team: 'T9EVIL', source_team: 'T0ACME', team: 'T0ACME' }, {}, true, 'T9EVIL'],
    ['who writes from another, which is seen here', { source_team: 'T9EVIL', team: 'T0ACME' }, {}, true, 'T9EVIL'],
    ['of whom nothing is said', {}, {}, undefined, 'T0ACME'],
    ['of another workspace of the organisation', { team: 'T0SIBLING' }, ORGANISATION, false, 'T0SIBLING'],
    [
      'of another workspace in what the organisation shares',
      { team: 'T9EVIL' },
      { ...ORGANISATION, is_ext_shared_channel: true },
      true,
      'T9EVIL',
    ],
    [
      'of another workspace in what the organisation perhaps shares',
      { team: 'T9EVIL' },
      { ...ORGANISATION, is_ext_shared_channel: null },
      true,
      'T9EVIL',
    ],
  ];
  for (const [who, said, envelope, outsider, tenantId] of authors)
    it(`is by somebody ${who}`, async () => {
      const { actor } = await taken(appMention('<@U0BOT> help', { ...teams, ...said }), envelope);
      assert.deepEqual([actor.outsider, actor.tenantId], [outsider, tenantId]);
    });

  describe('is read without the mention of the bot', () => {
    const text = '<@U0ALICE> told <@U0BOT> to help';
    const unnamed = authorizedBy({ user_id: null });

    it('who the event says it is', async () => {
      const stage = start();
      assert.equal((await taken(appMention(text), {}, stage)).text, '@U0ALICE told to help');
      assert.equal(stage.isHome(), false);
    });

    it('who Slack says it is, where the event does not', async () =>
      assert.equal((await taken(appMention(text), unnamed)).text, '@U0ALICE told to help'));

    it('who is mentioned first, where Slack does not say either', async () => {
      const away = start({ home: () => Promise.reject(new Error('away')) });
      assert.equal((await taken(appMention(text), unnamed, away)).text, 'told @U0BOT to help');
    });
  });

  it('mentions people and then groups', async () => {
    const { mentions } = await taken(appMention('<@U0BOT> owner <!subteam^S0OPS|@ops> <@U0BOB|bob>'));
    assert.deepEqual(
      mentions?.map(({ id }) => id),
      ['U0BOB', 'S0OPS'],
    );
  });
});

describe('a slash command in Slack', () => {
  async function hear(stage: Stage, command: Payload): Promise<string[]> {
    const refused: string[] = [];
    await stage.turn.onCommand(command, async (sentence) => void refused.push(sentence));
    return refused;
  }

  it('is answered for the eyes of the asker, or where it was typed', async () => {
    const stage = start();
    assert.deepEqual(await hear(stage, slashCommand('list', ADDRESS, { trigger_id: '1.2.x' })), []);
    const [inbound] = stage.messages;
    const asker = { userId: 'U0ALICE', responseUrl: ADDRESS, until: NOW + 29 * 60_000 };
    assert.deepEqual(
      [inbound?.id, inbound?.thread, inbound?.ephemeral],
      ['slack:T0ACME:1.2.x', { asker }, { asker, ephemeral: true }],
    );
    const { conversation, actor, text, attachments, receivedAt } = inbound!;
    assert.deepEqual([conversation.id, conversation.name], ['slack:T0ACME:C0OPS', '#ops']);
    assert.deepEqual([actor.id, actor.name, actor.tenantId], ['U0ALICE', 'alice', 'T0ACME']);
    assert.deepEqual([text, attachments, receivedAt], ['list', [], NOW]);
  });

  it('is not answered by an address that is none of Slack', async () => {
    const stage = start();
    await hear(stage, slashCommand('list', FOREIGN_ADDRESS));
    assert.equal((stage.messages[0]!.thread as Payload)['asker'].responseUrl, null);
  });

  const texts: [typed: string | null, text: string, isAsked: boolean][] = [
    ['list', 'list', false],
    [null, '', false],
    ['<@U0BOT> list', 'list', true],
    ['<@U0ALICE|alice> list', '@alice list', true],
  ];
  for (const [typed, text, isAsked] of texts)
    it(`is read as ${JSON.stringify(text)} when it is ${JSON.stringify(typed)}, and ${isAsked ? 'asks' : 'does not ask'} who the bot is`, async () => {
      const stage = start();
      await hear(stage, slashCommand('', ADDRESS, { text: typed }));
      assert.deepEqual([stage.messages[0]?.text, stage.isHome()], [text, isAsked]);
    });

  it('is refused when it lacks what is needed, or comes from where the bot does not serve', async () => {
    const { trigger_id: _left, ...incomplete } = slashCommand('list', ADDRESS);
    const stage = start({ allowed: ['T0OTHER'] });
    assert.match((await hear(stage, incomplete)).join(), /without what I need/);
    assert.match((await hear(stage, slashCommand('list', ADDRESS))).join(), /does not serve/);
    assert.deepEqual(stage.messages, []);
  });

  it('is refused with the reason, or with an id that the log has, when it cannot be accepted', async () => {
    const told = start({ accept: () => Promise.reject(new UserError('Too many at once.')) });
    assert.deepEqual(await hear(told, slashCommand('list', ADDRESS)), ['Too many at once.']);
    const failed = start({ accept: () => Promise.reject(new Error('no')) });
    assert.match((await hear(failed, slashCommand('list', ADDRESS))).join(), /\w/);
    assert.deepEqual(failed.logged, ['A slash command could not be accepted.']);
  });

  it('is not acknowledged while the store is away: Slack says so', async () => {
    const away = start({ accept: () => Promise.reject(new StoreError('away')) });
    await assert.rejects(hear(away, slashCommand('list', ADDRESS)), StoreError);
  });
});

describe('a press in Slack', () => {
  const BUTTON = { type: 'button', action_id: 'act:0', block_id: 'b', value: '["look",{"watch":7}]' };
  let serial = 0;

  function press(partial: Payload = {}): Payload {
    serial += 1;
    return {
      type: 'block_actions',
      user: { id: 'U0BOB', username: 'bob', name: 'bobby', team_id: 'T0ACME' },
      team: { id: 'T0ACME' },
      enterprise: null,
      trigger_id: `${serial}.2.x`,
      channel: { id: 'C0OPS', name: 'ops' },
      container: { type: 'message', message_ts: '20.1', channel_id: 'C0OPS', is_ephemeral: false },
      message: { ts: '20.1', team: 'T0ACME' },
      response_url: ADDRESS,
      actions: [BUTTON],
      ...partial,
    };
  }

  const EPHEMERAL = {
    container: { type: 'message', message_ts: '20.1', channel_id: 'C0OPS', is_ephemeral: true },
    message: undefined,
  };
  const HOME = { view: { type: 'home' }, container: { type: 'view' }, channel: undefined, message: undefined };

  /** The one thing that is to be done. */
  async function done(partial: Payload, stage: Stage = start()): Promise<InboundAction> {
    await stage.turn.onPress(press(partial));
    assert.equal(stage.actions.length, 1);
    return stage.actions[0]!;
  }

  it('says who pressed what where, and replaces the message', async () => {
    const stage = start();
    const { conversation, actor, action, receivedAt } = await done({}, stage);
    assert.deepEqual([conversation.id, conversation.name], ['slack:T0ACME:C0OPS', '#ops']);
    assert.deepEqual([actor.id, actor.name, actor.tenantId, actor.outsider], ['U0BOB', 'bob', 'T0ACME', false]);
    assert.deepEqual([action, receivedAt], [{ name: 'look', data: { watch: 7 } }, NOW]);
    assert.deepEqual(stage.replaced, [{ id: 'slack:T0ACME:C0OPS', ts: '20.1', card: CARD }]);
    assert.deepEqual(stage.told, []);
  });

  const threads: [string, Payload, ts: string | undefined][] = [
    ['below the message', {}, '20.1'],
    ['in the thread of the message', { message: { ts: '20.1', thread_ts: '17.5' } }, '17.5'],
    [
      'in the thread of what only they see',
      { ...EPHEMERAL, container: { ...EPHEMERAL.container, thread_ts: '17.5' } },
      '17.5',
    ],
    ['beside what only they see', EPHEMERAL, undefined],
    ['after the message in a direct chat', { channel: { id: 'D0BOB', name: 'directmessage' } }, undefined],
  ];
  for (const [where, partial, ts] of threads)
    it(`is answered ${where}`, async () => {
      const { thread, ephemeral } = await done(partial);
      const asker = { userId: 'U0BOB', responseUrl: ADDRESS, until: NOW + 29 * 60_000 };
      assert.deepEqual(thread, { ...(ts ? { ts } : {}), asker });
      assert.deepEqual(ephemeral, partial['container'] ? { asker, ephemeral: true } : null);
    });

  it('is not answered by an address that is none of Slack', async () => {
    const { thread } = await done({ response_url: FOREIGN_ADDRESS });
    assert.equal((thread as Payload)['asker'].responseUrl, null);
  });

  const places: [string, Payload, channel: string, ts: string | null][] = [
    ['its container alone', { channel: undefined, message: undefined }, 'C0OPS', '20.1'],
    ['its channel and message alone', { container: undefined }, 'C0OPS', '20.1'],
    ['its channel alone', { container: undefined, message: undefined }, 'C0OPS', null],
  ];
  for (const [by, partial, channel, ts] of places)
    it(`is known by ${by}`, async () => {
      const stage = start();
      assert.equal((await done(partial, stage)).conversation.id, `slack:T0ACME:${channel}`);
      assert.deepEqual(
        stage.replaced.map((each) => each.ts),
        ts === null ? [] : [ts],
      );
      assert.deepEqual(stage.told, ts === null ? [{ what: CARD, replaces: true }] : []);
    });

  it('of which nobody knows where it is, is told so', async () => {
    const { turn, actions, told } = start();
    await turn.onPress(press({ channel: undefined, container: undefined, message: undefined }));
    assert.deepEqual(actions, []);
    assert.equal(told.length, 1);
    assert.match(String(told[0]?.what), /list/);
  });

  describe('has its answer', () => {
    it('in the place of what only whoever pressed sees', async () => {
      const stage = start();
      await done(EPHEMERAL, stage);
      assert.deepEqual([stage.replaced, stage.told], [[], [{ what: CARD, replaces: true }]]);
    });

    it('beside a message that cannot be replaced', async () => {
      const stage = start({ replace: () => Promise.reject(new Error('deleted')) });
      await done({}, stage);
      assert.deepEqual(stage.told, [{ what: CARD, replaces: false }]);
      assert.deepEqual(stage.logged, ['a pressed message could not be changed']);
    });

    it('elsewhere, where there is none', async () => {
      const stage = start({ act: async () => null });
      await done({}, stage);
      assert.deepEqual([stage.replaced, stage.told], [[], []]);
    });

    it('in a sentence when it fails, whether there is a reason or not', async () => {
      const told = start({ act: () => Promise.reject(new UserError('Not yours.')) });
      await done({}, told);
      assert.deepEqual([told.told, told.logged], [[{ what: 'Not yours.' }], []]);
      const failed = start({ act: () => Promise.reject(new Error('no')) });
      await done({}, failed);
      assert.match(String(failed.told[0]?.what), /Fehler/);
      assert.deepEqual(failed.logged, ['A button press failed.']);
    });
  });

  const WHERE: ConversationInput = {
    id: 'slack:T0ACME:C0OPS',
    channel: 'slack',
    kind: 'channel',
    tenantId: 'T0ACME',
    name: '#ops',
    reference: { teamId: 'T0ACME', enterpriseId: 'E0ORG', channelId: 'C0OPS' },
  };
  const people: [string, Payload, outsider: boolean | undefined, tenantId: string][] = [
    ['of the workspace', {}, false, 'T0ACME'],
    ['of another', { user: { id: 'U9EVE', team_id: 'T9EVIL' } }, true, 'T9EVIL'],
    ['of whom nothing is said', { user: { id: 'U0BOB' } }, undefined, 'T0ACME'],
    [
      'of another workspace of the organisation',
      {
        user: { id: 'W0SUE', team_id: 'T0SIBLING' },
        team: { id: 'T0SIBLING', enterprise_id: 'E0ORG' },
      },
      false,
      'T0SIBLING',
    ],
    [
      'of another workspace of the organisation, which the press names',
      {
        user: { id: 'W0SUE', team_id: 'T0SIBLING' },
        team: { id: 'T0SIBLING' },
        enterprise: { id: 'E0ORG' },
      },
      false,
      'T0SIBLING',
    ],
    [
      'of another, though the press names the organisation of the place',
      {
        user: { id: 'U9EVE', team_id: 'T9EVIL' },
        team: { id: 'T0ACME', enterprise_id: 'E0ORG' },
        enterprise: { id: 'E0ORG' },
      },
      true,
      'T9EVIL',
    ],
  ];
  for (const [who, partial, outsider, tenantId] of people)
    it(`is by somebody ${who}`, async () => {
      const { conversation, actor } = await done(partial, start({ known: [WHERE] }));
      assert.equal(conversation.id, WHERE.id);
      assert.deepEqual([actor.outsider, actor.tenantId], [outsider, tenantId]);
    });

  const names: [Payload, string][] = [
    [{ username: 'bob', name: 'bobby' }, 'bob'],
    [{ name: 'bobby' }, 'bobby'],
    [{}, ''],
  ];
  for (const [said, name] of names)
    it(`is by “${name}” where Slack says ${JSON.stringify(said)}`, async () =>
      assert.equal((await done({ user: { id: 'U0BOB', team_id: 'T0ACME', ...said } })).actor.name, name));

  it('belongs to the workspace whose bot posted what is pressed', async () => {
    const theirs = { ...WHERE, id: 'slack:T0OTHER:C0OPS', tenantId: 'T0OTHER' };
    const other = { ...theirs, reference: { ...(WHERE.reference as object), teamId: 'T0OTHER' } };
    const third = { ...WHERE, id: 'slack:T0THIRD:C0OPS', reference: { teamId: 'T0THIRD', channelId: 'C0OPS' } };
    const { conversation } = await done(
      { team: { id: 'T9EVIL' }, message: { ts: '20.1', team: 'T0OTHER' } },
      start({ known: [third, other] }),
    );
    assert.equal(conversation.id, 'slack:T0OTHER:C0OPS');
  });

  it('acts once however often Slack delivers it, and each time where nothing tells it from another', async () => {
    const stage = start();
    for (const id of ['same', 'same', 'other', 'same']) await stage.turn.onPress(press({ trigger_id: id }));
    assert.equal(stage.actions.length, 2);
    for (const id of [null, undefined]) await stage.turn.onPress(press({ trigger_id: id }));
    assert.equal(stage.actions.length, 4);
  });

  it('of a link does nothing, and neither does what is no press', async () => {
    const { turn, actions, told } = start();
    await turn.onPress(press({ actions: [{ type: 'button', action_id: 'link:0', url: 'https://example.com' }] }));
    for (const odd of [null, 'text', {}, press({ actions: [] }), press({ user: null })]) await turn.onPress(odd);
    assert.deepEqual([actions, told], [[], []]);
  });

  it('of a button that nobody knows any more is told so, in the language of whoever pressed', async () => {
    const stage = start();
    await stage.turn.onPress(press({ actions: [{ ...BUTTON, value: 'look 7' }] }));
    const unknown = start({ identify: () => Promise.reject(new Error('away')) });
    await unknown.turn.onPress(press({ actions: [{ ...BUTTON, value: 'look 7' }] }));
    assert.deepEqual([stage.actions, unknown.actions], [[], []]);
    const [german, english] = [stage, unknown].map(({ told }) => String(told[0]?.what));
    assert.match(german!, /eingeben|„/);
    assert.match(english!, /“/);
  });

  it('is told that its workspace is not served, and does nothing', async () => {
    const { turn, actions, told } = start({ allowed: ['T0OTHER'] });
    await turn.onPress(press());
    assert.deepEqual([actions, told], [[], [{ what: 'This bot does not serve your organisation.' }]]);
  });

  describe('that takes long', () => {
    let clock: sinon.SinonFakeTimers;
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });
    afterEach(() => clock.restore());

    it('is told so once, and has its answer when that is there', async () => {
      const { promise: result, resolve: finish } = Promise.withResolvers<Card>();
      const stage = start({ act: () => result });
      const pressing = stage.turn.onPress(press());
      await clock.tickAsync(ANSWER_WITHIN - 1);
      assert.deepEqual(stage.told, []);
      await clock.tickAsync(1);
      assert.match(stage.told.map(({ what }) => String(what)).join(), /dauert/);
      finish(CARD);
      await pressing;
      assert.deepEqual([stage.told.length, stage.replaced.map(({ card }) => card)], [1, [CARD]]);
    });

    it('is told so in English where Slack does not say soon which language they speak', async () => {
      const { promise: result, resolve: finish } = Promise.withResolvers<Card>();
      const stage = start({ act: () => result, identify: () => Promise.withResolvers<Actor>().promise });
      const pressing = stage.turn.onPress(press());
      await clock.tickAsync(ANSWER_WITHIN + 300);
      assert.match(stage.told.map(({ what }) => String(what)).join(), /takes a little longer/);
      finish(CARD);
      await pressing;
    });

    it('may fail while that is said: then that is said as well', async () => {
      const { promise: result, reject: fail } = Promise.withResolvers<Card>();
      const { promise: saying, resolve: said } = Promise.withResolvers<void>();
      const stage = start({ act: () => result, tell: () => saying });
      const pressing = stage.turn.onPress(press());
      await clock.tickAsync(ANSWER_WITHIN);
      fail(new UserError('Not yours.'));
      // A failure that nobody has looked at by then would end the process.
      for (let round = 0; round < 3; round += 1) await new Promise(setImmediate);
      said();
      await pressing;
      assert.deepEqual(stage.told[1], { what: 'Not yours.' });
    });
  });

  describe('on a Home tab', () => {
    const paging = (data: object) => ({
      ...HOME,
      actions: [{ ...BUTTON, value: JSON.stringify(['home-page', data]) }],
    });
    const pages: [data: object, page: number][] = [
      [{ page: 2 }, 2],
      [{ page: '3' }, 3],
      [{ page: 100_000 }, 100_000],
      [{}, 1],
      [{ page: 0 }, 1],
      [{ page: -1 }, 1],
      [{ page: 1.5 }, 1],
      [{ page: 100_001 }, 1],
      [{ page: 'x' }, 1],
    ];
    for (const [data, page] of pages)
      it(`turns to page ${page} by ${JSON.stringify(data)}`, async () => {
        const { turn, published, told, actions } = start();
        await turn.onPress(press(paging(data)));
        assert.deepEqual(
          published.map((each) => [each.workspace.teamId, each.actor.id, each.page]),
          [['T0ACME', 'U0BOB', page]],
        );
        assert.deepEqual([told, actions], [[], []]);
      });

    it('is told when the page was not taken, in the language of whoever pressed', async () => {
      const { turn, told } = start({ publishes: false });
      await turn.onPress(press(paging({ page: 2 })));
      assert.match(told.map(({ what }) => String(what)).join(), /Slack hat die Seite/);
    });

    it('of any other button is answered in their own chat', async () => {
      const stage = start();
      const { conversation, thread, ephemeral, actor } = await done(HOME, stage);
      const { id, kind, reference } = conversation;
      assert.deepEqual(
        [id, kind, (reference as Payload)['userId'], thread, ephemeral, actor.id],
        ['slack:T0ACME:D0BOB', 'personal', 'U0BOB', null, null, 'U0BOB'],
      );
      assert.deepEqual([stage.told, stage.replaced], [[{ what: CARD }], []]);
    });

    it('of any other button, whose answer comes otherwise, says nothing', async () => {
      const stage = start({ act: async () => null });
      await done(HOME, stage);
      assert.deepEqual(stage.told, []);
    });
  });
});

describe('what Slack tells of conversations', () => {
  async function told(
    step: 'onHomeOpened' | 'onJoined' | 'onOpened' | 'onRenamed' | 'onMoved',
    event: Payload,
    { envelope = {}, ...setting }: Setting & { envelope?: Payload } = {},
  ): Promise<unknown[]> {
    const { turn, heard, published } = start(setting);
    await turn[step](eventCallback(event, envelope), event);
    const ids = (each: unknown): unknown =>
      typeof each === 'object' && each !== null && 'id' in each ? (each as { id: unknown }).id : each;
    return [...heard.map((each) => each.map(ids)), ...published.map(({ actor, page }) => ['page', actor.id, page])];
  }

  const OLD = { event_ts: String(NOW / 1000 - 8 * 86_400) };
  const UNNAMED = authorizedBy({ user_id: null });
  const cases: [string, () => Promise<unknown[]>, unknown[]][] = [
    ['an opened Home tab', () => told('onHomeOpened', appHomeOpened()), [['page', 'U0ALICE', 1]]],
    [
      'an opened tab of no name',
      () => told('onHomeOpened', appHomeOpened({ tab: undefined })),
      [['page', 'U0ALICE', 1]],
    ],
    ['an opened Home tab of days ago', () => told('onHomeOpened', appHomeOpened(OLD)), []],
    ['an opened Home tab where it does not serve', () => told('onHomeOpened', appHomeOpened(), { allowed: [] }), []],
    ['an opened Home tab of nobody', () => told('onHomeOpened', appHomeOpened({ user: null })), []],
    [
      'an opened chat',
      () => told('onHomeOpened', appHomeOpened({ tab: 'messages' })),
      [['installed', 'slack:T0ACME:D0ALICE', 'U0ALICE']],
    ],
    ['an opened chat of no id', () => told('onHomeOpened', appHomeOpened({ tab: 'messages', channel: null })), []],
    [
      'that it joined a channel',
      () => told('onJoined', memberEvent('member_joined_channel')),
      [['seen', 'slack:T0ACME:C0OPS']],
    ],
    [
      'that it joined a channel, in an event that does not say who it is',
      () => told('onJoined', memberEvent('member_joined_channel'), { envelope: UNNAMED }),
      [['seen', 'slack:T0ACME:C0OPS']],
    ],
    ['that somebody else joined', () => told('onJoined', memberEvent('member_joined_channel', 'U0ALICE')), []],
    [
      'that somebody unknown joined, while Slack does not tell who it is itself',
      () =>
        told('onJoined', memberEvent('member_joined_channel', 'U0ALICE', { user: null }), {
          envelope: UNNAMED,
          home: () => Promise.reject(new Error('away')),
        }),
      [],
    ],
    [
      'that it joined where it does not serve',
      () => told('onJoined', memberEvent('member_joined_channel'), { allowed: [] }),
      [],
    ],
    [
      'a channel that is open again',
      () => told('onOpened', conversationEvent('channel_unarchive')),
      [['seen', 'slack:T0ACME:C0OPS']],
    ],
    ['a channel of no id that is open again', () => told('onOpened', conversationEvent('x', { channel: null })), []],
    [
      'a channel that is open again where it does not serve',
      () => told('onOpened', conversationEvent('x'), { allowed: [] }),
      [],
    ],
    [
      'a channel of another name',
      () => told('onRenamed', conversationEvent('channel_rename', { channel: { id: 'C0OPS', name: 'operations' } })),
      [['renamed', 'slack:T0ACME:C0OPS', '#operations']],
    ],
    [
      'a channel of no name',
      () => told('onRenamed', conversationEvent('x', { channel: { id: 'C0OPS', name: '' } })),
      [],
    ],
    [
      'a channel of another id',
      () => told('onMoved', { type: 'channel_id_changed', old_channel_id: 'C0OPS', new_channel_id: 'C1OPS' }),
      [['moved', 'slack:T0ACME:C0OPS', 'slack:T0ACME:C1OPS']],
    ],
    [
      'a channel of another id, of which one is not said',
      () => told('onMoved', { type: 'x', old_channel_id: 'C0OPS' }),
      [],
    ],
  ];
  for (const [what, happens, expected] of cases)
    it(`is ${expected.length > 0 ? 'taken in' : 'left'}: ${what}`, async () =>
      assert.deepEqual(await happens(), expected));
});
