import assert from 'node:assert/strict';
import { arranged } from '../../src/channels/offered.ts';

const found = (typed: string) => ({ typed, uri: null });

describe('targets in a form', () => {
  it('have a tick each', () => {
    assert.deepEqual(arranged([found('a.example:443')]), { ticks: ['a.example:443'], more: '', leftOut: 0 });
  });

  it('stand in a field where there is no tick for them, and are counted where there is no room', () => {
    const long = `${'x'.repeat(60)}.${'y'.repeat(20)}.example:443`;
    const hosts = Array.from({ length: 500 }, (_one, index) => `host-${index}.example:443`);
    const { ticks, more, leftOut } = arranged([long, ...hosts].map(found));
    assert.deepEqual(ticks, hosts.slice(0, 100));
    const lines = more.split('\n');
    assert.deepEqual([lines[0], lines[1]], [long, hosts[100]]);
    assert.ok(more.length <= 3000);
    assert.equal(ticks.length + lines.length + leftOut, 501);
  });
});
