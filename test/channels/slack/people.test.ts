import assert from 'node:assert/strict';
import { createSlackApi } from '../../../src/channels/slack/api.ts';
import { actorOf, conversationOf } from '../../../src/channels/slack/payload.ts';
import { createPeople } from '../../../src/channels/slack/people.ts';
import { createWorkspaces } from '../../../src/channels/slack/workspaces.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { ACME, BOT_SCOPES, type SlackUser } from '../../peers/slack/workspaces.ts';

const TOKENS: Record<string, string> = { T0OTHER: 'xoxb-other', T0LINKED: 'xoxb-linked', T0MEMBER: 'xoxb-member' };
const WITHOUT_EMAIL = BOT_SCOPES.filter((scope) => scope !== 'users:read.email');
const WITHOUT_USERS = BOT_SCOPES.filter((scope) => !scope.startsWith('users:'));

/** Somebody speaks, and what comes of it. */
interface Case {
  sentence: string;
  /** The workspace through whose installation it came. */
  via?: string;
  viaEnterprise?: string;
  /** The workspace that the message names as the person's; default: `via`. */
  from?: string;
  user: Partial<SlackUser>;
  mailbox: string | null;
  /** The organisation the person counts to. */
  tenant: string | null;
  notice: RegExp | null;
}

const FOREIGN = /not linked .* \(SLACK_GRAPH_WORKSPACES\)/;
const email = 'carol@acme.example';
const org = (id: string) => ({ id: 'W0CAROL', enterprise_id: id, enterprise_name: 'Org', teams: [] });

const cases: Case[] = [
  { sentence: 'somebody of our own workspace', user: { email }, mailbox: email, tenant: 'T0ACME', notice: null },
  {
    sentence: 'somebody whose address has capitals and spaces around it',
    user: { email: ' Carol@ACME.example ' },
    mailbox: email,
    tenant: 'T0ACME',
    notice: null,
  },
  {
    sentence: 'somebody of a workspace that is not linked, with an address of ours',
    via: 'T0OTHER',
    user: { email },
    mailbox: null,
    tenant: 'T0OTHER',
    notice: FOREIGN,
  },
  {
    sentence: 'a member of another workspace who writes in a channel shared with ours',
    from: 'T0OTHER',
    user: { team_id: 'T0OTHER', email },
    mailbox: null,
    tenant: 'T0OTHER',
    notice: FOREIGN,
  },
  {
    sentence: 'a member of another workspace whose message names ours',
    user: { team_id: 'T0OTHER', email },
    mailbox: null,
    tenant: 'T0OTHER',
    notice: FOREIGN,
  },
  {
    sentence: 'somebody whose message names another workspace, though the account is of ours',
    from: 'T0OTHER',
    user: { email },
    mailbox: null,
    tenant: 'T0OTHER',
    notice: FOREIGN,
  },
  {
    sentence: 'somebody of a linked workspace',
    via: 'T0LINKED',
    user: { email },
    mailbox: email,
    tenant: 'T0LINKED',
    notice: null,
  },
  {
    sentence: 'somebody of a linked workspace who writes in a channel shared with ours',
    from: 'T0LINKED',
    user: { team_id: 'T0LINKED', email },
    mailbox: email,
    tenant: 'T0LINKED',
    notice: null,
  },
  {
    sentence: 'somebody of a workspace of a linked organisation',
    via: 'T0MEMBER',
    viaEnterprise: 'E0LINKED',
    user: { email, enterprise_user: org('E0LINKED') },
    mailbox: email,
    tenant: 'E0LINKED',
    notice: null,
  },
  {
    sentence: 'somebody of another organisation who writes in a workspace of a linked one',
    via: 'T0MEMBER',
    viaEnterprise: 'E0LINKED',
    from: 'T0OTHER',
    user: { team_id: 'T0OTHER', email, enterprise_user: org('E0OTHER') },
    mailbox: null,
    tenant: 'T0OTHER',
    notice: FOREIGN,
  },
  {
    sentence: 'somebody of an organisation that is not linked',
    via: 'T0MEMBER',
    viaEnterprise: 'E0OTHER',
    user: { email, enterprise_user: org('E0OTHER') },
    mailbox: null,
    tenant: 'T0MEMBER',
    notice: FOREIGN,
  },
  { sentence: 'a deleted account', user: { email, deleted: true }, mailbox: null, tenant: null, notice: FOREIGN },
  { sentence: 'a bot', user: { email, is_bot: true }, mailbox: null, tenant: null, notice: FOREIGN },
  { sentence: 'a stranger', user: { email, is_stranger: true }, mailbox: null, tenant: null, notice: FOREIGN },
  {
    sentence: 'somebody whose e-mail address is not confirmed',
    user: { email, is_email_confirmed: false },
    mailbox: null,
    tenant: 'T0ACME',
    notice: /not confirmed/,
  },
  {
    sentence: 'somebody of whose e-mail address Slack does not say whether it is confirmed',
    user: { email, is_email_confirmed: undefined } as object,
    mailbox: email,
    tenant: 'T0ACME',
    notice: null,
  },
  {
    sentence: 'somebody of ours of whom Slack does not say where they belong',
    user: { email, team_id: undefined } as object,
    mailbox: email,
    tenant: 'T0ACME',
    notice: null,
  },
  {
    sentence: 'somebody without an e-mail address',
    user: { email: undefined },
    mailbox: null,
    tenant: 'T0ACME',
    notice: /shows me no e-mail address/,
  },
  ...['carol', '@', 'a@b@c', 'a b@c.example', ''].map((odd): Case => ({
    sentence: `somebody whose e-mail address is ${JSON.stringify(odd)}`,
    user: { email: odd },
    mailbox: null,
    tenant: 'T0ACME',
    notice: /shows me no e-mail address/,
  })),
];

describe('people in Slack', () => {
  let slack: FakeSlack;
  let now: number;
  const logged: string[] = [];

  beforeEach(async () => {
    const others = Object.entries(TOKENS).map(([id, token]) => ({ id, token }));
    slack = await startFakeSlack({ workspaces: [ACME, ...others] });
    now = Date.parse('2026-08-01T12:00:00Z');
    logged.length = 0;
  });
  afterEach(async () => {
    assert.deepEqual(slack.violations, []);
    await slack.close();
  });

  function peopleOf({ token = 'xoxb-acme', installs = true } = {}) {
    const keep = (_fields: object, message: string) => void logged.push(message);
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    const api = createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log, now: () => Date.now() });
    const workspaces = createWorkspaces({
      api,
      botToken: token,
      tokenFor: installs
        ? async ({ teamId }) => {
            const installed = TOKENS[teamId ?? ''];
            return installed === undefined ? null : { token: installed, botUserId: null, scopes: [] };
          }
        : null,
      isInstalled: (tenantId) => tenantId in TOKENS,
      linked: ['T0LINKED', 'E0LINKED'],
      recognised: () => {},
      log,
      now: () => now,
    });
    return { workspaces, people: createPeople({ api, workspaces, log, now: () => now }) };
  }

  const conversation = conversationOf({ teamId: 'T0ACME', enterpriseId: null }, 'C0OPS', {});
  const asked = () => slack.callsOf('users.info').length;

  async function alice(given = peopleOf()): Promise<Actor> {
    return await given.people.identify(actorOf('U0ALICE', null, 'T0ACME'), conversation);
  }

  it('have name, zone, language, mailbox and organisation', async () => {
    assert.deepEqual(await alice(), {
      id: 'U0ALICE',
      name: 'alice',
      mailbox: 'alice@acme.example',
      timeZone: 'Europe/Berlin',
      locale: 'de-DE',
      tenantId: 'T0ACME',
      notice: null,
    });
    assert.deepEqual(slack.callsOf('users.info')[0]?.arguments, { user: 'U0ALICE', include_locale: true });
  });

  it('have them with the one configured token as well, though nobody has asked yet whose that is', async () =>
    assert.equal((await alice(peopleOf({ installs: false }))).mailbox, 'alice@acme.example'));

  for (const { sentence, via = 'T0ACME', viaEnterprise = null, from = via, user, mailbox, tenant, notice } of cases) {
    it(`${mailbox === null ? 'have no mailbox' : 'have a mailbox'}: ${sentence}`, async () => {
      slack.world.addUser(via, { id: 'U0CAROL', name: 'carol', ...user });
      const { people, workspaces } = peopleOf();
      await workspaces.home();
      const place = conversationOf({ teamId: via, enterpriseId: viaEnterprise }, 'C0HERE', {});
      const person = await people.identify(actorOf('U0CAROL', null, from), place);
      assert.deepEqual([person.mailbox, person.tenantId], [mailbox, tenant]);
      if (notice === null) assert.equal(person.notice, null);
      else assert.match(person.notice?.sentence ?? '', notice);
      assert.equal(person.notice?.about ?? 'mailbox', 'mailbox');
      const isForeign = notice === FOREIGN;
      assert.equal(workspaces.reachMailboxes(person.tenantId), !isForeign);
    });
  }

  const ORGANISATION = { teamId: 'T0MEMBER', enterpriseId: 'E0ORG', isEnterpriseInstall: true };
  const MEMBER = { ...ORGANISATION, isEnterpriseInstall: false };
  interface Origin {
    sentence: string;
    where?: Parameters<typeof conversationOf>[0];
    /** What the message says about that, and the workspace that it names. */
    said: boolean | undefined;
    from: string;
    user: Partial<SlackUser>;
    isOutsider: boolean;
  }
  const origins: Origin[] = [
    { sentence: 'somebody of ours', said: false, from: 'T0MEMBER', user: {}, isOutsider: false },
    { sentence: 'whom the message calls one', said: true, from: 'T0OTHER', user: {}, isOutsider: true },
    {
      sentence: 'whose message names another workspace',
      said: undefined,
      from: 'T0OTHER',
      user: {},
      isOutsider: false,
    },
    { sentence: 'whom the message calls none', said: false, from: 'T0OTHER', user: {}, isOutsider: false },
    { sentence: 'a stranger', said: false, from: 'T0MEMBER', user: { is_stranger: true }, isOutsider: true },
    {
      sentence: 'whom Slack counts to another workspace',
      said: false,
      from: 'T0SIBLING',
      user: { team_id: 'T0SIBLING' },
      isOutsider: true,
    },
    {
      sentence: 'whom Slack counts to another workspace, in what an organisation keeps to itself',
      where: ORGANISATION,
      said: false,
      from: 'T0SIBLING',
      user: { team_id: 'T0SIBLING' },
      isOutsider: false,
    },
    {
      sentence: 'whom Slack counts to another workspace, in what an organisation perhaps shares',
      where: ORGANISATION,
      said: undefined,
      from: 'T0SIBLING',
      user: { team_id: 'T0SIBLING' },
      isOutsider: true,
    },
    {
      sentence: 'whom Slack counts to another organisation',
      where: ORGANISATION,
      said: false,
      from: 'T0SIBLING',
      user: { team_id: 'T0SIBLING', enterprise_user: org('E0OTHER') },
      isOutsider: true,
    },
    {
      sentence: 'of another workspace of the organisation',
      said: undefined,
      from: 'T0SIBLING',
      user: { team_id: 'T0SIBLING', enterprise_user: org('E0ORG') },
      isOutsider: false,
    },
  ];
  for (const { sentence, where = MEMBER, said, from, user, isOutsider } of origins)
    it(`${isOutsider ? 'are' : 'are no'} outsiders: ${sentence}`, async () => {
      slack.world.addUser('T0MEMBER', { id: 'U0CAROL', ...user });
      const person = await peopleOf().people.identify(
        actorOf('U0CAROL', null, from, said),
        conversationOf(where, 'C0HERE', {}),
      );
      assert.equal(person.outsider, isOutsider || undefined);
    });

  const named: [string, object, mailbox: string | null, tenant: string][] = [
    ['of ours', { email }, email, 'T0ACME'],
    ['of whom Slack does not say where they belong', { email, team_id: undefined }, email, 'T0ACME'],
    [
      'of another workspace, though of a linked organisation',
      { email, team_id: 'T0OTHER', enterprise_user: org('E0LINKED') },
      null,
      'T0OTHER',
    ],
  ];
  for (const [who, user, mailbox, tenant] of named)
    it(`${mailbox === null ? 'have no mailbox' : 'have a mailbox'} when somebody names them: ${who}`, async () => {
      slack.world.addUser('T0ACME', { id: 'U0CAROL', name: 'carol', ...user });
      const person = await peopleOf().people.meet('U0CAROL', conversation);
      assert.deepEqual([person.mailbox, person.tenantId], [mailbox, tenant]);
    });

  const ADMIN = { is_admin: true };
  const chiefs: [who: string, user: Partial<SlackUser>, actor: Partial<Actor>, expected: boolean][] = [
    ['an admin', ADMIN, {}, true],
    ['an owner', { is_owner: true }, {}, true],
    ['the primary owner', { is_primary_owner: true }, {}, true],
    ['a member', {}, {}, false],
    ['an admin of another workspace', { ...ADMIN, team_id: 'T0OTHER' }, {}, false],
    ['an admin whose message came from elsewhere', ADMIN, { outsider: true, tenantId: 'T0OTHER' }, false],
    ['a stranger', { ...ADMIN, is_stranger: true }, {}, false],
    ['a deactivated admin', { ...ADMIN, deleted: true }, {}, false],
  ];
  for (const [who, user, actor, expected] of chiefs)
    it(`${expected ? 'administer' : 'do not administer'} the workspace: ${who}`, async () => {
      slack.world.addUser('T0ACME', { id: 'U0CAROL', ...user });
      const person = { ...actorOf('U0CAROL', null, 'T0ACME'), ...actor };
      assert.equal(await peopleOf().people.administers(person, conversation), expected);
    });

  it('do not administer it where Slack shows nobody of that id', async () =>
    assert.equal(await peopleOf().people.administers(actorOf('U0GONE', null, 'T0ACME'), conversation), false));

  it('are told why in their language', async () => {
    slack.world.addUser('T0OTHER', { id: 'U0DORA', locale: 'de-DE', email });
    const place = conversationOf({ teamId: 'T0OTHER', enterpriseId: null }, 'C0HERE', {});
    const { notice } = await peopleOf().people.identify(actorOf('U0DORA', null, 'T0OTHER'), place);
    assert.match(notice?.sentence ?? '', /nicht mit dem Outlook dieses Bots verknüpft/);
  });

  describe('when the app lacks a scope', () => {
    it('have no mailbox and are told which: users:read.email', async () => {
      slack.world.grant('T0ACME', 'xoxb-less', WITHOUT_EMAIL);
      const person = await alice(peopleOf({ token: 'xoxb-less' }));
      assert.deepEqual([person.mailbox, person.timeZone, person.tenantId], [null, 'Europe/Berlin', 'T0ACME']);
      assert.equal(person.notice?.about, 'mailbox');
      assert.match(person.notice.sentence, /Scope users:read\.email fehlt/);
    });

    it('stay as the message named them and are told which: users:read', async () => {
      slack.world.grant('T0ACME', 'xoxb-less', WITHOUT_USERS);
      const { people } = peopleOf({ token: 'xoxb-less' });
      const person = await people.identify(actorOf('U0ALICE', 'alice', 'T0ACME'), conversation);
      assert.deepEqual(
        [person.name, person.mailbox, person.timeZone, person.locale, person.notice?.about],
        ['alice', null, null, null, 'person'],
      );
      assert.match(person.notice?.sentence ?? '', /lacks the scope users:read:/);
    });

    it('are seen as soon as it was added', async () => {
      const granted = slack.world.grant('T0ACME', 'xoxb-less', WITHOUT_USERS);
      const given = peopleOf({ token: 'xoxb-less' });
      assert.equal((await alice(given)).mailbox, null);
      granted.scopes = new Set(BOT_SCOPES);
      assert.equal((await alice(given)).mailbox, 'alice@acme.example');
    });
  });

  for (const tz of ['Mars/Olympus', '', 'Europe/Berlin; DROP', '../etc']) {
    it(`have no zone when Slack names ${JSON.stringify(tz)}`, async () => {
      slack.world.addUser('T0ACME', { id: 'U0ALICE', tz, email });
      const { timeZone, mailbox } = await alice();
      assert.deepEqual([timeZone, mailbox], [null, email]);
    });
  }

  const called: [string, Partial<SlackUser>, string | null, string][] = [
    ['their display name', { display_name: 'Ali', real_name: 'Alice Able', name: 'alice' }, 'payload', 'Ali'],
    ['their real name', { display_name: '', real_name: 'Alice Able', name: 'alice' }, 'payload', 'Alice Able'],
    ['what the payload said', { display_name: '', real_name: '', name: 'alice' }, 'payload', 'payload'],
    ['their account', { display_name: '', real_name: '', name: 'alice' }, null, 'alice'],
  ];
  for (const [what, user, inPayload, name] of called) {
    it(`are called by ${what}`, async () => {
      slack.world.addUser('T0ACME', { id: 'U0ALICE', ...user });
      const { people } = peopleOf();
      assert.equal((await people.identify(actorOf('U0ALICE', inPayload, 'T0ACME'), conversation)).name, name);
    });
  }

  it('are asked about once in ten minutes', async () => {
    const given = peopleOf();
    await alice(given);
    now += 10 * 60_000 - 1;
    await alice(given);
    assert.equal(asked(), 1);
    now += 1;
    slack.world.addUser('T0ACME', { id: 'U0ALICE', email: 'alice.new@acme.example' });
    assert.equal((await alice(given)).mailbox, 'alice.new@acme.example');
    assert.equal(asked(), 2);
  });

  it('are remembered beside others, until there are thousands of them', async () => {
    let calls = 0;
    const people = createPeople({
      api: {
        async call(_token, _method, args) {
          calls += 1;
          return { ok: true, user: { name: args['user'] } };
        },
      },
      workspaces: peopleOf().workspaces,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      now: () => now,
    });
    const ask = async (number: number): Promise<void> =>
      void (await people.identify(actorOf(`U${number}`, null, 'T0ACME'), conversation));
    for (let number = 0; number < 5000; number += 1) await ask(number);
    await ask(0);
    await ask(4999);
    assert.equal(calls, 5000);
    await ask(5000);
    await ask(0);
    assert.equal(calls, 5002);
  });

  it('of an installation are known while Slack does not tell whose the configured token is, and whoever may come from there is not', async () => {
    slack.world.addUser('T0LINKED', { id: 'U0DORA', name: 'dora', email });
    slack.fail({ kind: 'status', status: 503 }, { method: 'auth.test' });
    const place = conversationOf({ teamId: 'T0LINKED', enterpriseId: null }, 'C0HERE', {});
    const mailboxes = ['T0LINKED', 'T0ACME'].map(async (from) => {
      const { mailbox } = await peopleOf().people.identify(actorOf('U0DORA', null, from), place);
      return mailbox;
    });
    assert.deepEqual(await Promise.all(mailboxes), [email, null]);
  });

  it('have no mailbox, and nothing is said of scopes where Slack does not name them', async () => {
    const people = createPeople({
      api: { call: async () => ({ ok: true, user: { team_id: 'T0ACME' } }) },
      workspaces: peopleOf().workspaces,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      now: () => now,
    });
    const { notice } = await people.identify(actorOf('U0ALICE', null, 'T0ACME'), conversation);
    assert.match(notice?.sentence ?? '', /shows me no e-mail address/);
  });

  it('are told apart by workspace, though an id may be seen from two', async () => {
    slack.world.addUser('T0LINKED', { id: 'U0ALICE', team_id: 'T0LINKED', email: 'alice@linked.example' });
    const given = peopleOf();
    const place = conversationOf({ teamId: 'T0LINKED', enterpriseId: null }, 'C0HERE', {});
    await alice(given);
    const there = await given.people.identify(actorOf('U0ALICE', null, 'T0LINKED'), place);
    assert.deepEqual([there.mailbox, there.tenantId], ['alice@linked.example', 'T0LINKED']);
  });

  it('are waited for when Slack throttles briefly', async () => {
    slack.fail({ kind: 'status', status: 429, retryAfter: 1 }, { method: 'users.info', times: 1 });
    assert.equal((await alice()).mailbox, 'alice@acme.example');
    assert.equal(asked(), 2);
  });

  for (const kind of ['drop', 'drop-after'] as const) {
    it(`are asked about again after a cut connection: ${kind}`, async () => {
      slack.fail({ kind }, { method: 'users.info', times: 2 });
      assert.equal((await alice()).mailbox, 'alice@acme.example');
      assert.equal(asked(), 3);
    });
  }

  it('cannot be told now when Slack throttles for longer, or is away for longer', async () => {
    const isPutOff = (error: unknown) => error instanceof DeliveryError && !error.permanent;
    slack.fail({ kind: 'status', status: 429, retryAfter: 60 }, { method: 'users.info', times: 1 });
    await assert.rejects(alice(), isPutOff);
    assert.equal(asked(), 1);
    slack.fail({ kind: 'status', status: 503 }, { method: 'users.info' });
    await assert.rejects(alice(), isPutOff);
    assert.equal(asked(), 4);
    slack.heal();
    slack.fail({ kind: 'status', status: 503 }, { method: 'auth.test' });
    await assert.rejects(alice(), isPutOff);
  });

  for (const error of ['user_not_found', 'user_not_visible']) {
    it(`whom Slack does not show are others’, and count to no workspace that reaches mailboxes: ${error}`, async () => {
      slack.fail({ kind: 'error', error }, { method: 'users.info' });
      const { people, workspaces } = peopleOf();
      const ours = actorOf('U0NOBODY', 'nobody', 'T0ACME');
      assert.deepEqual(await people.identify(ours, conversation), { ...ours, tenantId: null, outsider: true });
      const theirs = actorOf('U0NOBODY', 'nobody', 'T0OTHER');
      assert.deepEqual(await people.identify(theirs, conversation), { ...theirs, outsider: true });
      assert.equal(workspaces.reachMailboxes('T0ACME'), true);
      assert.ok(logged.includes('Slack does not tell who a person is'));
    });
  }

  it('stay as they are when the token is no good any more', async () => {
    slack.fail({ kind: 'error', error: 'token_revoked' }, { method: 'users.info' });
    const actor = actorOf('U0ALICE', 'alice', 'T0ACME');
    assert.deepEqual(await peopleOf().people.identify(actor, conversation), actor);
  });

  it('cannot be told where the bot is not installed any more', async () => {
    const place = conversationOf({ teamId: 'T0GONE', enterpriseId: null }, 'C0HERE', {});
    const asking = peopleOf().people.identify(actorOf('U0ALICE', null, 'T0GONE'), place);
    await assert.rejects(asking, (error) => error instanceof DeliveryError && error.code === 'credentials');
  });
});
