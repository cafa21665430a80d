import assert from 'node:assert/strict';
import { createTeamsChannel } from '../../../src/channels/teams/channel.ts';
import type { About } from '../../../src/core/about.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import {
  BOT,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  type ConnectorCall,
} from '../../peers/teams/connector.ts';
import { readAdaptiveCard, spoken } from './adaptive-cards.ts';
import {
  asRead,
  eventually,
  inOrderOfPresses,
  seenAbout,
  setStage,
  type ChannelUnderTest,
  type Person,
  type Place,
  type SeenMessage,
} from './channel-under-test.ts';

const PERSONAL = 'a:bob';
const CHANNEL = '19:ops@thread.tacv2';

interface Post {
  id: string;
  conversationId: string;
  content: any;
  summary: string;
  about: About | undefined;
  edits: number;
}

function withoutThread(conversationId: string): string {
  return conversationId.replace(/;messageid=.*$/, '');
}

function isPersonal({ conversationId }: Pick<Post, 'conversationId'>): boolean {
  return withoutThread(conversationId) === PERSONAL;
}

/** A host name as the composer of Teams writes it. */
function typed(text: string): string {
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return html.replaceAll(/(^|\s)((?:[a-z0-9-]+\.)+[a-z]{2,})(?=\s|$)/gi, '$1<a href="http://$2">$2</a>');
}

/** Microsoft Teams: the real channel behind the real HTTP server, and a connector on loopback. */
export async function createTeams({ name, zone, locale }: Person): Promise<ChannelUnderTest> {
  const [{ bot, shared }, connector] = await Promise.all([setStage(), startFakeConnector()]);
  const { log } = bot.context;
  const channel = createTeamsChannel({
    credentials: null,
    env: {},
    allowedTenants: null,
    oauthConnection: null,
    permits: () => false,
    inbox: bot.inbox,
    log,
    now: bot.context.now,
  });
  await bot.join(channel.messenger);
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    log,
    publicUrl: 'http://localhost',
    loopbackOnly: true,
    messages: channel.handle,
    feeds: () => Promise.resolve(null),
    ready: () => ({ ok: true, checks: {} }),
  });
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;

  const from = { id: '29:bob', name, aadObjectId: '00000000-0000-0000-0000-000000000b0b' };
  const posts: Post[] = [];
  const said = new Map<string, string>();
  /** Edits for the others in a channel, of cards that the presser has seen already. */
  const echoes: { id: string; content: any }[] = [];
  let absorbed = 0;
  let latest: string | null = null;
  let lastMessage: Record<string, any> | null = null;
  let isReachable = true;

  connector.fail(
    { kind: 'status', status: 404 },
    { matches: ({ conversationId }) => !isReachable && withoutThread(conversationId) === CHANNEL },
  );

  function edit(id: string, content: any, { summary, about }: Pick<Post, 'summary' | 'about'>): void {
    const post = posts.find((each) => each.id === id);
    assert.ok(post, `an edit of a message that is not there: ${id}`);
    Object.assign(post, { content, summary, about, edits: post.edits + 1 });
  }

  function absorb({ method, conversationId, activityId, answeredId, activity }: ConnectorCall): void {
    if (answeredId === null) return;
    if (method === 'DELETE')
      return void posts.splice(
        posts.findIndex(({ id }) => id === activityId),
        1,
      );
    const content = activity['attachments']?.[0]?.content;
    assert.ok(content, `no card in ${JSON.stringify(activity)}`);
    const summary: string = activity['summary'];
    const about: About | undefined = activity['channelData']?.certbotAbout;
    assert.equal(spoken(content), summary, 'what is read out');
    const echo = echoes.findIndex(({ id }) => id === activityId);
    if (method === 'POST') posts.push({ id: answeredId, conversationId, content, summary, about, edits: 0 });
    else if (echo < 0) edit(activityId!, content, { summary, about });
    else assert.deepEqual(echoes.splice(echo, 1)[0]!.content, content, 'the presser and the others see the same card');
  }

  function catchUp(): Post[] {
    for (; absorbed < connector.calls.length; absorbed += 1) absorb(connector.calls[absorbed]!);
    return posts;
  }

  function activity(conversationId: string, partial: Record<string, unknown>): Record<string, any> {
    const base = teamsActivity(connector.serviceUrl);
    const conversationType = isPersonal({ conversationId }) ? 'personal' : 'channel';
    const conversation = { ...base['conversation'], id: conversationId, conversationType };
    return { ...base, locale, localTimezone: zone, from, conversation, ...partial };
  }

  async function deliver(message: Record<string, any>): Promise<any> {
    const { status, body } = await sendActivity(url, message);
    assert.equal(status, 200);
    return body;
  }

  async function say(text: string, place: Place): Promise<void> {
    const message = activity(PERSONAL, { text: typed(text) });
    said.set(message['id'], text);
    if (place !== 'personal') {
      const mention = '<at>Certbot</at>';
      // Every message in a channel names its thread, also the one that begins it.
      if (place === 'channel') latest = message['id'];
      message['conversation'] = activity(`${CHANNEL};messageid=${latest}`, {})['conversation'];
      message['text'] = `<p>${mention}&nbsp;${typed(text)}</p>`;
      message['entities'].push({ type: 'mention', text: mention, mentioned: BOT });
    }
    lastMessage = message;
    await deliver(message);
  }

  async function press(label: string, row?: string): Promise<void> {
    assert.equal(row, undefined, 'Teams has no menus beside rows');
    const found = inOrderOfPresses(catchUp(), isPersonal).flatMap((post) => {
      const hidden = post.content.body.flatMap(({ items = [] }: any) =>
        items.flatMap(({ actions = [] }: any) => actions),
      );
      const all = [...(post.content.actions ?? []), ...hidden];
      const action = all.find(({ title }: any) => asRead(title) === label);
      return action ? [{ post, action }] : [];
    })[0];
    assert.ok(found, `no message has a button “${label}”`);
    const { post, action } = found;
    const { type, verb, data } = action;
    assert.equal(type, 'Action.Execute');
    const value = { action: { type, verb, data }, trigger: 'manual' };
    const invoke = { type: 'invoke', name: 'adaptiveCard/action', replyToId: post.id, value };
    const answer = await deliver(activity(post.conversationId, invoke));
    assert.equal(answer.statusCode, 200, JSON.stringify(answer));
    if (answer.type !== 'application/vnd.microsoft.card.adaptive') return;
    edit(post.id, answer.value, { summary: spoken(answer.value), about: post.about });
    if (isPersonal(post)) return;
    echoes.push({ id: post.id, content: answer.value });
    await eventually(() => (catchUp(), echoes.length === 0), 'the edit for the others in the channel');
  }

  function seen({ conversationId, content, summary, about, edits }: Post): SeenMessage {
    const root = /;messageid=(.*)$/.exec(conversationId)?.[1];
    return {
      place: isPersonal({ conversationId }) ? 'personal' : 'channel',
      thread: root === undefined ? null : (said.get(root) ?? 'something unknown'),
      edits,
      card: readAdaptiveCard(content, summary),
      about: seenAbout(about, (id) => said.get(id)),
    };
  }

  return {
    ...shared,
    name: 'Teams',
    hasMenus: false,
    say,
    async repeat() {
      await deliver(lastMessage!);
    },
    press,
    messages: () => catchUp().map(seen),
    close: (reachable) => void (isReachable = reachable),
    async install(present) {
      await deliver(activity(PERSONAL, { type: 'installationUpdate', action: present ? 'add' : 'remove' }));
    },
    async end() {
      await server.close();
      await bot.close();
      await connector.close();
    },
  };
}
