import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { bulkCard, progressCard, tally, type BulkResult } from '../../../src/core/chat/cards/bulk.ts';
import { conditionOf, listCard, PAGE_ROWS, sortViews, type WatchView } from '../../../src/core/chat/cards/list.ts';
import { errorCard, helpCard, problemCard, sentenceCard, welcomeCard } from '../../../src/core/chat/cards/replies.ts';
import type { AddressResult, Certificate } from '../../../src/core/certificates/certificate.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import { COMMANDS, parseCommand } from '../../../src/core/chat/command.ts';
import {
  certificate,
  EN,
  failed,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  watchOf,
} from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const THIRD = '2001:db8::3';

const LEAF = certificate('leaf', { notAfter: NOW + 112 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW, notAfter: NOW + 200 * DAY });
const INCOMPLETE = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
/** Worth mending, and nothing that clients refuse. */
const DISORDERED = { disordered: true };

function leafUntil(days: number): Certificate {
  return certificate(`until ${days}`, { notAfter: NOW + days * DAY, dnsNames: [`in${days}.example`] });
}

/** Every text that a card shows. */
function textsOf(card: Card): string[] {
  return [
    card.summary,
    card.title,
    card.footnote ?? '',
    ...(card.text ?? []),
    ...(card.facts ?? []).flatMap(({ label, value }) => [label, value]),
    ...(card.table?.rows ?? []).flatMap(({ cells }) => cells.map(({ text }) => text)),
  ];
}

/** What no card may show, whatever it is about. */
function assertReadable(card: Card): void {
  assert.notEqual(card.summary, '');
  for (const text of textsOf(card)) {
    assert.doesNotMatch(
      text,
      /(?<!\d)\.\.|undefined|null|NaN|\[object|`|\(\)| {2}|\b1 (?:addresses|watches|targets|days)\b/,
      text,
    );
    assert.doesNotMatch(text, /: \S[^.]*: Fixed|: It /, text);
  }
  for (const line of card.text ?? []) assert.match(line, /[.!?…][”"')]*$/, `${line} does not end`);
}

function rows(card: Card): string[][] {
  return (card.table?.rows ?? []).map(({ cells }) => cells.map(({ text }) => text));
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

/** A target that did not answer, as seen by a look that could see none of its addresses. */
function downTarget(): WatchView['target'] {
  const seen = observation([failed(THIRD, 'no-route')], { uri: 'tls://a.example:443' });
  const state = { leaf: null, leaves: [], addresses: {}, failures: 1, answeredAt: null };
  return { id: 1, uri: 'tls://a.example:443', dueAt: NOW, state, observation: seen };
}

describe('the list', () => {
  const fine = presented(FIRST, LEAF);
  const options = { filter: '', page: 1, now: NOW, say: EN, leftOut: leaveNothingOut };

  it('of nothing says how to begin', () => {
    const card = listCard([], options);
    assertReadable(card);
    assert.equal(card.summary, 'This conversation watches nothing yet. Type for example “watch example.com”.');
  });

  it('of nothing tells programs so', () => {
    const card = listCard([], options);
    assert.equal(card.title, 'Nothing watched yet');
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, [card.summary]);
    assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
  });

  it('leaves out what cannot be shown, with a word, and tells why', () => {
    const absurd = view('absurd.example', [fine]);
    absurd.target.observation = { ...absurd.target.observation!, addresses: null as never };
    const views = [
      view('fine.example', [presented(FIRST, LEAF)]),
      absurd,
      { ...view('odd.example', [fine]), watch: watchOf({ uri: 'no uri' }) },
    ];
    const leftOut: string[] = [];
    const card = listCard(views, { ...options, leftOut: (_, { watch }) => leftOut.push(watch.uri) });
    assert.deepEqual(
      card.table!.rows.map(({ cells }) => cells[0]!.text),
      ['fine.example:443'],
    );
    assert.deepEqual(leftOut.toSorted(), ['no uri', 'tls://absurd.example:443']);
    assert.deepEqual(card.text, ['2 rows could not be shown. Whoever runs the bot finds the reason in its log.']);
    assertReadable(card);
  });

  it('begins with what expires first, and ends with what was never seen, by name', () => {
    const views = [
      view('never.example', [failed(FIRST, 'timeout')]),
      view('late.example', [presented(FIRST, leafUntil(80))]),
      view('absent.example', [failed(FIRST, 'timeout')]),
      view('soon.example', [presented(FIRST, leafUntil(3))]),
      view('gone.example', [presented(FIRST, leafUntil(-3))]),
    ];
    assert.deepEqual(
      sortViews(views).map(({ watch }) => watch.uri.slice('tls://'.length, -':443'.length)),
      ['gone.example', 'soon.example', 'late.example', 'absent.example', 'never.example'],
    );
    const card = listCard(views, options);
    assertReadable(card);
    assert.equal(
      card.summary,
      '5 watches; the first to expire is gone.example:443, which expired 2026-11-19 (3 days ago)',
    );
    assert.deepEqual(rows(card)[1], ['soon.example:443', '2026-11-25 (in 3 days)', '▲ urgent', 'Alice']);
    assert.deepEqual(rows(card)[4], ['never.example:443', '–', '✖ unreachable', 'Alice']);
  });

  it('of one watch speaks of one', () => {
    const card = listCard([view('example.com', [fine])], options);
    assert.equal(
      card.summary,
      '1 watch; the first to expire is example.com:443, which expires 2027-03-14 (in 112 days)',
    );
    assert.deepEqual(card.actions, []);
    assert.equal(card.title, '1 watch');
    assert.equal(card.tone, 'neutral');
    assert.ok(!('text' in card));
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Target', 'Expires', 'State', 'Owner'],
    );
    const about = { kind: 'answer', verb: 'list', targets: ['tls://example.com:443'], total: 1 };
    assert.deepEqual(card.about, about);
  });

  it('of what was never seen tells how many there are', () => {
    assert.equal(listCard([view('a.example', [failed(FIRST, 'timeout')])], options).summary, '1 watch');
  });

  it('goes by name where certificates end at the same time', () => {
    const views = ['b.example', 'c.example', 'a.example'].map((host) => view(host, [fine]));
    assert.deepEqual(
      sortViews(views).map(({ watch }) => watch.uri),
      ['tls://a.example:443', 'tls://b.example:443', 'tls://c.example:443'],
    );
  });

  const owners: [string, string][] = [
    ['', '–'],
    ['o'.repeat(41), `${'o'.repeat(39)}…`],
  ];
  for (const [ownerName, shown] of owners)
    it(`calls an owner “${ownerName.slice(0, 3)}” “${shown.slice(0, 3)}”`, () => {
      const one = view('a.example', [fine]);
      one.watch.ownerName = ownerName;
      assert.equal(rows(listCard([one], options))[0]![3], shown);
    });

  const kept: [string, string, object][] = [
    ['no filter', '', {}],
    ['a filter of one letter', 'a', { filter: 'a' }],
    ['a filter', 'a'.repeat(40), { filter: 'a'.repeat(40) }],
    ['a filter that would be too heavy, which is left out', 'a'.repeat(41), {}],
  ];
  for (const [name, filter, extra] of kept)
    it(`has what can be done with each row, with ${name}`, () => {
      const one = view(`${'a'.repeat(41)}.example`, [fine]);
      one.watch.id = 7;
      const data = { watch: 7 };
      assert.deepEqual(listCard([one], { ...options, filter }).table!.rows[0]!.actions, [
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

  it('shortens a long filter, whether it matches or not', () => {
    const views = [view(`${'a'.repeat(61)}.example`, [fine])];
    const short = `“${'a'.repeat(59)}…”`;
    assert.equal(listCard(views, { ...options, filter: 'a'.repeat(61) }).title, `1 watch matching ${short}`);
    const { summary } = listCard(views, { ...options, filter: 'a'.repeat(62) });
    assert.equal(summary, `The one watch here does not match ${short}.`);
  });

  const filtered: [string, string[]][] = [
    ['ALPHA', ['alpha.example:443']],
    ['münchen', ['münchen.example:443']],
    ['xn--mnchen', ['münchen.example:443']],
    ['san-of-b', ['b.example:443']],
    ['demo ca', ['alpha.example:443', 'b.example:443', 'münchen.example:443']],
    ['bob', ['b.example:443']],
    ['tls://alpha', ['alpha.example:443']],
  ];
  for (const [filter, targets] of filtered) {
    it(`filtered by “${filter}” shows ${targets.join(', ')}`, () => {
      const sans = certificate('b', { notAfter: NOW + 113 * DAY, dnsNames: ['san-of-b.example'] });
      const views = [
        view('alpha.example', [fine]),
        view('b.example', [presented(FIRST, sans)]),
        view('xn--mnchen-3ya.example', [presented(FIRST, { ...LEAF, notAfter: NOW + 114 * DAY })]),
      ];
      views[1]!.watch.ownerName = 'Bob';
      const card = listCard(views, { ...options, filter });
      assert.deepEqual(
        rows(card).map(([target]) => target),
        targets,
      );
      assert.ok(card.title.endsWith(`matching “${filter}”`), card.title);
    });
  }

  const unmatched: [number, string][] = [
    [1, 'The one watch here does not match “nowhere”.'],
    [3, 'None of the 3 watches here matches “nowhere”.'],
  ];
  for (const [number, summary] of unmatched) {
    it(`of ${number}, filtered by what matches none, says so`, () => {
      const views = Array.from({ length: number }, (_, index) => view(`h${index}.example`, [fine]));
      const card = listCard(views, { ...options, filter: 'nowhere' });
      assertReadable(card);
      assert.equal(card.summary, summary);
      assert.equal(card.title, 'No match');
      assert.equal(card.tone, 'neutral');
      assert.deepEqual(card.text, [summary, 'Type “list” to see all.']);
      assert.deepEqual(card.about, { kind: 'answer', verb: 'list', targets: [], total: 0 });
    });
  }

  it('of one more than fit on a page has two', () => {
    const views = Array.from({ length: PAGE_ROWS + 1 }, (_, index) => view(`h${index}.example`, [fine]));
    assert.equal(listCard(views, options).title, '16 watches, page 1 of 2');
    assert.equal(listCard(views.slice(1), options).title, '15 watches');
  });

  describe('of many', () => {
    const views = Array.from({ length: 2 * PAGE_ROWS + 1 }, (_, index) =>
      view(`h${index}.example`, [presented(FIRST, leafUntil(100 + index))]),
    );
    const buttons = (page: number, filter = '') =>
      listCard(views, { ...options, filter, page }).actions!.map((action) =>
        action.kind === 'execute' ? [action.label, action.action] : [],
      );
    const to = (page: number, filter = '') => ({ name: 'list-page', data: { page, filter } });

    const pages: [number, number, number, string][] = [
      [1, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [2, PAGE_ROWS, PAGE_ROWS, '31 watches, page 2 of 3'],
      [3, 2 * PAGE_ROWS, 1, '31 watches, page 3 of 3'],
      [99, 2 * PAGE_ROWS, 1, '31 watches, page 3 of 3'],
      [0, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [-1, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
      [Number.NaN, 0, PAGE_ROWS, '31 watches, page 1 of 3'],
    ];
    for (const [page, first, number, title] of pages) {
      it(`shows page ${page} as “${title}”`, () => {
        const card = listCard(views, { ...options, page });
        assert.equal(card.title, title);
        assert.equal(rows(card).length, number);
        assert.equal(rows(card)[0]![0], `h${first}.example:443`);
        assert.equal(card.about!.total, 31);
        assert.equal(card.about!.targets!.length, number);
        assert.equal(card.about!.targets![0], `tls://h${first}.example:443`);
      });
    }

    it('has buttons to the pages beside it, which keep the filter', () => {
      assert.deepEqual(buttons(1), [
        ['Next ▶', to(2)],
        ['Refresh', to(1)],
      ]);
      assert.deepEqual(buttons(2, 'example'), [
        ['◀ Previous', to(1, 'example')],
        ['Next ▶', to(3, 'example')],
        ['Refresh', to(2, 'example')],
      ]);
      assert.deepEqual(buttons(3), [
        ['◀ Previous', to(2)],
        ['Refresh', to(3)],
      ]);
    });
  });

  const conditions: [string, WatchView, string, string][] = [
    ['healthy', view('a.example', [fine]), 'good', '✓ fine'],
    ['due', view('a.example', [presented(FIRST, leafUntil(10))]), 'notice', '◔ notice'],
    ['expired', view('a.example', [presented(FIRST, leafUntil(-1))]), 'attention', '✖ expired'],
    ['wrong', view('a.example', [presented(FIRST, LEAF, { nameMatches: false })]), 'attention', '✖ wrong name'],
    [
      'wrong and due',
      view('a.example', [presented(FIRST, leafUntil(10), { trust: INCOMPLETE })]),
      'attention',
      '✖ notice, incomplete chain',
    ],
    ['down since ever', view('a.example', [failed(FIRST, 'timeout')]), 'attention', '✖ unreachable'],
    ['down', view('a.example', [failed(FIRST, 'timeout')], { leaves: [LEAF] }), 'attention', '✖ unreachable'],
    ['out of sight since ever', view('a.example', [failed(THIRD, 'no-route')]), 'neutral', '– not reachable from here'],
    [
      'out of sight',
      view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF] }),
      'good',
      '✓ fine, not reachable from here',
    ],
    ['out of bounds', view('a.example', [failed(FIRST, 'policy')]), 'neutral', '– not allowed by policy'],
    [
      'partly out of bounds and else out of sight',
      view('a.example', [failed(THIRD, 'no-route'), failed(FIRST, 'policy')]),
      'neutral',
      '– not allowed by policy',
    ],
    ['partly out of sight', view('a.example', [fine, failed(THIRD, 'no-route')]), 'good', '✓ fine'],
    [
      'out of sight while it does not answer',
      view('a.example', [failed(THIRD, 'no-route')], { leaves: [LEAF], target: downTarget() }),
      'attention',
      '✖ unreachable',
    ],
    ['worth mending', view('a.example', [presented(FIRST, LEAF, DISORDERED)]), 'warning', '▲ wrong order'],
    [
      'worth mending and critical',
      view('a.example', [presented(FIRST, leafUntil(1), DISORDERED)]),
      'attention',
      '✖ critical, wrong order',
    ],
    ['partly renewed', view('a.example', [fine, presented(SECOND, RENEWED)]), 'warning', '▲ partly renewed'],
    [
      'wrong, of which no certificate is kept',
      view('a.example', [presented(FIRST, LEAF, { nameMatches: false, trust: INCOMPLETE })], { leaves: [] }),
      'attention',
      '✖ wrong name, incomplete chain',
    ],
    [
      'out of sight, and was never seen while it did not answer',
      view('a.example', [], { target: downTarget() }),
      'attention',
      '✖ unreachable',
    ],
    [
      'seen, of which no certificate is kept',
      view('a.example', [fine], { leaves: [] }),
      'attention',
      '✖ no certificate',
    ],
    [
      'known, but was not seen by this version',
      view('a.example', [fine], { target: { ...downTarget(), observation: null } }),
      'neutral',
      '… not looked at yet',
    ],
    [
      'seen, but of which nothing is carried on',
      view('a.example', [fine], { target: { ...downTarget(), state: null } }),
      'neutral',
      '… not looked at yet',
    ],
    [
      'new',
      view('a.example', [], {
        target: { id: 1, uri: 'tls://a.example:443', dueAt: null, state: null, observation: null },
      }),
      'neutral',
      '… not looked at yet',
    ],
  ];
  for (const [name, one, tone, text] of conditions) {
    it(`shows a target that is ${name} as “${text}”`, () => {
      assert.deepEqual(conditionOf(one, NOW, EN), { tone, text });
    });
  }
});

describe('the answer to a bulk command', () => {
  function result(index: number, overrides: Partial<BulkResult> = {}): BulkResult {
    return {
      target: { uri: `tls://h${index}.example:443` },
      outcome: 'watched',
      tone: 'good',
      note: '✓ fine',
      expires: '2027-03-14',
      rank: NOW + index,
      ...overrides,
    };
  }
  const wrong = {
    outcome: 'failed',
    tone: 'warning',
    note: '“x y” is not a host name.',
    expires: '–',
    rank: 0,
  } as const;

  it('lists up to twenty targets, the worst first', () => {
    const card = bulkCard([result(1), result(2, { ...wrong, target: { text: 'x y' } }), result(3)], EN);
    assertReadable(card);
    assert.equal(card.summary, '3 targets: 2 watched, 1 failed');
    assert.equal(card.title, card.summary);
    assert.deepEqual(rows(card), [
      ['x y', 'failed: “x y” is not a host name.', '–'],
      ['h1.example:443', 'watched: ✓ fine', '2027-03-14'],
      ['h3.example:443', 'watched: ✓ fine', '2027-03-14'],
    ]);
  });

  it('shortens what was typed, and what became of it', () => {
    const card = bulkCard([result(1, { ...wrong, target: { text: 't'.repeat(81) }, note: 'n'.repeat(161) })], EN);
    assert.deepEqual(rows(card)[0]!.slice(0, 2), [`${'t'.repeat(79)}…`, `failed: ${'n'.repeat(159)}…`]);
  });

  it('shows a note as it is: it may be a text from a certificate', () => {
    const card = bulkCard([result(1, { ...wrong, note: 'The chain ends at “`CA`”.' })], EN);
    assert.equal(rows(card)[0]![1], 'failed: The chain ends at “`CA`”.');
    assert.equal(card.summary, '1 target: 1 failed');
  });

  const many: [number, number, string][] = [
    [0, 0, 'Nothing needs attention.'],
    [1, 1, 'One of them needs attention and is listed here.'],
    [7, 7, '7 of them need attention and are listed here.'],
    [41, 40, 'The first 40 of 41 that need attention are listed; “list” shows all watches.'],
  ];
  for (const [problems, listed, text] of many) {
    it(`about many, ${problems} of them in trouble, lists ${listed}`, () => {
      const results = Array.from({ length: 50 }, (_, index) =>
        result(index, index < problems ? { tone: 'warning', note: '▲ urgent' } : {}),
      );
      const card = bulkCard(results, EN);
      assertReadable(card);
      assert.deepEqual(card.text, [text]);
      assert.equal(rows(card).length, listed);
    });
  }

  it('about many without trouble has no table', () => {
    const card = bulkCard(
      Array.from({ length: 21 }, (_, index) => result(index, { tone: index % 2 ? 'good' : 'neutral' })),
      EN,
    );
    assert.equal(card.table, undefined);
    assert.deepEqual(card.text, ['Nothing needs attention.']);
    assert.equal(card.tone, 'good');
  });

  it('about twenty lists each, and says no more', () => {
    const card = bulkCard(
      Array.from({ length: 20 }, (_, index) => result(index)),
      EN,
      'One more thing.',
    );
    assert.equal(rows(card).length, 20);
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Target', 'Result', 'Expires'],
    );
    assert.deepEqual(card.text, []);
    assert.equal(card.footnote, 'One more thing.');
  });

  it('counts by outcome', () => {
    const outcomes: BulkResult['outcome'][] = ['already', 'watched', 'checked', 'unwatched', 'not-watched', 'failed'];
    assert.equal(
      tally(
        outcomes.map((outcome, index) => result(index, { outcome })),
        EN,
      ),
      '1 watched, 1 already watched, 1 checked, 1 no longer watched, 1 not watched here, 1 failed',
    );
  });

  const tones: [string, Partial<BulkResult>[], string][] = [
    ['all is well', [{}, {}], 'good'],
    ['one is due', [{}, { tone: 'notice' }], 'notice'],
    ['one failed', [{}, wrong], 'warning'],
    ['one failed and another has expired', [wrong, { tone: 'attention' }, { tone: 'notice' }], 'attention'],
  ];
  for (const [name, results, tone] of tones) {
    it(`is ${tone} when ${name}`, () => {
      assert.equal(
        bulkCard(
          results.map((overrides, index) => result(index, overrides)),
          EN,
        ).tone,
        tone,
      );
    });
  }

  it('shows its progress meanwhile', () => {
    const card = progressCard('check', 12, 400, EN);
    assertReadable(card);
    assert.equal(card.summary, 'Checking: 12 of 400 targets done');
    assert.deepEqual(card.progress, { done: 12, total: 400 });
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, ['This card is kept up to date until the end.']);
  });
});

describe('a reply', () => {
  it('is one sentence, without Markdown', () => {
    const card = sentenceCard('Title', 'Type `list`.', EN, { more: ['Or `help`.'] });
    assert.equal(card.summary, 'Type “list”.');
    assert.deepEqual(card.text, ['Type “list”.', 'Or “help”.']);
    assert.equal(card.tone, 'neutral');
    assert.ok(!('actions' in card));
    assertReadable(card);
  });

  it('may have buttons', () => {
    const actions = [{ kind: 'open' as const, label: 'Open', url: 'https://example.com/' }];
    assert.deepEqual(sentenceCard('Title', 'It is so.', EN, { actions }).actions, actions);
  });

  it('to something that was not understood is a warning', () => {
    const card = problemCard('“wacth” is not a command. Did you mean `watch`?', EN);
    assertReadable(card);
    assert.equal(card.tone, 'warning');
    assert.deepEqual(card.about, { kind: 'answer', refused: true });
  });

  it('to our own fault carries the id under which the log tells more', () => {
    const card = errorCard('0a1b2c3d', EN);
    assertReadable(card);
    assert.match(card.summary, /error id 0a1b2c3d\.$/);
    assert.equal(card.tone, 'attention');
    assert.deepEqual(card.about, { kind: 'answer', error: '0a1b2c3d' });
  });

  it('to `help` has every command that is parsed', () => {
    const card = helpCard(EN);
    assertReadable(card);
    assert.deepEqual(
      rows(card).map(([usage]) => usage!.split(' ')[0]),
      Object.keys(COMMANDS),
    );
    assert.ok(card.summary.startsWith(`Commands: ${Object.keys(COMMANDS).join(', ')}.`), card.summary);
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Command', 'What it does'],
    );
    assert.equal(card.text!.length, 1);
  });

  it('to `help` has examples that are understood', () => {
    const examples = helpCard(EN).footnote!.replace('Examples: ', '').split(' · ');
    const verbs = examples.map((example) => parseCommand(example, EN).verb);
    assert.deepEqual(verbs, ['watch', 'watch', 'check', 'list', 'show']);
  });

  for (const [kind, first] of [
    ['personal', 'watch example.com'],
    ['group', '@certbot watch example.com'],
    ['channel', '@certbot watch example.com'],
  ] as const) {
    it(`on installation in a ${kind} chat says to type “${first}”`, () => {
      const card = welcomeCard(kind, 'graph', EN);
      assertReadable(card);
      assert.ok(card.summary.endsWith(`Type “${first}” to begin.`), card.summary);
      assert.equal(card.tone, 'good');
      assert.equal(card.text![0], card.summary);
      assert.match(card.text![2]!, kind === 'personal' ? /“help”/ : /“@certbot help”/);
    });
  }

  it('on installation promises no calendar where reminders go into none', () => {
    assert.match(welcomeCard('channel', 'ics', EN).text![1]!, /puts renewal reminders into the calendar, and alerts/);
    assert.match(welcomeCard('channel', 'none', EN).text![1]!, /^It looks at the certificate, and alerts/);
  });
});
