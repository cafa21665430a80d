import type { Card, Row } from '../../card.ts';
import { ENDLESS, type Instant } from '../../time.ts';
import { shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import type { Anchor, StoredAnchor } from '../../model/anchors.ts';
import { LEFT } from '../../model/forgetting.ts';
import { visibleLine } from '../../language/text.ts';
import { enumerate, fullStop, prose, shorten } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';
import { capital, groupOf } from './rows.ts';

/** What a locked phone shows, in UTF-16 units. */
const MOST_SUMMARY = 160;
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

function inOneLine(anchors: Anchor[], now: Instant, say: Say): string {
  const named = anchors.map((anchor) =>
    say('trust.one', {
      subject: anchorName(anchor, say),
      date: shortDay(anchor.notAfter, { now, say, year: true }),
      state: anchor.notAfter >= ENDLESS ? 'endless' : 'dated',
      print: anchor.fingerprint.slice(0, 8),
    }),
  );
  return enumerate(named, MOST_NAMED, say);
}

function rowsOf(anchors: (Anchor | StoredAnchor)[], now: Instant, say: Say): Row[] {
  return anchors.map((anchor, index) => {
    const name = anchorName(anchor, say);
    const shown = anchor.isCa ? name : say('trust.leaf', { subject: name });
    const { notAfter } = anchor;
    const end =
      notAfter >= ENDLESS ? say('end.endless') : say('trust.until', { date: shortDay(notAfter, { now, say }) });
    const added =
      'addedAt' in anchor
        ? [say('trust.added-by', { name: byName(anchor, say), date: shortDay(anchor.addedAt, { now, say }) })]
        : [];
    const over = notAfter <= now ? [say('trust.expired-on')] : [];
    return {
      name: 'addedAt' in anchor ? `${index + 1}. ${shown}` : shown,
      sub: capital([...over, end, ...added, `SHA-256 ${shortPrint(anchor)}`].join(' · ')),
    };
  });
}

function byName({ addedBy }: StoredAnchor, say: Say): string {
  if (addedBy.id === LEFT.id) return say('person.left');
  return shorten(visibleLine(addedBy.name), 60) || say('trust.no-name');
}

/** The certificates that a conversation trusts, with who added each when. */
export function trustListCard(anchors: StoredAnchor[], now: Instant, say: Say): Card {
  if (anchors.length === 0) return sentenceCard(say('trust.list.none.title'), say('trust.list.none'), say);
  return sentenceCard(say('trust.list.title', { number: anchors.length }), '', say, {
    summary: shorten(
      say('trust.list.summary', { number: anchors.length, certificates: inOneLine(anchors, now, say) }),
      MOST_SUMMARY,
    ),
    groups: [groupOf({ heading: say('trust.heading'), rows: rowsOf(anchors, now, say) })],
    footnote: say('trust.list.how', { which: shortPrint(anchors[0]!) }),
  });
}

/** The answer to `trust add`; `remarks` are sentences about what was not added. */
export function trustAddedCard(anchors: Anchor[], remarks: string[], now: Instant, say: Say): Card {
  const notes = anchors.flatMap((anchor) => {
    const name = anchorName(anchor, say);
    return [
      ...(anchor.isCa ? [] : [say('trust.added.leaf', { name })]),
      ...(anchor.notBefore > now
        ? [say('trust.added.not-yet', { name, date: shortDay(anchor.notBefore, { now, say }) })]
        : []),
    ];
  });
  const lines = [say('trust.added.meaning'), ...notes, ...remarks].map((line) => fullStop(prose(line, say)));
  return sentenceCard(say('trust.added.title', { number: anchors.length }), lines[0]!, say, {
    tone: 'good',
    summary: shorten(say('trust.added.summary', { certificates: inOneLine(anchors, now, say) }), MOST_SUMMARY),
    more: lines.slice(1),
    groups: [groupOf({ heading: say('trust.heading'), rows: rowsOf(anchors, now, say) })],
    footnote: say('trust.added.how', { number: anchors.length, which: shortPrint(anchors[0]!) }),
  });
}

/** The answer to `trust remove`. */
export function trustRemovedCard(anchors: Anchor[], now: Instant, say: Say): Card {
  const certificates = inOneLine(anchors, now, say);
  const sentence = say('trust.removed.summary', { certificates });
  return sentenceCard(say('trust.removed.title', { number: anchors.length }), fullStop(certificates), say, {
    tone: 'good',
    summary: shorten(sentence, MOST_SUMMARY),
    more: [say('trust.removed.meaning')],
  });
}

/** Nothing was added, and why. */
export function nothingAddedCard(remarks: string[], say: Say): Card {
  const [first, ...more] = remarks;
  const state = { symbol: '⚠️', word: say('state.nothing') };
  return sentenceCard(say('trust.nothing-added.title'), first!, say, { tone: 'warning', state, more });
}
