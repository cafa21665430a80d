import assert from 'node:assert/strict';
import { createApology } from '../../src/channels/apology.ts';
import { DeliveryError, StoreError, UserError } from '../../src/core/errors.ts';
import { sayTo } from '../../src/core/language/language.ts';
import { keepingLog } from './teams/bot.ts';

describe('what a person is told when something failed', () => {
  it('is the sentence that was made for them, of which the log has nothing', () => {
    const { log, entries } = keepingLog();
    assert.equal(
      createApology(log)(new UserError('Too many at once.'), 'It failed.', sayTo('de')),
      'Too many at once.',
    );
    assert.deepEqual(entries, []);
  });

  for (const error of [new StoreError('secret'), new DeliveryError('refused', 'secret'), new Error('secret'), 'secret'])
    it(`of a ${error instanceof Error ? error.name : typeof error} is an error id in their language, under which the log has what it was`, () => {
      const { log, entries } = keepingLog();
      const sentence = createApology(log)(error, 'It failed.', sayTo('de'));
      assert.match(sentence, /^Auf meiner Seite /);
      assert.doesNotMatch(sentence, /secret/);
      const [entry, ...others] = entries;
      assert.deepEqual(
        [entry!.level, entry!.message, entry!.fields.err.message, others],
        ['error', 'It failed.', 'secret', []],
      );
      assert.ok(sentence.includes(entry!.fields.errorId));
    });

  it('has another error id each time', () => {
    const { log, entries } = keepingLog();
    const sentenceFor = createApology(log);
    for (let round = 0; round < 3; round += 1) sentenceFor(new Error('x'), 'It failed.', sayTo('en'));
    assert.equal(new Set(entries.map(({ fields }) => fields.errorId)).size, 3);
  });
});
