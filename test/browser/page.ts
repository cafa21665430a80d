import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

/**
 * The Agents Playground in a real browser. Screenshots go to test-output/; pictures of single cards too, or into the
 * folder that PICTURES names (`npm run pictures`: docs/).
 */

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SHOTS = join(PROJECT, 'test-output');
const PICTURES = join(PROJECT, process.env['PICTURES'] ?? 'test-output');
/** What the Playground draws a card in. */
export const CARD = '.ac-adaptiveCard';
/** Above the whole page, in a corner. */
const ALONE = 'inset: 0 auto auto 0; margin: 0; border: 0; width: 580px; background: #fff';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Runs in the page, which knows no dark theme: a card as the phone shows it there (card-page.ts). Tints stay as they
 * are, with what is written on them.
 */
function darken(card: any): void {
  const { getComputedStyle: look } = globalThis as any;
  const inks: Record<string, string> = { '#6264a7': '#a6a7dc', '#c4314b': '#e5757f' };
  const inkOf = (colour: string): string =>
    inks[colour] ?? (Number.parseInt(colour.slice(1, 3), 16) > 0x3f ? '#bfbfbf' : '#ffffff');
  const hex = (rgb: string): string =>
    `#${(rgb.match(/\d+/g) ?? [])
      .slice(0, 3)
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')}`;
  const isClear = (rgb: string): boolean => /^rgba\(.*, 0\)$/.test(rgb) || hex(rgb) === '#ffffff';
  const painted = (element: any): boolean =>
    element !== card && (!isClear(look(element).backgroundColor) || painted(element.parentElement));
  const plain = [...card.querySelectorAll('*')].filter((element) => !painted(element));
  const changes = plain.map((element) => ({
    element,
    color: element.childNodes.length === 0 ? '#484644' : inkOf(hex(look(element).color)),
    isButton: element.tagName === 'BUTTON',
  }));
  for (const { element, color, isButton } of changes) {
    element.style.color = color;
    if (isButton) Object.assign(element.style, { backgroundColor: '#292929', borderColor: '#666666' });
  }
  card.style.background = '#292929';
}

/** The page, once the bot has welcomed whoever opened it. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 1400, height: 1000 },
    colorScheme: 'light',
    deviceScaleFactor: 2,
  });
  // The page asks a CDN for fonts and icons; nothing outside this machine is needed.
  await page.route('**/*', (route) => {
    const local = /^(?:https?:\/\/(?:127\.0\.0\.1|localhost)[:/]|data:|blob:)/.test(route.request().url());
    return local ? route.continue() : route.abort();
  });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.getByText('I watch TLS certificates').last().waitFor();
  return page;
}

/** A person at the Playground: what they type and see. */
export async function openPlayground(url: string) {
  assert.ok(CHROMIUM, 'Chromium is not installed');
  await mkdir(SHOTS, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  const page = await openPage(browser, url);
  return {
    page,
    async say(text: string, then: string | RegExp): Promise<void> {
      const box = page.locator('[data-lexical-editor=true]').first();
      await box.click();
      await box.fill(text);
      await page.keyboard.press('Enter');
      await page.getByText(then).last().waitFor({ timeout: 20_000 });
    },
    async shoot(name: string): Promise<void> {
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(SHOTS, `${name}.png`) });
    },
    /** The last card of that title, as wide as Teams shows it, and nothing around it. */
    async picture(name: string, title: string): Promise<void> {
      const card = page.locator(CARD).filter({ hasText: title }).last();
      const before = (await card.getAttribute('style')) ?? '';
      await card.evaluate((element, style) => {
        element.setAttribute('style', style);
        element.setAttribute('popover', 'manual');
        element.showPopover();
      }, `${before}; ${ALONE}`);
      await card.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
      await card.evaluate(darken);
      await card.screenshot({ path: join(PICTURES, `${name}-dark.png`), animations: 'disabled' });
      await card.evaluate((element, style) => {
        element.removeAttribute('popover');
        element.setAttribute('style', style);
      }, before);
    },
    close: () => browser.close(),
  };
}

export type PlaygroundPage = Awaited<ReturnType<typeof openPlayground>>;
