import { escapeHtml, visibleLine } from '../../core/language/text.ts';
import type { EventBlock, EventRun, ReminderEvent } from '../../core/model/reminder.ts';

type Body = Pick<ReminderEvent, 'body' | 'blocks' | 'link'>;

function webAddress(url: string): string | null {
  const address = URL.parse(url);
  return address && ['https:', 'http:'].includes(address.protocol) ? address.href : null;
}

function htmlLink(link: ReminderEvent['link']): string[] {
  const address = link ? webAddress(link.url) : null;
  return link && address !== null ? [`<a href="${escapeHtml(address)}">${escapeHtml(visibleLine(link.text))}</a>`] : [];
}

function htmlRun({ text, url, mono, bold }: EventRun): string {
  if (url !== undefined) return htmlLink({ text, url }).join('');
  const escaped = escapeHtml(text).replaceAll('\n', ' ');
  if (mono) return `<code>${escaped}</code>`;
  return bold ? `<b>${escaped}</b>` : escaped;
}

/** What stands before the colon of a fact, which is no part of a sentence. */
const LABEL = /^[^:.]{1,40}:(?= )/;

function htmlLine(line: EventRun[], look: EventBlock['look']): string {
  const html = line.map(htmlRun).join('');
  const label = look === undefined && line.length === 1 && !line[0]!.url ? LABEL.exec(html)?.[0] : undefined;
  return label === undefined ? html : `<b>${label}</b>${html.slice(label.length)}`;
}

/**
 * One paragraph of elements that Outlook keeps and that have no colours of their own, so that a dark theme can have its
 * way.
 */
function htmlBlock({ look, lines }: EventBlock): string {
  const html = lines
    .map((line) => htmlLine(line, look))
    .filter((line) => line !== '')
    .join('<br>');
  if (look === 'task') return `<b style="font-size:13pt">${html}</b>`;
  return look === 'small' ? `<span style="font-size:9pt">${html}</span>` : html;
}

/**
 * One paragraph per entry, without its element, every text escaped. Of an event of an earlier version line feeds are
 * kept as breaks, and its link, if it leads to the web, comes last.
 */
export function htmlParagraphs({ body, blocks, link }: Body): string[] {
  if (blocks) return blocks.map(htmlBlock).filter((html) => html !== '');
  return [...body.map((paragraph) => escapeHtml(paragraph).replaceAll('\n', '<br>')), ...htmlLink(link)];
}

export function htmlBody(event: Body): string {
  return htmlParagraphs(event)
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join('\n');
}
