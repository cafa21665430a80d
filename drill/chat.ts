import type { About, Fact } from '../src/core/about.ts';
import { sayTo } from '../src/core/language/language.ts';
import { startFakeConnector, type ConnectorCall } from '../test/peers/teams/connector.ts';

/** A message that stands in a conversation, or has stood there. */
export interface Post {
  conversation: string;
  id: string;
  deliveryId: string;
  about: About | null;
  /** What it said when it came; what edits make of it notifies nobody. */
  first: About | null;
  /** When it came, milliseconds since 1970, and its place in the order of all. */
  at: number;
  order: number;
  isGone: boolean;
  /** It says that there is a newer message about the same. */
  isFollowed: boolean;
  call: ConnectorCall;
}

/** What is counted of an alert. */
export function keyOf(conversation: string, { target = '', kind, value }: Fact): string {
  return [conversation, target, kind, value].join(' ');
}

const FOLLOWED = sayTo('en')('incident.older');

function tells(about: About | null, fact: Fact): boolean {
  return (about?.facts ?? []).some((one) => keyOf('', one) === keyOf('', fact));
}

/** Teams, as far as the bot is concerned: what it has sent, read by the data in the messages. */
export async function startChat() {
  const connector = await startFakeConnector();
  const posts = new Map<string, Post>();
  /**
   * Of each fact the posts that tell it, of each inbound message the posts that answer it, by delivery id: copies count
   * once.
   */
  const told = new Map<string, Map<string, Post>>();
  const answers = new Map<string, Map<string, Post>>();
  let read = 0;
  let takenBack = 0;

  function note(index: Map<string, Map<string, Post>>, key: string, post: Post): void {
    const known = index.get(key) ?? new Map<string, Post>();
    index.set(key, known);
    if (!known.has(post.deliveryId)) known.set(post.deliveryId, post);
  }

  function take(call: ConnectorCall): void {
    const { conversationId, activity } = call;
    const standing = posts.get(call.activityId ?? '');
    if (call.method === 'DELETE') {
      takenBack += 1;
      if (standing) standing.isGone = true;
      return;
    }
    const data = activity['channelData'] as Record<string, unknown> | undefined;
    if (activity['type'] !== 'message') return;
    const about = (data?.['certbotAbout'] as About | undefined) ?? null;
    const deliveryId = (data?.['certbotDeliveryId'] as string | undefined) ?? call.answeredId ?? '';
    const isNew = call.method === 'POST' || !standing;
    const post: Post = isNew
      ? {
          conversation: conversationId,
          id: call.answeredId ?? '',
          deliveryId,
          about,
          first: about,
          at: call.at,
          order: read,
          isGone: false,
          isFollowed: false,
          call,
        }
      : Object.assign(standing, { about, isFollowed: JSON.stringify(activity).includes(FOLLOWED) });
    posts.set(post.id, post);
    if (about?.kind === 'alert') for (const fact of about.facts ?? []) note(told, keyOf(conversationId, fact), post);
    if (about?.kind === 'answer' && about.inbound !== undefined) note(answers, about.inbound, post);
  }

  /** Reads what came since. */
  function catchUp(): void {
    for (; read < connector.stored.length; read += 1) take(connector.stored[read]!);
  }

  return {
    connector,
    /** Every message there ever was. */
    posts(): Post[] {
      catchUp();
      return [...posts.values()];
    },
    takenBack: () => takenBack,
    /** Messages (copies apart) that tell the fact in the conversation, the first that came of each. */
    telling(conversation: string, fact: Fact): Post[] {
      catchUp();
      return [...(told.get(keyOf(conversation, fact))?.values() ?? [])];
    },
    /** Messages (copies apart) that told it when they came, rather than by an edit. */
    posting(conversation: string, fact: Fact): Post[] {
      return this.telling(conversation, fact).filter(({ first }) => tells(first, fact));
    },
    /** What has become of the newest message that ever told it (the bot knows one of its copies); null: none did. */
    standing(conversation: string, fact: Fact): 'tells it' | 'followed' | 'over' | null {
      const newest = this.telling(conversation, fact)
        .toSorted((a, b) => a.order - b.order)
        .at(-1);
      if (!newest) return null;
      const copies = [...posts.values()].filter(
        (post) => post.conversation === conversation && post.deliveryId === newest.deliveryId,
      );
      if (copies.some(({ about }) => !tells(about, fact))) return 'over';
      return copies.some(({ isFollowed }) => isFollowed) ? 'followed' : 'tells it';
    },
    /** Everything that was told. */
    told(): ReadonlyMap<string, ReadonlyMap<string, Post>> {
      catchUp();
      return told;
    },
    /** Messages (copies apart) that answer the inbound message. */
    answersTo(inbound: string): Post[] {
      catchUp();
      return [...(answers.get(inbound)?.values() ?? [])];
    },
    /** Every try to send the message. */
    attempts: (deliveryId: string): ConnectorCall[] =>
      connector.calls.filter(
        ({ method, activity }) => method === 'POST' && activity['channelData']?.certbotDeliveryId === deliveryId,
      ),
    /** Tries to send something that the predicate knows by its data. */
    tried: (matches: (about: About, conversation: string) => boolean): ConnectorCall[] =>
      connector.calls.filter(({ activity, conversationId }) => {
        const about = activity['channelData']?.certbotAbout as About | undefined;
        return about !== undefined && matches(about, conversationId);
      }),
  };
}

export type Chat = Awaited<ReturnType<typeof startChat>>;

/** Tries to send a message, short enough for evidence. */
export function shortly(calls: ConnectorCall[], clock: (at: number) => string): string[] {
  return calls.slice(-6).map(({ at, method, answeredId, fault }) => {
    const how = fault ? `${fault.kind}${fault.kind === 'status' ? ` ${fault.status}` : ''}` : 'no fault';
    return `${clock(at)} ${method} ${answeredId === null ? 'not stored' : 'stored'}, ${how}`;
  });
}
