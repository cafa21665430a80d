import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { instantIn } from '../../../src/core/chat/typed-times.ts';
import { sayIn } from '../../../src/core/language/language.ts';

/** A Wednesday, 11:00 in Berlin. */
const NOW = Date.UTC(2026, 10, 25, 10);

describe('what people say of alerts', () => {
  for (const [text, verb, targets, when] of [
    ['ack', 'ack', null],
    ['I have it.', 'ack', null],
    ['on it', 'ack', null],
    ['übernehme ich', 'ack', null],
    ['Das übernehme ich!', 'ack', null],
    ['ich übernehme example.com', 'ack', 'example.com'],
    ['example.com übernehme ich', 'ack', 'example.com'],
    ['ack a.example b.example', 'ack', 'a.example b.example'],
    ['give it back', 'unack', null],
    ['gebe ich zurück', 'unack', null],
    ['snooze', 'snooze', null, null],
    ['snooze until Monday', 'snooze', null, 'Monday'],
    ['snooze example.com bis Montag', 'snooze', 'example.com', 'Montag'],
    ['snooze until Monday example.com', 'snooze', 'example.com', 'Monday'],
    ['snooze until 10:00', 'snooze', null, '10:00'],
    ['snooze example.com until 1.12. 9:00', 'snooze', 'example.com', '1.12. 9:00'],
    ['snooze for 2 hours', 'snooze', null, '2 hours'],
    ['done', 'done', null],
    ['erneuert', 'done', null],
    ['I renewed example.com', 'done', 'example.com'],
    ['example.com ist erneuert', 'done', 'example.com'],
    ['I install it on Friday 10:00', 'installing', null, 'Friday 10:00'],
    ['ich spiele example.com am Freitag um 10 Uhr ein', 'installing', 'example.com', 'Freitag um 10 Uhr'],
    ['I got this', 'ack', null],
    ['Ich kümmere mich um example.com', 'ack', 'example.com'],
    ['gebe example.com zurück', 'unack', 'example.com'],
    ['example.com gebe ich wieder zurück', 'unack', 'example.com'],
    ['example.com has been renewed', 'done', 'example.com'],
    ['example.com done', 'done', 'example.com'],
    ['ich hab example.com erneuert', 'done', 'example.com'],
    ['fertig', 'done', null],
    ['I’m installing example.com on Friday at 10', 'installing', 'example.com', 'Friday at 10'],
    ['example.com installiere ich am Freitag', 'installing', 'example.com', 'Freitag'],
    ['snooze example.com until at 10', 'snooze', 'example.com', 'at 10'],
    ['snooze example.com until 2026-12-01T10:00Z', 'snooze', 'example.com', '2026-12-01T10:00Z'],
  ] as const)
    it(`is understood: ${text}`, () => {
      const command = parseCommand(text, sayIn('en'));
      assert.equal(command.verb, verb);
      const named = 'targets' in command && Array.isArray(command.targets) ? command.targets : null;
      assert.equal(named === null ? null : named.map((target) => target.text).join(' '), targets);
      if (command.verb === 'snooze') assert.equal(command.until, when);
      if (command.verb === 'installing') assert.equal(command.on, when);
    });

  for (const [text, verb] of [
    ['ack all', 'ack'],
    ['ack *', 'ack'],
    ['unack everything', 'unack'],
    ['done alles', 'done'],
    ['snooze all until Monday', 'snooze'],
    ['installing all on Friday', 'installing'],
  ] as const)
    it(`is about all that is open: ${text}`, () => {
      const command = parseCommand(text, sayIn('en'));
      assert.equal(command.verb, verb);
      assert.equal('targets' in command && command.targets, 'all');
      assert.notEqual('until' in command && command.until, 'all until Monday');
    });

  for (const text of [
    'ack #shop',
    'I take coffee',
    'the meeting is done',
    'ack intranet',
    `I have ${'x, '.repeat(90)}renewed`,
  ])
    it(`is nothing where it names no target: ${text.slice(0, 30)}`, () => {
      assert.equal(parseCommand(text, sayIn('en')).verb, 'problem');
    });
});

describe('a time in words', () => {
  for (const [text, language, expected] of [
    ['Monday', 'en', '2026-11-30T08:00'],
    ['Montag', 'de', '2026-11-30T08:00'],
    ['tomorrow', 'en', '2026-11-26T08:00'],
    ['morgen früh', 'de', '2026-11-26T08:00'],
    ['Friday at 3 pm', 'en', '2026-11-27T14:00'],
    ['Freitag um 10 Uhr', 'de', '2026-11-27T09:00'],
    ['Freitag, 10:30 Uhr', 'de', '2026-11-27T09:30'],
    ['2 hours', 'en', '2026-11-25T12:00'],
    ['zwei Stunden', 'de', '2026-11-25T12:00'],
    ['15:30', 'en', '2026-11-25T14:30'],
    ['10:00', 'en', '2026-11-26T09:00'],
    ['2026-12-01 10:00', 'en', '2026-12-01T09:00'],
    ['1.12. um 9 Uhr', 'de', '2026-12-01T08:00'],
    ['next week', 'en', '2026-11-30T08:00'],
    ['Friday at 10', 'en', '2026-11-27T09:00'],
    ['at 10 on Friday', 'en', '2026-11-27T09:00'],
    ['Freitag um 15', 'de', '2026-11-27T14:00'],
    ['tonight', 'en', '2026-11-25T17:00'],
    ['heute Abend', 'de', '2026-11-25T17:00'],
    ['this evening', 'en', '2026-11-25T17:00'],
    ['tomorrow afternoon', 'en', '2026-11-26T13:00'],
    ['Freitagabend', 'de', '2026-11-27T17:00'],
    ['2026-12-01T10:00Z', 'en', '2026-12-01T10:00'],
    ['2026-12-01T10:00:00+02:00', 'en', '2026-12-01T08:00'],
    ['Friday at 25', 'en', null],
    ['2026-12-01T25:00Z', 'en', null],
    ['25:00', 'en', null],
    ['the cows come home', 'en', null],
  ] as const)
    it(`is read: ${text}`, () => {
      const calendar = { now: NOW, zone: 'Europe/Berlin', language, dayNamed: () => null };
      const at = instantIn(text, calendar, 9 * 60);
      assert.equal(at === null ? null : new Date(at).toISOString().slice(0, 16), expected);
    });
});
