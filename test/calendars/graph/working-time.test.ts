import assert from 'node:assert/strict';
import { ianaZone, readWorkingTime } from '../../../src/calendars/graph/working-time.ts';

const HOURS = {
  daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  startTime: '08:30:00.0000000',
  endTime: '17:00:00.0000000',
  timeZone: { name: 'Pacific Standard Time' },
};

describe('working time of a mailbox', () => {
  const zones: [string, string | null][] = [
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Romance Standard Time', 'Europe/Paris'],
    ['UTC', 'Etc/UTC'],
    ['Europe/Zurich', 'Europe/Zurich'],
    ['Customized Time Zone', null],
    ['', null],
  ];
  for (const [name, zone] of zones) {
    it(`knows the zone ${JSON.stringify(name)} as ${zone}`, () => {
      assert.equal(ianaZone(name), zone);
    });
  }

  it('comes from the hours and their own zone', () => {
    assert.deepEqual(readWorkingTime({ timeZone: 'W. Europe Standard Time', workingHours: HOURS }), {
      zone: 'America/Los_Angeles',
      zoneName: 'Pacific Standard Time',
      days: [1, 2, 3, 4, 5],
      start: 510,
      end: 1020,
    });
  });

  it('takes the zone of the mailbox when that of the hours is a custom one', () => {
    const workingHours = { ...HOURS, timeZone: { name: 'Customized Time Zone' } };
    assert.equal(readWorkingTime({ timeZone: 'Europe/Berlin', workingHours })?.zone, 'Europe/Berlin');
  });

  it('knows working weeks that start on Sunday', () => {
    const workingHours = { ...HOURS, daysOfWeek: ['sunday', 'thursday'] };
    assert.deepEqual(readWorkingTime({ timeZone: 'UTC', workingHours })?.days, [4, 7]);
  });

  it('may be one day a week, and is the usual week where no day is told', () => {
    for (const [daysOfWeek, days] of [
      [['wednesday'], [3]],
      [[], [1, 2, 3, 4, 5]],
    ])
      assert.deepEqual(readWorkingTime({ timeZone: 'UTC', workingHours: { ...HOURS, daysOfWeek } })?.days, days);
  });

  const hours: [string | null, string | null, [number, number]][] = [
    ['22:00:00', '06:00:00', [1320, 1440]],
    ['08:00:00.0000000', '00:00:00.0000000', [480, 1440]],
    ['08:00:00', '08:00:00', [480, 1440]],
    ['nonsense', '17:00:00', [540, 1020]],
    ['08:00:00', 'nonsense', [540, 1020]],
    ['2027-01-01T08:00:00', '16:00:00', [540, 1020]],
    [null, null, [540, 1020]],
  ];
  for (const [startTime, endTime, expected] of hours) {
    it(`takes ${startTime} to ${endTime} for the minutes ${expected.join(' to ')}`, () => {
      const time = readWorkingTime({ timeZone: 'UTC', workingHours: { ...HOURS, startTime, endTime } });
      assert.deepEqual([time?.start, time?.end], expected);
    });
  }

  it('assumes Monday to Friday, nine to five, when only the zone is known', () => {
    assert.deepEqual(readWorkingTime({ timeZone: 'Europe/Berlin' }), {
      zone: 'Europe/Berlin',
      zoneName: 'Europe/Berlin',
      days: [1, 2, 3, 4, 5],
      start: 540,
      end: 1020,
    });
  });

  for (const settings of [null, undefined, 'text', {}, { timeZone: 'Customized Time Zone' }]) {
    it(`is unknown from ${JSON.stringify(settings)}`, () => {
      assert.equal(readWorkingTime(settings), null);
    });
  }
});
