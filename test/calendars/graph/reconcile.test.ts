import assert from 'node:assert/strict';
import { chooseCopy, planCreation, replacementId, storedCopy } from '../../../src/calendars/graph/reconcile.ts';
import { createBodyOf } from '../../../src/calendars/graph/event.ts';
import { makeReminder } from '../../support/graph-reminder.ts';

describe('reconciling copies', () => {
  const copy = (id: string, createdAt: number) => ({ id, createdAt, etag: null, hash: null });

  it('keeps the oldest, and among equals the one with the smallest id', () => {
    assert.deepEqual(chooseCopy([]), { kept: null, surplus: [] });
    const { kept, surplus } = chooseCopy([copy('c', 2), copy('b', 1), copy('a', 1), copy('d', Infinity)]);
    assert.equal(kept?.id, 'a');
    assert.deepEqual(
      surplus.map(({ id }) => id),
      ['b', 'c', 'd'],
    );
  });

  it('does not take one event that was found twice for two', () => {
    assert.deepEqual(chooseCopy([copy('a', 1), copy('a', 1)]).surplus, []);
  });

  it('reads only events with an id', () => {
    assert.equal(storedCopy(null), null);
    assert.equal(storedCopy({ subject: 'x' }), null);
    assert.deepEqual(storedCopy({ id: 'a', '@odata.etag': 'W/"1"', createdDateTime: '2027-01-01T00:00:00.5000000Z' }), {
      id: 'a',
      etag: 'W/"1"',
      createdAt: Date.UTC(2027, 0, 1, 0, 0, 0, 500),
      hash: null,
    });
    assert.equal(storedCopy({ id: 'a' })?.createdAt, Infinity);
  });
});

describe('planning the creation of an event', () => {
  it('makes a body with the transaction id of the reminder at first', () => {
    const reminder = makeReminder();
    assert.deepEqual(planCreation(reminder), { body: createBodyOf(reminder, reminder.transactionId), isNew: true });
  });

  it('replays a body that was perhaps sent, whatever is in it', () => {
    assert.deepEqual(planCreation(makeReminder({ createBody: ' {old}' })), { body: ' {old}', isNew: false });
  });

  it('makes a body with another transaction id when the event has vanished', () => {
    const reminder = makeReminder({ eventId: 'E1' });
    const plan = planCreation({ ...reminder, createBody: createBodyOf(reminder, reminder.transactionId) });
    assert.equal(plan.isNew, true);
    assert.equal(JSON.parse(plan.body).transactionId, replacementId(reminder.id, 'E1'));
  });

  it('replays the replacement of the same vanished event, but not that of an earlier one', () => {
    const reminder = makeReminder({ eventId: 'E1' });
    const { body } = planCreation(reminder);
    assert.deepEqual(planCreation({ ...reminder, createBody: body }), { body, isNew: false });
    assert.equal(planCreation({ ...reminder, createBody: body, eventId: 'E2' }).isNew, true);
    assert.equal(planCreation({ ...reminder, createBody: 'unreadable' }).isNew, true);
  });

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
