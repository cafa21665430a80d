import assert from 'node:assert/strict';
import { KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Presented } from '../../../src/core/certificates/certificate.ts';
import type { PortRange } from '../../../src/core/targets/port-ranges.ts';
import { createProbe, type ProbeSettings } from '../../../src/sources/tls/probe.ts';
import { crlOf, issue, ocspResponse, type CertificateRequest, type Holder } from '../../peers/tls/revocation-pki.ts';
import { served, sign } from '../../peers/tls/pki.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';
import { createWebPeers } from '../../peers/web/web-peers.ts';

type Place = 'ocsp' | 'crl' | 'caIssuers';

/** What is asked where, on loopback, which is no public address. */
describe('What a certificate names', () => {
  const peers = createPeers();
  const web = createWebPeers();
  const asked: string[] = [];
  /** Of the page that answers: a port that PROBE_PORTS can name. */
  let port: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let root: Holder;
  let stranger: Holder;

  before(async () => {
    root = await issue('House Root', null, { authority: true });
    stranger = await issue('Stranger', null, { authority: true });
    const peer = await web.http((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    });
    port = Number(new URL(peer.url).port);
  });
  beforeEach(() => {
    asked.splice(0);
    answer = (_request, response) => void response.writeHead(404).end();
  });
  afterEach(() => peers.close());
  after(() => web.close());

  async function serve(chain: Holder[]): Promise<number> {
    const [leaf] = chain;
    const keyPem = KeyObject.from(leaf!.keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
    const chainPem = chain.map(({ certificate }) => certificate.toString()).join('\n');
    return (await peers.tls({ ...served(await sign({ subject: 'CN=unused' })), chainPem, keyPem })).port;
  }

  async function look(
    chain: Holder[],
    settings: Partial<ProbeSettings> & { trusted?: Holder[] } = {},
  ): Promise<Presented> {
    const { trusted = [], ...others } = settings;
    const allow = ['127.0.0.0/8'];
    const probe = createProbe({ timeout: 5000, concurrency: 4, allow, deny: [], dnsServers: [], ...others });
    const target = { scheme: 'tls', host: 'localhost', address: '127.0.0.1', port: await serve(chain) } as const;
    const pems = trusted.map(({ certificate }) => certificate.toString());
    const observation = await probe(target, { thorough: false, trusted: pems });
    const [result] = observation.addresses;
    assert.ok(result?.kind === 'presented', JSON.stringify(observation));
    return result;
  }

  const pem = ({ certificate }: Holder): string => certificate.toString();
  const anyPort = [{ from: 1, to: 65_535 }];
  const allBut = (one: number): PortRange[] => [
    { from: 1, to: one - 1 },
    { from: one + 1, to: 65_535 },
  ];
  const naming = (place: Place, path: string): CertificateRequest => ({ [place]: [`http://127.0.0.1:${port}${path}`] });

  describe('is asked for by nobody', () => {
    const places: Place[] = ['ocsp', 'crl', 'caIssuers'];
    const chains: [string, (request: CertificateRequest) => Promise<Holder[]>][] = [
      ['a certificate of its own making', async (request) => [await issue('localhost', null, request)]],
      ['one below an authority that nobody trusts', async (request) => [await issue('localhost', stranger, request)]],
      ['a whole chain that nobody trusts', async (request) => [await issue('localhost', stranger, request), stranger]],
      [
        'one below a namesake of an authority that is trusted',
        async (request) => {
          const namesake = await issue('House Root', null, { authority: true });
          return [await issue('localhost', namesake, request), namesake];
        },
      ],
      [
        'one whose trusted authority did not sign it',
        async (request) => [await issue('localhost', { ...root, keys: stranger.keys }, request), root],
      ],
      [
        'one below an intermediate of that kind',
        async (request) => {
          const middle = await issue('Middle', stranger, { authority: true, ...request });
          return [await issue('localhost', middle), middle, stranger];
        },
      ],
      [
        'one that stands below no authority',
        async (request) => {
          const leaf = await issue('leaf', root);
          return [await issue('localhost', leaf, request), leaf];
        },
      ],
    ];
    for (const place of places) {
      for (const [what, chainOf] of chains)
        it(`at the ${place} of ${what}`, async () => {
          const chain = await chainOf(naming(place, '/admin/delete?all=1'));
          const { revocation } = await look(chain, { authorities: [pem(root)], ports: anyPort, trusted: [root] });
          assert.deepEqual([asked, revocation], [[], undefined]);
        });
    }

    it('where what an intermediate should be has no public address', async () => {
      const middle = await issue('Middle', root, { authority: true });
      const leaf = await issue('localhost', middle, naming('caIssuers', '/middle.cer'));
      answer = (_request, response) => void response.end(middle.certificate.raw);
      assert.equal((await look([leaf], { authorities: [pem(root)], ports: anyPort })).anchor, null);
      assert.deepEqual(asked, []);
    });

    const portsOf: [string, () => PortRange[] | null][] = [
      ['', () => null],
      [', and that PROBE_PORTS does not name', () => allBut(port)],
    ];
    for (const [what, ports] of portsOf)
      it(`at a port that is none of the web${what}`, async () => {
        for (const place of ['ocsp', 'crl'] as const) {
          const leaf = await issue('localhost', root, naming(place, '/x'));
          await look([leaf], { authorities: [pem(root)], ports: ports() });
        }
        assert.deepEqual(asked, []);
      });

    const hosts: [string, string[]][] = [
      ['that is refused', ['127.0.0.0/8']],
      ['in other words', ['127.0.0.1/32']],
    ];
    for (const [what, deny] of hosts)
      it(`at an address ${what}`, async () => {
        const peer = await web.http((request, response) => {
          asked.push(request.url ?? '');
          response.end();
        });
        const named = Number(new URL(peer.url).port);
        const urls = ['127.0.0.1', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost', 'a.localhost'];
        const ocsp = urls.slice(0, 2).map((host) => `http://${host}:${named}/`);
        const crl = urls.slice(2).map((host) => `http://${host}:${named}/`);
        const leaf = await issue('localhost', root, { ocsp, crl });
        const allow = ['::1/128', '127.0.0.2/32'];
        const probe = createProbe({
          timeout: 5000,
          concurrency: 4,
          allow,
          deny,
          dnsServers: [],
          authorities: [pem(root)],
          ports: anyPort,
        });
        const target = { scheme: 'tls', host: 'localhost', address: '127.0.0.2', port: await serve([leaf]) } as const;
        await probe(target, { thorough: false });
        assert.deepEqual(asked, []);
      });

    it('where an address of the house sends it to a port that may not be asked', async () => {
      const secret: string[] = [];
      const other = await web.http((request, response) => {
        secret.push(request.url ?? '');
        response.end();
      });
      answer = (_request, response) => void response.writeHead(302, { Location: `${other.url}/secret` }).end();
      const leaf = await issue('localhost', root, naming('crl', '/list'));
      await look([leaf], { authorities: [pem(root)], ports: allBut(Number(new URL(other.url).port)) });
      assert.deepEqual([asked, secret], [['GET /list'], []]);
    });
  });

  describe('is asked for in the house', () => {
    const ways: [string, () => Parameters<typeof look>[1]][] = [
      ['the bot', () => ({ authorities: [pem(root)] })],
      ['a conversation', () => ({ trusted: [root] })],
    ];
    for (const [who, settings] of ways) {
      it(`by OCSP, where ${who} trusts the authority above`, async () => {
        const leaf = await issue('localhost', root, naming('ocsp', '/ocsp'));
        answer = (_request, response) => void response.end(ocspResponse(leaf.certificate, root, { status: 'revoked' }));
        const { revocation } = await look([leaf, root], { ports: anyPort, ...settings() });
        assert.deepEqual([asked, revocation?.status, revocation?.by], [['POST /ocsp'], 'revoked', 'ocsp']);
      });

      it(`by a list, where ${who} trusts the authority above`, async () => {
        const leaf = await issue('localhost', root, naming('crl', '/list'));
        const entries = [{ serialNumber: leaf.certificate.serialNumber.toLowerCase() }];
        answer = (_request, response) => void response.end(crlOf(root, { entries }));
        const { revocation } = await look([leaf], { ports: anyPort, ...settings() });
        assert.deepEqual([asked, revocation?.status, revocation?.by], [['GET /list'], 'revoked', 'crl']);
      });
    }

    it('once a conversation trusts the authority, though nobody was asked before', async () => {
      const leaf = await issue('localhost', root, naming('crl', '/list'));
      const entries = [{ serialNumber: leaf.certificate.serialNumber.toLowerCase() }];
      answer = (_request, response) => void response.end(crlOf(root, { entries }));
      const allow = ['127.0.0.0/8'];
      const probe = createProbe({ timeout: 5000, concurrency: 4, allow, deny: [], dnsServers: [], ports: anyPort });
      const target = { scheme: 'tls', host: 'localhost', address: '127.0.0.1', port: await serve([leaf]) } as const;
      const statuses: (string | undefined)[] = [];
      for (const trusted of [[], [pem(root)], []]) {
        const { addresses } = await probe(target, { thorough: false, trusted });
        statuses.push((addresses[0] as Presented).revocation?.status);
      }
      assert.deepEqual([asked, statuses], [['GET /list'], [undefined, 'revoked', undefined]]);
    });
  });
});
