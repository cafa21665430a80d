// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { X509Certificate, verify, constants, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { AuthenticationRefused } from '../../../src/calendars/graph/authentication.ts';
import { createTokenSource } from '../../../src/calendars/graph/credentials.ts';
import { tenantOfToken } from '../../../src/calendars/graph/tenant.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { AuthenticationProblem } from '../../../src/core/ports/calendar.ts';
import { startFakeEntra, type FakeEntra } from '../../peers/graph/entra.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = 'aaaaaaaa-2222-4333-8444-555555555555';
const GRAPH = 'https://graph.test';

/** A self-signed RSA certificate and its key, PEM: Entra takes no other keys. */
async function makeAppCertificate(): Promise<{ key: string; cert: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=certbot',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: `${certificate.toString('pem')}\n`,
  };
}

/** `@azure/identity` itself against a stand-in of Entra. */
describe('the token source with the real library', () => {
  let entra: FakeEntra;
  let directory: string;
  const before = { ...process.env };

  /** The library reads the process's environment. */
  function setEnvironment(variables: Record<string, string>): void {
    for (const name of Object.keys(process.env)) if (name.startsWith('AZURE_')) delete process.env[name];
    const own = { AZURE_AUTHORITY_HOST: entra.url, AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT };
    Object.assign(process.env, own, variables);
  }

  function fileWith(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  async function refusalOf(source: { get(): Promise<string> }): Promise<AuthenticationProblem | null> {
    const error: unknown = await source.get().then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DeliveryError, String(error));
    assert.equal(error.code, 'unavailable');
    return error instanceof AuthenticationRefused ? error.problem : null;
  }

  beforeEach(async () => {
    entra = await startFakeEntra();
    entra.trust();
    directory = mkdtempSync(join(tmpdir(), 'certbot-entra-'));
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AZURE_')) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(directory, { recursive: true });
    await entra.close();
    assert.deepEqual(entra.strays, []);
  });

  it('gets a token for a client secret, once for all who ask, and a fresh one after it was refused', async () => {
    setEnvironment({ AZURE_CLIENT_SECRET: 's3cret' });
    const source = createTokenSource({ baseUrl: GRAPH });
    const [first, same] = await Promise.all([source.get(), source.get()]);
    assert.equal(first, same);
    assert.equal(tenantOfToken(first), TENANT);
    assert.equal(entra.requests.length, 1);
    const [request] = entra.requests;
    assert.equal(request?.tenant, TENANT);
    const { client_id, client_secret, scope } = request.form;
    assert.deepEqual([client_id, client_secret, scope], [CLIENT, 's3cret', `${GRAPH}/.default`]);
    source.forget(first);
    assert.notEqual(await source.get(), first);
    assert.equal(entra.requests.length, 2);
  });

  it('gets a token for a client certificate, whose key has signed for it', async () => {
    const { key, cert } = await makeAppCertificate();
    setEnvironment({ AZURE_CLIENT_CERTIFICATE_PATH: fileWith('app.pem', key + cert) });
    assert.equal(tenantOfToken(await createTokenSource({ baseUrl: GRAPH }).get()), TENANT);
    const [header = '', payload = '', signature = ''] = entra.requests[0]?.form['client_assertion']?.split('.') ?? [];
    const certificate = new X509Certificate(cert);
    const pss = {
      key: certificate.publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
    assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), pss, Buffer.from(signature, 'base64url')));
    const { 'x5t#S256': thumbprint } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    assert.equal(
      Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase(),
      certificate.fingerprint256.replaceAll(':', ''),
    );
    assert.equal(entra.requests[0]?.form['client_secret'], undefined);
  });

  describe('with a secret beside a certificate', () => {
    async function both(variables: Record<string, string> = {}): Promise<{ get(): Promise<string> }> {
      const { key, cert } = await makeAppCertificate();
      const AZURE_CLIENT_CERTIFICATE_PATH = fileWith('app.pem', key + cert);
      setEnvironment({ AZURE_CLIENT_SECRET: 's3cret', AZURE_CLIENT_CERTIFICATE_PATH, ...variables });
      return createTokenSource({ baseUrl: GRAPH });
    }
    const shown = (): string[] =>
      entra.requests.map(({ form }) => (form['client_secret'] === undefined ? 'certificate' : 'secret'));

    it('shows the certificate, where that is known', async () => {
      assert.equal(tenantOfToken(await (await both()).get()), TENANT);
      assert.deepEqual(shown(), ['certificate']);
    });

    it('shows the secret where the certificate is not known any more, or not yet', async () => {
      const source = await both();
      entra.answer(({ form }) =>
        form['client_secret'] === undefined ? { kind: 'refusal', code: 'AADSTS700027' } : { kind: 'token' },
      );
      assert.equal(tenantOfToken(await source.get()), TENANT);
      assert.deepEqual(shown(), ['certificate', 'secret']);
      assert.equal(entra.requests[1]!.form['client_secret'], 's3cret');
    });

    for (const [what, path] of [
      ['is not there', () => join(directory, 'nowhere.pem')],
      ['holds no certificate', () => fileWith('other.pem', 'nothing')],
    ] as const)
      it(`shows the secret where the file of the certificate ${what}`, async () => {
        const source = await both({ AZURE_CLIENT_CERTIFICATE_PATH: path() });
        assert.equal(tenantOfToken(await source.get()), TENANT);
        assert.deepEqual(shown(), ['secret']);
      });

    it('says what is wrong where neither is known', async () => {
      const source = await both();
      entra.answer({ kind: 'refusal', code: 'AADSTS7000222' });
      assert.deepEqual(await refusalOf(source), { what: 'secret-expired', code: 'AADSTS7000222' });
      assert.deepEqual(shown(), ['certificate', 'secret']);
    });
  });

  it('gets a token for a workload identity', async () => {
    setEnvironment({
      AZURE_FEDERATED_TOKEN_FILE: fileWith('federated', 'from.the.cluster'),
    });
    assert.equal(tenantOfToken(await createTokenSource({ baseUrl: GRAPH }).get()), TENANT);
    assert.equal(entra.requests[0]?.form['client_assertion'], 'from.the.cluster');
  });

  const refusals: [string, AuthenticationProblem['what']][] = [
    ['AADSTS7000222', 'secret-expired'],
    ['AADSTS7000215', 'secret-wrong'],
    ['AADSTS700027', 'certificate'],
    ['AADSTS700016', 'app-unknown'],
    ['AADSTS90002', 'tenant-unknown'],
    ['AADSTS65001', 'consent'],
    ['AADSTS53003', 'policy'],
    ['AADSTS7000112', 'app-disabled'],
    ['AADSTS500011', 'wrong-cloud'],
    ['AADSTS900382', 'wrong-cloud'],
    ['AADSTS90092', 'other'],
  ];
  for (const [code, what] of refusals) {
    it(`takes ${code} for ${what}, by secret and by workload identity, and asks again next time`, async () => {
      const ways: Record<string, string>[] = [
        { AZURE_CLIENT_SECRET: 's3cret' },
        { AZURE_FEDERATED_TOKEN_FILE: fileWith('federated', 'a.b.c') },
        {
          AZURE_TOKEN_CREDENTIALS: 'WorkloadIdentityCredential',
          AZURE_FEDERATED_TOKEN_FILE: fileWith('federated', 'a.b.c'),
        },
      ];
      for (const way of ways) {
        setEnvironment(way);
        const source = createTokenSource({ baseUrl: GRAPH });
        entra.answer({ kind: 'refusal', code });
        assert.deepEqual(await refusalOf(source), { what, code });
        entra.answer({ kind: 'token' });
        assert.equal(tenantOfToken(await source.get()), TENANT);
      }
    });
  }

  it('finds certificates that cannot be used, and nothing is asked of Entra', async () => {
    const { key, cert } = await makeAppCertificate();
    const elliptic = webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const ecKey = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', (await elliptic).privateKey)).toString(
      'base64',
    );
    const files = [
      join(directory, 'missing.pem'),
      directory,
      fileWith('empty.pem', ''),
      fileWith('key.pem', key),
      fileWith('certificate.pem', cert),
      fileWith('elliptic.pem', `-----BEGIN PRIVATE KEY-----\n${ecKey}\n-----END PRIVATE KEY-----\n${cert}`),
    ];
    for (const path of files) {
      setEnvironment({ AZURE_CLIENT_CERTIFICATE_PATH: path });
      const problem = await refusalOf(createTokenSource({ baseUrl: GRAPH }));
      assert.deepEqual(problem, { what: 'certificate', code: null }, path);
    }
    assert.deepEqual(entra.requests, []);
  });

  it('finds a workload identity whose token is not there', async () => {
    setEnvironment({
      AZURE_FEDERATED_TOKEN_FILE: join(directory, 'none'),
    });
    assert.deepEqual(await refusalOf(createTokenSource({ baseUrl: GRAPH })), { what: 'other', code: null });
  });

  it('prefers a secret to a workload identity', async () => {
    setEnvironment({
      AZURE_CLIENT_SECRET: 's3cret',
      AZURE_FEDERATED_TOKEN_FILE: fileWith('federated', 'from.the.cluster'),
    });
    await createTokenSource({ baseUrl: GRAPH }).get();
    assert.equal(entra.requests[0]?.form['client_secret'], 's3cret');
  });

  it('blames nobody when Entra breaks off, is busy, or is out of reach', async () => {
    setEnvironment({ AZURE_CLIENT_SECRET: 's3cret' });
    const source = createTokenSource({ baseUrl: GRAPH });
    entra.answer({ kind: 'drop' });
    assert.equal(await refusalOf(source), null);
    entra.answer({ kind: 'refusal', code: 'AADSTS90033', status: 503 });
    assert.equal(await refusalOf(source), null);
    await entra.close();
    assert.equal(await refusalOf(createTokenSource({ baseUrl: GRAPH })), null);
    // Once more by afterEach.
    entra = await startFakeEntra();
  });
});
