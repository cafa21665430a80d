import assert from 'node:assert/strict';
import { WebAPIPlatformError } from '@slack/web-api';
import type { ApiAnswer } from '../../../src/channels/slack/api.ts';
import { apiFailure } from '../../../src/channels/slack/failures.ts';
import { saySlack } from '../../../src/channels/slack/messages.ts';
import { createSlackMessenger } from '../../../src/channels/slack/messenger.ts';
import { conversationOf } from '../../../src/channels/slack/payload.ts';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { stored } from '../teams/bot.ts';

const CARD: Card = { language: 'en', summary: 'A *list*.', title: 'A list', tone: 'neutral' };
const OPS = stored(conversationOf({ teamId: 'T0ACME', enterpriseId: null }, 'C0OPS', {}));
const ALICE = { userId: 'U0ALICE', responseUrl: 'https://hooks.slack.com/commands/1', until: 1 };

function failed(error: string, more: object = {}): DeliveryError {
  return apiFailure('chat.postMessage', new WebAPIPlatformError({ ok: false, error, ...more } as never));
}

/**
 * A messenger whose calls fail one after the other as given; what it called, with what, and what it told by an address.
 */
function start(...failures: DeliveryError[]) {
  const calls: Record<string, any>[] = [];
  const told: string[] = [];
  let late: ((answer: ApiAnswer) => void) | undefined;
  const { messenger } = createSlackMessenger({
    api: {
      async call(_token: string, method: string, given: object, whenLate?: (answer: ApiAnswer) => void) {
        calls.push({ method, ...given });
        late = whenLate;
        const failure = failures.shift();
        if (failure) throw failure;
        return { ok: true, ts: '1.2' };
      },
    },
    workspaces: { accessTo: async () => ({ token: 'xoxb' }) },
    responseUrls: { respond: async (_url: string, body: object) => void told.push(JSON.stringify(body)) },
    directChats: {},
    files: {},
    people: {},
    now: () => 0,
  } as unknown as Parameters<typeof createSlackMessenger>[0]);
  return { messenger, calls, told, answerLate: (answer: ApiAnswer) => late?.(answer) };
}

describe('a message that the bot writes in Slack', () => {
  it('has its charts drawn by Slack, as text where Slack does not take them, and is plain text after that', async () => {
    const chart = { title: 'Expiries', bars: [{ label: 'Oct', value: 3 }] };
    const card: Card = { ...CARD, groups: [{ heading: 'To come', chart }] };
    const { messenger, calls } = start(failed('invalid_blocks'), failed('invalid_blocks'));
    await messenger.send(OPS, card, { deliveryId: 'd1', thread: null });
    assert.deepEqual(
      calls.map(({ blocks }) => blocks.map(({ type }: { type: string }) => type)),
      [['header', 'rich_text', 'data_visualization'], ['header', 'rich_text'], []],
    );
    assert.match(JSON.stringify(calls[1]!['blocks']), /Oct ███ 3/);
    assert.match(calls[2]!['text'], /Oct: 3/);
  });

  it('is its card, known by its delivery, and draws no previews', async () => {
    const { messenger, calls } = start();
    assert.deepEqual(await messenger.send(OPS, CARD, { deliveryId: 'd1', thread: { ts: '17.5' } }), {
      activityId: '1.2',
    });
    const { blocks, text: _text, ...rest } = calls[0]!;
    assert.equal(blocks[0].type, 'header');
    assert.deepEqual(rest, {
      method: 'chat.postMessage',
      channel: 'C0OPS',
      thread_ts: '17.5',
      metadata: { event_type: 'certbot_delivery', event_payload: { delivery_id: 'd1' } },
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it('is known when its answer comes too late, if that names it', async () => {
    const { messenger, answerLate } = start();
    const late: string[] = [];
    await messenger.send(OPS, CARD, { deliveryId: 'd1', thread: null, late: (id) => void late.push(id) });
    answerLate({ ok: true });
    assert.deepEqual(late, []);
    answerLate({ ok: true, ts: '1.3' });
    assert.deepEqual(late, ['1.3']);
  });

  for (const code of [
    'thread_not_found',
    'invalid_thread_ts',
    'cannot_reply_to_message',
    'message_not_found',
    'restricted_action_thread_locked',
    'restricted_action_non_threadable_channel',
  ])
    it(`goes beside its thread after ${code}`, async () => {
      const { messenger, calls } = start(failed(code));
      await messenger.send(OPS, CARD, { deliveryId: 'd1', thread: { ts: '17.5', asker: ALICE } });
      assert.deepEqual(
        calls.map(({ thread_ts: ts }) => ts),
        ['17.5', undefined],
      );
    });

  const untaken: [what: string, failure: DeliveryError, isMarked: boolean][] = [
    ...['invalid_blocks', 'msg_too_long', 'msg_blocks_too_long', 'block_mismatch', 'invalid_arguments', 'no_text'].map(
      (code): [string, DeliveryError, boolean] => [code, failed(code), true],
    ),
    ...['metadata_too_large', 'invalid_metadata_format'].map((code): [string, DeliveryError, boolean] => [
      code,
      failed(code),
      false,
    ]),
    ['HTTP 413', new DeliveryError('refused', 'too large', { status: 413 }), true],
  ];
  for (const [what, failure, isMarked] of untaken)
    it(`is plain text after ${what}${isMarked ? '' : ', which programs do not know'}`, async () => {
      for (const act of ['send', 'update'] as const) {
        const { messenger, calls } = start(failure);
        if (act === 'send') await messenger.send(OPS, CARD, { deliveryId: 'd1', thread: null });
        else await messenger.update(OPS, '1.2', CARD, { deliveryId: 'd1', thread: null });
        assert.equal(calls.length, 2);
        assert.deepEqual(calls[1]!['blocks'], []);
        assert.match(calls[1]!['text'], /A \u2060\*\u2060list/);
        assert.equal(calls[1]!['metadata'] !== undefined, isMarked);
      }
    });

  it('is not tried as text where that would be refused as well', async () => {
    const { messenger, calls } = start(failed('something_new'));
    await assert.rejects(messenger.send(OPS, CARD, { deliveryId: 'd1', thread: null }), { code: 'refused' });
    assert.equal(calls.length, 1);
  });

  const say = saySlack('en');
  const reasons: [failure: DeliveryError, sentence: string][] = [
    [failed('not_in_channel'), say('outside')],
    [failed('channel_not_found'), say('outside')],
    [failed('restricted_action'), say('restricted')],
    [failed('posting_to_channel_denied'), say('restricted')],
    [failed('is_archived'), say('archived')],
    [failed('missing_scope', { needed: 'chat:write' }), say('silent', { scope: 'chat:write' })],
  ];
  for (const [failure, sentence] of reasons)
    it(`that only the asker can be told says why: ${sentence.slice(20, 80)} (${failure.peerCode})`, async () => {
      const { messenger, told } = start(failure);
      await messenger.send(OPS, { ...CARD, text: ['First.'] }, { deliveryId: 'd1', thread: { asker: ALICE } });
      assert.equal(told.length, 1);
      for (const part of ['First.', sentence]) assert.ok(told[0]!.includes(JSON.stringify(part).slice(1, -1)), told[0]);
    });
});
