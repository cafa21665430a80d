import assert from 'node:assert/strict';
import type { FakeSlackOptions, SlackFault } from '../../peers/slack/slack.ts';
import { appHomeOpened } from '../../peers/slack/events.ts';
import { startSlackStage, type SlackStage, type SlackStageOptions } from '../../support/slack-stage.ts';
import { ACME } from '../../peers/slack/workspaces.ts';

const UPDATE = 'chat.update';
const PUBLISH = 'views.publish';

describe('whoever presses a button in Slack', () => {
  let stage: SlackStage;

  async function begin(options: SlackStageOptions & FakeSlackOptions = {}): Promise<void> {
    stage = await startSlackStage(options);
    stage.serve('example.com', 60);
  }

  beforeEach(() => begin());
  afterEach(() => stage.end());

  const whispers = (): number => stage.whispers('U0BOB').length;

  /** What Bob sees next, for his eyes alone. */
  function whispered(after: number): Promise<string> {
    return stage.slack.until(() => stage.whispers('U0BOB')[after]?.text, 'something that only Bob sees');
  }

  function inOwnChat(after = 0): Promise<string> {
    const said = (): string | undefined => {
      const card = stage.cards('D0BOB')[after];
      return card && `${card.summary}\n${card.text}`;
    };
    return stage.slack.until(said, "something in Bob's own chat");
  }

  const faults: [string, SlackFault][] = [
    ['internal_error', { kind: 'error', error: 'internal_error' }],
    ['edit_window_closed', { kind: 'error', error: 'edit_window_closed' }],
    ['message_not_found', { kind: 'error', error: 'message_not_found' }],
    ['restricted_action', { kind: 'error', error: 'restricted_action' }],
    ['not_in_channel', { kind: 'error', error: 'not_in_channel' }],
    ['something new', { kind: 'error', error: 'nobody_knows_this_one' }],
    ['to wait', { kind: 'status', status: 429, retryAfter: 60 }],
    ['HTTP 500', { kind: 'status', status: 500, body: 'no' }],
    ['a page of a proxy', { kind: 'status', status: 200, body: '<html>no</html>', contentType: 'text/html' }],
    ['nothing', { kind: 'drop' }],
  ];
  for (const [name, fault] of faults) {
    it(`gets the answer all the same when Slack answers the edit with ${name}`, async () => {
      const card = await stage.say('watch example.com');
      stage.slack.fail(fault, { method: UPDATE });
      const before = whispers();
      await stage.press('Look again now', card!);
      assert.match(await whispered(before), /Looked at: .*just now/);
      stage.slack.heal();
      assert.equal(stage.cards('C0OPS').length, 1, 'the pressed message is still there, and no other');
    });
  }

  it('hears within five seconds that it takes longer, and gets what comes of it in the pressed message', async () => {
    const card = await stage.say('watch example.com');
    const release = stage.peers.hold('example.com');
    const began = performance.now();
    await stage.press('Look again now', card!);
    const said = () => stage.whispers('U0BOB')[0]?.summary;
    assert.match(await stage.slack.until(said, 'a word'), /takes a little longer/);
    assert.ok(performance.now() - began < 10_000);
    release();
    await stage.slack.until(() => /just now/.test(stage.cards('C0OPS')[0]?.text ?? '') || undefined, 'the result');
    assert.equal(whispers(), 1);
  });

  it('hears so within five seconds also while Slack does not tell who they are', async () => {
    const card = await stage.say('watch example.com');
    const until = Promise.withResolvers<void>();
    stage.slack.fail({ kind: 'delay', until: until.promise }, { method: 'users.info' });
    const began = performance.now();
    await stage.press('Look again now', card!, { user: 'U0ALICE' });
    const said = () => stage.whispers('U0ALICE')[0]?.summary;
    assert.match(await stage.slack.until(said, 'a word'), /takes a little longer/);
    assert.ok(performance.now() - began < 10_000);
    until.resolve();
    await stage.slack.until(() => /eben|gerade/.test(stage.cards('C0OPS')[0]?.text ?? '') || undefined, 'the result');
  });

  it('is answered in their own chat when the channel was archived', async () => {
    const card = await stage.say('watch example.com');
    stage.slack.world.conversations.get('C0OPS')!.archived = true;
    await stage.press('Look again now', card!);
    assert.match(await inOwnChat(), /Looked at: .*just now/);
  });

  it('is shown a row of a list of an archived channel in their own chat, and told why', async () => {
    await stage.say('watch example.com');
    const list = await stage.say('list');
    stage.slack.world.conversations.get('C0OPS')!.archived = true;
    await stage.press('Show', list!);
    await stage.slack.until(() => stage.slack.callsOf('chat.postMessage').length > 2, 'the answer');
    await stage.settled();
    assert.match(await inOwnChat(), /Only you see this: the channel is archived[\s\S]*Owner: bob/);
  });

  it('is answered in their own chat when the address for an answer is used up as well', async () => {
    const card = await stage.say('watch example.com');
    stage.slack.fail({ kind: 'error', error: 'cant_update_message' }, { method: UPDATE });
    await stage.press('Look again now', card!, { responseUrl: `${stage.slack.origin}/response/unknown` });
    assert.match(await inOwnChat(), /Looked at: .*just now/);
  });

  it('is answered once when Slack delivers the press again, and again when they press again', async () => {
    const card = await stage.say('watch example.com');
    const edits = (): number => stage.slack.callsOf(UPDATE).length;
    const partial = { trigger_id: '12.34.same' };
    for (let delivery = 0; delivery < 3; delivery += 1) await stage.press('Look again now', card!, { partial });
    await stage.slack.until(() => edits() > 0, 'the answer');
    await stage.press('Look again now', card!);
    await stage.until(() => edits() >= 2);
    await stage.settled();
    assert.equal(edits(), 2);
  });

  it('is told so when the button is one of an earlier version', async () => {
    const card = await stage.say('watch example.com');
    const { message } = card!;
    const text = { type: 'plain_text', text: 'Old', emoji: false };
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'old', value: 'show 12', text }] }];
    await stage.press('Old', { message: { ...message, blocks } });
    await stage.slack.until(() => whispers() === 1, 'an answer');
    assert.match(stage.slack.ephemerals('U0BOB')[0]!.text, /list/);
  });

  it('is told so when the bot does not serve their workspace', async () => {
    const card = await stage.say('watch example.com');
    await stage.press('Look again now', card!, { team: 'T0OTHER' });
    await stage.end();
    await begin({ settings: { allowedWorkspaces: ['T0ACME'] } });
    const again = await stage.say('watch example.com');
    await stage.press('Look again now', again!, { team: 'T0OTHER' });
    await stage.slack.until(() => whispers() === 1, 'an answer');
    assert.equal(stage.slack.ephemerals('U0BOB')[0]!.text, 'This bot does not serve your organisation.');
  });

  it('opens a link without an answer', async () => {
    const card = await stage.say('watch example.com');
    const calls = stage.slack.calls.length;
    await stage.press('Add to Outlook', card!);
    await stage.settled();
    assert.deepEqual([stage.slack.calls.length, whispers()], [calls, 0]);
  });

  describe('on their Home tab', () => {
    const page = (): string => JSON.stringify(stage.slack.home('U0BOB') ?? null);

    async function opened(): Promise<{ view: Record<string, any> }> {
      await stage.event(appHomeOpened({ user: 'U0BOB', channel: 'D0BOB' }));
      await stage.slack.until(() => stage.slack.home('U0BOB') !== undefined, 'the Home tab');
      return { view: stage.slack.home('U0BOB')! };
    }

    it('turns pages in place', async () => {
      const names = Array.from({ length: 40 }, (_each, index) => `host${index}.example.com`);
      for (const name of names) stage.serve(name, 60);
      await stage.say(`watch ${names.join(' ')}`);
      const home = await opened();
      await stage.press('Next ▶', home);
      await stage.slack.until(() => page().includes('Page 2 of 3'), 'the second page');
    });

    it('is told in their own chat that the page was not taken, and it is published again', async () => {
      await stage.say('watch example.com');
      const home = await opened();
      await stage.say('unwatch example.com');
      stage.slack.fail({ kind: 'error', error: 'internal_error' }, { method: PUBLISH, times: 1 });
      await stage.press('Refresh', home);
      assert.match(await inOwnChat(), /Slack did not take your page/);
      assert.match(page(), /The one that is watched is fine/);
      await stage.slack.until(() => page().includes('You watch nothing'), 'the page as it is now');
    });

    for (const [name, fault] of faults)
      it(`gets it in the end when Slack answered ${name} to its publishing`, async function () {
        const short = 'retryAfter' in fault ? { ...fault, retryAfter: 1 } : fault;
        stage.slack.fail(short, { method: PUBLISH, times: 1 });
        await opened();
        assert.equal(stage.slack.callsOf(PUBLISH).length, 2);
        assert.deepEqual(stage.cards('D0BOB'), []);
      });

    it('is told so in their language', async () => {
      const home = await opened();
      stage.slack.fail({ kind: 'error', error: 'internal_error' }, { method: PUBLISH, times: 1 });
      await stage.press('Refresh', home, { user: 'U0ALICE' });
      await stage.slack.until(
        () => /Slack hat die Seite gerade nicht/.test(stage.cards('D0ALICE')[0]?.summary ?? ''),
        'it',
      );
    });

    it('gets the newest page alone when several were not taken', async () => {
      stage.slack.fail({ kind: 'error', error: 'fatal_error' }, { method: PUBLISH, times: 3 });
      for (let round = 0; round < 3; round += 1) await stage.event(appHomeOpened({ user: 'U0BOB', channel: 'D0BOB' }));
      await stage.slack.until(() => stage.slack.home('U0BOB') !== undefined, 'the Home tab');
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(stage.slack.callsOf(PUBLISH).length, 4);
    });

    it('is answered in their own chat by any other button', async () => {
      const { view } = await opened();
      const text = { type: 'plain_text', text: 'Show', emoji: false };
      const value = '["show",{"watch":4711}]';
      const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'act:0', value, text }] }];
      const before = stage.cards('D0BOB').length;
      await stage.press('Show', { view: { ...view, blocks } });
      assert.match(await inOwnChat(before), /list/);
    });
  });
});

describe('a Slack workspace whose bot may not open chats', () => {
  it('leaves it at the edit and the address for an answer, and at a line in the log', async () => {
    const scopes = ['app_mentions:read', 'chat:write', 'commands', 'im:history', 'users:read'];
    const stage = await startSlackStage({ workspaces: [{ ...ACME, scopes }] });
    try {
      stage.serve('example.com', 60);
      const card = await stage.say('watch example.com');
      stage.slack.world.conversations.get('C0OPS')!.archived = true;
      await stage.press('Look again now', card!);
      const said = (): boolean => stage.logged.some(({ message }) => /could not be answered at all/.test(message));
      await stage.slack.until(said, 'a line in the log');
    } finally {
      await stage.end();
    }
  });
});
