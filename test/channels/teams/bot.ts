import type { Card } from '../../../src/core/card.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { Conversation, ConversationInput } from '../../../src/core/model/conversation.ts';
import type { FormInbox } from '../../../src/core/model/form.ts';
import type { Inbound, InboundAction } from '../../../src/core/model/inbound.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import type { Place } from '../../../src/channels/teams/inbox.ts';
import { createTeamsChannel, type TeamsChannelOptions } from '../../../src/channels/teams/channel.ts';
import { createHttpServer } from '../../../src/http/server.ts';

/** A log that keeps what it is given. */
export function keepingLog() {
  const entries: { level: string; fields: any; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => void entries.push({ level, fields, message });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, entries };
}

export const ANSWER: Card = { language: 'en', summary: 'Answered.', title: 'Answered', tone: 'good' };

const noForms: FormInbox = {
  pointedAt: () => () => Promise.reject(new Error('no forms here')),
  isThere: async () => false,
  submitted: () => Promise.reject(new Error('no forms here')),
};

/** An inbox that records, and does what `behaviour` says. */
export function stubInbox(
  behaviour: {
    message?: (inbound: Inbound) => Promise<void>;
    action?: () => Promise<Card | null>;
    signedIn?: () => Promise<void>;
    forms?: FormInbox;
  } = {},
) {
  const messages: Inbound[] = [];
  const edited: Inbound[] = [];
  const actions: InboundAction[] = [];
  const installed: { conversation: ConversationInput; actor: Actor }[] = [];
  const removed: Place[] = [];
  const archived: Place[] = [];
  const restored: Place[] = [];
  const renamed: (Place & { name: string })[] = [];
  const seen: ConversationInput[] = [];
  const signedIn: { conversation: ConversationInput; actor: Actor }[] = [];
  return {
    messages,
    edited,
    actions,
    installed,
    removed,
    archived,
    restored,
    renamed,
    seen,
    signedIn,
    inbox: {
      forms: behaviour.forms ?? noForms,
      async edited(inbound: Inbound) {
        edited.push(inbound);
      },
      async message(inbound: Inbound) {
        messages.push(inbound);
        await behaviour.message?.(inbound);
      },
      async action(action: InboundAction) {
        actions.push(action);
        return behaviour.action ? behaviour.action() : ANSWER;
      },
      async installed(conversation: ConversationInput, actor: Actor) {
        installed.push({ conversation, actor });
      },
      async removed(place: Place) {
        removed.push(place);
      },
      async archived(place: Place) {
        archived.push(place);
      },
      async restored(place: Place) {
        restored.push(place);
      },
      async renamed(place: Place, name: string) {
        renamed.push({ ...place, name });
      },
      async signedIn(conversation: ConversationInput, actor: Actor) {
        signedIn.push({ conversation, actor });
        await behaviour.signedIn?.();
      },
      async seen(conversation: ConversationInput) {
        seen.push(conversation);
      },
    },
  };
}

/** The Teams channel behind the real HTTP server, on loopback. */
export async function startBot(
  options: Partial<TeamsChannelOptions> & { behaviour?: Parameters<typeof stubInbox>[0]; loopbackOnly?: boolean } = {},
) {
  const { behaviour, loopbackOnly = false, ...channelOptions } = options;
  const { log, entries } = keepingLog();
  const stub = stubInbox(behaviour);
  const channel = createTeamsChannel({
    credentials: null,
    env: {},
    allowedTenants: null,
    oauthConnection: null,
    permits: () => true,
    inbox: stub.inbox,
    log,
    now: () => Date.UTC(2026, 10, 22, 10),
    ...channelOptions,
  });
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    log,
    publicUrl: 'http://localhost',
    loopbackOnly,
    messages: channel.handle,
    feeds: async () => null,
    ready: () => ({ ok: true, checks: {} }),
  });
  const { port } = await server.listen();
  return { ...stub, channel, log: entries, port, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

export type Bot = Awaited<ReturnType<typeof startBot>>;

/** A conversation as the store gives it back. */
export function stored(input: ConversationInput): Conversation {
  return {
    ...(JSON.parse(JSON.stringify(input)) as ConversationInput),
    createdAt: 0,
    goneAt: null,
    closedAt: null,
    warnedAt: null,
    policy: null,
    settings: {},
  };
}
