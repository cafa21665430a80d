import type { Say } from '../../core/language/language.ts';
import type { Recipient } from '../../core/model/people.ts';
import { DAY } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { nameOf, type Found, type Proposal } from './recipients.ts';

/** Questions that one person is asked within a day, and that are asked from one conversation. */
const MOST_QUESTIONS = { person: 5, conversation: 30 };

/** Whether they have said in that conversation that they do not want to be asked from there again. */
function isNeverAsked(recipients: Recipient[], { id, mailbox }: Found['actor']): boolean {
  const own = mailbox?.toLowerCase();
  return recipients.some(
    (each) =>
      each.state === 'never' && (each.personId === id || (own !== undefined && each.mailbox?.toLowerCase() === own)),
  );
}

/**
 * Why somebody is not asked; null when they may be, which is noted. What goes into a question that is open already is
 * no new one.
 */
export async function questionRefused(
  { store, now }: FlowContext,
  { conversation, role }: Pick<Proposal, 'conversation' | 'role'>,
  { actor }: Found,
  say: Say,
): Promise<string | null> {
  const values = { name: nameOf(actor) };
  const recipients = await store.listRecipients([conversation.id]);
  if (isNeverAsked(recipients, actor)) return say('person.never', values);
  const isOpen = recipients.some(
    (each) => each.state === 'asked' && each.role === role && each.personId === actor.id && each.question !== undefined,
  );
  if (isOpen) return null;
  const asked = await store.countWithin(`asked ${conversation.channel} ${actor.id}`, DAY, now());
  if (asked > MOST_QUESTIONS.person) return say('person.asked-enough', values);
  const from = await store.countWithin(`asking ${conversation.id}`, DAY, now());
  if (from <= MOST_QUESTIONS.conversation) return null;
  return say('person.asking-enough', { ...values, number: MOST_QUESTIONS.conversation });
}
