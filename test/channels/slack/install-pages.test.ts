import assert from 'node:assert/strict';
import { installPage, type InstallOutcome } from '../../../src/channels/slack/install-pages.ts';

const INSTALL_URL = 'https://certbot.example/api/slack/install?a=1&b=2';
const HOSTILE = `<script>alert("1")</script>&'`;
const INSTALLED = {
  kind: 'installed',
  name: 'Acme',
  appUrl: 'slack://app?team=T0ACME&id=A0CERTBOT',
  webUrl: 'https://app.slack.com/client/T0ACME',
  isOrganisation: false,
} as const;

describe('the page after an installation in Slack', () => {
  const outcomes: [InstallOutcome, status: number, says: RegExp, isOver: boolean][] = [
    [INSTALLED, 200, /The bot is installed in Acme\..*write it a direct message/s, true],
    [
      { ...INSTALLED, isOrganisation: true },
      200,
      /installed for the organisation Acme\..*chooses the workspaces/,
      true,
    ],
    [{ kind: 'declined' }, 200, /cancelled.*Nothing was changed or stored/, false],
    [{ kind: 'stale' }, 400, /within ten minutes, once/, false],
    [{ kind: 'refused' }, 502, /Slack did not accept/, false],
    [{ kind: 'forbidden', name: 'Acme' }, 403, /Acme is not among the workspaces.*Nothing was stored/, true],
    [{ kind: 'unreachable' }, 503, /could not be reached just now/, false],
    [{ kind: 'failed', errorId: 'a1b2c3' }, 500, /could not be stored.*<code>a1b2c3<\/code>/, false],
  ];
  const named = (outcome: InstallOutcome): string =>
    'isOrganisation' in outcome && outcome.isOrganisation ? `${outcome.kind} for an organisation` : outcome.kind;
  for (const [outcome, status, says, isOver] of outcomes)
    it(`is ${status} when it is ${named(outcome)}${isOver ? '' : ', and leads back to the beginning'}`, () => {
      const page = installPage(outcome, INSTALL_URL);
      assert.equal(page.status, status);
      assert.match(page.html, says);
      assert.match(page.html, outcome.kind === 'installed' ? /<h1>Installed</ : /<h1>Not installed/);
      const again = '<a href="https://certbot.example/api/slack/install?a=1&amp;b=2">Start again</a>';
      assert.equal(page.html.includes(again), !isOver);
    });

  it('opens Slack where the bot is', () => {
    const { html } = installPage(INSTALLED, INSTALL_URL);
    assert.ok(html.includes('href="slack://app?team=T0ACME&amp;id=A0CERTBOT"'));
    assert.ok(html.includes('href="https://app.slack.com/client/T0ACME"'));
  });

  const hostile: InstallOutcome[] = [
    { ...INSTALLED, name: HOSTILE, appUrl: HOSTILE, webUrl: HOSTILE },
    { ...INSTALLED, name: HOSTILE, isOrganisation: true },
    { kind: 'forbidden', name: HOSTILE },
    { kind: 'failed', errorId: HOSTILE },
    { kind: 'stale' },
  ];
  for (const outcome of hostile)
    it(`holds nobody else’s markup: ${named(outcome)}`, () => {
      const { html } = installPage(outcome, HOSTILE);
      assert.doesNotMatch(html, /<script|alert\("/);
      assert.match(html, /&lt;script&gt;/);
    });
});
