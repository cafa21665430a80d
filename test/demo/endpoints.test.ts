import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import sinon from 'sinon';
import { startEndpoints, type Endpoints } from '../../demo/endpoints.ts';
import { stageAt } from '../../src/core/certificates/stages.ts';
import { hasAddress } from '../peers/tls/tls-peers.ts';
import { skipWithout } from '../support/skips.ts';
import { DAY } from '../../src/core/time.ts';

interface Seen {
  leaf: X509Certificate;
  /** Null = the chain verifies and names localhost. */
  problem: string | null;
}

async function see({ endpoints, rootPem }: Endpoints, shows: string, host = '127.0.0.1'): Promise<Seen> {
  const endpoint = endpoints.find((each) => each.shows.includes(shows));
  assert.ok(endpoint, `no endpoint “${shows}”`);
  const port = Number(endpoint.target.split(':')[1]);
  const socket = connect({ host, port, servername: 'localhost', ca: rootPem, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const leaf = socket.getPeerX509Certificate()!;
  const problem = socket.authorized ? null : String(socket.authorizationError);
  socket.destroy();
  return { leaf, problem };
}

function stage({ leaf }: Seen, now: number): string {
  return stageAt({ notBefore: leaf.validFromDate.getTime(), notAfter: leaf.validToDate.getTime() }, null, now);
}

describe('The endpoints of the demonstration', () => {
  let clock: sinon.SinonFakeTimers;
  let begun: number;
  let demo: Endpoints;

  beforeEach(async () => {
    begun = Date.now();
    clock = sinon.useFakeTimers({
      now: begun,
      toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'],
    });
    demo = await startEndpoints();
  });
  afterEach(async () => {
    clock.restore();
    await demo.close();
  });

  const table: [string, string | null, string][] = [
    ['healthy', null, 'fine'],
    ['20 days left', null, 'notice'],
    ['3 days left', null, 'urgent'],
    ['expired', 'CERT_HAS_EXPIRED', 'expired'],
    ['another name', 'ERR_TLS_CERT_ALTNAME_INVALID', 'fine'],
    ['no intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'fine'],
    ['renews itself', null, 'critical'],
    ['becomes urgent', null, 'notice'],
    ['expires 90 seconds', null, 'critical'],
  ];
  for (const [shows, problem, expected] of table)
    it(`show “${shows}”: ${problem ?? 'no problem'}, ${expected}`, async () => {
      const seen = await see(demo, shows);
      assert.deepEqual([seen.problem, stage(seen, begun)], [problem, expected]);
    });

  it('are listed all, each on a port of its own', () => {
    assert.equal(demo.endpoints.length, table.length);
    assert.equal(new Set(demo.endpoints.map(({ target }) => target)).size, table.length);
    for (const { target } of demo.endpoints) assert.match(target, /^localhost:\d+$/);
  });

  it('present the same on ::1', async function () {
    if (!(await hasAddress('::1'))) skipWithout(this, 'this machine has no ::1');
    const [one, other] = [await see(demo, 'healthy'), await see(demo, 'healthy', '::1')];
    assert.equal(one.leaf.fingerprint256, other.leaf.fingerprint256);
  });

  it('begin with the first look, however long it takes to come', async () => {
    clock.tick(600_000);
    const looked = Date.now();
    const expiring = await see(demo, 'expires 90 seconds');
    assert.deepEqual([stage(expiring, looked + 88_000), stage(expiring, looked + 91_000)], ['critical', 'expired']);
    const urgent = await see(demo, 'becomes urgent');
    assert.deepEqual([stage(urgent, looked + 38_000), stage(urgent, looked + 41_000)], ['notice', 'urgent']);
    const before = await see(demo, 'renews itself');
    clock.tick(9000);
    assert.equal((await see(demo, 'renews itself')).leaf.fingerprint256, before.leaf.fingerprint256);
    clock.tick(1000);
    assert.notEqual((await see(demo, 'renews itself')).leaf.fingerprint256, before.leaf.fingerprint256);
  });

  it('begin anew where somebody looked once and nobody did for a while', async () => {
    const tried = await startEndpoints({ idle: 60_000 });
    try {
      const first = await see(tried, 'expires 90 seconds');
      clock.tick(50_000);
      assert.equal((await see(tried, 'expires 90 seconds')).leaf.fingerprint256, first.leaf.fingerprint256);
      clock.tick(61_000);
      const again = await see(tried, 'expires 90 seconds');
      assert.notEqual(again.leaf.fingerprint256, first.leaf.fingerprint256);
      assert.equal(stage(again, Date.now()), 'critical');
      const healthy = await see(tried, 'healthy');
      clock.tick(61_000);
      assert.equal((await see(tried, 'healthy')).leaf.fingerprint256, healthy.leaf.fingerprint256);
    } finally {
      await tried.close();
    }
  });

  it('become urgent 40 seconds after the first look, and expire 90 seconds after it', async () => {
    const urgent = await see(demo, 'becomes urgent');
    assert.deepEqual([stage(urgent, begun + 38_000), stage(urgent, begun + 41_000)], ['notice', 'urgent']);
    const expiring = await see(demo, 'expires 90 seconds');
    assert.deepEqual([stage(expiring, begun + 88_000), stage(expiring, begun + 91_000)], ['critical', 'expired']);
  });

  it('renew a certificate ten seconds after the first look', async () => {
    const before = await see(demo, 'renews itself');
    clock.tick(9000);
    assert.equal((await see(demo, 'renews itself')).leaf.fingerprint256, before.leaf.fingerprint256);
    clock.tick(1000);
    const after = await see(demo, 'renews itself');
    assert.notEqual(after.leaf.fingerprint256, before.leaf.fingerprint256);
    assert.equal(stage(after, begun + 10_000), 'fine');
    assert.ok(after.leaf.validToDate.getTime() > begun + 89 * DAY);
    assert.equal(after.problem, null);
  });
});
