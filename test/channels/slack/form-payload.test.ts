import assert from 'node:assert/strict';
import { answersOf, messageText, metadataOf, submissionSchema } from '../../../src/channels/slack/form-payload.ts';

describe('what a message in Slack says, beside its text', () => {
  const typed = {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'www.' },
          { type: 'text', text: 'a.example' },
        ],
      },
    ],
  };
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'b.example' }]] };
  const unfurled = { from_url: 'https://www.a.example', text: 'see c.example' };
  const shared = { from_url: 'https://acme.slack.com/archives/C1/p1', is_share: true, text: 'see d.example' };

  const messages: [name: string, message: object, text: string][] = [
    ['a person typed', { text: 'www.a.example', blocks: [typed] }, 'www.a.example'],
    ['a person pasted a table', { text: 'hosts', blocks: [typed, table] }, 'hosts\nb.example'],
    ['a person linked to', { text: '<https://www.a.example>', attachments: [unfurled] }, 'https://www.a.example'],
    ['a person shared', { text: '', attachments: [shared] }, 'see d.example'],
    ['an app said', { text: 'Alert', bot_id: 'B1', blocks: [table], attachments: [] }, 'Alert\nb.example'],
    ['nobody', {}, ''],
  ];
  for (const [name, message, text] of messages)
    it(name, () => assert.equal(messageText({ ts: '1.2', ...message }), text));
});

describe('a sent form of Slack', () => {
  function submission(values: unknown, metadata = '') {
    const view = { id: 'V1', callback_id: 'watch_form', private_metadata: metadata, state: { values } };
    return submissionSchema.parse({ user: { id: 'U1' }, view });
  }

  it('holds what was filled in', () => {
    const answers = answersOf(
      submission({
        'ticks-1': { ticks: { type: 'checkboxes', selected_options: [{ value: 'a.example:443' }] } },
        'ticks-2': { ticks: { type: 'checkboxes', selected_options: [{ value: 'b.example:443' }] } },
        targets: { targets: { type: 'plain_text_input', value: 'c.example' } },
        where: { where: { type: 'static_select', selected_option: { value: 'C1' } } },
        owner: { owner: { type: 'users_select', selected_user: 'U2' } },
        when: { when: { type: 'plain_text_input', value: null } },
      }),
    );
    const { blockIds, ...rest } = answers;
    assert.deepEqual(rest, {
      ticked: ['a.example:443', 'b.example:443'],
      typed: 'c.example',
      when: '',
      where: 'C1',
      owner: 'U2',
    });
    assert.equal(blockIds.length, 6);
  });

  it('holds nothing where everything is odd', () => {
    const { blockIds: _ids, ...rest } = answersOf(submission({ targets: { a: 7, b: null, c: { value: {} } } }));
    assert.deepEqual(rest, { ticked: [], typed: '', when: '', where: null, owner: null });
    for (const metadata of ['', '{', '[]', '{"channel":""}']) assert.equal(metadataOf(submission({}, metadata)), null);
  });
});
