import assert from 'node:assert/strict';
import { linkTo, messageLinkTo, personOf, referenceOf } from '../../../src/channels/slack/reference.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';

const OPS = { teamId: 'T0ACME', enterpriseId: 'E0ORG', isEnterpriseInstall: true, channelId: 'C0OPS' };

describe('how a conversation in Slack is reached', () => {
  it('is read as it was stored', () => {
    for (const reference of [OPS, { ...OPS, userId: 'U0ALICE' }, { ...OPS, teamId: null }])
      assert.deepEqual(referenceOf({ reference }), reference);
  });

  it('is read as it was stored before there were organisations', () =>
    assert.deepEqual(referenceOf({ reference: { teamId: 'T0ACME', channelId: 'C0OPS' } }), {
      teamId: 'T0ACME',
      enterpriseId: null,
      isEnterpriseInstall: false,
      channelId: 'C0OPS',
    }));

  const unreadable: [string, unknown][] = [
    ['nothing', null],
    ['a text', 'C0OPS'],
    ['no channel', { ...OPS, channelId: undefined }],
    ['an empty channel', { ...OPS, channelId: '' }],
    ['no word about the workspace', { ...OPS, teamId: undefined }],
    ['a person of no id', { ...OPS, userId: '' }],
    ['an installation that is a text', { ...OPS, isEnterpriseInstall: 'true' }],
  ];
  for (const [what, reference] of unreadable)
    it(`is refused when it is ${what}: nothing can be delivered, and nobody is meant`, () => {
      const refused = (error: unknown) => error instanceof DeliveryError && error.code === 'refused' && error.permanent;
      assert.throws(() => referenceOf({ reference }), refused);
      assert.deepEqual([linkTo({ reference }), personOf({ kind: 'personal', reference })], [null, null]);
    });
});

describe('a link to a conversation in Slack', () => {
  const cases: [string, unknown, string | null][] = [
    ['a channel', OPS, 'https://app.slack.com/client/T0ACME/C0OPS'],
    ['odd ids', { teamId: 'T0/?#', channelId: 'C0 <x>' }, 'https://app.slack.com/client/T0%2F%3F%23/C0%20%3Cx%3E'],
    ['a channel of an unknown workspace', { ...OPS, teamId: null }, null],
  ];
  for (const [what, reference, expected] of cases)
    it(`to ${what} is ${expected}`, () => assert.equal(linkTo({ reference }), expected));

  const id = 'slack:T0ACME:C0OPS';
  for (const [what, inbound, expected] of [
    [
      'a message',
      `${id}:1358546515.000008`,
      'https://app.slack.com/client/T0ACME/C0OPS/thread/C0OPS-1358546515.000008',
    ],
    [
      'one that was edited',
      `${id}:1358546515.000008~edit~x`,
      'https://app.slack.com/client/T0ACME/C0OPS/thread/C0OPS-1358546515.000008',
    ],
    ['a slash command', 'slack:T0ACME:123.456.abc', null],
    ['a message of elsewhere', 'slack:T0ACME:C0ELSE:1358546515.000008', null],
  ] as const)
    it(`to ${what} is ${expected}`, () => assert.equal(messageLinkTo({ id, reference: OPS }, inbound), expected));
});

describe('whose chat it is in Slack', () => {
  const cases: [ConversationInput['kind'], userId: string | undefined, expected: string | null][] = [
    ['personal', 'U0ALICE', 'U0ALICE'],
    ['personal', undefined, null],
    ['group', 'U0ALICE', null],
    ['channel', 'U0ALICE', null],
  ];
  for (const [kind, userId, expected] of cases)
    it(`is ${expected ?? 'nobody’s'} when it is ${kind}, and ${userId ?? 'nobody'} is known`, () =>
      assert.equal(personOf({ kind, reference: { ...OPS, ...(userId ? { userId } : {}) } }), expected));
});
