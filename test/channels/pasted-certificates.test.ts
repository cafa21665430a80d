import assert from 'node:assert/strict';
import { readText as readSlack } from '../../src/channels/slack/text.ts';
import { readText as readTeams } from '../../src/channels/teams/text.ts';
import { parseCommand } from '../../src/core/chat/command.ts';
import { createAnchorReader } from '../../src/sources/tls/anchors.ts';
import { EN } from '../support/certificate-facts.ts';
import { root, type Signed } from '../peers/tls/pki.ts';

const bot = { id: '28:bot', name: 'Certbot' };
const mention = { id: bot.id, text: '<at>Certbot</at>' };

describe('a certificate that is pasted behind “trust add”', () => {
  let ca: Signed;
  let other: Signed;
  before(async () => {
    [ca, other] = await Promise.all([root('CN=Demo Root R1', { key: 'RSA-2048' }), root('CN=Demo Root R2')]);
  });

  /** The certificates that arrive at the command, of a text as the channel has read it. */
  function arriving(text: string): string[] {
    const command = parseCommand(text, EN);
    assert.ok(command.verb === 'trust' && command.what === 'add', `${JSON.stringify(command)} of ${text.slice(0, 80)}`);
    const reading = createAnchorReader().read(command.text);
    assert.ok(reading.ok, `refused: ${JSON.stringify(reading)}`);
    return reading.anchors.map(({ fingerprint }) => fingerprint);
  }

  const paragraphs = (pem: string): string => `<p>${pem.trim().split('\n').join('</p>\n<p>')}</p>`;
  const teams: [how: string, html: (pem: string) => string][] = [
    ['as plain text', (pem) => `trust add ${pem}`],
    ['after a mention', (pem) => `<at>Certbot</at>&nbsp;trust add ${pem}`],
    ['as a paragraph a line', (pem) => `<p><at>Certbot</at>&nbsp;trust add</p>\n${paragraphs(pem)}`],
    ['with line breaks', (pem) => `<div>trust add<br>${pem.replaceAll('\n', '<br>')}</div>`],
    [
      'as code',
      (pem) => `<p>trust add</p><pre class="language-plain"><code>${pem.replaceAll('\n', '<br>')}</code></pre>`,
    ],
    ['as a quotation', (pem) => `trust add <blockquote>${paragraphs(pem)}</blockquote>`],
    ['in one line with entities', (pem) => `trust add&nbsp;${pem.replaceAll('\n', '&nbsp;').replaceAll('+', '&#43;')}`],
    [
      'with rules for the hyphens',
      (pem) => `trust add ${pem.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----/g, '<hr>')}`,
    ],
  ];
  for (const [how, html] of teams)
    it(`arrives from Teams ${how}`, () => {
      const read = (pem: string) => readTeams({ text: html(pem), mentions: [mention], bot }).text;
      assert.deepEqual(arriving(read(ca.pem)), [ca.fingerprint]);
      assert.deepEqual(arriving(read(ca.pem + other.pem)), [ca.fingerprint, other.fingerprint]);
    });

  const slack: [how: string, text: (pem: string) => string][] = [
    ['as plain text', (pem) => `trust add ${pem}`],
    ['after a mention', (pem) => `<@U0BOT> trust add\n${pem}`],
    ['as a block of code', (pem) => `<@U0BOT> trust add \`\`\`${pem}\`\`\``],
    ['as a quotation', (pem) => `trust add\n${pem.trim().replaceAll(/^/gm, '&gt; ')}`],
    ['in one line', (pem) => `trust add ${pem.replaceAll('\n', ' ')}`],
    ['in bold', (pem) => `trust add *${pem.trim()}*`],
  ];
  for (const [how, text] of slack)
    it(`arrives from Slack ${how}`, () => {
      const read = (pem: string) => readSlack({ text: text(pem), botUserId: 'U0BOT' }).text;
      assert.deepEqual(arriving(read(ca.pem)), [ca.fingerprint]);
      assert.deepEqual(arriving(read(ca.pem + other.pem)), [ca.fingerprint, other.fingerprint]);
    });
});
