import assert from 'node:assert/strict';
import type { TeamsCredentials } from '../src/config/config.ts';
import { homeGate, mailboxGate } from '../src/mailboxes.ts';

const OURS = '11111111-2222-4333-8444-55555555aaaa';
const OTHER = '99999999-2222-4333-8444-555555555555';

interface Case {
  sentence: string;
  tenant: string | null;
  /** What says which tenant is Graph's. */
  graph: string | null | undefined;
  app?: { appType: TeamsCredentials['appType']; tenantId?: string };
  local?: true;
  /** Undefined: not known yet. */
  open: boolean | undefined;
}

const cases: Case[] = [
  { sentence: "people of Graph's tenant", tenant: OURS, graph: OURS, open: true },
  { sentence: "people of Graph's tenant, written otherwise", tenant: OURS.toUpperCase(), graph: OURS, open: true },
  { sentence: 'people of another Teams tenant', tenant: OTHER, graph: OURS, open: false },
  { sentence: 'people of no known tenant', tenant: null, graph: OURS, open: false },
  {
    sentence: "anybody of Teams, or not, while Graph's tenant is not known yet",
    tenant: OURS,
    graph: undefined,
    open: undefined,
  },
  { sentence: 'anybody of Teams when an opaque token tells no tenant', tenant: OTHER, graph: null, open: true },
  {
    sentence: 'people of the tenant of a single-tenant bot',
    tenant: OURS,
    graph: null,
    app: { appType: 'SingleTenant', tenantId: OURS },
    open: true,
  },
  {
    sentence: 'people of another tenant than that of a single-tenant bot',
    tenant: OTHER,
    graph: null,
    app: { appType: 'SingleTenant', tenantId: OURS },
    open: false,
  },
  {
    sentence: 'anybody of Teams where the bot is of many tenants, though it names one, and an opaque token tells none',
    tenant: OTHER,
    graph: null,
    app: { appType: 'MultiTenant', tenantId: OURS },
    open: true,
  },
  {
    sentence: "people of Graph's tenant, which writes itself otherwise",
    tenant: OURS,
    graph: OURS.toUpperCase(),
    open: true,
  },
  { sentence: 'a linked Slack workspace', tenant: 'T0LINKED', graph: OURS, open: true },
  { sentence: 'a Slack workspace that is not linked', tenant: 'T0OTHER', graph: OURS, open: false },
  {
    sentence: 'a Slack workspace that is not linked, with an opaque token',
    tenant: 'T0OTHER',
    graph: null,
    open: false,
  },
  { sentence: 'everybody in local mode', tenant: null, graph: null, local: true, open: true },
];

describe('the mailboxes', () => {
  for (const { sentence, tenant, graph, app, local = false, open } of cases) {
    it(`are ${open === undefined ? 'perhaps open' : open ? 'open' : 'closed'} to ${sentence}`, () => {
      const credentials = { appId: OURS, appPassword: 'x', certificate: undefined, tenantId: undefined };
      const teams = { ...credentials, appType: 'MultiTenant' as const, ...app };
      const slack = { reachMailboxes: (id: string) => id === 'T0LINKED' };
      const gate = mailboxGate({ localMode: local, teams: local ? null : teams }, () => slack, { id: () => graph });
      const channel = tenant?.startsWith('T0') ? 'slack' : 'teams';
      assert.equal(gate(channel, tenant), open);
    });
  }

  it('are closed to Slack as long as the bot is not there', () => {
    const gate = mailboxGate({ localMode: false, teams: null }, () => null, { id: () => OURS });
    assert.equal(gate('slack', 'T0LINKED'), false);
  });

  it('are open to whoever uses Teams where the bot has no permission of its own whose tenant it could be', () => {
    const gate = mailboxGate({ localMode: false, teams: null }, () => null, null);
    assert.equal(gate('teams', OTHER), true);
  });
});

describe('the bot’s own organisation', () => {
  const app = { appId: OURS, appPassword: 'x', certificate: undefined };
  const teams = { ...app, appType: 'SingleTenant' as const, tenantId: OURS };
  const slack = { isHome: (id: string) => id === 'T0HOME' };

  for (const [channel, tenant, isHome] of [
    ['teams', OURS, true],
    ['teams', OURS.toUpperCase(), true],
    ['teams', OTHER, false],
    ['teams', '', false],
    ['teams', null, false],
    ['slack', 'T0HOME', true],
    ['slack', 'T0LINKED', false],
    ['slack', OURS, false],
    ['slack', null, false],
  ] as const)
    it(`is ${isHome ? '' : 'not '}that of ${tenant ?? 'nobody'} in ${channel}`, () => {
      assert.equal(homeGate({ localMode: false, teams }, () => slack)(channel, tenant), isHome);
    });

  it('is nobody’s where nothing says which it is, and everybody’s in local mode', () => {
    const nowhere = { ...app, appType: 'MultiTenant' as const, tenantId: undefined };
    for (const [channel, tenant] of [
      ['teams', OURS],
      ['slack', 'T0HOME'],
      ['teams', 'undefined'],
    ] as const)
      assert.equal(homeGate({ localMode: false, teams: nowhere }, () => null)(channel, tenant), false);
    assert.equal(homeGate({ localMode: true, teams: null }, () => null)('teams', null), true);
  });
});
