import assert from 'node:assert/strict';
import { compareCalendar, isInPlace, unlisted } from '../../../src/core/reminders/compare.ts';
import type { CalendarEntry, Reminder } from '../../../src/core/model/reminder.ts';
import { makeEvent, makeReminder } from '../../peers/graph/reminder.ts';
import { HOUR } from '../../../src/core/time.ts';

const HASH = 'hash';
const DETAILS = { allDay: false, reminderMinutes: 15, importance: 'normal', showAs: 'free', body: 'body', lines: [] };

function written(overrides: Partial<Reminder> = {}): Reminder {
  const reminder = { ...makeReminder(), chosen: null, deleted: null, question: null };
  const event = overrides.event ?? reminder.event;
  const answer = { eventId: `event of ${reminder.id}`, etag: 'etag', writtenHash: HASH, answeredStart: event.start };
  return { ...reminder, ...answer, ...overrides };
}

function entryOf(reminder: Reminder, overrides: Partial<CalendarEntry> = {}): CalendarEntry {
  return {
    reminderId: reminder.id,
    eventId: reminder.eventId ?? 'event',
    etag: 'etag',
    createdAt: 1000,
    isMadeByApp: true,
    start: reminder.event.start,
    allDay: false,
    subject: reminder.event.subject,
    written: { start: reminder.event.start, hash: HASH, details: DETAILS },
    ...overrides,
  };
}

const NOTHING = { moved: [], missing: [], back: [], repair: [], adopted: [], copies: [], surplus: [] };

describe('the look at a calendar', () => {
  it('finds nothing to do where all is as it was written', () => {
    const rows = [written(), written()];
    assert.deepEqual(
      compareCalendar(
        rows,
        rows.map((row) => entryOf(row)),
      ),
      NOTHING,
    );
    assert.deepEqual(compareCalendar([], []), NOTHING);
  });

  it('takes seconds that a calendar does not keep for the same time', () => {
    const row = written({ event: makeEvent({ start: Date.UTC(2027, 2, 1, 8) + 59_250 }) });
    const start = Date.UTC(2027, 2, 1, 8);
    assert.deepEqual(compareCalendar([row], [entryOf(row, { start })]), NOTHING);
  });

  it('finds an event that a person moved', () => {
    const row = written();
    const start = row.event.start + 26 * HOUR;
    const look = compareCalendar([row], [entryOf(row, { start })]);
    assert.deepEqual(look, { ...NOTHING, moved: [{ reminder: row, to: { start, allDay: false } }] });
  });

  it('finds one that a person moved by a minute, which is the least that a calendar keeps', () => {
    const row = written();
    const start = row.event.start + 60_000;
    assert.deepEqual(compareCalendar([row], [entryOf(row, { start })]).moved, [
      { reminder: row, to: { start, allDay: false } },
    ]);
  });

  it('finds one moved that a person made one of the whole day at whose beginning it stood', () => {
    const start = Date.UTC(2027, 2, 2);
    const row = written({ event: makeEvent({ zone: 'Etc/UTC', start, end: start + HOUR / 2 }) });
    const look = compareCalendar([row], [entryOf(row, { allDay: true })]);
    assert.deepEqual(look, { ...NOTHING, moved: [{ reminder: row, to: { start, allDay: true } }] });
  });

  describe('where the service puts an event elsewhere than it was written', () => {
    const start = makeEvent().start;
    const wrote = { start, hash: HASH, details: DETAILS };

    it('takes it for unmoved where the service said that it put it', () => {
      const row = written({ answeredStart: start + 26 * HOUR });
      assert.deepEqual(compareCalendar([row], [entryOf(row, { start: start + 26 * HOUR })]), NOTHING);
    });

    it('takes it for moved where that was said of another write', () => {
      const row = written({ answeredStart: start + 26 * HOUR });
      const entry = entryOf(row, { start: start + 26 * HOUR, written: { ...wrote, hash: 'another' } });
      assert.deepEqual(compareCalendar([row], [entry]).moved, [
        { reminder: row, to: { start: start + 26 * HOUR, allDay: false } },
      ]);
    });

    // What the service answered, if that is known, the zone, by how many hours the event is off, and whether a person
    // did that.
    const offsets: [string, number | null, string, number, boolean][] = [
      ['an hour later, as other rules of the zone have it', null, 'Europe/Berlin', 1, false],
      ['an hour earlier, as other rules of the zone have it', null, 'Europe/Berlin', -1, false],
      ['half an hour later, as on Lord Howe Island', null, 'Australia/Lord_Howe', 0.5, false],
      ['two hours later', null, 'Europe/Berlin', 2, true],
      ['an hour later in UTC, which has no rules', null, 'UTC', 1, true],
      ['an hour later in UTC by its other name', null, 'Etc/UTC', 1, true],
      ['an hour later, though the service had put it right', start, 'Europe/Berlin', 1, true],
    ];
    for (const [what, answeredStart, zone, hours, isMoved] of offsets) {
      it(`takes it for ${isMoved ? '' : 'un'}moved ${what}`, () => {
        const row = written({ answeredStart, event: makeEvent({ zone }) });
        const to = { start: start + hours * HOUR, allDay: false };
        const moved = isMoved ? [{ reminder: row, to }] : [];
        assert.deepEqual(compareCalendar([row], [entryOf(row, { start: to.start })]), { ...NOTHING, moved });
      });
    }
  });

  it('takes an event that carries nothing of what we wrote for in place only where it is wanted', () => {
    const row = written();
    const [here, there] = [row.event.start, row.event.start + HOUR];
    assert.equal(isInPlace({ start: here, allDay: false, written: null }, row), true);
    assert.equal(isInPlace({ start: there, allDay: false, written: null }, row), false);
  });

  it('takes a move for meant for the certificate that was written, by the beginning of its fingerprint', () => {
    const row = written({ fingerprint: `abc${'0'.repeat(61)}` });
    const start = row.event.start + 26 * HOUR;
    const wrote = { start: row.event.start, hash: HASH, details: DETAILS };
    const about = (text: string) => entryOf(row, { start, written: { ...wrote, about: text } });
    assert.deepEqual(compareCalendar([row], [about('abc')]).moved, [{ reminder: row, to: { start, allDay: false } }]);
    assert.deepEqual(compareCalendar([row], [about('def')]), { ...NOTHING, repair: [row] });
  });

  it('decides about a move once: where the event cannot be, it is written where it can', () => {
    const found = makeEvent().start + 26 * HOUR;
    const row = written({ chosen: { start: makeEvent().start, showAs: 'free', found } });
    assert.deepEqual(compareCalendar([row], [entryOf(row, { start: found })]), { ...NOTHING, repair: [row] });
    const again = found + HOUR;
    assert.deepEqual(compareCalendar([row], [entryOf(row, { start: again })]).moved, [
      { reminder: row, to: { start: again, allDay: false } },
    ]);
  });

  const days: [string, string, string, string][] = [
    ['tells midnight in UTC', 'Europe/Berlin', '2027-03-02T00:00:00Z', '2027-03-01T23:00:00Z'],
    ['tells midnight in UTC', 'America/Los_Angeles', '2027-03-02T00:00:00Z', '2027-03-02T08:00:00Z'],
    ['tells midnight in UTC', 'Pacific/Auckland', '2027-03-02T00:00:00Z', '2027-03-01T11:00:00Z'],
    ['converts midnight', 'Europe/Berlin', '2027-03-01T23:00:00Z', '2027-03-01T23:00:00Z'],
    ['converts midnight', 'America/Los_Angeles', '2027-03-02T08:00:00Z', '2027-03-02T08:00:00Z'],
    ['converts midnight', 'Pacific/Kiritimati', '2027-03-01T10:00:00Z', '2027-03-01T10:00:00Z'],
    ['knows a day without midnight', 'America/Asuncion', '2027-10-03T00:00:00Z', '2027-10-03T03:00:00Z'],
  ];
  for (const [what, zone, told, begins] of days) {
    it(`takes one that takes a whole day for moved to the beginning of that day, where a service ${what}: ${zone}`, () => {
      const row = written({ event: makeEvent({ zone }) });
      const entry = entryOf(row, { start: Date.parse(told), allDay: true });
      const to = { start: Date.parse(begins), allDay: true };
      assert.deepEqual(compareCalendar([row], [entry]), { ...NOTHING, moved: [{ reminder: row, to }] });
      const end = to.start + 24 * HOUR;
      const respected = written({ event: makeEvent({ zone, start: to.start, end, allDay: true }) });
      assert.deepEqual(compareCalendar([respected], [entryOf(respected, { ...entry, written: null })]).moved, []);
      const details = { ...DETAILS, allDay: true };
      const wrote = { start: to.start, hash: HASH, details };
      assert.deepEqual(
        compareCalendar([respected], [entryOf(respected, { ...entry, reminderId: respected.id, written: wrote })]),
        NOTHING,
      );
    });
  }

  it('finds one moved that was renamed as well', () => {
    const row = written();
    const start = row.event.start - HOUR;
    const look = compareCalendar([row], [entryOf(row, { start, subject: 'Mine' })]);
    assert.deepEqual(look, { ...NOTHING, moved: [{ reminder: row, to: { start, allDay: false } }] });
  });

  it('takes one that a person moved to where it is wanted by now for one to write again', () => {
    const row = written();
    const before = { start: row.event.start - 26 * HOUR, hash: 'older', details: DETAILS };
    assert.deepEqual(compareCalendar([row], [entryOf(row, { written: before })]), { ...NOTHING, repair: [row] });
  });

  const repairs: [string, Partial<CalendarEntry>][] = [
    ['was renamed', { subject: 'Call mother' }],
    ['carries nothing of what we wrote', { written: null }],
    ['carries another hash than its row', { written: { start: makeEvent().start, hash: 'other', details: DETAILS } }],
    ['does not tell its details, as those of earlier versions', { written: { start: makeEvent().start, hash: HASH } }],
    [
      'stands where it was written, not where it is wanted',
      { start: makeEvent().start + HOUR, written: { start: makeEvent().start + HOUR, hash: HASH, details: DETAILS } },
    ],
    [
      'stands where an earlier version wrote it, not where it is wanted',
      { start: makeEvent().start + 26 * HOUR, written: { start: makeEvent().start + 26 * HOUR, hash: HASH } },
    ],
    [
      'takes the whole day that was written, not the time that is wanted',
      {
        start: Date.UTC(2027, 2, 3),
        allDay: true,
        written: { start: Date.UTC(2027, 2, 2, 23), hash: HASH, details: { ...DETAILS, allDay: true } },
      },
    ],
    ['carries nothing of what we wrote and stands elsewhere', { start: makeEvent().start + HOUR, written: null }],
  ];
  for (const [what, overrides] of repairs) {
    it(`has an event written again that ${what}`, () => {
      const row = written();
      assert.deepEqual(compareCalendar([row], [entryOf(row, overrides)]), { ...NOTHING, repair: [row] });
    });
  }

  it('does not take for renamed what a calendar made of a subject', () => {
    const long = written({ event: makeEvent({ subject: `a\r\nb ${'x'.repeat(300)}` }) });
    const kept = `a b ${'x'.repeat(250)}…`;
    assert.deepEqual(compareCalendar([long], [entryOf(long, { subject: kept })]), NOTHING);
  });

  it('misses an event that is in no calendar, and says nothing of one that could not be looked for', () => {
    const [row, unknown, listed] = [written(), written(), written()];
    const rows = [row, unknown, listed];
    assert.deepEqual(unlisted(rows, [entryOf(listed)]), [row, unknown]);
    assert.deepEqual(compareCalendar(rows, [entryOf(listed)], { missing: [row] }), { ...NOTHING, missing: [row] });
  });

  const left: [string, Partial<Reminder>, boolean][] = [
    ['was not written yet', { eventId: null, writtenHash: null }, false],
    ['a person deleted, and was asked about', { deleted: 'asked' }, true],
    ['a person deleted for good', { deleted: 'declined' }, false],
    ['a person deleted when it was over', { deleted: 'over' }, false],
    ['is no longer wanted', { wanted: false }, false],
  ];
  for (const [what, overrides, isLookedFor] of left) {
    it(`does not miss an event that ${what}`, () => {
      const row = written(overrides);
      assert.deepEqual(unlisted([row], []), isLookedFor ? [row] : []);
      assert.deepEqual(compareCalendar([row], [], { missing: [row] }), NOTHING);
    });
  }

  for (const deleted of ['asked', 'declined', 'over'] as const) {
    it(`finds an event back that a person had deleted (${deleted}), whatever became of it`, () => {
      const row = written({ deleted });
      for (const overrides of [{}, { subject: 'x' }, { start: 0 }])
        assert.deepEqual(compareCalendar([row], [entryOf(row, overrides)]), { ...NOTHING, back: [row] });
    });
  }

  it('compares an event whose writing nobody confirmed', () => {
    const row = written({ eventId: null, writtenHash: null });
    assert.deepEqual(compareCalendar([row], [entryOf(row)]), NOTHING);
    const moved = entryOf(row, { start: 0 });
    assert.deepEqual(compareCalendar([row], [moved]).moved, [{ reminder: row, to: { start: 0, allDay: false } }]);
  });

  it('leaves the events of rows that are no longer wanted to their removal', () => {
    const row = written({ wanted: false });
    const entries = [entryOf(row, { start: 0 }), entryOf(row, { eventId: 'copy' })];
    assert.deepEqual(compareCalendar([row], entries), NOTHING);
  });

  describe('with several events of one reminder', () => {
    it('knows its own by the id, and takes the others for copies that people made, whatever they are like', () => {
      const row = written();
      const copies = [
        entryOf(row, { eventId: 'a', createdAt: 1, isMadeByApp: false }),
        entryOf(row, { eventId: 'b', createdAt: 2, start: 0, subject: 'x' }),
        entryOf(row, { eventId: 'c', createdAt: 3000, written: null }),
      ];
      const look = compareCalendar([row], [copies[2]!, entryOf(row), copies[0]!, copies[1]!]);
      assert.deepEqual(look, { ...NOTHING, copies: copies.map((entry) => ({ reminder: row, entry })) });
    });

    it('says nothing of copies that are known, also when their reminder is no more', () => {
      const row = written();
      const entries = [entryOf(row), entryOf(row, { eventId: 'a' }), entryOf(written(), { eventId: 'b' })];
      assert.deepEqual(compareCalendar([row], entries, { copies: new Set(['a', 'b']) }), NOTHING);
    });

    it('keeps the oldest that an app made while none is confirmed; what else tries of ours made is too much', () => {
      const row = written({ eventId: null, writtenHash: null });
      const [person, first, second] = [
        entryOf(row, { eventId: 'a', createdAt: 1, isMadeByApp: false }),
        entryOf(row, { eventId: 'b', createdAt: 5 }),
        entryOf(row, { eventId: 'c', createdAt: 5, start: 0 }),
      ];
      const expected = { ...NOTHING, copies: [{ reminder: row, entry: person }], surplus: [second] };
      for (const order of [
        [person, first, second],
        [second, first, person],
      ])
        assert.deepEqual(compareCalendar([row], order), expected);
    });

    it('takes the older one for its own, whatever their ids', () => {
      const row = written({ eventId: null, writtenHash: null });
      const [older, newer] = [
        entryOf(row, { eventId: 'z', createdAt: 4 }),
        entryOf(row, { eventId: 'a', createdAt: 5 }),
      ];
      for (const order of [
        [older, newer],
        [newer, older],
      ])
        assert.deepEqual(compareCalendar([row], order), { ...NOTHING, surplus: [newer] });
    });

    it('takes another that an app made for a copy once its own is known, be its content not', () => {
      const row = written({ writtenHash: null });
      const copy = entryOf(row, { eventId: 'copy' });
      assert.deepEqual(compareCalendar([row], [entryOf(row), copy]), {
        ...NOTHING,
        copies: [{ reminder: row, entry: copy }],
      });
    });

    it('deletes none once one was confirmed, though its id is not known any more', () => {
      const row = written({ eventId: null });
      const entries = [entryOf(row, { eventId: 'b' }), entryOf(row, { eventId: 'c' })];
      const copies = [{ reminder: row, entry: entries[1]! }];
      assert.deepEqual(compareCalendar([row], entries), { ...NOTHING, copies });
    });

    it('takes one that is left for its own when its own is in no calendar, unless it is known for a copy', () => {
      const row = written();
      const entry = entryOf(row, { eventId: 'restored' });
      const missing = [row];
      assert.deepEqual(compareCalendar([row], [entry], { missing }), {
        ...NOTHING,
        adopted: [{ reminder: row, entry }],
      });
      const copies = new Set(['restored']);
      assert.deepEqual(compareCalendar([row], [entry], { missing, copies }), { ...NOTHING, missing });
      const asked = written({ deleted: 'asked' });
      const back = entryOf(asked, { eventId: 'restored' });
      assert.deepEqual(compareCalendar([asked], [back]), {
        ...NOTHING,
        adopted: [{ reminder: asked, entry: back }],
        back: [asked],
      });
    });

    it('decides nothing about them while nobody knows where its own is', () => {
      const row = written();
      assert.deepEqual(compareCalendar([row], [entryOf(row, { eventId: 'x' })]), NOTHING);
    });
  });

  it('takes events of which no row is left for surplus, all of them that the bot made', () => {
    const row = written();
    const gone = written();
    const orphans = [entryOf(gone), entryOf(gone, { eventId: 'another' })];
    const copied = entryOf(gone, { eventId: 'copied', isMadeByApp: false });
    assert.deepEqual(compareCalendar([row], [...orphans, copied, entryOf(row)]), { ...NOTHING, surplus: orphans });
  });
});
