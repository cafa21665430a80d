import type { Card, Row } from '../../card.ts';
import type { Observation } from '../../certificates/certificate.ts';
import { stageAt, type Threshold } from '../../certificates/stages.ts';
import { itemsOf } from '../../certificates/verdict.ts';
import type { Say } from '../../language/language.ts';
import { enumerate } from '../../language/wording.ts';
import { briefTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { endOf } from './needs.ts';
import { typeAction } from './replies.ts';

const MOST_NAMED = 5;
const MOST_DUE = 10;

/** What a target leads to that is watched from now on. */
export interface FoundTargets {
  /** Where it leads from. */
  uri: string;
  /** What was added, as far as it could be looked at. */
  added: { uri: string; observation: Observation | null }[];
  /** How many there was no room for. */
  left: number;
  /** Who was asked to take over some. */
  asked: string[];
  /** Nothing of it was watched before. */
  isFirst: boolean;
}

/** Tells a conversation which targets it watches from now on since another leads to them, those first that are due. */
export function foundCard(
  { uri, added, left, asked, isFirst }: FoundTargets,
  { now, policy, say }: { now: Instant; policy: Threshold[] | null; say: Say },
): Card {
  const due = added
    .flatMap(({ uri: one, observation }) => {
      const [item] = observation ? itemsOf(observation) : [];
      const stage = item ? stageAt(item, policy, now) : 'fine';
      return item && stage !== 'fine' ? [{ one, item, stage }] : [];
    })
    .toSorted((a, b) => a.item.notAfter - b.item.notAfter);
  const rows = due.slice(0, MOST_DUE).map(({ one, item, stage }): Row => {
    const { sub, ...when } = endOf(item, { now, say });
    return { name: briefTarget(one), sub: [say(`stage.${stage}`), ...(sub ? [sub] : [])].join(' · '), ...when };
  });
  const names = enumerate(
    added.map((one) => briefTarget(one.uri)),
    MOST_NAMED,
    say,
  );
  const values = { from: briefTarget(uri), number: added.length, due: due.length, names };
  const title = say('found.title', values);
  const lead = say(isFirst ? 'found.first' : 'found.new', values);
  const text = [
    ...(asked.length > 0 ? [say('found.asked', { names: enumerate(asked, MOST_NAMED, say) })] : []),
    ...(left > 0 ? [say('found.left', { number: left })] : []),
  ];
  const list = typeAction(say('button.open-list'), `list ${briefTarget(uri)}`);
  return {
    language: say.language,
    summary: `${title}.`,
    title,
    tone: due.length > 0 ? 'warning' : 'neutral',
    lead,
    ...(text.length > 0 ? { text } : {}),
    ...(rows.length > 0 ? { groups: [{ heading: say('found.due'), rows }] } : {}),
    footnote: say('found.list', values),
    ...(list ? { actions: [list] } : {}),
  };
}
