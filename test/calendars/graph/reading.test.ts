import assert from 'node:assert/strict';
import { detailsOf, eventHash } from '../../../src/calendars/graph/event.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { graphFaults, startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { failureOf, makeCalendar, makeEvent, makeReminder, tryWrite } from '../../peers/graph/reminder.ts';
import { DAY } from '../../../src/core/time.ts';

const MAILBOX = 'ada@example.com';
const OBJECT_ID = 'd3b0c8a0-0000-4000-8000-000000000001';
const HALF_HOUR = 1_800_000;
const VARIABLES = { secret: 'AZURE_CLIENT_SECRET', certificate: 'AZURE_CLIENT_CERTIFICATE_PATH' };

describe('the Graph calendar, reading', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  const paths = () => graph.requests.map(({ method, path }) => `${method} ${path.replace('/v1.0', '')}`);

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    calendar = makeCalendar(graph.url, { apps: [{ clientId: 'app', secretHint: null, variables: VARIABLES }] });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  describe('its events', () => {
    it('lists those of its installation, copies included, and what was written into them', async () => {
      const reminder = makeReminder();
      await tryWrite(calendar, reminder);
      await tryWrite(makeCalendar(graph.url, { installation: "another's" }), makeReminder());
      graph.mailbox(MAILBOX).addForeign();
      const copy = graph.mailbox(MAILBOX).duplicate(reminder.eventId!);
      const moved = reminder.event.start + DAY;
      graph.mailbox(MAILBOX).move(copy, moved);
      const [first, second, ...others] = await calendar.list(MAILBOX);
      assert.deepEqual(others, []);
      const written = {
        start: reminder.event.start,
        hash: eventHash(reminder.event),
        about: reminder.fingerprint.slice(0, 16),
        details: detailsOf(reminder.event),
      };
      const [event] = graph.events(MAILBOX);
      assert.deepEqual(first, {
        reminderId: reminder.id,
        eventId: reminder.eventId,
        etag: reminder.etag,
        createdAt: Date.parse(event!.createdDateTime),
        isMadeByApp: true,
        start: reminder.event.start,
        allDay: false,
        subject: reminder.event.subject,
        written,
        state: { body: null, isReminderOn: null, reminderMinutes: null, showAs: null, importance: null },
      });
      assert.deepEqual(
        [second?.eventId, second?.start, second?.written, second?.isMadeByApp],
        [copy, moved, written, false],
      );
    });

    describe('that the default calendar does not list', () => {
      let reminder: ReturnType<typeof makeReminder>;
      const hands = () => graph.mailbox(MAILBOX);
      const located = async () => {
        const { entries, missing } = await calendar.locate(MAILBOX, [reminder]);
        return { entries: entries.map(({ eventId }) => eventId), missing: missing.map(({ id }) => id) };
      };
      beforeEach(async () => {
        reminder = makeReminder();
        await tryWrite(calendar, reminder);
      });
      const there = () => ({ entries: [reminder.eventId], missing: [] });
      const gone = () => ({ entries: [], missing: [reminder.id] });

      const places: [string, () => void, boolean][] = [
        ['in another calendar', () => hands().moveToOtherCalendar(reminder.eventId!), true],
        ['in the trash', () => hands().trash(reminder.eventId!), false],
        ['to be recovered', () => hands().trash(reminder.eventId!, 'recoverableitemsdeletions'), false],
        ['nowhere', () => hands().delete(reminder.eventId!), false],
        ['left out of one list', () => {}, true],
      ];
      for (const [what, happens, isThere] of places) {
        it(`is ${isThere ? 'there' : 'deleted'} when it is ${what}`, async () => {
          happens();
          assert.deepEqual(await located(), isThere ? there() : gone());
          // Also where events tell their folder, and where it alone tells.
          hands().tellFolders();
          assert.deepEqual(await located(), isThere ? there() : gone());
          hands().showCalendars(false);
          assert.deepEqual(await located(), isThere ? there() : gone());
          assert.equal((await tryWrite(calendar, reminder)).kind, isThere ? 'written' : 'deleted');
        });
      }

      it('is not known of when its id is said to be one of another mailbox, while others are', async () => {
        const other = makeReminder();
        await tryWrite(calendar, other);
        hands().setInvalid(reminder.eventId!);
        hands().trash(other.eventId!);
        const { entries, missing } = await calendar.locate(MAILBOX, [reminder, other]);
        assert.deepEqual([entries, missing], [[], [other]]);
      });

      it('is taken to be there when it answers, and nobody can tell where', async () => {
        hands().trash(reminder.eventId!);
        hands().showCalendars(false);
        assert.deepEqual(await located(), there());
        hands().showCalendars(true);
        graph.inject(graphFaults.forbidden, { path: /birthdays/ });
        assert.deepEqual(await located(), there());
        assert.deepEqual(await located(), gone());
      });

      it('is not looked for while the service is away', async () => {
        for (const path of [/calendars\?/, /birthdays/, /events\/AAk/]) {
          graph.inject({ kind: 'answer', status: 500 }, { path });
          assert.equal((await failureOf(calendar.locate(MAILBOX, [reminder]))).code, 'unavailable');
        }
      });
    });

    it('deletes one by its id, gone or not, and nothing else', async () => {
      const [one, other] = [makeReminder(), makeReminder()];
      for (const reminder of [one, other]) await tryWrite(calendar, reminder);
      for (let times = 0; times < 2; times += 1) await calendar.removeEvent(MAILBOX, one.eventId!);
      assert.deepEqual(
        graph.events(MAILBOX).map(({ tag }) => tag),
        [other.id],
      );
    });

    it('says that the mailbox is gone, of whatever is asked', async () => {
      const reminder = makeReminder();
      await tryWrite(calendar, reminder);
      for (const code of ['ErrorInvalidUser', 'MailboxNotEnabledForRESTAPI', 'ResourceNotFound']) {
        graph.mailbox(MAILBOX).setMissing(code);
        for (const work of [
          () => calendar.list(MAILBOX),
          () => calendar.locate(MAILBOX, [reminder]),
          () => calendar.write(reminder, async () => {}),
          () => calendar.write(makeReminder(), async () => {}),
          () => calendar.remove(reminder),
          () => calendar.removeEvent(MAILBOX, 'x'),
          () => calendar.purpose(MAILBOX),
          () => calendar.busy(MAILBOX, 0, DAY),
        ]) {
          assert.equal((await failureOf(work())).code, 'gone');
        }
      }
      graph.mailbox(MAILBOX).setMissing('ErrorMailboxStoreUnavailable');
      for (const work of [() => calendar.list(MAILBOX), () => calendar.remove(reminder)]) {
        assert.equal((await failureOf(work())).code, 'unavailable');
      }
      graph.mailbox(MAILBOX).setMissing(null);
      assert.equal(graph.events(MAILBOX).length, 1);
    });
  });

  describe('whose mailbox it is', () => {
    const purposes: [string | null, 'person' | 'shared' | null][] = [
      ['user', 'person'],
      ['linked', 'person'],
      ['shared', 'shared'],
      ['room', 'shared'],
      ['equipment', 'shared'],
      ['others', null],
      [null, null],
    ];
    for (const [purpose, expected] of purposes) {
      it(`is ${expected} by ${purpose}`, async () => {
        graph.mailbox(MAILBOX).setPurpose(purpose);
        assert.equal(await calendar.purpose(MAILBOX), expected);
      });
    }

    it('is unknown when the app may not look, and fails when the service does', async () => {
      graph.mailbox(MAILBOX).setSettings(null);
      assert.equal(await calendar.purpose(MAILBOX), null);
      graph.inject({ kind: 'drop-before' });
      assert.equal((await failureOf(calendar.purpose(MAILBOX))).code, 'unavailable');
    });
  });

  describe('whether a token opens a mailbox', () => {
    it('is so when its calendar is shown', async () => assert.equal(await calendar.opens(MAILBOX), true));

    const answers: [status: number, code: string][] = [
      [403, 'ErrorAccessDenied'],
      [404, 'ErrorItemNotFound'],
    ];
    for (const [status, code] of answers)
      it(`is not so by ${status} ${code}`, async () => {
        graph.inject({ kind: 'answer', status, code });
        assert.equal(await calendar.opens(MAILBOX), false);
      });

    const failures: [status: number, code: string, failure: string][] = [
      [404, 'ErrorMailboxStoreUnavailable', 'unavailable'],
      [410, 'Gone', 'refused'],
      [500, 'x', 'unavailable'],
    ];
    for (const [status, code, failure] of failures)
      it(`is not known by ${status} ${code}`, async () => {
        graph.inject({ kind: 'answer', status, code });
        assert.equal((await failureOf(calendar.opens(MAILBOX))).code, failure);
      });

    it('is not known of a mailbox that is not there', async () => {
      graph.mailbox(MAILBOX).setMissing('ErrorInvalidUser');
      assert.equal((await failureOf(calendar.opens(MAILBOX))).code, 'gone');
    });
  });

  describe('when somebody is not free', () => {
    const from = Date.UTC(2027, 2, 1, 8, 0);
    const at = (halfHours: number) => from + halfHours * HALF_HOUR;

    it('is what the schedule says, in whole half-hours, neighbours joined', async () => {
      graph.mailbox(MAILBOX).setTaken([
        { start: at(1), end: at(2), digit: '1' },
        { start: at(2), end: at(3), digit: '3' },
        { start: at(5) + 60_000, end: at(5) + 120_000, digit: '4' },
        { start: at(40), end: at(41), digit: '2' },
      ]);
      assert.deepEqual(await calendar.busy(MAILBOX, from, at(8)), [
        { start: at(1), end: at(3) },
        { start: at(5), end: at(6) },
      ]);
      assert.deepEqual(paths(), ['POST /users/ada%40example.com/calendar/getSchedule']);
      assert.deepEqual(JSON.parse(graph.requests[0]!.body), {
        schedules: [MAILBOX],
        startTime: { dateTime: '2027-03-01T08:00:00', timeZone: 'UTC' },
        endTime: { dateTime: '2027-03-01T12:00:00', timeZone: 'UTC' },
        availabilityViewInterval: 30,
      });
    });

    it('counts booked events of ours, and not those shown as free', async () => {
      await tryWrite(calendar, makeReminder({ event: makeEvent({ start: at(0), end: at(1) }) }));
      await tryWrite(calendar, makeReminder({ event: makeEvent({ start: at(2), end: at(3), showAs: 'busy' }) }));
      assert.deepEqual(await calendar.busy(MAILBOX, from, at(4)), [{ start: at(2), end: at(3) }]);
    });

    it("asks for the owner's address when the mailbox is known by its id only", async () => {
      graph.mailbox(OBJECT_ID).setOwner(MAILBOX);
      graph.mailbox(OBJECT_ID).setTaken([{ start: at(0), end: at(1), digit: '2' }]);
      assert.deepEqual(await calendar.busy(OBJECT_ID, from, at(4)), [{ start: at(0), end: at(1) }]);
      assert.deepEqual(paths(), [
        `GET /users/${OBJECT_ID}/calendar?$select=owner`,
        `POST /users/${OBJECT_ID}/calendar/getSchedule`,
      ]);
    });

    it('asks the directory when the calendar does not say whose it is', async () => {
      graph.directory.setPerson(OBJECT_ID, { mail: null, userPrincipalName: MAILBOX });
      assert.deepEqual(await calendar.busy(OBJECT_ID, from, at(4)), []);
      assert.deepEqual(JSON.parse(graph.requests.at(-1)!.body).schedules, [MAILBOX]);
      graph.directory.allow({ people: false });
      await assert.rejects(calendar.busy(OBJECT_ID, from, at(4)), { code: 'unavailable' });
      assert.deepEqual(JSON.parse(graph.requests.at(-1)!.body).schedules, [OBJECT_ID]);
    });

    it('is unavailable when the schedule cannot be had, and when the answer is lost', async () => {
      graph.mailbox(MAILBOX).setScheduleError('ErrorMailRecipientNotFound');
      const failure = await failureOf(calendar.busy(MAILBOX, from, at(4)));
      assert.equal(failure.code, 'unavailable');
      assert.match(failure.message, /ErrorMailRecipientNotFound/);
      graph.directory.allow({ people: false });
      assert.equal((await failureOf(calendar.busy(OBJECT_ID, from, at(4)))).code, 'unavailable');
      graph.inject({ kind: 'drop-after' });
      assert.equal((await failureOf(calendar.busy(MAILBOX, from, at(4)))).code, 'unavailable');
    });

    it('is never in no time', async () => {
      assert.deepEqual(await calendar.busy(MAILBOX, from, from), []);
      assert.deepEqual(graph.requests, []);
    });
  });

  describe('who somebody is', () => {
    it('costs one request while the account is enabled', async () => {
      graph.directory.setPerson(OBJECT_ID, { displayName: 'Ada <Lovelace>', manager: 'boss' });
      assert.deepEqual(await calendar.person(OBJECT_ID), { enabled: true, name: 'Ada <Lovelace>', manager: null });
      assert.deepEqual(paths(), [`GET /users/${OBJECT_ID}?$select=accountEnabled,displayName,mail,userPrincipalName`]);
    });

    it('comes with the manager when the account is disabled', async () => {
      graph.directory.setPerson(OBJECT_ID, { displayName: 'Ada', accountEnabled: false, manager: 'boss' });
      graph.directory.setPerson('boss', { displayName: 'Boss', mail: null, userPrincipalName: 'boss@upn.example' });
      const manager = { id: 'boss', name: 'Boss', address: 'boss@upn.example' };
      assert.deepEqual(await calendar.person(OBJECT_ID), { enabled: false, name: 'Ada', manager });
      assert.equal(paths()[1], `GET /users/${OBJECT_ID}/manager?$select=id,displayName,mail,userPrincipalName`);
    });

    it('comes with the manager when the mailbox was found not to be there', async () => {
      graph.directory.setPerson(MAILBOX, { displayName: 'Ada', manager: 'boss@example.com' });
      graph.mailbox(MAILBOX).setMissing('MailboxNotEnabledForRESTAPI');
      await failureOf(calendar.list(MAILBOX));
      assert.equal((await calendar.person(MAILBOX))?.manager?.address, 'boss@example.com');
      graph.mailbox(MAILBOX).setMissing(null);
      await calendar.list(MAILBOX);
      assert.equal((await calendar.person(MAILBOX))?.manager, null);
    });

    it('comes without a manager when there is none, or they may not be seen', async () => {
      graph.directory.setPerson(OBJECT_ID, { displayName: 'Ada', accountEnabled: false });
      assert.equal((await calendar.person(OBJECT_ID))?.manager, null);
      graph.inject(graphFaults.forbidden, { path: /manager/ });
      assert.equal((await calendar.person(OBJECT_ID))?.manager, null);
    });

    it('is unknown when the app may not look', async () => {
      graph.directory.allow({ people: false });
      assert.equal(await calendar.person(OBJECT_ID), null);
    });

    it('is gone when there is nobody, and unavailable when nobody knows', async () => {
      graph.directory.setPerson(OBJECT_ID, null);
      assert.equal((await failureOf(calendar.person(OBJECT_ID))).code, 'gone');
      graph.inject({ kind: 'answer', status: 404, code: 'ErrorMailboxStoreUnavailable' });
      assert.equal((await failureOf(calendar.person(OBJECT_ID))).code, 'unavailable');
      graph.inject({ kind: 'answer', status: 500 });
      assert.equal((await failureOf(calendar.person(OBJECT_ID))).code, 'unavailable');
    });
  });

  describe("the bot's own credentials", () => {
    const dates = { startDateTime: '2027-01-01T00:00:00Z', endDateTime: '2027-07-01T00:00:00.5Z' };
    const secrets = [
      { keyId: 's1', hint: 'abc', displayName: 'old', ...dates },
      { keyId: 's2', hint: 'xyz', displayName: null, ...dates },
    ];
    const certificates = [{ keyId: 'c1', displayName: 'CN=certbot', ...dates }];
    const credentialsWith = (secretHint: string | null, clientId: string | null = 'app') =>
      makeCalendar(graph.url, {
        apps: clientId === null ? [] : [{ clientId, secretHint, variables: VARIABLES }],
      }).credentials();
    const ids = async (secretHint: string | null) => (await credentialsWith(secretHint))?.map(({ id }) => id);

    it('are those of all its apps, each once', async () => {
      graph.directory.addApplication('app', { secrets });
      graph.directory.addApplication('bot', { secrets: [{ ...secrets[0]!, keyId: 's3' }] });
      const bot = { secret: 'MicrosoftAppPassword', certificate: 'MicrosoftAppCertificateKey' };
      const calendarOf = (...clientIds: string[]) =>
        makeCalendar(graph.url, {
          apps: clientIds.map((clientId, index) => ({
            clientId,
            secretHint: index === 0 ? 'xyz' : 'abc',
            variables: index === 0 ? VARIABLES : bot,
          })),
        });
      const told = async (...clientIds: string[]) =>
        (await calendarOf(...clientIds).credentials())?.map(({ id, variable }) => [id, variable]);
      assert.deepEqual(await told('app', 'bot'), [
        ['s2', 'AZURE_CLIENT_SECRET'],
        ['s3', 'MicrosoftAppPassword'],
      ]);
      assert.deepEqual(await told('app', 'app'), [
        ['s2', 'AZURE_CLIENT_SECRET'],
        ['s1', 'MicrosoftAppPassword'],
      ]);
      assert.deepEqual(await told('unknown', 'bot'), [['s3', 'MicrosoftAppPassword']]);
      assert.equal(await told('unknown'), undefined);
    });

    it('are those that can be in use', async () => {
      graph.directory.addApplication('app', { secrets, certificates });
      assert.deepEqual(await ids('xyz'), ['s2']);
      assert.deepEqual(await ids('new'), ['s1', 's2']);
      assert.deepEqual(await ids(null), ['s1', 's2', 'c1']);
      assert.deepEqual((await credentialsWith('abc'))?.[0], {
        id: 's1',
        kind: 'secret',
        variable: 'AZURE_CLIENT_SECRET',
        name: 'old',
        notBefore: Date.UTC(2027, 0, 1),
        notAfter: Date.UTC(2027, 6, 1, 0, 0, 0, 500),
      });
      assert.deepEqual(
        paths()[0],
        'GET /applications?$filter=appId%20eq%20%27app%27&$select=id,passwordCredentials,keyCredentials',
      );
    });

    it('are unknown when the app may not look, does not exist, or is not named', async () => {
      assert.equal(await credentialsWith('abc', null), null);
      assert.deepEqual(graph.requests, []);
      assert.equal(await credentialsWith('abc'), null);
      graph.directory.allow({ applications: false });
      assert.equal(await credentialsWith('abc'), null);
      graph.directory.allow({ applications: true });
      graph.inject(graphFaults.unauthorized, { times: 2 });
      assert.equal(await credentialsWith('abc'), null);
    });
  });
});
