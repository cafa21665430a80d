import type { Card, Group } from '../../card.ts';
import { shortDay } from '../../language/dates.ts';
import type { Instant } from '../../time.ts';
import { sayIn, type Say } from '../../language/language.ts';
import type { Conversation } from '../../model/conversation.ts';
import { briefTarget } from '../../targets/target.ts';
import { prose, shorten } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';

/**
 * A card that stands in for one which its conversation does not take: it says so, and has no buttons, which belong to
 * that conversation. `where`: its name, null = it has none; `link` opens it.
 */
export function elsewhereCard(
  card: Card,
  options: {
    where: string | null;
    link: string | null;
    why: 'answer' | 'unreachable' | 'refused' | 'outlived';
    peerCode: string | null;
  },
): Card {
  const { where, link, why, peerCode } = options;
  const say = sayIn(card.language);
  const code = peerCode === null ? '' : ` (${shorten(peerCode, 60)})`;
  const sentence = say(`elsewhere.${why}`, {
    where: where === null ? say('elsewhere.unnamed') : shorten(where, 80),
    code,
  });
  // Whom the card mentions is not in the other conversation, or is alone in it.
  const { actions, groups, mentions: _mentions, ...rest } = card;
  const open = (actions ?? []).filter(({ kind }) => kind === 'open');
  const linked = link === null ? [] : [{ kind: 'open' as const, label: say('elsewhere.open'), url: link }];
  return {
    ...rest,
    text: [prose(sentence, say), ...(card.text ?? [])],
    ...(groups ? { groups: groups.map(withoutActions) } : {}),
    ...(open.length + linked.length > 0 ? { actions: [...open, ...linked] } : {}),
    ...(card.about ? { about: { ...card.about, elsewhere: true } } : {}),
  };
}

/** Rows that nobody can do anything with: what their buttons name is in another conversation, or is over. */
export function withoutActions({ rows, ...group }: Group): Group {
  return rows ? { ...group, rows: rows.map(({ actions: _actions, ...row }) => row) } : group;
}

/** Targets that are named in one sentence. */
const MOST_NAMED = 5;

/** What is kept of a conversation that removed the bot will be deleted, unless somebody acts. `until` is when. */
export function leavingCard(
  { name, goneAt }: Pick<Conversation, 'name' | 'goneAt'>,
  { uris, until, now }: { uris: string[]; until: Instant; now: Instant },
  say: Say,
): Card {
  const targets = uris.map(briefTarget);
  const more = targets.length > MOST_NAMED ? ' …' : '';
  const values = {
    where: name === null ? say('elsewhere.unnamed') : shorten(name, 80),
    since: shortDay(goneAt ?? until, { now, say }),
    until: shortDay(until, { now, say, weekday: true }),
    number: uris.length,
    targets: `${targets.slice(0, MOST_NAMED).join(', ')}${more}`,
  };
  return sentenceCard(say('leaving.title', values), say('leaving', values), say, {
    tone: 'warning',
    more: [say('leaving.advice', { example: targets[0] ?? 'example.com' })],
  });
}
