import assert from 'node:assert/strict';
import { boundedAbout, type About } from '../../src/core/about.ts';

const sizeOf = (about: About): number => Buffer.byteLength(JSON.stringify(about));

describe('what a message says for programs', () => {
  it('stays as it is where there is room', () => {
    const about: About = { kind: 'answer', verb: 'list', targets: ['tls://example.com:443'], total: 1 };
    assert.deepEqual(boundedAbout(about), about);
    assert.deepEqual(boundedAbout({ kind: 'alert', facts: [] }), { kind: 'alert', facts: [] });
  });

  it('takes at most 1,500 bytes, keeps what comes first and counts the rest', () => {
    const targets = Array.from({ length: 15 }, (_, index) => `tls://${'ü'.repeat(100)}${index}.example:443`);
    const { targets: kept = [], more, ...rest } = boundedAbout({ kind: 'answer', verb: 'list', targets, total: 15 });
    assert.deepEqual(rest, { kind: 'answer', verb: 'list', total: 15 });
    assert.ok(kept.length > 3);
    assert.deepEqual(kept, targets.slice(0, kept.length));
    assert.equal(more, 15 - kept.length);
    assert.ok(sizeOf({ ...rest, targets: kept, more }) <= 1500);

    const facts = Array.from({ length: 40 }, (_, index) => ({ kind: 'finding' as const, value: `address:${index}` }));
    const alert = boundedAbout({ kind: 'alert', facts });
    assert.equal(alert.facts!.length + alert.more!, 40);
    assert.ok(sizeOf(alert) <= 1500);
  });
});
