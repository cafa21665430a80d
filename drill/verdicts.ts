import { DateTime } from 'luxon';
import type { Fact } from '../src/core/about.ts';
import { keyOf, shortly, type Chat, type Post } from './chat.ts';
import type { Endpoint, Endpoints, Happening } from './endpoints.ts';
import type { FaultKind } from './options.ts';
import { faultsOf, type Outlook } from './outlook.ts';
import type { Person, Typed, Typing } from './people.ts';
import type { Replica } from './replica.ts';
import { until, type Report } from './report.ts';

/** What keeps messages from arriving in time. */
const DELAYING: FaultKind[] = ['chat', 'kill', 'stop', 'database'];
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

/** What need not happen to be told: what a renewal takes away, and what was there once. */
function isExcused({ target = '', kind, value }: Fact, { happenings, installed }: Endpoints): boolean {
  const passing = ['lost-names', 'lost-uses', 'replaced'];
  if (passing.includes(kind) || passing.includes(value)) return true;
  if (kind === 'renewed') return installed.has(`${target} ${value}`);
  return (
    kind === 'fixed' &&
    (value === 'certificate' || happenings.some(({ fact }) => fact.target === target && fact.value === value))
  );
}

/**
 * Everything that happened is told in each conversation that watches, by an alert or by an answer, as often as it
 * happened at most, and nothing else; stages in order. What is over is not said to be there still. A stage is not told
 * any more where the next has begun.
 */
export function judgeAlerts(
  world: Endpoints,
  { answered }: Typing,
  { chat, report }: { chat: Chat; report: Report },
): void {
  const { endpoints, happenings } = world;
  for (const happening of happenings) {
    const { endpoint, fact, at, ends, overtakenAt } = happening;
    const total = happenings.filter((one) => keyOf('', one.fact) === keyOf('', fact)).length;
    for (const conversation of endpoint.watchers) {
      const what = `${fact.kind} ${fact.value} of ${endpoint.uri}`;
      if (ends) {
        if (chat.standing(conversation, ends) === 'tells it')
          report.violate('alerts', `${what}: what it ended is still told`, {
            conversation,
            happened: report.clock(at),
          });
        continue;
      }
      const told = chat.telling(conversation, fact);
      const posts = chat.posting(conversation, fact);
      report.count('alerts told', told.length);
      const tried = chat.tried(
        ({ facts = [] }, place) => place === conversation && facts.some((one) => keyOf('', one) === keyOf('', fact)),
      );
      const evidence = {
        conversation,
        happened: report.clock(at),
        posts: posts.map((post) => [post.deliveryId, report.clock(post.at)]),
        tried: shortly(tried, report.clock),
      };
      // What waits to be sent is brought up to date meanwhile, and the next stage has a message of its own.
      const isLate = report.disturbed(at - AFTERMATH, Math.max(...posts.map((post) => post.at)), DELAYING);
      if (posts.length > total && fact.kind === 'stage' && isLate) report.count('stages told twice, late (allowed)');
      else if (posts.length > total)
        report.violate('alerts', `${what} was told ${posts.length} times instead of ${total}`, evidence);
      if (told.length > 0) continue;
      if (answered(conversation, endpoint, at)) report.count('told by an answer (allowed)');
      else if (overtakenAt !== null) report.count('alerts overtaken (allowed)');
      else report.violate('alerts', `${what} was not told`, evidence);
    }
  }
  judgeStrangers(world, chat, report);
  for (const endpoint of endpoints)
    for (const conversation of endpoint.watchers) judgeOrder(endpoint, conversation, happenings, chat, report);
}

/** Nothing is told that did not happen. */
function judgeStrangers(world: Endpoints, chat: Chat, report: Report): void {
  const expected = new Set(
    world.happenings.flatMap(({ endpoint, fact }) => endpoint.watchers.map((each) => keyOf(each, fact))),
  );
  for (const [key, posts] of chat.told()) {
    const [, target, kind, value] = key.split(' ') as [string, string, Fact['kind'], string];
    if (expected.has(key) || isExcused({ target, kind, value }, world)) continue;
    const at = [...posts.values()].map((post) => report.clock(post.at));
    report.violate('alerts', 'told, although it did not happen', { key, at });
  }
}

function judgeOrder(
  endpoint: Endpoint,
  conversation: string,
  happenings: Happening[],
  chat: Chat,
  report: Report,
): void {
  const own = happenings
    .filter((one) => one.endpoint === endpoint && one.fact.kind === 'stage')
    .toSorted((a, b) => a.at - b.at);
  const told = own.flatMap((happening) => {
    const [post] = chat.posting(conversation, happening.fact).toSorted((a, b) => a.order - b.order);
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
