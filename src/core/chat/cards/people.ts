import type { Card, CardAction } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import type { Conversation } from '../../model/conversation.ts';
import type { MailboxState, Recipient } from '../../model/people.ts';
import { shorten } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';

/**
 * Where the reminders are that somebody is asked about: in their own calendar in Outlook, in a mailbox of several
 * people, in the feed of the conversation, or nowhere.
 */
export type Whereabouts = 'graph' | 'shared' | 'ics' | 'none';

interface About {
  /** The targets, in words. */
  subject: string;
  calendar: Whereabouts;
  /** Where it was asked for. */
  place: Pick<Conversation, 'kind' | 'name'>;
  say: Say;
}

function placeOf({ kind, name }: About['place'], say: Say): string {
  if (name) return say('person.place', { name: shorten(name, 60) });
  return say(kind === 'personal' ? 'person.place-direct' : 'person.place-unnamed');
}

function answer(
  name: 'accept-recipient' | 'decline-recipient' | 'never-ask',
  label: string,
  { id: recipient, askedAt: asked }: Pick<Recipient, 'id' | 'askedAt'>,
): CardAction {
  const style = name === 'accept-recipient' ? ({ style: 'positive' } as const) : {};
  return { kind: 'execute', label, action: { name, data: { recipient, asked } }, ...style };
}

/** Asks a person, in their own chat, whether they want to own watches or to get copies of their reminders. */
export function questionCard(recipient: Recipient, { subject, calendar, place, say }: About): Card {
  const { role, askedBy } = recipient;
  const values = { subject, calendar, place: placeOf(place, say), by: shorten(askedBy, 80) };
  return sentenceCard(say(`person.${role}.question.title`, values), say(`person.${role}.question`, values), say, {
    footnote: say('person.nothing-yet', { calendar }),
    actions: [
      answer('accept-recipient', say('button.accept', { calendar }), recipient),
      answer('decline-recipient', say('button.decline'), recipient),
      answer('never-ask', say('button.never-ask'), recipient),
    ],
  });
}

/**
 * In place of the question, once it is answered. Copies can be ended from here at any time. `reached`: the person's own
 * calendar can be written to, and is where the reminders go.
 */
export function answeredCard(
  recipient: Recipient,
  {
    yes,
    never = false,
    reached,
    subject,
    calendar,
    place,
    say,
  }: About & { yes: boolean; never?: boolean; reached: boolean },
): Card {
  const { role } = recipient;
  const values = { subject, calendar, place: placeOf(place, say) };
  const title = say(yes ? `person.${role}.yes.title` : `person.${role}.no.title`, values);
  const isNowhere = role === 'owner' && !reached && calendar === 'none';
  const accepted = isNowhere ? '' : say(reached ? `person.${role}.yes` : `person.${role}.yes-elsewhere`, values);
  const sentence = yes ? accepted : role === 'owner' ? say('person.owner.no') : '';
  const stop = yes && role === 'copy' ? [answer('decline-recipient', say('button.stop-copies'), recipient)] : [];
  const more = never ? [say('person.never-again', values)] : [];
  return sentenceCard(title, sentence, say, { tone: yes ? 'good' : 'neutral', more, actions: stop });
}

/**
 * Reminders of somebody whose mailbox cannot hold them any more; with the manager as the proposed new owner, where the
 * directory tells one.
 */
export function ownerlessCard(
  { state, name, manager }: MailboxState,
  { subject, owner, watch, say }: { subject: string; owner: string; watch: number; say: Say },
): Card {
  const values = { owner: shorten(name || owner, 80), subject };
  const proposed = manager
    ? say('person.ownerless.manager', { manager: shorten(manager.name || manager.address || manager.id, 80) })
    : say('person.ownerless.nobody');
  const button: CardAction[] = manager
    ? [
        {
          kind: 'execute',
          label: say('button.ask-owner', { name: shorten(manager.name || manager.address || manager.id, 16) }),
          action: { name: 'ask-owner', data: { watch } },
        },
      ]
    : [];
  return sentenceCard(
    say('person.ownerless.title', values),
    say(state === 'disabled' ? 'person.ownerless.disabled' : 'person.ownerless.missing', values),
    say,
    { tone: 'warning', more: [say('person.ownerless.feed'), proposed], actions: button },
  );
}
