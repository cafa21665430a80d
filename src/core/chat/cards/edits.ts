import type { Card } from '../../card.ts';
import type { Item } from '../../certificates/item.ts';
import { wordsOf } from '../../items/words.ts';
import type { Instant } from '../../time.ts';
import { inZone, type Say } from '../../language/language.ts';
import type { Reminder } from '../../model/reminder.ts';
import { briefTarget } from '../../targets/target.ts';
import { shortDay, shortInstant } from '../../language/dates.ts';
import { enumerate } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';

function subjectOf({ event }: Reminder, say: Say): string {
  return enumerate(event.targets.map(briefTarget), 3, say);
}

/** What several events are about, each certificate once. */
function subjectsOf(reminders: Reminder[], say: Say): string {
  const byCertificate = Map.groupBy(reminders, ({ fingerprint }) => fingerprint);
  const subjects = [...byCertificate.values()].map(([first]) => subjectOf(first!, say));
  return enumerate(subjects, 10, say);
}

/**
 * A person moved an event in Outlook: what that means from now on. `found` is where they put it, `start` where it
 * stays.
 */
export function movedCard(
  reminder: Reminder,
  {
    found,
    start,
    allDay,
    certificate,
    now,
    say,
  }: { found: Instant; start: Instant; allDay: boolean; certificate: Item; now: Instant; say: Say },
): Card {
  const spoken = inZone(say, reminder.event.zone);
  const when = { now, say: spoken, weekday: true };
  const at = (instant: Instant, zoned: boolean): string =>
    allDay ? shortDay(instant, when) : shortInstant(instant, { ...when, zoned });
  const days = inZone(say, certificate.kind === 'date' ? 'UTC' : reminder.event.zone);
  const values = {
    subject: subjectOf(reminder, say),
    kind: reminder.kind,
    // The zone is named once, with the time that stays.
    found: at(found, false),
    start: at(start, true),
    date: shortDay(certificate.notAfter, { now, say: days, year: true }),
  };
  if (found === start)
    return sentenceCard(say('edit.moved.title', values), say('edit.moved', values), say, {
      tone: 'good',
      state: { symbol: '✅', word: say('edit.moved.state') },
    });
  return sentenceCard(say('edit.moved-back.title', values), wordsOf(certificate).movedBack(values, say), say, {
    tone: 'warning',
  });
}

/** Events were deleted in Outlook: are they to be kept? `question` is the id of the message itself. */
export function deletedCard(reminders: Reminder[], { question, say }: { question: string; say: Say }): Card {
  const values = { subjects: subjectsOf(reminders, say), number: reminders.length };
  return sentenceCard(say('edit.deleted.title'), say('edit.deleted', values), say, {
    tone: 'warning',
    state: { symbol: '⚠️', word: say('state.question') },
    more: [say('edit.deleted.meanwhile')],
    actions: [
      {
        kind: 'execute',
        label: say('button.keep-event'),
        action: { name: 'keep-event', data: { question } },
        style: 'positive',
      },
      { kind: 'execute', label: say('button.drop-event'), action: { name: 'drop-event', data: { question } } },
    ],
  });
}

/** Events that had been deleted in Outlook are there again. */
export function backCard(reminders: Reminder[], say: Say): Card {
  const values = { subjects: subjectsOf(reminders, say), number: reminders.length };
  return sentenceCard(say('edit.back.title', values), say('edit.back', values), say, { tone: 'good' });
}

/** People copied events in Outlook: whose the copies are. One of `reminders` for each copy. */
export function copiedCard(reminders: Reminder[], say: Say): Card {
  const values = { subjects: subjectsOf(reminders, say), number: reminders.length };
  return sentenceCard(say('edit.copied.title', values), say('edit.copied', values), say);
}
