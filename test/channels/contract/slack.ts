import assert from 'node:assert/strict';
import { createSlackChannel, type SlackInbox } from '../../../src/channels/slack/channel.ts';
import type { About } from '../../../src/core/about.ts';
import type { Card } from '../../../src/core/card.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import { startFakeSlack } from '../../peers/slack/slack.ts';
import {
  APP,
  appHomeOpened,
  appMention,
  appUninstalled,
  directMessage,
  eventCallback,
} from '../../peers/slack/events.ts';
import { blockActions, postToBot } from '../../peers/slack/requests.ts';
import { ACME, type SlackMessage, type WorkspaceSpec } from '../../peers/slack/workspaces.ts';
import { readBlocks } from './block-kit.ts';
import {
  eventually,
  inOrderOfPresses,
  seenAbout,
  setStage,
  type ChannelUnderTest,
  type Person,
  type Place,
  type SeenMessage,
} from './channel-under-test.ts';

const USER = 'U0BOB';
const DIRECT = 'D0BOB';
const CHANNEL = 'C0OPS';
const TOKEN = 'xoxb-acme';

/** A workspace with one person, a channel that the bot is in, and the direct chat of both. */
function workspaceOf({ name, zone, locale }: Person): WorkspaceSpec {
  return {
    ...ACME,
    users: [{ id: USER, name: 'bob', display_name: name, tz: zone, locale }],
    conversations: [
      { id: CHANNEL, name: 'ops' },
      { id: DIRECT, kind: 'im', user: USER },
    ],
  };
}

/** A text as Slack's composer sends it: three characters as entities, host names and addresses as links. */
function typed(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .replaceAll(/(^|\s)([\w.]+@[\w.]+\.[a-z]+)(?=\s|$)/gi, '$1<mailto:$2|$2>')
    .replaceAll(/(^|\s)(https?:\/\/[^\s|]+)/gi, '$1<$2>')
    .replaceAll(/(^|\s)((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)(?=\s|$)/gi, '$1<http://$2|$2>');
}

/** What the message's metadata says beside the delivery id. */
function aboutIn({ metadata }: SlackMessage): About | undefined {
  if (!metadata) return undefined;
  assert.equal(metadata.event_type, 'certbot_delivery');
  const { delivery_id: deliveryId, ...about } = metadata.event_payload;
  assert.match(deliveryId, /^[\w-]{36}$/);
  return 'kind' in about ? (about as About) : undefined;
}

/** Slack: the real channel, by Socket Mode or over HTTP, and a strict Slack on loopback. */
export async function createSlack(mode: 'Socket Mode' | 'HTTP', person: Person): Promise<ChannelUnderTest> {
  const [{ bot, shared }, slack] = await Promise.all([
    setStage(),
    startFakeSlack({ workspaces: [workspaceOf(person)] }),
  ]);
  const { log, store } = bot.context;
  const presses: Promise<Card | null>[] = [];
  const inbox: SlackInbox = {
    ...bot.slackInbox,
    action(action) {
      const answer = bot.slackInbox.action(action);
      presses.push(answer);
      return answer;
    },
  };
  const channel = createSlackChannel({
    settings: {
      botToken: TOKEN,
      appToken: mode === 'Socket Mode' ? slack.appToken : null,
      signingSecret: mode === 'HTTP' ? APP.signingSecret : null,
      apiUrl: slack.apiUrl,
      oauth: null,
      allowedWorkspaces: null,
      graphWorkspaces: [],
    },
    publicUrl: () => 'https://certbot.example',
    store,
    inbox,
    log,
    // Signatures and response_urls go by Slack's clock, which is the real one.
    now: () => Date.now(),
    random: bot.context.random,
  });
  await bot.join(channel.messenger);
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    log,
    publicUrl: 'http://localhost',
    loopbackOnly: false,
    messages: null,
    routes: channel.routes,
    feeds: () => Promise.resolve(null),
    ready: () => ({ ok: true, checks: {} }),
  });
  const { port } = await server.listen();
  channel.start();
  if (mode === 'Socket Mode') await slack.socket.connected();

  const said = new Map<string, string>();
  let latest: string | undefined;
  let lastEvent: Record<string, any> | null = null;

  async function deliver(kind: 'event' | 'interaction', payload: Record<string, any>, attempt = 0): Promise<void> {
    if (mode === 'Socket Mode') {
      await slack.socket.sendEnvelope(kind === 'event' ? 'events_api' : 'interactive', payload, { attempt });
      return;
    }
    const url = `http://127.0.0.1:${port}/api/slack/events`;
    const { status } = await postToBot(url, payload, { kind, ...(attempt > 0 ? { retryNum: attempt } : {}) });
    assert.equal(status, 200);
  }

  async function say(text: string, place: Place): Promise<void> {
    const isDirect = place === 'personal';
    const thread = place === 'thread' ? { thread_ts: latest! } : {};
    const shown = isDirect ? typed(text) : `<@U0BOT> ${typed(text)}`;
    const { ts } = slack.world.say(isDirect ? DIRECT : CHANNEL, USER, shown, thread);
    if (place === 'channel') latest = ts;
    said.set(ts, text);
    const partial = { channel: isDirect ? DIRECT : CHANNEL, user: USER, ts, ...thread };
    lastEvent = eventCallback(isDirect ? directMessage(shown, partial) : appMention(shown, partial));
    await deliver('event', lastEvent);
  }

  function posts(): SlackMessage[] {
    return slack.world.messages.filter(({ bot_id }) => bot_id !== undefined);
  }

  function isThere(message: SlackMessage, label: string, row: string | undefined): number {
    if (row === undefined) return readBlocks(message).buttons.some((button) => button.label === label) ? 0 : -1;
    const { rows, menus } = readBlocks(message);
    const index = rows.findIndex(([line]) => line!.includes(row));
    return index >= 0 && menus[index]?.includes(label) ? index : -1;
  }

  async function press(label: string, row?: string): Promise<void> {
    const message = inOrderOfPresses(posts(), ({ channel: place }) => place === DIRECT).find(
      (each) => isThere(each, label, row) >= 0,
    );
    assert.ok(message, `no message has a button “${label}”${row === undefined ? '' : ` beside ${row}`}`);
    const responseUrl = slack.responseUrl({ channel: message.channel, user: USER, messageTs: message.ts });
    const occurrence = isThere(message, label, row);
    const answered = presses.length;
    const edited = slack.callsOf('chat.update').length;
    await deliver('interaction', blockActions(label, { message, responseUrl, occurrence, user: USER }));
    const card = await eventually(() => presses[answered], 'the press');
    if (!card) return;
    const isEdited = () =>
      slack
        .callsOf('chat.update')
        .slice(edited)
        .some(({ answer }) => answer?.ok);
    await eventually(isEdited, 'the edit of the pressed message');
  }

  function seen(message: SlackMessage): SeenMessage {
    const { channel: place, ts, thread_ts } = message;
    const edits = slack
      .callsOf('chat.update')
      .filter((call) => call.answer?.ok && call.arguments['channel'] === place && call.arguments['ts'] === ts);
    return {
      place: place === DIRECT ? 'personal' : 'channel',
      thread: thread_ts === undefined ? null : (said.get(thread_ts) ?? 'something unknown'),
      edits: edits.length,
      card: readBlocks(message),
      about: seenAbout(aboutIn(message), (id) => said.get(id)),
    };
  }

  return {
    ...shared,
    name: `Slack over ${mode}`,
    hasMenus: true,
    say,
    async repeat() {
      await deliver('event', lastEvent!, 1);
    },
    press,
    messages: () => posts().map(seen),
    close(reachable) {
      slack.world.conversations.get(CHANNEL)!.botIn = reachable ? ['T0ACME'] : [];
    },
    async install(present) {
      // The token of a workspace that removed the app is void.
      slack.world.tokens.get(TOKEN)!.revoked = !present;
      const opened = appHomeOpened({ user: USER, channel: DIRECT, tab: 'messages' });
      await deliver('event', eventCallback(present ? opened : appUninstalled()));
    },
    async end() {
      try {
        await server.close();
        await channel.close();
        await bot.close();
        assert.deepEqual(slack.violations, []);
      } finally {
        await slack.close();
      }
    },
  };
}
