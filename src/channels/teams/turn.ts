import { randomUUID } from 'node:crypto';
import type { TurnContext } from 'botbuilder';
import { StoreError } from '../../core/errors.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import type { Log } from '../../core/ports/log.ts';
import { createApology } from '../apology.ts';
import {
  actorOf,
  conversationOf,
  inboundId,
  placeOf,
  readingOf,
  tenantOf,
  threadOf,
  turnKind,
  type TeamsActivity,
} from './activity.ts';
import { answerBeside, answerTask, sayFor, send } from './answers.ts';
import { attachmentsOf } from './attachments.ts';
import type { Connector } from './connector.ts';
import { createFormsTurn } from './forms-turn.ts';
import type { TeamsInbox } from './inbox.ts';
import { type createTeamsMessenger, storedReference } from './messenger.ts';
import { createPressingTurn } from './pressing-turn.ts';
import type { Rooms } from './rooms.ts';
import type { SignInService } from './sign-in.ts';
import { createSigningTurn } from './signing-turn.ts';

interface TurnOptions {
  appId: string | null;
  allowedTenants: string[] | null;
  inbox: TeamsInbox;
  connector: Connector;
  /** Null: nobody can sign in. */
  signIn: SignInService | null;
  replace: ReturnType<typeof createTeamsMessenger>['replace'];
  post: ReturnType<typeof createTeamsMessenger>['post'];
  rooms: Rooms;
  log: Log;
  now: () => number;
}

interface Reception {
  appId: string | null;
  /** In lower case; null: everybody is served. */
  tenants: ReadonlySet<string> | null;
  inbox: TeamsInbox;
  connector: Connector;
  pressingTurn: ReturnType<typeof createPressingTurn>;
  formsTurn: ReturnType<typeof createFormsTurn>;
  signingTurn: ReturnType<typeof createSigningTurn> | null;
  sentenceFor: ReturnType<typeof createApology>;
  now: () => number;
}

/** What the bot does in one turn of an authenticated, valid activity. */
export function createTurn(options: TurnOptions) {
  const { appId, allowedTenants, inbox, connector, signIn, log, now } = options;
  const reception: Reception = {
    appId,
    tenants: allowedTenants && new Set(allowedTenants.map((tenant) => tenant.toLowerCase())),
    inbox,
    connector,
    pressingTurn: createPressingTurn(options),
    formsTurn: createFormsTurn(options),
    signingTurn: signIn && createSigningTurn({ signIn, inbox, log }),
    sentenceFor: createApology(log),
    now,
  };
  /** `activity` is the parsed form of `context.activity`. Rejects only when not even the chat could be told. */
  return (context: TurnContext, activity: TeamsActivity): Promise<void> => turn(reception, context, activity);
}

async function turn(reception: Reception, context: TurnContext, activity: TeamsActivity): Promise<void> {
  const { appId, tenants, inbox, pressingTurn, signingTurn } = reception;
  if (!serves(tenants, activity)) return refuse(reception, context, activity);
  const conversation = conversationOf(activity, storedReference(context.activity, appId));
  switch (turnKind(activity)) {
    case 'message':
      return onMessage(reception, context, activity, conversation);
    case 'edited':
      return inbox.edited(inboundOf(reception, activity, conversation, readingOf(activity)));
    case 'execute':
      return pressingTurn.execute(context, activity, conversation);
    case 'submit':
      return pressingTurn.submit(context, activity, conversation);
    case 'fetch-form':
      return reception.formsTurn.fetch(context, activity, conversation);
    case 'submit-form':
      return reception.formsTurn.submit(context, activity, conversation);
    case 'signin':
      return signingTurn ? signingTurn.turn(context, activity, conversation) : inbox.seen(conversation);
    case 'installed':
      return inbox.installed(conversation, actorOf(activity));
    case 'removed':
      return inbox.removed(placeOf(activity));
    case 'archived':
      return inbox.archived(placeOf(activity));
    case 'restored':
      return inbox.restored(placeOf(activity));
    case 'renamed':
      return inbox.renamed(placeOf(activity), activity.channelData?.channel?.name ?? '');
    case 'seen':
      return inbox.seen(conversation);
  }
}

function serves(tenants: ReadonlySet<string> | null, activity: TeamsActivity): boolean {
  return tenants === null || tenants.has(tenantOf(activity)?.toLowerCase() ?? '');
}

async function refuse({ connector }: Reception, context: TurnContext, activity: TeamsActivity): Promise<void> {
  const kind = turnKind(activity);
  const sentence = sayFor(activity)('channel.not-served');
  if (kind === 'execute') return answerBeside(context, sentence);
  if (kind === 'fetch-form' || kind === 'submit-form') return answerTask(context, sentence);
  if (kind === 'message' || kind === 'submit') await send(connector, context, sentence);
}

/** The message as flows take it. */
function inboundOf(
  { now }: Reception,
  activity: TeamsActivity,
  conversation: ConversationInput,
  reading: ReturnType<typeof readingOf>,
): Inbound {
  return {
    id: inboundId(activity) ?? `${conversation.id}:${randomUUID()}`,
    conversation,
    thread: threadOf(activity),
    ephemeral: null,
    actor: actorOf(activity),
    ...reading,
    attachments: attachmentsOf(activity),
    receivedAt: now(),
  };
}

async function onMessage(
  reception: Reception,
  context: TurnContext,
  activity: TeamsActivity,
  conversation: ConversationInput,
): Promise<void> {
  const { inbox, connector, signingTurn, sentenceFor } = reception;
  const reading = readingOf(activity);
  try {
    // Older clients have the person type the code into the chat.
    if (signingTurn && (await signingTurn.typed(activity, conversation, reading.text))) return;
    await inbox.message(inboundOf(reception, activity, conversation, reading));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    await send(connector, context, sentenceFor(error, 'A message could not be accepted.', sayFor(activity)));
  }
}
