import assert from 'node:assert/strict';
import { describeError, newErrorId } from '../../src/log/describe-error.ts';

/** An error inside as many others. */
function nested(depth: number): Error {
  return depth === 0 ? new Error('innermost') : new Error(`level ${depth}`, { cause: nested(depth - 1) });
}

function messagesOf(described: Record<string, unknown>): unknown[] {
  const { message, cause } = described;
  return [message, ...(cause === undefined ? [] : messagesOf(cause as Record<string, unknown>))];
}

describe('what of an error goes into the log', () => {
  it('is its type, message, code and stack, and nothing else that it carries', () => {
    const error = Object.assign(new TypeError('x'), { code: 'ECONNRESET', config: { authorization: 's3cret' } });
    const { stack, ...others } = describeError(error);
    assert.deepEqual(others, { type: 'TypeError', message: 'x', code: 'ECONNRESET' });
    assert.match(String(stack), /describe-error\.test/);
  });

  it('has no code that is none', () => {
    assert.ok(!('code' in describeError(Object.assign(new Error('x'), { code: 7 }))));
  });

  it('is of its causes too, as deep as three', () => {
    assert.deepEqual(messagesOf(describeError(nested(1))), ['level 1', 'innermost']);
    assert.deepEqual(messagesOf(describeError(nested(9))), ['level 9', 'level 8', 'level 7', 'level 6']);
  });

  it('is short, however long its texts are', () => {
    const { message, stack } = describeError(new Error('x'.repeat(10_000)));
    assert.deepEqual([String(message).length, String(stack).length], [500, 4000]);
    assert.equal(String(describeError('x'.repeat(10_000))['message']).length, 500);
  });

  it('is kind and text of what is no error', () => {
    assert.deepEqual(describeError('down'), { type: 'string', message: 'down' });
    assert.deepEqual(describeError(undefined), { type: 'undefined', message: 'undefined' });
    const { cause } = describeError(new Error('x', { cause: 5 }));
    assert.deepEqual(cause, { type: 'number', message: '5' });
  });
});

describe('the id of an error', () => {
  it('is eight digits that can be read out, another each time', () => {
    const ids = new Set(Array.from({ length: 100 }, newErrorId));
    assert.equal(ids.size, 100);
    for (const id of ids) assert.match(id, /^[0-9a-f]{8}$/);
  });
});
