import { answers } from './de/answers.ts';
import { calendar } from './de/calendar.ts';
import { cards } from './de/cards.ts';
import { channels } from './de/channels.ts';
import { doctor } from './de/doctor.ts';
import { dates } from './de/dates.ts';
import { documents } from './de/documents.ts';
import { elsewhere } from './de/elsewhere.ts';
import { events } from './de/events.ts';
import { findings } from './de/findings.ts';
import { forms } from './de/forms.ts';
import { items } from './de/items.ts';
import { help } from './de/help.ts';
import { incidents } from './de/incidents.ts';
import { overview } from './de/overview.ts';
import { people } from './de/people.ts';
import { renewal } from './de/renewal.ts';
import { replies } from './de/replies.ts';
import { rights } from './de/rights.ts';
import { settings } from './de/settings.ts';
import { sources } from './de/sources.ts';
import { trust } from './de/trust.ts';
import { typing } from './de/typing.ts';
import { words } from './de/words.ts';
import type { MessageKey } from './en.ts';

/**
 * Everything that people read, in German: the same keys with the same arguments as in English. Nobody is addressed as
 * “Sie” or “du”, but by Clippy.
 */
export const de: Record<MessageKey, string> = {
  ...words,
  ...findings,
  ...cards,
  ...replies,
  ...renewal,
  ...typing,
  ...answers,
  ...help,
  ...trust,
  ...calendar,
  ...events,
  ...dates,
  ...items,
  ...overview,
  ...incidents,
  ...people,
  ...rights,
  ...forms,
  ...settings,
  ...channels,
  ...documents,
  ...elsewhere,
  ...doctor,
  ...sources,
};
