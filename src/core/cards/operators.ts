import type { Card } from '../card.ts';
import type { Instant } from '../certificate.ts';
import type { Say } from '../language.ts';
import type { Stage } from '../policy.ts';
import type { AppCredential, AuthenticationProblem, GivenUp } from '../ports.ts';
import { expiryPhrase, shorten, STAGE_LOOK } from '../wording.ts';
import { sentenceCard } from './replies.ts';

/** Microsoft does not take the bot for who it says it is: no calendar can be written until somebody acts. */
export function graphRefusesCard({ what, code }: AuthenticationProblem, say: Say): Card {
  const sentence = say(`operators.graph.${what}`, { code: code === null ? '' : ` (${code})` });
  return sentenceCard(say('operators.graph.title'), sentence, say, {
    tone: 'attention',
    more: [say(`operators.graph.${what}.advice`), say('operators.graph.meanwhile')],
  });
}

/** A secret or certificate of the bot itself is about to end, or has. */
export function credentialCard(
  { kind, name, variable, notAfter }: AppCredential,
  { stage, now, say }: { stage: Stage; now: Instant; say: Say },
): Card {
  const values = { kind, variable, name: shorten(name, 80) || '–', expiry: expiryPhrase(notAfter, now, say) };
  return sentenceCard(say('operators.credential.title', values), say('operators.credential', values), say, {
    tone: STAGE_LOOK[stage].tone,
    more: [say(`operators.credential.${kind}.advice`, values)],
  });
}

/** Conversations that are named in one message; the others are counted. */
const MOST_NAMED = 10;

/** Conversations that did not get a message which is not tried any more, each once per reason; `where` is a conversation's name or id. */
export function undeliveredCard(missed: { where: string; reason: GivenUp }[], say: Say): Card {
  const named = missed.slice(0, MOST_NAMED).map(({ where, reason }) => {
    return say(`operators.undelivered.${reason}`, { where: shorten(where, 80) });
  });
  const count = missed.length - named.length;
  const more = count > 0 ? [say('operators.undelivered.more', { count })] : [];
  const conversations = new Set(missed.map(({ where }) => where)).size;
  const sentence = say('operators.undelivered', { count: conversations });
  return sentenceCard(say('operators.undelivered.title'), sentence, say, {
    tone: 'attention',
    more: [...named, ...more],
  });
}
