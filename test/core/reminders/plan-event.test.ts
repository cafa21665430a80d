import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { type Instant, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';
import type { Holidays, Wanted, WorkingTime } from '../../../src/core/model/reminder.ts';
import { defaultWorkingTime, planEvent, planningBasis, renewStart } from '../../../src/core/reminders/plan-event.ts';
import { certificate, NOW, thresholds } from '../../support/certificate-facts.ts';
import { holidaysOf, none, wantedOf } from '../../support/wanted.ts';

const LONG_AGO = Date.UTC(2020, 0, 1);
const FAR = Date.UTC(2040, 0, 1);

/** `2026-03-30 09:00` on the clock of a zone. */
function at(text: string, zone: string): Instant {
  const instant = DateTime.fromSQL(text, { zone });
  assert.ok(instant.isValid, text);
  return instant.toMillis();
}

function clock(instant: Instant, zone: string): string {
  return DateTime.fromMillis(instant, { zone }).toFormat('ccc yyyy-MM-dd HH:mm');
}

function utc(instant: Instant): string {
  return new Date(instant).toISOString();
}

function office(zone: string, overrides: Partial<WorkingTime> = {}): WorkingTime {
  return { ...defaultWorkingTime(zone), ...overrides };
}

const SUNDAY_TO_THURSDAY = { days: [7, 1, 2, 3, 4] };

/** Zone, notice on its clock, expected start on its clock and in UTC. The planning is long before. */
const BACK: [string, string, string, string, string, Partial<WorkingTime>?][] = [
  ['within a working day', 'Europe/Berlin', '2026-11-18 15:20', 'Wed 2026-11-18 09:00', '2026-11-18T08:00:00.000Z'],
  [
    'at the very start of work',
    'Europe/Berlin',
    '2026-11-18 09:00',
    'Wed 2026-11-18 09:00',
    '2026-11-18T08:00:00.000Z',
  ],
  [
    'a minute before the start of work',
    'Europe/Berlin',
    '2026-11-18 08:59',
    'Tue 2026-11-17 09:00',
    '2026-11-17T08:00:00.000Z',
  ],
  ['late in the evening', 'Europe/Berlin', '2026-11-18 23:59', 'Wed 2026-11-18 09:00', '2026-11-18T08:00:00.000Z'],
  ['on a Saturday', 'Europe/Berlin', '2026-11-21 12:00', 'Fri 2026-11-20 09:00', '2026-11-20T08:00:00.000Z'],
  ['on a Sunday', 'Europe/Berlin', '2026-11-22 12:00', 'Fri 2026-11-20 09:00', '2026-11-20T08:00:00.000Z'],
  ['early on a Monday', 'Europe/Berlin', '2026-11-23 06:00', 'Fri 2026-11-20 09:00', '2026-11-20T08:00:00.000Z'],
  [
    'before summer time, in Berlin',
    'Europe/Berlin',
    '2026-03-27 12:00',
    'Fri 2026-03-27 09:00',
    '2026-03-27T08:00:00.000Z',
  ],
  [
    'early on the Monday after it began',
    'Europe/Berlin',
    '2026-03-30 08:30',
    'Fri 2026-03-27 09:00',
    '2026-03-27T08:00:00.000Z',
  ],
  [
    'on the Monday after it began',
    'Europe/Berlin',
    '2026-03-30 12:00',
    'Mon 2026-03-30 09:00',
    '2026-03-30T07:00:00.000Z',
  ],
  ['on the day it ends', 'Europe/Berlin', '2026-10-25 12:00', 'Fri 2026-10-23 09:00', '2026-10-23T07:00:00.000Z'],
  [
    'on the Monday after it ended',
    'Europe/Berlin',
    '2026-10-26 12:00',
    'Mon 2026-10-26 09:00',
    '2026-10-26T08:00:00.000Z',
  ],
  [
    'before daylight time, in New York',
    'America/New_York',
    '2026-03-06 20:00',
    'Fri 2026-03-06 09:00',
    '2026-03-06T14:00:00.000Z',
  ],
  [
    'early on the Monday after it began there',
    'America/New_York',
    '2026-03-09 08:00',
    'Fri 2026-03-06 09:00',
    '2026-03-06T14:00:00.000Z',
  ],
  [
    'on the Monday after it began there',
    'America/New_York',
    '2026-03-09 10:00',
    'Mon 2026-03-09 09:00',
    '2026-03-09T13:00:00.000Z',
  ],
  [
    'on the Monday after it ended there',
    'America/New_York',
    '2026-11-02 10:00',
    'Mon 2026-11-02 09:00',
    '2026-11-02T14:00:00.000Z',
  ],
  [
    'before daylight time ends in Sydney',
    'Australia/Sydney',
    '2026-04-03 10:00',
    'Fri 2026-04-03 09:00',
    '2026-04-02T22:00:00.000Z',
  ],
  [
    'on the Monday after it ended there',
    'Australia/Sydney',
    '2026-04-06 10:00',
    'Mon 2026-04-06 09:00',
    '2026-04-05T23:00:00.000Z',
  ],
  [
    'early on the Monday after it began in Sydney',
    'Australia/Sydney',
    '2026-10-05 08:00',
    'Fri 2026-10-02 09:00',
    '2026-10-01T23:00:00.000Z',
  ],
  [
    'on the Monday after it began there',
    'Australia/Sydney',
    '2026-10-05 10:00',
    'Mon 2026-10-05 09:00',
    '2026-10-04T22:00:00.000Z',
  ],
  [
    'in Kathmandu, 5:45 ahead of UTC',
    'Asia/Kathmandu',
    '2026-11-18 15:00',
    'Wed 2026-11-18 09:00',
    '2026-11-18T03:15:00.000Z',
  ],
  ['early in Kathmandu', 'Asia/Kathmandu', '2026-11-18 08:30', 'Tue 2026-11-17 09:00', '2026-11-17T03:15:00.000Z'],
  [
    'on a Friday, where Sunday is a working day',
    'Asia/Jerusalem',
    '2026-11-20 12:00',
    'Thu 2026-11-19 09:00',
    '2026-11-19T07:00:00.000Z',
    SUNDAY_TO_THURSDAY,
  ],
  [
    'on such a Sunday',
    'Asia/Jerusalem',
    '2026-11-22 12:00',
    'Sun 2026-11-22 09:00',
    '2026-11-22T07:00:00.000Z',
    SUNDAY_TO_THURSDAY,
  ],
  [
    'early on such a Sunday',
    'Asia/Jerusalem',
    '2026-11-22 08:00',
    'Thu 2026-11-19 09:00',
    '2026-11-19T07:00:00.000Z',
    SUNDAY_TO_THURSDAY,
  ],
  [
    'on the day when the clock skips midnight',
    'Asia/Beirut',
    '2026-03-29 12:00',
    'Sun 2026-03-29 09:00',
    '2026-03-29T06:00:00.000Z',
    SUNDAY_TO_THURSDAY,
  ],
  [
    'where one works on Mondays from 7:15',
    'Europe/Berlin',
    '2026-11-22 12:00',
    'Mon 2026-11-16 07:15',
    '2026-11-16T06:15:00.000Z',
    { days: [1], start: 435 },
  ],
  [
    'where nobody works ever: then it is not moved',
    'Europe/Berlin',
    '2026-11-22 12:34',
    'Sun 2026-11-22 12:34',
    '2026-11-22T11:34:00.000Z',
    { days: [] },
  ],
];

describe('the renew event, for a notice', () => {
  for (const [when, zone, notice, local, instant, working] of BACK) {
    it(`${when} starts ${local}`, () => {
      const start = renewStart(at(notice, zone), FAR, office(zone, working), LONG_AGO);
      assert.equal(clock(start, zone), local);
      assert.equal(utc(start), instant);
    });
  }

  it('is never moved to later, whatever the zone and the hour', () => {
    for (const zone of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Sydney',
      'Asia/Kathmandu',
      'America/Santiago',
    ]) {
      for (let hour = 0; hour < 366 * 24; hour += 17) {
        const notice = Date.UTC(2026, 0, 1) + hour * HOUR;
        const start = renewStart(notice, FAR, office(zone), LONG_AGO);
        assert.ok(start <= notice && notice - start < 4 * DAY, `${zone} ${utc(notice)}`);
        const local = DateTime.fromMillis(start, { zone });
        assert.ok(local.weekday <= 5 && local.hour === 9 && local.minute === 0, `${zone} ${utc(notice)}`);
      }
    }
  });
});

/** Now on the clock of the zone, when the planned start has passed, and the next working slot. */
const NEXT: [string, string, string, string, Partial<WorkingTime>?][] = [
  ['during work: the next half hour', 'Europe/Berlin', '2026-11-18 10:01', 'Wed 2026-11-18 10:30'],
  ['on the half hour: at once', 'Europe/Berlin', '2026-11-18 10:30', 'Wed 2026-11-18 10:30'],
  ['before work: when it starts', 'Europe/Berlin', '2026-11-18 05:00', 'Wed 2026-11-18 09:00'],
  ['too late for a half hour: the next day', 'Europe/Berlin', '2026-11-18 16:31', 'Thu 2026-11-19 09:00'],
  ['just in time for the last half hour', 'Europe/Berlin', '2026-11-18 16:30', 'Wed 2026-11-18 16:30'],
  ['on a Friday evening: Monday', 'Europe/Berlin', '2026-11-20 18:00', 'Mon 2026-11-23 09:00'],
  ['over the change to summer time', 'Europe/Berlin', '2026-03-28 12:00', 'Mon 2026-03-30 09:00'],
  ['over the change to winter time', 'Europe/Berlin', '2026-10-24 12:00', 'Mon 2026-10-26 09:00'],
  ['over the change in New York', 'America/New_York', '2026-03-07 12:00', 'Mon 2026-03-09 09:00'],
  ['over the change in Sydney', 'Australia/Sydney', '2026-10-03 12:00', 'Mon 2026-10-05 09:00'],
  ['in Kathmandu, by the clock there', 'Asia/Kathmandu', '2026-11-18 10:01', 'Wed 2026-11-18 10:30'],
  [
    'on a Thursday evening, where the week ends then',
    'Asia/Jerusalem',
    '2026-11-19 18:00',
    'Sun 2026-11-22 09:00',
    SUNDAY_TO_THURSDAY,
  ],
  ['where work ends at midnight', 'Europe/Berlin', '2026-11-18 23:15', 'Wed 2026-11-18 23:30', { end: 1440 }],
];

describe('the renew event, when its planned start has passed', () => {
  for (const [when, zone, now, local, working] of NEXT) {
    it(`comes, ${when}`, () => {
      const start = renewStart(LONG_AGO, FAR, office(zone, working), at(now, zone));
      assert.equal(clock(start, zone), local);
    });
  }

  const saturday = at('2026-11-21 12:00:07.5', 'Europe/Berlin');
  const monday = at('2026-11-23 09:00', 'Europe/Berlin');
  const ends: [string, Instant, Instant][] = [
    ['is the next working slot when that is before the end', monday + 1, monday],
    ['is now when the next working slot is the very end', monday, saturday - 500],
    ['is now when the next working slot is after the end', saturday + HOUR, saturday - 500],
    ['is now when the certificate has expired', saturday - DAY, saturday - 500],
  ];
  for (const [name, notAfter, start] of ends) {
    it(name, () => {
      assert.equal(utc(renewStart(LONG_AGO, notAfter, office('Europe/Berlin'), saturday)), utc(start));
    });
  }

  it('is now when nobody works ever', () => {
    assert.equal(renewStart(LONG_AGO, FAR, office('UTC', { days: [] }), NOW), NOW);
  });

  it('is not so while it is still to come, be it by a second', () => {
    const nine = at('2026-11-18 09:00', 'Europe/Berlin');
    assert.equal(renewStart(nine + HOUR, FAR, office('Europe/Berlin'), nine - 1000), nine);
    assert.equal(renewStart(nine + HOUR, FAR, office('Europe/Berlin'), nine), nine);
  });
});

describe('working time', () => {
  const zones: [string | null, string][] = [
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Mars/Olympus_Mons', 'UTC'],
    [null, 'UTC'],
  ];
  for (const [zone, known] of zones) {
    it(`of ${zone ?? 'nobody knows where'} is Monday to Friday, nine to five, ${known}`, () => {
      assert.deepEqual(defaultWorkingTime(zone), {
        zone: known,
        zoneName: known,
        days: [1, 2, 3, 4, 5],
        start: 540,
        end: 1020,
      });
    });
  }
});

describe('an event', () => {
  const berlin: WorkingTime = { ...office('Europe/Berlin'), zoneName: 'W. Europe Standard Time' };
  const leaf = certificate('leaf', { notBefore: NOW - DAY, notAfter: NOW + 89 * DAY, ipAddresses: ['192.0.2.7'] });
  const options = { now: NOW, holidays: none, kept: null };

  function wantedFor(targets: string[], policies: Wanted['policies'] = [null]): Wanted {
    return wantedOf(leaf, targets, { policies });
  }
  const one = wantedFor(['tls://example.com:443']);

  it('of kind renew is half an hour on a working morning, with an alarm when work begins', () => {
    const event = planEvent('renew', one, berlin, options);
    // Notice: a quarter of 90 days before notAfter, which is one o'clock in the night to Thursday.
    assert.equal(clock(event.start, 'Europe/Berlin'), 'Wed 2027-01-27 09:00');
    assert.equal(event.end - event.start, 30 * MINUTE);
    assert.equal(event.reminderMinutes, 0);
    assert.equal(event.subject, 'Renew certificate: example.com (expires 19 Feb 2027)');
    assert.equal(event.zone, 'Europe/Berlin');
    assert.equal(event.zoneName, 'W. Europe Standard Time');
  });

  it('of kind expiry is at notAfter, with an alarm a day before', () => {
    const event = planEvent('expiry', one, berlin, options);
    assert.equal(event.start, leaf.notAfter);
    assert.equal(event.reminderMinutes, 24 * 60);
    assert.equal(event.subject, 'Certificate expires: example.com');
    assert.equal(event.importance, 'high');
  });

  const subjects: [string[], string][] = [
    [['tls://example.com:443'], 'example.com'],
    [['tls://example.com:8443'], 'example.com:8443'],
    [['tls://[2001:db8::1]:443'], '[2001:db8::1]'],
    [['smtp://mail.example.com:443'], 'smtp://mail.example.com:443'],
    [['tls://example.com:443?address=2001:db8::443'], 'example.com @2001:db8::443'],
    [['tls://example.com:8443?address=2001:db8::443'], 'example.com:8443 @2001:db8::443'],
    [['tls://xn--mller-kva.example:443'], 'müller.example'],
    [['tls://10.1.2.3:443?sni=internal.example'], '10.1.2.3 as internal.example'],
    [['tls://a.example:443', 'tls://b.example:443'], 'a.example and 1 more'],
    [
      Array.from({ length: 12 }, (_, index) => `tls://h${String(index).padStart(2, '0')}.example:443`),
      'h00.example and 11 more',
    ],
  ];
  for (const [targets, shown] of subjects) {
    it(`about ${targets.length === 1 ? targets[0]! : `${targets.length} targets`} is called ${shown}`, () => {
      const wanted = wantedFor(targets);
      assert.equal(planEvent('expiry', wanted, berlin, options).subject, `Certificate expires: ${shown}`);
      const renew = planEvent('renew', wanted, berlin, options);
      assert.equal(renew.subject, `Renew certificate: ${shown} (expires 19 Feb 2027)`);
      assert.deepEqual(renew.targets, targets);
    });
  }

  it('of kind renew is called by the date of the end where the mailbox is', () => {
    for (const [end, date] of [
      ['2027-02-18T22:59:59Z', '18 Feb 2027'],
      ['2027-02-18T23:00:00Z', '19 Feb 2027'],
    ] as const) {
      const certificate = { ...leaf, notAfter: Date.parse(end) };
      const { subject } = planEvent('renew', { ...one, certificate }, berlin, options);
      assert.equal(subject, `Renew certificate: example.com (expires ${date})`);
    }
  });

  for (const kind of ['renew', 'expiry'] as const) {
    it(`of kind ${kind} says in its body what, where and until when`, () => {
      const { body } = planEvent(kind, wantedFor(['tls://a.example:443', 'tls://b.example:8443']), berlin, options);
      const text = body.join('\n');
      for (const part of [
        'Where: a.example and b.example:8443',
        'Until: Fri\u00a019\u00a0Feb\u00a02027, 13:00 Berlin\u00a0time',
        'Issuer: Demo CA E7',
        'Names: example.com, www.example.com and 192.0.2.7',
        'Serial number: 0a1b',
      ])
        assert.ok(text.includes(part), `${part} in ${text}`);
    });
  }

  it('keeps what a certificate tries to smuggle in on one line', () => {
    const hostile = { ...one, certificate: { ...leaf, issuer: 'Evil\r\nDTSTART:20200101\u202E CA' } };
    for (const line of planEvent('renew', hostile, berlin, options).body.flatMap((each) => each.split('\n')))
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
  });

  it('of kind renew follows the earliest notice of several policies', () => {
    const policies = [thresholds('10d', '1d'), thresholds('60d'), null];
    const event = planEvent('renew', wantedFor(one.targets, policies), berlin, options);
    assert.equal(clock(event.start, 'Europe/Berlin'), 'Mon 2026-12-21 09:00');
  });

  it('of kind renew follows the default policy where no watch is left that says so', () => {
    assert.deepEqual(
      planEvent('renew', wantedFor(one.targets, []), berlin, options),
      planEvent('renew', one, berlin, options),
    );
  });

  it('of kind renew keeps a start that is to come, though it would be planned earlier by now', () => {
    const { start } = planEvent('renew', one, berlin, options);
    const frozen = { ...one, freezes: [{ from: '2030-01-01', to: '2030-01-02' }] };
    for (const wanted of [one, frozen]) {
      const kept = { start: start + DAY, reminderMinutes: 0 };
      assert.equal(planEvent('renew', wanted, berlin, { ...options, kept }).start, start + DAY);
    }
  });

  it('of kind renew that is due has its alarm at once', () => {
    const now = leaf.notAfter - 100;
    const event = planEvent('renew', one, berlin, { ...options, now });
    assert.equal(event.start, Math.floor(now / 1000) * 1000);
    assert.equal(event.reminderMinutes, 0);
  });

  it('of kind renew keeps the start it is given, even when that lies in the past', () => {
    const kept = NOW - 30 * DAY;
    const event = planEvent('renew', one, berlin, { ...options, kept: { start: kept, reminderMinutes: 7 } });
    assert.equal(event.start, kept);
    assert.equal(event.end, kept + 30 * MINUTE);
    assert.equal(event.reminderMinutes, 7, 'nor is its alarm changed');
  });

  describe('that a person made one of a whole day', () => {
    const holidays = holidaysOf('X', { '2027-01-11': 'Holiday' });
    const off = (count: number) =>
      holidaysOf(
        'X',
        Object.fromEntries(
          Array.from({ length: count }, (_, day) => [
            new Date(Date.UTC(2027, 0, 11 - day)).toISOString().slice(0, 10),
            'x',
          ]),
        ),
      );
    const days: [string, string, Partial<WorkingTime>, Holidays, number, string][] = [
      ['rings in the last half-hour of work before', '2027-01-13', {}, holidays, 7.5 * 60, 'Thu 2027-01-14 00:00'],
      ['rings on Friday for a Monday', '2027-01-18', {}, holidays, (24 + 24 + 7.5) * 60, 'Tue 2027-01-19 00:00'],
      ['rings before a public holiday', '2027-01-12', {}, holidays, (72 + 7.5) * 60, 'Wed 2027-01-13 00:00'],
      ['rings a day before where nobody works', '2027-01-13', { days: [] }, holidays, 24 * 60, 'Thu 2027-01-14 00:00'],
      ['rings up to two weeks before', '2027-01-12', {}, off(13), (13 * 24 + 7.5) * 60, 'Wed 2027-01-13 00:00'],
      ['rings a day before rather than longer', '2027-01-12', {}, off(14), 24 * 60, 'Wed 2027-01-13 00:00'],
      ['is that day also where it has 23 hours', '2027-03-28', {}, holidays, (24 + 7.5) * 60, 'Mon 2027-03-29 00:00'],
    ];
    for (const kind of ['renew', 'expiry'] as const) {
      for (const [what, date, working, closed, minutes, end] of days) {
        it(`${what}, of kind ${kind}`, () => {
          const wanted = { ...one, holidays: ['X'] };
          const chosen = { start: at('2027-01-12 14:00', 'Europe/Berlin'), showAs: 'busy' as const, date };
          const event = planEvent(kind, wanted, { ...berlin, ...working }, { ...options, holidays: closed, chosen });
          assert.equal(clock(event.start, 'Europe/Berlin').slice(4), `${date} 00:00`);
          assert.equal(clock(event.end, 'Europe/Berlin'), end);
          assert.deepEqual([event.allDay, event.showAs], [true, 'busy']);
          assert.equal(event.reminderMinutes, minutes);
        });
      }
    }

    it('is of no whole day otherwise', () => {
      assert.equal(planEvent('renew', one, berlin, options).allDay, undefined);
    });
  });

  describe('of something that ends with a day', () => {
    // A Monday.
    const ends = Date.UTC(2027, 2, 1);
    const token = { kind: 'date' as const, fingerprint: 'ab'.repeat(32), notBefore: NOW, notAfter: ends };
    const wanted = { ...one, certificate: token };
    for (const zone of ['America/Los_Angeles', 'UTC', 'Europe/Berlin', 'Pacific/Auckland']) {
      const planned = planEvent('expiry', wanted, office(zone), options);

      it(`is that whole day in ${zone}`, () => {
        assert.deepEqual(
          [planned.allDay, clock(planned.start, zone), clock(planned.end, zone)],
          [true, 'Mon 2027-03-01 00:00', 'Tue 2027-03-02 00:00'],
        );
      });

      it(`rings in the last half-hour of work, a day before at least, in ${zone}`, () => {
        assert.equal(clock(planned.start - planned.reminderMinutes * MINUTE, zone), 'Fri 2027-02-26 16:30');
      });

      it(`is to be renewed at the start of work in ${zone}`, () => {
        const renew = planEvent('renew', wanted, office(zone), options);
        assert.equal(renew.allDay, undefined);
        assert.match(clock(renew.start, zone), / 09:00$/);
      });
    }

    it('is where a person put it', () => {
      const chosen = { start: at('2027-02-24 14:00', 'Europe/Berlin'), showAs: 'busy' as const };
      const event = planEvent('expiry', wanted, berlin, { ...options, chosen });
      assert.deepEqual([event.allDay, event.start], [undefined, chosen.start]);
    });
  });

  it('that a person put in the evening rings a quarter of an hour before, and one at the end of work as well', () => {
    for (const time of ['17:00', '20:00', '08:59']) {
      const chosen = { start: at(`2027-01-12 ${time}`, 'Europe/Berlin'), showAs: 'free' as const };
      assert.equal(planEvent('renew', one, berlin, { ...options, chosen }).reminderMinutes, 15, time);
    }
  });

  it('keeps its alarm as long as it is to come, to the minute', () => {
    const start = at('2027-01-12 14:00', 'Europe/Berlin');
    const chosen = { start, showAs: 'free' as const };
    const alarmAt = (now: Instant, kept: { start: Instant; reminderMinutes: number } | null = null): number =>
      planEvent('renew', one, berlin, { ...options, chosen, now, kept }).reminderMinutes;
    assert.equal(alarmAt(start - 15 * MINUTE), 15);
    assert.equal(alarmAt(start - 15 * MINUTE + 1), 14);
    assert.equal(alarmAt(start - 15 * MINUTE + 1, { start, reminderMinutes: 15 }), 15, 'once it has rung');
    assert.equal(alarmAt(start - 5 * MINUTE, { start: start + 1, reminderMinutes: 15 }), 5, 'that of another start');
    assert.equal(alarmAt(start + 5 * MINUTE), 0);
  });

  it('is told in the language it is written in', () => {
    assert.equal(planEvent('renew', { ...one, language: 'de' }, berlin, options).language, 'de');
  });

  it('starts at a whole second, also where nobody works ever', () => {
    const odd = certificate('odd', { notBefore: NOW - DAY, notAfter: NOW + 89 * DAY + 777 });
    const event = planEvent('renew', wantedOf(odd, one.targets), { ...berlin, days: [] }, options);
    assert.equal(event.start, NOW - DAY + 67.5 * DAY);
  });

  describe('is planned anew', () => {
    const basis = planningBasis(one, berlin, none);
    const changes: [string, Wanted, WorkingTime, boolean][] = [
      ['when the end changes', { ...one, certificate: { ...leaf, notAfter: leaf.notAfter + 1000 } }, berlin, true],
      ['when the thresholds change', { ...one, policies: [thresholds('3d')] }, berlin, true],
      ['when the zone changes', one, { ...berlin, zone: 'Europe/Paris' }, true],
      ['when working days change', one, { ...berlin, ...SUNDAY_TO_THURSDAY }, true],
      ['when working hours change', one, { ...berlin, start: 480 }, true],
      ['not when another target presents it', wantedFor([...one.targets, 'tls://z.example:443']), berlin, false],
      ['not when another watch has later thresholds', { ...one, policies: [null, thresholds('1d')] }, berlin, false],
      ['not when the zone only has another name', one, { ...berlin, zoneName: 'Europe/Berlin' }, false],
    ];
    for (const [name, wanted, working, anew] of changes) {
      it(name, () => assert.equal(planningBasis(wanted, working, none) !== basis, anew));
    }
  });
});
