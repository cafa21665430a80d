import assert from 'node:assert/strict';
import { activitySchema } from '../../../src/channels/teams/activity.ts';
import {
  formCommand,
  readMessage,
  sentForm,
  threadBelow,
  tickedOf,
} from '../../../src/channels/teams/form-activity.ts';
import { teamsActivity } from '../../peers/teams/connector.ts';

function activity(partial: Record<string, unknown>) {
  return activitySchema.parse(teamsActivity('http://localhost', { type: 'invoke', ...partial }));
}

describe('a message in Teams that an action is used on', () => {
  it('says its subject, its text, its links and the cards of other apps', () => {
    const { text, attachments, unreadable } = readMessage({
      id: '1',
      subject: 'Hosts',
      body: { content: '<p>see <a href="https://a.example/x">Portal</a></p><at id="0">Anna</at>' },
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: '{"body":[{"text":"b.example"}]}' },
        { contentType: 'application/vnd.microsoft.card.hero', content: { title: 'c.example' } },
        { contentType: 'application/vnd.microsoft.card.adaptive', content: 'no JSON' },
        { contentType: 'image/png', contentUrl: 'https://anywhere.example/x.png' },
        { contentType: 'reference', name: 'd.csv', contentUrl: 'https://acme.example/d.csv' },
        7,
      ],
    });
    assert.equal(text, 'Hosts\nsee https://a.example/x\nAnna\nb.example\nc.example');
    assert.deepEqual([attachments, unreadable], [[], ['d.csv']], 'nothing is fetched from where others say');
  });

  const channel = { id: '19:ops@thread.tacv2', conversationType: 'channel' };
  const threads: [name: string, conversation: object, message: object | null, thread: string | null][] = [
    ['a post', channel, { id: '17' }, '19:ops@thread.tacv2;messageid=17'],
    ['a reply', channel, { id: '18', replyToId: '17' }, '19:ops@thread.tacv2;messageid=17'],
    ['an odd id', channel, { id: 'x;y' }, null],
    ['no message', channel, null, null],
    [
      'a thread that Teams names',
      { ...channel, id: `${channel.id};messageid=5` },
      { id: '17' },
      `${channel.id};messageid=5`,
    ],
    ['a group chat', { id: '19:g@thread.v2', conversationType: 'groupChat' }, { id: '17' }, null],
  ];
  for (const [name, conversation, message, thread] of threads)
    it(`is answered below ${name}`, () => {
      assert.equal(threadBelow(activity({ conversation }), message as Parameters<typeof threadBelow>[1]), thread);
    });
});

describe('what our forms in Teams send', () => {
  it('are numbers of the targets that they carry', () => {
    const sent = sentForm(
      activity({
        value: {
          commandId: 'watchMessage',
          data: { form: 'message', targets: ['a', 'b'], ticks: '1,7,1,x,-1', serial: 2 },
        },
      }),
    )!;
    assert.deepEqual([tickedOf(sent), sent.serial], [['b'], 2]);
  });

  for (const value of [
    undefined,
    7,
    {},
    { commandId: 'watchMessage' },
    { commandId: 'watchMessage', data: { form: 'x' } },
  ])
    it(`are nothing: ${JSON.stringify(value)}`, () => assert.equal(sentForm(activity({ value })), null));

  for (const value of [undefined, {}, { commandId: 'another' }, { commandId: 'x'.repeat(1000) }])
    it(`are no command of ours: ${JSON.stringify(value)?.slice(0, 40)}`, () =>
      assert.equal(formCommand(activity({ value })), null));
});
