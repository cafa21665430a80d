import { IntlMessageFormat } from 'intl-messageformat';
import { de } from './messages/de.ts';
import { en, type MessageKey } from './messages/en.ts';

/** The languages that people are answered in. */
export type Language = 'en' | 'de';

/**
 * Says a message of a catalogue in one language, its arguments filled in. Values may be untrusted text: they are never
 * read as a message.
 */
export interface SayOf<Key extends string> {
  (key: Key, values?: Record<string, string | number>): string;
  readonly language: Language;
  /** IANA name of the zone that all times are told in, which is named once beside them. Missing: UTC, with each. */
  readonly zone?: string;
}

export type Say = SayOf<MessageKey>;

/**
 * The language for a BCP 47 tag (RFC 5646) such as "de-AT": German for German of any region, English for everything
 * else and when it is unknown.
 */
export function languageOf(locale: string | null | undefined): Language {
  return /^de(?:[-_]|$)/i.test(locale?.trim() ?? '') ? 'de' : 'en';
}

/** The full stop of a sentence behind a date that ends with one: `1. Nov.`. */
const AFTER_DATE = /(?<=\d\.\u{a0}(?:Jan|Feb|Apr|Aug|Sept|Okt|Nov|Dez)\.)\.(?!\.)/gu;

function speaker<Key extends string>(catalogue: Record<Key, string>, language: Language): SayOf<Key> {
  const parsed = new Map<Key, IntlMessageFormat>();
  function say(key: Key, values: Record<string, string | number> = {}): string {
    let message = parsed.get(key);
    if (!message) {
      // Tags would be markup; in a message "<" is text.
      message = new IntlMessageFormat(catalogue[key], language, undefined, { ignoreTag: true });
      parsed.set(key, message);
    }
    return String(message.format(values)).replaceAll(AFTER_DATE, '');
  }
  return Object.assign(say, { language });
}

/**
 * A catalogue in all languages. Messages are ICU MessageFormat
 * (https://unicode-org.github.io/icu/userguide/format_parse/messages/), parsed once. For what only one channel or
 * calendar says; everything that is common is in this one's own catalogue (sayIn).
 */
export function speakIn<Key extends string>(
  catalogues: Record<Language, Record<Key, string>>,
): (language: Language) => SayOf<Key> {
  const speakers = { en: speaker(catalogues.en, 'en'), de: speaker(catalogues.de, 'de') };
  return (language) => speakers[language];
}

const speak = speakIn<MessageKey>({ en, de });

/** The common messages in one language. */
export function sayIn(language: Language): Say {
  return speak(language);
}

/** The same, with all times in one zone (IANA name), which whoever calls this names. */
export function inZone(say: Say, zone: string): Say {
  const told = (key: MessageKey, values?: Record<string, string | number>): string => say(key, values);
  return Object.assign(told, { language: say.language, zone });
}

/** The messages in the language of a person, by the BCP 47 tag of their client; English when it is not known. */
export function sayTo(locale: string | null): Say {
  return sayIn(languageOf(locale));
}
