import { answers } from './en/answers.ts';
import { calendar } from './en/calendar.ts';
import { cards } from './en/cards.ts';
import { channels } from './en/channels.ts';
import { doctor } from './en/doctor.ts';
import { dates } from './en/dates.ts';
import { documents } from './en/documents.ts';
import { elsewhere } from './en/elsewhere.ts';
import { events } from './en/events.ts';
import { findings } from './en/findings.ts';
import { forms } from './en/forms.ts';
import { items } from './en/items.ts';
import { help } from './en/help.ts';
import { incidents } from './en/incidents.ts';
import { overview } from './en/overview.ts';
import { people } from './en/people.ts';
import { renewal } from './en/renewal.ts';
import { replies } from './en/replies.ts';
import { rights } from './en/rights.ts';
import { settings } from './en/settings.ts';
import { sources } from './en/sources.ts';
import { trust } from './en/trust.ts';
import { typing } from './en/typing.ts';
import { words } from './en/words.ts';

/**
 * Everything that people read, in English: ICU messages by key. Commands that a message quotes stay as they are typed
 * in every language.
 */
export const en = {
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

export type MessageKey = keyof typeof en;
