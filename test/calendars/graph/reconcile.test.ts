import assert from 'node:assert/strict';
import {
  chooseCopy,
  entryOf,
  instantOf,
  judgeCopy,
  planCreation,
  replacementId,
  zoneIn,
} from '../../../src/calendars/graph/reconcile.ts';
import { createBodyOf, detailsOf, EVENT_PROPERTY, eventHash } from '../../../src/calendars/graph/event.ts';
import type { CalendarEntry } from '../../../src/core/model/reminder.ts';
import { makeEvent, makeReminder } from '../../peers/graph/reminder.ts';

const START = Date.UTC(2027, 2, 1, 8, 0);
const HERE = 'here';
const DETAILS = detailsOf(makeEvent());

function copy(overrides: Partial<CalendarEntry> = {}): CalendarEntry {
  const { subject } = makeEvent();
  const written = { start: START, hash: eventHash(makeEvent()), details: DETAILS };
  return {
    reminderId: 'r',
    eventId: 'a',
    etag: null,
    createdAt: 1,
    isMadeByApp: true,
    start: START,
    allDay: false,
    subject,
    written,
    ...overrides,
  };
}

describe('choosing among events under one tag', () => {
  const never = { eventId: null, writtenHash: null };

  it('keeps the oldest that an app made while none is confirmed, and among equals the one with the smallest id', () => {
    assert.deepEqual(chooseCopy([], never), { kept: null, surplus: [] });
    const copies: [string, number][] = [
      ['c', 2],
      ['b', 1],
      ['a', 1],
      ['d', Infinity],
    ];
    const person = copy({ eventId: '0', createdAt: 0, isMadeByApp: false });
    const all = [person, ...copies.map(([eventId, createdAt]) => copy({ eventId, createdAt }))];
    const { kept, surplus } = chooseCopy(all, never);
    assert.equal(kept?.eventId, 'a');
    assert.deepEqual(
      surplus.map(({ eventId }) => eventId),
      ['b', 'c', 'd'],
    );
    assert.deepEqual(chooseCopy([person], never), { kept: null, surplus: [] });
  });

  it('keeps the known one, and takes nothing away once one was confirmed', () => {
    const [a, b] = [copy({ eventId: 'a' }), copy({ eventId: 'b', createdAt: 2 })];
    assert.deepEqual(chooseCopy([a, b], { eventId: 'b', writtenHash: 'h' }), { kept: b, surplus: [] });
    assert.deepEqual(chooseCopy([a, b], { eventId: 'c', writtenHash: 'h' }), { kept: null, surplus: [] });
    assert.deepEqual(chooseCopy([a, b], { eventId: null, writtenHash: 'h' }), { kept: a, surplus: [] });
  });

  it('does not take one event that was found twice for two', () => {
    assert.deepEqual(chooseCopy([copy(), copy()], never).surplus, []);
  });
});

describe('an event of an answer', () => {
  const hash = 'ab'.repeat(32);
  const answered = (start: string, value = `r/${START}/${hash}/${'cd'.repeat(8)}`) => ({
    id: 'a',
    '@odata.etag': 'W/"1"',
    createdDateTime: '2027-01-01T00:00:00.5000000Z',
    start: { dateTime: start, timeZone: 'UTC' },
    subject: 'x',
    singleValueExtendedProperties: [{ id: EVENT_PROPERTY, value }],
  });

  it('is read with what it says was written', () => {
    assert.deepEqual(entryOf(answered('2027-03-02T09:30:00.0000000'), null), {
      reminderId: 'r',
      eventId: 'a',
      etag: 'W/"1"',
      createdAt: Date.UTC(2027, 0, 1, 0, 0, 0, 500),
      isMadeByApp: false,
      start: Date.UTC(2027, 2, 2, 9, 30),
      allDay: false,
      subject: 'x',
      written: { start: START, hash, about: 'cd'.repeat(8) },
      state: { body: null, isReminderOn: null, reminderMinutes: null, showAs: null, importance: null },
    });
  });

  it('belongs to the reminder it was looked up for, else to the one it names, else to nobody', () => {
    const named = answered('2027-03-01T08:00:00');
    const nameless = answered('2027-03-01T08:00:00', 'nonsense');
    assert.equal(entryOf(named, 'mine')?.reminderId, 'mine');
    assert.equal(entryOf(nameless, 'mine')?.reminderId, 'mine');
    assert.equal(entryOf(nameless, 'mine')?.written, null);
    assert.equal(entryOf(nameless, null), null);
  });

  it('is read with all that it holds besides, a body that is plain text as the HTML that shows it', () => {
    const held = { isReminderOn: false, reminderMinutesBeforeStart: 15, showAs: 'busy', importance: 'high' };
    const state = (body: unknown) => entryOf({ ...answered('2027-03-01T08:00:00'), ...held, body }, 'r')?.state;
    const told = { isReminderOn: false, reminderMinutes: 15, showAs: 'busy', importance: 'high' };
    assert.deepEqual(state({ contentType: 'html', content: '<p>a</p>\n' }), { body: '<p>a</p>\n', ...told });
    assert.deepEqual(state({ contentType: 'text', content: 'a < b\nc' }), { body: 'a &lt; b<br>c', ...told });
  });

  it('is none without id or start', () => {
    assert.equal(entryOf({ ...answered('2027-03-01T08:00:00'), id: '' }, 'r'), null);
    assert.equal(entryOf(null, 'r'), null);
    assert.equal(entryOf({ subject: 'x' }, 'r'), null);
    assert.equal(entryOf({ ...answered('never') }, 'r'), null);
  });

  const times: [unknown, number | null][] = [
    [{ dateTime: '2027-07-01T09:00:00.0000000', timeZone: 'UTC' }, Date.UTC(2027, 6, 1, 9)],
    [{ dateTime: '2027-07-01T09:00:00', timeZone: 'W. Europe Standard Time' }, Date.UTC(2027, 6, 1, 7)],
    [{ dateTime: '2027-07-01T09:00:00' }, Date.UTC(2027, 6, 1, 9)],
    [{ dateTime: '2027-07-01T09:00:00', timeZone: 'Mars' }, null],
    [{ dateTime: 'soon', timeZone: 'UTC' }, null],
    [{ dateTime: 5, timeZone: 'UTC' }, null],
    [null, null],
    ['2027', null],
  ];
  for (const [value, expected] of times) {
    it(`starts at ${expected} by ${JSON.stringify(value)}`, () => assert.equal(instantOf(value), expected));
  }
});

describe('judging an event', () => {
  const later = START + 86_400_000;
  const old = { start: START - 86_400_000, hash: 'old', details: DETAILS };
  const cases: [string, CalendarEntry, ReturnType<typeof judgeCopy>][] = [
    ['as it was written', copy(), 'right'],
    ['with another subject', copy({ subject: 'mine' }), 'outdated'],
    ['with white space around its subject', copy({ subject: ` ${makeEvent().subject}  ` }), 'right'],
    ['with an older content', copy({ start: old.start, written: old }), 'outdated'],
    ['elsewhere than it was written', copy({ start: later }), 'moved'],
    ['elsewhere, with an older content', copy({ start: later, written: old }), 'moved'],
    ['moved to where it is wanted by now', copy({ written: old }), 'outdated'],
    [
      'of an earlier version, which does not say all',
      copy({ written: { start: START, hash: eventHash(makeEvent()) } }),
      'outdated',
    ],
    ['that does not say what was written', copy({ written: null }), 'outdated'],
    ['elsewhere, that does not say what was written', copy({ start: later, written: null }), 'outdated'],
    [
      'elsewhere, that was about another certificate',
      copy({ start: later, written: { ...old, about: 'cd'.repeat(8) } }),
      'outdated',
    ],
    [
      'elsewhere, about this very certificate',
      copy({ start: later, written: { ...old, about: 'ab'.repeat(8) } }),
      'moved',
    ],
  ];
  for (const [name, event, expected] of cases) {
    it(`finds one ${name} ${expected}`, () => {
      const reminder = makeReminder({ writtenHash: eventHash(makeEvent()), answeredStart: START });
      assert.equal(judgeCopy(event, reminder), expected);
    });
  }
});

describe('planning the creation of an event', () => {
  it('makes a body with the transaction id of the reminder at first', () => {
    const reminder = makeReminder();
    const body = createBodyOf(reminder, reminder.transactionId, HERE);
    assert.deepEqual(planCreation(reminder, HERE), { body, isNew: true });
  });

  it('replays a body that was perhaps sent, whatever is in it', () => {
    const reminder = makeReminder({ createBody: ' {old}' });
    assert.deepEqual(planCreation(reminder, HERE), { body: ' {old}', isNew: false });
  });

  it('makes a body with another transaction id, always the same, when that one was answered with an event that is gone', () => {
    const reminder = makeReminder({ createBody: '{old}' });
    const plan = planCreation(reminder, HERE, { vanished: 'E1' });
    assert.equal(plan.isNew, true);
    assert.equal(JSON.parse(plan.body).transactionId, replacementId(reminder.id, 'E1'));
    assert.deepEqual(planCreation(reminder, HERE, { vanished: 'E1' }), plan);
    assert.notEqual(planCreation(reminder, HERE, { vanished: 'E2' }).body, plan.body);
  });

  const zones: [body: string, zone: string | null][] = [
    ['{"start":{"dateTime":"2027-03-01T09:00:00","timeZone":"Romance Standard Time"}}', 'Romance Standard Time'],
    ['{"start":{"dateTime":"2027-03-01T08:00:00","timeZone":"UTC"}}', null],
    ['{"subject":"x"}', null],
    ['{"start":{"timeZone":5}}', null],
    ['null', null],
    ['{nonsense', null],
  ];
  for (const [body, zone] of zones)
    it(`may be refused for its zone: ${zone} in ${body}`, () => assert.equal(zoneIn(body), zone));

  it('derives well-formed UUIDs', () => {
    for (const eventId of ['a', 'b', 'c', 'd', 'e']) {
      assert.match(
        replacementId('r', eventId),
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
    assert.notEqual(replacementId('r', 'a'), replacementId('r', 'b'));
  });
});
