import type { MailboxRefusal } from '../../core/ports/calendar.ts';
import type { GraphCall, GraphClient } from './client.ts';
import { meansFull, meansGone, type GraphAnswer } from './failures.ts';

/** What is told of mailboxes: which refuse to be read or written to, and which do (again). */
export interface MailboxListener {
  refused(mailbox: string, refusal: MailboxRefusal): void;
  accepted(mailbox: string, what: MailboxRefusal['what']): void;
}

/** Settings, free times and people have permissions of their own, without which the bot goes on. */
const OF_EVENTS = /\/events(?:[/?]|$)/;

/** What of an answer is a matter for whoever runs the bot, rather than for one event; null when nothing is. */
export function refusalOf(answer: GraphAnswer, method: GraphCall['method']): MailboxRefusal | null {
  const what = method === 'GET' ? 'read' : 'write';
  const { status, code } = answer;
  if (meansFull(answer)) return { why: 'full', what, code };
  return status === 403 && !meansGone(answer) ? { why: 'forbidden', what, code } : null;
}

/** The same calls, each of whose answers about events is told as far as it says whether a mailbox lets the bot in. */
export function withRefusals(call: GraphClient['call'], listener: MailboxListener): GraphClient['call'] {
  return async function callAndTell(request) {
    const answer = await call(request);
    const { mailbox, method, path } = request;
    if (mailbox === null || !OF_EVENTS.test(path)) return answer;
    const refusal = refusalOf(answer, method);
    if (refusal) listener.refused(mailbox, refusal);
    else if (answer.status < 300) listener.accepted(mailbox, method === 'GET' ? 'read' : 'write');
    return answer;
  };
}
