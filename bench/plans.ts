import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from '../src/core/certificates/certificate.ts';
import type { Actor } from '../src/core/model/people.ts';
import type { ConversationInput } from '../src/core/model/conversation.ts';
import type { WorkingTime } from '../src/core/model/reminder.ts';
import type { Calendar } from '../src/core/ports/calendar.ts';
import type { Messenger } from '../src/core/ports/channel.ts';
import type { FlowContext } from '../src/flows/context.ts';
import { DAY } from '../src/core/time.ts';
import { certificate } from '../test/support/certificate-facts.ts';
import { createScriptedSource } from '../test/support/scripted-source.ts';
import { createWiredBot } from '../test/support/wired-bot.ts';
import { judged, quantile, table } from './figures.ts';

const MAILBOX = 'shared';
const ANNA: Actor = {
  id: 'anna',
  name: 'Anna',
  mailbox: MAILBOX,
  timeZone: 'Europe/Berlin',
  locale: 'en',
  tenantId: 'bench',
  notice: null,
};
const HOURS: WorkingTime = {
  zone: 'Europe/Berlin',
  zoneName: 'W. Europe Standard Time',
  days: [1, 2, 3, 4, 5],
  start: 480,
  end: 1020,
};
/** What is promised: stalls with feeds and in a shared mailbox, and answers of others meanwhile. Milliseconds. */
const STALL = { feed: 20, mailbox: 25 };
const CHAT = 30;
const PER_CONVERSATION = 2000;

export interface PlansOptions {
  folder: string;
  say: (line: string) => void;
  keep: (closing: () => Promise<void>) => void;
}

function placeOf(number: number): ConversationInput {
  const [channel, kind] = ['plain', 'channel'] as const;
  return { id: `plain:${number}`, channel, kind, tenantId: 'bench', name: `Place ${number}`, reference: {} };
}

function leafOf(index: number, now: number): Certificate {
  const host = `h${index}.example`;
  const notAfter = now + (40 + (index % 300)) * DAY;
  return certificate(`leaf ${index}`, { subject: host, dnsNames: [host], notBefore: now - 10 * DAY, notAfter });
}

/** A calendar that takes everything at once; `hours` are those of its mailboxes. */
function calendarWith(hours: () => Promise<WorkingTime | null>): Calendar {
  const calendar: Partial<Calendar> = {
    workingTime: hours,
    async write({ id, event }) {
      return { kind: 'written', written: { eventId: `event ${id}`, etag: null, hash: 'hash', start: event.start } };
    },
    remove: async () => {},
    list: async () => [],
    locate: async () => ({ entries: [], missing: [] }),
    person: async () => null,
  };
  return calendar as Calendar;
}

/** A bot with a database of its own, in which so many endpoints are watched that nobody has looked at yet. */
async function startBot(
  { folder, keep }: PlansOptions,
  watches: number,
  hours: (() => Promise<WorkingTime | null>) | null,
) {
  const now = (): number => Date.now();
  const scripted = createScriptedSource(now);
  const settings: Partial<FlowContext['settings']> =
    hours === null ? {} : { calendar: 'graph', calendarMailbox: MAILBOX, ownAccess: true, mailboxesOpenTo: () => true };
  const databaseUrl = `sqlite:${join(folder, `plans-${randomUUID()}.db`)}`;
  const bot = await createWiredBot({
    sources: [scripted.source],
    now,
    uuid: randomUUID,
    settings,
    calendar: hours === null ? null : calendarWith(hours),
    databaseUrl,
  });
  keep(() => bot.close());
  const answered = new Map<string, () => void>();
  const messenger: Partial<Messenger> = {
    channel: 'plain',
    async send({ id }) {
      answered.get(id)?.();
      return { activityId: randomUUID() };
    },
    update: async ({ id }) => answered.get(id)?.(),
    identify: async (actor) => actor,
    link: () => null,
  };
  await bot.join(messenger as Messenger);
  const targets: { targetId: number; uri: string; index: number }[] = [];
  for (let from = 0; from < watches; from += PER_CONVERSATION) {
    const place = placeOf(from / PER_CONVERSATION);
    await bot.store.rememberConversation(place, now());
    await bot.store.transaction(async (operations) => {
      for (let index = from; index < Math.min(watches, from + PER_CONVERSATION); index += 1) {
        const uri = `tls://h${index}.example:443`;
        scripted.serve(`h${index}.example`, { address: '192.0.2.1', presents: leafOf(index, now()) });
        const { id } = await operations.ensureTarget(uri);
        await operations.addWatch({
          ...{ conversationId: place.id, targetId: id, uri, policy: null, createdAt: now(), createdBy: 'bench' },
          ...{ ownerId: ANNA.id, ownerName: ANNA.name, ownerMailbox: ANNA.mailbox, ownerTimeZone: ANNA.timeZone },
          ...{ ownerLocale: ANNA.locale, ownerTenantId: ANNA.tenantId },
        });
        targets.push({ targetId: id, uri, index });
      }
    });
  }

  /** Every endpoint is looked at for the first time, as the tick does it. */
  async function lookAtAll(): Promise<void> {
    const looks = targets.map(async ({ targetId, uri }) => {
      const observation = await bot.flows.observer.look(uri, null);
      await bot.flows.observer.commitLook({ targetId, leaseId: null, observation: observation!, quiet: new Set() });
    });
    await Promise.all(looks);
  }

  /** Types something; resolves to how many milliseconds the answer took. */
  async function say(text: string, number = 0): Promise<number> {
    const conversation = placeOf(number);
    const began = performance.now();
    const answer = new Promise<void>((resolve) => answered.set(conversation.id, resolve));
    const rest = { thread: null, ephemeral: null, aside: null, actor: ANNA, mentions: [], attachments: [] };
    await bot.inbox.message({ id: randomUUID(), conversation, text, receivedAt: now(), ...rest });
    await answer;
    return performance.now() - began;
  }

  const [calendar, mailbox] = hours === null ? (['ics', placeOf(0).id] as const) : (['graph', MAILBOX] as const);

  /** Resolves when everything is planned that is watched, and nothing else. */
  async function settled(number = watches): Promise<void> {
    for (;;) {
      await bot.settled();
      if ((await bot.store.listReminderIds(calendar, mailbox)).length === 2 * number) return;
      await sleep(250);
    }
  }

  return { bot, lookAtAll, say, settled };
}

/** The longest time in which nothing else got its turn while this was done. Milliseconds. */
async function longestStall(work: () => Promise<void>): Promise<number> {
  const watch = { over: false, longest: 0 };
  const watching = (async () => {
    for (let last = performance.now(); !watch.over;) {
      await nextTurn();
      const now = performance.now();
      watch.longest = Math.max(watch.longest, now - last);
      last = now;
    }
  })();
  await work();
  watch.over = true;
  await watching;
  return watch.longest;
}

/** The answers of another conversation, one after the other, while this was done. Milliseconds each. */
async function answersMeanwhile(say: (text: string) => Promise<number>, work: () => Promise<void>): Promise<number[]> {
  const state = { over: false };
  const took: number[] = [];
  const chatting = (async () => {
    while (!state.over) {
      took.push(await say('settings timezone'));
      await sleep(5);
    }
  })();
  await work();
  state.over = true;
  await chatting;
  return took;
}

/**
 * Plans of reminders: how long nobody else gets a turn while one of many watches ends, how long others wait for their
 * answers while a conversation of 2,000 is changed as a whole, and what first looks into a mailbox cost whose hours are
 * not known. Resolves to whether what is promised is kept.
 */
export async function runPlans(options: PlansOptions): Promise<boolean> {
  const rows = [['plans of reminders', 'longest stall', 'target']];
  const met: boolean[] = [];
  for (const [name, watches, hours, target] of [
    ['unwatch one of 2,000, a feed', 2000, null, STALL.feed],
    ['unwatch one of 5,000, a shared mailbox', 5000, async () => HOURS, STALL.mailbox],
  ] as const) {
    const { lookAtAll, say, settled, bot } = await startBot(options, watches, hours);
    if (hours) await bot.store.setWorkingTime(MAILBOX, HOURS, Date.now());
    await lookAtAll();
    await settled();
    const stalls: number[] = [];
    for (let index = 0; index < 9; index += 1)
      stalls.push(
        await longestStall(async () => {
          await say(`unwatch h${index}.example`);
          await settled(watches - index - 1);
        }),
      );
    const stall = quantile(stalls, 0.5);
    met.push(stall <= target);
    rows.push([name, judged(`${stall.toFixed(1)} ms`, stall <= target), `≤ ${target} ms`]);
    await bot.close();
  }
  options.say(table(rows));

  const changes = [['answers elsewhere meanwhile', 'p50', 'p99', 'target']];
  const whole = await startBot(options, 2000, null);
  await whole.bot.store.rememberConversation(placeOf(9), Date.now());
  await whole.lookAtAll();
  await whole.settled();
  for (const text of [
    'unwatch h1.example',
    'owner all me',
    'settings timezone Europe/London',
    'settings timezone UTC',
  ]) {
    const took = await answersMeanwhile(
      (said) => whole.say(said, 9),
      async () => {
        await whole.say(text);
        await whole.settled(1999);
        await sleep(300);
      },
    );
    const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)];
    met.push(p99 <= CHAT);
    changes.push([text, `${p50.toFixed(1)} ms`, judged(`${p99.toFixed(1)} ms`, p99 <= CHAT), `≤ ${CHAT} ms`]);
  }
  await whole.bot.close();
  options.say(table(changes));

  const firsts = [['first looks, hours unknown', 'processor time', 'list answered after']];
  const perLook: number[] = [];
  for (const watches of [2000, 5000]) {
    const { lookAtAll, say, settled, bot } = await startBot(options, watches, async () => null);
    const cpu = process.cpuUsage();
    const looking = lookAtAll();
    const answer = await say('list');
    await looking;
    await settled();
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (user + system) / 1e6;
    perLook.push(seconds / watches);
    firsts.push([`${watches}`, `${seconds.toFixed(1)} s`, `${(answer / 1000).toFixed(2)} s`]);
    await bot.close();
  }
  options.say(table(firsts));
  const growth = perLook[1]! / perLook[0]!;
  met.push(growth <= 1.5);
  options.say(`  processor time per look, 5,000 to 2,000: ${judged(growth.toFixed(2), growth <= 1.5)} (≤ 1.5)`);
  return met.every(Boolean);
}
