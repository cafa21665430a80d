import assert from 'node:assert/strict';
import { startFakeSlack, type FakeSlack } from './slack.ts';
import { actions, button, header, menu, refusal, section, webClient } from './client.ts';

describe("the fake Slack's Block Kit", () => {
  let slack: FakeSlack;
  const client = (token?: string) => webClient(slack, token);

  beforeEach(async () => {
    slack = await startFakeSlack();
  });
  afterEach(async () => await slack.close());

  describe('refuses blocks', () => {
    const long = (max: number) => 'x'.repeat(max + 1);
    const plain = (text: string) => ({ type: 'plain_text', text });
    const many = (count: number, make: (index: number) => unknown) =>
      Array.from({ length: count }, (_, index) => make(index));
    const rich = (...elements: unknown[]) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements }],
    });
    const options = (count: number) => many(count, (index) => ({ text: plain('x'), value: String(index) }));
    const cases: [name: string, blocks: unknown, message: RegExp][] = [
      ['more than 50', many(51, () => ({ type: 'divider' })), /no more than 50/],
      ['of an unknown type', [{ type: 'chart' }], /unsupported type: chart/],
      ['with an unknown key', [{ ...header, colour: 'red' }], /unknown field: colour/],
      ['with a block_id twice', many(2, () => ({ type: 'divider', block_id: 'same' })), /block_id repeats/],
      ['with a long block_id', [{ type: 'divider', block_id: long(255) }], /less than 256/],
      ['with a long header', [{ ...header, text: plain(long(150)) }], /less than 151/],
      ['with markdown in a header', [{ ...header, text: { type: 'mrkdwn', text: 'x' } }], /unsupported type: mrkdwn/],
      ['with a long section', [{ ...section, text: { type: 'mrkdwn', text: long(3000) } }], /less than 3001/],
      ['with an empty text', [{ type: 'section', text: { type: 'mrkdwn', text: '' } }], /more than 0/],
      ['with an empty section', [{ type: 'section' }], /needs one of text, fields/],
      ['with 11 fields', [{ type: 'section', fields: many(11, () => plain('x')) }], /no more than 10/],
      ['with a long field', [{ type: 'section', fields: [plain(long(2000))] }], /less than 2001/],
      ['with 11 elements in a context', [{ type: 'context', elements: many(11, () => plain('x')) }], /no more than 10/],
      ['without actions', [actions()], /no fewer than 1/],
      [
        'with 26 actions',
        [actions(...many(26, (index) => ({ ...button, action_id: `a${index}` })))],
        /no more than 25/,
      ],
      ['with an action_id twice', [actions(button, button)], /action_id repeats: ack/],
      ['with a long action_id', [actions({ ...button, action_id: long(255) })], /less than 256/],
      ['with a long button', [actions({ ...button, text: plain(long(75)) })], /less than 76/],
      ['with a long value', [actions({ ...button, value: long(2000) })], /less than 2001/],
      ['with a button in green', [actions({ ...button, style: 'default' })], /one of primary, danger/],
      ['with a button to nowhere', [actions({ ...button, url: 'example.com' })], /valid URL/],
      [
        'with half a confirmation',
        [actions({ ...button, confirm: { title: plain('x') } })],
        /missing required field: text/,
      ],
      ['with an empty menu', [{ ...section, accessory: { ...menu, options: [] } }], /no fewer than 1/],
      ['with a menu of 6', [{ ...section, accessory: { ...menu, options: options(6) } }], /no more than 5/],
      ['with a select of 101', [actions({ type: 'static_select', options: options(101) })], /no more than 100/],
      ['with a long option', [actions({ ...menu, options: [{ text: plain(long(75)), value: 'x' }] })], /less than 76/],
      [
        'with a long option value',
        [actions({ ...menu, options: [{ text: plain('x'), value: long(150) }] })],
        /less than 151/,
      ],
      [
        'with an unknown style of text',
        [rich({ type: 'text', text: 'x', style: { blink: true } })],
        /unknown field: blink/,
      ],
      ['with an empty run', [rich({ type: 'text', text: '' })], /more than 0/],
      ['with an empty paragraph', [rich()], /no fewer than 1/],
      [
        'with an image without words',
        [{ type: 'image', image_url: 'https://example.com/x.png' }],
        /required field: alt_text/,
      ],
      ['that are no list', { type: 'divider' }, /must be an array/],
    ];
    for (const [name, blocks, message] of cases) {
      it(name, async () => {
        const answer = await refusal(client().apiCall('chat.postMessage', { channel: 'C0OPS', text: 'x', blocks }));
        assert.equal(answer.error, 'invalid_blocks');
        assert.match(answer.response_metadata.messages.join('\n'), message);
        assert.equal(slack.violations.length, 1);
        assert.deepEqual(slack.messages('C0OPS'), []);
      });
    }
  });
});
