import type { Command } from '../../core/chat/command.ts';
import type { PersonArgument } from '../../core/chat/people-words.ts';
import type { Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Inbound, InboundAction } from '../../core/model/inbound.ts';
import type { Watch } from '../../core/model/watch.ts';
import { displayTarget, restrictionOf } from '../../core/targets/target.ts';
import { enumerate } from '../../core/language/wording.ts';

/** Presses that change a watch. Others only show, or are for one person alone and look themselves at who presses. */
const CHANGING = new Set(['unwatch-row', 'unwatch-left', 'ask-owner']);

/** What an outsider may hear of: what is the organisation's is no guest's. */
export function tellable<T extends { uri: string }>(all: T[], isOutsider: boolean): T[] {
  return isOutsider ? all.filter(({ uri }) => restrictionOf(uri) === null) : all;
}

type Named = Extract<Command, { verb: 'unwatch' }>['targets'];

/** The watches that a command names and somebody else owns. */
function othersAmong(targets: Named, watches: Watch[], personId: string): Watch[] {
  const uris = targets === 'all' ? null : new Set(targets.flatMap((target) => ('uri' in target ? [target.uri] : [])));
  return watches.filter(({ uri, ownerId }) => ownerId !== personId && (uris === null || uris.has(uri)));
}

function isSelf(people: PersonArgument[]): boolean {
  return people.every(({ kind }) => kind === 'self');
}

function notYours(others: Watch[], say: Say): string | null {
  if (others.length === 0) return null;
  const targets = others.map(({ uri }) => displayTarget(uri));
  return say('outsider.not-yours', { targets: enumerate(targets, 5, say) });
}

function allOrThese(targets: Named, say: Say): { targets: Named } | { sentence: string } {
  return targets === 'all' ? { sentence: say('outsider.everything') } : { targets };
}

/** Which watches of others this would change; null: something that nobody owns alone, and the sentence for it. */
function changed(command: Command, say: Say): { targets: Named } | { sentence: string | null } {
  if (command.verb === 'unwatch')
    return command.targets === 'all' ? { sentence: say('outsider.everything') } : { targets: command.targets };
  if (command.verb === 'watch') {
    const { policy, targets } = command;
    // A new day for what is watched is a change as well.
    return { targets: policy === null ? targets.filter((one) => 'uri' in one && one.given !== undefined) : targets };
  }
  if (command.verb === 'thresholds') {
    if (command.policy === null) return { sentence: null };
    return command.targets === 'all' ? { sentence: say('outsider.everything') } : { targets: command.targets };
  }
  if (command.verb === 'note')
    return command.note === undefined ? { sentence: null } : allOrThese(command.targets, say);
  if (command.verb === 'untag' || (command.verb === 'tag' && command.tags.length > 0))
    return allOrThese(command.targets ?? [], say);
  if (command.verb === 'owner') return command.person === null ? { sentence: null } : { targets: command.targets };
  if (command.verb === 'copies') {
    const { change, people, targets } = command;
    if (change === null || (change === 'remove' && isSelf(people))) return { sentence: null };
    return targets === null || !isSelf(people) ? { sentence: say('outsider.everything') } : { targets };
  }
  const isChange =
    command.verb === 'import' ||
    (command.verb === 'settings' && command.value !== null) ||
    (command.verb === 'remind' && command.policy !== null) ||
    (command.verb === 'trust' && command.what !== 'list');
  if (isChange) return { sentence: say('outsider.everything') };
  if (command.verb === 'export') return { sentence: say('outsider.export') };
  const isFeed = command.verb === 'calendar' && (command.what === 'tell' || command.what === 'reset');
  return { sentence: isFeed ? say('outsider.feed') : null };
}

/**
 * Why somebody of another organisation than the conversation's may not have this command done: they may look and ask,
 * and change only what they own. Null: they may, as everybody else. In their own chat everything is theirs, but for
 * what concerns the whole bot.
 */
export function refusedToOutsider(
  command: Command,
  { actor }: Pick<Inbound, 'actor'>,
  { kind }: Pick<Conversation, 'kind'>,
  watches: Watch[],
  say: Say,
): string | null {
  if (!actor.outsider) return null;
  if (command.verb === 'settings' && command.key === 'operators' && command.value !== null)
    return say('outsider.operators');
  if (command.verb === 'operators') return say('outsider.operators');
  if (kind === 'personal') return null;
  const change = changed(command, say);
  return 'sentence' in change ? change.sentence : notYours(othersAmong(change.targets, watches, actor.id), say);
}

/** The same for a press on a button that carries a watch. */
export function pressRefusedToOutsider(
  { actor, action, conversation }: InboundAction,
  watches: Watch[],
  say: Say,
): string | null {
  if (!actor.outsider || conversation.kind === 'personal') return null;
  if (action.name === 'unwatch-all') return say('outsider.everything');
  const watch = watches.find(({ id }) => id === Number(action.data['watch']));
  if (watch && restrictionOf(watch.uri) !== null) return say('allowance.guests');
  if (!CHANGING.has(action.name)) return null;
  return watch ? notYours(othersAmong([{ text: '', uri: watch.uri }], watches, actor.id), say) : null;
}
