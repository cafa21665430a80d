import assert from 'node:assert/strict';
import { lastInstant, limitFor } from '../../../src/core/alerts/snooze.ts';
import { appointmentChoices, snoozeChoices, snoozeUntil } from '../../../src/core/reminders/quiet-times.ts';
import { OPEN } from '../../../src/core/reminders/working-days.ts';
import { defaultWorkingTime } from '../../../src/core/reminders/plan-event.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';
import { certificate } from '../../support/certificate-facts.ts';

/** A Friday, 11:10 in Berlin. */
const NOW = Date.UTC(2026, 10, 27, 10, 10);
const days = { working: defaultWorkingTime('Europe/Berlin'), closures: OPEN };
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, 16));

describe('until when people are left alone', () => {
  const holiday = {
    ...OPEN,
    on: (date: string) => (date === '2026-11-30' ? ({ kind: 'holiday', name: 'x' } as const) : null),
  };
  for (const [which, closures, expected] of [
    ['tomorrow', OPEN, '2026-11-30T08:00'],
    ['tomorrow', holiday, '2026-12-01T08:00'],
    ['monday', OPEN, '2026-11-30T08:00'],
    ['slot', OPEN, '2026-11-27T10:30'],
    ['limit', OPEN, '2026-12-27T10:10'],
  ] as const)
    it(`${which}, ${closures === OPEN ? 'in an ordinary week' : 'over a holiday'}`, () => {
      assert.equal(iso(snoozeUntil(which, { ...days, closures }, { now: NOW, limit: NOW + 30 * DAY })), expected);
    });

  it('is offered once for each instant, and nothing after the limit', () => {
    const all = snoozeChoices(days, { now: NOW, limit: NOW + 5 * DAY });
    assert.deepEqual(
      all.map(({ which }) => which),
      ['tomorrow', 'slot', 'limit'],
    );
    assert.deepEqual(
      snoozeChoices(days, { now: NOW, limit: NOW + HOUR }).map(({ which }) => which),
      ['slot', 'limit'],
    );
    assert.deepEqual(snoozeChoices(days, { now: NOW, limit: NOW }), []);
  });

  it('ends with the earliest next stage, and a day before the end; an outage after two weeks', () => {
    const leaf = certificate('leaf', { notBefore: NOW - 84 * DAY, notAfter: NOW + 6 * DAY });
    assert.equal(limitFor(leaf, [null], NOW), leaf.notAfter - 2 * DAY);
    assert.equal(limitFor(leaf, [null, [{ kind: 'duration', ms: 3 * DAY }]], NOW), leaf.notAfter - 3 * DAY);
    assert.equal(limitFor(leaf, [[{ kind: 'duration', ms: HOUR }]], NOW), lastInstant(leaf));
    assert.equal(limitFor(undefined, [null], NOW), NOW + 14 * DAY);
  });
});

it('times to install something are the next half-hour of work, and ten o’clock of the days after, up to the last', () => {
  assert.deepEqual(appointmentChoices(days, { now: NOW, last: NOW + 5 * DAY }).map(iso), [
    '2026-11-27T11:00',
    '2026-11-30T09:00',
    '2026-12-01T09:00',
    '2026-12-02T09:00',
  ]);
});
