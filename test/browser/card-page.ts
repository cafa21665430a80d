import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/**
 * Adaptive Cards in Microsoft's own renderer, as the clients of Teams set it up: 640 and 1,200 px with the pale tints of
 * the desktop, 360 px with the colours and sizes of the mobile renderer's sample configuration
 * (microsoft/Teams-AdaptiveCards-Mobile, samples/HostConfig). Pictures go to test-output/.
 */

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const RENDERER = fileURLToPath(import.meta.resolve('adaptivecards/dist/adaptivecards.min.js'));
const FONT = "'Segoe UI','Open Sans','Liberation Sans',sans-serif";
const MONO = "'Courier New','Liberation Mono',monospace";
const STYLES = ['default', 'emphasis', 'accent', 'good', 'warning', 'attention'];

export const WIDTHS = [360, 640, 1200] as const;
export const THEMES = ['light', 'dark', 'contrast'] as const;
type Width = (typeof WIDTHS)[number];
type Theme = (typeof THEMES)[number];

/** Text, quiet text, accent, attention. */
type Inks = [text: string, subtle: string, accent: string, attention: string];

interface Look {
  page: string;
  border: string;
  primary: string;
  /** Backgrounds by container style, and what is written on them. */
  grounds: string[];
  ink: Inks;
  inkOnTint?: Inks;
}

const DESKTOP: Record<Theme, Look> = {
  light: {
    page: '#f5f5f5',
    border: '#e0e0e0',
    primary: '#5b5fc7',
    grounds: ['#ffffff', '#f5f5f5', '#e8ebfa', '#f1faf1', '#fff9f5', '#fdf3f4'],
    ink: ['#242424', '#616161', '#4f52b2', '#b10e1c'],
  },
  dark: {
    page: '#1f1f1f',
    border: '#3d3d3d',
    primary: '#4f52b2',
    grounds: ['#292929', '#333333', '#2f2f4a', '#052505', '#4a1e04', '#3b0509'],
    ink: ['#ffffff', '#adadad', '#a6a7dc', '#ee8f98'],
  },
  contrast: {
    page: '#000000',
    border: '#ffffff',
    primary: '#000000',
    grounds: STYLES.map(() => '#000000'),
    ink: ['#ffffff', '#ffffff', '#ffff01', '#ffffff'],
  },
};
const ON_TINT: Inks = ['#201f1f', '#484644', '#6264a7', '#a4262c'];
const PHONE: Record<Theme, Look> = {
  light: {
    page: '#ffffff',
    border: '#e1dfdd',
    primary: '#6264a7',
    grounds: ['#ffffff', '#f9f8f7', '#c7def9', '#ccffcc', '#ffe2b2', '#ffc5b2'],
    ink: ['#252424', '#616060', '#6264a7', '#c4314b'],
    inkOnTint: ON_TINT,
  },
  dark: {
    page: '#141414',
    border: '#484644',
    primary: '#6264a7',
    grounds: ['#2d2c2c', '#201f1f', '#c7def9', '#ccffcc', '#ffe2b2', '#ffc5b2'],
    ink: ['#ffffff', '#bfbfbf', '#a6a7dc', '#e5757f'],
    inkOnTint: ON_TINT,
  },
  contrast: DESKTOP.contrast,
};

function lookOf(theme: Theme, width: Width): Look {
  return (width === 360 ? PHONE : DESKTOP)[theme];
}

function coloursOf([text, subtle, accent, attention]: Inks): object {
  const both = (one: string, other = one) => ({ default: one, subtle: other });
  return { default: both(text, subtle), accent: both(accent), attention: both(attention) };
}

function hostConfig({ border, grounds, ink, inkOnTint = ink }: Look, width: Width): object {
  const sizes = { small: 12, default: 14, medium: width === 360 ? 14 : 16, large: 18, extraLarge: 24 };
  const weights = { lighter: 200, default: 400, bolder: 600 };
  const types = { fontSizes: sizes, fontWeights: weights };
  const styles = STYLES.map((name, index) => [
    name,
    { backgroundColor: grounds[index], foregroundColors: coloursOf(index < 2 ? ink : inkOnTint) },
  ]);
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: width === 360 ? 16 : 20 },
    separator: { lineThickness: 1, lineColor: border },
    fontTypes: { default: { fontFamily: FONT, ...types }, monospace: { fontFamily: MONO, ...types } },
    lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
    textStyles: { heading: { size: 'large', weight: 'bolder' } },
    containerStyles: Object.fromEntries(styles),
    actions: { maxActions: 6, buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left' },
  };
}

function styleSheet({ page, border, primary, ink, grounds }: Look): string {
  return `* { box-sizing: border-box } body { margin: 0; background: ${page}; color: ${ink[0]}; font: 14px ${FONT} }
.sheet { display: flex; gap: 16px; align-items: flex-start; padding: 16px; width: max-content }
.column { display: flex; flex-direction: column; gap: 16px }
.card { border: 1px solid ${border}; border-radius: 8px; overflow: hidden; background: ${grounds[0]} }
.label { font-size: 11px; opacity: .65; margin: 0 0 6px 2px }
.ac-pushButton { font: 600 14px/20px ${FONT}; padding: 5px 12px; border-radius: 4px; border: 1px solid ${border};
  background: ${grounds[0]}; color: ${ink[0]}; max-width: 100%; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; margin-bottom: 8px }
.ac-pushButton.style-positive { background: ${primary}; color: #fff }
.ac-pushButton.style-destructive { color: ${ink[3]} }
.ac-actionSet { flex-wrap: wrap } .ac-actionSet > div { flex: 0 0 auto !important; width: 8px }
.ac-input { font: 14px ${FONT}; padding: 5px 8px; border: 1px solid ${border}; background: ${grounds[0]};
  color: ${ink[0]}; width: 100% }
.ac-textBlock p { margin: 0 }`;
}

/** Runs in the page: draws a card, and returns what the renderer says against it. */
function draw({ label, card, config, width, column }: Record<string, any>): string[] {
  const { AdaptiveCards: lib, document: page } = globalThis as any;
  // Escapes undone: our TextBlocks hold nothing else.
  lib.AdaptiveCard.onProcessMarkdown = (text: string, result: any) => {
    const holder = page.createElement('p');
    holder.textContent = text.replaceAll(/\\([\\`*_[\]<>~|#+.()-])/g, '$1');
    result.outputHtml = holder.outerHTML;
    result.didProcess = true;
  };
  const sheet = page.querySelector('.sheet');
  while (sheet.children.length <= column)
    sheet.append(Object.assign(page.createElement('div'), { className: 'column' }));
  const holder = page.createElement('div');
  holder.style.width = `${width}px`;
  const box = Object.assign(page.createElement('div'), { className: 'card' });
  holder.append(Object.assign(page.createElement('div'), { className: 'label', textContent: label }), box);
  sheet.children[column].append(holder);
  const context = new lib.SerializationContext();
  const drawn = new lib.AdaptiveCard();
  drawn.hostConfig = new lib.HostConfig(config);
  drawn.parse(card, context);
  box.append(drawn.render());
  const events = Array.from({ length: context.eventCount }, (_each, index) => context.getEventAt(index).message);
  // Its check of "lang" refuses every second card, whatever it says; charts it does not know, and takes their fallback.
  return events.filter((text: string) => !/property "lang"|Fallback will be used/.test(text));
}

/** Runs in the page: words and dates that stand on two lines though they have room on one, and what is cut off. */
function broken(): string[] {
  const { document: page, NodeFilter: filter, getComputedStyle: style } = globalThis as any;
  const faults: string[] = [];
  function lines(node: any, from: number, to: number): number {
    const range = page.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const tops = [...range.getClientRects()]
      .filter(({ width }: any) => width > 0)
      .map(({ top }: any) => Math.round(top));
    return new Set(tops).size;
  }
  const dates =
    /\b\d{1,2}\.?\s(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Ju[nl]|Aug|Sep|O[ck]t|Nov|De[cz])[a-z]*\.?(?:\s\d{4})?|\b\d{1,2}:\d{2}\b/g;
  const walker = page.createTreeWalker(page.querySelector('.sheet'), filter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.offsetParent || node.parentElement.className === 'label') continue;
    // A command breaks where it has to.
    if (/mono/i.test(style(node.parentElement).fontFamily)) continue;
    for (const pattern of [/[^\s\u200b\-–—/()[\]]+/g, dates])
      for (const found of node.data.matchAll(pattern))
        if (found[0].length <= 40 && lines(node, found.index, found.index + found[0].length) > 1)
          faults.push(`on two lines: ${found[0]}`);
  }
  for (const each of page.querySelectorAll('.ac-pushButton, .ac-textBlock, .ac-richTextBlock'))
    if (each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1) faults.push(`cut off: ${each.textContent}`);
  return [...new Set(faults)];
}

/** A browser in which cards are drawn. */
export async function openCards() {
  assert.ok(CHROMIUM, 'Chromium is not installed');
  const renderer = await readFile(RENDERER, 'utf8');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });

  /** Draws cards below each other in columns, into `test-output/<name>.png`; resolves to what is wrong to see. */
  async function picture(
    name: string,
    cards: Map<string, object>,
    { theme, width, isOpen = false }: { theme: Theme; width: Width; isOpen?: boolean },
  ): Promise<string[]> {
    const look = lookOf(theme, width);
    const page = await browser.newPage({ viewport: { width: width + 64, height: 800 } });
    await page.setContent(`<style>${styleSheet(look)}</style><div class="sheet"></div>`);
    await page.addScriptTag({ content: renderer });
    const columns = Math.ceil(Math.sqrt((cards.size * 400) / width));
    const config = hostConfig(look, width);
    const faults: string[] = [];
    for (const [index, [label, card]] of [...cards].entries()) {
      const shown = isOpen
        ? JSON.parse(JSON.stringify(card).replaceAll('"isVisible":false', '"isVisible":true'))
        : card;
      const said = await page.evaluate(draw, { label, card: shown, config, width, column: index % columns });
      faults.push(...said.map((text) => `${label}: ${text}`));
    }
    faults.push(...(await page.evaluate(broken)));
    await mkdir(join(PROJECT, 'test-output'), { recursive: true });
    await page.locator('.sheet').screenshot({ path: join(PROJECT, 'test-output', `${name}.png`) });
    await page.close();
    return faults;
  }

  return { picture, close: () => browser.close() };
}
