import assert from 'node:assert/strict';
import { createDateSource } from '../../../src/sources/date/source.ts';
import { formatTarget } from '../../../src/core/targets/target.ts';

const TARGET = { scheme: 'date', place: 'here', name: 'Token' } as const;

describe('the source of days', () => {
  let now = Date.UTC(2026, 10, 22, 12);
  const source = createDateSource({ now: () => now });
  const look = (given?: string) => source.observe(TARGET, { thorough: true, ...(given ? { given } : {}) });

  it('presents what is typed, from then to the beginning of the day', async () => {
    const { item, ...rest } = await look('2027-03-01');
    assert.deepEqual(rest, { uri: formatTarget(TARGET), at: now, duration: 0, addresses: [] });
    const { fingerprint, ...dated } = item!;
    assert.deepEqual(dated, { kind: 'date', notBefore: now, notAfter: Date.UTC(2027, 2, 1) });
    assert.match(fingerprint, /^[0-9a-f]{64}$/);
  });

  it('knows each by where, when and for when it was typed', async () => {
    const print = async (given: string) => (await look(given)).item!.fingerprint;
    const first = await print('2027-03-01');
    assert.equal(await print('2027-03-01'), first);
    assert.notEqual(await print('2027-03-02'), first);
    now += 1;
    assert.notEqual(await print('2027-03-01'), first);
    const elsewhere = await source.observe({ ...TARGET, place: 'there' } as never, {
      thorough: true,
      given: '2027-03-01',
    });
    assert.notEqual(elsewhere.item!.fingerprint, await print('2027-03-01'));
  });

  it('has nothing new to say where nothing is typed', async () => {
    assert.equal((await look()).item, null);
    assert.equal((await source.observe(TARGET)).item, null);
    await source.close();
  });
});
