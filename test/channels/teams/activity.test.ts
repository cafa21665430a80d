import assert from 'node:assert/strict';
import {
  activitySchema,
  actorOf,
  conversationOf,
  executePress,
  inboundId,
  placeOf,
  readingOf,
  signingIn,
  submitPress,
  type TeamsActivity,
  threadOf,
  turnKind,
} from '../../../src/channels/teams/activity.ts';
import { BOT, PERSON, teamsActivity, TENANT } from '../../peers/teams/connector.ts';

const CHANNEL = '19:ops@thread.tacv2';
const TEAM = '19:general@thread.tacv2';

function activity(partial: Record<string, unknown> = {}): TeamsActivity {
  return activitySchema.parse(teamsActivity('https://smba.example/', { id: '1', ...partial }));
}

const inConversation = (conversation: object, channelData: unknown = {}): TeamsActivity =>
  activity({ conversation: { id: CHANNEL, ...conversation }, channelData });

describe('an activity of Teams', () => {
  const odd: [field: string, partial: Record<string, unknown>][] = [
    ['from', { from: { id: 7 } }],
    ['recipient', { recipient: 'bot' }],
    ['text', { text: 7 }],
    ['name', { name: {} }],
    ['action', { action: [] }],
    ['replyToId', { replyToId: 7 }],
    ['locale', { locale: 7 }],
    ['locale', { locale: 'x'.repeat(101) }],
    ['localTimezone', { localTimezone: 7 }],
    ['entities', { entities: {} }],
    ['entities', { entities: ['mention'] }],
    ['attachments', { attachments: 'file' }],
    ['membersAdded', { membersAdded: [{ id: '' }] }],
    ['membersRemoved', { membersRemoved: 'all' }],
    ['channelData', { channelData: 'Teams' }],
  ];
  for (const [field, partial] of odd)
    it(`is taken without its ${field} where that is ${JSON.stringify(partial[field]).slice(0, 20)}`, () => {
      const taken: Record<string, unknown> = activity({ text: 'list', ...partial });
      assert.deepEqual(taken, { ...activity({ text: 'list', ...partial, [field]: undefined }), [field]: undefined });
    });

  for (const [field, value] of Object.entries({ conversationType: 7, isGroup: 'yes', tenantId: 7, name: {} }))
    it(`is taken without the ${field} of its conversation where that is ${JSON.stringify(value)}`, () => {
      const { conversation } = inConversation({ [field]: value });
      assert.deepEqual(conversation, { id: CHANNEL, [field]: undefined });
    });

  for (const [field, value] of Object.entries({ eventType: 7, tenant: TENANT, channel: CHANNEL, team: { id: 7 } }))
    it(`is taken without the ${field} of its channel data where that is ${JSON.stringify(value)}`, () => {
      assert.deepEqual(inConversation({}, { [field]: value }).channelData, { [field]: undefined });
    });

  const unusable: [what: string, partial: Record<string, unknown>][] = [
    ['no type', { type: '' }],
    ['no channel', { channelId: '' }],
    ['a conversation without an id', { conversation: { id: '' } }],
    ['an address that is none of the web', { serviceUrl: 'ftp://smba.example/' }],
    ['an address that is none', { serviceUrl: 'smba' }],
    ['an id that is no text', { id: 7 }],
  ];
  for (const [what, partial] of unusable)
    it(`is refused with ${what}`, () =>
      assert.equal(activitySchema.safeParse(teamsActivity('https://smba.example/', partial)).success, false));
});

describe('the conversation of an activity', () => {
  const kinds: [conversation: object, kind: string][] = [
    [{ conversationType: 'channel' }, 'channel'],
    [{ conversationType: 'Channel', isGroup: true }, 'channel'],
    [{ conversationType: 'groupChat' }, 'group'],
    [{ conversationType: 'groupchat', isGroup: false }, 'group'],
    [{ conversationType: 'personal', isGroup: true }, 'personal'],
    [{ isGroup: true }, 'group'],
    [{ isGroup: false }, 'personal'],
    [{}, 'personal'],
  ];
  for (const [conversation, kind] of kinds)
    it(`is ${kind} with ${JSON.stringify(conversation)}`, () =>
      assert.equal(conversationOf(inConversation(conversation), null).kind, kind));

  const names: [what: string, conversation: object, channelData: object, name: string | null][] = [
    ['its own name', { name: 'Own' }, { channel: { id: CHANNEL, name: 'Ops' }, team: { name: 'Team' } }, 'Own'],
    ['that of its channel', {}, { channel: { id: CHANNEL, name: 'Ops' }, team: { name: 'Team' } }, 'Ops'],
    ['that of a channel without an id', {}, { channel: { name: 'Ops' }, team: { name: 'Team' } }, 'Ops'],
    [
      'that of its channel in a thread',
      { id: `${CHANNEL};messageid=1` },
      { channel: { id: CHANNEL, name: 'Ops' } },
      'Ops',
    ],
    [
      'that of its team, not of another channel',
      {},
      { channel: { id: '19:new', name: 'New' }, team: { name: 'Team' } },
      'Team',
    ],
    ['none beside another channel', {}, { channel: { id: '19:new', name: 'New' } }, null],
    ['none where there is none', { name: '' }, { channel: { id: CHANNEL, name: '' }, team: { name: '' } }, null],
  ];
  for (const [what, conversation, channelData, name] of names)
    it(`has ${what}`, () => assert.equal(conversationOf(inConversation(conversation, channelData), null).name, name));

  const tenants: [conversation: object, channelData: object, tenant: string | null][] = [
    [{ tenantId: 'ours' }, { tenant: { id: 'theirs' } }, 'ours'],
    [{}, { tenant: { id: 'theirs' } }, 'theirs'],
    [{ tenantId: '' }, { tenant: { id: '' } }, null],
  ];
  for (const [conversation, channelData, tenant] of tenants)
    it(`and who acts belong to ${tenant ?? 'nobody'} with ${JSON.stringify([conversation, channelData])}`, () => {
      const given = inConversation(conversation, channelData);
      assert.deepEqual([conversationOf(given, null).tenantId, actorOf(given).tenantId], [tenant, tenant]);
    });

  it('is the same in and outside of a thread, and tells its team', () => {
    const given = inConversation({ id: `${CHANNEL};messageid=17\n00` }, { team: { id: TEAM } });
    const { id, team } = conversationOf(given, null);
    assert.deepEqual([id, team, threadOf(given)], [`teams:${CHANNEL}`, TEAM, `${CHANNEL};messageid=17\n00`]);
    assert.equal(conversationOf(inConversation({}, { team: { id: '' } }), null).team, null);
    assert.equal(threadOf(inConversation({})), null);
    assert.equal(inboundId(activity({ id: '5', conversation: given.conversation })), `teams:${CHANNEL}:5`);
    assert.equal(inboundId(activity({ id: '' })), null);
  });
});

describe('who acts in Teams', () => {
  it('is somebody without a directory id where the client tells none', () => {
    const { id, name, mailbox } = actorOf(activity({ from: { id: '29:bob', name: null, aadObjectId: '' } }));
    assert.deepEqual([id, name, mailbox], ['29:bob', '', null]);
  });

  it('has zone and language of the client, however it is written, and neither where they are none', () => {
    const of = (info: object): (string | null)[] => {
      const { timeZone, locale } = actorOf(
        activity({ locale: undefined, entities: [{ type: 'mention' }, { type: 'ClientInfo', ...info }] }),
      );
      return [timeZone, locale];
    };
    assert.deepEqual(of({ timezone: 'Asia/Tokyo', locale: 'ja-JP' }), ['Asia/Tokyo', 'ja-JP']);
    assert.deepEqual(of({ timezone: 'Mars/Olympus', locale: '' }), [null, null]);
    assert.deepEqual(of({ timezone: 7, locale: 7 }), [null, null]);
    assert.deepEqual(of({ locale: 'x'.repeat(101) }), [null, 'x'.repeat(100)]);
  });

  it('mentions whom an entity names, however its type is written, and nobody by one that is none', () => {
    const mention = { text: '<at>Ada</at>', mentioned: { id: '29:ada' } };
    const { text, mentions } = readingOf(
      activity({
        text: 'owner a.example <at>Ada</at> <at>Bob</at>',
        entities: [
          { type: 'Mention', ...mention },
          { ...mention, type: 'other' },
          { type: 'mention', text: '<at>Bob</at>' },
        ],
      }),
    );
    assert.equal(text, 'owner a.example Ada Bob');
    assert.deepEqual(mentions, [{ id: '29:ada', text: 'Ada' }]);
  });
});

describe('what a turn in Teams is about', () => {
  const turns: [what: string, partial: Record<string, unknown>, kind: string][] = [
    ['a message with text', { text: 'list' }, 'message'],
    ['a message with text beside a value', { text: 'list', value: { certbotAction: 'x' } }, 'message'],
    ['a message with a value alone', { value: { certbotAction: 'x' } }, 'submit'],
    ['a message with a value that is nothing', { value: null }, 'message'],
    ['a message with a value that is text', { value: 'x' }, 'message'],
    ['a message with nothing', {}, 'message'],
    ['a press', { type: 'invoke', name: 'adaptiveCard/action' }, 'execute'],
    ['another invoke', { type: 'invoke', name: 'composeExtension/query' }, 'seen'],
    ['the code of a sign-in', { type: 'invoke', name: 'signin/verifyState' }, 'signin'],
    ['the token of a sign-in', { type: 'invoke', name: 'signin/tokenExchange' }, 'signin'],
    ['the event of a sign-in', { type: 'event', name: 'tokens/response' }, 'signin'],
    ['another event', { type: 'event', name: 'signin/verifyState' }, 'seen'],
    ['an event of the name of a press', { type: 'event', name: 'adaptiveCard/action' }, 'seen'],
    ['something with the name of a sign-in', { type: 'typing', name: 'signin/verifyState' }, 'seen'],
    ['an installation that says nothing', { type: 'installationUpdate' }, 'seen'],
    ['an installation that says something new', { type: 'installationUpdate', action: 'update' }, 'seen'],
    ['a channel’s removal told otherwise', { type: 'typing', channelData: { eventType: 'channelDeleted' } }, 'seen'],
    ['new members told otherwise', { type: 'typing', membersAdded: [BOT] }, 'seen'],
    ['members who left', { type: 'conversationUpdate', membersRemoved: [PERSON] }, 'seen'],
    ...(
      [
        ['teamDeleted', 'removed'],
        ['teamHardDeleted', 'removed'],
        ['channelDeleted', 'removed'],
        ['teamArchived', 'archived'],
        ['teamRestored', 'restored'],
        ['teamUnarchived', 'restored'],
        ['channelRestored', 'restored'],
        ['channelCreated', 'seen'],
      ] as const
    ).map(([eventType, kind]): [string, Record<string, unknown>, string] => [
      eventType,
      { type: 'conversationUpdate', channelData: { eventType } },
      kind,
    ]),
    ...(
      [
        [{ id: CHANNEL, name: 'new' }, 'renamed'],
        [{ id: CHANNEL }, 'seen'],
        [{ name: 'new' }, 'seen'],
      ] as const
    ).map(([channel, kind]): [string, Record<string, unknown>, string] => [
      `channelRenamed of ${JSON.stringify(channel)}`,
      { type: 'conversationUpdate', channelData: { eventType: 'channelRenamed', channel } },
      kind,
    ]),
  ];
  const edited = { type: 'messageUpdate', channelData: { eventType: 'editMessage' }, text: 'list' };
  turns.push(
    ['an edited message', edited, 'edited'],
    ['an edited message without a text', { ...edited, text: '' }, 'seen'],
    ['a message that is there again', { ...edited, channelData: { eventType: 'undeleteMessage' } }, 'seen'],
  );
  for (const [what, partial, kind] of turns)
    it(`is ${kind} for ${what}`, () => assert.equal(turnKind(activity({ text: undefined, ...partial })), kind));

  const at = (channelData: object, conversation: object = {}) =>
    placeOf(inConversation({ id: `${TEAM};messageid=1`, conversationType: 'channel', ...conversation }, channelData));
  it('is the channel that an event is about, alone', () =>
    assert.deepEqual(
      at({ eventType: 'channelDeleted', channel: { id: `${CHANNEL};messageid=2` }, team: { id: TEAM } }),
      { id: `teams:${CHANNEL}`, team: null },
    ));
  it('is the whole team where an event is about that, though it names a channel', () =>
    assert.deepEqual(at({ eventType: 'teamArchived', channel: { id: CHANNEL }, team: { id: '19:team' } }), {
      id: `teams:${TEAM}`,
      team: '19:team',
    }));
  it('is the whole team of the channel where an event names none', () =>
    assert.deepEqual(at({ eventType: 'channelDeleted' }), { id: `teams:${TEAM}`, team: TEAM }));
  it('is a chat alone outside of teams', () =>
    assert.deepEqual(at({}, { id: 'a:chat', conversationType: 'personal' }), { id: 'teams:a:chat', team: null }));
});

describe('a button that was pressed in Teams', () => {
  const ID = '2f1d1c5e-0000-4000-8000-000000000001';
  const carried = {
    text: 'a',
    number: 7,
    flag: false,
    none: null,
    list: [1],
    certbotAction: 'show',
    certbotDeliveryId: ID,
  };
  const read = { action: { name: 'show', data: { text: 'a', number: 7, flag: false } }, deliveryId: ID };
  const executed = (data: unknown, verb = 'show') => executePress(activity({ value: { action: { verb, data } } }));
  const submitted = (value: unknown) => submitPress(activity({ value }));

  it('brings its action, what it carries, and which message it stood in', () => {
    assert.deepEqual(executed(carried), read);
    assert.deepEqual(submitted(carried), read);
  });

  it('brings what was chosen in the inputs of the card, which the client puts beside what the button carries', () => {
    const press = { action: { name: 'snooze', data: { watch: 7, until: 'P1D' } }, deliveryId: null };
    assert.deepEqual(executed({ watch: 7, until: 'P1D' }, 'snooze'), press);
    assert.deepEqual(submitted({ certbotAction: 'snooze', watch: 7, until: 'P1D' }), press);
  });

  it('may carry nothing', () => {
    const empty = { action: { name: 'show', data: {} }, deliveryId: null };
    for (const data of [undefined, null, {}]) assert.deepEqual(executed(data), empty);
    assert.deepEqual(submitted({ certbotAction: 'show' }), empty);
  });

  for (const id of ['', 'x'.repeat(65), 'a b', '../x', 7])
    it(`stood in no message that is known by ${JSON.stringify(id)}`, () => {
      assert.equal(executed({ certbotDeliveryId: id })?.deliveryId, null);
      assert.equal(submitted({ certbotAction: 'show', certbotDeliveryId: id })?.deliveryId, null);
    });

  it('is malformed without the name of an action, or with a long one', () => {
    for (const name of ['', 'x'.repeat(101)]) {
      assert.equal(executed({}, name), null);
      assert.equal(submitted({ certbotAction: name }), null);
    }
    for (const value of [undefined, 'x', {}, { certbotAction: 7 }, { certbotAction: 'x', ['k'.repeat(101)]: 1 }])
      assert.equal(submitted(value), null);
    assert.equal(executed({ ['k'.repeat(101)]: 1 }), null);
  });
});

describe('a turn of signing in', () => {
  const exchange = { id: 'e1', connectionName: 'graph', token: 'secret' };
  const turns: [name: string, value: unknown, read: unknown][] = [
    ['signin/verifyState', { state: '123456' }, { by: 'code', code: '123456' }],
    ['signin/verifyState', { state: '' }, null],
    ['signin/verifyState', { state: 'x'.repeat(101) }, null],
    ['signin/verifyState', undefined, null],
    ['signin/tokenExchange', exchange, { by: 'exchange', ...exchange }],
    ['signin/tokenExchange', { ...exchange, token: '' }, null],
    ['signin/tokenExchange', { ...exchange, token: 'x'.repeat(20_001) }, null],
    ['signin/tokenExchange', { ...exchange, id: undefined }, null],
    ['tokens/response', exchange, { by: 'event', connectionName: 'graph' }],
    ['tokens/response', { token: 'secret' }, null],
  ];
  for (const [name, value, read] of turns)
    it(`${read === null ? 'is malformed' : 'is read'} by ${name} with ${JSON.stringify(value)?.slice(0, 60)}`, () =>
      assert.deepEqual(signingIn(activity({ name, value })), read));
});
