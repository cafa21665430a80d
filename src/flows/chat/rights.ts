import type { Command } from '../../core/chat/command.ts';
import { DeliveryError } from '../../core/errors.ts';
import { enumerate, shorten } from '../../core/language/wording.ts';
import type { Say } from '../../core/language/language.ts';
import type { Admins, Conversation } from '../../core/model/conversation.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Watch } from '../../core/model/watch.ts';
import { hasPassed, MINUTE, type Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';

/** How long it is taken for true who owns a team, milliseconds. */
const KEPT_FOR = 5 * MINUTE;
/** The most teams whose owners are remembered. */
const MOST_KEPT = 1000;

/** Of what a conversation is a part, which has administrators of its own. */
type Administered = 'team' | 'workspace' | 'nothing';

export interface Rights {
  /**
   * Whether somebody administers what the conversation belongs to; null: nobody tells. Throws DeliveryError when those
   * who tell cannot be asked now.
   */
  administers(actor: Actor, conversation: Conversation): Promise<boolean | null>;
  /** Why this person may not change what holds in this conversation; null: they may. Fails closed. */
  refusal(actor: Actor, conversation: Conversation, say: Say): Promise<string | null>;
}

/** What administrators a conversation has by its channel. In group chats nobody is more than the others. */
export function administeredBy({ kind, channel }: Pick<Conversation, 'kind' | 'channel'>): Administered {
  if (kind !== 'channel') return 'nothing';
  return channel === 'slack' ? 'workspace' : 'team';
}

/** In words who may change what holds here. `told`: the channel tells who administers it. */
export function adminsInWords(
  { by, people }: Admins,
  conversation: Pick<Conversation, 'kind' | 'channel'>,
  told: boolean,
  say: Say,
): string {
  const named = (told ? people : [by, ...people]).filter((one) => one !== null);
  const byId = new Map(named.map(({ id, name }) => [id, shorten(name, 80) || say('person.somebody')]));
  const administered = administeredBy(conversation);
  const chiefs = told && administered !== 'nothing' ? [say(`admins.of-${administered}`)] : [];
  return enumerate([...chiefs, ...byId.values()], 10, say);
}

/** Nobody is left of those by whose word it is limited: then it limits nobody any more where the channel tells nothing. */
function isForsaken({ by, people }: Admins): boolean {
  return by === null && people.length === 0;
}

/**
 * Whether a command ends a watch or changes what holds in the conversation, be it by another name: alerts come when
 * `remind` says, and a watch that is typed again with thresholds or a day gets these.
 */
export function changesWhatHolds(command: Command, watches: Pick<Watch, 'uri'>[]): boolean {
  // A table may hold thresholds.
  if (command.verb === 'unwatch' || command.verb === 'import') return true;
  if (command.verb === 'settings') return command.value !== null;
  if (command.verb === 'trust') return command.what !== 'list';
  if (command.verb === 'remind' || command.verb === 'thresholds') return command.policy !== null;
  if (command.verb !== 'watch') return false;
  const { targets, policy } = command;
  const uris = new Set(watches.map(({ uri }) => uri));
  return targets.some((one) => 'uri' in one && uris.has(one.uri) && (policy !== null || one.given !== undefined));
}

/** Who may end watches and change settings, where a conversation has limited that. */
export function createRights(context: FlowContext): Rights {
  const { calendar, settings, messengers, log, now } = context;
  const owners = new Map<string, { at: Instant; owners: string[] | null }>();

  async function ownersOf(group: string): Promise<string[] | null> {
    if (!calendar || !settings.ownAccess) return null;
    const known = owners.get(group);
    if (known && !hasPassed(known.at, KEPT_FOR, now())) return known.owners;
    const found = await calendar.ownersOf(group);
    if (owners.size >= MOST_KEPT) owners.clear();
    owners.set(group, { at: now(), owners: found });
    return found;
  }

  async function administers(actor: Actor, conversation: Conversation): Promise<boolean | null> {
    const messenger = messengers.get(conversation.channel);
    if (administeredBy(conversation) === 'nothing' || !messenger) return null;
    if (actor.outsider) return false;
    if (messenger.administers) return messenger.administers(actor, conversation);
    const group = (await messenger.groupOf?.(conversation)) ?? null;
    const known = group === null ? null : await ownersOf(group);
    return known && actor.mailbox !== null && known.includes(actor.mailbox.toLowerCase());
  }

  return {
    administers,
    async refusal(actor, conversation, say) {
      const { admins } = conversation.settings;
      if (!admins || conversation.kind === 'personal' || admins.people.some(({ id }) => id === actor.id)) return null;
      let told: boolean | null;
      try {
        told = await administers(actor, conversation);
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        log.warn({ err: error, conversation: conversation.id }, 'who administers a conversation cannot be found out');
        return say(`admins.unknown-${administeredBy(conversation) === 'workspace' ? 'workspace' : 'team'}`);
      }
      if (told === true || (told === null && (admins.by?.id === actor.id || isForsaken(admins)))) return null;
      return say('admins.refused', { who: adminsInWords(admins, conversation, told !== null, say) });
    },
  };
}
