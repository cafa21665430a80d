import assert from 'node:assert/strict';
import { createPresser, type Said } from '../../../src/channels/slack/presser.ts';
import type { SlackPress } from '../../../src/channels/slack/payload.ts';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';

const CARD: Card = { language: 'en', summary: 'R&D looked.', title: 'Looked', tone: 'neutral' };
const ADDRESS = 'https://hooks.slack.com/actions/1/2/3';
const ACME = { teamId: 'T0ACME', enterpriseId: null };

type Way = 'respond' | 'conversations.open' | 'chat.postMessage';

/** Tells Bob, who pressed a button; what was tried, in order, and what the log has. */
async function tell(said: Said, { url = ADDRESS as string | null, fails = [] as Way[] } = {}) {
  const tried: [Way, Record<string, any>][] = [];
  const logged: string[] = [];
  async function attempt(way: Way, given: object): Promise<void> {
    tried.push([way, given]);
    if (fails.includes(way)) throw new DeliveryError('refused', 'no');
  }
  const keep = (_fields: object, message: string) => void logged.push(message);
  const presser = createPresser({
    api: { call: (_token: string, method: Way, given: object) => attempt(method, given) },
    workspaces: { accessTo: async () => ({ token: 'xoxb' }) },
    responseUrls: {
      isTrusted: (each: string) => each === ADDRESS,
      respond: (_url: string, body: object) => attempt('respond', body),
    },
    directChats: {
      async channelWith(userId: string, token: string) {
        await attempt('conversations.open', { userId, token });
        return 'D0BOB';
      },
    },
    log: { debug() {}, info() {}, warn: keep, error: keep },
  } as unknown as Parameters<typeof createPresser>[0]);
  const press = { user: { id: 'U0BOB' }, response_url: url } as unknown as SlackPress;
  await presser.tell(press, ACME, said);
  return { tried, logged };
}

const BESIDE = 'Whoever pressed a button could not be answered beside it.';
const AT_ALL = 'Whoever pressed a button could not be answered at all.';

describe('whoever pressed a button in Slack is told', () => {
  it('a sentence beside it, for their eyes alone', async () => {
    const { tried, logged } = await tell({ what: 'It takes longer.' });
    assert.deepEqual(tried, [
      ['respond', { response_type: 'ephemeral', replace_original: false, text: 'It takes longer.' }],
    ]);
    assert.deepEqual(logged, []);
  });

  it('a card in the place of what they alone see, or beside it', async () => {
    for (const replaces of [true, false]) {
      const { tried } = await tell({ what: CARD, replaces });
      const [[way, { blocks, ...rest }]] = tried as [[Way, Record<string, any>]];
      assert.deepEqual(
        [way, rest, blocks[0].type],
        ['respond', { response_type: 'ephemeral', replace_original: replaces, text: 'R&amp;D looked.' }, 'header'],
      );
    }
  });

  for (const [why, options, log] of [
    ['there is no address for an answer', { url: null }, []],
    ['the address for an answer is none of Slack', { url: 'https://evil.example/actions/1/2/3' }, []],
    ['the address for an answer does not work', { fails: ['respond'] }, [BESIDE]],
  ] as [string, Parameters<typeof tell>[1], string[]][])
    it(`in their own chat, without previews, where ${why}`, async () => {
      const { tried, logged } = await tell({ what: 'Look at https://example.com.' }, options);
      assert.deepEqual(tried.slice(-2), [
        ['conversations.open', { userId: 'U0BOB', token: 'xoxb' }],
        [
          'chat.postMessage',
          { channel: 'D0BOB', text: 'Look at https://example.com.', unfurl_links: false, unfurl_media: false },
        ],
      ]);
      assert.equal(tried.length, log.length + 2);
      assert.deepEqual(logged, log);
    });

  for (const way of ['conversations.open', 'chat.postMessage'] as const)
    it(`nothing, which the log says, where nothing gets there: ${way}`, async () => {
      const { tried, logged } = await tell({ what: CARD }, { fails: ['respond', way] });
      assert.equal(tried.at(-1)?.[0], way);
      assert.deepEqual(logged, [BESIDE, AT_ALL]);
    });
});
