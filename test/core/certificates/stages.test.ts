import assert from 'node:assert/strict';
import {
  boundaries,
  formatThreshold,
  nextBoundary,
  parseThreshold,
  stageAt,
} from '../../../src/core/certificates/stages.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

/** Lifetime, then the default notice, urgent and critical boundaries before notAfter. */
const DEFAULTS: [string, number, number, number, number][] = [
  ['398 days', 398 * DAY, 30 * DAY, 7 * DAY, 2 * DAY],
  ['90 days', 90 * DAY, 22.5 * DAY, 7 * DAY, 2 * DAY],
  ['47 days', 47 * DAY, 11.75 * DAY, 7 * DAY, 2 * DAY],
  ['six days', 6 * DAY, 36 * HOUR, 21.6 * HOUR, 7.2 * HOUR],
];

describe('the stages of a certificate', () => {
  for (const [name, lifetime, notice, urgent, critical] of DEFAULTS) {
    it(`of ${name} come from its lifetime`, () => {
      const validity = { notBefore: NOW - lifetime, notAfter: NOW };
      const before = boundaries(validity, null).map(({ stage, key, at }) => [stage, key, NOW - at]);
      assert.deepEqual(before, [
        ['notice', 'notice', notice],
        ['urgent', 'urgent', urgent],
        ['critical', 'critical', critical],
        ['expired', 'expired', 0],
      ]);
    });
  }

  it('hold from their instant on', () => {
    const validity = { notBefore: NOW - 90 * DAY, notAfter: NOW };
    assert.equal(stageAt(validity, null, NOW - 22.5 * DAY - 1), 'fine');
    assert.equal(stageAt(validity, null, NOW - 7 * DAY - 1), 'notice');
    assert.equal(stageAt(validity, null, NOW - 7 * DAY), 'urgent');
    assert.equal(stageAt(validity, null, NOW - 1), 'critical');
    assert.equal(stageAt(validity, null, NOW), 'expired');
  });

  it('are followed by the next, which is to come, and by none once it has expired', () => {
    const validity = { notBefore: NOW - 90 * DAY, notAfter: NOW };
    const nexts = [-90 * DAY, -7 * DAY - 1, -7 * DAY, -1, 0].map((at) => nextBoundary(validity, null, NOW + at));
    assert.deepEqual(
      nexts.map((next) => next && [next.stage, NOW - next.at]),
      [['notice', 22.5 * DAY], ['urgent', 7 * DAY], ['critical', 2 * DAY], ['expired', 0], null],
    );
  });

  it('of own thresholds: the first is notice, the last critical, those between urgent', () => {
    const policy = ['3d', '60d', '10%', '12h'].map((text) => parseThreshold(text)!);
    const found = boundaries({ notBefore: NOW - 100 * DAY, notAfter: NOW }, policy);
    assert.deepEqual(
      found.map(({ stage, key }) => [stage, key]),
      [
        ['notice', '60d'],
        ['urgent', '10%'],
        ['urgent', '3d'],
        ['critical', '12h'],
        ['expired', 'expired'],
      ],
    );
  });

  for (const text of ['60d', '12h', '90m', '10%', '2.5%']) {
    it(`writes ${text} as it was read`, () => assert.equal(formatThreshold(parseThreshold(text)!), text));
  }

  const lengths: [string, string][] = [
    ['3days', '3d'],
    ['2 weeks', '14d'],
    ['48hours', '2d'],
    ['1hr', '1h'],
    ['5hrs', '5h'],
    ['5hour', '5h'],
    ['90min', '90m'],
    ['90mins', '90m'],
    ['1minute', '1m'],
    ['120minutes', '2h'],
    ['1day', '1d'],
    ['2w', '14d'],
    ['1wk', '7d'],
    ['2wks', '14d'],
    ['1WEEK', '7d'],
    ['3months', '90d'],
    ['1 month', '30d'],
    ['1mo', '30d'],
    ['2years', '730d'],
    ['1 Jahr', '365d'],
    ['30 Tage', '30d'],
    ['30 Tagen', '30d'],
    ['2 Wochen', '14d'],
    ['1 Woche', '7d'],
    ['3 Monate', '90d'],
    ['90 min', '90m'],
    ['90 Minuten', '90m'],
    ['12 Std.', '12h'],
    ['12 Stunden', '12h'],
    ['10 %', '10%'],
    ['10 percent', '10%'],
    ['10 Prozent', '10%'],
    [' 3d ', '3d'],
    [' 10% ', '10%'],
    ['3650d', '3650d'],
  ];
  for (const [text, written] of lengths) {
    it(`reads ${text} as ${written}`, () => assert.equal(formatThreshold(parseThreshold(text)!), written));
  }

  for (const text of [
    '3fortnights',
    '5hello',
    '11years',
    '',
    '5',
    'x',
    '0d',
    '-3d',
    '0%',
    '100%',
    '9999999d',
    '3651d',
    'x10%',
    '10%x',
    '110%',
    '3 d 4 d',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseThreshold(text), null));
  }
});
