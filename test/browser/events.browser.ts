import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { eventContent } from '../../src/calendars/graph/event.ts';
import { defaultWorkingTime, planEvent } from '../../src/core/reminders/plan-event.ts';
import type { Wanted } from '../../src/core/model/reminder.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { none, wantedOf } from '../support/wanted.ts';
import { DAY } from '../../src/core/time.ts';

/**
 * The HTML of events as Outlook lays it out, with its fonts and the colours of its themes; pictures in test-output/, and
 * one in the folder that PICTURES names.
 */

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SHOTS = join(PROJECT, 'test-output');
const PICTURES = join(PROJECT, process.env['PICTURES'] ?? 'test-output');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const THEMES = {
  light: { background: '#ffffff', text: '#242424', link: '#0f6cbd' },
  dark: { background: '#292929', text: '#ffffff', link: '#479ef5' },
};

const LEAF = certificate('leaf', {
  ...{ subject: 'shop.example.com', dnsNames: ['shop.example.com', 'www.shop.example.com'] },
  ...{ issuer: "Let's Encrypt E7", notBefore: NOW - DAY, notAfter: NOW + 89 * DAY, serialNumber: '04a1b2c3d4e5f6' },
});
const READING: Partial<Wanted> = {
  owners: ['Ada Lovelace'],
  link: 'https://teams.microsoft.com/l/channel/x',
  message: 'https://teams.microsoft.com/l/message/x/1648741500652',
  show: { command: 'show shop.example.com:443', url: null },
};
const FLEET = [
  ...Array.from({ length: 18 }, (_none, index) => `tls://app-${String(index + 1).padStart(2, '0')}.example.com:443`),
  ...Array.from({ length: 16 }, (_none, index) => `tls://192.0.2.${index + 10}:443`),
  'smtp://mx.example.com:25',
];
const CASES: [name: string, wanted: Wanted, kind: 'renew' | 'expiry'][] = [
  ['acme', wantedOf(LEAF, ['tls://shop.example.com:443'], READING), 'renew'],
  [
    'fleet',
    wantedOf({ ...LEAF, issuer: 'contoso-DC01-CA' }, FLEET, { ...READING, verdict: ['The chain is incomplete.'] }),
    'expiry',
  ],
  [
    'german',
    wantedOf(
      { ...LEAF, issuer: 'DigiCert Inc DigiCert Global G2 TLS RSA SHA256 2020 CA1' },
      ['smtp://mx.example.com:25'],
      {
        ...READING,
        language: 'de',
      },
    ),
    'renew',
  ],
];

function pageOf(subject: string, html: string, { background, text, link }: (typeof THEMES)['light']): string {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; } main { padding: 16px; background: ${background}; color: ${text}; font: 11pt Aptos, Calibri, Carlito, sans-serif; }
    h1 { font: 600 15pt "Segoe UI", "Open Sans", sans-serif; margin: 0 0 12px; overflow-wrap: anywhere; }
    p { margin: 0 0 11pt; overflow-wrap: break-word; } a { color: ${link}; } code { font-family: Consolas, monospace; font-size: 10pt; }
  </style><main><h1>${subject}</h1>${html}</main>`;
}

describe('an event in Outlook', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async () => {
    assert.ok(CHROMIUM, 'Chromium is not installed');
    await mkdir(SHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  after(() => browser?.close());

  for (const [name, wanted, kind] of CASES)
    for (const [theme, colours] of Object.entries(THEMES))
      for (const width of [360, 640])
        it(`runs over no edge, and is read in the theme ${theme}: ${name}, ${width} px`, async () => {
          const options = { now: NOW, holidays: none, kept: null };
          const { subject, body } = eventContent(planEvent(kind, wanted, defaultWorkingTime('Europe/Berlin'), options));
          const page = await browser.newPage({ viewport: { width, height: 700 }, deviceScaleFactor: 2 });
          await page.setContent(pageOf(subject!, body!.content!, colours));
          assert.ok((await page.evaluate('document.documentElement.scrollWidth')) === width, 'something is too wide');
          const colour = await page.evaluate('getComputedStyle(document.querySelector("p span")).color');
          const expected = await page.evaluate('getComputedStyle(document.querySelector("main")).color');
          assert.equal(colour, expected, 'quiet text has the colour of the theme');
          await page.screenshot({ path: join(SHOTS, `event-${name}-${theme}-${width}.png`), fullPage: true });
          if (name === 'acme' && theme === 'light' && width === 640)
            await page.locator('main').screenshot({ path: join(PICTURES, 'event.png') });
          await page.close();
        });
});
