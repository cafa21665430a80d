import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { bulkCard, progressCard, tally, type BulkCause, type BulkResult } from '../../../src/core/chat/cards/bulk.ts';
import { inZone } from '../../../src/core/language/language.ts';
import { DAY } from '../../../src/core/time.ts';
import { DE, EN, NOW } from '../../support/certificate-facts.ts';

const OPTIONS = { now: NOW, say: inZone(EN, 'Europe/Berlin') };
const WRONG: BulkCause = { heading: 'Not done', tone: 'warning', sentence: '“x y” is not a host name.' };
const PRIVATE: BulkCause = {
  heading: 'Unknown authority',
  tone: 'attention',
  sentence: 'The chain ends at “Example Corp Root G2”, an authority that is not trusted here.',
  authority: { name: 'Example Corp Root G2', isMissing: false },
};

function result(host: string, overrides: Partial<BulkResult> = {}): BulkResult {
  return { target: { uri: `tls://${host}:443` }, outcome: 'watched', notAfter: NOW + 112 * DAY, ...overrides };
}

function numbered(stem: string, number: number, overrides: Partial<BulkResult> = {}): BulkResult[] {
  return Array.from({ length: number }, (_, index) =>
    result(`${stem}-${String(index + 1).padStart(2, '0')}.corp.example.com`, overrides),
  );
}

/** A card in lines, with spaces that break. */
function lines({ groups = [] }: Card): string[][] {
  return groups.map(({ symbol = '', heading, text = [], rows = [], more }) =>
    [
      `${symbol} ${heading}`,
      ...text.map(textOf),
      ...rows.map(({ name, date = '', distance = '', sub = '' }) => [textOf(name), date, distance, sub].join('|')),
      ...(more ? [more] : []),
    ].map((line) => line.replaceAll('\u{a0}', ' ')),
  );
}

describe('the answer to a bulk command', () => {
  it('tells those of one cause together, with what helps; then what has expired; then what is fine', () => {
    const card = bulkCard(
      [
        ...numbered('app', 18, { cause: PRIVATE }),
        ...numbered('db', 12, { cause: PRIVATE }),
        ...numbered('mq', 6, { cause: PRIVATE }),
        result('ldap-1.corp.example.com', { cause: PRIVATE }),
        result('ldap-2.corp.example.com', { cause: PRIVATE }),
        result('legacy.corp.example.com', { notAfter: NOW - 3 * DAY, watch: 7 }),
        result('wiki.example.com', { notAfter: NOW + 80 * DAY }),
      ],
      OPTIONS,
    );
    assert.deepEqual(card.state, { symbol: '⛔', word: 'Not trusted' });
    assert.equal(card.title, '38 of 40 share one cause');
    assert.equal(card.lead, 'All 40 are watched now.');
    assert.equal(card.tone, 'attention');
    assert.equal(card.summary, '40 targets: 40 watched. Unknown authority: 38; Expired: 1; Fine: 1.');
    assert.deepEqual(lines(card), [
      [
        '⛔ Unknown authority: 38',
        '“Example Corp Root G2” issued 38 of the certificates.',
        'If it is your own, type “trust add” with its root certificate, once for all of them.',
        'Under corp.example.com, until 14 Mar:',
        'app-01 to app-18|18||',
        'db-01 to db-12|12||',
        'mq-01 to mq-06|6||',
        'ldap-1, ldap-2|2||',
      ],
      ['⛔ Expired: 1', 'Clients refuse it. Renew it now.', 'legacy.corp.example.com|19 Nov|3 days ago|'],
      ['✅ Fine: 1', 'wiki.example.com|10 Feb|80 days|'],
    ]);
    assert.deepEqual(
      card.actions!.map(({ label }) => label),
      ['How to trust it', 'Show the list'],
    );
    const [row] = card.groups![1]!.rows!;
    assert.deepEqual(row!.actions, [
      { kind: 'execute', label: 'Show', action: { name: 'show-row', data: { watch: 7 } } },
    ]);
  });

  it('tells what could not be done in its own sentence, as long as each has another', () => {
    const card = bulkCard(
      [
        result('a.example'),
        { ...result('x', { outcome: 'failed', cause: WRONG, notAfter: null }), target: { text: 'x y' } },
      ],
      OPTIONS,
    );
    assert.equal(card.title, '1 of 2 needs attention');
    assert.deepEqual(card.state, { symbol: '⚠️', word: 'Not done' });
    assert.equal(card.lead, '1 watched, 1 failed.');
    assert.equal(card.tone, 'warning');
    assert.deepEqual(lines(card), [
      ['⚠️ Not done: 1', 'x y|||“x y” is not a host name.'],
      ['✅ Fine: 1', 'a.example|14 Mar|112 days|'],
    ]);
  });

  it('never has more rows than a page, nor one sentence in each', () => {
    const alike = Array.from({ length: 100 }, (_, index) =>
      result(`h${index * 2}.example`, { outcome: 'failed', cause: WRONG }),
    );
    const different = Array.from({ length: 100 }, (_, index) =>
      result(`k${index * 2}.example`, { outcome: 'failed', cause: { ...WRONG, sentence: `No ${index}.` } }),
    );
    for (const results of [alike, different, [...alike, ...different]]) {
      const card = bulkCard(results, OPTIONS);
      assert.ok(card.groups!.reduce((sum, { rows = [] }) => sum + rows.length, 0) <= 15);
      const subs = card.groups!.flatMap(({ rows = [] }) => rows.map(({ sub }) => sub).filter(Boolean));
      assert.equal(new Set(subs).size, subs.length);
    }
  });

  it('shortens what was typed, and what became of it', () => {
    const long = { ...WRONG, sentence: `${'n'.repeat(200)}` };
    const card = bulkCard(
      [{ ...result('a', { cause: long, outcome: 'failed', notAfter: null }), target: { text: 't'.repeat(81) } }],
      OPTIONS,
    );
    const [row] = card.groups![0]!.rows!;
    assert.equal(row!.name, `${'t'.repeat(79)}…`);
    assert.ok(row!.sub!.length <= 160);
  });

  const heads: [string, BulkResult[], string, string, string][] = [
    ['all is well', [result('a.example'), result('b.example')], 'good', 'Fine', 'Both are fine'],
    [
      'one expires soon',
      [result('a.example', { notAfter: NOW + 9 * DAY }), result('b.example')],
      'notice',
      'Notice',
      '1 of 2 expires within 30 days',
    ],
    [
      'one has expired',
      [result('a.example', { notAfter: NOW - DAY }), result('b.example')],
      'attention',
      'Expired',
      '1 of 2 needs attention',
    ],
    [
      'one is not watched any more',
      [result('a.example', { outcome: 'unwatched', notAfter: null })],
      'good',
      'Done',
      '1 is no longer watched',
    ],
    [
      'one of two was not watched',
      [
        result('a.example', { outcome: 'unwatched', notAfter: null }),
        result('b.example', { outcome: 'not-watched', cause: WRONG, notAfter: null }),
      ],
      'warning',
      'Please note',
      '1 of 2 is no longer watched',
    ],
  ];
  for (const [name, results, tone, word, title] of heads)
    it(`says first that ${name}`, () => {
      const card = bulkCard(results, OPTIONS);
      assert.equal(card.tone, tone);
      assert.equal(card.state!.word, word);
      assert.equal(card.title, title);
    });

  it('counts by outcome', () => {
    const outcomes: BulkResult['outcome'][] = ['already', 'watched', 'checked', 'unwatched', 'not-watched', 'failed'];
    assert.equal(
      tally(
        outcomes.map((outcome) => result('a.example', { outcome })),
        EN,
      ),
      '1 watched, 1 already watched, 1 checked, 1 no longer watched, 1 not watched here, 1 failed',
    );
  });

  it('shows its progress meanwhile', () => {
    const card = progressCard('check', 12, 400, EN);
    assert.equal(card.summary, 'Checking: 12 of 400 targets done');
    assert.equal(card.title, 'Checking 400 targets');
    assert.deepEqual(card.progress, { done: 12, total: 400 });
    assert.equal(card.footnote, 'This message becomes the answer.');
    assert.equal(card.tone, 'neutral');
  });

  it('says all that in German', () => {
    const card = bulkCard(numbered('app', 3, { cause: PRIVATE }), { now: NOW, say: DE });
    assert.equal(card.title, 'Alle 3 haben dieselbe Ursache');
    assert.equal(lines(card)[0]!.at(-1), 'app-01 bis app-03|3||');
  });
});
