import assert from 'node:assert/strict';
import { WebAPIPlatformError } from '@slack/web-api';
import { createSlackMessenger } from '../../../src/channels/slack/messenger.ts';
import { responseFailure } from '../../../src/channels/slack/failures.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Card } from '../../../src/core/card.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const ADDRESS = 'https://hooks.slack.com/commands/1/2/3';
const CARD: Card = { language: 'en', summary: 'A list.', title: 'A list', tone: 'neutral' };
const OPS: Conversation = {
  id: 'slack:T0ACME:C0OPS',
  channel: 'slack',
  kind: 'channel',
  tenantId: 'T0ACME',
  team: null,
  name: '#ops',
  reference: { teamId: 'T0ACME', enterpriseId: null, channelId: 'C0OPS' },
  createdAt: NOW,
  goneAt: null,
  closedAt: null,
  warnedAt: null,
  policy: null,
  settings: {},
};

type Ways = 'respond' | 'chat.postEphemeral' | 'conversations.open' | 'chat.postMessage';

const USED_UP = responseFailure(404, null);
const NOT_IN_CHANNEL = new DeliveryError('unreachable', 'no', { peerCode: 'not_in_channel' });

/** A messenger whose ways to Alice fail as given; what it tried, in order. */
function start(failures: Partial<Record<Ways, DeliveryError>>) {
  const tried: [Ways, string][] = [];
  function attempt(way: Ways, where: string): void {
    tried.push([way, where]);
    const failure = failures[way];
    if (failure) throw failure;
  }
  const { messenger } = createSlackMessenger({
    api: {
      async call(_token: string, method: Ways, { channel, user, thread_ts: ts }: Record<string, string>) {
        attempt(method, [channel, user, ts].filter(Boolean).join(' '));
        return { ts: '1.2' };
      },
    },
    workspaces: { accessTo: async () => ({ token: 'xoxb', botUserId: 'U0BOT' }) },
    directChats: {
      async channelWith(userId: string) {
        attempt('conversations.open', userId);
        return 'D0ALICE';
      },
    },
    responseUrls: { respond: async (url: string) => attempt('respond', url) },
    files: {},
    people: {},
    now: () => NOW,
  } as unknown as Parameters<typeof createSlackMessenger>[0]);
  return { messenger, tried };
}

interface Case {
  failures?: Partial<Record<Ways, DeliveryError>>;
  asker?: { userId: string; responseUrl: string | null; until: number };
  ts?: string;
  ways: [Ways, string][];
  /** What the try comes to; nothing: it was told. */
  code?: DeliveryError['code'];
}

const ALICE = { userId: 'U0ALICE', responseUrl: ADDRESS, until: NOW + 1 };
const OPEN: [Ways, string] = ['conversations.open', 'U0ALICE'];
const DIRECTLY: [Ways, string] = ['chat.postMessage', 'D0ALICE'];
const IN_CHANNEL: [Ways, string] = ['chat.postEphemeral', 'C0OPS U0ALICE'];
const BY_URL: [Ways, string] = ['respond', ADDRESS];

const unavailable = new DeliveryError('unavailable', 'no');
const ambiguous = new DeliveryError('ambiguous', 'no');
const throttled = new DeliveryError('throttled', 'no', { retryAfter: 1000 });
const credentials = new DeliveryError('credentials', 'no');
const refused = new DeliveryError('refused', 'no', { status: 400, peerCode: 'user_not_found' });

const CASES: Record<string, Case> = {
  'comes by the address of their command': { ways: [BY_URL] },
  'comes in the channel when that address is used up': {
    failures: { respond: USED_UP },
    ways: [BY_URL, IN_CHANNEL],
  },
  'comes below the message that they asked about': {
    failures: { respond: USED_UP },
    ts: '17.5',
    ways: [BY_URL, ['chat.postEphemeral', 'C0OPS U0ALICE 17.5']],
  },
  'comes in the channel when that address is over': {
    asker: { ...ALICE, until: NOW },
    ways: [IN_CHANNEL],
  },
  'comes in the channel when there is no such address': {
    asker: { ...ALICE, responseUrl: null },
    ways: [IN_CHANNEL],
  },
  'comes in their own chat when the channel takes nothing': {
    failures: { respond: USED_UP, 'chat.postEphemeral': NOT_IN_CHANNEL },
    ways: [BY_URL, IN_CHANNEL, OPEN, DIRECTLY],
  },
  'comes in their own chat when the channel refuses it': {
    failures: { respond: USED_UP, 'chat.postEphemeral': refused },
    ways: [BY_URL, IN_CHANNEL, OPEN, DIRECTLY],
  },
  'is tried again by its address when that does not answer': {
    failures: { respond: unavailable },
    ways: [BY_URL],
    code: 'unavailable',
  },
  'is tried again by its address when it may have come': {
    failures: { respond: ambiguous },
    ways: [BY_URL],
    code: 'ambiguous',
  },
  'waits when its address asks to': { failures: { respond: throttled }, ways: [BY_URL], code: 'throttled' },
  'is tried again in the channel when Slack does not answer': {
    failures: { respond: USED_UP, 'chat.postEphemeral': unavailable },
    ways: [BY_URL, IN_CHANNEL],
    code: 'unavailable',
  },
  'waits for credentials, and goes nowhere else for want of them': {
    failures: { respond: USED_UP, 'chat.postEphemeral': credentials },
    ways: [BY_URL, IN_CHANNEL],
    code: 'credentials',
  },
  'is tried again when their own chat does not answer': {
    failures: { respond: USED_UP, 'chat.postEphemeral': NOT_IN_CHANNEL, 'chat.postMessage': unavailable },
    ways: [BY_URL, IN_CHANNEL, OPEN, DIRECTLY],
    code: 'unavailable',
  },
  'is refused when they have no chat either, which says nothing of the channel': {
    failures: { respond: USED_UP, 'chat.postEphemeral': NOT_IN_CHANNEL, 'conversations.open': credentials },
    ways: [BY_URL, IN_CHANNEL, OPEN],
    code: 'refused',
  },
};

describe('what only whoever asked in Slack is to see', () => {
  for (const [title, { failures = {}, asker = ALICE, ts, ways, code }] of Object.entries(CASES)) {
    it(title, async () => {
      const { messenger, tried } = start(failures);
      const thread = { asker, ephemeral: true, ...(ts ? { ts } : {}) };
      const outcome: unknown = await messenger.send(OPS, CARD, { deliveryId: 'd', thread }).then(
        ({ activityId }) => activityId,
        (error: unknown) => (error instanceof DeliveryError ? error.code : error),
      );
      assert.deepEqual(tried, ways);
      assert.equal(outcome, code ?? 'aside');
    });
  }

  it('keeps the channel’s own word for the refusal', async () => {
    const { messenger } = start({
      respond: USED_UP,
      'chat.postEphemeral': NOT_IN_CHANNEL,
      'conversations.open': refused,
    });
    const sending = messenger.send(OPS, CARD, { deliveryId: 'd', thread: { asker: ALICE, ephemeral: true } });
    await assert.rejects(sending, { code: 'refused', peerCode: 'not_in_channel' });
  });

  it('is refused when nobody is named', async () => {
    const { messenger, tried } = start({});
    await assert.rejects(messenger.send(OPS, CARD, { deliveryId: 'd', thread: { ephemeral: true } }), {
      code: 'refused',
    });
    assert.deepEqual(tried, []);
  });

  it('is told anew and not edited when it changes, and cannot be taken back', async () => {
    const { messenger, tried } = start({});
    await messenger.update(OPS, 'aside', CARD, { deliveryId: 'd', thread: { asker: ALICE, ephemeral: true } });
    assert.deepEqual(tried, [BY_URL]);
    await messenger.remove(OPS, 'aside', { thread: null });
    assert.equal(tried.length, 1);
  });
});

/** As the Web API fails, with Slack's own code (@slack/web-api, WebAPIPlatformError). */
function failed(code: DeliveryError['code'], slackCode: string): DeliveryError {
  const cause = new WebAPIPlatformError({ ok: false, error: slackCode });
  return new DeliveryError(code, 'no', { cause, peerCode: slackCode });
}

describe('what everybody in a channel of Slack is to see', () => {
  const post: [Ways, string] = ['chat.postMessage', 'C0OPS'];
  const inThread: [Ways, string] = ['chat.postMessage', 'C0OPS 17.5'];
  const cases: Record<string, [failure: DeliveryError, asker: boolean, ways: [Ways, string][], code?: string]> = {
    'is told whoever typed the command where the bot is no member': [
      failed('unreachable', 'not_in_channel'),
      true,
      [inThread, BY_URL],
    ],
    'is told them where the bot may not write': [failed('unreachable', 'restricted_action'), true, [inThread, BY_URL]],
    'is told them where the bot lacks the permission to write': [
      failed('credentials', 'missing_scope'),
      true,
      [inThread, BY_URL],
    ],
    'is told nobody alone where nobody typed a command': [
      failed('unreachable', 'not_in_channel'),
      false,
      [inThread],
      'unreachable',
    ],
    'is told nobody alone where it is refused itself': [
      failed('refused', 'no_such_thing'),
      true,
      [inThread],
      'refused',
    ],
    'is told nobody alone where Slack does not answer': [unavailable, true, [inThread], 'unavailable'],
    'is tried beside a thread that is not there': [
      failed('refused', 'thread_not_found'),
      false,
      [inThread, post],
      'refused',
    ],
    'is tried beside a thread that is locked': [
      failed('unreachable', 'restricted_action_thread_locked'),
      false,
      [inThread, post],
      'unreachable',
    ],
  };
  for (const [title, [failure, hasAsker, ways, code]] of Object.entries(cases)) {
    it(title, async () => {
      const { messenger, tried } = start({ 'chat.postMessage': failure });
      const thread = { ts: '17.5', ...(hasAsker ? { asker: ALICE } : {}) };
      const outcome: unknown = await messenger.send(OPS, CARD, { deliveryId: 'd', thread }).then(
        ({ activityId }) => activityId,
        (error: unknown) => (error instanceof DeliveryError ? error.code : error),
      );
      assert.deepEqual(tried, ways);
      assert.equal(outcome, code ?? 'aside');
    });
  }
});
