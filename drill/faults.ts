import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../test/peers/teams/connector.ts';
import type { GraphFault } from '../test/peers/graph/graph.ts';
import { createChance, type Chance } from './chance.ts';
import type { Chat } from './chat.ts';
import type { FaultKind } from './options.ts';
import type { Outlook } from './outlook.ts';
import type { Postgres } from './postgres.ts';
import type { Replica } from './replica.ts';
import type { Report } from './report.ts';

/** Longer than a lease, which is 30 s. */
const STOP_FOR = 45_000;
/** Longer than the bot waits for an answer. */
const HANG_FOR = 20_000;
/**
 * Of the requests to a service that is not well so many meet its fault; each that hangs holds a conversation up for
 * long.
 */
const SHARE = 0.55;
const SHARE_THAT_HANGS = 0.25;

const CHAT: Record<string, () => Fault> = {
  throttles: () => ({ kind: 'status', status: 429, retryAfter: '2' }),
  'answers 500': () => ({ kind: 'status', status: 500 }),
  'stores, then answers 500': () => ({ kind: 'status', status: 500, stored: true }),
  'drops before': () => ({ kind: 'drop' }),
  'drops after': () => ({ kind: 'drop', stored: true }),
  'hangs, then stores': () => ({ kind: 'delay', until: sleep(HANG_FOR) }),
  'hangs after it stored': () => ({ kind: 'delay', until: sleep(HANG_FOR), stored: true }),
  'hangs, stores nothing': () => ({ kind: 'drop', until: sleep(HANG_FOR) }),
};

const OUTLOOK: Record<string, () => GraphFault> = {
  throttles: () => ({ kind: 'answer', status: 429, code: 'ApplicationThrottled', retryAfter: 2 }),
  'answers 503': () => ({ kind: 'answer', status: 503, code: 'ServiceUnavailable' }),
  'stores, then answers 500': () => ({ kind: 'error-after' }),
  'drops before': () => ({ kind: 'drop-before' }),
  'drops after': () => ({ kind: 'drop-after' }),
  'hangs, then stores': () => ({ kind: 'delay', ms: HANG_FOR }),
  'stores, never answers': () => ({ kind: 'silent-after' }),
};

/** One service that does something wrong for a while. */
function createService<F>(faults: Record<string, () => F>, chance: Chance) {
  let mode: string | null = null;
  return {
    next(): F | null {
      if (mode === null) return null;
      return chance.is(mode.includes('hangs') || mode.includes('never') ? SHARE_THAT_HANGS : SHARE)
        ? faults[mode]!()
        : null;
    },
    modes: Object.keys(faults),
    async suffer(chosen: string, ms: number): Promise<void> {
      mode = chosen;
      await sleep(ms);
      mode = null;
    },
  };
}

interface Around {
  replicas: Replica[];
  chat: Chat;
  outlook: Outlook;
  postgres: Postgres | null;
  report: Report;
}

/** Breaks things, one of each kind at a time, until `isOver`; resolves when everything is whole again. */
export async function breakThings(
  { replicas, chat, outlook, postgres, report }: Around,
  { seed, without, isOver }: { seed: number; without: FaultKind[]; isOver: () => boolean },
): Promise<void> {
  const chatService = createService(CHAT, createChance(seed + 101));
  const outlookService = createService(OUTLOOK, createChance(seed + 102));
  const refused = new Set<string>();
  chat.connector.setChaos(({ activity }) => {
    const fault = chatService.next();
    if (fault?.kind !== 'status' || !fault.stored) return fault;
    // A message that is stored and refused each time would be repeated without end: nobody ever tells its id.
    const id = String(activity['channelData']?.certbotDeliveryId);
    return refused.has(id) ? null : (refused.add(id), fault);
  });
  outlook.graph.setChaos(() => outlookService.next());

  /** Somebody who is up, so that (of several) one is left. */
  function victim(luck: Chance): Replica | null {
    const up = replicas.filter((replica) => replica.state() === 'up');
    return up.length > (replicas.length > 1 ? 1 : 0) ? luck.pick(up) : null;
  }

  async function kill(luck: Chance): Promise<void> {
    const [replica, away] = [victim(luck), luck.between(500, 6000)];
    if (!replica) return;
    await report.during('kill', replica.name, async () => {
      await replica.kill();
      await sleep(away);
      await replica.up();
    });
  }

  async function stop(luck: Chance): Promise<void> {
    const replica = victim(luck);
    if (!replica) return;
    await report.during('stop', `${replica.name} for ${STOP_FOR / 1000} s`, async () => {
      await replica.pause(STOP_FOR);
      await sleep(1000);
    });
  }

  async function breakProber(luck: Chance): Promise<void> {
    const [replica, stands] = [victim(luck), luck.is(0.4)];
    if (!replica) return;
    const probers = replica.probers();
    const signal = (name: NodeJS.Signals): void => {
      for (const pid of probers) {
        try {
          process.kill(pid, name);
        } catch {
          // It is gone.
        }
      }
    };
    await report.during('prober', `${stands ? 'stands still' : 'killed'} at ${replica.name}`, async () => {
      signal(stands ? 'SIGSTOP' : 'SIGKILL');
      await sleep(stands ? 25_000 : 0);
      if (stands) signal('SIGCONT');
    });
  }

  async function breakDatabase(luck: Chance): Promise<void> {
    const [how, away] = [luck.pick(['stops', 'crashes', 'resets', 'stands still']), luck.between(500, 12_000)];
    if (!postgres) return;
    await report.during('database', `${how}, ${Math.round(away / 1000)} s`, async () => {
      if (how === 'resets') await postgres.resetConnections();
      else if (how === 'stands still') await postgres.standStill(2 * away);
      else await postgres.restart(how === 'stops' ? 'SIGINT' : 'SIGQUIT', away);
    });
  }

  async function suffer(kind: 'chat' | 'outlook', luck: Chance): Promise<void> {
    const service = kind === 'chat' ? chatService : outlookService;
    const [mode, ms] = [luck.pick(service.modes), luck.between(8000, 15_000)];
    await report.during(kind, mode, () => service.suffer(mode, ms));
  }

  const lanes: { kind: FaultKind; gap: [number, number]; work: (luck: Chance) => Promise<void> }[] = [
    { kind: 'kill', gap: [6000, 20_000], work: kill },
    { kind: 'stop', gap: [8000, 25_000], work: stop },
    { kind: 'prober', gap: [10_000, 30_000], work: breakProber },
    { kind: 'database', gap: [15_000, 45_000], work: breakDatabase },
    { kind: 'chat', gap: [4000, 14_000], work: (luck) => suffer('chat', luck) },
    { kind: 'outlook', gap: [4000, 14_000], work: (luck) => suffer('outlook', luck) },
  ];

  await Promise.all(
    lanes.map(async ({ kind, gap, work }, index) => {
      if (without.includes(kind)) return;
      const luck = createChance(seed + 11 + index);
      while (!isOver()) {
        await sleep(luck.between(...gap));
        if (!isOver()) await work(luck);
      }
    }),
  );
}
