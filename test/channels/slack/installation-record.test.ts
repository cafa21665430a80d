import assert from 'node:assert/strict';
import type { Installation } from '@slack/oauth';
import {
  asProvided,
  installedTenant,
  kept,
  linksOf,
  nameOf,
  tenantOf,
  workspaceOf,
} from '../../../src/channels/slack/installation-record.ts';

const ofWorkspace: Installation = {
  team: { id: 'T1', name: 'Ops' },
  enterprise: { id: 'E1', name: 'Org' },
  isEnterpriseInstall: false,
  appId: 'A1',
  user: { id: 'U1', token: 'xoxp-user', scopes: ['search:read'] },
  bot: { token: 'xoxb-bot', id: 'B1', userId: 'U0BOT', scopes: ['chat:write'] },
};
const ofOrganisation = {
  ...ofWorkspace,
  team: undefined,
  isEnterpriseInstall: true,
  enterpriseUrl: 'https://org.enterprise.slack.test/',
} as unknown as Installation;

describe('where an event of Slack belongs', () => {
  const workspaces: [
    given: [team: string | null, enterprise: string | null, isWide: boolean],
    read: unknown[],
    tenant: string | null,
  ][] = [
    [['T1', null, false], ['T1', null, false], 'T1'],
    [['T1', 'E1', false], ['T1', 'E1', false], 'T1'],
    [['T1', 'E1', true], ['T1', 'E1', true], 'E1'],
    [[null, 'E1', false], [null, 'E1', false], 'E1'],
    [['E1', null, false], [null, 'E1', true], 'E1'],
    [['E1', 'E2', false], [null, 'E2', true], 'E2'],
    [[null, null, false], [null, null, false], null],
  ];
  for (const [[teamId, enterpriseId, isEnterpriseInstall], read, tenant] of workspaces)
    it(`is ${tenant ?? 'unknown'} with workspace ${teamId}, organisation ${enterpriseId}${isEnterpriseInstall ? ', for all of that' : ''}`, () => {
      const workspace = workspaceOf({ teamId, enterpriseId, isEnterpriseInstall });
      assert.deepEqual([workspace.teamId, workspace.enterpriseId, workspace.isEnterpriseInstall], read);
      assert.equal(tenantOf(workspace), tenant);
    });
});

describe('an installation in Slack', () => {
  const names: [what: string, installation: Installation, name: string, tenant: string | null][] = [
    ['its workspace', ofWorkspace, 'Ops', 'T1'],
    ['its organisation', ofOrganisation, 'Org', 'E1'],
    [
      'its organisation, though Slack names a workspace',
      { ...ofWorkspace, isEnterpriseInstall: true } as never,
      'Org',
      'E1',
    ],
    ['the id of what has no name', { ...ofWorkspace, team: { id: 'T1' } }, 'T1', 'T1'],
    ['its organisation where it names no workspace', { ...ofWorkspace, team: undefined } as never, 'Org', 'E1'],
    [
      'words alone where it names neither',
      { ...ofWorkspace, team: undefined, enterprise: undefined } as never,
      'this workspace',
      null,
    ],
    [
      'the beginning of an endless name',
      { ...ofWorkspace, team: { id: 'T1', name: 'x'.repeat(300) } },
      'x'.repeat(200),
      'T1',
    ],
  ];
  for (const [what, installation, name, tenant] of names)
    it(`goes by ${what}`, () =>
      assert.deepEqual([nameOf(installation), installedTenant(installation)], [name, tenant]));

  it('is kept without the person who made it, and is given back as it was', () => {
    const access = kept(ofWorkspace)!;
    assert.deepEqual(access, {
      team: { id: 'T1', name: 'Ops' },
      enterprise: { id: 'E1', name: 'Org' },
      isEnterpriseInstall: false,
      appId: 'A1',
      bot: ofWorkspace.bot,
    });
    assert.deepEqual(asProvided(access, 1700), {
      ...ofWorkspace,
      user: { id: '', token: undefined, scopes: undefined },
      authVersion: 'v2',
      metadata: '1700',
    });
  });

  it('of a whole organisation is kept as one', () => {
    const access = kept(ofOrganisation)!;
    assert.deepEqual([access.team, access.isEnterpriseInstall], [null, true]);
    const provided = asProvided(access, 1700);
    assert.deepEqual([provided.team, provided.isEnterpriseInstall], [undefined, true]);
  });

  it('is kept where it names little', () => {
    const access = kept({ team: { id: 'T1' }, enterprise: undefined, user: ofWorkspace.user, bot: ofWorkspace.bot! })!;
    assert.deepEqual(
      [access.team, access.enterprise, access.isEnterpriseInstall, access.appId],
      [{ id: 'T1', name: null }, null, false, null],
    );
    const provided = asProvided(access, 1700);
    assert.deepEqual([provided.team, provided.enterprise, 'appId' in provided], [{ id: 'T1' }, undefined, false]);
  });

  it('is none without a bot', () => assert.equal(kept({ ...ofWorkspace, bot: undefined } as never), null));

  const rotations: [what: string, bot: object, read: object][] = [
    ['both', { refreshToken: 'xoxe-1', expiresAt: 1800 }, { refreshToken: 'xoxe-1', expiresAt: 1800 }],
    ['no end', { refreshToken: 'xoxe-1' }, {}],
    ['nothing to refresh it by', { expiresAt: 1800 }, {}],
  ];
  for (const [what, rotation, read] of rotations)
    it(`keeps of an expiring token with ${what} ${Object.keys(read).length === 0 ? 'neither' : 'both'}`, () => {
      const bot = ofWorkspace.bot!;
      assert.deepEqual(kept({ ...ofWorkspace, bot: { ...bot, ...rotation } as typeof bot })!.bot, { ...bot, ...read });
    });

  const links: [what: string, installation: Installation, appUrl: string, webUrl: string][] = [
    ['its workspace', ofWorkspace, 'slack://app?team=T1&id=A1', 'https://app.slack.com/client/T1'],
    [
      'odd ids',
      { ...ofWorkspace, team: { id: 'T/1' }, appId: 'A&1' },
      'slack://app?team=T%2F1&id=A%261',
      'https://app.slack.com/client/T%2F1',
    ],
    [
      'the workspaces of its organisation',
      ofOrganisation,
      'slack://open',
      'https://org.enterprise.slack.test/manage/organization/apps/profile/A1/workspaces/add',
    ],
    ...['javascript:alert(1)', 'http://org.example/', undefined].map(
      (enterpriseUrl): [string, Installation, string, string] => [
        `Slack where the organisation is at ${enterpriseUrl}`,
        { ...ofOrganisation, enterpriseUrl } as Installation,
        'slack://open',
        'https://app.slack.com/client',
      ],
    ),
  ];
  for (const [what, installation, appUrl, webUrl] of links)
    it(`links to ${what}`, () => assert.deepEqual(linksOf(installation), { appUrl, webUrl }));
});
