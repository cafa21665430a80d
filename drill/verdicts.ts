import { DateTime } from 'luxon';
import { keyOf, shortly, type Chat, type Post } from './chat.ts';
import type { Endpoint, Endpoints, Happening } from './endpoints.ts';
import type { FaultKind } from './options.ts';
import { faultsOf, type Outlook } from './outlook.ts';
import type { Person, Typed, Typing } from './people.ts';
import type { Replica } from './replica.ts';
import { until, type Report } from './report.ts';

/** What keeps anybody from looking. */
const BLINDING: FaultKind[] = ['kill', 'stop', 'database', 'prober'];
/** After such a fault looks may be late by a lease (30 s) and a little more, milliseconds. */
const AFTERMATH = 40_000;

function grouped<T>(list: T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

/** Each command that was taken is answered, by one message (copies apart); an edit is no second command. */
export function judgeCommands(typed: Typed[], chat: Chat, report: Report): void {
  const waits: number[] = [];
  for (const { text, inbound, person, at, acceptedAt, edited } of typed) {
    const answers = chat.answersTo(inbound);
    const where = { conversation: person.conversation, at: report.clock(at) };
    const [first] = answers.toSorted((a, b) => a.at - b.at);
    if (first) waits.push(first.at - at);
    if (first?.about?.error !== undefined) report.count('answers that say that something went wrong');
    if (acceptedAt === null) report.count('commands that nobody took');
    if (acceptedAt !== null && !first) {
      const tried = chat.tried(
        (about, conversation) => about.inbound === inbound && conversation === person.conversation,
      );
      report.violate('commands', `“${text}” was taken and never answered`, {
        ...where,
        tried: shortly(tried, report.clock),
      });
    }
    const most = edited ? new Set(answers.map(({ about }) => about?.verb)).size : 1;
    if (answers.length > most)
      report.violate('commands', `“${text}” was answered ${answers.length} times`, {
        ...where,
        answers: answers.map((post) => [post.deliveryId, report.clock(post.at)]),
      });
  }
  waits.sort((a, b) => a - b);
  const share = (part: number): number => waits[Math.min(waits.length - 1, Math.floor(part * waits.length))] ?? 0;
  report.count('answers: median, ms', share(0.5));
  report.count('answers: 95 %, ms', share(0.95));
  report.count('answers: slowest, ms', share(1));
}

/** Whether looks were disturbed until something else took the place of what happened. */
function isOvertaken({ at, overtakenAt }: Happening, report: Report): boolean {
  if (overtakenAt === null) return false;
  return overtakenAt === 0 || report.disturbed(at - AFTERMATH, overtakenAt, BLINDING);
}

/**
 * Everything that happened is told in each conversation that watches: as often as it happened, in order, and nothing
 * else.
 */
export function judgeAlerts({ endpoints, happenings }: Endpoints, chat: Chat, report: Report): void {
  const expected = new Set<string>();
  for (const happening of happenings) {
    const { endpoint, fact, at, ordinal } = happening;
    const total = happenings.filter((one) => keyOf('', one.fact) === keyOf('', fact)).length;
    for (const conversation of endpoint.watchers) {
      expected.add(keyOf(conversation, fact));
      if (ordinal !== total) continue;
      const posts = chat.telling(conversation, fact);
      const what = `${fact.kind} ${fact.value} of ${endpoint.uri} was told ${posts.length} times instead of ${total}`;
      report.count('alerts told', posts.length);
      if (posts.length === total) continue;
      if (posts.length < total && isOvertaken(happening, report)) {
        report.count('alerts overtaken (allowed)');
        continue;
      }
      const tried = chat.tried(
        ({ facts = [] }, place) => place === conversation && facts.some((one) => keyOf('', one) === keyOf('', fact)),
      );
      const evidence = {
        happened: report.clock(at),
        posts: posts.map((post) => [post.deliveryId, report.clock(post.at)]),
      };
      report.violate('alerts', what, { conversation, ...evidence, tried: shortly(tried, report.clock) });
    }
  }
  for (const [key, posts] of chat.told())
    if (!expected.has(key))
      report.violate('alerts', 'told, although it did not happen', {
        key,
        at: [...posts.values()].map((post) => report.clock(post.at)),
      });
  for (const endpoint of endpoints)
    for (const conversation of endpoint.watchers) judgeOrder(endpoint, conversation, happenings, chat, report);
}

function judgeOrder(
  endpoint: Endpoint,
  conversation: string,
  happenings: Happening[],
  chat: Chat,
  report: Report,
): void {
  const own = happenings.filter((one) => one.endpoint === endpoint).toSorted((a, b) => a.at - b.at);
  const told = own.flatMap((happening) => {
    const post = chat.telling(conversation, happening.fact).toSorted((a, b) => a.order - b.order)[
      happening.ordinal - 1
    ];
    return post ? [{ happening, post }] : [];
  });
  const wrong = told.findIndex(({ post }, index) => index > 0 && post.order < told[index - 1]!.post.order);
  if (wrong < 0) return;
  const shown = told
    .slice(wrong - 1, wrong + 1)
    .map(
      ({ happening: { fact, at }, post }) =>
        `${fact.kind} ${fact.value}: ${report.clock(at)}, told ${report.clock(post.at)}`,
    );
  report.violate('alerts', `${endpoint.uri}: told in the wrong order`, { conversation, shown });
}

/** Copies of one message: only where an answer to its sending was lost, and few in the end. */
export function judgeCopies(chat: Chat, most: number, report: Report): void {
  const standing = chat.posts().filter(({ isGone }) => !isGone);
  report.count('messages in the end', standing.length);
  report.count('copies taken back', chat.takenBack());
  report.count('copies left (allowed)', 0);
  const isExcused = (post: Post): boolean =>
    chat.attempts(post.deliveryId).some(({ answeredId, fault }) => answeredId !== null && fault !== null) ||
    report.disturbed(post.at - 5000, post.at + AFTERMATH, ['kill', 'stop', 'database']);
  for (const [, posts] of grouped(standing, ({ conversation, deliveryId }) => `${conversation} ${deliveryId}`)) {
    if (posts.length < 2) continue;
    const [first] = posts as [Post, ...Post[]];
    const { conversation, deliveryId, about } = first;
    const tried = shortly(chat.attempts(deliveryId), report.clock);
    const evidence = { conversation, deliveryId, about, at: posts.map(({ at }) => report.clock(at)), tried };
    report.count('copies left (allowed)', posts.length - 1);
    if (posts.length > most) report.violate('copies', `one message stands there ${posts.length} times`, evidence);
    else if (!posts.slice(0, -1).every(isExcused))
      report.violate('copies', 'a message was sent twice, although no answer was lost', evidence);
  }
}

/** Waits until calendars are right, until `by`; then says what is not. */
export async function judgeCalendars(
  outlook: Outlook,
  people: Person[],
  { by, moved, report }: { by: number; moved: { mailbox: string; id: string; start: number }; report: Report },
): Promise<void> {
  const mailboxes = [...new Set(people.flatMap(({ mailbox }) => mailbox ?? []))];
  const wrongIn = (mailbox: string): string[] => {
    const owners = people.filter((person) => person.mailbox === mailbox);
    const unsure = new Set(owners.flatMap((person) => [...person.unsure]));
    const wanted = new Set(owners.flatMap(({ watched }) => [...watched]));
    const faults = faultsOf(
      outlook.own(mailbox),
      [...wanted].filter((endpoint) => !unsure.has(endpoint)),
    );
    return faults.filter((fault) => ![...unsure].some(({ port }) => fault.includes(`localhost:${port}`)));
  };
  const isRight = (): boolean => mailboxes.every((mailbox) => wrongIn(mailbox).length === 0);
  await until(isRight, Math.max(5000, by - Date.now()));
  for (const mailbox of mailboxes)
    for (const what of wrongIn(mailbox)) report.violate('calendars', `mailbox ${mailbox}: ${what}`);
  const event = outlook.own(moved.mailbox).find(({ id }) => id === moved.id);
  if (event?.start !== moved.start)
    report.violate('calendars', 'an event that a person moved did not stay there', { moved, now: event?.start });
  for (const what of outlook.graph.violations.slice(0, 5))
    report.violate('calendars', 'Graph was asked wrongly', { what });
  const changed = outlook.strangersChanged();
  if (changed !== null) report.violate('strangers', 'an event that is not the bot’s was changed', { changed });
  const ids = mailboxes.flatMap((mailbox) => outlook.own(mailbox).map(({ transactionId }) => transactionId));
  if (new Set(ids).size !== ids.length) report.violate('calendars', 'two events were made by one transaction');
}

/** `list` shows what was watched and not unwatched. */
export async function judgeLists(people: Person[], typing: Typing, report: Report): Promise<void> {
  await Promise.all(
    people.map(async (person) => {
      const about = (await typing.ask(person, 'list', 60_000))?.about;
      const { conversation, watched, unsure } = person;
      if (!about?.targets) return report.violate('lists', `${conversation}: list was not answered`);
      const sure = (uri: string): boolean => ![...unsure].some((endpoint) => endpoint.uri === uri);
      const shown = about.targets.filter(sure).toSorted();
      const wanted = [...watched]
        .map(({ uri }) => uri)
        .filter(sure)
        .toSorted();
      if (about.more || about.total !== about.targets.length || shown.join(' ') !== wanted.join(' '))
        report.violate('lists', `${conversation}: list shows something else than what is watched`, { shown, wanted });
    }),
  );
}

/** SUMMARY and DTSTART of the events of a feed (RFC 5545), as subject and instant. */
function eventsOf(feed: string): { subject: string; start: number }[] {
  const lines = feed.replaceAll(/\r\n[ \t]/g, '');
  return [...lines.matchAll(/BEGIN:VEVENT\r\n(.*?)END:VEVENT/gs)].map(([, event]) => {
    const [, subject = ''] = /^SUMMARY[^:]*:([^\r]*)/m.exec(event!) ?? [];
    const [, zone = 'utc', at = ''] = /^DTSTART(?:;TZID=([^:\r]*))?:(\d{8}T\d{6})/m.exec(event!) ?? [];
    return { subject, start: DateTime.fromFormat(at, "yyyyLLdd'T'HHmmss", { zone }).toMillis() };
  });
}

/** The same feed from every replica, and in it (of who has no mailbox) what was watched. */
export async function judgeFeeds(people: Person[], replicas: Replica[], typing: Typing, report: Report): Promise<void> {
  for (const person of people.filter(({ mailbox }) => mailbox === null)) {
    const { conversation, watched, unsure } = person;
    const answer = await typing.ask(person, 'calendar', 60_000);
    const path = /\/calendar\/[\w-]{16,}\.ics/.exec(JSON.stringify(answer?.call.activity ?? {}))?.[0];
    if (path === undefined) {
      report.violate('feeds', `${conversation}: no feed was told`);
      continue;
    }
    const feeds = await Promise.all(
      replicas.map((replica) =>
        until(
          () =>
            fetch(`${replica.url()}${path}`).then(
              (answered) => answered.text(),
              () => '',
            ),
          10_000,
        ),
      ),
    );
    if (new Set(feeds).size !== 1)
      report.violate('feeds', `${conversation}: replicas serve different feeds`, {
        lengths: feeds.map((one) => one.length),
      });
    if (unsure.size > 0) continue;
    for (const what of faultsOf(eventsOf(feeds[0]!), [...watched])) report.violate('feeds', `${conversation}: ${what}`);
  }
}
