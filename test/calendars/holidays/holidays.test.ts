import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createHolidays, EXAMPLE_REGIONS, isRegion } from '../../../src/calendars/holidays/holidays.ts';
import type { Language } from '../../../src/core/language/language.ts';

const holidays = createHolidays();

function named(region: string, year: number, language: Language = 'en'): Record<string, string> {
  return Object.fromEntries(holidays(region, year, language).map(({ date, name }) => [date, name]));
}

describe('public holidays', () => {
  it('of Bavaria are those of 2026, in German', () => {
    assert.deepEqual(Object.keys(named('DE-BY', 2026, 'de')), [
      '2026-01-01',
      '2026-01-06',
      '2026-04-03',
      '2026-04-06',
      '2026-05-01',
      '2026-05-14',
      '2026-05-25',
      '2026-06-04',
      '2026-10-03',
      '2026-11-01',
      '2026-12-25',
      '2026-12-26',
    ]);
    assert.equal(named('DE-BY', 2026, 'de')['2026-01-06'], 'Heilige Drei Könige');
    assert.equal(named('DE-BY', 2026, 'en')['2026-01-06'], 'Epiphany');
  });

  const table: [string, string, boolean][] = [
    ['DE', '2026-01-06', false],
    ['DE-BY', '2026-06-04', true],
    ['DE-HH', '2026-06-04', false],
    ['CH-ZH', '2026-08-01', true],
    ['AT', '2026-10-26', true],
    ['GB-ENG', '2026-08-31', true],
    ['GB-SCT', '2026-11-30', true],
    ['US', '2026-11-26', true],
    // In place of the 4th, a Saturday.
    ['US', '2026-07-03', true],
    // No whole day: people work.
    ['IS', '2026-12-24', false],
    ['DE', '2026-12-24', false],
    // Counted from the evening before, it is the day itself.
    ['IL', '2026-09-21', true],
    ['IL', '2026-09-20', false],
    // Of several days, all of them, over the end of the year too.
    ['KR', '2027-02-07', true],
    ['KR', '2027-02-09', true],
    ['KR', '2027-02-10', false],
    ['SZ', '2028-01-02', true],
    ['SZ', '2028-01-03', false],
  ];
  for (const [region, date, is] of table) {
    it(`of ${region} ${is ? 'hold' : 'do not hold'} ${date}`, () => {
      assert.equal(date in named(region, Number(date.slice(0, 4))), is);
    });
  }

  it('are named in English where they have no German name', () => {
    assert.equal(named('JP', 2026, 'de')['2026-02-11'], 'Foundation Day');
    assert.equal(named('JP', 2026, 'de')['2026-01-01'], 'Neujahr');
  });

  it('are the same however often and in whatever order they are asked for', () => {
    const before = named('DE-BY', 2026, 'en');
    named('DE-BY', 2026, 'de');
    assert.deepEqual(createHolidays()('DE-BY', 2026, 'en'), holidays('DE-BY', 2026, 'en'));
    assert.deepEqual(named('DE-BY', 2026, 'en'), before);
    assert.equal(holidays('DE-BY', 2026, 'en'), holidays('DE-BY', 2026, 'en'), 'answers are kept');
  });

  for (const region of ['XX', 'DE-QQ', 'DE-BY-ZZ', '', 'constructor', '__proto__', 'none']) {
    it(`of ${JSON.stringify(region)} are none`, () => assert.deepEqual(holidays(region, 2026, 'en'), []));
  }

  it('of years out of reach are none', () => {
    for (const year of [1969, 2101, 9999, 0, -1, 2026.5, Number.NaN]) assert.deepEqual(holidays('DE', year, 'en'), []);
  });

  it('are in the year that was asked for, each date once, in order', () => {
    for (const region of ['DE', 'CH-ZH', 'IL', 'TR', 'CN', 'SZ', 'AM', 'US']) {
      for (const year of [2026, 2027, 2028]) {
        const dates = holidays(region, year, 'en').map(({ date }) => date);
        assert.ok(dates.length > 0);
        assert.deepEqual(dates, [...new Set(dates)].toSorted());
        for (const date of dates) assert.match(date, new RegExp(`^${year}-\\d\\d-\\d\\d$`));
      }
    }
  });

  it('do not depend on the zone of the machine', async () => {
    const module = new URL('../../../src/calendars/holidays/holidays.ts', import.meta.url).href;
    const script = `const { createHolidays } = await import(${JSON.stringify(module)});
      process.stdout.write(JSON.stringify(['DE-BY', 'IL', 'SA'].map((one) => createHolidays()(one, 2027, 'en'))));`;
    const run = promisify(execFile);
    const here = ['DE-BY', 'IL', 'SA'].map((one) => holidays(one, 2027, 'en'));
    const zones = await Promise.all(
      ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].map((TZ) =>
        run(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, TZ } }),
      ),
    );
    for (const { stdout } of zones) assert.deepEqual(JSON.parse(stdout), here);
  });
});

describe('a region', () => {
  const table: [string, string | null][] = [
    ['DE', 'DE'],
    ['de-by', 'DE-BY'],
    [' De-bY ', 'DE-BY'],
    ['ch-zh', 'CH-ZH'],
    ['de-by-a', 'DE-BY-A'],
    ['ck-AITUTAKI', 'CK-Aitutaki'],
    ['DE_BY', null],
    ['DE-', null],
    ['DE-QQ', null],
    ['DE-BY-ZZ', null],
    ['DE-BY-A-B', null],
    ['Bavaria', null],
    ['XX', null],
    ['', null],
    ['__proto__', null],
    ['DE-constructor', null],
    ['none', null],
  ];
  for (const [text, region] of table) {
    it(`typed as ${JSON.stringify(text)} is ${region ?? 'none that is known'}`, () =>
      assert.equal(isRegion(text), region));
  }

  it('is each of the examples', () => {
    for (const example of EXAMPLE_REGIONS) {
      assert.equal(isRegion(example), example);
      assert.ok(holidays(example, 2026, 'en').length > 5);
    }
  });
});
