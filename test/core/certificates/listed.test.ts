import assert from 'node:assert/strict';
import type { ListedPlace } from '../../../src/core/certificates/item.ts';
import { advanceListed, type ListedState } from '../../../src/core/certificates/listed.ts';
import { DAY } from '../../../src/core/time.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';

/** Certificates by one letter: what comes later in the alphabet ends later. */
const item = (letter: string) => certificate(letter, { notAfter: NOW + letter.codePointAt(0)! * DAY });
const KNOWN = new Map(['a', 'b', 'c', 'd'].map((letter) => [item(letter).fingerprint, item(letter)]));
const letterOf = (print: string): string => ['a', 'b', 'c', 'd'].find((one) => item(one).fingerprint === print)!;

const USES: Record<string, ListedPlace['use']> = { s: 'signing', e: 'encryption', x: 'both', d: 'document' };

/** `as be` lists a for signatures and b for encryption. */
function documentOf(text: string) {
  return text
    .split(' ')
    .filter(Boolean)
    .map(([letter, ...uses]) => ({ item: item(letter!), places: uses.map((use) => ({ use: USES[use]! })) }));
}

/** What became of it, look by look: `a>b` replaced, `-a` gone, `?a` missed once. */
function looks(...documents: string[]): string[] {
  let state: ListedState[] = [];
  return documents.map((text) => {
    const next = advanceListed(state, documentOf(text), KNOWN);
    state = next.listed;
    return [
      ...next.replaced.map(({ from, to }) => `${letterOf(from)}>${letterOf(to)}`),
      ...next.gone.map((leaf) => `-${letterOf(leaf)}`),
      ...state.filter(({ missed }) => missed).map(({ leaf }) => `?${letterOf(leaf)}`),
    ].join(' ');
  });
}

const CASES: [string, string[], string[]][] = [
  ['stays', ['as be', 'as be'], ['', '']],
  ['is replaced where it stands', ['as be', 'cs be'], ['', 'a>c']],
  ['is replaced by what stood elsewhere before', ['as bd', 'bsd'], ['', 'a>b']],
  ['is replaced by two for one', ['ax', 'bs ce'], ['', 'a>b']],
  ['are two that are replaced by two', ['as be', 'cs de'], ['', 'a>c b>d']],
  ['are two of one place, replaced by two', ['as bs', 'cs ds'], ['', 'a>c b>d']],
  ['gives way to one that was announced', ['as', 'as bs', 'bs', 'bs'], ['', '', '?a', 'a>b']],
  ['gives way to what ends last', ['as bs cs', 'bs cs', 'bs cs'], ['', '?a', 'a>c']],
  ['is gone when two looks miss it', ['as be', 'be', 'be', 'be'], ['', '?a', '-a', '']],
  ['is back before', ['as be', 'be', 'as be', 'be'], ['', '?a', '', '?a']],
  ['is replaced for one of its uses', ['ase', 'ae bs', 'ae bs'], ['', 'a>b', '']],
  ['comes for one more use', ['as', 'ase bs'], ['', '']],
  ['comes new', ['as', 'as be'], ['', '']],
  ['alternates between two servers', ['as', 'bs', 'as', 'bs', 'as', 'bs'], ['', 'a>b', '?b', '?a', '?b', '?a']],
  ['is taken back for good', ['as', 'bs', 'as', 'as'], ['', 'a>b', '?b', 'b>a']],
];

describe('what a document lists', () => {
  for (const [name, documents, expected] of CASES)
    it(`${name}: ${documents.join(' → ')}`, () => {
      assert.deepEqual(looks(...documents), expected);
    });

  it('keeps what it replaced, and the first to end first', () => {
    const first = advanceListed([], documentOf('as be'), KNOWN).listed;
    const { listed } = advanceListed(first, documentOf('cs be'), KNOWN);
    assert.deepEqual(
      listed.map(({ leaf, replaced }) => [letterOf(leaf), replaced && letterOf(replaced)]),
      [
        ['b', null],
        ['c', 'a'],
      ],
    );
  });
});
