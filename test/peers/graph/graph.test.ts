import assert from 'node:assert/strict';
import { createBodyOf, copiesPath, listPath } from '../../../src/calendars/graph/event.ts';
import { startFakeGraph, type FakeGraph } from './graph.ts';
import { makeReminder } from './reminder.ts';

/** The stand-in is only worth something if it refuses what the real service refuses. */
describe('the Graph stand-in', () => {
  let graph: FakeGraph;
  const headers = { authorization: 'Bearer t', prefer: 'IdType="ImmutableId"', 'content-type': 'application/json' };
  const valid = () => JSON.parse(createBodyOf(makeReminder(), 'tx', 'here')) as Record<string, unknown>;

  function ask(method: string, path: string, body?: unknown, changed: Record<string, string> = {}) {
    const options = { method, headers: { ...headers, ...changed }, ...(body ? { body: JSON.stringify(body) } : {}) };
    return fetch(`${graph.url}/v1.0/users/ada${path}`, options);
  }

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
  });
  afterEach(() => graph.close());

  const bodies: [string, (body: Record<string, unknown>) => Record<string, unknown>][] = [
    ['an unknown property', (body) => ({ ...body, colour: 'red' })],
    ['an unknown property further in', (body) => ({ ...body, body: { contentType: 'html', content: '', type: 1 } })],
    ['a read-only property', (body) => ({ ...body, createdDateTime: '2027-01-01T00:00:00Z' })],
    ['a wrong type', (body) => ({ ...body, isReminderOn: 'yes' })],
    ['a wrong enumeration value', (body) => ({ ...body, showAs: 'Free' })],
    ['attendees', (body) => ({ ...body, attendees: [] })],
    ['a zone suffix', (body) => ({ ...body, start: { dateTime: '2027-01-01T00:00:00Z', timeZone: 'UTC' } })],
    ['an unknown zone', (body) => ({ ...body, start: { dateTime: '2027-01-01T00:00:00', timeZone: 'Mars' } })],
    ['an end before the start', (body) => ({ ...body, end: { dateTime: '2020-01-01T00:00:00', timeZone: 'UTC' } })],
    ['no start', (body) => ({ ...body, start: undefined })],
    ['a malformed property id', (body) => ({ ...body, singleValueExtendedProperties: [{ id: 'x', value: 'y' }] })],
  ];
  for (const [name, change] of bodies) {
    it(`refuses an event with ${name}`, async () => {
      assert.equal((await ask('POST', '/events', change(valid()))).status, 400);
      assert.equal(graph.violations.length, 1);
      assert.deepEqual(graph.events('ada'), []);
    });
  }

  const requests: [string, string, string][] = [
    ['an unknown path', 'GET', '/messages'],
    ['an unknown method', 'PUT', '/events'],
    ['an unknown query parameter', 'GET', '/events?$filters=x'],
    ['a query parameter on a POST', 'POST', '/events?$select=id'],
    ['an unknown filter', 'GET', "/events?$filter=subject%20eq%20'x'"],
    ['an unknown selection', 'GET', '/mailboxSettings?$select=zone'],
    ['an unknown selection of a person', 'GET', '?$select=shoeSize'],
    ['a filter on a person', 'GET', '?$filter=x'],
    ['an unknown selection of a calendar', 'GET', '/calendar?$select=colour'],
    ['an event for a schedule request', 'POST', '/calendar/getSchedule'],
  ];
  for (const [name, method, path] of requests) {
    it(`refuses ${name}`, async () => {
      await ask('POST', '/events', valid());
      assert.equal((await ask(method, path, method === 'POST' ? valid() : undefined)).status, 400);
      assert.equal(graph.violations.length, 1);
    });
  }

  it('refuses what applications do not have', async () => {
    graph.directory.addApplication('x', {});
    const query = "?$filter=appId%20eq%20'x'&$select=secret";
    assert.equal((await fetch(`${graph.url}/v1.0/applications${query}`, { headers })).status, 400);
    assert.equal(graph.violations.length, 1);
  });

  it('refuses a schedule over more than 62 days, or with a wrong property', async () => {
    const at = (day: string) => ({ dateTime: `${day}T00:00:00`, timeZone: 'UTC' });
    const body = { schedules: ['a@example.com'], startTime: at('2027-01-01'), endTime: at('2027-03-01') };
    assert.equal((await ask('POST', '/calendar/getSchedule', body)).status, 200);
    for (const change of [{ endTime: at('2027-03-10') }, { interval: 30 }, { schedules: [] }]) {
      assert.equal((await ask('POST', '/calendar/getSchedule', { ...body, ...change })).status, 400);
    }
    assert.equal(graph.violations.length, 3);
  });

  it('lists by one extended property, page by page', async () => {
    for (let number = 0; number < 23; number += 1) {
      await ask('POST', '/events', JSON.parse(createBodyOf(makeReminder(), `tx${number}`, 'here')));
    }
    graph.mailbox('ada').addForeign();
    const sizes: number[] = [];
    let next: string | undefined = `${graph.url}/v1.0/users/ada${listPath('here')}`;
    while (next !== undefined) {
      const page = (await (await fetch(next, { headers })).json()) as { value: unknown[]; '@odata.nextLink'?: string };
      sizes.push(page.value.length);
      next = page['@odata.nextLink'];
    }
    assert.deepEqual(sizes, [10, 10, 3]);
    assert.deepEqual(graph.violations, []);
  });

  it('answers 401 to tokens that are not good, and takes its time when told to', async () => {
    graph.setTokenCheck((token) => token === 'good');
    assert.equal((await ask('GET', '/events')).status, 401);
    assert.equal((await ask('GET', '/events', undefined, { authorization: 'Bearer good' })).status, 200);
    assert.deepEqual(
      graph.requests.map(({ token }) => token),
      ['t', 'good'],
    );
    const slow = await startFakeGraph({ latency: 30 });
    try {
      slow.trust();
      const began = performance.now();
      assert.equal((await fetch(`${slow.url}/v1.0/users/ada/events`, { headers })).status, 200);
      assert.ok(performance.now() - began >= 25);
    } finally {
      await slow.close();
    }
  });

  it('counts what a mailbox is asked', async () => {
    await Promise.all([ask('GET', '/events'), ask('GET', '/mailboxSettings')]);
    await fetch(`${graph.url}/v1.0/users/bob/events`, { headers });
    assert.equal(graph.load('ADA').requests, 2);
    assert.equal(graph.load().requests, 3);
    assert.equal(graph.load('bob').mostAtOnce, 1);
  });

  it('wants a token, and notes a request without immutable ids', async () => {
    assert.equal((await ask('GET', '/events', undefined, { authorization: 'none' })).status, 401);
    assert.deepEqual(graph.violations, []);
    assert.equal((await ask('GET', '/events', undefined, { prefer: 'x' })).status, 400);
    assert.equal(graph.violations.length, 1);
  });

  it('answers a repeated transaction with its event, and one whose event was deleted with nothing new', async () => {
    const body = valid();
    const first = (await (await ask('POST', '/events', body)).json()) as { id: string };
    const again = (await (await ask('POST', '/events', body)).json()) as { id: string };
    assert.equal(again.id, first.id);
    assert.equal(graph.events('ada').length, 1);
    assert.equal((await ask('DELETE', `/events/${encodeURIComponent(first.id)}`)).status, 204);
    assert.equal((await ask('POST', '/events', body)).status, 201);
    assert.deepEqual(graph.events('ada'), []);
  });

  it('finds by tag, and honours If-Match', async () => {
    const reminder = makeReminder();
    await ask('POST', '/events', JSON.parse(createBodyOf(reminder, 'a', 'here')));
    await ask('POST', '/events', JSON.parse(createBodyOf(makeReminder(), 'b', 'here')));
    const { value } = (await (await ask('GET', copiesPath(reminder.id))).json()) as {
      value: { id: string; '@odata.etag': string }[];
    };
    assert.equal(value.length, 1);
    const [found] = value;
    const path = `/events/${encodeURIComponent(found!.id)}`;
    const change = { subject: 'changed' };
    assert.equal((await ask('PATCH', path, change, { 'if-match': 'W/"other"' })).status, 412);
    assert.equal((await ask('PATCH', path, change, { 'if-match': found!['@odata.etag'] })).status, 200);
    assert.equal((await ask('PATCH', path, change, { 'if-match': found!['@odata.etag'] })).status, 412);
  });

  it('throttles a fifth request at a time to one mailbox', async () => {
    graph.inject({ kind: 'delay', ms: 100 }, { times: 5 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('GET', '/events')));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 200, 200, 200, 429]);
  });
});
