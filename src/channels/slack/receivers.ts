import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, isValidSlackRequest, type ReceiverEvent } from '@slack/bolt';
import type { Log } from '../../core/ports/log.ts';
import { readBody } from '../../http/body.ts';
import { describeError } from '../../log/describe-error.ts';
import { GLOBAL_SHORTCUT, MESSAGE_SHORTCUT } from './form-payload.ts';
import { slackLogger } from './logger.ts';
import type { Turn } from './turn.ts';

/** Where Slack posts events, commands and presses, below the public URL. */
export const EVENTS_PATH = '/api/slack/events';
/**
 * Slack takes an acknowledgement within three seconds (docs.slack.dev, "Events API", "Responding to events").
 * Milliseconds.
 */
const ACK_WITHIN = 2500;
/** What is dealt with by asking Slack, and stores nothing: it need not be delivered again because Slack is slow. */
const STORES_NOTHING = 'app_home_opened';
/** Slack's signatures are good for five minutes (docs.slack.dev, "Verifying requests from Slack"). Seconds. */
const REPLAY_WINDOW = 300;
/** More than any payload of Slack, bytes. */
const BODY_LIMIT = 1024 * 1024;

/** The shortcuts of the manifest, and the forms that they open. */
const OURS = new RegExp(`^(?:${MESSAGE_SHORTCUT}|${GLOBAL_SHORTCUT})$`);

/** What receivers hand events to: Bolt's App, as far as they use it. */
export interface Processor {
  processEvent(event: ReceiverEvent): Promise<void>;
}

/**
 * What stands between a receiver and Bolt's App. Bolt acknowledges events before it hands them on; here the
 * acknowledgement waits until the event is stored, however long that takes: what is not stored is delivered again, and
 * known by its timestamp if it was. When processing failed it does not go out at all.
 */
function acknowledgingLater(app: App, log: Log): Processor {
  async function processEvent(event: ReceiverEvent): Promise<void> {
    let response: Parameters<ReceiverEvent['ack']>[0];
    let sent: Promise<void> | null = null;
    function send(): Promise<void> {
      sent ??= event.ack(response).catch((error: unknown) => {
        // The connection went away: Slack delivers it again, and it is known by then.
        log.debug({ err: describeError(error) }, 'an acknowledgement of Slack did not get out');
      });
      return sent;
    }
    const { type, event: inner } = event.body as { type?: unknown; event?: { type?: unknown } };
    const isEvent = type === 'event_callback';
    const timer = inner?.type === STORES_NOTHING ? setTimeout(() => void send(), ACK_WITHIN) : undefined;
    try {
      await app.processEvent({
        ...event,
        async ack(answer) {
          response = answer;
          if (!isEvent) await send();
        },
      });
      await send();
    } finally {
      clearTimeout(timer);
    }
  }
  return { processEvent };
}

/** Bolt's App with our listeners: what Slack sends is told apart here, and dealt with in `turn`. */
export function createBoltApp({ turn, apiUrl, log }: { turn: Turn; apiUrl: string; log: Log }): Processor {
  const app = new App({
    // The receivers are attached below; this one only satisfies the constructor.
    receiver: { init() {}, start: () => Promise.resolve(), stop: () => Promise.resolve() },
    // Tokens are looked up where something is said; Bolt's own client is not used.
    authorize: () => Promise.resolve({}),
    clientOptions: { slackApiUrl: apiUrl },
    logger: slackLogger(log),
    convoStore: false,
    ignoreSelf: false,
  });
  app.event('app_mention', ({ body, event }) => turn.onEvent(body, event));
  app.event('message', ({ body, event }) => turn.onEvent(body, event));
  app.event('app_home_opened', ({ body, event }) => turn.onHomeOpened(body, event));
  app.event('member_joined_channel', ({ body, event }) => turn.onJoined(body, event));
  app.event('channel_unarchive', ({ body, event }) => turn.onOpened(body, event));
  app.event('group_unarchive', ({ body, event }) => turn.onOpened(body, event));
  app.event('channel_rename', ({ body, event }) => turn.onRenamed(body, event));
  app.event('group_rename', ({ body, event }) => turn.onRenamed(body, event));
  app.event('channel_id_changed', ({ body, event }) => turn.onMoved(body, event));
  app.event('app_uninstalled', ({ body }) => turn.onLeft(body));
  app.event('tokens_revoked', async ({ body, event }) => {
    if (event.tokens.bot?.length) await turn.onLeft(body);
  });
  app.command(/^/, async ({ body, ack }) => {
    await turn.onCommand(body, async (sentence) => ack({ response_type: 'ephemeral', text: sentence }));
    await ack();
  });
  app.action(/^/, async ({ body, ack }) => {
    await ack();
    await turn.onPress(body);
  });
  app.shortcut(OURS, async ({ body, ack }) => {
    await ack();
    await turn.onShortcut(body);
  });
  app.view(OURS, async ({ body, ack }) => {
    await ack(await turn.onSubmit(body));
  });
  app.error(async (error) => {
    log.error({ err: describeError(error) }, 'Something that Slack sent could not be dealt with.');
    throw error;
  });
  return acknowledgingLater(app, log);
}

/** Bolt takes for granted that what it parses is an object; anything else that is signed would end the process. */
function holdsObject(contentType: string | undefined, body: string): boolean {
  if (contentType !== 'application/x-www-form-urlencoded') return body.trimStart().startsWith('{');
  const payload = new URLSearchParams(body).get('payload');
  return payload === null || payload.trimStart().startsWith('{');
}

/**
 * Answers POST /api/slack/events: signature over the raw body, at most five minutes old or ahead. `signingSecret` holds
 * one or more secrets separated by commas, of which any may have signed it: while it is changed, Slack signs with the
 * one or the other.
 */
export function createHttpEvents({
  app,
  signingSecret,
  log,
  now,
}: {
  app: Processor;
  signingSecret: string;
  log: Log;
  now: () => number;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  function end(response: ServerResponse, status: number): void {
    response.writeHead(status, { connection: 'close', 'content-length': '0' });
    response.end();
  }

  const receiverFor = (secret: string) =>
    new HTTPReceiver({
      signingSecret: secret,
      endpoints: [EVENTS_PATH],
      bodyLimit: BODY_LIMIT,
      logger: slackLogger(log),
      processEventErrorHandler: async ({ response }) => {
        if (!response.headersSent) end(response, 503);
        return true;
      },
      // After three seconds; Bolt would say that there is nothing here.
      unhandledRequestHandler: ({ response }) => end(response, 503),
    });
  const secrets = signingSecret.split(',').flatMap((each) => each.trim() || []);
  const receivers = secrets.map((secret) => ({ secret, receiver: receiverFor(secret) }));
  for (const { receiver } of receivers) receiver.init(app as Parameters<HTTPReceiver['init']>[0]);

  return async (request, response) => {
    const sentAt = Number(request.headers['x-slack-request-timestamp']);
    // Bolt refuses what is too old, or has no time at all.
    if (sentAt - now() / 1000 > REPLAY_WINDOW) return end(response, 401);
    const rawBody = await readBody(request, BODY_LIMIT);
    if (!rawBody) return end(response, 413);
    const body = rawBody.toString();
    const headers = {
      'x-slack-signature': String(request.headers['x-slack-signature'] ?? ''),
      'x-slack-request-timestamp': sentAt,
    };
    const fitting = receivers.find(({ secret }) => isValidSlackRequest({ signingSecret: secret, body, headers }));
    if (!holdsObject(request.headers['content-type'], body)) return end(response, fitting ? 400 : 401);
    // Bolt refuses what nobody signed, but for what Slack does not sign.
    const { receiver } = fitting ?? receivers[0]!;
    receiver.requestListener(Object.assign(request, { rawBody }), response);
  };
}
