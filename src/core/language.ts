import { IntlMessageFormat } from 'intl-messageformat';
import { de } from './messages/de.ts';
import { en, type MessageKey } from './messages/en.ts';

/** The languages that people are answered in. */
export type Language = 'en' | 'de';

/** Says a message of the catalogue in one language, its arguments filled in. Values may be untrusted text: they are never read as a message. */
export interface Say {
  (key: MessageKey, values?: Record<string, string | number>): string;
  readonly language: Language;
}

const CATALOGUES: Record<Language, Record<MessageKey, string>> = { en, de };

/** The language for a BCP 47 tag (RFC 5646) such as "de-AT": German for German of any region, English for everything else and when it is unknown. */
export function languageOf(locale: string | null | undefined): Language {
  return /^de(?:[-_]|$)/i.test(locale?.trim() ?? '') ? 'de' : 'en';
}

function speaker(language: Language): Say {
  const parsed = new Map<MessageKey, IntlMessageFormat>();
  function say(key: MessageKey, values: Record<string, string | number> = {}): string {
    let message = parsed.get(key);
    if (!message) {
      // Tags would be markup; in a message "<" is text.
      message = new IntlMessageFormat(CATALOGUES[language][key], language, undefined, { ignoreTag: true });
      parsed.set(key, message);
    }
    return String(message.format(values));
  }
  return Object.assign(say, { language });
}

const SPEAKERS: Record<Language, Say> = { en: speaker('en'), de: speaker('de') };

/** The messages in one language. Messages are ICU MessageFormat (https://unicode-org.github.io/icu/userguide/format_parse/messages/), parsed once. */
export function sayIn(language: Language): Say {
  return SPEAKERS[language];
}

/** The messages in the language of a person, by the BCP 47 tag of their client; English when it is not known. */
export function sayTo(locale: string | null): Say {
  return sayIn(languageOf(locale));
}
