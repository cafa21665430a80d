import assert from 'node:assert/strict';
import { createTeamsChannel } from '../../../src/channels/teams/channel.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { DAY } from '../../../src/core/time.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import { PERSON, sendActivity, startFakeConnector, teamsActivity, TENANT } from '../../peers/teams/connector.ts';
import { certificate } from '../../support/certificate-facts.ts';
import { createScriptedSource } from '../../support/scripted-source.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { cardOf } from '../../support/conversation.ts';

type Payload = Record<string, any>;

const GROUP = { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: TENANT };
const CHANNEL = { id: '19:ops@thread.tacv2', conversationType: 'channel', isGroup: true, tenantId: TENANT };
const BOB = { id: '29:bob', name: 'Bob', aadObjectId: '00000000-0000-0000-0000-000000000b0b' };

async function start({ allowedTenants = null }: { allowedTenants?: string[] | null } = {}) {
  const connector = await startFakeConnector();
  const peers = createScriptedSource(Date.now);
  const bot = await createWiredBot({ sources: [peers.source], now: Date.now });
  const { log, now } = bot.context;
  const channel = createTeamsChannel({
    credentials: null,
    env: {},
    allowedTenants,
    oauthConnection: null,
    permits: () => false,
    inbox: bot.inbox,
    log,
    now,
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
  for (const host of ['one.example', 'two.example', 'three.example'])
    peers.serve(host, {
      address: '192.0.2.1',
      presents: certificate(host, { dnsNames: [host], notBefore: now() - DAY, notAfter: now() + 60 * DAY }),
    });

  function send(partial: Payload) {
    return sendActivity(`http://127.0.0.1:${port}`, teamsActivity(connector.serviceUrl, partial));
  }

  async function invoke(name: string, value: Payload, partial: Payload = {}): Promise<Payload> {
    const { status, body } = await send({ type: 'invoke', name, value, conversation: GROUP, ...partial });
    assert.equal(status, 200);
    return body;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    connector,
    bot,
    async say(text: string, partial: Payload = {}): Promise<void> {
      await send({ text, conversation: GROUP, ...partial });
      await bot.settled();
    },
    /** Opens the form about a message, or the one for anything. */
    fetch: (message: Payload | null, partial: Payload = {}) =>
      invoke(
        'composeExtension/fetchTask',
        message
          ? { commandId: 'watchMessage', commandContext: 'message', messagePayload: message }
          : { commandId: 'watchForm', commandContext: 'compose' },
        partial,
      ),
    /** Sends a form as it stands, but for `fill`. */
    async send(task: Payload, message: Payload | null, fill: Payload = {}, partial: Payload = {}): Promise<Payload> {
      const { body, actions } = task['value'].card.content;
      const inputs = body.filter(({ type }: Payload) => type.startsWith('Input.'));
      const filled = Object.fromEntries(inputs.map(({ id, value }: Payload) => [id, value ?? '']));
      const data = { ...actions[0].data, ...filled, ...fill };
      const command = message ? { commandId: 'watchMessage', messagePayload: message } : { commandId: 'watchForm' };
      const answer = await invoke('composeExtension/submitAction', { ...command, data }, partial);
      await bot.settled();
      return answer;
    },
    cards: (id: string) =>
      connector.calls.filter(({ conversationId }) => conversationId.replace(/;.*$/, '') === id).map(cardOf),
    async watched(id: string): Promise<string[]> {
      return (await bot.store.listWatches(`teams:${id}`)).map(({ uri }) => uri).toSorted();
    },
    async end(): Promise<void> {
      await server.close();
      await bot.close();
      await connector.close();
    },
  };
}

function payload(content: string, more: Payload = {}): Payload {
  return { id: '1700000000001', body: { contentType: 'html', content }, attachments: [], mentions: [], ...more };
}

/** Every text of a form's card. */
function shown(task: Payload): string {
  const { body } = task['value'].card.content;
  return body
    .map(({ text, label }: Payload) => text ?? label)
    .join('\n')
    .replaceAll('\\', '');
}

function ticks(task: Payload): string[] {
  const { body } = task['value'].card.content;
  return body.find(({ id }: Payload) => id === 'ticks')?.choices.map(({ title }: Payload) => title) ?? [];
}

describe('the message extension in Teams', function () {
  this.timeout(20_000);
  let stage: Awaited<ReturnType<typeof start>>;
  beforeEach(async () => (stage = await start()));
  afterEach(() => stage.end());

  it('shows what a message names, with what is watched already, and watches what is ticked', async () => {
    await stage.say('watch one.example');
    const message = payload(
      '<p>Look: <a href="https://one.example/x" title="x">Portal</a>, <b>two.example</b><br>three.example:8443</p><attachment id="1"></attachment>',
    );
    const before = stage.connector.calls.length;
    const { task } = await stage.fetch(message);
    assert.equal(task.value.title, 'Watch the links in this message');
    assert.deepEqual(ticks(task), ['two.example', 'three.example:8443']);
    assert.match(shown(task), /Watched here already: one\.example\./);
    assert.equal(stage.connector.calls.length, before, 'only whoever asked sees it');
    assert.deepEqual(await stage.send(task, message, { ticks: '0' }), {});
    assert.deepEqual(await stage.watched(GROUP.id), ['tls://one.example:443', 'tls://two.example:443']);
    assert.match(stage.cards(GROUP.id).at(-1)!.summary, /two\.example/);
  });

  it('answers in the thread of a channel', async () => {
    await stage.say('list', { conversation: CHANNEL });
    const message = payload('one.example');
    const { task } = await stage.fetch(message, { conversation: CHANNEL });
    await stage.send(task, message, {}, { conversation: CHANNEL });
    const call = stage.cards(CHANNEL.id).at(-1)!.call;
    assert.equal(call.conversationId, `${CHANNEL.id};messageid=1700000000001`);
  });

  it('speaks German', async () => {
    const german = { locale: 'de-DE' };
    const { task } = await stage.fetch(payload('one.example'), german);
    assert.equal(task.value.title, 'Links der Nachricht überwachen');
    assert.match(shown(task), /^In dieser Nachricht gefunden\nAbwählen, was nicht/);
    const nothing = await stage.fetch(payload('Guten Morgen, z.B. um 12:30 Uhr.'), german);
    assert.match(shown(nothing['task']), /steht nichts, was sich überwachen lässt/);
    assert.equal(nothing['task'].value.card.content.actions, undefined);
  });

  it('is answered within five seconds while the store is slow or away, with what is known', async () => {
    const { store } = stage.bot;
    await stage.say('list');
    const list = store.listWatches.bind(store);
    for (const slow of [() => new Promise<never>(() => {}), () => Promise.reject(new StoreError('away'))]) {
      store.listWatches = slow;
      const began = performance.now();
      const { task } = await stage.fetch(payload('one.example'));
      assert.ok(performance.now() - began < 4500);
      assert.deepEqual(ticks(task), ['one.example']);
      assert.match(shown(task), /cannot see right now what is watched here/);
    }
    store.listWatches = list;
    store.acceptedAmong = () => Promise.reject(new StoreError('away'));
    const { task } = await stage.fetch(payload('one.example'));
    const failed = await stage.send(task, payload('one.example'));
    assert.match(shown(failed['task']), /nothing was done/);
    assert.deepEqual(ticks(failed['task']), ['one.example'], 'as it was filled in');
    store.acceptedAmong = () => new Promise(() => {});
    const began = performance.now();
    const late = await stage.send(task, payload('one.example'));
    assert.ok(performance.now() - began < 4500);
    assert.match(late['task'].value, /takes a little longer/);
  });

  it('acts once, however often a form is opened and sent', async () => {
    await stage.say('list');
    const message = payload('one.example two.example');
    const [first, second] = [await stage.fetch(message), await stage.fetch(message)];
    assert.deepEqual(await stage.send(first['task'], message), {});
    const answers = stage.cards(GROUP.id).length;
    for (const { task } of [first, second] as Payload[]) {
      const answer = await stage.send(task, message);
      assert.match(answer['task'].value, /^This was sent already/);
    }
    assert.equal(stage.cards(GROUP.id).length, answers);
    await stage.say('unwatch two.example');
    const { task } = await stage.fetch(message);
    assert.deepEqual(await stage.send(task, message), {});
    assert.deepEqual(await stage.watched(GROUP.id), ['tls://one.example:443', 'tls://two.example:443']);
  });

  it('checks again what is ticked, and takes no command for a target', async () => {
    await stage.say('list');
    const message = payload('one.example');
    const { task } = await stage.fetch(message);
    const wrong: [Payload, RegExp][] = [
      [{ ticks: '' }, /Choose at least one target/],
      [{ ticks: '7' }, /Choose at least one target/],
      [{ targets: ['*.example'] }, /nobody can connect to/],
      [{ targets: 'one.example' }, /does not work any more/],
      [{ targets: Array.from({ length: 201 }, (_one, index) => `h${index}.example`) }, /does not work any more/],
    ];
    for (const [fill, says] of wrong) {
      const answer = await stage.send(task, message, fill);
      const words = typeof answer['task'].value === 'string' ? answer['task'].value : shown(answer['task']);
      assert.match(words, says);
    }
    assert.deepEqual(await stage.watched(GROUP.id), []);
  });

  it('watches in the own chat where the bot is not in the conversation, and says so before', async () => {
    const message = payload('one.example');
    const { task } = await stage.fetch(message);
    assert.match(shown(task), /I am not in this conversation, so what you choose is watched in your own chat/);
    stage.connector.failPeople('member', 403);
    assert.deepEqual(await stage.send(task, message), {});
    assert.deepEqual(await stage.watched(GROUP.id), []);
    assert.deepEqual(await stage.watched(`a:chat of ${PERSON.id}`), ['tls://one.example:443']);
    assert.deepEqual(stage.cards(GROUP.id), []);
  });

  it('reads the cards of other apps and lists in files, and names files that it cannot have', async () => {
    await stage.say('list');
    const content = JSON.stringify({ type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: 'Host: one.example' }] });
    const list = Buffer.from('two.example\nthree.example;8443\n').toString('base64');
    const message = payload('', {
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content },
        { contentType: 'text/plain', name: 'hosts.txt', contentUrl: `data:text/plain;base64,${list}` },
        { contentType: 'reference', name: 'far.csv', contentUrl: 'https://acme.sharepoint.example/far.csv' },
      ],
    });
    const { task } = await stage.fetch(message);
    assert.deepEqual(ticks(task), ['one.example', 'two.example', 'three.example:8443']);
    assert.match(shown(task), /could not read the file “far\.csv”/);
  });

  it('opens a form: targets, where, owner, when', async () => {
    stage.connector.addMember(BOB);
    await stage.say('list');
    const { task } = await stage.fetch(null);
    assert.equal(task.value.title, 'Watch certificates');
    const fill = { more: 'one.example\nhttps://two.example/x', where: 'here', owner: BOB.aadObjectId, when: '60d 14d' };
    const wrong = await stage.send(task, null, { ...fill, when: 'soon' });
    assert.match(shown(wrong['task']), /“soon” is not a length of time/);
    assert.deepEqual(await stage.send(wrong['task'], null, { when: '60d 14d' }), {});
    const watches = await stage.bot.store.listWatches(`teams:${GROUP.id}`);
    assert.deepEqual(
      watches.map(({ policy, ownerId }) => [policy?.length, ownerId]),
      [
        [2, PERSON.id],
        [2, PERSON.id],
      ],
    );
    assert.match(stage.cards(GROUP.id).at(-1)!.text, /I have asked Bob/);
    assert.match(stage.cards(`a:chat of ${BOB.id}`).at(-1)!.text, /one\.example/, 'Bob is asked');
    const again = await stage.send(task, null, fill);
    assert.match(again['task'].value, /^This was sent already/);
  });

  it('watches in the own chat by a form, and refuses a conversation without the bot', async () => {
    stage.connector.addMember({ ...PERSON });
    const { task } = await stage.fetch(null);
    assert.doesNotMatch(shown(task), /Where\n/);
    const answer = await stage.send(task, null, { more: 'one.example', where: 'here' });
    assert.match(shown(answer['task']), /not in that conversation/);
    assert.deepEqual(await stage.send(task, null, { more: 'one.example' }), {});
    assert.deepEqual(await stage.watched(`a:chat of ${PERSON.id}`), ['tls://one.example:443']);
  });

  it('does not serve other organisations, and takes nothing that is malformed', async () => {
    const message = payload('one.example');
    for (const value of [{}, { commandId: 'other' }, { commandId: 'watchMessage', messagePayload: 7 }])
      for (const name of ['composeExtension/fetchTask', 'composeExtension/submitAction']) {
        const { status, body } = await sendActivity(
          stage.url,
          teamsActivity(stage.connector.serviceUrl, { type: 'invoke', name, value }),
        );
        assert.deepEqual([status, body.task.type], [200, 'message']);
      }
    await stage.end();
    stage = await start({ allowedTenants: ['another'] });
    const { task } = await stage.fetch(message);
    assert.equal(task.value, 'This bot does not serve your organisation.');
  });
});
