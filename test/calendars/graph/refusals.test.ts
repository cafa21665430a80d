import assert from 'node:assert/strict';
import type { GraphCall } from '../../../src/calendars/graph/client.ts';
import { withRefusals } from '../../../src/calendars/graph/refusals.ts';

const MAILBOX = 'ada@example.com';

describe('what an answer tells of a mailbox', () => {
  type Told = [what: 'refused' | 'accepted', how: unknown] | null;
  const forbidden = (what: string): Told => ['refused', { why: 'forbidden', what, code: 'ErrorAccessDenied' }];
  const rows: [GraphCall['method'], path: string, status: number, code: string | null, Told][] = [
    ['GET', '/events?$top=500', 200, null, ['accepted', 'read']],
    ['GET', '/events?$top=500', 403, 'ErrorAccessDenied', forbidden('read')],
    ['GET', '/calendars/birthdays/events?$top=500', 403, 'ErrorAccessDenied', forbidden('read')],
    ['POST', '/events', 201, null, ['accepted', 'write']],
    ['POST', '/events', 403, 'ErrorAccessDenied', forbidden('write')],
    ['PATCH', '/events/x', 200, null, ['accepted', 'write']],
    ['PATCH', '/events/x', 403, 'ErrorAccessDenied', forbidden('write')],
    ['DELETE', '/events/x', 204, null, ['accepted', 'write']],
    ['DELETE', '/events/x', 403, 'ErrorCannotDeleteObject', null],
    ['POST', '/events', 507, null, ['refused', { why: 'full', what: 'write', code: null }]],
    [
      'POST',
      '/events',
      400,
      'ErrorQuotaExceeded',
      ['refused', { why: 'full', what: 'write', code: 'ErrorQuotaExceeded' }],
    ],
    ['PATCH', '/events/x', 412, 'ErrorIrresolvableConflict', null],
    ['GET', '/events?$top=500', 404, 'ErrorInvalidUser', null],
    ['GET', '/events?$top=500', 500, null, null],
    ['GET', '/mailboxSettings?$select=timeZone', 403, 'ErrorAccessDenied', null],
    ['GET', '/mailboxSettings?$select=timeZone', 200, null, null],
    ['GET', '/eventsOfOthers', 403, 'ErrorAccessDenied', null],
  ];
  for (const [method, path, status, code, expected] of rows)
    it(`is ${JSON.stringify(expected)} by ${status} ${code ?? ''} to ${method} ${path}`, async () => {
      const answer = { status, code, retryAfter: undefined, body: undefined };
      const told: unknown[] = [];
      const call = withRefusals(async () => answer, {
        refused: (...args) => told.push(['refused', ...args]),
        accepted: (...args) => told.push(['accepted', ...args]),
      });
      assert.equal(await call({ method, mailbox: MAILBOX, path }), answer);
      assert.deepEqual(told, expected === null ? [] : [[expected[0], MAILBOX, expected[1]]]);
    });
});
