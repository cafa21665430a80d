import type { Verified } from '../../alerts/verify.ts';
import type { Card, Group, Row } from '../../card.ts';
import type { Item } from '../../certificates/item.ts';
import { shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { enumerate, lengthLeft, relative } from '../../language/wording.ts';
import { briefTarget, typedTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { sentenceCard, typeAction } from './replies.ts';

/** A target of which somebody said that it is renewed. */
export interface DoneTarget {
  uri: string;
  result: Verified;
  /** It was to be renewed. */
  isDue: boolean;
  /** What should be gone. */
  old: Item | null;
}

interface Options {
  now: Instant;
  say: Say;
}

const MOST_ROWS = 15;
const MOST_NAMED = 5;

function rowOf(name: string, sub: string, item: Item | null, { now, say }: Options): Row {
  if (!item) return { name, sub };
  const distance = lengthLeft(item.notAfter, now, say) ?? relative(item.notAfter, now, say);
  return { name, sub, date: shortDay(item.notAfter, { now, say }), distance };
}

/** Those that are still to be done come first. */
function addressRows({ result, old }: DoneTarget, options: Options): Row[] {
  const { say } = options;
  return [
    ...result.old.map((address) => rowOf(address, say('done.still'), old, options)),
    ...result.away.map((address) => rowOf(address, say('done.away'), null, options)),
    ...result.fresh.map((address) => rowOf(address, say('done.new'), result.next, options)),
  ];
}

function targetRow({ uri, result, old }: DoneTarget, options: Options): Row {
  const { say } = options;
  const name = briefTarget(uri);
  if (result.outcome === 'all') return rowOf(name, say('done.new'), result.next, options);
  if (result.outcome === 'silent') return rowOf(name, say('done.away'), null, options);
  const where = result.outcome === 'some' ? ` · ${enumerate(result.old, MOST_NAMED, say)}` : '';
  return rowOf(name, `${say('done.still')}${where}`, old, options);
}

const ORDER: Verified['outcome'][] = ['none', 'some', 'silent', 'all'];

function groupOf(targets: DoneTarget[], options: Options): Group {
  const { say } = options;
  const [only] = targets;
  const isOne = targets.length === 1 && only !== undefined;
  const sorted = targets.toSorted((a, b) => ORDER.indexOf(a.result.outcome) - ORDER.indexOf(b.result.outcome));
  const rows = isOne ? addressRows(only, options) : sorted.map((target) => targetRow(target, options));
  const rest = rows.length - MOST_ROWS;
  return {
    heading: say(isOne ? 'done.addresses' : 'done.group'),
    rows: rows.slice(0, MOST_ROWS),
    ...(rest > 0 ? { more: say('incident.more', { number: rest }) } : {}),
  };
}

function again(targets: DoneTarget[], say: Say): Card['actions'] {
  const action = typeAction(say('button.again'), `done ${targets.map(({ uri }) => typedTarget(uri)).join(' ')}`);
  return action ? [action] : [];
}

/** All of several targets are renewed. */
export function renewedTargetsCard(targets: DoneTarget[], options: Options): Card {
  const { say } = options;
  const state = { symbol: '✅', word: say('incident.word.renewed') };
  const [only] = targets;
  const one = targets.length === 1 && only ? say('done.title.one', { target: briefTarget(only.uri) }) : null;
  return sentenceCard(one ?? say('done.title.all', { total: targets.length }), '', say, {
    tone: 'good',
    state,
    groups: [groupOf(targets, options)],
  });
}

/** Some present the new certificate, and others the old one. */
export function partlyCard(targets: DoneTarget[], options: Options): Card {
  const { say } = options;
  const [only] = targets;
  const done = targets.filter(({ result }) => result.outcome === 'all').length;
  const title =
    targets.length === 1 && only
      ? say('done.title.some', { number: only.result.old.length, target: briefTarget(only.uri) })
      : say('done.title.targets', { done, total: targets.length });
  const card = sentenceCard(title, '', say, {
    tone: 'warning',
    state: { symbol: '⚠️', word: say('done.state.some') },
    groups: [groupOf(targets, options)],
    actions: again(targets, say) ?? [],
  });
  return { ...card, todo: { task: say('done.some') } };
}

/** Nothing of it is there yet. */
export function stillOldCard(targets: DoneTarget[], options: Options): Card {
  const { say } = options;
  const target = enumerate(
    targets.map(({ uri }) => briefTarget(uri)),
    MOST_NAMED,
    say,
  );
  const [only] = targets;
  if (targets.length === 1 && only?.old && !only.isDue && only.result.outcome === 'none') {
    const date = shortDay(only.old.notAfter, { ...options, year: true });
    return sentenceCard(say('done.title.fine', { target, date }), say('done.fine'), say, { tone: 'good' });
  }
  const isSilent = targets.every(({ result }) => result.outcome === 'silent');
  const old = [...new Set(targets.flatMap(({ result }) => result.old))];
  const where = old.length > 1 ? [say('done.none-in', { addresses: enumerate(old, MOST_NAMED, say) })] : [];
  const state = { symbol: '⚠️', word: say('done.state.none') };
  const actions = again(targets, say) ?? [];
  return isSilent
    ? sentenceCard(say('done.title.silent', { target }), say('done.silent'), say, { tone: 'warning', state, actions })
    : sentenceCard(say('done.title.none', { target }), say('done.none'), say, {
        tone: 'warning',
        state,
        actions,
        more: where,
      });
}
