import { createHash } from 'node:crypto';
import { sentenceCard } from '../../../core/chat/cards/replies.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import { sortViews, type WatchView } from '../../../core/chat/cards/list.ts';
import type { Command } from '../../../core/chat/command.ts';
import { tableLines } from '../../../core/chat/overview/table.ts';
import { sayIn } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import { HOUR } from '../../../core/time.ts';
import type { FlowContext } from '../../context.ts';
import { viewsOf } from '../../reminders/view.ts';
import { understoodFilter, withPersons } from './list-filter.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** How long an address opens the file, milliseconds. */
const OPEN_FOR = HOUR;
/** UTF-16 units of a table that is told in a message. */
const MOST_PASTED = 6000;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The lines that have room in a message, and how many have none. */
function pasted(lines: string[]): { shown: string[]; rest: number } {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length;
    if (length > MOST_PASTED) break;
    shown.push(line.trimEnd());
  }
  return { shown, rest: lines.length - shown.length };
}

/** `export`: what is watched here as comma-separated values; as a file where addresses are known, else in the answer. */
export async function exportList(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'export' }>,
): Promise<Reply> {
  const { store, settings, uuid } = context;
  const now = context.now();
  const { id: self } = inbound.actor;
  const filter = withPersons(command.filter, inbound.mentions, self);
  const all = await viewsOf(context, store, conversation, await store.listWatches(conversation.id));
  const understood = understoodFilter(context, conversation, all, { filter, now, say, self });
  const views = understood ? all.filter((view) => understood.matches(view)) : all;
  if (all.length === 0) return forAsker(problemCard(`${say('list.empty.title')}. ${say('list.empty')}`, say));
  if (views.length === 0) return forAsker(problemCard(say('export.nothing', { filter: understood?.words ?? '' }), say));
  const number = views.length;
  const more = [say('export.back')];
  if (understood || settings.publicUrl === null) {
    const { shown, rest } = pasted(tableLines(sortViews(views), now, say));
    const left = rest > 0 ? [say('export.more', { number: rest })] : [];
    const card = sentenceCard(say('export.title'), say('export.pasted', { number }), say, { more: [...left, ...more] });
    return forAsker({ ...card, text: [...(card.text ?? []), ...shown] });
  }
  const token = `${uuid()}${uuid()}`.replaceAll('-', '');
  const url = `${settings.publicUrl}/export/${token}.csv`;
  return {
    ...forAsker(
      sentenceCard(say('export.title'), say('export.summary', { number }), say, {
        more,
        actions: [{ kind: 'open', label: say('export.button'), url }],
      }),
    ),
    commit: (operations) =>
      operations.putExport({
        hash: hashOf(token),
        conversationId: conversation.id,
        language: say.language,
        until: now + OPEN_FOR,
      }),
  };
}

/** The file behind such an address, as things are by now; null when that token opens nothing (any more). */
export async function exportedList(context: FlowContext, token: string): Promise<string | null> {
  const { store } = context;
  const now = context.now();
  const address = await store.findExport(hashOf(token));
  if (!address || now >= address.until) return null;
  const conversation = await store.findConversation(address.conversationId);
  if (!conversation || conversation.goneAt !== null) return null;
  const views: WatchView[] = await viewsOf(context, store, conversation, await store.listWatches(conversation.id));
  // Spreadsheets know by the mark that it is UTF-8.
  return `\uFEFF${tableLines(sortViews(views), now, sayIn(address.language)).join('')}`;
}
