import assert from 'node:assert/strict';
import { parseCommand, type Command } from '../../../src/core/chat/command.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';
import { pressRefusedToOutsider, refusedToOutsider } from '../../../src/flows/chat/outsiders.ts';
import { EN, watchOf } from '../../support/certificate-facts.ts';
import { CHANNEL, personOf } from '../../support/wired-outlook.ts';

const guest = personOf('guest', { outsider: true });
const WATCHES = [
  watchOf({ id: 1, uri: 'tls://mine.example:443', ownerId: guest.id }),
  watchOf({ id: 2, uri: 'tls://theirs.example:443', ownerId: 'id-anna' }),
];

function refused(text: string, actor = guest, kind: Conversation['kind'] = 'channel'): string | null {
  const command = parseCommand(text, EN, ['@anna']) as Command;
  assert.notEqual(command.verb, 'problem', text);
  return refusedToOutsider(command, { actor }, { kind }, WATCHES, EN);
}

const THEIRS = EN('outsider.not-yours', { targets: 'theirs.example' });
const EVERYTHING = EN('outsider.everything');
const FEED = EN('outsider.feed');
const OPERATORS = EN('outsider.operators');

describe('somebody of another organisation than the conversation’s', () => {
  for (const text of [
    'list',
    'help',
    'check theirs.example',
    'show theirs.example',
    'watch new.example',
    'watch theirs.example',
    'watch mine.example remind 30d',
    'watch new.example remind 30d',
    'unwatch mine.example',
    'owner theirs.example',
    'owner mine.example @anna',
    'remind',
    'remind also',
    'remind also me for mine.example',
    'remind not me',
    'remind not me for theirs.example',
    'settings',
    'settings timezone',
    'settings operators',
    'trust',
    'ack theirs.example',
    'unack theirs.example',
    'snooze theirs.example until Monday',
    'done theirs.example',
    'installing theirs.example on Friday',
    'calendar connect',
    'calendar disconnect',
    'calendar theirs.example',
  ])
    it(`may say “${text}”`, () => assert.equal(refused(text), null));

  it('may type a day for what is new or their own, and not for what is somebody else’s', () => {
    const [mine, theirs] = ['date://here/mine', 'date://here/theirs'];
    const watches = [watchOf({ uri: mine, ownerId: guest.id }), watchOf({ uri: theirs, ownerId: 'id-anna' })];
    const refusal = (uri: string, given?: string): string | null => {
      const target = { text: '', uri, ...(given === undefined ? {} : { given }) };
      const command: Command = { verb: 'watch', policy: null, targets: [target] };
      return refusedToOutsider(command, { actor: guest }, { kind: 'channel' }, watches, EN);
    };
    assert.equal(refusal('date://here/new', '2027-03-01'), null);
    assert.equal(refusal(mine, '2027-03-01'), null);
    assert.equal(refusal(theirs), null);
    assert.equal(refusal(theirs, '2027-03-01'), EN('outsider.not-yours', { targets: 'theirs' }));
  });

  for (const [text, expected] of [
    ['watch theirs.example remind 30d', THEIRS],
    ['watch mine.example theirs.example remind 30d', THEIRS],
    ['unwatch theirs.example', THEIRS],
    ['unwatch mine.example theirs.example', THEIRS],
    ['unwatch all', EVERYTHING],
    ['owner theirs.example me', THEIRS],
    ['owner theirs.example @anna', THEIRS],
    ['owner all me', THEIRS],
    ['remind also me', EVERYTHING],
    ['remind also me for theirs.example', THEIRS],
    ['remind also @anna for mine.example', EVERYTHING],
    ['remind also me @anna for mine.example', EVERYTHING],
    ['remind not @anna', EVERYTHING],
    ['remind not @anna for mine.example', EVERYTHING],
    ['remind 30d', EVERYTHING],
    ['remind default', EVERYTHING],
    ['settings timezone Europe/Berlin', EVERYTHING],
    ['settings mailbox default', EVERYTHING],
    ['settings operators here', OPERATORS],
    ['trust add now', EVERYTHING],
    ['trust remove 1', EVERYTHING],
    ['calendar', FEED],
    ['calendar reset', FEED],
  ] as const)
    it(`may not say “${text}”, which everybody else may`, () => {
      assert.equal(refused(text), expected);
      assert.equal(refused(text, personOf('colleague')), null);
    });

  it('may say everything in their own chat, but what concerns the whole bot', () => {
    for (const text of ['unwatch all', 'unwatch theirs.example', 'remind 30d', 'settings timezone default', 'calendar'])
      assert.equal(refused(text, guest, 'personal'), null, text);
    for (const text of ['settings operators here', 'settings operators none'])
      assert.equal(refused(text, guest, 'personal'), OPERATORS);
    assert.equal(refused('settings operators', guest, 'personal'), null);
  });

  for (const [name, watch, isRefused] of [
    ['unwatch-row', 2, true],
    ['ask-owner', 2, true],
    ['unwatch-row', 1, false],
    ['ask-owner', 1, false],
    ['unwatch-row', 3, false],
    ['show', 2, false],
    ['list-page', 2, false],
  ] as const)
    it(`${isRefused ? 'may not press' : 'may press'} “${name}” of watch ${watch}`, () => {
      const rest = { thread: null, ephemeral: null, receivedAt: 0 };
      const press = (actor = guest, conversation = CHANNEL) =>
        pressRefusedToOutsider(
          { ...rest, actor, conversation, action: { name, data: { watch: String(watch) } } },
          WATCHES,
          EN,
        );
      assert.equal(press(), isRefused ? THEIRS : null);
      assert.equal(press(personOf('colleague')), null);
      assert.equal(press(guest, { ...CHANNEL, kind: 'personal' }), null);
    });
});
