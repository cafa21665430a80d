import assert from 'node:assert/strict';
import { readText } from '../../src/channels/slack/text.ts';
import { readingOf } from '../../src/channels/teams/activity.ts';
import { parseCommand, type TypedCommand } from '../../src/core/chat/command.ts';
import { withoutPrivateKeys } from '../../src/core/chat/private-key.ts';
import { EN } from '../support/certificate-facts.ts';
import { cpuTime } from '../support/cpu-time.ts';

const KB = 1024;
const bot = { id: '28:bot', name: 'Certbot' };
const entities = [
  { type: 'mention', mentioned: { id: bot.id }, text: '<at>Certbot</at>' },
  { type: 'mention', mentioned: { id: '29:anna' }, text: 'Anna Bell' },
  { type: 'mention', mentioned: { id: '29:a' }, text: 'a' },
];

/** A message as Teams sends it, with the HTML that it sends beside, and what it replies to. */
function fromTeams(text: string): TypedCommand {
  const attachments = [
    { contentType: 'text/html', content: `<p>${text.slice(0, text.length / 2)}</p>` },
    { contentType: 'messageReference', content: JSON.stringify({ messagePreview: `${text.slice(0, 20_000)}!` }) },
  ];
  const own = `<at>Certbot</at> ${text}`;
  const activity = { type: 'message', conversation: { id: 'c' }, recipient: bot, text: own, entities, attachments };
  const reading = readingOf(activity as unknown as Parameters<typeof readingOf>[0]);
  return parseCommand(
    withoutPrivateKeys(reading.text),
    EN,
    reading.mentions.map((mention) => mention.text),
  );
}

function fromSlack(text: string): TypedCommand {
  const reading = readText({ text: `<@UBOT> ${text}`, botUserId: 'UBOT' });
  return parseCommand(
    withoutPrivateKeys(reading.text),
    EN,
    reading.mentions.map((mention) => mention.text),
  );
}

/** What else is in a message. */
const BESIDE = 200;

/** So much of it, ended by what no pattern looks for there. */
function much(begin: string, unit: string, size: number): string {
  const length = size - BESIDE;
  return `${begin}${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}x \u0001!x`;
}

/** Milliseconds; the least of some tries, since the collector of garbage comes when it likes. */
function least(tries: number, act: () => unknown): number {
  return Math.min(...Array.from({ length: tries }, () => cpuTime(act)));
}

/** What a message begins with, and what it repeats. */
type Shape = [begin: string, unit: string];

function shapes(begin: string, units: string[]): Shape[] {
  return units.map((unit) => [begin, unit]);
}

/** Read alike wherever they were typed. */
const TYPED: Shape[] = [
  ...shapes('watch ', ['a', 'a\n', '.', 'a.b,', '(', ') ', '[a](', '"', '“a', '"a ', '`', '—', '/']),
  ...shapes('check ', ['\u00a0', '\r\n', '\n ', '\u200b', '\ud83d', '😀', '\u0301', 'İ', '|', '• ']),
  ...shapes('watch ', ['watch\n', 'remind 3', '"date:a" ', 'a.b as ', 'https://a.b/', 'a@', '@1.1.1.1 ']),
  ['remind also @Anna Bell for ', 'a '],
  ['remind also ', '@a to me '],
  ['remind ', '3d,'],
  ['owner date:', 'a to '],
  ['trust remove ', '1,'],
  ['trust ', 'BEGIN A '],
  ['list ', ' a'],
  ['settings freeze ', 'to '],
  ['calendar ', 'a.'],
  ['', 'hi there '],
  ['', 'BEGIN PRIVATE '],
  ['END PRIVATE KEY ', '—'],
];
const BY_TEAMS = shapes('check ', [
  '*a ',
  '<',
  '<a ',
  '<a href="',
  '<at>',
  '<at>a</at>',
  '<p>a</p>',
  '<span schema.skype.com/Mention',
  '<blockquote itemtype="http://schema.skype.com/Reply">',
  '<quoted>',
  '</',
  '&',
  '&amp;',
]);
const BY_SLACK = shapes('check ', [
  '*a ',
  ' *a*',
  '_',
  '<',
  '<@U1>',
  '<@U1|a>',
  '<!subteam^S1|a>',
  '<https://a.b|',
  '&',
  '&amp;',
  '{{DATE(',
]);

/** What takes less than so many milliseconds is not measured exactly. */
const INEXACT = 8;

describe('a long message', function () {
  this.timeout(60_000);

  for (const [channel, read, all] of [
    ['Teams', fromTeams, BY_TEAMS],
    ['Slack', fromSlack, [...TYPED, ...BY_SLACK]],
  ] as const)
    for (const [begin, unit] of all)
      it(`of ${JSON.stringify(begin + unit)} in ${channel} costs about four times as much as a quarter of it`, () => {
        const [few, many] = [much(begin, unit, 32 * KB), much(begin, unit, 128 * KB)];
        let [small, large] = [INEXACT, cpuTime(() => read(many))];
        const isTooMuch = (): boolean => large > 6 * Math.max(small, INEXACT);
        if (isTooMuch()) small = cpuTime(() => read(few));
        // One of so many that takes seconds is not tried again.
        if (isTooMuch() && large < 2000) [small, large] = [least(5, () => read(few)), least(5, () => read(many))];
        assert.ok(!isTooMuch(), `${large} ms instead of ${small}`);
      });

  it('of one name names nothing but that', () => {
    const command = fromTeams(`check ${'a'.repeat(200 * KB)} b.example`);
    assert.ok(command.verb === 'check');
    assert.equal(command.targets.length, 1);
    assert.equal(command.ignored?.length, 1);
  });

  it('of an address behind a name is the name', () => {
    const command = fromSlack(`check https://a.example/${'a'.repeat(200 * KB)} b.example`);
    assert.ok(command.verb === 'check');
    assert.deepEqual(
      command.targets.map((target) => 'uri' in target && target.uri),
      ['tls://a.example:443', 'tls://b.example:443'],
    );
  });

  it('of targets between commas loses none', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `host-${index}.example.com`);
    const command = fromSlack(`check ${names.join(',')}`);
    assert.ok(command.verb === 'check');
    assert.equal(command.targets.length, 1000);
  });

  it('of other words is told how many there are', () => {
    const words = Array.from({ length: 10_000 }, (_, index) => `h${index}.example`);
    const command = fromTeams(`watch ${words.join(' ')}`);
    assert.ok(command.verb === 'problem');
    assert.match(command.sentence, /this one names 10,000/);
  });
});
