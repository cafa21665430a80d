import { blockFaults } from '../peers/slack/blocks.ts';

/**
 * The rules of the family of cards: what every message keeps, whatever it says. Each returns what is broken, a sentence
 * each; nothing where all is well.
 */

type Json = Record<string, any>;

/** What may be larger than usual in a card of very long names or very many rows. */
export interface Allowed {
  /** Bytes of the card's JSON. */
  bytes?: number;
  /** Characters of the sentence that is read out and shown on a locked phone. */
  speak?: number;
  /** It begins with what a persona says, before the heading. */
  opening?: boolean;
}

const LIMIT = { bytes: 20_000, actions: 6, shown: 3, title: 24, speak: 160, word: 34, beside: 30, label: 10 };
const KNOWN = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'TextRun',
  'Container',
  'ColumnSet',
  'Column',
  'ActionSet',
  'Input.ChoiceSet',
  'Action.Execute',
  'Action.Submit',
  'Action.OpenUrl',
  'Action.ToggleVisibility',
]);
/** A city's time, said of no more than a time of day: `Berlin time`, `Berliner Zeit`, `UTC`. */
const ZONE =
  /(?<![\p{L}\d/])(?:(?!(?:This|That|The|Next|First|Last|Every|Each|Any|Some|No|One|Same|Long|Short|What|Your|Its|All)\s)\p{Lu}[\p{L}'-]+\stime|\p{Lu}\p{L}+er\sZeit|UTC|CES?T|(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/\p{Lu}[\w/+-]+)(?![\p{L}\d])/gu;
const TIME = /(?<![\d.:\w-])\d{1,2}:\d{2}(?![\d:])/;
const MONTHS = 'Jan|Feb|Mar|Mär|März|Apr|May|Mai|June?|Juni|July?|Juli|Aug|Sept?|Oct|Okt|Nov|Dec|Dez';
const SPLIT_DATE = new RegExp(String.raw`\b\d{1,2}\.? (?:${MONTHS})\b|\b(?:${MONTHS})\.? 20\d\d`);
const SPLIT_SPAN = /\b\d+ (?:days?|hours?|minutes?|weeks?|Tage?n?|Stunden?|Minuten?|Wochen?)\b/;
/** Not where it is to be typed. */
const ISO = /(?<!date:|freeze |\.\.)\b20\d\d-\d\d-\d\d\b(?!\.\.)/;
const EMOJI = /\p{Extended_Pictographic}/u;
const SYMBOL = /^(?:\p{Extended_Pictographic}\uFE0F?|[✓✕▲●–])\s?[\p{L}\d“„[]/u;
/** The usual port; not in a command for a shell, nor behind a name without a dot, which both have to be told of it. */
const USUAL_PORT = /^(?!.*-connect ).*(?:\.[\w-]+|\]):443(?!\d)/m;
const BAR = /[═─█]{3}/;
/** Widths of an average letter in pixels, on the wide side. */
const PIXELS: Record<string, number> = { Small: 6.7, Default: 7.9, Medium: 8.6, Large: 10.4, ExtraLarge: 13.5 };

interface Found {
  node: Json;
  hidden: boolean;
  path: Json[];
}

function* walk(node: unknown, hidden = false, path: Json[] = []): Generator<Found> {
  if (Array.isArray(node)) for (const each of node) yield* walk(each, hidden, path);
  else if (typeof node === 'object' && node !== null) {
    const one = node as Json;
    const dark = hidden || one['isVisible'] === false;
    if (typeof one['type'] === 'string') yield { node: one, hidden: dark, path };
    for (const [key, value] of Object.entries(one))
      if (!['data', 'choices', 'choices.data', 'fallback', 'selectAction'].includes(key))
        yield* walk(value, dark, [...path, one]);
  }
}

const unescaped = (text: string): string => text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~&])/g, '$1');
const evenly = (text: string): string => text.replaceAll('\u200b', '').replaceAll(/\s+/g, ' ').trim();

function textOf(element: Json): string {
  if (element['type'] === 'RichTextBlock') return element['inlines'].map(({ text }: Json) => text).join('');
  return element['type'] === 'TextBlock' ? unescaped(element['text']) : '';
}

/** Sentences of four words and more. */
function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[^\d][.!?:;])[ \u200b]+(?![ \u200b·])|\n/)
    .map((sentence) => evenly(sentence).toLowerCase())
    .filter((sentence) => sentence.split(' ').length >= 4);
}

const pieces = (text: string): string[] => text.split(/[ \n\u200b\-–—/]+/).filter(Boolean);

/** What is wrong with dates, lengths of time and zones. */
function timeFaults(texts: string[]): string[] {
  const faults: string[] = [];
  for (const text of texts) {
    const iso = ISO.exec(text);
    if (iso) faults.push(`a date as only machines write it: ${iso[0]}`);
    for (const pattern of [SPLIT_DATE, SPLIT_SPAN]) {
      const found = pattern.exec(text);
      if (found) faults.push(`may break in two (use U+00A0): “${found[0]}”`);
    }
  }
  const whole = texts.join('\n');
  const zones = whole.match(ZONE) ?? [];
  if (zones.length > 1) faults.push(`a time zone ${zones.length} times: ${zones.join(', ')}`);
  if (TIME.test(whole) && zones.length === 0) faults.push(`a time without its zone: ${TIME.exec(whole)![0]}`);
  return faults;
}

/** What stands in a TextBlock so that its long words break, and are copied as they are. */
const isCopied = ({ type, fontType }: Json): boolean => type === 'TextBlock' && fontType === 'Monospace';

function frameFaults(card: Json, allowed: Allowed): string[] {
  const faults: string[] = [];
  const { bytes: most = LIMIT.bytes, speak: longest = LIMIT.speak } = allowed;
  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > most) faults.push(`${bytes} bytes, more than ${most}`);
  if (card['version'] !== '1.5') faults.push(`version ${card['version']}: Teams documents 1.5 for cards of bots`);
  for (const key of ['speak', 'fallbackText', 'lang']) if (!card[key]?.trim()) faults.push(`no ${key}`);
  const speak: string = (card['speak'] ?? '').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  if (evenly(unescaped(card['fallbackText'] ?? '')) !== evenly(speak)) faults.push('speak and fallbackText differ');
  if (speak.length > longest) faults.push(`speak has ${speak.length} characters, more than ${longest}`);
  if (USUAL_PORT.test(speak)) faults.push('speak says the port that everybody means');
  if (EMOJI.test(speak)) faults.push('speak holds an emoji');
  if (card['msteams']?.width) faults.push('asks for the full width: rows become too long to follow');
  return faults;
}

function elementFaults(all: Found[]): string[] {
  const faults: string[] = [];
  for (const { node, hidden } of all) {
    const { type } = node as { type: string };
    const isChart = type.startsWith('Chart.');
    if (!KNOWN.has(type) && !isChart) faults.push(`${type} is not of the family`);
    if (isChart && (!node['fallback'] || node['fallback'] === 'drop'))
      faults.push(`${type} without a fallback that says the same`);
    if (isChart && hidden) faults.push(`${type} in a hidden part: Android has not drawn fallbacks there`);
    if (node['targetWidth']) faults.push('targetWidth: the iOS client has shown such elements at every width');
    if (['Warning', 'Good', 'Light', 'Dark'].includes(node['color']))
      faults.push(`text in ${node['color']}: too little contrast in a light theme`);
    if (type !== 'TextBlock') continue;
    if (!node['wrap']) faults.push(`TextBlock without wrap: ${node['text'].slice(0, 40)}`);
    // Only a TextBlock can mention somebody, and break a long address, or a long word that is to be copied.
    if (node['style'] === 'heading' || node['weight'] === 'Bolder' || isCopied(node)) continue;
    if (!/<at>|:\/\//.test(node['text']))
      faults.push(`TextBlock for running text (text of others belongs into TextRuns): ${node['text'].slice(0, 40)}`);
  }
  return faults;
}

function textFaults(body: Found[], { opening = false }: Allowed): string[] {
  const faults: string[] = [];
  const texts = body
    .filter(({ node }) => ['TextBlock', 'RichTextBlock'].includes(node['type']))
    .map((each) => ({ ...each, text: textOf(each.node) }));
  const isTitle = ({ node }: Found) => node['style'] === 'heading' && node['size'] === 'Large';
  if (texts[0]?.hidden || !texts.slice(0, opening ? 3 : 2).some(isTitle))
    faults.push('no large heading among the first two lines');
  for (const { node } of body)
    if (node['type'] === 'Container' && ['good', 'attention', 'warning', 'accent', 'emphasis'].includes(node['style']))
      if (!SYMBOL.test(textOf(node['items'][0])))
        faults.push(`a coloured container that does not begin with a symbol and a word: ${textOf(node['items'][0])}`);
  const title = texts.findIndex(isTitle);
  const word = title > 0 ? evenly(texts[title - 1]!.text).replace(/^\S+ /, '') : '';
  if (word !== '' && texts[title]!.text.startsWith(`${word}: `)) faults.push(`a title that repeats the state: ${word}`);
  const seen = new Map<string, boolean>();
  for (const { text, hidden } of texts)
    for (const sentence of sentencesOf(text)) {
      if (seen.has(sentence) && !(hidden && seen.get(sentence))) faults.push(`said twice: “${sentence.slice(0, 70)}”`);
      else seen.set(sentence, hidden);
    }
  for (const { text } of texts) if (USUAL_PORT.test(text)) faults.push(`the port that everybody means: ${text}`);
  for (const { node, text } of texts)
    for (const piece of pieces(text))
      if (piece.length > LIMIT.word && !BAR.test(piece) && !text.includes('://') && !isCopied(node))
        faults.push(`nothing breaks ${piece.length} characters: ${piece.slice(0, 40)}…`);
  return [...faults, ...timeFaults(texts.map(({ text }) => text))];
}

function columnFaults(body: Found[]): string[] {
  const faults: string[] = [];
  for (const { node, path } of body) {
    if (node['type'] !== 'Column' || !/^\d+px$/.test(node['width'] ?? '')) continue;
    const row: Json[] = path.at(-1)?.['columns'] ?? [];
    for (const item of node['items'] as Json[]) {
      const size = item['inlines']?.[0]?.size ?? item['size'] ?? 'Default';
      const widest = Math.max(
        0,
        ...textOf(item)
          .split(/[ \n-]+/)
          .map(({ length }) => length),
      );
      if (widest * PIXELS[size]! > Number.parseInt(node['width'], 10) + 4)
        faults.push(`“${textOf(item)}” does not fit a column of ${node['width']}`);
    }
    const other = row.length === 2 ? row.find((each) => each !== node) : undefined;
    if (row[0] !== node)
      for (const piece of (other?.['items'] ?? []).flatMap((item: Json) => pieces(textOf(item))))
        if (piece.length > LIMIT.beside)
          faults.push(`“${piece.slice(0, 40)}” runs into the column beside it on a phone: put the date under the name`);
    const label = textOf(node['items'][0] ?? {});
    if (row[0] === node && label.length > LIMIT.label) faults.push(`label of ${label.length} characters: “${label}”`);
  }
  // What is too long for its column stands above its value: not wrong on a screen, and longer than it need be.
  for (const { node } of body) {
    const [only, ...others] = (node['type'] === 'ColumnSet' ? node['columns'] : []) as Json[];
    const [run] = only?.['items'][0]?.inlines ?? [];
    if (others.length === 0 && run?.isSubtle && !run.size)
      faults.push(`label of ${run.text.length} characters: “${run.text}”`);
  }
  return faults;
}

/** Rows that all say the same, and rows that read out less than they show. */
function rowFaults(body: Found[]): string[] {
  const faults: string[] = [];
  for (const { node } of body) {
    const sets: Json[] = (node['items'] ?? []).filter(({ type }: Json) => type === 'ColumnSet');
    const rows = sets.map(({ columns }) =>
      columns.flatMap(({ items }: Json, column: number) =>
        items.map((item: Json, index: number) => [`${column}.${index}`, textOf(item)]),
      ),
    ) as [string, string][][];
    if (rows.length >= 3)
      for (const [place, text] of rows[0]!)
        if (text && rows.every((row) => row.some(([at, other]) => at === place && other === text)))
          faults.push(`a column that says “${text}” in every row`);
    for (const [index, { selectAction }] of sets.entries()) {
      if (!selectAction) continue;
      const title = evenly(selectAction.title ?? '');
      for (const [, text] of rows[index]!)
        for (const part of text.split(/ · |, /))
          if (!title.includes(evenly(part)) && !title.endsWith('…'))
            faults.push(`a row that does not read out “${part}”: ${title}`);
    }
  }
  return faults;
}

function actionFaults(card: Json, body: Found[]): string[] {
  const faults: string[] = [];
  const shown: Json[] = card['actions'] ?? [];
  const sets = body.filter(({ node }) => node['type'] === 'ActionSet').flatMap(({ node }) => node['actions'] as Json[]);
  const actions = [...shown, ...sets];
  if (actions.length > LIMIT.actions) faults.push(`${actions.length} actions, more than ${LIMIT.actions}`);
  if (shown.length > LIMIT.shown) faults.push('more than 3 buttons at once: put the rest into the toggled part');
  for (const { mode } of actions) if (mode) faults.push('mode: the menu behind “…” has failed on phones');
  const inputs = body.filter(({ node }) => node['type'].startsWith('Input.'));
  if (inputs.length > 0 && shown.some((one) => one['type'] === 'Action.Execute' && one['associatedInputs'] !== 'none'))
    faults.push('a button that carries inputs which are hidden');
  if (inputs.some(({ node }) => node['isRequired'])) faults.push('a required input in a part that may be hidden');
  if (actions.filter(({ style }) => style === 'positive').length > 1) faults.push('more than one primary action');
  for (const { title = '' } of actions)
    if (USUAL_PORT.test(title)) faults.push(`the port that everybody means: ${title}`);
  for (const { title = '' } of actions)
    if (title.length > LIMIT.title || title === '')
      faults.push(`button text of ${title.length} characters: “${title}”`);
  const hidden = body.filter(({ node }) => node['id'] && node['isVisible'] === false).map(({ node }) => node['id']);
  const targets = actions
    .filter(({ type }) => type === 'Action.ToggleVisibility')
    .flatMap(({ targetElements }) => targetElements);
  for (const id of hidden) if (!targets.includes(id)) faults.push(`hidden for ever: ${id}`);
  for (const id of targets) if (!hidden.includes(id)) faults.push(`toggles nothing: ${id}`);
  const json = JSON.stringify(card);
  const executes = json.match(/"type":"Action.Execute"/g)?.length ?? 0;
  const submits = json.match(/"fallback":\{"type":"Action.Submit"/g)?.length ?? 0;
  if (executes !== submits) faults.push(`${executes} Action.Execute, ${submits} with a fallback`);
  return faults;
}

/** What an Adaptive Card breaks of the family's rules. */
export function adaptiveFaults(card: object, allowed: Allowed = {}): string[] {
  const one = card as Json;
  const body = [...walk(one['body'] ?? [])];
  return [
    ...new Set([
      ...frameFaults(one, allowed),
      ...elementFaults([...walk(one)]),
      ...textFaults(body, allowed),
      ...columnFaults(body),
      ...rowFaults(body),
      ...actionFaults(one, body),
    ]),
  ];
}

/** Texts of a Slack message line by line, and how many characters are seen. */
function slackTexts(blocks: Json[], faults: string[]): { lines: string[]; visible: number } {
  const lines: string[] = [];
  let visible = 0;
  function look(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    const one = node as Json;
    if (one['type'] === 'mrkdwn') faults.push('mrkdwn: others could write markup; use plain_text or rich_text');
    if (one['type'] === 'plain_text' && one['emoji'] !== false)
      faults.push(`plain_text that turns colons into emoji: ${one['text'].slice(0, 30)}`);
    if (['rich_text_section', 'rich_text_preformatted'].includes(one['type']))
      lines.push(
        ...one['elements']
          .map((each: Json) => each['text'] ?? '')
          .join('')
          .split('\n'),
      );
    if (typeof one['text'] === 'string') visible += one['text'].length;
    for (const each of Object.values(one)) look(each);
  }
  look(blocks);
  for (const { type, text, elements } of blocks) {
    if (['header', 'section'].includes(type)) lines.push(text.text);
    if (type === 'context') lines.push(...elements.flatMap((each: Json) => each['text'].split('\n')));
  }
  return { lines, visible };
}

function slackActionFaults(elements: Json[]): string[] {
  const faults: string[] = [];
  if (elements.length > LIMIT.actions) faults.push(`${elements.length} actions, more than ${LIMIT.actions}`);
  for (const { type, options } of elements)
    if (type === 'overflow' && (options.length < 2 || options.length > 5))
      faults.push(`an overflow menu of ${options.length}`);
  if (elements.filter(({ style }) => style === 'primary').length > 1) faults.push('more than one primary action');
  return faults;
}

/** What a Slack message breaks of the family's rules, and of Block Kit's. */
export function slackFaults({ text, blocks }: { text: string; blocks: object[] }): string[] {
  const all = blocks as Json[];
  const faults: string[] = [...blockFaults(blocks)];
  if (!text.trim()) faults.push('no text: phones show nothing else in a notification');
  if (text.length > 3000) faults.push('text too long');
  if (USUAL_PORT.test(text)) faults.push('text says the port that everybody means');
  if (EMOJI.test(text)) faults.push('text holds an emoji');
  if (blocks.length > 50) faults.push(`${blocks.length} blocks`);
  if (all[0]?.['type'] !== 'header') faults.push('the first block is no header: notifications are made of the first');
  const { lines, visible } = slackTexts(all, faults);
  if (visible > 12_000) faults.push(`${visible} visible characters`);
  for (const { type, elements } of all) if (type === 'actions') faults.push(...slackActionFaults(elements));
  const seen = new Set<string>();
  for (const sentence of lines.flatMap(sentencesOf)) {
    if (seen.has(sentence)) faults.push(`said twice: “${sentence.slice(0, 70)}”`);
    seen.add(sentence);
  }
  return [...new Set([...faults, ...timeFaults(lines)])];
}
