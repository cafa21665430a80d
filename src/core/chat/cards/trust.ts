import type { Card } from '../../card.ts';
import { ENDLESS, type Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Anchor, StoredAnchor } from '../../model/anchors.ts';
import { LEFT } from '../../model/forgetting.ts';
import { visibleLine } from '../../language/text.ts';
import { endDay, enumerate, fullStop, isoDate, prose, shorten } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';

/** Names that a sentence holds. */
const MOST_NAMED = 3;

/** What a certificate is called. */
export function anchorName({ subject }: Pick<Anchor, 'subject'>, say: Say): string {
  return shorten(visibleLine(subject), 100) || say('trust.no-name');
}

/** The first 16 digits of the fingerprint as OpenSSL writes them, `AB:CD:…`. */
export function shortPrint({ fingerprint }: Pick<Anchor, 'fingerprint'>): string {
  return fingerprint.slice(0, 16).toUpperCase().match(/../g)?.join(':') ?? '';
}

function inOneLine(anchors: Anchor[], say: Say): string {
  const named = anchors.map((anchor) =>
    say('trust.one', {
      subject: anchorName(anchor, say),
      date: endDay(anchor.notAfter, say),
      state: anchor.notAfter >= ENDLESS ? 'endless' : 'dated',
      print: anchor.fingerprint.slice(0, 8),
    }),
  );
  return enumerate(named, MOST_NAMED, say);
}

function rowsOf(anchors: (Anchor | StoredAnchor)[], now: Instant, say: Say): NonNullable<Card['table']>['rows'] {
  return anchors.map((anchor, index) => {
    const name = anchorName(anchor, say);
    const date = endDay(anchor.notAfter, say);
    const isOver = anchor.notAfter <= now;
    const added =
      'addedAt' in anchor
        ? [{ text: say('trust.added-by', { name: byName(anchor, say), date: isoDate(anchor.addedAt) }) }]
        : [];
    return {
      cells: [
        ...('addedAt' in anchor ? [{ text: String(index + 1) }] : []),
        { text: anchor.isCa ? name : say('trust.leaf', { subject: name }) },
        isOver ? { text: say('trust.expired-on', { date }), tone: 'warning' as const } : { text: date },
        { text: shortPrint(anchor) },
        ...added,
      ],
    };
  });
}

function byName({ addedBy }: StoredAnchor, say: Say): string {
  if (addedBy.id === LEFT.id) return say('person.left');
  return shorten(visibleLine(addedBy.name), 60) || say('trust.no-name');
}

/** The certificates that a conversation trusts, with who added each when. */
export function trustListCard(anchors: StoredAnchor[], now: Instant, say: Say): Card {
  const title = say('trust.list.title');
  if (anchors.length === 0) return sentenceCard(title, say('trust.list.none'), say);
  return {
    language: say.language,
    summary: say('trust.list.summary', { number: anchors.length, certificates: inOneLine(anchors, say) }),
    title,
    tone: 'neutral',
    table: {
      columns: [
        { title: say('trust.column.number'), weight: 1 },
        { title: say('trust.column.certificate'), weight: 4 },
        { title: say('column.expires'), weight: 2 },
        { title: 'SHA-256', weight: 4 },
        { title: say('trust.column.added'), weight: 3 },
      ],
      rows: rowsOf(anchors, now, say),
    },
    footnote: say('trust.list.how', { which: shortPrint(anchors[0]!) }),
  };
}

/** The answer to `trust add`; `remarks` are sentences about what was not added. */
export function trustAddedCard(anchors: Anchor[], remarks: string[], now: Instant, say: Say): Card {
  const notes = anchors.flatMap((anchor) => {
    const name = anchorName(anchor, say);
    return [
      ...(anchor.isCa ? [] : [say('trust.added.leaf', { name })]),
      ...(anchor.notBefore > now ? [say('trust.added.not-yet', { name, date: isoDate(anchor.notBefore) })] : []),
    ];
  });
  return {
    language: say.language,
    summary: say('trust.added.summary', { certificates: inOneLine(anchors, say) }),
    title: say('trust.added.title', { number: anchors.length }),
    tone: 'good',
    text: [say('trust.added.meaning'), ...notes, ...remarks].map((line) => fullStop(prose(line, say))),
    table: {
      columns: [
        { title: say('trust.column.certificate'), weight: 4 },
        { title: say('column.expires'), weight: 2 },
        { title: 'SHA-256', weight: 4 },
      ],
      rows: rowsOf(anchors, now, say),
    },
    footnote: say('trust.added.how', { number: anchors.length, which: shortPrint(anchors[0]!) }),
  };
}

/** The answer to `trust remove`. */
export function trustRemovedCard(anchors: Anchor[], say: Say): Card {
  const sentence = say('trust.removed.summary', { certificates: inOneLine(anchors, say) });
  return sentenceCard(say('trust.removed.title', { number: anchors.length }), sentence, say, {
    tone: 'good',
    more: [say('trust.removed.meaning')],
  });
}

/** Nothing was added, and why. */
export function nothingAddedCard(remarks: string[], say: Say): Card {
  const [first, ...more] = remarks;
  return sentenceCard(say('trust.nothing-added.title'), first!, say, { tone: 'warning', more });
}
