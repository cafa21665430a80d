import { DateTime } from 'luxon';
import type { Card, CardFact, Group, Row } from '../../card.ts';
import { limitsAfter } from '../../certificates/lifetimes.ts';
import { NBSP, shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { shorten } from '../../language/wording.ts';
import { lengthOf, type Report } from '../overview/report.ts';
import { briefTarget } from '../../targets/target.ts';
import { type Instant, DAY, HOUR, MINUTE } from '../../time.ts';

/** Rows of a group. */
const MOST_ROWS = 8;
const MOST_LAPSES = 5;

/** `19 hours`, `3 days`. */
function spoken(length: number, say: Say): string {
  if (length >= 2 * DAY) return say('length.days', { number: Math.floor(length / DAY) });
  if (length >= 2 * HOUR) return say('length.hours', { number: Math.floor(length / HOUR) });
  return say('length.minutes', { number: Math.max(1, Math.floor(length / MINUTE)) });
}

function month(at: Instant, say: Say, format: string): string {
  return DateTime.fromMillis(at, { zone: say.zone ?? 'utc', locale: say.language }).toFormat(format);
}

/** `Q1 27`. */
function quarter(at: Instant, say: Say): string {
  return say('report.quarter', {
    quarter: month(at, say, 'q'),
    year: month(at, say, 'yy'),
  }).replaceAll(' ', NBSP);
}

function periodWords({ period }: Report, now: Instant, say: Say): string {
  if (period.days !== undefined) return say('report.last-days', { number: period.days });
  const day = (at: Instant): string => shortDay(at, { now, say, year: true });
  return say('report.from-to', { first: day(period.from), last: day(Math.min(period.to - 1, now)) });
}

function facts(report: Report, now: Instant, say: Say): CardFact[] {
  const { renewed, lapses } = report;
  const [longest] = lapses;
  const found: CardFact[] = [{ label: say('report.label.renewed'), value: say('report.renewed', renewed) }];
  if (longest)
    found.push({
      label: say('report.label.lapsed'),
      value: say(longest.until === null ? 'report.lapsed-still' : 'report.lapsed', {
        number: lapses.length,
        length: spoken(lengthOf(longest, now), say),
      }),
    });
  return found;
}

function lead(report: Report, now: Instant, say: Say): string | undefined {
  const { lapses, before, period, knownSince } = report;
  const parts: string[] = [];
  if (before !== null) {
    const difference = lapses.length - before;
    const way = difference === 0 ? 'same' : difference < 0 ? 'fewer' : 'more';
    parts.push(say(`report.compared-${way}`, { number: Math.abs(difference), days: period.days! }));
  }
  if (knownSince !== null)
    parts.push(say('report.known-since', { date: shortDay(knownSince, { now, say, year: true }) }));
  return parts.length > 0 ? parts.join(' ') : undefined;
}

function lapsedGroup({ lapses }: Report, now: Instant, say: Say): Group[] {
  if (lapses.length === 0) return [];
  const rows = lapses.slice(0, MOST_LAPSES).map((lapse): Row => ({
    name: briefTarget(lapse.uri),
    sub:
      lapse.until === null ? say('report.still') : say('report.until', { date: shortDay(lapse.until, { now, say }) }),
    date: shortDay(lapse.since, { now, say }),
    distance: spoken(lengthOf(lapse, now), say),
  }));
  const rest = lapses.length - rows.length;
  return [
    {
      symbol: '⛔',
      heading: say('report.which-lapsed'),
      rows,
      ...(rest > 0 ? { more: say('report.more', { number: rest }) } : {}),
    },
  ];
}

function byHandGroup({ byHand }: Report, now: Instant, say: Say): Group[] {
  const { quarters, bySelf, others } = byHand;
  if (byHand.byHand === 0) return [];
  const text = [say('report.by-hand', { number: byHand.byHand })];
  const [next, after] = limitsAfter(now);
  const limits = [next, after].flatMap((limit) =>
    limit ? [say('report.limit', { days: limit.days, date: shortDay(limit.from, { now, say, year: true }) })] : [],
  );
  if (limits.length > 0) text.push(say('report.limits', { limits: limits.join(', ') }));
  const left = [
    ...(bySelf > 0 ? [say('report.by-self', { number: bySelf })] : []),
    ...(others > 0 ? [say('report.no-limit', { number: others })] : []),
  ];
  const bars = quarters.map(({ from, number }) => ({ label: quarter(from, say), value: number }));
  return [
    {
      heading: say('report.by-hand-title'),
      text,
      chart: { title: say('report.by-hand-title'), bars },
      ...(left.length > 0 ? { more: left.join(' ') } : {}),
    },
  ];
}

function numbersGroup({ months, later, byHand }: Report, say: Say): Group {
  const rows: Row[] = months.map(({ from, number }) => ({
    name: month(from, say, 'LLLL yyyy'),
    date: String(number),
  }));
  rows.push({ name: say('report.later'), date: String(later) });
  if (byHand.byHand > 0)
    for (const { from, number } of byHand.quarters)
      rows.push({ name: say('report.in-quarter', { quarter: quarter(from, say) }), date: String(number) });
  return { heading: say('report.numbers'), rows, toggle: say('report.numbers') };
}

/** The answer to `report`. */
export function reportCard(report: Report, { now, say }: { now: Instant; say: Say }): Card {
  const { watched, lapses, renewed, months, authorities } = report;
  const period = periodWords(report, now, say);
  const title = say('report.title', { lapsed: lapses.length, watched, period });
  const leading = lead(report, now, say);
  const shown = authorities.slice(0, MOST_ROWS);
  const rest = authorities.slice(MOST_ROWS).reduce((sum, { number }) => sum + number, 0);
  const first = shortDay(report.period.from, { now, say, year: true });
  const last = shortDay(Math.min(report.period.to - 1, now), { now, say, year: true });
  return {
    language: say.language,
    summary: say('report.summary', { first, last, watched, lapsed: lapses.length, ...renewed }),
    title,
    tone: 'neutral',
    ...(leading === undefined ? {} : { lead: leading }),
    facts: facts(report, now, say),
    groups: [
      ...lapsedGroup(report, now, say),
      {
        heading: say('report.to-come'),
        chart: {
          title: say('report.to-come'),
          bars: months.map(({ from, number }) => ({ label: month(from, say, 'MMM'), value: number })),
        },
      },
      ...(shown.length > 0
        ? [
            {
              heading: say('report.by-authority'),
              rows: shown.map(({ name, number }) => ({ name: shorten(name, 60), date: String(number) })),
              ...(rest > 0 ? { more: say('report.more', { number: rest }) } : {}),
            },
          ]
        : []),
      ...byHandGroup(report, now, say),
      numbersGroup(report, say),
    ],
    actions: [
      {
        kind: 'execute',
        label: say('report.open-list'),
        action: { name: 'list-page', data: { page: 1 } },
      },
    ],
  };
}
