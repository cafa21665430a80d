import assert from 'node:assert/strict';
import { StoreError } from '../../../src/core/errors.ts';
import { globalShortcut, messageShortcut, viewSubmission } from '../../peers/slack/requests.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';

type Payload = Record<string, any>;

/** What a modal shows: sentences, labels, and what is ticked at first. */
function shown(view: Payload): { text: string; ticks: string[] } {
  const ticks: string[] = [];
  const lines: string[] = [];
  for (const { type, text, label, hint, element } of view['blocks']) {
    if (type === 'section') lines.push(text.text);
    else lines.push(label.text, hint?.text ?? '');
    for (const { value } of element?.initial_options ?? []) ticks.push(value);
    if (element?.initial_value) lines.push(element.initial_value);
  }
  return { text: lines.join('\n'), ticks };
}

describe('shortcuts in Slack', function () {
  this.timeout(20_000);
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await startSlackStage();
    for (const host of ['one.example', 'two.example', 'three.example']) stage.serve(host, 60);
  });
  afterEach(() => stage.end());

  const views = (): Payload[] => [...stage.slack.world.modals.values()];

  function pointing(text: string, message: Payload = {}, options: { user?: string; channel?: string } = {}) {
    const { user = 'U0BOB', channel = 'C0OPS' } = options;
    const said = { ...stage.slack.world.say(channel, 'U0ALICE', text), ...message };
    const responseUrl = stage.slack.responseUrl({ channel, user });
    return { said, payload: messageShortcut(said, { user, channel, responseUrl }) };
  }

  /** Opens the form about a message; resolves with it when it has been filled. */
  async function openFor(payload: Payload): Promise<Payload> {
    const count = stage.slack.callsOf('views.update').length;
    await stage.slack.socket.sendEnvelope('interactive', payload);
    await stage.slack.received(count + 1, { method: 'views.update' });
    await stage.slack.until(() => stage.slack.callsOf('views.update').at(-1)!.answer, 'the answer');
    return views().at(-1)!;
  }

  async function send(view: Payload, options: Parameters<typeof viewSubmission>[1] = {}): Promise<Payload | undefined> {
    const payload = viewSubmission(view, { user: 'U0BOB', ...options });
    const { answer } = await stage.slack.socket.sendEnvelope('interactive', payload);
    await stage.settled();
    return answer;
  }

  async function watched(place = 'C0OPS'): Promise<string[]> {
    return (await stage.bot.store.listWatches(`slack:T0ACME:${place}`)).map(({ uri }) => uri).toSorted();
  }

  it('show what a message names, with what is watched already, and watch what is ticked', async () => {
    await stage.say('watch one.example');
    const { said, payload } = pointing(
      'Please look at <https://one.example/login|Login>, <http://two.example|two.example> and three.example:8443, e.g. tomorrow. Mail <mailto:me@four.example|me@four.example>.',
    );
    const view = await openFor(payload);
    assert.deepEqual(shown(view).ticks, ['two.example', 'three.example:8443']);
    assert.match(shown(view).text, /Watched here already: one\.example\./);
    assert.equal(stage.cards('C0OPS').length, 1, 'only whoever asked sees it');
    assert.deepEqual(await send(view, { untick: ['three.example:8443'] }), { response_action: 'clear' });
    assert.deepEqual(await watched(), ['tls://one.example:443', 'tls://two.example:443']);
    const answer = stage.cards('C0OPS').at(-1)!;
    assert.match(answer.summary, /two\.example/);
    assert.equal(answer.threadTs, said.ts);
  });

  it('speak German', async () => {
    const { payload } = pointing('one.example', {}, { user: 'U0ALICE' });
    const view = await openFor(payload);
    assert.equal(view['title'].text, 'Links überwachen');
    assert.equal(view['submit'].text, 'Überwachen');
    assert.match(shown(view).text, /^Links der Nachricht überwachen\nIn dieser Nachricht gefunden/);
    const empty = await openFor(pointing('Guten Morgen', {}, { user: 'U0ALICE' }).payload);
    assert.match(shown(empty).text, /steht nichts, was sich überwachen lässt/);
    assert.equal(empty['submit'], undefined);
  });

  it('open at once and show what is known within three seconds, also while the store is slow; the rest follows', async () => {
    await stage.say('watch one.example');
    const { store } = stage.bot;
    const { promise, resolve } = Promise.withResolvers<void>();
    const list = store.listWatches.bind(store);
    store.listWatches = async (id) => {
      await promise;
      return list(id);
    };
    const began = Date.now();
    const view = await openFor(pointing('one.example two.example').payload);
    const [opened] = stage.slack.callsOf('views.open');
    const [first] = stage.slack.callsOf('views.update');
    // Both while the store keeps silent.
    assert.ok(opened!.at - began < 10_000, `opened after ${opened!.at - began} ms`);
    assert.ok(first!.at - began < 10_000, `filled after ${first!.at - began} ms`);
    assert.deepEqual(shown(view).ticks, ['one.example', 'two.example']);
    assert.match(shown(view).text, /cannot see right now what is watched here already/);
    resolve();
    await stage.slack.until(() => shown(views()[0]!).ticks.length === 1, 'the form with everything');
    assert.deepEqual(shown(views()[0]!).ticks, ['two.example']);
  });

  it('act once, however often a form is opened and sent', async () => {
    const { said, payload } = pointing('one.example');
    const first = await openFor(payload);
    const second = await openFor(messageShortcut(said, { user: 'U0BOB' }));
    assert.deepEqual(await send(first), { response_action: 'clear' });
    for (const view of [first, second]) {
      const answer = await send(view);
      assert.equal(answer!['response_action'], 'update');
      assert.match(shown(answer!['view']).text, /^This was sent already/);
    }
    assert.equal(stage.cards('C0OPS').length, 1);
    await stage.say('unwatch one.example');
    const third = await openFor(messageShortcut(said, { user: 'U0BOB' }));
    assert.deepEqual(await send(third), { response_action: 'clear' });
    assert.deepEqual(await watched(), ['tls://one.example:443']);
  });

  it('check again what is ticked', async () => {
    const view = await openFor(pointing('one.example').payload);
    const nothing = await send(view, { ticked: [] });
    assert.deepEqual(Object.values(nothing!['errors']), ['Choose at least one target.']);
    const forged = await send(view, { ticked: ['two.example\nunwatch all', '*.example'] });
    assert.equal(forged!['response_action'], 'errors');
    assert.deepEqual(await watched(), []);
    assert.equal(stage.cards('C0OPS').length, 0);
  });

  it('say so when the store takes nothing', async () => {
    const view = await openFor(pointing('one.example').payload);
    stage.bot.store.acceptedAmong = () => Promise.reject(new StoreError('away'));
    const answer = await send(view);
    assert.match(String(Object.values(answer!['errors'])[0]), /nothing was done/);
  });

  it('answer within three seconds while the store takes its time, and tell what came of it', async () => {
    const view = await openFor(pointing('one.example').payload);
    const { promise, reject } = Promise.withResolvers<string[]>();
    stage.bot.store.acceptedAmong = () => promise;
    const payload = viewSubmission(view, { user: 'U0BOB' });
    const { answer, ms } = await stage.slack.socket.sendEnvelope('interactive', payload);
    assert.ok(ms! < 3000, `${ms} ms`);
    assert.match(shown(answer!['view']).text, /takes a little longer/);
    reject(new StoreError('away'));
    await stage.slack.until(() => /nothing was done/.test(shown(views()[0]!).text), 'the bad news');
  });

  it('read lists in files, and say which could not be read', async () => {
    const { files } = stage.slack;
    const list = files.add('hosts.txt', 'one.example\n# a remark\ntwo.example,three.example:8443\n');
    const picture = files.add('picture.png', 'x', { mimetype: 'image/png' });
    const view = await openFor(pointing('', { files: [files.shown(list), files.shown(picture)] }).payload);
    assert.deepEqual(shown(view).ticks, ['one.example', 'two.example', 'three.example:8443']);
    assert.match(shown(view).text, /did not look into the file “picture\.png”/);
  });

  it('read the blocks of other apps, and take long lists', async () => {
    const hosts = Array.from({ length: 130 }, (_one, index) => `h${index}.example`);
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: hosts.join('\n') } }];
    const view = await openFor(pointing('Alert', { bot_id: 'B0OTHER', blocks }).payload);
    const { ticks, text } = shown(view);
    assert.equal(ticks.length, 100);
    assert.match(text, /h100\.example\n[^]*h129\.example/);
    for (const host of hosts) stage.serve(host, 60);
    assert.deepEqual(await send(view), { response_action: 'clear' });
    assert.equal((await watched()).length, 130);
  });

  it('open a form: targets, where, owner, when', async () => {
    const view = await openFor(globalShortcut({ user: 'U0BOB' }));
    const where = view['blocks'].find(({ block_id: id }: Payload) => id === 'where').element;
    const names = where.options.map(({ text }: Payload) => text.text);
    assert.deepEqual(names, ['In your own chat with me', '#ops', '#secret'], 'where both are');
    const fill = { targets: 'one.example\nhttps://two.example/x', where: 'C0OPS', owner: 'U0ALICE', when: '60d 14d' };
    assert.deepEqual(await send(view, { fill }), { response_action: 'clear' });
    assert.deepEqual(await watched(), ['tls://one.example:443', 'tls://two.example:443']);
    const [watch] = await stage.bot.store.listWatches('slack:T0ACME:C0OPS');
    assert.equal(watch!.policy?.length, 2);
    assert.match(stage.cards('C0OPS').at(-1)!.text, /I have asked alice/);
    assert.match(stage.cards('D0ALICE').at(-1)!.text, /one\.example/, 'Alice is asked');
    assert.equal(watch!.ownerId, 'U0BOB');
  });

  it('watch in the own chat, and say what is wrong at its field', async () => {
    const view = await openFor(globalShortcut({ user: 'U0BOB' }));
    const wrong = await send(view, { fill: { targets: '*.example', where: 'own' } });
    assert.deepEqual(Object.keys(wrong!['errors']), ['targets']);
    const when = await send(view, { fill: { targets: 'one.example', when: 'soon' } });
    assert.deepEqual(Object.keys(when!['errors']), ['when']);
    assert.deepEqual(await send(view, { fill: { targets: 'one.example' } }), { response_action: 'clear' });
    assert.deepEqual(await watched('D0BOB'), ['tls://one.example:443']);
  });

  it('refuse a channel that is not offered', async () => {
    const view = await openFor(globalShortcut({ user: 'U0BOB' }));
    const where = view['blocks'].find(({ block_id: id }: Payload) => id === 'where').element;
    where.options.push({ text: { type: 'plain_text', text: '#other' }, value: 'C0OTHER' });
    const answer = await send(view, { fill: { targets: 'one.example', where: 'C0OTHER' } });
    assert.match(answer!['errors'].where, /not in that conversation/);
    assert.deepEqual(await watched('C0OTHER'), []);
  });

  it('let people of another company change only what they own', async () => {
    await stage.say('watch one.example', { user: 'U0ALICE' });
    const view = await openFor(globalShortcut({ user: 'U0BOB' }));
    const payload = viewSubmission(view, {
      user: 'U0BOB',
      fill: { targets: 'one.example', where: 'C0OPS', when: '1d' },
    });
    payload['user'].team_id = 'T0OTHER';
    await stage.slack.socket.sendEnvelope('interactive', payload);
    await stage.settled();
    const [watch] = await stage.bot.store.listWatches('slack:T0ACME:C0OPS');
    assert.equal(watch!.policy, null);
    assert.match(stage.cards('C0OPS').at(-1)!.text, /belongs to somebody else|not yours|only what you own|owner/i);
  });

  it('watch where the bot is no member as a command does: whoever asked is answered, and told how alerts get there', async () => {
    const view = await openFor(pointing('one.example', {}, { channel: 'C0OTHER' }).payload);
    assert.deepEqual(await send(view), { response_action: 'clear' });
    assert.deepEqual(await watched('C0OTHER'), ['tls://one.example:443']);
    assert.deepEqual(stage.cards('C0OTHER'), []);
    const told = JSON.stringify(stage.slack.responses);
    assert.match(told, /one\.example/);
    assert.match(told, /not a member of this conversation/);
  });

  it('say that an owner cannot be asked, and watch all the same', async () => {
    const view = await openFor(globalShortcut({ user: 'U0BOB' }));
    const fill = { targets: 'one.example', where: 'C0OPS', owner: 'U0BOT' };
    assert.deepEqual(await send(view, { fill }), { response_action: 'clear' });
    assert.deepEqual(await watched(), ['tls://one.example:443']);
    assert.match(stage.cards('C0OPS').at(-1)!.text, /This is a bot, not a person/);
  });

  it('serve only the workspaces that they are to serve', async () => {
    await stage.end();
    stage = await startSlackStage({ settings: { allowedWorkspaces: ['T0ELSE'] } });
    await stage.slack.socket.sendEnvelope('interactive', pointing('one.example').payload);
    await stage.slack.until(() => stage.whispers('U0BOB').length > 0, 'a word');
    assert.equal(stage.slack.callsOf('views.open').length, 0);
    const view = { id: 'V1', callback_id: 'watch_form', private_metadata: '{"global":true}', blocks: [] };
    const answer = await send(view, {});
    assert.match(shown(answer!['view']).text, /does not serve your organisation/);
  });

  it('take the same shortcut once, and nothing that is malformed', async () => {
    const { payload } = pointing('one.example');
    await openFor(payload);
    await stage.slack.socket.sendEnvelope('interactive', payload);
    await stage.slack.socket.sendEnvelope('interactive', { ...payload, trigger_id: '' });
    assert.equal(stage.slack.callsOf('views.open').length, 1);
    for (const metadata of ['', '{}', 'null', '{"channel":7}']) {
      const view = { id: 'V1', callback_id: 'watch_message', private_metadata: metadata, blocks: [] };
      const answer = await send(view, {});
      assert.match(shown(answer!['view']).text, /does not work any more/);
    }
  });

  it('tell whoever used them when Slack opens nothing', async () => {
    stage.slack.fail({ kind: 'error', error: 'expired_trigger_id' }, { method: 'views.open' });
    await stage.slack.socket.sendEnvelope('interactive', pointing('one.example').payload);
    await stage.slack.until(() => stage.whispers('U0BOB').length > 0, 'a word');
    assert.match(
      stage.whispers('U0BOB')[0]!.text || stage.whispers('U0BOB')[0]!.summary,
      /did not open the form in time/,
    );
  });
});
