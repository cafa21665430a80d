import assert from 'node:assert/strict';
import type { AddressResult, FailureCode } from '../../../src/core/certificates/certificate.ts';
import { certificate, failed, NOW, presented } from '../../support/certificate-facts.ts';
import { history } from '../../support/watch-history.ts';
import { HOUR } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const LEAF = certificate('leaf');

for (const code of ['no-starttls', 'injected'] as const) {
  describe(`a server that answered ${code}`, () => {
    const answering = [failed(FIRST, code), presented(SECOND, LEAF)];
    const silent = (failure: FailureCode): AddressResult[] => [failed(FIRST, failure), presented(SECOND, LEAF)];

    const after: [string, AddressResult[], boolean][] = [
      ['presents a certificate', [presented(FIRST, LEAF), presented(SECOND, LEAF)], true],
      ['is not in the DNS any more', [presented(SECOND, LEAF)], true],
      ['cannot be seen from here any more', silent('no-route'), true],
      ['is refused by policy', silent('policy'), true],
      ['is silent', silent('timeout'), false],
      ['refuses connections', silent('refused'), false],
      ['breaks off', silent('reset'), false],
    ];
    for (const [name, addresses, isOver] of after)
      it(`is ${isOver ? '' : 'not '}told as mended when its address ${name}`, () => {
        const watch = history();
        assert.deepEqual(watch.says(answering, NOW), [`finding ${code}`]);
        const said = watch.says(addresses, NOW + HOUR);
        assert.deepEqual(said, isOver ? [`fixed ${code}`] : []);
        assert.equal(watch.episodes().includes(code), !isOver);
      });

    it('is not told as mended while nothing answers at all', () => {
      const watch = history();
      watch.says([failed(FIRST, code)], NOW);
      watch.says([failed(FIRST, 'timeout')], NOW + HOUR);
      assert.ok(watch.episodes().includes(code));
    });
  });
}
