import { createChance } from '../drill/chance.ts';
import type { ActionRequest } from '../src/core/card.ts';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../src/core/time.ts';
import { createSimulatedBot } from './bot.ts';
import { ANNA, createPlainChat, OPERATIONS, type Arrival } from './chat.ts';
import { createAuthorities, createWorldSource } from './source.ts';
import type { World } from './world.ts';

/** Where people work. */
export const ZONE = 'Europe/Berlin';
/** After something failed, flows that look at the clock alone are asked so often, for so long. */
const WATCHFUL = { every: 30 * SECOND, for: 15 * MINUTE };
/** The flows are asked at least so often. */
const LONGEST = HOUR;
/** All hosts are watched within so long. */
const WATCHED_WITHIN = 6 * HOUR;

/** What a year came to. */
export interface Outcome {
  arrivals: Arrival[];
  looks: number;
  beats: number;
  /** What was logged as a warning or worse, and how often. */
  notes: Map<string, number>;
}

interface Event {
  at: Instant;
  act: () => Promise<unknown>;
}

/** What happens at instants that are known beforehand, and when. */
function createAgenda() {
  let events: Event[] = [];
  return {
    plan(at: Instant, act: Event['act']): void {
      events.push({ at, act });
      events = events.toSorted((a, b) => a.at - b.at);
    },
    next: (): Instant => events[0]?.at ?? Infinity,
    take: (now: Instant): Event | null => (events[0] && events[0].at <= now ? events.shift()! : null),
  };
}

/**
 * Lets a world go by over the product's own flows, from one instant at which something is due to the next. People answer
 * half of what they can take in hand, after ten minutes or a day.
 */
export async function simulateYear(world: World, seed: number): Promise<Outcome> {
  let clock = world.from;
  const now = (): Instant => clock;
  const chance = createChance(seed + 1);
  const agenda = createAgenda();
  const authorities = await createAuthorities(world);
  const { source, looks, failedAt } = createWorldSource(world, authorities, now);
  const { bot, beat, nextDue, notes, close } = await createSimulatedBot({ source, now, seed, zone: ZONE });
  const { inbox } = { inbox: bot.inboxes.teams };
  const common = { conversation: OPERATIONS, thread: null, ephemeral: null, actor: ANNA };

  function say(text: string): Promise<unknown> {
    const id = `plain:said-${clock}`;
    return inbox.message({ ...common, id, text, mentions: [], attachments: [], receivedAt: clock });
  }

  function answer(action: ActionRequest | null): void {
    const kind = chance.next();
    if (!action || kind > 0.5) return;
    const at = clock + (kind < 0.3 ? 10 * MINUTE : DAY);
    // What is over by then is told so, kindly.
    agenda.plan(at, () => inbox.action({ ...common, action, receivedAt: clock }).catch(() => null));
  }

  const isAway = (): boolean => world.cuts.some(({ span, chat }) => chat && span[0] <= clock && clock < span[1]);
  const { messenger, arrivals } = createPlainChat({ now, isAway, posted: answer });
  await bot.join({ messenger });

  const { hosts } = world;
  for (const [index, { name }] of hosts.entries())
    agenda.plan(world.from + Math.floor((index * WATCHED_WITHIN) / hosts.length), () => say(`watch ${name}`));
  for (const { at, authority } of world.trusts) {
    const pem = authorities.pem(authority);
    if (pem !== null) agenda.plan(at, () => say(`trust add ${pem}`));
  }

  let beats = 0;
  while (clock < world.until) {
    for (let event = agenda.take(clock); event; event = agenda.take(clock)) await event.act();
    await beat();
    beats += 1;
    const watchful = clock - failedAt() < WATCHFUL.for ? clock + WATCHFUL.every : Infinity;
    const next = Math.min(agenda.next(), nextDue() ?? Infinity, watchful, clock + LONGEST);
    // The product looks at its clock once a second.
    clock = Math.max(clock + 1, Math.ceil(next / SECOND) * SECOND);
  }
  await close();
  return { arrivals, looks: looks(), beats, notes };
}
