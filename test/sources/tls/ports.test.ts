import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createProbe } from '../../../src/sources/tls/probe.ts';

describe('a probe with a list of ports', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {}).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  after(() => void server.close());

  function probe(ports: { from: number; to: number }[] | null) {
    const settings = { timeout: 2000, concurrency: 1, allow: ['127.0.0.0/8'], deny: [], dnsServers: [], ports };
    return createProbe(settings)({ scheme: 'tls', host: '127.0.0.1', port }, { thorough: false });
  }

  it('never connects to another one, and says that the port is why', async () => {
    const { addresses, failure } = await probe([
      { from: 1, to: port - 1 },
      { from: port + 1, to: 65_535 },
    ]);
    assert.equal(failure, undefined);
    assert.deepEqual(addresses, [
      { kind: 'failed', address: '127.0.0.1', failure: { code: 'policy', detail: 'port' } },
    ]);
    assert.equal(connections, 0);
  });

  for (const [title, list] of [
    ['one on it', (): { from: number; to: number }[] => [{ from: port, to: port }]],
    ['any without a list', () => null],
  ] as const)
    it(`connects to ${title}`, async () => {
      const before = connections;
      const [result] = (await probe(list())).addresses;
      assert.ok(result?.kind === 'failed' && result.failure.code !== 'policy');
      assert.equal(connections, before + 1);
    });
});
