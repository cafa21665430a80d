import { createNamedDays } from '../../../src/calendars/holidays/named-days.ts';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ActionRequest, Card } from '../../../src/core/card.ts';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { Attachment, Inbound } from '../../../src/core/model/inbound.ts';
import type { Conversation, ConversationInput } from '../../../src/core/model/conversation.ts';
import type { MailExchangers, Source } from '../../../src/core/ports/source.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import { formatTarget, type Target } from '../../../src/core/targets/target.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { sayTo } from '../../../src/core/language/language.ts';
import { createBudget } from '../../../src/flows/looks/budget.ts';
import { watch } from '../../../src/flows/chat/commands/watch.ts';
import { createRights } from '../../../src/flows/chat/rights.ts';
import { replyIdOf } from '../../../src/flows/chat/inbox.ts';
import { certificate, observation, presented } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';

/** Every endpoint is fine, but for the authority of those called private; counts who is looked at. */
export function createWillingSource(see: (uri: string) => Observation | Promise<Observation> = fine) {
  const looks: string[] = [];
  const source: Source = {
    schemes: ['tls', 'smtp'],
    async observe(target: Target) {
      const uri = formatTarget(target);
      looks.push(uri);
      return see(uri);
    },
    close: () => Promise.resolve(),
  };
  return { source, looks };
}

export function fine(uri: string): Observation {
  const at = Date.now();
  const leaf = certificate('leaf', { notBefore: at - 30 * 86_400_000, notAfter: at + 60 * 86_400_000 });
  const trust = uri.includes('private') ? { trust: 'SELF_SIGNED_CERT_IN_CHAIN' } : {};
  return observation([presented('192.0.2.1', leaf, trust)], { uri, at });
}

function noFiles(): Promise<never> {
  return Promise.reject(new Error('nobody attaches files here'));
}

function placeOf(name: string): ConversationInput {
  return { id: `plain:${name}`, channel: 'plain', kind: 'channel', tenantId: null, name, reference: {} };
}

function actorOf(locale: string): Actor {
  return { id: 'anna', name: 'Anna', mailbox: null, timeZone: null, locale, tenantId: null, notice: null };
}

/** The flows as the app wires them, with a chat of plain messages, on the clock of the process. */
export async function startPlainChat(options: {
  source: Source;
  settings?: Partial<FlowContext['settings']>;
  mail?: MailExchangers;
  databaseUrl?: string;
  locale?: string;
  download?: Messenger['download'];
}) {
  const { source, locale = 'en', download = noFiles, ...rest } = options;
  const bot = await createWiredBot({ sources: [source], now: () => Date.now(), uuid: () => randomUUID(), ...rest });
  /** Every version of every message, by its delivery, oldest first. */
  const shown = new Map<string, Card[]>();
  const posts: Card[] = [];
  const messenger: Messenger = {
    channel: 'plain',
    async send(_conversation, card, { deliveryId }) {
      shown.set(deliveryId, [card]);
      posts.push(card);
      return { activityId: deliveryId };
    },
    async update(_conversation, activityId, card) {
      shown.set(activityId, [...(shown.get(activityId) ?? []), card]);
      posts.push(card);
    },
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new Error('nobody has a chat of their own here')),
    download,
    personOf: () => null,
    link: () => null,
    remove: () => Promise.resolve(),
  };
  await bot.join(messenger);

  function inboundOf(id: string, text: string, place = 'ops'): Inbound {
    return {
      id,
      conversation: placeOf(place),
      thread: null,
      ephemeral: null,
      actor: actorOf(locale),
      text,
      mentions: [],
      attachments: [],
      receivedAt: Date.now(),
    };
  }

  /** Types a message; returns the id of its answer. The bot goes to work on it by itself. */
  async function send(
    text: string,
    place = 'ops',
    ephemeral: unknown = null,
    attachments: Attachment[] = [],
  ): Promise<string> {
    const id = `plain:said-${randomUUID()}`;
    await bot.inbox.message({ ...inboundOf(id, text, place), ephemeral, attachments });
    return replyIdOf(id);
  }

  /** Types a message, and then its further texts, one after the other; every version of its answer. */
  async function edit(id: string, ...texts: string[]): Promise<Card[]> {
    for (const text of texts) {
      // The first is taken in; the others are not, under the same id.
      await bot.inbox.message(inboundOf(id, text));
      await bot.inbox.edited(inboundOf(id, text));
      await bot.settled();
    }
    return shown.get(replyIdOf(id)) ?? [];
  }

  async function say(text: string, place = 'ops', attachments: Attachment[] = []): Promise<Card> {
    const id = await send(text, place, null, attachments);
    await bot.settled();
    const card = shown.get(id)?.at(-1);
    assert.ok(card, `“${text}” was not answered`);
    return card;
  }

  /**
   * Presses the button that looks again; the card that replaces the pressed one, or null when the answer comes beside
   * it.
   */
  async function press(watch: number, name = 'show', place = 'ops'): Promise<Card | null> {
    return pressed({ name, data: { watch, fresh: true } }, place);
  }

  /** Presses any button. */
  async function pressed(action: ActionRequest, place = 'ops'): Promise<Card | null> {
    const press = { conversation: placeOf(place), thread: null, ephemeral: null, actor: actorOf(locale), action };
    const card = await bot.inbox.action({ ...press, receivedAt: Date.now() });
    await bot.settled();
    return card;
  }

  /** `watch` past the inbox, which lets the commands of a conversation run one after the other. */
  async function watchDirectly(conversation: Conversation, hosts: string[]): Promise<void> {
    const { flows, context } = bot;
    const receivedAt = Date.now();
    const inbound = {
      id: `plain:direct-${randomUUID()}`,
      conversation,
      thread: null,
      ephemeral: null,
      actor: actorOf(locale),
    };
    const request = {
      replyId: randomUUID(),
      say: sayTo(locale),
      progress: async () => {},
      runInBackground: async () => {},
      groups: [],
    };
    const budget = createBudget({ perMinute: 100_000, now: () => Date.now() });
    await watch(
      {
        ...context,
        ...flows,
        rights: createRights(context),
        budget,
        mail: { exchangers: async () => ({ failure: 'none' }) },
        regionOf: () => null,
        dayNamed: createNamedDays(),
        anchorReader: { read: () => ({ ok: false, problem: 'none' }) },
        follow() {},
        selfCheckSoon() {},
        diagnose: null,
      },
      { ...request, inbound: { ...inbound, text: '', mentions: [], attachments: [], receivedAt } },
      conversation,
      { verb: 'watch', policy: null, targets: hosts.map((text) => ({ text, uri: `tls://${text}:443` })) },
    );
    budget.close();
  }

  return {
    bot,
    posts,
    watchDirectly,
    send,
    edit,
    say,
    press,
    pressed,
    /** What the message says by now; undefined while it is not there. */
    answer: (id: string) => shown.get(id)?.at(-1),
    versions: (id: string) => shown.get(id) ?? [],
    uris: async (place = 'ops') => (await bot.store.listWatches(placeOf(place).id)).map(({ uri }) => uri).toSorted(),
  };
}

export type PlainChat = Awaited<ReturnType<typeof startPlainChat>>;
