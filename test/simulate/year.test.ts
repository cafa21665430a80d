import assert from 'node:assert/strict';
import { argumentsOf, readOptions } from '../../simulate/options.ts';
import { isAlert, judge } from '../../simulate/judge.ts';
import { worldOf } from '../../simulate/scenarios.ts';
import { servedAt, uriOf, type World } from '../../simulate/world.ts';
import { simulateYear, ZONE } from '../../simulate/year.ts';
import { DAY } from '../../src/core/time.ts';

const FROM = Date.UTC(2027, 0, 4, 9);
const YEAR = { from: FROM, until: FROM + 365 * DAY };

describe('the world of a simulated year', () => {
  it('has 111 hosts, and is the same for the same seed alone', () => {
    const world = worldOf({ ...YEAR, seed: 1 });
    assert.equal(world.hosts.length, 111);
    assert.equal(new Set(world.hosts.map(({ name }) => name)).size, 111);
    assert.deepEqual(worldOf({ ...YEAR, seed: 1 }), world);
    assert.notDeepEqual(worldOf({ ...YEAR, seed: 2 }), world);
  });

  it('presents something valid at any time on hosts that renew by themselves', () => {
    const { hosts } = worldOf({ ...YEAR, seed: 4 });
    for (const { name, addresses, renewsItself } of hosts)
      for (const address of addresses) {
        assert.equal(address[0]!.from, -Infinity, name);
        assert.deepEqual(
          address.map(({ from }) => from),
          address.map(({ from }) => from).toSorted((a, b) => a - b),
          name,
        );
        if (!renewsItself) continue;
        for (let at = YEAR.from; at < YEAR.until; at += DAY / 4)
          assert.ok(
            servedAt(address, at).leaves.every(({ notAfter }) => notAfter > at + 12 * 3_600_000),
            name,
          );
      }
  });
});

describe('npm run simulate', () => {
  it('takes one seed or many', () => {
    assert.deepEqual(readOptions(['--seed', '7']).seeds, [7]);
    assert.deepEqual(readOptions(['--seeds', '3']).seeds, [1, 2, 3]);
    assert.deepEqual(readOptions([]), { seeds: [1], days: 365, hosts: Infinity, json: false, messages: false });
    const options = readOptions(['--seeds', '2', '--days', '60', '--hosts', '1', '--messages']);
    assert.deepEqual(readOptions(argumentsOf(options, 2)), { ...options, seeds: [2], json: true });
    assert.throws(() => readOptions(['--seed', '1', '--seeds', '2']), /not both/);
    assert.throws(() => readOptions(['--days', 'many']), /--days has to be a number/);
  });

  /** A few hosts for some days. */
  function smallWorld(days: number): World {
    const world = worldOf({ from: FROM, until: FROM + days * DAY, seed: 1 }, 1);
    const scenarios = /^(?:on time|late|six days|down together|private authority|two backends|partial until)/;
    return { ...world, hosts: world.hosts.filter(({ scenario }) => scenarios.test(scenario)) };
  }

  it('lets the same happen each time', async () => {
    const [first, second] = await Promise.all([simulateYear(smallWorld(5), 1), simulateYear(smallWorld(5), 1)]);
    const happened = ({ arrivals }: typeof first): unknown[] =>
      // Keys are made by chance.
      arrivals.map(({ at, isEdit, about, summary }) => [at, isEdit, about, summary.replace(/SHA-256 \w+/, '')]);
    assert.deepEqual(happened(second), happened(first));
    assert.equal(second.looks, first.looks);
  });

  it('lets 60 days go by over the flows themselves, and risks are told', async () => {
    const world = smallWorld(60);
    const { hosts } = world;
    const { arrivals, looks } = await simulateYear(world, 1);
    assert.ok(looks > hosts.length * 60 * 3.5, `${looks} looks`);
    assert.equal(arrivals.filter(({ about }) => about?.verb === 'watch').length, hosts.length);
    const { missed, total } = judge(world, arrivals, { seed: 1, zone: ZONE });
    assert.ok(total.risks > 0);
    assert.deepEqual(missed, []);
    const down = hosts.find(({ scenario }) => scenario === 'down together')!;
    const [first] = down.down.filter(([from, until]) => until - from > DAY / 48);
    assert.ok(
      arrivals.some(
        (arrival) =>
          isAlert(arrival) &&
          arrival.at > first![0] &&
          arrival.about?.facts?.some(({ target, value }) => target === uriOf(down) && value === 'unreachable'),
      ),
    );
  });
});
