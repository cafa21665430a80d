import assert from 'node:assert/strict';
import { sayIn } from '../../src/core/language/language.ts';
import { nameRanges } from '../../src/core/language/name-ranges.ts';
import { createSqliteFile } from '../support/databases.ts';
import { certificate } from '../support/certificate-facts.ts';
import type { Certificate } from '../../src/core/certificates/certificate.ts';
import type { GraphFault } from '../peers/graph/graph.ts';
import {
  chatOf,
  createOutlookWorld,
  personOf,
  startWiredOutlook,
  type OutlookWorld,
  type WiredOutlook,
} from '../support/wired-outlook.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';
import { seeded } from '../support/seeded.ts';

const PEOPLE = Array.from({ length: 8 }, (_, index) => personOf(`person${index}`));
const HOSTS = 200;
const ROUNDS = 20;
/** Hosts that share one certificate. */
const GROUP = 3;

/** A storm over one database and one Outlook: faults, hands and crashes; and what has to be left when it is over. */
function createStorm(world: OutlookWorld, databaseUrl: string, random: () => number) {
  const { graph, scripted, clock } = world;
  const editions = new Map<number, number>();
  /** By host: which edition of its group's certificate it presents. */
  const presented = new Map<number, number>();
  const watched = new Set<number>();
  /** What people copied, as it is to stay, and the tags of the events that they copied. */
  const copies = new Map<string, string>();
  const copied = new Set<string>();
  const foreign = new Map<string, string>();
  let bot: WiredOutlook;

  const pick = (count: number): number => Math.floor(random() * count);
  const ownerOf = (host: number) => PEOPLE[host % PEOPLE.length]!;
  const nameOf = (host: number): string => `host${host}.example`;
  /** Hosts of one owner, so that some of an owner's hosts share a certificate. */
  const groupOf = (host: number): number => (host % PEOPLE.length) * 1000 + Math.floor(host / PEOPLE.length / GROUP);

  function leafOf(group: number, edition: number): Certificate {
    const notBefore = world.clock.now - (world.clock.now % DAY);
    const known = leaves.get(`${group}/${edition}`);
    if (known) return known;
    const leaf = certificate(`${edition} of ${group}`, {
      notBefore,
      notAfter: notBefore + (60 + (group % 30)) * DAY,
      serialNumber: `${group}e${edition}`,
    });
    leaves.set(`${group}/${edition}`, leaf);
    return leaf;
  }
  const leaves = new Map<string, Certificate>();

  function serve(host: number, edition: number): void {
    presented.set(host, edition);
    scripted.serve(nameOf(host), { address: '192.0.2.1', presents: leafOf(groupOf(host), edition) });
  }

  async function boot(): Promise<void> {
    bot = await startWiredOutlook({ people: PEOPLE, world, databaseUrl });
    await bot.bot.store.voidLeases();
  }

  /** What is in flight gets no further, as after kill -9. */
  async function crash(): Promise<void> {
    const host = pick(HOSTS);
    const begun = bot.say(ownerOf(host), `watch ${nameOf(host)}`, chatOf(ownerOf(host))).catch(() => null);
    for (let turns = pick(30); turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
    await bot.bot.store.close();
    await begun;
    await graph.idle();
    await boot();
    await watch([host]);
  }

  async function watch(hosts: number[]): Promise<void> {
    for (const [owner, own] of Map.groupBy(hosts, ownerOf)) {
      await bot.say(owner, `watch ${own.map(nameOf).join(' ')}`, chatOf(owner));
      for (const host of own) watched.add(host);
    }
  }

  async function unwatch(host: number): Promise<void> {
    if (!watched.delete(host)) return;
    await bot.say(ownerOf(host), `unwatch ${nameOf(host)}`, chatOf(ownerOf(host)));
  }

  function fault(): GraphFault | null {
    if (random() > 0.3) return null;
    const kinds: GraphFault[] = [
      { kind: 'drop-before' },
      { kind: 'drop-after' },
      { kind: 'error-after' },
      { kind: 'answer', status: 503, code: 'ServiceUnavailable' },
      { kind: 'answer', status: 429, code: 'ApplicationThrottled', retryAfter: 2 },
      { kind: 'delay', ms: 1 + pick(8) },
    ];
    return kinds[pick(kinds.length)]!;
  }

  /** People at work in their calendars. */
  function meddle(): void {
    for (let times = 6; times > 0; times -= 1) {
      const person = PEOPLE[pick(PEOPLE.length)]!;
      const calendar = graph.mailbox(person.mailbox!);
      const ours = graph.events(person.mailbox!).filter(({ id, tag }) => tag !== null && !copies.has(id));
      const event = ours[pick(ours.length)];
      if (!event) continue;
      const what = pick(5);
      if (what === 0) calendar.move(event.id, event.start - pick(5 * 24) * HOUR);
      // The bot may take a copy that it has not told of for an event that was put back.
      if (what === 1 && !copied.has(event.tag!)) calendar.delete(event.id);
      if (what === 2) {
        const id = calendar.duplicate(event.id);
        copied.add(event.tag!);
        copies.set(id, JSON.stringify(graph.events(person.mailbox!).find((one) => one.id === id)));
      }
      if (what === 3) calendar.rename(event.id, 'Something else');
      if (what === 4) {
        const id = calendar.addForeign();
        foreign.set(id, JSON.stringify(graph.events(person.mailbox!).find((one) => one.id === id)));
      }
    }
  }

  function renew(): void {
    for (let times = 4; times > 0; times -= 1) {
      const host = pick(HOSTS);
      const group = groupOf(host);
      const newest = editions.get(group) ?? 1;
      // Sometimes a new certificate comes up, sometimes one more host gets the newest.
      if (random() < 0.5) editions.set(group, newest + 1);
      serve(host, editions.get(group) ?? 1);
    }
  }

  async function answerQuestions(): Promise<void> {
    for (const person of PEOPLE) {
      for (const { card } of world.posts.filter(({ conversationId }) => conversationId === chatOf(person).id)) {
        const keep = card.actions?.find((one) => one.kind === 'execute' && one.action.name === 'keep-event');
        if (keep?.kind !== 'execute') continue;
        await bot.bot.inbox.action({
          conversation: chatOf(person),
          thread: null,
          ephemeral: null,
          actor: person,
          action: keep.action,
          receivedAt: clock.now,
        });
      }
    }
    await bot.bot.settled();
  }

  return {
    async begin(): Promise<void> {
      for (let host = 0; host < HOSTS; host += 1) serve(host, 1);
      await boot();
    },
    async round(number: number): Promise<void> {
      graph.setChaos(fault);
      const next = Array.from({ length: HOSTS / ROUNDS }, (_, index) => number * (HOSTS / ROUNDS) + index);
      await watch(next);
      if (random() < 0.5) await unwatch(pick(HOSTS));
      renew();
      meddle();
      await bot.later(7 * HOUR);
      if (random() < 0.5) await crash();
      if (random() < 0.5) await bot.look(PEOPLE[pick(PEOPLE.length)]!.mailbox!);
      await bot.later(5 * MINUTE);
    },
    /** Faults end, everybody gets the newest certificate, every question is answered with yes. */
    async calm(): Promise<void> {
      graph.setChaos(null);
      await graph.idle();
      for (const host of presented.keys()) serve(host, editions.get(groupOf(host)) ?? 1);
      for (let time = 0; time < 3; time += 1) {
        await bot.later(7 * HOUR);
        for (const { mailbox } of PEOPLE) await bot.look(mailbox!);
        await answerQuestions();
      }
      await bot.later(2 * HOUR);
    },
    assertRight(): void {
      for (const [index, { mailbox }] of PEOPLE.entries()) {
        const hosts = [...watched].filter((host) => host % PEOPLE.length === index);
        const expected = new Map<string, { leaf: Certificate; hosts: string[] }>();
        for (const host of hosts) {
          const leaf = leafOf(groupOf(host), presented.get(host)!);
          const entry = expected.get(leaf.serialNumber) ?? { leaf, hosts: [] };
          entry.hosts.push(nameOf(host));
          expected.set(leaf.serialNumber, entry);
        }
        const events = graph.events(mailbox!);
        const ours = events.filter(({ id, tag }) => tag !== null && !copies.has(id));
        for (const { leaf, hosts: names } of expected.values()) {
          const own = ours.filter(({ body }) => body.includes(`Serial number: ${leaf.serialNumber}<`));
          const subjects = own.map(({ subject }) => subject.replace(/:.*/s, '')).toSorted();
          assert.deepEqual(subjects, ['Certificate expires', 'Renew certificate'], `${mailbox} ${leaf.serialNumber}`);
          for (const { body, start } of own) {
            for (const name of nameRanges(names, sayIn('en'))) assert.ok(body.includes(name), `${name} is not told of`);
            assert.ok(start <= leaf.notAfter, 'an event comes after the end');
          }
        }
        assert.equal(ours.length, 2 * expected.size, `${mailbox} holds others than these`);
        assert.equal(new Set(ours.map(({ tag }) => tag)).size, ours.length, 'one is there twice');
        for (const event of events.filter(({ id }) => copies.has(id)))
          assert.equal(JSON.stringify(event), copies.get(event.id), 'a copy was touched');
        for (const event of events.filter(({ tag }) => tag === null))
          assert.equal(JSON.stringify(event), foreign.get(event.id), 'an event of somebody else was touched');
      }
      const left = PEOPLE.flatMap(({ mailbox }) => graph.events(mailbox!)).filter(({ tag }) => tag === null);
      assert.equal(left.length, foreign.size, 'events of others are missing');
      const kept = PEOPLE.flatMap(({ mailbox }) => graph.events(mailbox!)).filter(({ id }) => copies.has(id));
      assert.equal(kept.length, copies.size, 'copies are missing');
      assert.ok(
        PEOPLE.every(({ mailbox }) => graph.load(mailbox!).mostAtOnce <= 2),
        'more than two at once',
      );
    },
    end: () => bot.close(),
  };
}

describe('two hundred watches in a storm', function () {
  for (const seed of [20_200_203]) {
    it(`end with exactly the events that should be, and touch nobody else’s (seed ${seed})`, async () => {
      const database = await createSqliteFile();
      const world = await createOutlookWorld();
      const storm = createStorm(world, database.url, seeded(seed));
      try {
        await storm.begin();
        for (let round = 0; round < ROUNDS; round += 1) await storm.round(round);
        await storm.calm();
        storm.assertRight();
      } finally {
        await storm.end();
        await world.graph.close();
        await database.drop();
      }
      assert.deepEqual(world.graph.violations, []);
    });
  }
});
