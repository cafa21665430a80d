import assert from 'node:assert/strict';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily, type AddressInfo, type Socket } from 'node:net';
import sinon from 'sinon';
import { createDownload, LARGEST_FILE, type Download } from '../../src/channels/download.ts';
import { DeliveryError } from '../../src/core/errors.ts';
import { createGuard } from '../../src/sources/tls/guard.ts';
import { createLoopbackIdentity, trustCa } from '../peers/graph/certificate.ts';
import { hasAddress } from '../peers/tls/tls-peers.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

async function refusalOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => assert.fail('it was downloaded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, String(error));
  return error;
}

describe('a download', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let requests: { url: string; headers: NodeJS.Dict<string | string[]> }[];

  beforeEach(() => (requests = []));
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function serve(
    answer: RequestListener,
    tls?: { key: string; cert: string },
    host = '127.0.0.1',
  ): Promise<string> {
    const listener: RequestListener = (request, response) => {
      requests.push({ url: request.url!, headers: request.headers });
      answer(request, response);
    };
    const server = tls ? createTlsServer(tls, listener) : createServer(listener);
    server.listen(0, host);
    await once(server, 'listening');
    ends.push(() => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      return closed;
    });
    return `${tls ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** In local mode unless told otherwise, and allowed to go to loopback. */
  function downloader(options: Partial<Parameters<typeof createDownload>[0]> = {}): Download {
    return createDownload({ permits: createGuard({ allow: LOOPBACK, deny: [] }), local: true, ...options });
  }

  it('fetches once, sends nothing that could be a credential, and keeps no connection', async () => {
    const origin = await serve((_request, response) => response.end('PEM'));
    assert.equal(Buffer.from(await downloader()(`${origin}/f?tempauth=1`)).toString(), 'PEM');
    assert.deepEqual(
      requests.map(({ url, headers }) => [url, headers['authorization'], headers['cookie']]),
      [['/f?tempauth=1', undefined, undefined]],
    );
    assert.equal(requests[0]!.headers['connection'], 'close');
    // What is counted are the bytes that come: nothing is to be unpacked.
    assert.equal(requests[0]!.headers['accept-encoding'], 'identity');
  });

  it('takes a file of 64 kB whole', async () => {
    assert.equal(LARGEST_FILE, 65_536);
    const origin = await serve((_request, response) => response.end(Buffer.alloc(LARGEST_FILE, 'P')));
    assert.equal((await downloader()(`${origin}/f`)).length, LARGEST_FILE);
  });

  it('may take ten seconds', async () => {
    const origin = await serve((_request, response) => response.end('PEM'));
    const timeout = sinon.spy(AbortSignal, 'timeout');
    try {
      await downloader()(`${origin}/f`);
      assert.deepEqual(
        timeout.args.filter(([milliseconds]) => milliseconds >= 1000),
        [[10_000]],
      );
    } finally {
      timeout.restore();
    }
  });

  it('speaks TLS, and checks the certificate', async () => {
    const { key, cert, caPem } = await createLoopbackIdentity();
    const origin = await serve((_request, response) => response.end('PEM'), { key, cert });
    const download = downloader({ local: false });
    assert.equal((await refusalOf(download(`${origin}/f`))).code, 'unavailable');
    assert.deepEqual(requests, []);
    const distrust = trustCa(caPem);
    try {
      assert.equal(Buffer.from(await download(`${origin}/f`)).toString(), 'PEM');
    } finally {
      distrust();
    }
  });

  it('follows a redirect, up to three', async () => {
    const origin = await serve(({ url }, response) => {
      const left = Number(url!.slice(1));
      if (left === 0) response.end('PEM');
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    assert.equal(Buffer.from(await downloader()(`${origin}/3`)).toString(), 'PEM');
    assert.match((await refusalOf(downloader()(`${origin}/4`))).message, /from one address to the next/);
  });

  for (const status of [301, 302, 303, 307, 308])
    it(`follows a redirect with ${status}`, async () => {
      const origin = await serve(({ url }, response) => {
        if (url === '/there') response.end('PEM');
        else response.writeHead(status, { location: '/there' }).end('It is elsewhere.');
      });
      assert.equal(Buffer.from(await downloader()(`${origin}/f`)).toString(), 'PEM');
    });

  describe('of a name that the resolver says is', () => {
    let lookup: sinon.SinonStub;
    beforeEach(() => {
      lookup = sinon.stub(dns, 'lookup');
      syncBuiltinESMExports();
    });
    afterEach(() => {
      lookup.restore();
      syncBuiltinESMExports();
    });

    const refused: [what: string, addresses: string[]][] = [
      ['at an allowed address and at one that is not', ['127.0.0.1', '10.0.0.1']],
      ['at one that is not allowed and at an allowed one', ['10.0.0.1', '127.0.0.1']],
      ['nowhere', []],
    ];
    for (const [what, addresses] of refused)
      it(`${what}, goes to none`, async () => {
        const origin = await serve((_request, response) => response.end('PEM'));
        lookup.resolves(addresses.map((address) => ({ address, family: 4 })));
        const { code, message } = await refusalOf(downloader()(`${origin}/f`));
        assert.deepEqual([code, /policy of this bot/.test(message)], ['refused', true]);
        assert.deepEqual(requests, []);
      });

    for (const isSelecting of [true, false])
      it(`at an allowed address, goes to that one, whatever another look-up says, ${isSelecting ? 'where' : 'and where not'} Node tries several`, async function () {
        if (!(await hasAddress('127.0.0.2'))) this.skip();
        const origin = await serve((_request, response) => response.end('PEM'), undefined, '127.0.0.2');
        lookup.resolves([{ address: '127.0.0.2', family: 4 }]);
        const before = getDefaultAutoSelectFamily();
        setDefaultAutoSelectFamily(isSelecting);
        try {
          assert.equal(Buffer.from(await downloader()(`${origin}/f`)).toString(), 'PEM');
        } finally {
          setDefaultAutoSelectFamily(before);
        }
        assert.equal(lookup.callCount, 1);
      });

    it('nothing at all, is given up when its time is over', async () => {
      lookup.returns(new Promise(() => {}));
      const { code, message } = await refusalOf(downloader({ deadline: 100 })('https://localhost/f'));
      assert.deepEqual([code, message], ['unavailable', 'It did not come in time.']);
    });
  });

  describe('does not follow a redirect to', () => {
    const places = [
      'http://169.254.169.254/latest/meta-data/',
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
      'https://[::ffff:169.254.169.254]/',
      'http://example.com/',
      'file:///etc/passwd',
      'https://user:password@localhost/',
    ];
    for (const location of places)
      it(location, async () => {
        const origin = await serve((_request, response) => response.writeHead(302, { location }).end());
        assert.equal((await refusalOf(downloader()(`${origin}/f`))).code, 'refused');
        assert.equal(requests.length, 1);
      });
  });

  describe('does not go to', () => {
    const places: [url: string, local: boolean][] = [
      ['https://169.254.169.254/', true],
      ['https://10.1.2.3/', false],
      ['https://127.0.0.1/', false],
      ['https://[::1]/', false],
      ['https://localhost/', false],
      ['http://localhost/', false],
      ['http://example.com/', true],
      ['ftp://localhost/f', true],
      ['data:text/plain,PEM', true],
      ['https://user@localhost/', true],
      ['https://:password@localhost/', true],
      ['nonsense', true],
    ];
    for (const [url, local] of places)
      it(`${url}${local ? ' in local mode' : ''}`, async () => {
        const permits = createGuard({ allow: local ? LOOPBACK : [], deny: [] });
        assert.equal((await refusalOf(downloader({ permits, local })(url))).code, 'refused');
      });

    it('a name of which only one address is allowed', async () => {
      const origin = await serve((_request, response) => response.end('PEM'));
      const seen: string[] = [];
      const permits = (address: string): boolean => seen.push(address) > 1;
      assert.equal((await refusalOf(downloader({ permits })(`${origin}/f`))).code, 'refused');
      assert.deepEqual(requests, []);
      assert.notDeepEqual(seen, []);
    });
  });

  describe('gives up', () => {
    const answers: [what: string, answer: RequestListener, code: string, status: number | undefined][] = [
      ['at 403', (_request, response) => response.writeHead(403).end(), 'refused', 403],
      ['at 404', (_request, response) => response.writeHead(404).end(), 'refused', 404],
      ['at 408', (_request, response) => response.writeHead(408).end(), 'unavailable', 408],
      ['at 204, which brings nothing', (_request, response) => response.writeHead(204).end(), 'refused', 204],
      ['at a redirect to nowhere', (_request, response) => response.writeHead(302).end(), 'refused', 302],
      ['at 500', (_request, response) => response.writeHead(500).end(), 'unavailable', 500],
      ['at 429', (_request, response) => response.writeHead(429).end(), 'unavailable', 429],
      ['when the connection breaks', ({ socket }) => socket.destroy(), 'unavailable', undefined],
      ['when it is larger than 64 kB', (_request, response) => response.end(Buffer.alloc(65_537)), 'refused', 413],
      [
        'when it has no end',
        (_request, response) => {
          const more = (): void => {
            while (response.write(Buffer.alloc(16_384)));
            response.once('drain', more);
          };
          more();
        },
        'refused',
        413,
      ],
    ];
    for (const [what, answer, code, status] of answers)
      it(what, async () => {
        const origin = await serve(answer);
        const refusal = await refusalOf(downloader()(`${origin}/secret-path`));
        assert.deepEqual([refusal.code, refusal.status], [code, status]);
        assert.doesNotMatch(`${refusal.message} ${String(refusal.cause)}`, /secret-path/);
        assert.equal(requests.length, 1);
      });

    it('and listens no longer to what it does not want', async () => {
      let socket: Socket | undefined;
      const origin = await serve((request, response) => {
        socket = request.socket;
        response.writeHead(404).write('There is nothing here, and of that a lot.');
      });
      // Its own end would come only after the test.
      assert.equal((await refusalOf(downloader({ deadline: 600_000 })(`${origin}/f`))).status, 404);
      if (!socket!.destroyed) await once(socket!, 'close');
    });

    it('when its time is over, also in the middle of the file', async () => {
      const silent = await serve(() => {});
      const slow = await serve((_request, response) => void response.writeHead(200).write('P'));
      for (const origin of [silent, slow]) {
        const { code, message } = await refusalOf(downloader({ deadline: 100 })(`${origin}/f`));
        assert.deepEqual([code, message], ['unavailable', 'It did not come in time.']);
      }
    });

    it('when nobody is there', async () => {
      const origin = await serve(() => {});
      await ends.pop()!();
      const { code, message } = await refusalOf(downloader()(`${origin}/f`));
      assert.deepEqual([code, message], ['unavailable', 'Its server could not be reached (ECONNREFUSED).']);
    });
  });
});
