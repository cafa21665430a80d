import assert from 'node:assert/strict';
import { Settings } from 'luxon';
import { shortDay, shortInstant, shortMonth, unbroken } from '../../../src/core/language/dates.ts';
import { inZone, sayIn } from '../../../src/core/language/language.ts';
import { DE, EN, NOW } from '../../support/certificate-facts.ts';

const MONTHS = Array.from({ length: 12 }, (_none, month) => Date.UTC(2027, month, 1, 12));

describe('short dates', () => {
  it('are written as each language writes them, all around the year', () => {
    const written = (say: typeof EN): string[] =>
      MONTHS.map((at) => shortDay(at, { now: NOW, say, year: false }).replaceAll('\u{a0}', ' '));
    assert.equal(
      written(EN).join(', '),
      '1 Jan, 1 Feb, 1 Mar, 1 Apr, 1 May, 1 Jun, 1 Jul, 1 Aug, 1 Sep, 1 Oct, 1 Nov, 1 Dec',
    );
    assert.equal(
      written(DE).join(', '),
      '1. Jan., 1. Feb., 1. März, 1. Apr., 1. Mai, 1. Juni, 1. Juli, 1. Aug., 1. Sept., 1. Okt., 1. Nov., 1. Dez.',
    );
  });

  it('break nowhere, whoever joins their parts', () => {
    for (const say of [EN, DE])
      for (const at of MONTHS) {
        const day = shortDay(at, { now: NOW, say, weekday: true, year: true });
        for (const whole of [day, shortMonth(at, say)]) {
          assert.doesNotMatch(whole, / /);
          assert.equal(unbroken(whole.replaceAll('\u{a0}', ' ')), whole);
        }
        assert.equal(shortInstant(at, { now: NOW, say }).split(' ').length, say === DE ? 3 : 2);
      }
  });

  it('are told in UTC wherever the bot runs, in a zone that is named, and in UTC where that is none', () => {
    const told = (say: typeof EN): string =>
      shortInstant(NOW, { now: NOW, say, zoned: true }).replaceAll('\u{a0}', ' ');
    Settings.defaultZone = 'Asia/Kathmandu';
    try {
      for (const [zone, shown] of [
        ['Europe/Berlin', 'Sun 22 Nov, 13:00 Berlin time'],
        ['America/New_York', 'Sun 22 Nov, 07:00 New York time'],
        ['utc', 'Sun 22 Nov, 12:00 UTC'],
        ['Mars/Olympus_Mons', 'Sun 22 Nov, 12:00 UTC'],
      ] as const)
        assert.equal(told(inZone(EN, zone)), shown);
      assert.equal(told(EN), 'Sun 22 Nov, 12:00 UTC');
    } finally {
      Settings.defaultZone = 'system';
    }
  });

  it('end a sentence with one full stop', () => {
    const date = shortDay(Date.UTC(2027, 10, 1), { now: NOW, say: DE, year: false });
    const said = sayIn('de')('trust.added.not-yet', { name: 'A', date });
    assert.equal(said.replaceAll('\u{a0}', ' '), 'A gilt erst ab 1. Nov.');
    const march = shortDay(Date.UTC(2027, 2, 1), { now: NOW, say: DE, year: false });
    assert.ok(sayIn('de')('trust.added.not-yet', { name: 'A', date: march }).endsWith('März.'));
  });
});
