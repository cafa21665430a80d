import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Card } from '../../src/core/card.ts';
import type { Certificate } from '../../src/core/certificates/certificate.ts';
import { DeliveryError } from '../../src/core/errors.ts';
import type { Actor, Mentioned } from '../../src/core/model/people.ts';
import type { ConversationInput } from '../../src/core/model/conversation.ts';
import type { Log } from '../../src/core/ports/log.ts';
import type { Messenger, SignIn } from '../../src/core/ports/channel.ts';
import type { Source } from '../../src/core/ports/source.ts';
import type { FlowContext } from '../../src/flows/context.ts';
import { createJoinedCalendar } from '../../src/outlook.ts';
import { createDateSource } from '../../src/sources/date/source.ts';
import { createEntraSource } from '../../src/sources/entra/source.ts';
import { NOW } from './certificate-facts.ts';
import { startFakeGraph } from '../peers/graph/graph.ts';
import { createScriptedSource } from './scripted-source.ts';
import { createWiredBot } from './wired-bot.ts';
import { HOUR, SECOND } from '../../src/core/time.ts';

/** A message as its readers see it. */
export interface Post {
  conversationId: string;
  id: string;
  thread: unknown;
  card: Card;
}

/** Somebody of this chat; their mailbox is their name, and its address that name at example.com. */
export function personOf(name: string, overrides: Partial<Actor> = {}): Actor {
  return {
    id: `id-${name}`,
    name,
    mailbox: name,
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    tenantId: 'tenant',
    notice: null,
    ...overrides,
  };
}

function placeOf(id: string, kind: ConversationInput['kind']): ConversationInput {
  return {
    id,
    channel: 'plain',
    kind,
    tenantId: 'tenant',
    name: kind === 'personal' ? null : 'Operations',
    reference: {},
  };
}

/** The channel everybody is in. */
export const CHANNEL = placeOf('plain:channel', 'channel');

/** A person's own chat with the bot. */
export function chatOf({ id }: Pick<Actor, 'id'>): ConversationInput {
  return placeOf(`plain:direct:${id}`, 'personal');
}

/** What outlives a process: the service, the endpoints, the clock, and what stands in the chat. */
export async function createOutlookWorld() {
  const clock = { now: NOW };
  const graph = await startFakeGraph({ pageSize: 50 });
  graph.trust();
  const posts: Post[] = [];
  return { graph, clock, scripted: createScriptedSource(() => clock.now), posts };
}

export type OutlookWorld = Awaited<ReturnType<typeof createOutlookWorld>>;

/**
 * The flows, wired as the app wires them, with a chat of plain messages and the Graph stand-in over TLS; looks at
 * endpoints are scripted. The clock stands unless a test moves it.
 */
export async function startWiredOutlook(
  options: {
    settings?: Partial<FlowContext['settings']>;
    signIn?: SignIn;
    /** What this channel can beside the rest. */
    messenger?: Partial<Messenger>;
    people?: Actor[];
    log?: Log;
    /** What the bot knows of its own credentials. */
    ownCredentials?: FlowContext['ownCredentials'];
    databaseUrl?: string;
    /** Sources beside those of endpoints and days, by the clock. */
    sources?: (now: () => number) => Source[];
    /** To be shared with processes before and after; its own unless given. */
    world?: OutlookWorld;
  } = {},
) {
  const people = new Map((options.people ?? []).map((person) => [person.id, person]));
  const world = options.world ?? (await createOutlookWorld());
  const { graph, clock, scripted, posts } = world;
  let application: () => Promise<string> = () => Promise.resolve('application-token');
  /** What the operators are being told. */
  let telling: Promise<unknown> = Promise.resolve();
  function tell(work: Promise<void>): void {
    telling = Promise.all([telling, work]);
  }
  const calendar = createJoinedCalendar(() => bot, {
    baseUrl: graph.url,
    installation: 'installation-1',
    application: { get: () => application(), forget() {} },
    apps: [
      {
        clientId: 'app-id',
        secretHint: null,
        variables: { secret: 'AZURE_CLIENT_SECRET', certificate: 'AZURE_CLIENT_CERTIFICATE_PATH' },
      },
    ],
    tell,
    log: { debug() {}, warn() {} },
    now: () => clock.now,
    random: () => 0.5,
  });
  const bot = await createWiredBot({
    sources: [
      scripted.source,
      createDateSource({ now: () => clock.now }),
      createEntraSource({ read: calendar.directory, interval: 6 * HOUR, now: () => clock.now }),
      ...(options.sources?.(() => clock.now) ?? []),
    ],
    now: () => clock.now,
    calendar,
    uuid: () => randomUUID(),
    settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true, ...options.settings },
    ...(options.log ? { log: options.log } : {}),
    ...(options.ownCredentials ? { ownCredentials: options.ownCredentials } : {}),
    ...(options.databaseUrl ? { databaseUrl: options.databaseUrl } : {}),
  });

  async function settled(): Promise<void> {
    await bot.settled();
    const told = telling;
    telling = Promise.resolve();
    await told;
    await bot.settled();
  }

  const messenger: Messenger = {
    channel: 'plain',
    async send({ id: conversationId }, card, { thread }) {
      const id = `post-${posts.length + 1}`;
      posts.push({ conversationId, id, thread, card });
      return { activityId: id };
    },
    async update(_conversation, activityId, card) {
      const post = posts.find(({ id }) => id === activityId);
      if (!post) throw new DeliveryError('refused', 'no such message', { status: 404 });
      post.card = card;
    },
    identify: (actor) => Promise.resolve(actor),
    async direct({ id, directoryId, address }) {
      const found = [...people.values()].find(
        ({ id: personId, mailbox }) =>
          personId === id || [directoryId, address, address?.replace(/@example\.com$/, '')].includes(mailbox),
      );
      if (!found) throw new DeliveryError('refused', 'Nobody of that name is here.');
      return { actor: found, conversation: chatOf(found) };
    },
    download: () => Promise.reject(new Error('nobody attaches files here')),
    personOf: () => null,
    link: ({ id }) => `https://chat.example/${encodeURIComponent(id)}`,
    async remove() {},
    ...options.messenger,
  };
  await bot.join(messenger, options.signIn ?? null);

  /** Says something, and waits until it is answered and everything that follows has been sent. Returns the answer. */
  async function say(who: Actor, text: string, place = CHANNEL, named?: Mentioned[]): Promise<Card> {
    people.set(who.id, who);
    const found = [...people.values()]
      .filter(({ name }) => text.includes(`@${name}`))
      .map(({ id, name }) => ({ id, text: `@${name}` }))
      .toSorted((a, b) => text.indexOf(a.text) - text.indexOf(b.text));
    const before = posts.length;
    await bot.inbox.message({
      id: `plain:said-${randomUUID()}`,
      conversation: place,
      thread: null,
      ephemeral: null,
      actor: who,
      text,
      mentions: named ?? found,
      attachments: [],
      receivedAt: clock.now,
    });
    await settled();
    const answer = posts.slice(before).find(({ conversationId }) => conversationId === place.id);
    assert.ok(answer, `“${text}” was not answered`);
    return answer.card;
  }

  function latest(place: ConversationInput): Card {
    const post = posts.findLast(({ conversationId }) => conversationId === place.id);
    assert.ok(post, `nothing was said in ${place.id}`);
    return post.card;
  }

  /** Presses a button of the last message there that has it. Null: the answer came beside it. */
  async function press(who: Actor, label: string | RegExp, place = CHANNEL): Promise<Card | null> {
    for (const { conversationId, card } of posts.toReversed()) {
      const found = card.actions?.find((one) =>
        typeof label === 'string' ? one.label === label : label.test(one.label),
      );
      if (conversationId !== place.id || found?.kind !== 'execute') continue;
      const { action } = found;
      const pressed = { conversation: place, thread: null, ephemeral: null, actor: who, action, receivedAt: clock.now };
      const answer = await bot.inbox.action(pressed);
      await settled();
      return answer;
    }
    return assert.fail(`no message in ${place.id} has a button ${String(label)}`);
  }

  /** Watches a host whose endpoint presents this certificate. */
  async function watching(who: Actor, host: string, leaf: Certificate, place = CHANNEL): Promise<Card> {
    scripted.serve(host, { address: '192.0.2.1', presents: leaf });
    return say(who, `watch ${host}`, place);
  }

  /** One look at everything that is due after so much time. */
  async function later(ms = 7 * HOUR): Promise<void> {
    clock.now += ms;
    await bot.round();
    await settled();
  }

  return {
    bot,
    graph,
    scripted,
    posts,
    now: () => clock.now,
    /** Milliseconds. */
    pass(ms: number): void {
      clock.now += ms;
    },
    /** From now on the bot's own token comes from here. */
    setApplication(get: () => Promise<string>): void {
      application = get;
    },
    say,
    /** From now on the channel does not know this person. */
    forget(person: Actor): void {
      people.delete(person.id);
    },
    press,
    watching,
    latest,
    /** What was said in a place, oldest first. */
    said: (place: ConversationInput) =>
      posts.filter(({ conversationId }) => conversationId === place.id).map(({ card }) => card),
    /** The daily look at a mailbox, and everything that follows. */
    async look(mailbox: string): Promise<void> {
      await bot.flows.audits.audit(mailbox);
      await settled();
    },
    later,
    /** So much time, with a look at everything that is due `every` so much of it. */
    async passing(ms: number, every = 30 * SECOND): Promise<void> {
      for (let passed = 0; passed < ms; passed += every) await later(every);
    },
    /** Our events in a mailbox, by kind; fails when there are others than one pair. */
    pair(mailbox: string) {
      const events = graph.events(mailbox).filter(({ tag }) => tag !== null);
      const renew = events.filter(({ subject }) => /^(?:Renew|Zertifikat erneuern)/.test(subject));
      const expiry = events.filter(({ subject }) => /^(?:Certificate expires|Zertifikat läuft ab)/.test(subject));
      assert.deepEqual(
        [renew.length, expiry.length],
        [1, 1],
        `${mailbox}: ${events.map(({ subject }) => subject).join()}`,
      );
      return { renew: renew[0]!, expiry: expiry[0]! };
    },
    async close(): Promise<void> {
      await bot.close();
      if (!options.world) await graph.close();
      assert.deepEqual(graph.violations, []);
    },
  };
}

export type WiredOutlook = Awaited<ReturnType<typeof startWiredOutlook>>;
