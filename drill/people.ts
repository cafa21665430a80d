import { setTimeout as sleep } from 'node:timers/promises';
import { BOT, sendActivity, TENANT, teamsActivity } from '../test/peers/teams/connector.ts';
import type { Chance } from './chance.ts';
import type { Chat, Post } from './chat.ts';
import type { Endpoint } from './endpoints.ts';
import type { Replica } from './replica.ts';
import { until, type Report } from './report.ts';

/** How long somebody tries to get a message taken, and one try takes at most, milliseconds. */
const PATIENCE = 150_000;
const TRY_WITHIN = 6000;
/** A conversation watches so many at most, so that one page of `list` holds them. */
const MOST_WATCHED = 14;
/** Who has no mailbox, of nine people. */
const WITHOUT_MAILBOX = 8;

export interface Person {
  conversation: string;
  kind: 'personal' | 'groupChat';
  /** Directory id; null for those without a mailbox. */
  mailbox: string | null;
  from: { id: string; name: string; aadObjectId?: string };
  /** What `list` has to show; what a command without an answer may have changed is not known any more. */
  watched: Set<Endpoint>;
  unsure: Set<Endpoint>;
}

/** A message to the bot, and what became of it. */
export interface Typed {
  person: Person;
  text: string;
  /** Inbound.id, which its answer names. */
  inbound: string;
  at: number;
  /** When somebody took it; null when nobody did. */
  acceptedAt: number | null;
  edited: boolean;
}

export const mailboxOf = (user: number): string => `a0a0a0a0-0000-4000-8000-00000000000${user}`;

/** Conversations, each with one person of nine. */
export function createPeople(number: number): Person[] {
  return Array.from({ length: number }, (_, index) => {
    const user = index % 9;
    const mailbox = user === WITHOUT_MAILBOX ? null : mailboxOf(user);
    const kind = index % 2 === 0 ? 'personal' : 'groupChat';
    return {
      conversation: kind === 'personal' ? `a:personal-${index}` : `19:group-${index}@thread.v2`,
      kind,
      mailbox,
      from: { id: `29:user-${user}`, name: `Person ${user}`, ...(mailbox ? { aadObjectId: mailbox } : {}) },
      watched: new Set(),
      unsure: new Set(),
    };
  });
}

/**
 * People typing commands at replicas behind a load balancer. Nobody waits for an answer any more once the bot `isLate`
 * with everything.
 */
export function createTyping(
  replicas: Replica[],
  chat: Chat,
  { report, luck, isLate }: { report: Report; luck: Chance; isLate: () => boolean },
) {
  const typed: Typed[] = [];

  function activityOf({ conversation, kind, from }: Person, text: string): Record<string, unknown> {
    const mention = '<at>Certbot</at>';
    const isGroup = kind === 'groupChat';
    return teamsActivity(chat.connector.serviceUrl, {
      text: isGroup ? `${mention} ${text}` : text,
      from,
      conversation: { id: conversation, conversationType: kind, tenantId: TENANT, ...(isGroup ? { isGroup } : {}) },
      ...(isGroup ? { entities: [{ type: 'mention', text: mention, mentioned: BOT }] } : {}),
    });
  }

  /**
   * Gives it to one replica, and to another when that does not take it, as load balancer and Teams would. When it was
   * taken; null when by nobody.
   */
  async function deliver(activity: object, first?: Replica): Promise<number | null> {
    const end = Date.now() + PATIENCE;
    for (let chosen = first; Date.now() < end; chosen = undefined) {
      const up = replicas.filter((replica) => replica.state() === 'up');
      const replica = chosen ?? (up.length > 0 ? luck.pick(up) : null);
      const sending = replica ? sendActivity(replica.url(), activity).then(({ status }) => status) : null;
      const status = await Promise.race([sending?.catch(() => 0) ?? 0, sleep(TRY_WITHIN, 0)]);
      if (status >= 200 && status < 300) return Date.now();
      report.count('posts that were not taken');
      await sleep(300);
    }
    return null;
  }

  async function type(
    person: Person,
    text: string,
    { replica, twice = false, edited = false }: { replica?: Replica; twice?: boolean; edited?: boolean } = {},
  ): Promise<Typed> {
    const activity = activityOf(person, text);
    const inbound = `teams:${person.conversation}:${String(activity['id'])}`;
    const one: Typed = { person, text, inbound, at: Date.now(), acceptedAt: null, edited };
    typed.push(one);
    report.count('commands');
    const again = twice ? deliver(activity) : null;
    one.acceptedAt = await deliver(activity, replica);
    await again;
    if (edited) {
      const changed = { ...activity, text: String(activity['text']).replace(text, 'help') };
      const channelData = { tenant: { id: TENANT }, eventType: 'editMessage' };
      await deliver({ ...changed, type: 'messageUpdate', channelData });
      await deliver(changed);
    }
    return one;
  }

  /** Its answer; null when none came in time, or it was that something went wrong. */
  async function answerTo(one: Typed, within: number): Promise<Post | null> {
    if (one.acceptedAt === null) return null;
    await until(() => chat.answersTo(one.inbound).length > 0 || isLate(), within);
    const [found] = chat.answersTo(one.inbound);
    return found?.about?.error === undefined ? (found ?? null) : null;
  }

  /** Whether somebody asked how the endpoint is, and was answered at that instant or later. */
  function answered(conversation: string, { port }: Endpoint, at: number): boolean {
    return typed.some(
      ({ person, text, inbound }) =>
        person.conversation === conversation &&
        text.endsWith(`localhost:${port}`) &&
        chat.answersTo(inbound).some((answer) => answer.at >= at),
    );
  }

  /** Types it until it is answered. */
  async function ask(person: Person, text: string, within = 240_000): Promise<Post | null> {
    for (let time = 0; time < 6; time += 1) {
      const one = await type(person, text);
      const answer = await answerTo(one, within);
      if (answer) return answer;
      // Whoever gets no answer at all has waited long enough; that is counted in the end.
      if (one.acceptedAt !== null && chat.answersTo(one.inbound).length === 0) return null;
    }
    return null;
  }

  async function watch(person: Person, endpoint: Endpoint): Promise<boolean> {
    return change(person, endpoint, 'watch', () => person.watched.add(endpoint));
  }

  async function change(person: Person, endpoint: Endpoint, verb: string, done: () => void): Promise<boolean> {
    const answer = await ask(person, `${verb} localhost:${endpoint.port}`);
    if (answer) done();
    else person.unsure.add(endpoint);
    return answer !== null;
  }

  /** A question that changes nothing. */
  function question(endpoints: Endpoint[], chosen: Chance): string {
    const { port } = chosen.pick(endpoints);
    return chosen.pick(['list', 'help', `show localhost:${port}`, `check localhost:${port}`, 'calendar', 'lits']);
  }

  /** Somebody's talk until `isOver`; of `churned` they watch one more now and then, or stop. */
  async function talk(
    person: Person,
    { all, churned, chance, isOver }: { all: Endpoint[]; churned: Endpoint[]; chance: Chance; isOver: () => boolean },
  ): Promise<void> {
    while (!isOver()) {
      await sleep(chance.between(3000, 11_000));
      const how = { twice: chance.is(0.2), edited: chance.is(0.12) };
      const [changes, bursts] = [chance.is(0.3), chance.is(0.15)];
      const endpoint = chance.pick(churned);
      const texts = [1, 2, 3].map(() => question(all, chance));
      if (isOver()) return;
      if (changes && person.watched.has(endpoint))
        await change(person, endpoint, 'unwatch', () => person.watched.delete(endpoint));
      else if (changes && person.watched.size < MOST_WATCHED) await watch(person, endpoint);
      else if (bursts) await Promise.all(texts.map((text) => type(person, text)));
      else await answerTo(await type(person, texts[0]!, how), PATIENCE);
    }
  }

  return { typed, type, ask, answered, watch, talk, question };
}

export type Typing = ReturnType<typeof createTyping>;
