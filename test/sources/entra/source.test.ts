import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Application } from '../../../src/core/certificates/application.ts';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import { readTarget } from '../../../src/core/targets/target.ts';
import { createGraphCalendar } from '../../../src/calendars/graph/calendar.ts';
import { createEntraSource } from '../../../src/sources/entra/source.ts';
import { DAY, HOUR, MINUTE, UNDATED } from '../../../src/core/time.ts';
import { startFakeGraph, type FakeGraph } from '../../peers/graph/graph.ts';
import { sign } from '../../peers/tls/pki.ts';
import { application, appIdOf, keyCredential, owner, principal, secret } from '../../support/applications.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const goes = (name: string, days = 200, from = -100) => secret(name, { from: NOW + from * DAY, to: NOW + days * DAY });

describe('sources/entra', () => {
  let graph: FakeGraph;
  let source: Source;
  let impatient: Source;
  let now: number;
  const log = { debug() {}, warn() {} };

  beforeEach(async () => {
    now = NOW;
    graph = await startFakeGraph();
    graph.trust();
    const calendar = createGraphCalendar({
      baseUrl: graph.url,
      installation: 'one',
      apps: [],
      tokens: { get: async () => ({ token: 'token', kind: 'application' }), refused() {} },
      authentication: { failed() {}, recovered() {} },
      log,
      timeout: 400,
      now: () => now,
      random: () => 0,
    });
    source = createEntraSource({ read: calendar.directory, interval: HOUR, now: () => now });
    impatient = createEntraSource({ read: calendar.directory, interval: HOUR, patience: 600, now: () => now });
  });
  afterEach(() => graph.close());

  const look = (name: string, awaited = true) =>
    source.observe(readTarget(`entra://${appIdOf(name)}/${encodeURIComponent(name)}`), { thorough: true, awaited });
  const all = (awaited = true) => source.observe(readTarget('entra://all'), { thorough: true, awaited });
  const namesOf = ({ listed = [] }: Observation) =>
    listed.map(({ item }) => ('name' in item ? item.name : item.fingerprint));
  const asked = () => graph.requests.map(({ path }) => path.replace(/\?.*/, ''));

  async function seen(name: string): Promise<Application & { ends: unknown[] }> {
    const observation = await look(name);
    assert.ok(observation.application, JSON.stringify(observation));
    return { ...observation.application, ends: namesOf(observation) };
  }

  describe('what of an application ends', () => {
    const left = (app: Application) => app.leftovers.map(({ name, why }) => `${name} ${why}`);

    it('is every secret that goes on, the first to end first', async () => {
      graph.applications.set('applications', [
        application('A', { passwordCredentials: [goes('later', 300), goes('soon', 3), goes('then', 30)] }),
      ]);
      const app = await seen('A');
      assert.deepEqual(app.ends, ['soon', 'then', 'later']);
      assert.deepEqual([app.secrets, app.certificates, app.owners], [3, 0, []]);
      assert.deepEqual(graph.violations, []);
    });

    it('is read as what it is, in whatever form its end is told', async () => {
      const ends = (keyId: string, endDateTime: unknown) => ({ ...goes(keyId), keyId, endDateTime });
      graph.applications.set('applications', [
        application('A', {
          passwordCredentials: [
            ends('no zone', '2026-12-20T00:00:00'),
            ends('a day', '2026-12-21'),
            ends('another zone', '2026-12-22T05:30:00.1234567+05:30'),
            ends('twice', '2026-12-23T00:00:00Z'),
            ends('twice', '2026-12-24T00:00:00Z'),
            ends('no date', '1'),
            ends('a number', 1_800_000_000),
            ends('none', null),
          ],
        }),
      ]);
      const { listed = [] } = await look('A');
      assert.deepEqual(
        listed.slice(0, 5).map(({ item }) => new Date(item.notAfter).toISOString()),
        [20, 21, 22, 23, 24].map((day) => `2026-12-${day}T00:00:00.${day === 22 ? '123' : '000'}Z`),
      );
      assert.deepEqual(
        listed.slice(5).map(({ item }) => item.notAfter),
        [UNDATED, UNDATED],
      );
    });

    it('is what ended without a successor, for a month; what was replaced, or unused for longer, is told apart', async () => {
      graph.applications.set('applications', [
        application('Ended', { passwordCredentials: [goes('just', -3)] }),
        application('Replaced', { passwordCredentials: [goes('old', -3), goes('new', 100)] }),
        application('Unused', { passwordCredentials: [goes('ancient', -31)] }),
        application('Other kind', {
          passwordCredentials: [goes('secret', -3)],
          keyCredentials: [keyCredential('cert', { from: NOW - DAY, to: NOW + 90 * DAY })],
        }),
      ]);
      assert.deepEqual((await seen('Ended')).ends, ['just']);
      assert.deepEqual([(await seen('Replaced')).ends, left(await seen('Replaced'))], [['new'], ['old replaced']]);
      assert.deepEqual([(await seen('Unused')).ends, left(await seen('Unused'))], [[], ['ancient unused']]);
      assert.deepEqual((await seen('Other kind')).ends, ['secret', 'cert']);
    });

    it('is a certificate that signs SAML once, though three objects share its mark; of several the preferred one', async () => {
      const active = { from: NOW - DAY, to: NOW + 90 * DAY, mark: Buffer.alloc(20, 1).toString('base64') };
      const next = { from: NOW - DAY, to: NOW + 900 * DAY, mark: Buffer.alloc(20, 2).toString('base64') };
      const saml = (preferred: string | null) =>
        principal('S', {
          preferredSingleSignOnMode: 'saml',
          preferredTokenSigningKeyThumbprint: preferred,
          keyCredentials: [active, next].flatMap((one) => [
            keyCredential(`CN=${one.to}`, { ...one, usage: 'Sign' }),
            keyCredential(`CN=${one.to}`, { ...one, usage: 'Verify' }),
          ]),
          passwordCredentials: [active, next].map((one) => secret(`CN=${one.to}`, one)),
        });
      graph.applications.set('servicePrincipals', [saml('01'.repeat(20).toUpperCase())]);
      const app = await seen('S');
      assert.deepEqual(app.ends, [`CN=${active.to}`]);
      assert.deepEqual([left(app), app.secrets, app.certificates], [[`CN=${next.to} inactive`], 0, 1]);
      graph.applications.set('servicePrincipals', [saml('02'.repeat(20))]);
      assert.deepEqual((await seen('S')).ends, [`CN=${next.to}`]);
      graph.applications.set('servicePrincipals', [saml(null)]);
      assert.deepEqual((await seen('S')).ends, [`CN=${active.to}`, `CN=${next.to}`], 'nobody says which');
    });

    it('is the certificate itself where its bytes are told, also for a single object alone', async () => {
      const { certificate } = await sign({ subject: 'CN=SAML of S', notAfter: new Date(NOW + 90 * DAY) });
      const der = Buffer.from(certificate.rawData);
      const dates = { from: NOW - DAY, to: NOW + 90 * DAY, der: der.toString('base64') };
      const digest = createHash('sha256').update(der).digest();
      graph.applications.set('servicePrincipals', [
        principal('S', {
          preferredSingleSignOnMode: 'saml',
          preferredTokenSigningKeyThumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
          keyCredentials: [
            keyCredential('CN=SAML of S', { ...dates, usage: 'Sign', mark: digest.toString('base64') }),
            keyCredential('CN=SAML of S', { ...dates, mark: digest.toString('base64') }),
          ],
        }),
      ]);
      for (const inLists of [true, false]) {
        graph.applications.tellKeysInLists(inLists);
        const observation = await look('S');
        assert.deepEqual(
          observation.listed?.map(({ item }) => item.fingerprint),
          [digest.toString('hex')],
        );
        assert.equal(observation.application?.signing, digest.toString('hex'));
      }
    });

    it('is nothing of an application that is switched off', async () => {
      graph.applications.set('servicePrincipals', [
        principal('Off', { accountEnabled: false, passwordCredentials: [goes('s', 10)] }),
      ]);
      const app = await seen('Off');
      assert.deepEqual([app.ends, app.disabled, left(app)], [[], true, ['s inactive']]);
    });

    it('tells owners, and who is let in without a secret', async () => {
      const id = '11111111-0000-4000-8000-000000000001';
      const federatedIdentityCredentials = [{ name: 'gh', issuer: 'https://issuer.example', subject: 'repo:a/b' }];
      graph.applications.set('applications', [
        application('A', {
          owners: [owner(id, 'zoe')],
          federatedIdentityCredentials,
          passwordCredentials: [goes('s')],
        }),
      ]);
      for (const app of [await seen('A'), (await all(), await seen('A'))]) {
        assert.deepEqual(app.owners, [{ id, name: 'zoe', address: 'zoe@example.com' }]);
        assert.deepEqual(app.federated, federatedIdentityCredentials);
      }
    });
  });

  it('leads to all that have something that ends, page after page, and asks for them once in a quarter of an hour', async () => {
    const thousands = Array.from({ length: 2500 }, (_, index) =>
      application(`App ${index}`, { passwordCredentials: [goes(`s${index}`)] }),
    );
    graph.applications.set('applications', [...thousands, application('Empty')]);
    graph.applications.set('servicePrincipals', [
      principal('App 7'),
      principal('Own', { passwordCredentials: [goes('x')] }),
    ]);
    const { leadsTo } = await all();
    assert.equal(leadsTo?.length, 2501);
    const before = graph.requests.length;
    assert.ok(before < 60, `${before} requests`);
    for (let index = 0; index < 300; index += 1) await look(`App ${index}`, false);
    assert.equal(graph.requests.length, before);
    now += 16 * MINUTE;
    await Promise.all([look('App 1', false), look('App 2', false), all(false)]);
    assert.ok(graph.requests.length > before);
    assert.deepEqual(graph.violations, []);
  });

  it('one that is new since the listing is asked for by itself', async () => {
    await all();
    graph.applications.set('applications', [application('New', { passwordCredentials: [goes('s')] })]);
    assert.deepEqual(namesOf(await look('New', false)), ['s']);
  });

  it('finds applications by name, whatever is in it, and by id', async () => {
    const name = "O'Hara & Söhne $filter=1";
    graph.applications.set('applications', [application(name), application('Twin')]);
    graph.applications.set('servicePrincipals', [principal(name), { ...principal('Twin'), appId: appIdOf('other') }]);
    const found = async (text: string) => (await source.find!(text)) as { uris: string[] };
    assert.deepEqual((await found(name)).uris, [`entra://${appIdOf(name)}/${encodeURIComponent(name)}`]);
    assert.equal((await found('Twin')).uris.length, 2);
    assert.deepEqual((await found(appIdOf('Twin'))).uris, [`entra://${appIdOf('Twin')}/Twin`]);
    assert.deepEqual((await found('Nobody')).uris, []);
    assert.deepEqual(graph.violations, []);
  });

  describe('what goes wrong', () => {
    const failure = async (name = 'A') => (await look(name)).failure;

    it('a permission that lacks is named', async () => {
      for (const [status, code] of [
        [403, 'Authorization_RequestDenied'],
        [401, 'Authorization_IdentityNotFound'],
      ] as const) {
        graph.applications.refuse({ status, code });
        assert.deepEqual(await failure(), { code: 'lacks-permission', detail: 'Application.Read.All' }, code);
        assert.deepEqual((await all()).failure?.code, 'lacks-permission');
        assert.deepEqual(await source.find!('A'), {
          failure: { code: 'lacks-permission', detail: 'Application.Read.All' },
        });
      }
    });

    it('an application that is not there (any more) is told', async () => {
      assert.deepEqual(await failure('Nobody'), { code: 'gone' });
    });

    it('429 is waited for as long as it says; what was known stands', async () => {
      graph.applications.set('applications', [application('A', { passwordCredentials: [goes('s')] })]);
      graph.inject({ kind: 'answer', status: 429, retryAfter: 60 });
      assert.deepEqual(await failure(), { code: 'throttled' });
      const before = graph.requests.length;
      assert.equal((await look('A', false)).item, null);
      assert.equal(graph.requests.length, before, 'it is left alone');
      now += 61_000;
      assert.deepEqual(namesOf(await look('A', false)), ['s']);
    });

    it('an outage is told once, by what leads to all, and not by each', async () => {
      graph.applications.set('applications', [application('A', { passwordCredentials: [goes('s')] })]);
      await all();
      now += HOUR;
      graph.inject({ kind: 'answer', status: 503 }, { times: 50 });
      assert.equal((await all(false)).failure?.code, 'service');
      const one = await look('A', false);
      assert.deepEqual([one.item, one.failure], [null, undefined]);
    });

    it('where all are not watched, each tells', async () => {
      graph.inject({ kind: 'answer', status: 503 }, { times: 50 });
      assert.equal((await look('A', false)).failure?.code, 'service');
    });

    it('a service that never answers is given up', async () => {
      graph.inject({ kind: 'silent-after' }, { times: 50 });
      assert.equal(await failure().then((found) => found?.code), 'service');
    });

    it('a service that is slow page by page is not waited for; what it tells is there for the next look', async () => {
      graph.applications.setPageSize(1);
      graph.applications.set(
        'applications',
        Array.from({ length: 5 }, (_, index) => application(`A${index}`, { passwordCredentials: [goes('s')] })),
      );
      graph.inject({ kind: 'delay', ms: 200 }, { times: 5 });
      const look = () => impatient.observe(readTarget('entra://all'), { thorough: false });
      assert.deepEqual((await look()).failure, { code: 'service', detail: 'timeout' });
      const next = await look();
      assert.equal((next.failure ? await look() : next).leadsTo?.length, 5);
    });

    const HOSTILE: Record<string, unknown> = {
      'no list': { value: 'x' },
      'a list': [],
      nothing: {},
      'records of other shapes': { value: [1, null, 'x', [], { id: 7 }, { id: 'x', appId: 'y' }] },
      'credentials of other shapes': {
        value: [
          { ...application('A'), passwordCredentials: [1, {}, { endDateTime: 'x', keyId: 'k' }], keyCredentials: 'x' },
        ],
      },
      'names of millions of characters': {
        value: [
          {
            ...application('A'),
            displayName: 'x'.repeat(3_000_000),
            passwordCredentials: [{ ...goes('s'), displayName: '\uD800\0'.repeat(100_000) }],
          },
        ],
      },
      'a certificate that is none': {
        value: [
          { ...application('A'), keyCredentials: [keyCredential('c', { from: NOW, to: NOW + DAY, der: 'AAAA' })] },
        ],
      },
    };
    for (const [what, body] of Object.entries(HOSTILE))
      it(`${what}: never more than a look that tells so`, async () => {
        graph.applications.answerWith(body);
        for (const observation of [await look('A'), await all(), await look('A', false)]) {
          assert.ok(JSON.stringify(observation).length < 5000);
          assert.equal(JSON.stringify(observation).includes('\\u0000'), false);
        }
      });

    it('an answer without end is broken off', async () => {
      graph.applications.answerWith({ value: ['x'.repeat(33 * 1024 * 1024)] });
      assert.equal((await failure())?.code, 'service');
    });

    it('pages that come to no end, or lead elsewhere, are left', async () => {
      graph.applications.answerWith({ value: [], '@odata.nextLink': `${graph.url}/v1.0/applications?$select=id` });
      assert.equal((await all()).failure?.code, 'service');
      graph.applications.answerWith({ value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/applications' });
      assert.equal((await all()).failure?.code, 'service');
      assert.ok(graph.requests.length < 10, asked().join());
    });

    it('without access of its own the bot asks nobody', async () => {
      const bare = createEntraSource({ read: null, interval: HOUR, now: () => now });
      assert.deepEqual((await bare.observe(readTarget('entra://all'), { thorough: true, awaited: true })).failure, {
        code: 'no-access',
      });
      assert.deepEqual(await bare.find!('A'), { failure: { code: 'no-access' } });
    });
  });
});
