import assert from 'node:assert/strict';
import { namesIn } from '../../../src/calendars/graph/names.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import { startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { failureOf, makeCalendar, makeReminder, tryWrite } from '../../peers/graph/reminder.ts';
import { MINUTE } from '../../../src/core/time.ts';

const ID = 'd3b0c8a0-0000-4000-8000-000000000001';
/** User principal name, mail and further addresses of one person, all different, as in hybrid companies. */
const ADA = {
  displayName: 'Ada',
  userPrincipalName: 'al1234@corp.example.com',
  mail: "Ada.O'Neil@example.com",
  proxyAddresses: [
    "SMTP:Ada.O'Neil@example.com",
    'smtp:ada+on-call@example.com',
    'X500:/o=x/cn=ada',
    'sip:a@x.example',
  ],
};

describe('a mailbox by whatever name it is known', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let now: number;
  const asked = () => graph.requests.splice(0).map(({ method, path }) => `${method} ${path.split('?')[0]}`);

  beforeEach(async () => {
    graph = await startFakeGraph();
    graph.trust();
    now = Date.now();
    calendar = makeCalendar(graph.url, { now: () => now });
    graph.directory.setPerson(ID, ADA);
    graph.directory.setPerson('eve', { userPrincipalName: 'eve@example.com', mail: 'eve@example.com' });
  });
  afterEach(async () => {
    await graph.close();
    assert.deepEqual(graph.violations, []);
  });

  const names: [what: string, name: string][] = [
    ['directory object id', ID],
    ['user principal name', 'AL1234@corp.example.com'],
    ['mail address, with a quote in it', "ada.o'neil@example.com"],
    ['further address, with a plus in it', 'ada+on-call@example.com'],
  ];
  for (const takes of [true, false]) {
    for (const [what, mailbox] of names) {
      it(`is found by the ${what}${takes ? '' : ', where Exchange takes no other addresses'}`, async () => {
        graph.directory.setTakesAddresses(takes);
        const reminder = makeReminder({ mailbox });
        await tryWrite(calendar, reminder);
        assert.equal(graph.events(ID).length, 1);
        assert.equal((await calendar.list(mailbox)).length, 1);
        assert.equal((await calendar.person(mailbox))?.name, 'Ada');
        assert.equal((await calendar.lookUp(mailbox))?.id, ID);
        await calendar.remove(reminder);
        assert.deepEqual(graph.events(ID), []);
      });
    }
  }

  it('is looked up once, by an advanced query, and then called by its id', async () => {
    graph.directory.setTakesAddresses(false);
    const mailbox = 'ada+on-call@example.com';
    await calendar.list(mailbox);
    const filters = graph.requests.filter(({ path }) => path.startsWith('/v1.0/users?'));
    assert.deepEqual(
      filters.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('$filter')),
      [`mail eq '${mailbox}'`, `proxyAddresses/any(p:p eq 'smtp:${mailbox}')`],
    );
    for (const { path, consistencyLevel } of filters) {
      assert.equal(consistencyLevel, 'eventual');
      assert.match(path, /&\$count=true$/);
    }
    asked();
    await calendar.list(mailbox);
    assert.deepEqual(asked(), [`GET /v1.0/users/${ID}/events`]);
  });

  it('is found again when its person got another id', async () => {
    graph.directory.setTakesAddresses(false);
    await calendar.list('ada+on-call@example.com');
    graph.directory.setPerson(ID, null);
    graph.mailbox(ID).setMissing('ErrorInvalidUser');
    graph.directory.setPerson('new-id', ADA);
    await calendar.list('ada+on-call@example.com');
    asked();
    await calendar.list('ada+on-call@example.com');
    assert.deepEqual(asked(), ['GET /v1.0/users/new-id/events']);
  });

  it('is nobody’s when two people have the address, and nothing is written then', async () => {
    graph.directory.setTakesAddresses(false);
    graph.directory.setPerson('twin', { ...ADA, userPrincipalName: 'twin@corp.example.com' });
    const mailbox = ADA.mail.toLowerCase();
    assert.equal((await failureOf(tryWrite(calendar, makeReminder({ mailbox })))).code, 'gone');
    assert.equal(await calendar.lookUp(mailbox), null);
    assert.deepEqual([...graph.events(ID), ...graph.events('twin')], []);
  });

  it('is that of whom mail goes to, when somebody else has the address on their card only', async () => {
    graph.directory.setTakesAddresses(false);
    graph.directory.setPerson('twin', {
      mail: ADA.mail,
      userPrincipalName: 'twin@corp.example.com',
      proxyAddresses: [],
    });
    await tryWrite(calendar, makeReminder({ mailbox: ADA.mail.toLowerCase() }));
    assert.deepEqual([graph.events(ID).length, graph.events('twin').length], [1, 0]);
  });

  it('is gone when the mailbox itself says so, also to its id', async () => {
    graph.mailbox(ID).setMissing('MailboxNotEnabledForRESTAPI');
    const failure = await failureOf(calendar.list('ada+on-call@example.com'));
    assert.equal(failure.code, 'gone');
    assert.match(failure.message, /MailboxNotEnabledForRESTAPI/);
  });

  it('stands as it was answered where the directory does not let us look', async () => {
    graph.directory.setTakesAddresses(false);
    graph.directory.allow({ people: false });
    assert.equal((await failureOf(calendar.list('ada+on-call@example.com'))).code, 'gone');
    assert.equal(await calendar.lookUp(ID), null);
  });

  it('is not judged while the directory cannot be asked, and asked again for later', async () => {
    graph.directory.setTakesAddresses(false);
    graph.inject({ kind: 'answer', status: 500 }, { path: /^\/v1\.0\/users\?/ });
    assert.equal((await failureOf(calendar.list('ada+on-call@example.com'))).code, 'unavailable');
    assert.deepEqual(await calendar.list('ada+on-call@example.com'), []);
  });

  it('of nobody is looked up now and then only', async () => {
    graph.directory.setTakesAddresses(false);
    graph.directory.setPerson('frank', { mail: 'frank@example.com', userPrincipalName: 'f@corp.example.com' });
    graph.directory.setPerson('gone', null);
    const searches = () => asked().filter((line) => line === 'GET /v1.0/users').length;
    graph.inject({ kind: 'answer', status: 404, code: 'ErrorInvalidUser' }, { times: 3, mailbox: 'x@example.com' });
    for (const wait of [0, MINUTE, 10 * MINUTE]) {
      now += wait;
      assert.equal((await failureOf(calendar.list('x@example.com'))).code, 'gone');
    }
    assert.equal(searches(), 4);
  });
});

describe('the names in an answer of the directory', () => {
  const cases: [what: string, body: unknown, expected: ReturnType<typeof namesIn>][] = [
    [
      'are id and addresses, each once and in lower case',
      { id: ID, ...ADA },
      { id: ID, addresses: ["ada.o'neil@example.com", 'al1234@corp.example.com', 'ada+on-call@example.com'] },
    ],
    [
      'are the id alone where there are no addresses',
      { id: ID, mail: null, proxyAddresses: [null, 7] },
      { id: ID, addresses: [] },
    ],
    ['are none without an id', { mail: 'a@example.com' }, null],
    ['are none in nonsense', 'nonsense', null],
  ];
  for (const [what, body, expected] of cases) it(what, () => assert.deepEqual(namesIn(body), expected));
});
