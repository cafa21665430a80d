import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChance } from './chance.ts';
import { startChat } from './chat.ts';
import { startEndpoints, type Endpoint } from './endpoints.ts';
import { breakThings } from './faults.ts';
import { lineOf, readOptions, USAGE, type Options } from './options.ts';
import { mentions, startOutlook } from './outlook.ts';
import { createPeople, createTyping, mailboxOf, type Person } from './people.ts';
import { startPostgres } from './postgres.ts';
import { createReplica, type Replica } from './replica.ts';
import { createReport, until, type Report } from './report.ts';
import { judgeAlerts, judgeCalendars, judgeCommands, judgeCopies, judgeFeeds, judgeLists } from './verdicts.ts';

/** How long SIGTERM may take, milliseconds. */
const END_WITHIN = 10_000;
/** Setting up, and what comes after settling, take at most so long, milliseconds. */
const BEFORE_AND_AFTER = 600_000;
const WATCHERS = 3;

const cleanups: (() => void | Promise<void>)[] = [];

/** Ends everything that was started, latest first. */
async function clean(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await Promise.resolve(cleanup()).catch(() => {});
}

/** Who watches what from the beginning to the end. */
function assignWatchers(people: Person[], endpoints: Endpoint[], seed: number): void {
  const luck = createChance(seed);
  const lively = endpoints.filter(({ role }) => role !== 'quiet');
  for (const endpoint of lively) {
    while (endpoint.watchers.length < WATCHERS) {
      const { conversation } = luck.pick(people);
      if (!endpoint.watchers.includes(conversation)) endpoint.watchers.push(conversation);
    }
  }
  for (const { conversation } of people)
    if (!lively.some(({ watchers }) => watchers.includes(conversation))) luck.pick(lively).watchers.push(conversation);
}

/** SIGTERM while everybody types: it ends in time and well, and nothing is lost. */
async function endUnderLoad(
  [ending, ...others]: Replica[],
  people: Person[],
  typing: ReturnType<typeof createTyping>,
  { endpoints, report, seed }: { endpoints: Endpoint[]; report: Report; seed: number },
): Promise<void> {
  const luck = createChance(seed + 77);
  const sent = Array.from({ length: 60 }, async (_, index) => {
    await sleep(index * 20);
    return typing.type(luck.pick(people), typing.question(endpoints, luck), { replica: ending! });
  });
  await sleep(600);
  const { code, cause, took } = await ending!.end();
  report.say(`SIGTERM under load: ended after ${took} ms with ${code ?? cause ?? 'nothing'}`);
  report.count('SIGTERM under load, ms', took);
  if (code !== 0 || took > END_WITHIN)
    report.violate('end', 'SIGTERM did not end it well within 10 s', { code, cause, took });
  if (others.length === 0) await ending!.up();
  await Promise.all(sent);
}

async function drill(options: Options, report: Report): Promise<void> {
  const { seed, settle, duration } = options;
  const folder = mkdtempSync(join(tmpdir(), 'certbot-drill-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const chat = await startChat();
  cleanups.push(() => chat.connector.close());
  const world = await startEndpoints(options.endpoints, chat, {
    report,
    answered: (...asked) => typing.answered(...asked),
  });
  cleanups.push(() => world.close());
  const { endpoints } = world;
  const outlook = await startOutlook(
    Array.from({ length: 8 }, (_, user) => mailboxOf(user)),
    endpoints,
  );
  cleanups.push(() => outlook.graph.close());
  const postgres = options.sqlite ? null : await startPostgres();
  if (postgres) cleanups.push(() => postgres.close());

  const trusted = join(folder, 'roots.pem');
  writeFileSync(trusted, [world.authorityPem, outlook.graph.caPem].join('\n'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    METRICS_PORT: 'off',
    PLAYGROUND: 'off',
    LOG_FORMAT: 'json',
    DATABASE_URL: postgres?.url ?? `sqlite:${join(folder, 'bot.sqlite')}`,
    PUBLIC_URL: 'http://localhost:3978',
    PROBE_INTERVAL: '4s',
    PROBE_TIMEOUT: '3s',
    ALERT_INTERVAL: '1s',
    PROBE_BUDGET: '100000',
    PERSON_RATE: '100000',
    CONVERSATION_RATE: '100000',
    NODE_EXTRA_CA_CERTS: trusted,
    CALENDAR: 'graph',
    GRAPH_BASE_URL: outlook.graph.url,
    GRAPH_ACCESS_TOKEN: 'drill',
  };
  const replicas = Array.from({ length: options.replicas }, (_, index) => createReplica(index, env, report));
  for (const replica of replicas) cleanups.push(() => replica.dispose());
  await Promise.all(replicas.map((replica) => replica.up()));
  report.say(`${replicas.length} replicas are ready`);

  const people = createPeople(options.conversations);
  let wholeAt = Infinity;
  const patience = (): number => wholeAt + settle - Date.now();
  let isJudging = false;
  const isLate = (): boolean => !isJudging && patience() <= 0;
  const typing = createTyping(replicas, chat, { report, luck: createChance(seed + 5), isLate });
  assignWatchers(people, endpoints, seed);
  const [kept, ...churned] = endpoints.filter(({ role }) => role === 'quiet') as [Endpoint, ...Endpoint[]];
  const moving = people[0]!;
  await Promise.all(
    people.map(async (person) => {
      const own = endpoints.filter(({ watchers }) => watchers.includes(person.conversation));
      for (const endpoint of person === moving ? [...own, kept] : own) {
        if (!(await typing.watch(person, endpoint))) throw new Error(`${person.conversation} could not set up`);
      }
    }),
  );
  const mailbox = moving.mailbox!;
  const hasEvents = (): boolean => outlook.own(mailbox).filter(({ subject }) => mentions(subject, kept)).length === 2;
  if (!(await until(hasEvents, 60_000))) throw new Error('The first events did not come.');
  const moved = { mailbox, ...outlook.move(mailbox, kept) };
  const watches = people.reduce((sum, { watched }) => sum + watched.size, 0);
  report.say(
    `set up: ${endpoints.length} endpoints, ${watches} watches; faults for ${duration / 1000} s, seed ${seed}`,
  );

  const faultsEnd = Date.now() + duration;
  const isOver = (): boolean => Date.now() >= faultsEnd;
  const living = world.live(seed, { isOver, patience });
  const talking = people.map((person, index) =>
    typing.talk(person, {
      all: endpoints,
      churned: churned.length > 0 ? churned : [kept],
      chance: createChance(seed * 2000 + index),
      isOver,
    }),
  );
  await breakThings({ replicas, chat, outlook, postgres, report }, { seed, without: options.without, isOver });
  await sleep(Math.max(0, faultsEnd - Date.now()));
  await until(() => replicas.every((replica) => replica.state() === 'up'), 180_000);
  wholeAt = Date.now();
  report.say('no more faults; everything has to come right');
  await Promise.all([living, ...talking]);
  report.count('everything told after the last fault, ms', Date.now() - wholeAt);

  isJudging = true;
  await judgeCalendars(outlook, people, { by: wholeAt + settle, moved, report });
  report.count('calendars right after the last fault, ms', Date.now() - wholeAt);
  await judgeLists(people, typing, report);
  await judgeFeeds(people, replicas, typing, report);
  await endUnderLoad(replicas, people, typing, { endpoints, report, seed });
  await until(
    () => typing.typed.every(({ inbound, acceptedAt }) => acceptedAt === null || chat.answersTo(inbound).length > 0),
    Math.max(30_000, wholeAt + settle - Date.now()),
  );
  // Copies of late answers are taken back by then.
  await sleep(3000);
  judgeCommands(typing.typed, chat, report);
  judgeAlerts(world, typing, { chat, report });
  judgeCopies(chat, options.copies, report);
  for (const replica of replicas) {
    const isLeft = replica !== replicas[0] || options.replicas === 1;
    if (isLeft && !(await until(() => replica.isReady(), 10_000)))
      report.violate('replicas', `${replica.name} is not ready in the end`);
    const top = [...replica.complaints].toSorted((a, b) => b[1] - a[1]).slice(0, 8);
    report.say(
      `${replica.name}: ${replica.starts()} starts; ${top.map(([what, times]) => `${times} × ${what}`).join('; ')}`,
    );
  }
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
  process.exit(1);
}
const report = createReport();
let isEnding = false;
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await clean();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));
// Replicas have process groups of their own: they would outlive a mistake of the drill.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  void end(1);
});
const bound = options.duration + options.settle + BEFORE_AND_AFTER;
await Promise.race([
  drill(options, report),
  sleep(bound).then(() => {
    throw new Error(`The drill did not end within ${bound / 1000} s.`);
  }),
]).catch((error: unknown) => {
  if (!isEnding) report.violate('drill', error instanceof Error ? (error.stack ?? error.message) : String(error));
});
for (const [what, number] of report.counts) report.say(`${what}: ${number}`);
const { violations } = report;
if (violations.length === 0) process.stdout.write('everything held\n');
else {
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  const summary = rules.map((rule) => `${rule} ${violations.filter((one) => one.rule === rule).length}`).join(', ');
  process.stdout.write(`${violations.length} violations: ${summary}\nonce more: ${lineOf(options)}\n`);
}
await end(violations.length === 0 ? 0 : 1);
