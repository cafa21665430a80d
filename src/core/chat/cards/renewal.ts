import type { Card, CardAction, Group, Line, Row } from '../../card.ts';
import type { Item } from '../../certificates/item.ts';
import type { Say } from '../../language/language.ts';
import { renewalHelp, shouldBeRenewed, type Step } from '../../renewal/help.ts';
import { briefTarget, typedTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { endOf } from './needs.ts';
import { problemCard, sentenceCard, summaryOf } from './replies.ts';
import { groupOf } from './rows.ts';

const STEPS = ['renew', 'install', 'see', 'next'] as const;

function stepGroup({ text, commands }: Step, heading: string): Group {
  const lines = commands.map(({ of, command }): Line => [`${of}: `, { text: command, mono: true }]);
  return { heading, text: [text, ...lines] };
}

/**
 * How to renew what a target presents: the guess, then numbered steps, each with what can be typed, by what there is.
 * `item`: what it presents; undefined while that is not known.
 */
export function renewalCard(item: Item | undefined, uri: string, { now, say }: { now: Instant; say: Say }): Card {
  const target = briefTarget(uri);
  const help = item ? renewalHelp(item, [uri], { isDue: shouldBeRenewed(item, now), say }) : null;
  if (!item || !help) return problemCard(say('renew.unknown', { target: typedTarget(uri) }), say);
  const isDate = item.kind === 'date';
  const title = say('renew.title', { target });
  const headings = isDate ? (['renew', 'next'] as const) : STEPS;
  return {
    language: say.language,
    summary: summaryOf(undefined, title, help.guess),
    title,
    tone: 'neutral',
    lead: help.guess,
    groups: help.steps.map((step, index) => stepGroup(step, `${index + 1}. ${say(`renew.step.${headings[index]!}`)}`)),
    ...(isDate ? {} : { footnote: say('renew.footnote') }),
  };
}

/** So many are asked about. */
const MOST_ASKED = 5;

/** Which of what is watched is meant: those that end first, each to be chosen. */
export function whichToRenewCard(
  known: { watch: { id: number; uri: string }; item: Item }[],
  { now, say }: { now: Instant; say: Say },
): Card {
  const first = known.toSorted((a, b) => a.item.notAfter - b.item.notAfter).slice(0, MOST_ASKED);
  const rows = first.map(({ watch, item }): Row => ({
    name: briefTarget(watch.uri),
    ...endOf(item, { now, say, isDay: true }),
    actions: [renewAction(watch, say)],
  }));
  const groups = rows.length > 0 ? { groups: [groupOf({ heading: '', rows })] } : {};
  return sentenceCard(say('renew.which.title'), say('renew.which'), say, groups);
}

/** The button that asks for it, beside a card about one watch. */
export function renewAction(watch: { id: number }, say: Say, { isRare = false } = {}): CardAction {
  const action = { name: 'renew', data: { watch: watch.id } };
  return { kind: 'execute', label: say('button.renew'), action, ...(isRare ? { isRare } : {}) };
}
