import { fixedState, mailboxesCard } from '../../core/chat/cards/operators.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import type { About } from '../../core/about.ts';
import type { Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { MailboxRefusal } from '../../core/ports/calendar.ts';
import type { FlowContext } from '../context.ts';
import { uuidOf } from '../uuid-of.ts';
import { tryWaiting } from './waiting-reminders.ts';

type Why = MailboxRefusal['why'];
const WHYS: Why[] = ['forbidden', 'full'];
/** Mailboxes that are named in a message; that there are others is said. */
const MOST_NAMED = 10;

/**
 * Key of the finding that is told; with a blank, what was refused, another blank and a mailbox behind it, that of one
 * mailbox.
 */
function keyOf(why: Why): `mailbox-${Why}` {
  return `mailbox-${why}`;
}

/** The finding of one mailbox, which is no message of its own. */
export function isOfMailbox(key: string): boolean {
  return WHYS.some((why) => key.startsWith(`${keyOf(why)} `));
}

export interface MailboxRefusals {
  /** A mailbox does not let the bot in: told in one message for all of them. */
  refused(mailbox: string, refusal: MailboxRefusal): Promise<void>;
  /** A mailbox lets the bot read, or write. */
  accepted(mailbox: string, what: MailboxRefusal['what']): Promise<void>;
  /** Whether something waits to be told. */
  isUntold(): boolean;
  /** Tells what nobody was there to be told. */
  retell(): Promise<void>;
  /** What holds is to be told once more, to others. */
  forOthers(): void;
  /** Mailboxes in which nothing is to be written any more are forgotten. */
  tidy(): Promise<void>;
}

/** Where the operators are, and how they are spoken to. */
interface Audience {
  conversation: () => Promise<Conversation | null>;
  language: () => Promise<Say>;
  kick: () => void;
  about: (kind: 'finding' | 'fixed', key: string) => About;
}

/** What is known of mailboxes that refuse the bot, and who is to be told. */
interface Refusals {
  context: FlowContext;
  audience: Audience;
  /** By reason and mailbox what it refuses; writing says more, since reading may be allowed where writing is not. */
  known: Map<Why, Map<string, MailboxRefusal['what']>>;
  codes: Map<Why, string | null>;
  untold: Set<Why>;
  loading: Promise<void> | null;
  /** One after the other: what is refused and accepted at once must not be told in between. */
  queue: Promise<void>;
}

async function load({ context, known, untold }: Refusals): Promise<void> {
  const findings = await context.store.listOperatorFindings();
  for (const { key } of findings) {
    for (const why of WHYS) {
      const [, what, mailbox] = /^(\S+) (.+)$/s.exec(key.slice(keyOf(why).length + 1)) ?? [];
      if (key.startsWith(`${keyOf(why)} `) && mailbox !== undefined)
        known.get(why)!.set(mailbox, what === 'read' ? 'read' : 'write');
    }
  }
  for (const why of WHYS)
    if (known.get(why)!.size > 0 && !findings.some(({ key }) => key === keyOf(why))) untold.add(why);
}

function loaded(refusals: Refusals): Promise<void> {
  refusals.loading ??= load(refusals).catch((error: unknown) => {
    refusals.loading = null;
    throw error;
  });
  return refusals.loading;
}

function inTurn(refusals: Refusals, work: () => Promise<void>): Promise<void> {
  const one = refusals.queue.then(work);
  refusals.queue = one.catch(() => {});
  return one;
}

/** Whose mailboxes, as people call them: their owners, else the mailboxes themselves. */
async function named({ store }: FlowContext, mailboxes: string[]): Promise<string[]> {
  const names: string[] = [];
  for (const mailbox of mailboxes) {
    const owned = await store.listWatchesByMailbox('graph', mailbox);
    const owner = owned.find(({ watch }) => watch.ownerMailbox === mailbox)?.watch.ownerName;
    names.push(owner ? `${owner} (${mailbox})` : mailbox);
  }
  return names;
}

async function tell({ context, audience, known, codes, untold }: Refusals, why: Why): Promise<void> {
  const { store, now } = context;
  const mailboxes = [...known.get(why)!.keys()];
  if (mailboxes.length === 0) return;
  // Until it is stored: where the store is away it is told later.
  untold.add(why);
  const place = await audience.conversation();
  if (!place) return;
  const key = keyOf(why);
  const say = await audience.language();
  const shown = await named(context, mailboxes.slice(0, MOST_NAMED));
  const isMore = mailboxes.length > MOST_NAMED;
  const card = mailboxesCard(why, { code: codes.get(why) ?? null, shown, isMore, say });
  await store.transaction(async (operations) => {
    await operations.openOperatorFinding({ key, openedAt: now() });
    const openedAt = (await operations.listOperatorFindings()).find((one) => one.key === key)?.openedAt ?? now();
    const id = uuidOf(`${key} ${openedAt} ${place.id}`);
    await operations.putMessages(
      [{ id, conversationId: place.id, thread: null, card: { ...card, about: audience.about('finding', key) } }],
      now(),
    );
  });
  untold.delete(why);
  audience.kick();
}

/** What it was about is over: told where it was told. */
async function end(refusals: Refusals, why: Why, { quietly }: { quietly: boolean }): Promise<void> {
  const { context, audience, codes, untold } = refusals;
  const { store, now, uuid } = context;
  const key = keyOf(why);
  const place = await audience.conversation();
  const say = await audience.language();
  await store.transaction(async (operations) => {
    if (!(await operations.closeOperatorFinding(key)) || !place || quietly) return;
    const card = {
      ...sentenceCard(say(`operators.${key}.fixed.title`), say(`operators.${key}.fixed`), say, {
        tone: 'good',
        state: fixedState(say),
      }),
      about: audience.about('fixed', key),
    };
    await operations.putMessages([{ id: uuid(), conversationId: place.id, thread: null, card }], now());
  });
  untold.delete(why);
  codes.delete(why);
  audience.kick();
}

async function forget(refusals: Refusals, why: Why, mailbox: string, options: { quietly: boolean }): Promise<void> {
  const { context, known } = refusals;
  const mailboxes = known.get(why)!;
  for (const what of ['read', 'write']) await context.store.closeOperatorFinding(`${keyOf(why)} ${what} ${mailbox}`);
  mailboxes.delete(mailbox);
  if (!options.quietly) await tryWaiting(context, mailbox);
  if (mailboxes.size === 0) await end(refusals, why, options);
  else if (mailboxes.size <= MOST_NAMED) await tell(refusals, why);
}

async function note(refusals: Refusals, mailbox: string, { why, what, code }: MailboxRefusal): Promise<void> {
  const { context, known, codes } = refusals;
  const { store, log, now } = context;
  const mailboxes = known.get(why)!;
  const before = mailboxes.get(mailbox);
  if (before === 'write' || before === what) return;
  const isFirst = mailboxes.size === 0;
  // First: a refusal that could not be stored is news when it comes again.
  await store.openOperatorFinding({ key: `${keyOf(why)} ${what} ${mailbox}`, openedAt: now() });
  mailboxes.set(mailbox, what);
  codes.set(why, code);
  if (isFirst) log.error({ finding: keyOf(why), code }, 'the operators of the bot have to act');
  log.warn({ mailbox, why, what, code }, 'a mailbox refuses the bot');
  // More than that change nothing of what is read there.
  if (before === undefined && mailboxes.size <= MOST_NAMED + 1) await tell(refusals, why);
}

async function accepted(refusals: Refusals, mailbox: string, what: MailboxRefusal['what']): Promise<void> {
  const { known } = refusals;
  await loaded(refusals);
  if (!WHYS.some((why) => known.get(why)!.has(mailbox))) return;
  await inTurn(refusals, async () => {
    for (const why of WHYS) {
      const refused = known.get(why)!.get(mailbox);
      if (refused === what || (refused && what === 'write')) await forget(refusals, why, mailbox, { quietly: false });
    }
  });
}

async function tidy(refusals: Refusals): Promise<void> {
  await loaded(refusals);
  const wanted = new Set(await refusals.context.store.listReminderMailboxes('graph'));
  await inTurn(refusals, async () => {
    for (const why of WHYS)
      for (const mailbox of refusals.known.get(why)!.keys())
        if (!wanted.has(mailbox)) await forget(refusals, why, mailbox, { quietly: true });
  });
}

/**
 * Mailboxes that refuse the bot or are full, in one message for each of both: it is edited as it grows, and its end is
 * told when the last lets the bot in.
 */
export function createMailboxRefusals(context: FlowContext, audience: Audience): MailboxRefusals {
  const refusals: Refusals = {
    context,
    audience,
    known: new Map(WHYS.map((why) => [why, new Map()])),
    codes: new Map(),
    untold: new Set(),
    loading: null,
    queue: Promise.resolve(),
  };
  const { known, untold } = refusals;

  return {
    refused: (mailbox, refusal) =>
      inTurn(refusals, async () => {
        await loaded(refusals);
        await note(refusals, mailbox, refusal);
      }),
    accepted: (mailbox, what) => accepted(refusals, mailbox, what),
    isUntold: () => untold.size > 0,
    async retell() {
      for (const why of untold) await inTurn(refusals, () => tell(refusals, why));
    },
    forOthers() {
      for (const why of WHYS) if (known.get(why)!.size > 0) untold.add(why);
    },
    tidy: () => tidy(refusals),
  };
}
