import assert from 'node:assert/strict';
import { textOf, type Card, type Group } from '../../../src/core/card.ts';
import type { AddressResult, Certificate } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import { conditionOf, listCard, PAGE_ROWS, sortViews, type WatchView } from '../../../src/core/chat/cards/list.ts';
import { inZone } from '../../../src/core/language/language.ts';
import { DAY, ENDLESS, HOUR, MINUTE } from '../../../src/core/time.ts';
import {
  certificate,
  DE,
  EN,
  failed,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  thresholds,
  watchOf,
} from '../../support/certificate-facts.ts';

const FIRST = '192.0.2.1';
const THIRD = '2001:db8::3';
const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });
const INCOMPLETE = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
const DISORDERED = { disordered: true };
const BERLIN = inZone(EN, 'Europe/Berlin');
const OPTIONS = { filter: '', page: 1, now: NOW, say: BERLIN, leftOut: leaveNothingOut };

function leafUntil(days: number): Certificate {
  return certificate(`until ${days}`, { notAfter: NOW + days * DAY, dnsNames: [`in${days}.example`] });
}

/** The view of a watch whose target was last seen so. */
function view(host: string, addresses: AddressResult[], overrides: Partial<WatchView> = {}): WatchView {
  const uri = `tls://${host}:443`;
  const seen = observation(addresses, { uri });
  const { state } = advance(null, seen, new Map());
  const leaves = addresses.flatMap((result) => (result.kind === 'presented' ? [result.chain[0]] : []));
  return {
    watch: watchOf({ uri }),
    target: { id: 1, uri, dueAt: NOW, state, observation: seen },
    leaves,
    policy: null,
    ...overrides,
  };
}

function until(host: string, days: number): WatchView {
  return view(host, [presented(FIRST, leafUntil(days))]);
}

/** A target that did not answer, as seen by a look that could see none of its addresses. */
function downTarget(): WatchView['target'] {
  const seen = observation([failed(THIRD, 'no-route')], { uri: 'tls://a.example:443' });
  const state = { leaf: null, leaves: [], addresses: {}, failures: 1, answeredAt: null };
  return { id: 1, uri: 'tls://a.example:443', dueAt: NOW, state, observation: seen };
}

/** Spaces that do not break as those that do. */
function plain(text: string): string {
  return text.replaceAll('\u{a0}', ' ');
}

/** A group in lines: heading, text, rows, what is left out. */
function told({ symbol = '', heading, text = [], rows = [], more }: Group): string[] {
  return [
    `${symbol} ${heading}`,
    ...text.map(textOf),
    ...rows.map(({ name, date = '', distance = '', sub = '' }) => [textOf(name), date, distance, sub].join('|')),
    ...(more ? [more] : []),
  ].map(plain);
}

function groups(card: Card): string[][] {
  return (card.groups ?? []).map(told);
}

function names(card: Card): string[] {
  return (card.groups ?? []).flatMap(({ rows = [] }) => rows.map(({ name }) => textOf(name)));
}

function buttons(card: Card): unknown[] {
  return (card.actions ?? []).map((action) =>
    action.kind === 'execute' ? [action.label, action.action.data] : action.kind,
  );
}

describe('the list', () => {
  const fine = presented(FIRST, LEAF);

  it('of nothing says how to begin', () => {
    const card = listCard([], OPTIONS);
    assert.equal(card.title, 'Nothing is watched here yet');
    assert.equal(card.summary, 'Nothing is watched here yet. Type for example “watch example.com”.');
    assert.deepEqual(card.text, ['Type for example “watch example.com”.']);
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
  });

  it('tells by need: what is broken with since when, what expires soon with when, the rest', () => {
    const lost = view('lost.example', [failed(FIRST, 'timeout')], {
      since: new Map([['unreachable', NOW - 7 * HOUR]]),
    });
    const wrong = view('wrong.example', [presented(FIRST, LEAF, { nameMatches: false })], {
      since: new Map([['wrong-name', NOW - 2 * DAY]]),
    });
    wrong.watch = { ...wrong.watch, ownerId: '29:bob', ownerName: 'Bob' };
    const views = [until('late.example', 80), lost, until('soon.example', 17), wrong, until('gone.example', -3)];
    const card = listCard([...views, view('odd.example', [presented(FIRST, LEAF, DISORDERED)])], OPTIONS);
    assert.equal(card.title, '3 of 6 need attention');
    assert.equal(card.summary, '3 of 6 need attention, 1 more expires within 30 days, 1 is worth a look, 1 is fine.');
    assert.deepEqual(groups(card), [
      [
        '⛔ Now, and since when',
        'gone.example|19 Nov|3 days ago|Expired · Alice',
        'wrong.example|20 Nov|2 days ago|Wrong name · Bob',
        'lost.example|06:00|7 hours ago|Unreachable · Alice',
      ],
      ['🔔 Within 30 days: 1', 'soon.example|9 Dec|17 days|Alice'],
      ['⚠️ Worth a look: 1', 'odd.example|14 Mar|112 days|Wrong order · Alice'],
      ['✅ Fine: 1', 'late.example|10 Feb|80 days|Alice'],
    ]);
    assert.match(plain(card.footnote!), /Times are Berlin time\.$/);
    assert.equal(card.tone, 'neutral');
    assert.ok(!('state' in card));
  });

  it('says in German what is to be done, since when and when', () => {
    const card = listCard([until('gone.example', -3), until('soon.example', 17)], { ...OPTIONS, say: DE });
    assert.equal(card.title, 'Bei 1 von 2 ist etwas zu tun');
    assert.deepEqual(groups(card), [
      ['⛔ Jetzt, und seit wann', 'gone.example|19. Nov.|vor 3 Tagen|Abgelaufen'],
      ['🔔 In den nächsten 30 Tagen: 1', 'soon.example|9. Dez.|17 Tage|'],
    ]);
    assert.doesNotMatch(card.footnote!, /Uhrzeiten/, 'where no time of day is told');
  });

  const titles: [string, WatchView[], string, string][] = [
    ['all are fine', [until('a.example', 50), until('b.example', 60)], 'Both are fine', 'a.example, on 11 Jan 2027.'],
    ['the only one is fine', [until('a.example', 50)], 'The one that is watched is fine', 'on 11 Jan 2027.'],
    [
      'some expire soon',
      [until('a.example', 20), until('b.example', 60)],
      '1 of 2 expires within 30 days',
      'on 12 Dec 2026.',
    ],
    [
      'one is worth a look',
      [view('a.example', [presented(FIRST, LEAF, DISORDERED)])],
      '1 of 1 is worth a look',
      'on 14 Mar 2027.',
    ],
  ];
  for (const [name, views, title, end] of titles)
    it(`says in its title that ${name}, and in its summary which is the first`, () => {
      const card = listCard(views, OPTIONS);
      assert.equal(card.title, title);
      assert.ok(plain(card.summary).endsWith(end), card.summary);
    });

  const FOUND = { matches: () => true, words: '#shop', found: (number: number) => `${number} of 9: #shop` };
  const parts: [string, WatchView[], string][] = [
    [
      'all alike',
      [until('a.example', 20), until('b.example', 21)],
      '2 of 9: #shop. The first to expire is a.example, on 12 Dec 2026.',
    ],
    ['broken', [until('a.example', -2)], '1 of 9: #shop.'],
    [
      'of several kinds',
      [until('a.example', 20), until('b.example', 60)],
      '2 of 9: #shop. 1 of 2 expires within 30 days, 1 is fine. The first to expire is a.example, on 12 Dec 2026.',
    ],
  ];
  for (const [name, views, summary] of parts)
    it(`says in the summary of a part what was asked for: ${name}`, () =>
      assert.equal(plain(listCard(views, { ...OPTIONS, filter: '#shop', understood: FOUND }).summary), summary));

  it('says in its summary which text was looked for, and with its year until when', () => {
    const [views, filter] = [[until('a.example', 20)], 'shop'];
    assert.match(listCard(views, { ...OPTIONS, filter: 'a.exam' }).summary, /^Only what matches “a\.exam”\. The first/);
    const found = (_number: number, year = false): string => `1 of 1 expires before 25 Dec${year ? ' 2026' : ''}`;
    const card = listCard(views, { ...OPTIONS, filter, understood: { ...FOUND, found } });
    assert.equal(card.title, '1 of 1 expires before 25 Dec');
    assert.match(card.summary, /^1 of 1 expires before 25 Dec 2026\. /);
  });

  it('says what two rows have in common, a day and its distance, once', () => {
    const card = listCard([until('a.example', 20), until('b.example', 20)], OPTIONS);
    assert.deepEqual(groups(card), [['🔔 Within 30 days: 2', '12 Dec, 20 days', 'a.example|||', 'b.example|||']]);
  });

  it('leaves out what cannot be shown, with a word, and tells why', () => {
    const absurd = view('absurd.example', [fine]);
    absurd.target.observation = { ...absurd.target.observation!, addresses: null as never };
    const views = [
      until('fine.example', 50),
      absurd,
      { ...until('odd.example', 50), watch: watchOf({ uri: 'no uri' }) },
    ];
    const leftOut: string[] = [];
    const card = listCard(views, { ...OPTIONS, leftOut: (_, { watch }) => leftOut.push(watch.uri) });
    assert.deepEqual(names(card), ['fine.example']);
    assert.deepEqual(leftOut.toSorted(), ['no uri', 'tls://absurd.example:443']);
    assert.deepEqual(card.text, ['2 rows could not be shown. Whoever runs the bot finds the reason in its log.']);
  });

  it('goes by expiry, then by name; what was never seen comes last', () => {
    const views = [until('b.example', 9), until('c.example', 9), view('n.example', []), until('a.example', 9)];
    assert.deepEqual(
      sortViews(views).map(({ watch }) => watch.uri.slice('tls://'.length, -':443'.length)),
      ['a.example', 'b.example', 'c.example', 'n.example'],
    );
  });

  it('says once what is the same in every row', () => {
    const views = ['a', 'b', 'c'].map((host) => until(`${host}.example`, 50));
    views[0]!.watch = { ...views[0]!.watch, ownerId: '29:x', ownerName: 'Xenia' };
    assert.deepEqual(groups(listCard(views, OPTIONS)), [
      ['✅ Fine: 3', '11 Jan, 50 days', 'a.example|||Xenia', 'b.example|||Alice', 'c.example|||Alice'],
    ]);
  });

  it('says what has no end in words', () => {
    const endless = view('a.example', [presented(FIRST, certificate('endless', { notAfter: ENDLESS }))]);
    assert.deepEqual(groups(listCard([endless], OPTIONS)), [['✅ Fine: 1', 'a.example|||No defined end']]);
  });

  const kept: [string, string, object][] = [
    ['no filter', '', {}],
    ['a filter of one letter', 'a', { filter: 'a' }],
    ['a filter', 'a'.repeat(70), { filter: 'a'.repeat(70) }],
    ['a filter that would be too heavy, which is left out', 'a'.repeat(71), {}],
  ];
  for (const [name, filter, extra] of kept)
    it(`shows a row when it is selected, and has what else can be done with it, with ${name}`, () => {
      const one = view(`${'a'.repeat(71)}.example`, [fine]);
      one.watch.id = 7;
      const data = { watch: 7 };
      assert.deepEqual(listCard([one], { ...OPTIONS, filter }).groups![0]!.rows![0]!.actions, [
        { kind: 'execute', label: 'Show', action: { name: 'show-row', data } },
        { kind: 'execute', label: 'Look again now', action: { name: 'show-row', data: { ...data, fresh: true } } },
        {
          kind: 'execute',
          label: 'Stop watching',
          action: { name: 'unwatch-row', data: { ...data, page: 1, ...extra } },
          style: 'destructive',
        },
      ]);
    });

  const filtered: [string, string[]][] = [
    ['ALPHA', ['alpha.example']],
    ['münchen', ['münchen.example']],
    ['xn--mnchen', ['münchen.example']],
    ['san-of-b', ['b.example']],
    ['demo ca', ['alpha.example', 'b.example', 'münchen.example']],
    ['bob', ['b.example']],
    ['tls://alpha', ['alpha.example']],
  ];
  for (const [filter, targets] of filtered) {
    it(`filtered by “${filter}” shows ${targets.join(', ')}, and says what it shows`, () => {
      const sans = certificate('b', { notAfter: NOW + 113 * DAY, dnsNames: ['san-of-b.example'] });
      const views = [
        view('alpha.example', [fine]),
        view('b.example', [presented(FIRST, sans)]),
        view('xn--mnchen-3ya.example', [presented(FIRST, { ...LEAF, notAfter: NOW + 114 * DAY })]),
      ];
      views[1]!.watch.ownerName = 'Bob';
      const card = listCard(views, { ...OPTIONS, filter });
      assert.deepEqual(names(card), targets);
      assert.equal(card.lead, `Only what matches “${filter}”.`);
    });
  }

  it('shows the reader their own alone, and offers that where others have some as well', () => {
    const views = [until('a.example', 50), until('b.example', 60)];
    views[1]!.watch = { ...views[1]!.watch, ownerId: '29:bob', ownerName: 'Bob' };
    const all = listCard(views, { ...OPTIONS, reader: '29:bob' });
    assert.deepEqual(buttons(all)[0], ['Mine only', { page: 1, filter: 'mine' }]);
    const understood = {
      matches: ({ watch }: WatchView) => watch.ownerId === '29:bob',
      found: (number: number) => `${number} of yours`,
      words: 'yours',
    };
    const mine = listCard(views, { ...OPTIONS, reader: '29:bob', filter: 'mine', understood });
    assert.deepEqual(names(mine), ['b.example']);
    assert.equal(mine.title, '1 of yours');
    assert.deepEqual(buttons(listCard(views.slice(1), { ...OPTIONS, reader: '29:bob' })).flat()[0], 'Refresh');
  });

  const unmatched: [number, string][] = [
    [1, 'The one watch here does not match “nowhere”'],
    [3, 'None of the 3 watches here matches “nowhere”'],
  ];
  for (const [number, title] of unmatched) {
    it(`of ${number}, filtered by what matches none, says so`, () => {
      const views = Array.from({ length: number }, (_, index) => view(`h${index}.example`, [fine]));
      const card = listCard(views, { ...OPTIONS, filter: 'nowhere' });
      assert.equal(card.title, title);
      assert.deepEqual(card.text, ['Type “list” to see all.']);
      assert.equal(card.tone, 'neutral');
      assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
    });
  }

  it('shortens a long filter, whether it matches or not', () => {
    const views = [view(`${'a'.repeat(61)}.example`, [fine])];
    const short = `“${'a'.repeat(59)}…”`;
    assert.equal(listCard(views, { ...OPTIONS, filter: 'a'.repeat(61) }).lead, `Only what matches ${short}.`);
    const { title } = listCard(views, { ...OPTIONS, filter: 'a'.repeat(62) });
    assert.equal(title, `The one watch here does not match ${short}`);
  });

  describe('of many', () => {
    const broken = Array.from({ length: PAGE_ROWS + 2 }, (_, index) => until(`x${index}.example`, -1 - index));
    const good = Array.from({ length: 2 * PAGE_ROWS + 1 }, (_, index) => until(`h${index}.example`, 100 + index));
    const views = [...good, ...broken];

    const pages: [number, string[], number, string, [string, number][]][] = [
      [
        1,
        ['⛔', '✅'],
        PAGE_ROWS,
        'x16.example',
        [
          ['Next ▶', 2],
          ['Show the 31', 3],
          ['Refresh', 1],
        ],
      ],
      [
        2,
        ['⛔', '✅'],
        2,
        'x1.example',
        [
          ['◀ Previous', 1],
          ['Show the 31', 3],
          ['Refresh', 2],
        ],
      ],
      [
        3,
        ['✅'],
        PAGE_ROWS,
        'h0.example',
        [
          ['◀ Previous', 2],
          ['Next ▶', 4],
          ['Refresh', 3],
        ],
      ],
      [
        5,
        ['✅'],
        1,
        'h30.example',
        [
          ['◀ Previous', 4],
          ['Refresh', 5],
        ],
      ],
      [
        99,
        ['✅'],
        1,
        'h30.example',
        [
          ['◀ Previous', 4],
          ['Refresh', 5],
        ],
      ],
      [
        -1,
        ['⛔', '✅'],
        PAGE_ROWS,
        'x16.example',
        [
          ['Next ▶', 2],
          ['Show the 31', 3],
          ['Refresh', 1],
        ],
      ],
      [
        Number.NaN,
        ['⛔', '✅'],
        PAGE_ROWS,
        'x16.example',
        [
          ['Next ▶', 2],
          ['Show the 31', 3],
          ['Refresh', 1],
        ],
      ],
    ];
    for (const [page, symbols, number, first, expected] of pages)
      it(`shows on page ${page} ${number} rows from ${first} on`, () => {
        const card = listCard(views, { ...OPTIONS, page, filter: 'example' });
        assert.deepEqual(
          card.groups!.map(({ symbol }) => symbol),
          symbols,
        );
        assert.equal(names(card).length, number);
        assert.equal(names(card)[0], first);
        assert.equal(card.about!.total, 48);
        assert.equal(card.about!.targets![0], `tls://${first}:443`);
        assert.equal(card.about!.targets!.length, number);
        assert.deepEqual(
          buttons(card),
          expected.map(([label, target]) => [label, { page: target, filter: 'example' }]),
        );
      });

    it('tells of what is fine in one line with the next of them, and of what stands on the next page', () => {
      const [now, fineOnes] = groups(listCard(views, OPTIONS));
      assert.equal(now!.at(-1), '2 more on the next page.');
      assert.deepEqual(fineOnes, ['✅ Fine: 31', 'The next of them expires on 2 Mar.']);
      assert.match(listCard(views, OPTIONS).footnote!, /^Page 1 of 5\. /);
    });

    it('shows what is fine at once where nothing else is', () => {
      assert.equal(names(listCard(good, OPTIONS)).length, PAGE_ROWS);
      assert.equal(listCard(good, OPTIONS).title, 'All 31 are fine');
    });
  });

  it('names the zone where it tells a time of day, and tells that for what is near', () => {
    const near = view('a.example', [presented(FIRST, certificate('near', { notAfter: NOW + 5 * HOUR + MINUTE }))]);
    const card = listCard([near], OPTIONS);
    assert.deepEqual(groups(card), [['🔔 Within 30 days: 1', 'a.example|18:01|5 hours|']]);
    assert.match(plain(card.footnote!), /Times are Berlin time\.$/);
  });

  const out = 'not reachable from here';
  const conditions: [string, WatchView, string, string[]][] = [
    ['healthy', view('a.example', [fine]), 'fine', []],
    ['due', until('a.example', 10), 'soon', []],
    ['due by its own times', { ...until('a.example', 50), policy: thresholds('60d') }, 'look', ['notice']],
    ['expired', until('a.example', -1), 'now', ['expired']],
    ['wrong', view('a.example', [presented(FIRST, LEAF, { nameMatches: false })]), 'now', ['wrong name']],
    [
      'wrong and due',
      view('a.example', [presented(FIRST, leafUntil(10), { trust: INCOMPLETE })]),
      'now',
      ['incomplete chain'],
    ],
    ['down since ever', view('a.example', [failed(FIRST, 'timeout')]), 'now', ['unreachable']],
    ['down', view('a.example', [failed(FIRST, 'timeout')], { leaves: [LEAF] }), 'now', ['unreachable']],
    ['out of sight since ever', view('a.example', [failed(THIRD, 'no-route')]), 'look', [out]],
    ['out of sight', view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF] }), 'look', [out]],
    ['out of bounds', view('a.example', [failed(FIRST, 'policy')]), 'look', ['not allowed by policy']],
    ['partly out of sight', view('a.example', [fine, failed(THIRD, 'no-route')]), 'fine', []],
    [
      'out of sight while it does not answer',
      view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF], target: downTarget() }),
      'now',
      ['unreachable'],
    ],
    ['worth mending', view('a.example', [presented(FIRST, LEAF, DISORDERED)]), 'look', ['wrong order']],
    ['worth mending and due', view('a.example', [presented(FIRST, leafUntil(1), DISORDERED)]), 'soon', ['wrong order']],
    ['partly renewed', view('a.example', [fine, presented('192.0.2.2', RENEWED)]), 'look', ['partly renewed']],
    ['seen, of which no certificate is kept', view('a.example', [fine], { leaves: [] }), 'now', ['no certificate']],
    [
      'new',
      view('a.example', [], {
        target: { id: 1, uri: 'tls://a.example:443', dueAt: null, state: null, observation: null },
      }),
      'look',
      ['not looked at yet'],
    ],
  ];
  for (const [name, one, need, words] of conditions) {
    it(`takes a target that is ${name} for “${[need, ...words].join(', ')}”`, () => {
      const { since: _since, ...condition } = conditionOf(one, NOW, EN);
      assert.deepEqual(condition, { need, words });
    });
  }
});
