import type { Card, Row } from '../../card.ts';
import { clockTime, shortDay, zoneWords } from '../../language/dates.ts';
import type { MessageKey } from '../../language/messages/en.ts';
import { en } from '../../language/messages/en.ts';
import type { Say } from '../../language/language.ts';
import { shortAgo, shorten } from '../../language/wording.ts';
import { LEFT } from '../../model/forgetting.ts';
import type { AuditEntry } from '../../model/conversation.ts';
import type { HistoryEntry, TargetEvent } from '../../model/history.ts';
import { briefTarget } from '../../targets/target.ts';
import { type Instant, DAY, HOUR, MINUTE } from '../../time.ts';
import { groupOf } from './rows.ts';

/** Rows of one answer. */
const MOST_ROWS = 20;
/** UTF-16 units of what somebody typed. */
const LONGEST = 120;

interface Line {
  at: Instant;
  name: string;
  sub?: string;
}

function spoken(length: number, say: Say): string {
  if (length >= 2 * DAY) return say('length.days', { number: Math.floor(length / DAY) });
  if (length >= 2 * HOUR) return say('length.hours', { number: Math.floor(length / HOUR) });
  return say('length.minutes', { number: Math.max(1, Math.floor(length / MINUTE)) });
}

/** What a finding is called; one about an address names it. */
function findingWords(finding: string, say: Say): string {
  const [kind = '', ...rest] = finding.split(':');
  if (kind === 'address') return say('history.address', { address: shorten(rest.join(':'), 60) });
  const key = `condition.${kind}`;
  return key in en ? say(key as MessageKey) : say('history.something');
}

function renewedLine(
  event: Extract<TargetEvent, { kind: 'renewed' }>,
  at: Instant,
  now: Instant,
  say: Say,
): Omit<Line, 'at'> {
  const { from, to } = event;
  const end = shortDay(to.notAfter, { now, say });
  const parts: string[] = [];
  if (from) {
    const ahead = from.notAfter - at;
    const length = spoken(Math.abs(ahead), say);
    parts.push(
      say(ahead >= 0 ? 'history.ahead' : 'history.late', { length, date: shortDay(from.notAfter, { now, say }) }),
    );
    if (from.by !== to.by && to.by !== '') parts.push(say('history.by', { issuer: shorten(to.by, 60) }));
  }
  return { name: say('history.renewed', { date: end }), ...(parts.length > 0 ? { sub: parts.join(' · ') } : {}) };
}

function eventLine(event: TargetEvent, at: Instant, now: Instant, say: Say): Omit<Line, 'at'> {
  if (event.kind === 'renewed') return renewedLine(event, at, now, say);
  if (event.kind === 'first') {
    const { notAfter, by } = event.to;
    const sub = by === '' ? {} : { sub: say('history.by', { issuer: shorten(by, 60) }) };
    return { name: say('history.first', { date: shortDay(notAfter, { now, say }) }), ...sub };
  }
  if (event.kind === 'stage')
    return { name: say(`history.stage-${event.stage}`, { date: shortDay(event.end, { now, say }) }) };
  const finding = findingWords(event.finding, say);
  const isUnreachable = event.finding === 'unreachable';
  if (event.kind === 'finding')
    return { name: say(isUnreachable ? 'history.unreachable' : 'history.finding', { finding }) };
  const values = { finding, length: spoken(at - event.since, say) };
  return { name: say(isUnreachable ? 'history.reachable' : 'history.over', values) };
}

/** What somebody did, in words. The subject begins with the URI where it is about one target. */
function doneWords({ verb, subject }: AuditEntry, uri: string, say: Say): string {
  const rest = shorten(
    subject
      .split(' ')
      .filter((word) => word !== uri)
      .join(' '),
    LONGEST,
  );
  if (verb === 'watch') return rest === '' ? say('history.watched') : say('history.watched-with', { rest });
  if (verb === 'remind') return say('history.remind', { rest: rest.replace(/ for(?: .*)?$/, '') });
  if (verb === 'trust') {
    const [what = '', , ...name] = subject.split(' ');
    return say(what === 'remove' ? 'history.distrusted' : 'history.trusted', { name: shorten(name.join(' '), 80) });
  }
  if (verb === 'ask-owner' || verb === 'ask-copy') {
    const person = rest
      .split(' ')
      .filter((word) => !/^\w[\w+.-]*:\/\//.test(word) && word !== 'all')
      .join(' ');
    return say(`history.${verb}`, { person });
  }
  if (verb === 'note') return rest === '' ? say('history.unnoted') : say('history.noted', { rest });
  if (verb === 'tag' || verb === 'untag') return say(`history.${verb}`, { rest });
  const known = `history.done-${verb}`;
  return known in en ? say(known as MessageKey) : verb;
}

function personOf({ actorId, actorName }: AuditEntry, say: Say): string {
  return actorId === LEFT.id ? say('person.left') : shorten(actorName, 60) || say('history.somebody');
}

function rowOf({ at, name, sub }: Line, now: Instant, say: Say): Row {
  const isToday = Math.abs(now - at) < DAY;
  return {
    name,
    ...(sub ? { sub } : {}),
    date: isToday ? clockTime(at, say) : shortDay(at, { now, say }),
    distance: shortAgo(at, now, say),
  };
}

/** The answer to `history`: what became of a target and who did what, newest first. */
export function historyCard(
  uri: string,
  { events, done, watched }: { events: HistoryEntry[]; done: AuditEntry[]; watched: boolean },
  { now, say, id }: { now: Instant; say: Say; id: number | null },
): Card {
  const target = briefTarget(uri);
  const lines: Line[] = [
    ...events.map(({ event, at }) => ({ at, ...eventLine(event, at, now, say) })),
    ...done.map((entry) => ({ at: entry.at, name: doneWords(entry, uri, say), sub: personOf(entry, say) })),
  ].toSorted((a, b) => b.at - a.at);
  const shown = lines.slice(0, MOST_ROWS);
  const [latest] = shown;
  const rest = lines.length - shown.length;
  return {
    language: say.language,
    summary: say('history.summary', {
      target,
      number: lines.length,
      latest: shorten(latest?.name ?? '', 80),
      date: latest ? shortDay(latest.at, { now, say, year: true }) : '',
    }),
    title: say('history.title', { target }),
    tone: 'neutral',
    ...(watched ? {} : { lead: say('history.unwatched') }),
    groups: [
      groupOf({
        heading: say('history.newest-first'),
        rows: shown.map((line) => rowOf(line, now, say)),
        ...(rest > 0 ? { more: say('report.more', { number: rest }) } : {}),
      }),
    ],
    footnote: say('history.kept', { zone: zoneWords(say) }),
    ...(id === null
      ? {}
      : {
          actions: [
            { kind: 'execute' as const, label: say('button.show'), action: { name: 'show-row', data: { watch: id } } },
          ],
        }),
  };
}
