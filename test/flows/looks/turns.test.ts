import assert from 'node:assert/strict';
import type { Certificate, Observation } from '../../../src/core/certificates/certificate.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import { afterTest } from '../../support/after-test.ts';
import { certificate, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import type { TargetState } from '../../../src/core/certificates/state.ts';
import { DAY } from '../../../src/core/time.ts';

const A = certificate('a', { notAfter: NOW + 20 * DAY });
const B = certificate('b', { notAfter: NOW + 80 * DAY });
const KNOWN: TargetState = {
  leaf: A.fingerprint,
  leaves: [A.fingerprint],
  addresses: { '192.0.2.1': { fingerprint: A.fingerprint, other: null, failures: 0 } },
  failures: 0,
  answeredAt: NOW,
  thoroughAt: NOW,
};

describe('a look at an endpoint that takes turns', () => {
  it('sees something new, looks again, and keeps both', async () => {
    const answers: Certificate[] = [B, A];
    const asked: boolean[] = [];
    const source: Source = {
      schemes: ['tls'],
      observe(_target, { thorough } = { thorough: false }): Promise<Observation> {
        asked.push(thorough);
        return Promise.resolve(observation([presented('192.0.2.1', answers.shift()!)], { thorough }));
      },
      close: () => Promise.resolve(),
    };
    const bot = await createWiredBot({ sources: [source], now: () => NOW });
    afterTest(() => bot.close());
    const seen = (await bot.flows.observer.look('tls://example.com:443', KNOWN))!;
    assert.deepEqual(asked, [false, true]);
    assert.deepEqual(
      seen.atOtherTimes?.map(({ chain }) => chain[0].fingerprint),
      [B.fingerprint],
    );
  });
});
