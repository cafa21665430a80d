import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createSlackApi, type ApiAnswer } from '../../../src/channels/slack/api.ts';
import type { BotAccess } from '../../../src/channels/slack/installations.ts';
import { createWorkspaces } from '../../../src/channels/slack/workspaces.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { ACME } from '../../peers/slack/workspaces.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const TOKEN = 'xoxb-acme';
const at = (teamId: string | null, enterpriseId: string | null = null) => ({ teamId, enterpriseId });
const INSTALLED: BotAccess = { token: 'xoxb-installed', botUserId: 'U0INSTALLED', scopes: ['chat:write'] };

describe('the workspaces', () => {
  let slack: FakeSlack;
  let now: number;

  beforeEach(async () => {
    slack = await startFakeSlack({ workspaces: [{ ...ACME, enterprise: { id: 'E0ORG', name: 'Org' } }] });
    now = Date.parse('2026-08-01T12:00:00Z');
  });
  afterEach(async () => {
    assert.deepEqual(slack.violations, []);
    await slack.close();
  });

  function workspacesOf({
    botToken = TOKEN,
    installed = null,
    linked = [],
    apiUrl = slack.apiUrl,
    recognised = () => {},
    call,
  }: {
    botToken?: string | null;
    installed?: Record<string, BotAccess> | null;
    linked?: string[];
    apiUrl?: string;
    recognised?: (id: string) => void;
    /** Instead of the Web API. */
    call?: () => Promise<ApiAnswer>;
  } = {}) {
    return createWorkspaces({
      api: call ? { call } : createSlackApi({ apiUrl, sendTimeout: 5000, log, now: () => now }),
      botToken,
      tokenFor: installed && (async ({ teamId, enterpriseId }) => installed[teamId ?? enterpriseId ?? ''] ?? null),
      isInstalled: (tenantId) => tenantId in (installed ?? {}),
      linked,
      recognised,
      log,
      now: () => now,
    });
  }
  const asked = () => slack.callsOf('auth.test').length;

  async function codeOf(calling: Promise<unknown>): Promise<string> {
    const error: unknown = await calling.then(
      () => assert.fail('it was there'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DeliveryError);
    return error.code;
  }

  describe('know their home', () => {
    it('by one auth.test, however many ask at once and later', async () => {
      const workspaces = workspacesOf();
      const home = { teamId: 'T0ACME', enterpriseId: 'E0ORG', isEnterpriseInstall: false, botUserId: 'U0BOT' };
      const all = await Promise.all([workspaces.home(), workspaces.home(), workspaces.home()]);
      assert.deepEqual(all, [home, home, home]);
      now += 86_400_000;
      assert.deepEqual(await workspaces.home(), home);
      assert.equal(asked(), 1);
    });

    it('not when no token is configured', async () => {
      assert.equal(await workspacesOf({ botToken: null, installed: {} }).home(), null);
      assert.equal(asked(), 0);
    });

    it('again five seconds after a failure, which all hear who ask in between', async () => {
      slack.fail({ kind: 'status', status: 503 });
      const workspaces = workspacesOf();
      const both = await Promise.all([codeOf(workspaces.home()), codeOf(workspaces.home())]);
      assert.deepEqual(both, ['unavailable', 'unavailable']);
      slack.heal();
      now += 4999;
      assert.equal(await codeOf(workspaces.home()), 'unavailable');
      assert.equal(asked(), 1);
      now += 1;
      assert.equal((await workspaces.home())?.teamId, 'T0ACME');
      assert.equal(asked(), 2);
    });

    it('again after a token that was no good', async () => {
      slack.fail({ kind: 'error', error: 'invalid_auth' }, { times: 1 });
      const workspaces = workspacesOf();
      assert.equal(await codeOf(workspaces.home()), 'credentials');
      now += 5000;
      assert.equal((await workspaces.home())?.teamId, 'T0ACME');
    });
  });

  describe('ask from the start on who they are', () => {
    let clock: sinon.SinonFakeTimers;
    let answers: (() => Promise<ApiAnswer>)[];
    let calls: number;
    const recognised: string[] = [];
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      recognised.length = 0;
      calls = 0;
    });
    afterEach(() => clock.restore());

    const away = () => Promise.reject(new DeliveryError('unavailable', 'away'));
    const known = (more: object) => async () => ({ ok: true, team_id: 'T1', user_id: 'U0BOT', ...more });
    function started() {
      const workspaces = workspacesOf({
        recognised: (id) => void recognised.push(id),
        call() {
          calls += 1;
          return (answers.shift() ?? away)();
        },
      });
      workspaces.start();
      return workspaces;
    }
    async function pass(seconds: number): Promise<void> {
      now += seconds * 1000;
      await clock.tickAsync(seconds * 1000);
    }

    it('after fifteen seconds, then more and more slowly, until Slack has told, and say so once', async () => {
      answers = [away, async () => ({ ok: true }), known({ enterprise_id: 'E1' })];
      const workspaces = started();
      await pass(0);
      for (const [seconds, expected] of [
        [14, 1],
        [1, 2],
        [29, 2],
        [1, 3],
        [3600, 3],
      ] as const) {
        await pass(seconds);
        assert.equal(calls, expected);
      }
      assert.deepEqual(recognised, ['T1']);
      assert.deepEqual(await workspaces.home(), {
        teamId: 'T1',
        enterpriseId: 'E1',
        isEnterpriseInstall: false,
        botUserId: 'U0BOT',
      });
    });

    it('as the organisation where the token is that one’s', async () => {
      answers = [known({ enterprise_id: 'E1', is_enterprise_install: true, user_id: 7 })];
      const workspaces = started();
      await pass(0);
      assert.deepEqual(recognised, ['E1']);
      assert.equal((await workspaces.home())?.botUserId, null);
      const codes = await Promise.all([at('T2', 'E1'), at('T1')].map((each) => workspaces.hasLeft(each)));
      assert.deepEqual(
        [codes, workspaces.reachMailboxes('E1'), workspaces.reachMailboxes('E2')],
        [[false, false], true, false],
      );
    });

    it('no more once the bot ends', async () => {
      answers = [];
      const workspaces = started();
      await pass(0);
      workspaces.close();
      await pass(3600);
      assert.equal(calls, 1);
      const held = Promise.withResolvers<ApiAnswer>();
      answers = [() => held.promise];
      const others = started();
      others.close();
      held.reject(new DeliveryError('unavailable', 'away'));
      await pass(0);
      await pass(3600);
      assert.equal(calls, 2);
    });
  });

  describe('have removed the bot', () => {
    const gone = () => Promise.reject(new DeliveryError('credentials', 'revoked'));
    const away = () => Promise.reject(new DeliveryError('unavailable', 'away'));
    const here = async () => ({ ok: true, team_id: 'T1' });
    const rows: [what: string, call: () => Promise<ApiAnswer>, place: ReturnType<typeof at>, isGone: boolean][] = [
      ['when Slack refuses the token', gone, at('T1'), true],
      ['not when Slack takes it', here, at('T1'), false],
      ['not when Slack cannot tell', away, at('T1'), false],
      ['not when the failure is ours', () => Promise.reject(new TypeError('x')), at('T1'), false],
      ['not when it is another workspace', gone, at('T2'), false],
    ];
    for (const [what, call, place, isGone] of rows)
      it(what, async () => {
        let answer: () => Promise<ApiAnswer> = here;
        const workspaces = workspacesOf({ call: () => answer() });
        await workspaces.home();
        answer = call;
        assert.equal(await workspaces.hasLeft(place), isGone);
      });

    it('when Slack refuses the token from the start', async () =>
      assert.equal(await workspacesOf({ call: gone }).hasLeft(at('T1')), true));

    it('never where no token is configured', async () =>
      assert.equal(await workspacesOf({ botToken: null, call: gone }).hasLeft(at('T1')), false));
  });

  describe('are spoken in', () => {
    it('with the configured token wherever something comes from when that is the only one, without asking Slack', async () => {
      const workspaces = workspacesOf();
      for (const place of [at('T0ACME'), at('T0OTHER'), at(null, 'E0ORG'), at(null)])
        assert.equal((await workspaces.accessTo(place)).token, TOKEN);
      assert.equal(asked(), 0);
    });

    it('by a bot whose user is known once home is', async () => {
      const workspaces = workspacesOf();
      assert.equal((await workspaces.accessTo(at('T0ACME'))).botUserId, null);
      await workspaces.home();
      assert.equal((await workspaces.accessTo(at('T0ACME'))).botUserId, 'U0BOT');
    });

    it('with the configured token at home and each installation in its own', async () => {
      const workspaces = workspacesOf({ installed: { T0OTHER: INSTALLED } });
      assert.equal((await workspaces.accessTo(at('T0ACME'))).token, TOKEN);
      assert.deepEqual(await workspaces.accessTo(at('T0OTHER')), { ...INSTALLED, isConfigured: false });
    });

    it('with its installation at home as well, so that a configured token that fails is not in the way', async () => {
      const workspaces = workspacesOf({ installed: { T0ACME: INSTALLED } });
      assert.equal((await workspaces.accessTo(at('T0ACME'))).token, INSTALLED.token);
      assert.equal(asked(), 0);
    });

    it('never with the configured token elsewhere: there are no credentials for it', async () => {
      const workspaces = workspacesOf({ installed: {} });
      assert.equal(await codeOf(workspaces.accessTo(at('T0OTHER'))), 'credentials');
      assert.equal(await codeOf(workspaces.accessTo(at(null))), 'credentials');
    });

    it('with installations alone', async () => {
      const workspaces = workspacesOf({ botToken: null, installed: { T0OTHER: INSTALLED, E0WIDE: INSTALLED } });
      assert.deepEqual(await workspaces.accessTo(at('T0OTHER')), { ...INSTALLED, isConfigured: false });
      assert.deepEqual(await workspaces.accessTo(at(null, 'E0WIDE')), { ...INSTALLED, isConfigured: false });
      assert.equal(await codeOf(workspaces.accessTo(at('T0ACME'))), 'credentials');
      assert.equal(asked(), 0);
    });

    it('not yet, rather than by the wrong token, while home is not known', async () => {
      slack.fail({ kind: 'status', status: 503 });
      const workspaces = workspacesOf({ installed: {} });
      assert.equal(await codeOf(workspaces.accessTo(at('T0OTHER'))), 'unavailable');
    });
  });

  describe('reach mailboxes', () => {
    const rows: [string | null, boolean | undefined, boolean][] = [
      ['T0ACME', undefined, true],
      ['T0LINKED', true, true],
      ['E0LINKED', true, true],
      ['E0ORG', undefined, false],
      ['T0OTHER', undefined, false],
      ['t0acme', undefined, false],
      ['', undefined, false],
      [null, false, false],
    ];
    for (const [id, before, after] of rows) {
      it(`${JSON.stringify(id)}: ${before} before home is known, ${after} afterwards`, async () => {
        const workspaces = workspacesOf({ linked: ['t0linked', 'E0LINKED'] });
        assert.equal(workspaces.reachMailboxes(id), before);
        await workspaces.home();
        assert.equal(workspaces.reachMailboxes(id), after);
      });
    }

    it('not those that installed the bot by themselves, also while home is not known', async () => {
      const workspaces = workspacesOf({ installed: { T0OTHER: INSTALLED } });
      assert.deepEqual(
        ['T0OTHER', 'T0ACME'].map((id) => workspaces.reachMailboxes(id)),
        [false, undefined],
      );
    });

    it('everybody of an organisation whose own token is configured', async () => {
      const wide = await startFakeSlack({
        workspaces: [{ ...ACME, id: 'E0ORG', enterprise: { id: 'E0ORG', name: 'Org' } }],
      });
      try {
        const workspaces = workspacesOf({ apiUrl: wide.apiUrl, installed: {} });
        await workspaces.home();
        assert.deepEqual(
          ['E0ORG', 'T0ONE'].map((id) => workspaces.reachMailboxes(id)),
          [true, false],
        );
        assert.equal((await workspaces.accessTo(at('T0ONE', 'E0ORG'))).token, TOKEN);
        assert.equal(await codeOf(workspaces.accessTo(at('T0ONE', 'E0OTHER'))), 'credentials');
        assert.equal(await workspaces.hasLeft(at('T0ONE', 'E0ORG')), false);
        wide.world.tokens.get(TOKEN)!.revoked = true;
        assert.equal(await workspaces.hasLeft(at('T0ONE', 'E0ORG')), true);
      } finally {
        await wide.close();
      }
    });

    it('only when they are linked where no token is configured', async () => {
      const workspaces = workspacesOf({ botToken: null, installed: { T0OTHER: INSTALLED }, linked: ['T0LINKED'] });
      await workspaces.home();
      assert.deepEqual(
        ['T0OTHER', 'T0LINKED', null].map((id) => workspaces.reachMailboxes(id)),
        [false, true, false],
      );
    });
  });
});
