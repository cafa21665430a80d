import assert from 'node:assert/strict';
import { WebClient } from '@slack/web-api';
import { startFakeSlack, type FakeSlack } from './slack.ts';
import { BOT_SCOPES } from './workspaces.ts';
import {
  actions,
  anonymousClient,
  button,
  header,
  refusal,
  richText,
  section,
  silent,
  webClient,
  write,
} from './client.ts';

describe('the fake Slack', () => {
  let slack: FakeSlack;
  const client = (token?: string) => webClient(slack, token);
  const anonymous = () => anonymousClient(slack);

  beforeEach(async () => {
    slack = await startFakeSlack();
  });
  afterEach(async () => await slack.close());

  describe('accepts what is right', () => {
    it('says who the bot is', async () => {
      const { team_id, user_id, bot_id, response_metadata } = await client().auth.test();
      assert.deepEqual([team_id, user_id, bot_id], ['T0ACME', 'U0BOT', 'B0BOT']);
      assert.deepEqual(response_metadata?.scopes, BOT_SCOPES);
    });

    it('takes the token of a single call, as Bolt gives it', async () => {
      slack.world.addWorkspace({ id: 'T0OTHER', token: 'xoxb-other' });
      assert.equal((await client().auth.test({ token: 'xoxb-other' })).team_id, 'T0OTHER');
      assert.equal(slack.calls[0]?.token, 'xoxb-other');
      assert.deepEqual(slack.calls[0]?.arguments, {});
    });

    it('keeps messages as the channel shows them', async () => {
      const web = client();
      const first = await write(web, {
        channel: 'C0OPS',
        text: 'summary',
        blocks: [header, section, richText, { type: 'divider' }, actions(button)] as never,
        metadata: { event_type: 'card', event_payload: { delivery: 'd1' } },
        unfurl_links: false,
      });
      const second = await write(web, { channel: 'C0OPS', text: 'reply', thread_ts: first.ts! });
      const third = await write(web, { channel: 'C0OPS', text: 'gone' });
      await web.chat.update({ channel: 'C0OPS', ts: first.ts!, text: 'changed' });
      await web.chat.delete({ channel: 'C0OPS', ts: third.ts! });
      assert.ok(first.ts! < second.ts! && second.ts! < third.ts!);
      const [changed, reply, ...rest] = slack.messages('C0OPS');
      assert.equal(changed?.text, 'changed');
      assert.equal(changed?.blocks?.length, 5, 'blocks that an update leaves out stay');
      assert.deepEqual(changed?.metadata, { event_type: 'card', event_payload: { delivery: 'd1' } });
      assert.equal(changed?.options['unfurl_links'], false);
      assert.equal(reply?.thread_ts, first.ts);
      assert.deepEqual(rest, []);
      assert.deepEqual(slack.violations, []);
    });

    it('shows ephemeral messages to one person', async () => {
      await client().chat.postEphemeral({ channel: 'C0OPS', user: 'U0ALICE', text: 'psst' });
      assert.deepEqual(
        slack.ephemerals('U0ALICE').map((each) => each.text),
        ['psst'],
      );
      assert.deepEqual(slack.ephemerals('U0BOB'), []);
      assert.deepEqual(slack.messages('C0OPS'), []);
    });

    it('opens direct chats, one for each person', async () => {
      const web = client();
      const known = await web.conversations.open({ users: 'U0ALICE' });
      const fresh = await web.conversations.open({ users: 'U0BOB' });
      const again = await web.conversations.open({ users: 'U0BOB' });
      assert.equal(known.channel?.id, 'D0ALICE');
      assert.equal(fresh.channel?.id, again.channel?.id);
      await write(web, { channel: fresh.channel!.id!, text: 'hello' });
      assert.equal((await web.conversations.info({ channel: fresh.channel!.id! })).channel?.is_im, true);
    });

    it('finds people by their e-mail address', async () => {
      const { user } = await client().users.lookupByEmail({ email: 'Bob@acme.example' });
      assert.deepEqual([user?.id, user?.profile?.email], ['U0BOB', 'bob@acme.example']);
    });

    it('publishes a Home tab of 100 blocks', async () => {
      const blocks = Array.from({ length: 100 }, () => ({ type: 'divider' as const }));
      await client().views.publish({ user_id: 'U0ALICE', view: { type: 'home', blocks } });
      assert.equal(slack.home('U0ALICE')?.['blocks'].length, 100);
      assert.deepEqual(slack.violations, []);
    });

    it('tells e-mail and locale only to who may know and asks', async () => {
      const all = await client().users.info({ user: 'U0ALICE', include_locale: true });
      assert.equal(all.user?.profile?.email, 'alice@acme.example');
      assert.equal(all.user?.locale, 'de-DE');
      slack.world.tokens.get('xoxb-acme')!.scopes.delete('users:read.email');
      const less = await client().users.info({ user: 'U0ALICE' });
      assert.equal(less.user?.profile?.email, undefined);
      assert.equal(less.user?.locale, undefined);
      assert.equal(less.user?.tz, 'Europe/Berlin');
    });
  });

  describe('refuses a call', () => {
    const post = { channel: 'C0OPS', text: 'x' };
    const cases: [name: string, method: string, given: Record<string, unknown>, error: string][] = [
      ['of a method it does not have', 'chat.shout', post, 'unknown_method'],
      ['with an argument that is not documented', 'chat.postMessage', { ...post, thread: '1' }, 'invalid_arguments'],
      ['without an argument that is needed', 'chat.update', { channel: 'C0OPS', text: 'x' }, 'invalid_arguments'],
      ['with blocks that are not JSON', 'chat.postMessage', { ...post, blocks: '[' }, 'invalid_arguments'],
      ['with a flag that is none', 'chat.postMessage', { ...post, mrkdwn: 'maybe' }, 'invalid_arguments'],
      ['with a malformed timestamp', 'chat.postMessage', { ...post, thread_ts: '12' }, 'invalid_arguments'],
      ['without text', 'chat.postMessage', { channel: 'C0OPS' }, 'no_text'],
      ['with a text that is too long', 'chat.postMessage', { ...post, text: 'x'.repeat(40_001) }, 'msg_too_long'],
      ['with bad metadata', 'chat.postMessage', { ...post, metadata: { event_type: 'x' } }, 'invalid_metadata_format'],
      ['to a channel the bot is not in', 'chat.postMessage', { ...post, channel: 'C0OTHER' }, 'not_in_channel'],
      ['to an unknown channel', 'chat.postMessage', { ...post, channel: 'C0NONE' }, 'channel_not_found'],
      ['that changes an unknown message', 'chat.update', { ...post, ts: '1700000000.999999' }, 'message_not_found'],
      ['that deletes an unknown message', 'chat.delete', { channel: 'C0OPS', ts: '1.1' }, 'message_not_found'],
      ['about an unknown person', 'users.info', { user: 'U0NONE' }, 'user_not_found'],
      ['for a person who is not there', 'chat.postEphemeral', { ...post, user: 'U0NONE' }, 'user_not_in_channel'],
      ['with a name of its own', 'chat.postMessage', { ...post, username: 'Clippy' }, 'missing_scope'],
      ['with the wrong kind of token', 'apps.connections.open', {}, 'not_allowed_token_type'],
      [
        'with a modal as Home',
        'views.publish',
        { user_id: 'U0ALICE', view: { type: 'modal', blocks: [] } },
        'invalid_blocks',
      ],
    ];
    for (const [name, method, given, error] of cases) {
      it(`${name}: ${error}`, async () => {
        assert.equal((await refusal(client().apiCall(method, given))).error, error);
      });
    }

    it('and records what an app must never send', async () => {
      const { response_metadata } = await refusal(client().apiCall('chat.postMessage', { ...post, x: 1 }));
      assert.deepEqual(response_metadata.messages, ['[ERROR] unknown argument: x']);
      assert.deepEqual(slack.violations, ['chat.postMessage: invalid_arguments [ERROR] unknown argument: x']);
      await refusal(write(client(), { ...post, channel: 'C0NONE' }));
      assert.equal(slack.violations.length, 1, 'a channel that is gone is no fault of the app');
    });

    it('without the scope, and says which', async () => {
      slack.world.tokens.get('xoxb-acme')!.scopes.delete('users:read');
      const { error, needed, provided } = await refusal(client().users.info({ user: 'U0ALICE' }));
      assert.deepEqual([error, needed], ['missing_scope', 'users:read']);
      assert.match(provided, /chat:write/);
    });

    it('without a token, with an unknown one, with a revoked one, of a deactivated workspace', async () => {
      assert.equal((await refusal(anonymous().auth.test())).error, 'not_authed');
      assert.equal((await refusal(client('xoxb-none').auth.test())).error, 'invalid_auth');
      slack.world.workspaces.get('T0ACME')!.active = false;
      assert.equal((await refusal(client().auth.test())).error, 'account_inactive');
      slack.world.workspaces.get('T0ACME')!.active = true;
      await client().auth.revoke();
      assert.equal((await refusal(client().auth.test())).error, 'token_revoked');
    });

    it('to an archived channel, a deleted one, a person who has left', async () => {
      const { conversations, workspaces } = slack.world;
      conversations.get('C0OPS')!.archived = true;
      assert.equal((await refusal(write(client(), post))).error, 'is_archived');
      conversations.get('C0OPS')!.deleted = true;
      assert.equal((await refusal(write(client(), post))).error, 'channel_not_found');
      workspaces.get('T0ACME')!.users.get('U0ALICE')!.deleted = true;
      assert.equal((await refusal(write(client(), { ...post, channel: 'D0ALICE' }))).error, 'account_inactive');
      assert.equal((await refusal(client().conversations.open({ users: 'U0ALICE' }))).error, 'user_disabled');
    });

    it('to find or to write to people who are none of the workspace', async () => {
      const { users } = slack.world.workspaces.get('T0ACME')!;
      const find = (email: string) => refusal(client().users.lookupByEmail({ email }));
      const open = (id: string) => refusal(client().conversations.open({ users: id }));
      assert.equal((await find('nobody@acme.example')).error, 'users_not_found');
      assert.equal((await open('U0NOBODY')).error, 'user_not_found');
      assert.equal((await open('U0BOT')).error, 'cannot_dm_bot');
      users.get('U0BOB')!.is_stranger = true;
      assert.equal((await find('bob@acme.example')).error, 'users_not_found');
      assert.equal((await open('U0BOB')).error, 'invalid_user_combination');
      users.get('U0ALICE')!.deleted = true;
      assert.equal((await find('alice@acme.example')).error, 'users_not_found');
    });

    const scoped: [method: string, args: Record<string, unknown>, needed: string][] = [
      ['users.lookupByEmail', { email: 'bob@acme.example' }, 'users:read.email'],
      ['conversations.open', { users: 'U0BOB' }, 'im:write'],
    ];
    for (const [method, args, needed] of scoped) {
      it(`to call ${method} without the scope or with wrong arguments`, async () => {
        const token = 'xoxb-less';
        slack.world.grant(
          'T0ACME',
          token,
          BOT_SCOPES.filter((scope) => scope !== needed),
        );
        const lacking = await refusal(client(token).apiCall(method, args));
        assert.deepEqual([lacking.error, lacking.needed], ['missing_scope', needed]);
        assert.deepEqual(slack.violations, []);
        assert.equal((await refusal(client().apiCall(method, {}))).error, 'invalid_arguments');
        assert.equal((await refusal(client().apiCall(method, { ...args, person: 'x' }))).error, 'invalid_arguments');
        assert.equal(slack.violations.length, 2);
      });
    }

    it("to another workspace's channel, and for somebody else's message", async () => {
      slack.world.addWorkspace({ id: 'T0OTHER', token: 'xoxb-other' });
      assert.equal((await refusal(write(client('xoxb-other'), post))).error, 'channel_not_found');
      const { ts } = slack.world.say('C0OPS', 'U0ALICE', 'mine');
      assert.equal((await refusal(client().chat.update({ ...post, ts }))).error, 'cant_update_message');
      assert.equal((await refusal(client().chat.delete({ channel: 'C0OPS', ts }))).error, 'cant_delete_message');
    });
  });

  describe('fails on demand', () => {
    const post = { channel: 'C0OPS', text: 'x' };

    it('with a status, as often as it is told', async () => {
      slack.fail({ kind: 'status', status: 503, body: '<html>' }, { times: 1 });
      const failed = write(client(), post);
      await assert.rejects(failed, /503/);
      assert.equal((await write(client(), post)).ok, true);
      assert.equal(slack.messages('C0OPS').length, 1);
    });

    it('with a rate limit', async () => {
      slack.fail({ kind: 'status', status: 429, retryAfter: 7 }, { method: 'chat.postMessage' });
      const web = new WebClient('xoxb-acme', {
        slackApiUrl: slack.apiUrl,
        logger: silent,
        rejectRateLimitedCalls: true,
      });
      const error: any = await write(web, post).catch((each: unknown) => each);
      assert.equal(error.retryAfter, 7);
      assert.equal((await web.auth.test()).ok, true, 'other methods are not concerned');
    });

    it('with an error, only where it matches', async () => {
      slack.fail({ kind: 'error', error: 'fatal_error' }, { matches: (call) => call.arguments['text'] === 'x' });
      assert.equal((await refusal(write(client(), post))).error, 'fatal_error');
      assert.equal((await write(client(), { ...post, text: 'y' })).ok, true);
      slack.heal();
      assert.equal((await write(client(), post)).ok, true);
    });

    it('by cutting the connection before and after', async () => {
      slack.fail({ kind: 'drop' }, { times: 1 });
      await assert.rejects(write(client(), post));
      assert.equal(slack.messages('C0OPS').length, 0);
      slack.fail({ kind: 'drop-after' }, { times: 1 });
      await assert.rejects(write(client(), post));
      assert.equal(slack.messages('C0OPS').length, 1);
      assert.equal(slack.calls.length, 2);
    });

    it('by keeping the caller waiting', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      slack.fail({ kind: 'delay', until: promise }, { times: 1 });
      const posted = write(client(), post);
      const [call] = await slack.received(1, { method: 'chat.postMessage' });
      assert.equal(call?.answer, undefined);
      assert.deepEqual(slack.messages('C0OPS'), []);
      resolve();
      assert.equal((await posted).ok, true);
    });
  });

  describe('waits', () => {
    it('for the next call that matches, and for the state', async () => {
      const next = slack.next((call) => call.arguments['text'] === 'second');
      const shown = slack.until(() => slack.messages('C0OPS').length === 2, 'two messages');
      await write(client(), { channel: 'C0OPS', text: 'first' });
      await write(client(), { channel: 'C0OPS', text: 'second' });
      assert.equal((await next).team, 'T0ACME');
      await shown;
    });

    it('not for ever, and says what came instead', async () => {
      await write(client(), { channel: 'C0OPS', text: 'instead' });
      await assert.rejects(slack.received(2, { timeout: 20 }), /waiting for 2 calls[^]*chat\.postMessage .*instead/);
    });
  });
});
