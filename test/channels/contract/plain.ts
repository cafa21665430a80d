import { type Card, type CardAction, type CardFact, textOf } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { sayIn } from '../../../src/core/language/language.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Inbound } from '../../../src/core/model/inbound.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import { visibleText } from '../../../src/core/language/text.ts';
import {
  asRead,
  MENTIONED,
  inOrderOfPresses,
  rowSeen,
  seenAbout,
  setStage,
  type ChannelUnderTest,
  type Person,
  type Place,
  type SeenCard,
  type SeenMessage,
} from './channel-under-test.ts';

interface Post {
  id: string;
  conversationId: string;
  thread: string | null;
  card: Card;
  about: Card['about'];
  edits: number;
}

function isPersonal({ conversationId }: Pick<Post, 'conversationId'>): boolean {
  return conversationId === 'plain:personal';
}

function linesOf(texts: string[]): string[] {
  return texts.flatMap((text) => visibleText(text).split('\n'));
}

function factSeen({ label, value }: CardFact): { label: string; value: string } {
  return { label, value: asRead(visibleText(value)) };
}

/** A card read as it is: what a channel without any markup shows of it. */
export function readPlain(card: Card): SeenCard {
  const { state, lead, bar, todo, progress, text = [], facts = [], groups = [], details = [], footnote } = card;
  const labels = (actions: CardAction[] = []) =>
    actions.map((each) => ({ label: asRead(each.label), url: each.kind === 'open' ? each.url : null }));
  const rows = groups.flatMap(({ rows: some = [] }) => some);
  const say = sayIn(card.language);
  return {
    summary: visibleText(card.summary),
    title: asRead(visibleText(state ? `${state.word}: ${card.title}` : card.title)),
    tone: card.tone,
    texts: [
      ...(lead === undefined ? [] : linesOf([textOf(lead)])),
      ...(bar ? [`${bar.from} ${bar.to}`.trim()] : []),
      ...(todo ? [[todo.task, todo.then].filter(Boolean).join(' ')] : []),
      ...linesOf(text),
      ...(card.mentions ? [[say('channel.for'), ...card.mentions.map(() => MENTIONED)].join(' ')] : []),
      ...(progress ? [say('channel.progress', { ...progress })] : []),
      ...groups.flatMap(({ symbol, heading, text: lines = [] }) => [
        ...(heading === '' ? [] : [[symbol, heading].filter(Boolean).join(' ')]),
        ...linesOf(lines.map(textOf)),
      ]),
    ].map(asRead),
    facts: [...facts, ...groups.flatMap((group) => group.facts ?? []), ...details].map(factSeen),
    rows: rows.map(({ name, sub = '', date = '', distance = '' }) =>
      rowSeen(visibleText(textOf(name)), [date, distance, sub].map(visibleText)),
    ),
    footnotes: [...groups.map(({ more }) => more), footnote]
      .filter((each) => each !== undefined)
      .map((each) => asRead(visibleText(each))),
    buttons: labels(card.actions),
    menus: rows.flatMap(({ actions }) => (actions?.length ? [actions.map(({ label }) => label)] : [])),
  };
}

/**
 * A channel that keeps cards as they are: the least that any channel has to be able to do, and what the others are
 * compared with.
 */
export async function createPlainChannel(person: Person): Promise<ChannelUnderTest & { cards: () => Card[] }> {
  const { bot, shared } = await setStage();
  const posts: Post[] = [];
  const cards: Card[] = [];
  const said = new Map<string, string>();
  let serial = 0;
  let latest: string | null = null;
  let lastInbound: Inbound | null = null;
  let isReachable = true;

  const actor: Actor = {
    id: 'bob',
    name: person.name,
    mailbox: null,
    timeZone: person.zone,
    locale: person.locale,
    tenantId: null,
    notice: null,
  };

  function conversationOf(kind: 'personal' | 'channel'): ConversationInput {
    return { id: `plain:${kind}`, channel: 'plain', kind, tenantId: null, name: null, reference: {} };
  }

  function reach(conversationId: string): void {
    if (!isReachable && conversationId === 'plain:channel') throw new DeliveryError('unreachable', 'nobody is there');
  }

  function postWith(id: string): Post {
    const post = posts.find((each) => each.id === id);
    if (!post) throw new DeliveryError('refused', 'no such message', { status: 404 });
    return post;
  }

  const messenger: Messenger = {
    channel: 'plain',
    async send({ id: conversationId }, card, { thread }) {
      reach(conversationId);
      serial += 1;
      const id = `post-${serial}`;
      cards.push(card);
      posts.push({ id, conversationId, thread: thread as string | null, card, about: card.about, edits: 0 });
      return { activityId: id };
    },
    async update({ id }, activityId, card) {
      reach(id);
      const post = postWith(activityId);
      cards.push(card);
      Object.assign(post, { card, about: card.about });
      post.edits += 1;
    },
    below: ({ kind }, activityId) => (kind === 'personal' ? null : activityId),
    identify: (known) => Promise.resolve(known),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody has a chat of their own here')),
    download: () => Promise.reject(new Error('nobody attaches files here')),
    personOf: () => null,
    link: ({ id }) => `https://plain.example/${encodeURIComponent(id)}`,
    async remove(_conversation, activityId) {
      posts.splice(posts.indexOf(postWith(activityId)), 1);
    },
  };
  await bot.join(messenger);

  async function say(text: string, place: Place): Promise<void> {
    serial += 1;
    const id = `said-${serial}`;
    said.set(id, text);
    if (place === 'channel') latest = id;
    lastInbound = {
      id: `plain:${id}`,
      conversation: conversationOf(place === 'personal' ? 'personal' : 'channel'),
      thread: place === 'personal' ? null : latest,
      ephemeral: null,
      actor,
      text,
      mentions: [],
      attachments: [],
      receivedAt: bot.context.now(),
    };
    await bot.inbox.message(lastInbound);
  }

  async function press(label: string, row?: string): Promise<void> {
    const found = inOrderOfPresses(posts, isPersonal).flatMap((post) => {
      const { actions = [], groups = [] } = post.card;
      const rows = groups.flatMap((group) => group.rows ?? []);
      const beside = rows.find(({ name }) => row !== undefined && textOf(name).includes(row));
      const action = (row === undefined ? actions : (beside?.actions ?? [])).find(
        (each) => asRead(each.label) === asRead(label),
      );
      return action?.kind === 'execute' ? [{ post, action: action.action }] : [];
    })[0];
    if (!found) throw new Error(`no message has a button “${label}”${row === undefined ? '' : ` beside ${row}`}`);
    const { post, action } = found;
    const conversation = conversationOf(isPersonal(post) ? 'personal' : 'channel');
    const pressed = {
      conversation,
      thread: post.thread,
      ephemeral: null,
      actor,
      action,
      receivedAt: bot.context.now(),
    };
    const card = await bot.inbox.action(pressed);
    if (!card) return;
    cards.push(card);
    post.card = card;
    post.edits += 1;
  }

  function seen({ conversationId, thread, edits, card, about }: Post): SeenMessage {
    return {
      place: isPersonal({ conversationId }) ? 'personal' : 'channel',
      thread: thread === null ? null : (said.get(thread) ?? 'something unknown'),
      edits,
      card: readPlain(card),
      about: seenAbout(about, (id) => said.get(id)),
    };
  }

  return {
    ...shared,
    name: 'the plain channel',
    hasMenus: true,
    say,
    async repeat() {
      await bot.inbox.message(lastInbound!);
    },
    press,
    messages: () => posts.map(seen),
    /** Every card that was ever shown, oldest first. */
    cards: () => cards,
    close: (reachable) => void (isReachable = reachable),
    async install(present) {
      if (present) await bot.inbox.installed(conversationOf('personal'), actor);
      else await bot.inbox.removed({ id: conversationOf('personal').id, team: null });
    },
    end: () => bot.close(),
  };
}
