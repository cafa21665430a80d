import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import { textOf, type Card, type Row } from '../../../core/card.ts';
import { capital } from '../../../core/chat/cards/rows.ts';
import { rangesOf, wholeName } from '../../../core/language/name-ranges.ts';
import type { Command } from '../../../core/chat/command.ts';
import type { PersonArgument } from '../../../core/chat/people-words.ts';
import { UserError } from '../../../core/errors.ts';
import { NOBODY } from '../../../core/model/forgetting.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Actor, PersonReference, Recipient } from '../../../core/model/people.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { unicodeHost } from '../../../core/targets/endpoint.ts';
import { briefTarget } from '../../../core/targets/target.ts';
import { enumerate, prose, shorten } from '../../../core/language/wording.ts';
import { ownDestinationOf } from '../../reminders/destinations.ts';
import {
  ask,
  findPerson,
  hasCopies,
  nameOf,
  subjectOf,
  takeOver,
  whereaboutsOf,
  withdraw,
  type Found,
  type Proposal,
} from '../../people/recipients.ts';
import { questionRefused } from '../../people/questions.ts';
import { domainsOf } from './exchangers.ts';
import { notWatched } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** The watches that a command names, or the sentence for one that is not watched here. */
export function named(
  targets: Extract<Command, { verb: 'owner' }>['targets'],
  watches: Watch[],
  say: Say,
): { watches: Watch[] } | { sentence: string } {
  if (targets === 'all')
    return watches.length > 0 ? { watches } : { sentence: `${say('list.empty.title')}. ${say('list.empty')}` };
  const found: Watch[] = [];
  for (const target of targets) {
    if ('problem' in target) return { sentence: prose(target.problem, say) };
    const watch = watches.find(({ uri }) => uri === target.uri);
    // Of the mail exchangers of a domain those count that are watched here.
    if (!watch && target.domains) continue;
    if (!watch) return { sentence: notWatched(target.uri, watches, say) };
    found.push(watch);
  }
  const [domain] = domainsOf(targets);
  if (found.length === 0 && domain !== undefined)
    return { sentence: say('mx.not-watched', { domain: unicodeHost(domain) }) };
  return { watches: found };
}

/** What is known of somebody whom the message names; null for the asker. */
function referenceOf(argument: PersonArgument, { inbound }: Request, say: Say): PersonReference | null {
  if (argument.kind === 'self') return null;
  if (argument.kind === 'address') return { id: null, directoryId: null, address: argument.address };
  const mention = inbound.mentions[argument.index];
  if (!mention) throw new UserError(say('person.not-mentioned'));
  return { id: mention.id, directoryId: null, address: null };
}

/** Who is meant and where they can be asked; null: the asker themselves. */
export async function personOf(
  context: CommandContext,
  request: Request,
  argument: PersonArgument,
): Promise<Found | null> {
  const { say, inbound } = request;
  const reference = referenceOf(argument, request, say);
  const own = inbound.actor.mailbox?.toLowerCase();
  if (!reference || reference.id === inbound.actor.id || (own && reference.address === own)) return null;
  const found = await findPerson(context, reference, inbound.conversation, say);
  return found.actor.id === inbound.actor.id ? null : found;
}

/** Rows of one card. */
const MOST_ROWS = 15;

/** Who was asked to take over, and has not answered yet. */
function pendingRows(watches: Watch[], recipients: Recipient[], say: Say): Row[] {
  const shown = new Set(watches.map(({ uri }) => uri));
  const pending = recipients.filter(
    ({ role, state, uri }) => role === 'owner' && state === 'asked' && uri !== null && shown.has(uri),
  );
  const people = [...Map.groupBy(pending, ({ personId, askedAt }) => `${personId} ${askedAt}`).values()];
  return people.map((asked) => {
    const { name, mailbox, personId: id } = asked[0]!;
    const target = subjectOf(
      asked.map(({ uri }) => uri!),
      say,
    );
    return { name: nameOf({ name, mailbox, id }), sub: `${target} · ${say('owner.pending-sub')}` };
  });
}

function ownerName({ ownerId, ownerName: name }: Watch, say: Say): string {
  return shorten(name, 80) || say(ownerId === NOBODY.ownerId ? 'person.nobody' : 'person.somebody');
}

function tellOwners(watches: Watch[], recipients: Recipient[], say: Say): Card {
  const pending = pendingRows(watches, recipients, say);
  const [only] = watches;
  if (watches.length === 1 && only) {
    const key = only.ownerId === NOBODY.ownerId ? 'owner.nobody' : 'owner.one';
    const title = say(key, { target: briefTarget(only.uri), name: ownerName(only, say) });
    const asked = pending.map(({ name }) =>
      say('owner.pending', { name: textOf(name), target: briefTarget(only.uri) }),
    );
    return sentenceCard(title, asked[0] ?? '', say, { more: asked.slice(1), footnote: say('owner.how') });
  }
  // Each owner once, with what they own.
  const owned = [...Map.groupBy(watches, (watch) => ownerName(watch, say))].flatMap(([owner, those]) =>
    rangesOf(
      those.map(({ uri }) => briefTarget(uri)),
      say,
    ).map((range): Row => ({ name: wholeName(range, say), sub: capital(owner) })),
  );
  const rows = [...pending, ...owned];
  const rest = rows.length - MOST_ROWS;
  const group = {
    heading: say('owner.title'),
    rows: rows.slice(0, MOST_ROWS),
    ...(rest > 0 ? { more: say('bulk.rest', { number: rest }) } : {}),
  };
  return sentenceCard(say('owner.tell', { number: watches.length }), '', say, {
    groups: [group],
    footnote: say('owner.how'),
  });
}

/**
 * Whether the reminders of what this person owns in the conversation are in their own calendar; with `copies`, whether
 * theirs would be. True while it is not known: then the service tells.
 */
async function isOwnCalendar(
  context: CommandContext,
  conversation: Conversation,
  { id, mailbox, locale, timeZone, tenantId }: Actor,
  { copies: isCopy = false } = {},
): Promise<boolean> {
  const { store, settings } = context;
  const watch = {
    uri: '',
    conversationId: conversation.id,
    ownerId: id,
    ownerMailbox: mailbox,
    ownerLocale: locale,
    ownerTimeZone: timeZone,
    ownerTenantId: tenantId,
  };
  // Copies go to people's own mailboxes, whatever takes the place of the owner's.
  const own = { ...conversation, settings: {} };
  const destination = isCopy
    ? await ownDestinationOf({ ...context, settings: { ...settings, calendarMailbox: null } }, store, {
        watch,
        conversation: own,
      })
    : await ownDestinationOf(context, store, { watch, conversation });
  return destination === null
    ? settings.calendar !== 'none'
    : destination.calendar === 'graph' && destination.mailbox === mailbox;
}

/**
 * `owner`: whose calendar the reminders are in. Somebody else is asked first; who names themselves takes over at once.
 */
export async function owner(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'owner' }>,
): Promise<Reply> {
  const { say, inbound } = request;
  const found = named(command.targets, await context.store.listWatches(conversation.id), say);
  if ('sentence' in found) return forAsker(problemCard(found.sentence, say));
  const { watches } = found;
  if (command.person === null)
    return forAsker(tellOwners(watches, await context.store.listRecipients([conversation.id]), say));
  const person = await personOf(context, request, command.person);
  const uris = watches.map(({ uri }) => uri);
  const proposal: Proposal = { conversation, by: inbound.actor, role: 'owner', uris };
  const subject = subjectOf(uris, say);
  if (!person) {
    const isOwn = await isOwnCalendar(context, conversation, inbound.actor);
    const calendar = whereaboutsOf(context, conversation, { role: 'owner', mailbox: inbound.actor.mailbox });
    const isNowhere = !isOwn && calendar === 'none';
    const sentence = isNowhere ? '' : say(isOwn ? 'owner.mine' : 'person.owner.yes-elsewhere', { calendar });
    return {
      card: sentenceCard(say('owner.changed.title', { subject }), sentence, say, { tone: 'good' }),
      commit: async (operations) => void (await takeOver(context, operations, proposal, inbound.actor)),
    };
  }
  const name = nameOf(person.actor);
  if (watches.every(({ ownerId }) => ownerId === person.actor.id))
    return forAsker(sentenceCard(say('owner.already', { subject, name }), '', say));
  const refused = await questionRefused(context, proposal, person, say);
  if (refused !== null) return forAsker(problemCard(refused, say));
  return {
    card: sentenceCard(say('owner.asked.title', { subject, name }), say('owner.asked'), say),
    commit: (operations) => asking(context, operations, proposal, [person]),
  };
}

async function asking(
  context: CommandContext,
  operations: StoreOperations,
  proposal: Proposal,
  people: Found[],
): Promise<void> {
  for (const person of people) await ask(context, operations, proposal, person);
}

async function tellCopies(context: CommandContext, conversation: Conversation, say: Say): Promise<Card> {
  const recipients = (await context.store.listRecipients([conversation.id])).filter(
    ({ role, state }) => role === 'copy' && (state === 'asked' || state === 'accepted'),
  );
  const rows = recipients.map(({ name, personId, mailbox, uri, state }): Row => {
    const subject = uri === null ? capital(subjectOf(null, say, { here: true })) : briefTarget(uri);
    const parts = [subject, ...(state === 'asked' ? [say('owner.pending-sub')] : [])];
    return { name: nameOf({ name, id: personId, mailbox }), sub: parts.join(' · ') };
  });
  const rest = rows.length - MOST_ROWS;
  const more = rest > 0 ? { more: say('bulk.rest', { number: rest }) } : {};
  const { calendar } = context.settings;
  if (calendar !== 'graph') return sentenceCard(say('copies.title'), say('copies.no-outlook', { calendar }), say);
  return sentenceCard(say(rows.length > 0 ? 'copies.tell' : 'copies.none'), '', say, {
    ...(rows.length > 0
      ? { groups: [{ heading: say('copies.heading'), rows: rows.slice(0, MOST_ROWS), ...more }] }
      : {}),
    footnote: say('copies.how'),
  });
}

/** The copies that somebody has or was asked about, as far as the command names them. */
function copiesOf(recipients: Recipient[], personId: string, uris: string[] | null): Recipient[] {
  return recipients.filter(
    (each) =>
      each.role === 'copy' &&
      each.personId === personId &&
      each.state !== 'declined' &&
      (uris === null || (each.uri !== null && uris.includes(each.uri))),
  );
}

/** Whose copies are meant; who has some is found among them, even when the channel does not know them any more. */
async function holderOf(
  context: CommandContext,
  request: Request,
  argument: PersonArgument,
  recipients: Recipient[],
): Promise<Pick<Actor, 'id' | 'name' | 'mailbox'>> {
  const reference = referenceOf(argument, request, request.say);
  const known =
    reference &&
    recipients.find(
      ({ role, personId, mailbox }) =>
        role === 'copy' &&
        (personId === reference.id ||
          (reference.address !== null && mailbox?.toLowerCase() === reference.address.toLowerCase())),
    );
  if (known) return { id: known.personId, name: known.name, mailbox: known.mailbox };
  return (await personOf(context, request, argument))?.actor ?? request.inbound.actor;
}

async function removeCopies(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  people: PersonArgument[],
  uris: string[] | null,
): Promise<Reply> {
  const { say, inbound } = request;
  const recipients = await context.store.listRecipients([conversation.id]);
  const holders: Pick<Actor, 'id' | 'name' | 'mailbox'>[] = [];
  for (const argument of people) holders.push(await holderOf(context, request, argument, recipients));
  const rows = holders.map(({ id }) => copiesOf(recipients, id, uris)).filter((each) => each.length > 0);
  const names = enumerate(holders.map(nameOf), 5, say);
  if (rows.length === 0) {
    const ofAll = holders.some(({ id }) => copiesOf(recipients, id, null).some(({ uri }) => uri === null));
    return forAsker(problemCard(say(ofAll ? 'copies.of-all' : 'copies.not-one', { names }), say));
  }
  const subject = subjectOf(uris, say, { here: true });
  return {
    card: sentenceCard(say('copies.title'), say('copies.removed', { names, subject }), say, { tone: 'good' }),
    async commit(operations) {
      for (const each of rows) await withdraw(context, operations, each, inbound.actor, { forget: true });
    },
  };
}

/** `remind also`, `remind not`: who gets copies of the reminders. Others are asked first. */
export async function copies(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'copies' }>,
): Promise<Reply> {
  const { say, inbound } = request;
  if (command.change === null) return forAsker(await tellCopies(context, conversation, say));
  const { calendar } = context.settings;
  if (command.change === 'add' && calendar !== 'graph')
    return forAsker(problemCard(say('copies.no-outlook', { calendar }), say));
  const found =
    command.targets === null ? null : named(command.targets, await context.store.listWatches(conversation.id), say);
  if (found && 'sentence' in found) return forAsker(problemCard(found.sentence, say));
  const uris = found ? found.watches.map(({ uri }) => uri) : null;
  if (command.change === 'remove') return removeCopies(context, request, conversation, command.people, uris);
  const people: (Found | null)[] = [];
  for (const argument of command.people) people.push(await personOf(context, request, argument));
  const proposal: Proposal = { conversation, by: inbound.actor, role: 'copy', uris };
  const recipients = await context.store.listRecipients([conversation.id]);
  const others = people.filter((person) => person !== null);
  const have = others.filter(({ actor }) => hasCopies(recipients, { personId: actor.id, uris }));
  const asked: Found[] = [];
  const refusals: string[] = [];
  for (const person of others.filter((each) => !have.includes(each))) {
    const refused = await questionRefused(context, proposal, person, say);
    if (refused === null) asked.push(person);
    else refusals.push(refused);
  }
  const self = people.includes(null);
  const isOwn = self && (await isOwnCalendar(context, conversation, inbound.actor, { copies: true }));
  const subject = subjectOf(uris, say, { here: true });
  const namesOf = (found: Found[]): string =>
    enumerate(
      found.map(({ actor }) => nameOf(actor)),
      5,
      say,
    );
  const sentences = [
    ...(self && isOwn ? [say('copies.mine', { subject })] : []),
    ...(self && !isOwn ? [`${say('copies.title.mine', { subject })}. ${say('person.copy.yes-elsewhere')}`] : []),
    ...(asked.length > 0 ? [say('copies.asked', { subject, names: namesOf(asked) })] : []),
    ...(have.length > 0 ? [say('copies.already', { subject, names: namesOf(have) })] : []),
    ...refusals,
  ];
  const [first, ...more] = sentences as [string, ...string[]];
  const isRefused = !self && asked.length + have.length === 0;
  if (isRefused && more.length === 0) return forAsker(problemCard(first, say));
  return {
    card: sentenceCard(say('copies.title'), first, say, { tone: self ? 'good' : 'neutral', more }),
    async commit(operations) {
      await asking(context, operations, proposal, asked);
      if (self) await takeOver(context, operations, proposal, inbound.actor);
    },
  };
}
