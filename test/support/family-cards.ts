import type { Card, CardAction, Chart } from '../../src/core/card.ts';
import type { Language } from '../../src/core/language/language.ts';

/**
 * Cards with everything that a card can have, as the product's own look: for tests of how channels lay them out, and for
 * pictures. `host` is the target they are about.
 */

const WORDS = {
  en: {
    urgent: 'Urgent',
    expires: (host: string) => `${host} expires in 7 days`,
    lead: 'Sun 1 Nov, 23:59 Berlin time',
    task: 'Renew it and install it on both addresses.',
    notice: 'I notice by myself.',
    owner: 'Owner',
    next: 'Next alert',
    critical: 'critical, on Fri 30 Oct',
    names: 'Names',
    addresses: 'Addresses',
    issuer: 'Issued by',
    month: 'Nov',
    days: 'days',
    have: 'I have it',
    slot: 'Book a slot',
    later: 'Snooze',
    until: 'Silent until',
    tomorrow: 'tomorrow, 09:00',
    assign: 'Assign',
    who: 'Who renews it',
    stop: 'Stop watching',
    change: 'Change alerts',
    show: 'Show',
    attention: (count: number) => `4 of ${count} need attention`,
    now: 'Now, and since when',
    soon: (count: number) => `Within 30 days: ${count}`,
    fine: 'Fine: 47',
    first: 'The next of them expires on 18 Nov.',
    hint: 'Select a row for everything about it.',
    refresh: 'Refresh',
    expired: 'Expired',
    report: '5 of 58 lapsed in the last 90 days',
    come: 'Expiries to come',
    asNumbers: 'Expiries to come, as numbers',
    numbers: 'Numbers',
    fineTitle: (host: string) => `${host} is valid until 10 Jan`,
    renewed: 'Renewed',
  },
  de: {
    urgent: 'Dringend',
    expires: (host: string) => `${host} läuft in 7 Tagen ab`,
    lead: 'So 1. Nov., 23:59 Uhr Berliner Zeit',
    task: 'Zertifikat erneuern und auf beiden Adressen einspielen.',
    notice: 'Ich merke es von selbst.',
    owner: 'Zuständig',
    next: 'Danach',
    critical: 'kritisch, am Fr 30. Okt.',
    names: 'Namen',
    addresses: 'Adressen',
    issuer: 'Aussteller',
    month: 'Nov.',
    days: 'Tage',
    have: 'Übernehme ich',
    slot: 'Termin buchen',
    later: 'Später erinnern',
    until: 'Ruhe bis',
    tomorrow: 'morgen, 09:00 Uhr',
    assign: 'Übergeben',
    who: 'Wer erneuert es',
    stop: 'Nicht mehr überwachen',
    change: 'Alarme ändern',
    show: 'Zeigen',
    attention: (count: number) => `Bei 4 von ${count} ist etwas zu tun`,
    now: 'Jetzt, und seit wann',
    soon: (count: number) => `In den nächsten 30 Tagen: ${count}`,
    fine: 'In Ordnung: 47',
    first: 'Das nächste davon läuft am 18. Nov. ab.',
    hint: 'Eine Zeile auswählen, um alles darüber zu sehen.',
    refresh: 'Aktualisieren',
    expired: 'Abgelaufen',
    report: '5 von 58 sind in den letzten 90 Tagen abgelaufen',
    come: 'Was noch abläuft',
    asNumbers: 'Was noch abläuft, als Zahlen',
    numbers: 'Zahlen',
    fineTitle: (host: string) => `${host} ist bis 10. Jan. gültig`,
    renewed: 'Erneuert',
  },
};

const execute = (label: string, name: string, more: object = {}): CardAction => ({
  kind: 'execute',
  label,
  action: { name, data: { watch: 12 } },
  ...more,
});

interface Sizes {
  host?: string;
  names?: number;
  addresses?: number;
}

/** An alert that something expires: state, lead, lifetime, task, facts, details, choices. */
export function alertLike(
  language: Language,
  { host = 'shop.example.com', names = 2, addresses = 2 }: Sizes = {},
): Card {
  const words = WORDS[language];
  const list = (count: number, of: (index: number) => string) => Array.from({ length: count }, (_, index) => of(index));
  return {
    language,
    summary: `${words.urgent}: ${words.expires(host)}, 1 Nov 2026.`,
    state: { symbol: '⚠️', word: words.urgent },
    title: words.expires(host),
    tone: 'warning',
    lead: words.lead,
    bar: { from: language === 'en' ? '3 Aug' : '3. Aug.', to: language === 'en' ? '1 Nov' : '1. Nov.', gone: 83 / 90 },
    todo: { task: words.task, then: words.notice },
    facts: [
      { label: words.owner, value: 'Ada Lovelace' },
      { label: words.next, value: words.critical },
    ],
    details: [
      { label: words.addresses, value: list(addresses, (index) => `2001:db8::${index + 1}`).join(', ') },
      { label: words.names, value: [host, ...list(names - 1, (index) => `n${index}.${host}`)].join(', ') },
      { label: words.issuer, value: 'Let’s Encrypt E7' },
      { label: 'SHA-256', value: '7c1f 09ab 55e2 d0c4 91be 3a60 f2d7 8e15 b3c9 6a04 1d7f e882', mono: true },
    ],
    actions: [
      execute(words.have, 'acknowledge', { style: 'positive' }),
      execute(words.slot, 'slots'),
      {
        kind: 'choose',
        label: words.later,
        prompt: words.until,
        input: 'until',
        options: [{ label: words.tomorrow, value: 'P1D' }],
        action: { name: 'snooze', data: { watch: 12 } },
      },
      {
        kind: 'choose',
        label: words.assign,
        prompt: words.who,
        input: 'owner',
        options: 'people',
        action: { name: 'assign', data: { watch: 12 } },
      },
      execute(words.stop, 'unwatch', { isRare: true, style: 'destructive' }),
    ],
  };
}

/** An answer that all is well: little, and what is rare behind _More_. */
export function fineLike(language: Language, { host = 'www.example.com' }: Sizes = {}): Card {
  const words = WORDS[language];
  return {
    language,
    summary: `${words.renewed}: ${words.fineTitle(host)} 2027.`,
    state: { symbol: '✅', word: words.renewed },
    title: words.fineTitle(host),
    tone: 'good',
    bar: { from: language === 'en' ? '12 Oct' : '12. Okt.', to: language === 'en' ? '10 Jan' : '10. Jan.', gone: 0 },
    facts: [{ label: words.owner, value: 'Ada Lovelace' }],
    details: [{ label: words.issuer, value: 'Let’s Encrypt E7' }],
    actions: [execute(words.change, 'remind', { isRare: true }), execute(words.stop, 'unwatch', { isRare: true })],
  };
}

/** A list: groups of rows, each of which can be selected. */
export function listLike(language: Language, { rows = 7, host = 'example.com' }: Sizes & { rows?: number } = {}): Card {
  const words = WORDS[language];
  const row = (index: number, isExpired: boolean) => ({
    name: `h${index}.${host}`,
    sub: isExpired ? `${words.expired} · Ben Okafor ${index}` : `Ada Lovelace ${index}`,
    date: `${(index % 28) + 1}${language === 'de' ? '.' : ''} ${words.month}`,
    distance: `${index + 2} ${words.days}`,
    actions: [execute(words.show, 'show-row'), execute(words.stop, 'unwatch')],
  });
  return {
    language,
    summary: `${words.attention(rows + 51)}.`,
    title: words.attention(rows + 51),
    tone: 'neutral',
    groups: [
      { symbol: '⛔', heading: words.now, rows: [0, 1, 2, 3].map((index) => row(index, true)) },
      {
        symbol: '🔔',
        heading: words.soon(rows),
        rows: Array.from({ length: rows }, (_each, index) => row(index + 4, false)),
      },
      { symbol: '✅', heading: words.fine, text: [words.first] },
    ],
    footnote: words.hint,
    actions: [execute(words.refresh, 'list-page')],
  };
}

/** A report: a chart, and its numbers behind a button. */
export function reportLike(language: Language): Card {
  const words = WORDS[language];
  const bars = ['Oct', 'Nov', 'Dec', 'Jan', 'Feb', 'Mar'].map((label, index) => ({ label, value: index * 7 + 1 }));
  const chart: Chart = { title: words.come, bars };
  return {
    language,
    summary: `${words.report}.`,
    title: words.report,
    tone: 'neutral',
    groups: [
      { heading: words.come, chart },
      {
        heading: words.asNumbers,
        toggle: words.numbers,
        rows: bars.map(({ label, value }) => ({ name: label, date: String(value) })),
      },
    ],
    actions: [execute(words.refresh, 'report')],
  };
}
