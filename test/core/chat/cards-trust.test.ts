import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import {
  anchorName,
  nothingAddedCard,
  shortPrint,
  trustAddedCard,
  trustListCard,
  trustRemovedCard,
} from '../../../src/core/chat/cards/trust.ts';
import type { Anchor, StoredAnchor } from '../../../src/core/model/anchors.ts';
import { EN, NOW } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

function anchorOf(overrides: Partial<Anchor> = {}): Anchor {
  return {
    fingerprint: 'abcdef0123456789'.repeat(4),
    subject: 'Demo Root R1',
    issuer: 'Demo Root R1',
    notBefore: NOW - DAY,
    notAfter: NOW + 112 * DAY,
    selfSigned: true,
    isCa: true,
    pem: '',
    ...overrides,
  };
}

function storedOf(overrides: Partial<StoredAnchor> = {}): StoredAnchor {
  return { ...anchorOf(), addedBy: { id: '29:alice', name: 'Alice' }, addedAt: NOW - 2 * DAY, ...overrides };
}

function rows(card: Card): string[][] {
  return card.groups!.flatMap(({ rows: all = [] }) =>
    all.map(({ name, sub = '' }) => [textOf(name), ...sub.replaceAll('\u{a0}', ' ').split(' · ')]),
  );
}

const ROOT = 'Demo Root R1 (until 14 Mar 2027, SHA-256 abcdef01…)';
const PRINT = 'AB:CD:EF:01:23:45:67:89';

describe('what a conversation trusts', () => {
  it('is nothing of its own at first, with a word about how to add', () => {
    const card = trustListCard([], NOW, EN);
    assert.match(card.text![0]!, /“trust add”/);
    assert.equal(card.title, 'This chat trusts what everybody trusts, and nothing of its own');
    assert.ok(!('groups' in card));
  });

  it('is listed with numbers, and with who added it when', () => {
    const expired = storedOf({
      subject: 'Old Root',
      notAfter: NOW,
      isCa: false,
      addedBy: { id: '29:bob', name: '' },
    });
    const card = trustListCard([storedOf(), expired], NOW, EN);
    assert.ok(
      card.summary.startsWith('This conversation trusts 2 certificates of its own: Demo Root R1'),
      card.summary,
    );
    assert.equal(card.title, 'This chat trusts 2 certificates of its own');
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(rows(card), [
      ['1. Demo Root R1', 'Until 14 Mar', 'added by Alice on 20 Nov', `SHA-256 ${PRINT}`],
      ['2. Old Root (no authority)', 'Expired', 'until 22 Nov', 'added by (no name) on 20 Nov', `SHA-256 ${PRINT}`],
    ]);
    assert.ok(card.footnote!.includes(`“trust remove ${PRINT}”`), card.footnote);
  });

  it('is named in the summary as far as three of them', () => {
    const anchors = ['A', 'B', 'C', 'D'].map((subject) => storedOf({ subject }));
    assert.match(trustRemovedCard(anchors, NOW, EN).text![0]!, /^A \(.*C \([^)]*\) and 1 more\.$/);
  });

  const names: [string, string, string][] = [
    ['as it is', 'Demo Root', 'Demo Root'],
    ['without what would reverse the line', 'evil\u202Emoc', 'evilmoc'],
    ['on one line', 'Demo\nRoot', 'Demo Root'],
    ['shortened', 'r'.repeat(101), `${'r'.repeat(99)}…`],
    ['as having none', ' \u202E', '(no name)'],
  ];
  for (const [how, subject, shown] of names)
    it(`is named ${how}: ${JSON.stringify(shown.slice(0, 20))}`, () =>
      assert.equal(anchorName({ subject }, EN), shown));

  it('tells a long name of who added it short, and on one line', () => {
    const long = storedOf({ addedBy: { id: '29:alice', name: `A\n${'l'.repeat(60)}` } });
    assert.equal(rows(trustListCard([long], NOW, EN))[0]![2], `added by A ${'l'.repeat(57)}… on 20 Nov`);
  });

  it('has fingerprints as OpenSSL writes them, shortened; none where there is none', () => {
    assert.equal(shortPrint(anchorOf()), PRINT);
    assert.equal(shortPrint({ fingerprint: '' }), '');
  });
});

describe('the answer to `trust add`', () => {
  it('says what is trusted from now on, and what that means', () => {
    const card = trustAddedCard([anchorOf()], [], NOW, EN);
    assert.equal(card.summary.replaceAll('\u{a0}', ' '), `Trusted in this chat from now on: ${ROOT}.`);
    assert.equal(card.title, 'Trusted here from now on');
    assert.equal(card.tone, 'good');
    assert.equal(card.text!.length, 1);
    assert.match(card.text![0]!, /^Certificates that were issued from there count as trusted in this conversation/);
    assert.deepEqual(rows(card), [['Demo Root R1', 'Until 14 Mar', `SHA-256 ${PRINT}`]]);
    assert.ok(card.footnote!.includes(`“trust remove ${PRINT}”`), card.footnote);
  });

  it('adds what is special about a certificate, and what was not added', () => {
    const leaf = anchorOf({ subject: 'host.example', isCa: false, notBefore: NOW });
    const future = anchorOf({ subject: 'Next Root', notBefore: NOW + DAY });
    const card = trustAddedCard([leaf, future], ['See `trust`'], NOW, EN);
    assert.equal(card.title, '2 certificates are trusted here from now on');
    assert.deepEqual(card.text!.slice(1), [
      'host.example is no certificate authority: only this very certificate is trusted with it, and its successor has to be added anew.',
      'Next Root is not valid before 23\u{a0}Nov.',
      'See “trust”.',
    ]);
  });

  it('says first why nothing was added', () => {
    const card = nothingAddedCard(['Demo Root R1 is trusted here already.', 'Old Root was not added.'], EN);
    assert.equal(card.title, 'Nothing was added');
    assert.equal(card.tone, 'warning');
    assert.equal(card.summary, 'Nothing was done: Nothing was added. Demo Root R1 is trusted here already.');
    assert.deepEqual(card.text, ['Demo Root R1 is trusted here already.', 'Old Root was not added.']);
  });
});

describe('the answer to `trust remove`', () => {
  it('says what is not trusted any more, and what happens now', () => {
    const card = trustRemovedCard([anchorOf()], NOW, EN);
    assert.equal(card.title, 'Not trusted here any more');
    assert.equal(card.tone, 'good');
    assert.deepEqual(
      card.text!.map((line) => line.replaceAll('\u{a0}', ' ')),
      [ROOT, 'What is watched here is checked again now.'],
    );
    assert.equal(
      trustRemovedCard([anchorOf(), anchorOf()], NOW, EN).title,
      '2 certificates are not trusted here any more',
    );
  });
});
