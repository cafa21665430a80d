import assert from 'node:assert/strict';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { startFakeGraph, type FakeGraph, type GraphFault } from '../../peers/graph/graph.ts';
import { failureOf, makeCalendar, makeReminder, tryWrite } from '../../peers/graph/reminder.ts';
import { DAY } from '../../../src/core/time.ts';

const MAILBOX = 'ada@example.com';

describe('a list that the service is too slow for', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let now: number;

  /** `$top` of every list asked for since the last call. */
  function tops(): number[] {
    const paths = graph.requests.splice(0).map(({ path }) => new URLSearchParams(path.split('?')[1]).get('$top'));
    return paths.filter((top) => top !== null).map(Number);
  }

  /** Pages of more than so many events meet this. */
  function slowAbove(most: number, fault: GraphFault): void {
    graph.setChaos(({ method, path }) => {
      const top = Number(new URLSearchParams(path.split('?')[1]).get('$top') ?? 0);
      return method === 'GET' && top > most ? fault : null;
    });
  }

  beforeEach(async () => {
    graph = await startFakeGraph({ pageSize: 1000 });
    graph.trust();
    now = Date.now();
    calendar = makeCalendar(graph.url, { now: () => now, timeout: 1500 });
    await tryWrite(calendar, makeReminder());
    graph.mailbox(MAILBOX).duplicate(graph.events(MAILBOX)[0]!.id);
    tops();
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  for (const status of [504, 408]) {
    it(`is asked for again in smaller pages at once after ${status}, and so from the start for a day`, async () => {
      slowAbove(50, { kind: 'answer', status });
      assert.equal((await calendar.list(MAILBOX)).length, 2);
      assert.deepEqual(tops(), [500, 125, 31]);
      assert.equal((await calendar.list(MAILBOX)).length, 2);
      assert.deepEqual(tops(), [31]);
      graph.setChaos(null);
      now += DAY;
      await calendar.list(MAILBOX);
      assert.deepEqual(tops(), [500]);
    });
  }

  it('fails when pages of ten are too much as well, and asks no more than four times', async () => {
    slowAbove(0, { kind: 'answer', status: 504 });
    assert.equal((await failureOf(calendar.list(MAILBOX))).code, 'unavailable');
    assert.deepEqual(tops(), [500, 125, 31, 10]);
  });

  it('is not asked for at once where the service asks to wait, and in smaller pages afterwards', async () => {
    graph.inject({ kind: 'answer', status: 504, retryAfter: 20 });
    assert.equal((await failureOf(calendar.list(MAILBOX))).retryAfter, 20_000);
    now += 21_000;
    assert.equal((await calendar.list(MAILBOX)).length, 2);
    assert.deepEqual(tops(), [500, 125]);
  });

  for (const fault of [{ kind: 'silent-after' }, { kind: 'answer', status: 503 }] satisfies GraphFault[]) {
    it(`begins with smaller pages next time where the service was busy (${fault.kind})`, async () => {
      slowAbove(200, fault);
      assert.equal((await failureOf(calendar.list(MAILBOX))).code, 'unavailable');
      assert.equal((await calendar.list(MAILBOX)).length, 2);
      assert.deepEqual(tops(), [500, 125]);
    });
  }

  it('begins with smaller pages next time where a following page was too much', async () => {
    const { id } = graph.events(MAILBOX)[0]!;
    for (let number = 0; number < 500; number += 1) graph.mailbox(MAILBOX).duplicate(id);
    graph.inject({ kind: 'answer', status: 504 }, { path: /skip/ });
    assert.equal((await failureOf(calendar.list(MAILBOX))).code, 'unavailable');
    assert.deepEqual(tops(), [500, 500]);
    assert.equal((await calendar.list(MAILBOX)).length, 502);
    assert.deepEqual(new Set(tops()), new Set([125]));
  });

  it('leaves other mailboxes alone', async () => {
    slowAbove(200, { kind: 'answer', status: 504 });
    await calendar.list(MAILBOX);
    graph.setChaos(null);
    tops();
    await calendar.list('bob@example.com');
    assert.deepEqual(tops(), [500]);
  });
});
