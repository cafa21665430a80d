import assert from 'node:assert/strict';
import { AuthenticationRefused } from '../../../src/calendars/graph/authentication.ts';
import type { GraphToken, GraphTokens } from '../../../src/calendars/graph/client.ts';
import type { AuthenticationProblem, Calendar } from '../../../src/core/ports/calendar.ts';
import { graphFaults, startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { failureOf, makeCalendar, makeClock, makeReminder, tryWrite } from '../../peers/graph/reminder.ts';
import { MINUTE } from '../../../src/core/time.ts';

const MAILBOX = 'ada@example.com';
const SIGNED_IN = 'bob@example.com';
const EXPIRED: AuthenticationProblem = { what: 'secret-expired', code: 'AADSTS7000222' };

describe('the Graph calendar and its tokens', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let clock: ReturnType<typeof makeClock>;
  let told: string[];
  let refused: [string | null, string][];
  /** How often the bot's own token was asked for, and what is said then. */
  let asked: number;
  let answer: () => Promise<GraphToken>;

  function tokens(): GraphTokens {
    let number = 0;
    return {
      async get(mailbox, { personOnly }) {
        if (mailbox === SIGNED_IN) {
          number += 1;
          return { token: `person-${number}`, kind: 'person' };
        }
        if (personOnly) return null;
        asked += 1;
        return answer();
      },
      refused: (mailbox, token) => refused.push([mailbox, token]),
    };
  }

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    clock = makeClock();
    [told, refused, asked] = [[], [], 0];
    answer = async () => ({ token: `own-${asked}`, kind: 'application' });
    calendar = makeCalendar(graph.url, {
      tokens: tokens(),
      now: clock.now,
      random: () => 1,
      authentication: { failed: ({ what }) => told.push(what), recovered: () => told.push('recovered') },
    });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });
  const used = () => graph.requests.map(({ token }) => token);

  it("uses the person's token for their mailbox and the bot's own for others", async () => {
    await tryWrite(calendar, makeReminder({ mailbox: SIGNED_IN }));
    await tryWrite(calendar, makeReminder());
    assert.deepEqual(used(), ['person-1', 'own-1']);
  });

  it('tries once more with a fresh token after a 401, also a POST', async () => {
    graph.inject(graphFaults.unauthorized, { method: 'POST' });
    await tryWrite(calendar, makeReminder());
    assert.deepEqual(used(), ['own-1', 'own-2']);
    assert.deepEqual(refused, [[MAILBOX, 'own-1']]);
    assert.equal(graph.requests[0]?.body, graph.requests[1]?.body);
    assert.equal(graph.events(MAILBOX).length, 1);
    assert.deepEqual(told, ['recovered']);
  });

  it('sends nothing more after a second 401, until a trial after a minute succeeds', async () => {
    graph.setTokenCheck(() => false);
    const failure = await failureOf(tryWrite(calendar, makeReminder()));
    assert.ok(failure instanceof AuthenticationRefused);
    assert.deepEqual([failure.code, failure.retryAfter! > 59_000], ['unavailable', true]);
    assert.match(failure.message, /GRAPH_ACCESS_TOKEN/);
    assert.deepEqual(refused, [
      [MAILBOX, 'own-1'],
      [MAILBOX, 'own-2'],
    ]);
    assert.deepEqual(told, ['token']);

    const still = await failureOf(calendar.list('somebody@else.example'));
    assert.ok(still.retryAfter! > 0 && still.retryAfter! <= MINUTE);
    assert.deepEqual([graph.requests.length, asked], [2, 2]);

    graph.setTokenCheck(null);
    clock.forward(MINUTE);
    assert.deepEqual(await calendar.list(MAILBOX), []);
    assert.deepEqual(told, ['token', 'recovered']);
    await tryWrite(calendar, makeReminder());
  });

  it('asks Entra no more once it has refused, but for one trial at a time, ever more seldom', async () => {
    answer = () => Promise.reject(new AuthenticationRefused(EXPIRED));
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, index) => failureOf(calendar.list(`${index}@x.example`))),
    );
    for (const { code, message } of all) {
      assert.equal(code, 'unavailable');
      assert.match(message, /set AZURE_CLIENT_SECRET, restart \(AADSTS7000222\)/);
    }
    const first = asked;
    for (const [wait, trials] of [
      [MINUTE - 2000, 0],
      [2000, 1],
      [2 * MINUTE, 1],
      [2 * MINUTE, 0],
      [2 * MINUTE, 1],
    ] as const) {
      const before = asked;
      clock.forward(wait);
      await Promise.all(Array.from({ length: 5 }, (_, index) => failureOf(calendar.list(`${index}@x.example`))));
      assert.equal(asked - before, trials, `after ${wait}`);
    }
    assert.ok(first >= 1);
    assert.deepEqual(told, ['secret-expired']);
    assert.deepEqual(graph.requests, []);
  });

  it('tries again after a trial that learned nothing, since the token service was out of reach', async () => {
    answer = () => Promise.reject(new AuthenticationRefused(EXPIRED));
    await failureOf(calendar.workingTime(MAILBOX));
    clock.forward(MINUTE);
    answer = () => Promise.reject(new Error('out of reach'));
    assert.match((await failureOf(calendar.workingTime(MAILBOX))).message, /No access token/);
    clock.forward(MINUTE);
    answer = async () => ({ token: 'own', kind: 'application' });
    await calendar.workingTime(MAILBOX);
    assert.deepEqual([asked, told], [3, ['secret-expired', 'recovered']]);
  });

  it('does not use its own token while it is refused, whoever hands it out all the same', async () => {
    let hand = (): Promise<GraphToken> => Promise.reject(new AuthenticationRefused(EXPIRED));
    const careless = makeCalendar(graph.url, { tokens: { get: () => hand(), refused() {} }, now: clock.now });
    await failureOf(careless.workingTime(MAILBOX));
    hand = async () => ({ token: 'own', kind: 'application' });
    assert.ok((await failureOf(careless.workingTime(MAILBOX))) instanceof AuthenticationRefused);
    assert.deepEqual(graph.requests, []);
  });

  it('takes a policy that keeps a person out for the person’s own matter', async () => {
    graph.inject({ kind: 'answer', status: 403, code: 'AccessDenied', message: 'AADSTS53003: blocked by policy' });
    assert.equal(await calendar.workingTime(SIGNED_IN), null);
    await calendar.workingTime(MAILBOX);
    assert.deepEqual(told, ['recovered']);
  });

  it('takes a directory that does not let it in for nothing that concerns mailboxes', async () => {
    const curious = makeCalendar(graph.url, {
      tokens: tokens(),
      apps: [{ clientId: 'app-id', secretHint: null, variables: { secret: 'A_SECRET', certificate: 'A_PATH' } }],
      authentication: { failed: ({ what }) => told.push(what), recovered: () => told.push('recovered') },
    });
    graph.inject(graphFaults.unauthorized, { times: 2 });
    assert.equal(await curious.credentials(), null);
    assert.deepEqual([told, asked], [[], 2]);
    await curious.workingTime(MAILBOX);
    assert.deepEqual(told, ['recovered']);
  });

  it('tells when the reason changes', async () => {
    answer = () => Promise.reject(new AuthenticationRefused(EXPIRED));
    await failureOf(calendar.list(MAILBOX));
    answer = () => Promise.reject(new AuthenticationRefused({ what: 'secret-wrong', code: 'AADSTS7000215' }));
    clock.forward(MINUTE);
    assert.match((await failureOf(calendar.list(MAILBOX))).message, /is wrong/);
    assert.deepEqual(told, ['secret-expired', 'secret-wrong']);
  });

  it('keeps serving people who are signed in while the bot itself is refused', async () => {
    answer = () => Promise.reject(new AuthenticationRefused(EXPIRED));
    await failureOf(calendar.list(MAILBOX));
    await tryWrite(calendar, makeReminder({ mailbox: SIGNED_IN }));
    assert.deepEqual(told, ['secret-expired']);
    // Nor does their success count as the trial.
    clock.forward(MINUTE);
    assert.deepEqual(await calendar.list(SIGNED_IN), await calendar.list(SIGNED_IN));
    const before = asked;
    await failureOf(calendar.list(MAILBOX));
    assert.equal(asked, before + 1);
  });

  it("does not blame itself for a person's token", async () => {
    graph.setTokenCheck((token) => !token.startsWith('person'));
    const failure = await failureOf(calendar.list(SIGNED_IN));
    assert.equal(failure.code, 'refused');
    assert.match(failure.message, /calendar connect/);
    assert.deepEqual(refused, [
      [SIGNED_IN, 'person-1'],
      [SIGNED_IN, 'person-2'],
    ]);
    assert.deepEqual(told, []);
    assert.deepEqual(await calendar.list(MAILBOX), []);
  });

  it('does not take a network that is down for a refusal', async () => {
    graph.inject({ kind: 'drop-before' });
    await failureOf(calendar.list(MAILBOX));
    answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await failureOf(calendar.list(MAILBOX));
    answer = async () => ({ token: 'own', kind: 'application' });
    assert.deepEqual(await calendar.list(MAILBOX), []);
    assert.deepEqual(told, ['recovered']);
  });
});
