import { importCard, type ImportedLine } from '../../../core/chat/cards/import.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { MOST_TARGETS } from '../../../core/chat/with-targets.ts';
import { changeOf, changeWords, type RowChange } from '../../../core/chat/overview/import-plan.ts';
import { readTable, type TableRow } from '../../../core/chat/overview/table.ts';
import { holdsPrivateKey } from '../../../core/chat/private-key.ts';
import { parseTargets, type TargetArgument } from '../../../core/chat/typed-targets.ts';
import { wordsOf } from '../../../core/chat/words.ts';
import { DeliveryError } from '../../../core/errors.ts';
import { shorten } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { displayTarget } from '../../../core/targets/target.ts';
import { withMeant } from './meant.ts';
import { putNote, putTags } from './notes.ts';
import { putPolicy } from './remind.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { watch } from './watch.ts';

/** The answer names what is watched, and says nothing of how it is: alerts do. */
const NO_WORD = { isTold: false };

/** A line with what its target is. */
interface Read {
  row: TableRow;
  target: TargetArgument;
}

/** The text that a message holds, or the sentence why it cannot be had. */
async function textOf(
  context: CommandContext,
  { inbound, say }: Request,
  typed: string,
): Promise<{ text: string } | { sentence: string }> {
  const [file] = inbound.attachments;
  // Words beside a file are a remark on it.
  if (typed.includes('\n') || !file) return { text: typed };
  const messenger = context.messengers.get(inbound.conversation.channel);
  try {
    if (!messenger) throw new DeliveryError('refused', 'The channel is not connected.');
    const bytes = await messenger.download(file, inbound.conversation);
    const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const encoding = isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
    return { text: decoded(bytes, encoding) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    context.log.warn({ err: error, activity: inbound.id }, 'an attached file could not be fetched');
    if (error.lacks) return { sentence: say('trust.lacks', { name: say('trust.nameless'), scope: error.lacks }) };
    return { sentence: say(error.status === 413 ? 'import.too-large' : 'import.not-fetched') };
  }
}

/** Spreadsheets on Windows save CSV in its own code page where nobody asks for another. */
function decoded(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** What the first cells of lines mean in this conversation, in their order. */
async function targetsOf(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  rows: TableRow[],
): Promise<Read[]> {
  const found: Read[] = [];
  for (const row of rows) {
    const text = shorten(row.target, 300);
    const { targets } = parseTargets(wordsOf(row.target.slice(0, 2048)), say, 2);
    const meant = await withMeant(
      context,
      { conversation, inbound, say },
      { verb: 'watch', targets: targets.slice(0, 1), policy: null },
    );
    const [target] = 'targets' in meant && Array.isArray(meant.targets) ? meant.targets : [];
    found.push({ row, target: target && targets.length === 1 ? target : { text, problem: say('import.no-target') } });
  }
  return found;
}

/** What is told of each line; `plans` is what its target gets. */
function outcomes(
  read: Read[],
  { before, after, say }: { before: Map<string, Watch>; after: Map<string, Watch>; say: Request['say'] },
): { lines: ImportedLine[]; plans: Map<string, RowChange>; owners: number } {
  const plans = new Map<string, RowChange>();
  const seen = new Map<string, number>();
  const lines: ImportedLine[] = [];
  let owners = 0;
  for (const { row, target } of read) {
    const { line } = row;
    const refuse = (name: string, note: string): void =>
      void lines.push({ line, outcome: 'refused', target: name, note });
    if ('problem' in target) {
      refuse(target.text, target.problem);
      continue;
    }
    const { uri } = target;
    const name = displayTarget(uri);
    const own = after.get(uri) ?? null;
    const change = changeOf(row, own, say);
    if (seen.has(uri)) refuse(name, say('import.twice', { target: name, line: seen.get(uri)! }));
    else if (!own) refuse(name, say('import.not-watched'));
    else if ('problem' in change) refuse(name, change.problem);
    else {
      plans.set(uri, change);
      const note = changeWords(change, say);
      const isNew = !before.has(uri);
      lines.push({ line, outcome: isNew ? 'watched' : note === '' ? 'same' : 'changed', target: name, note });
    }
    seen.set(uri, seen.get(uri) ?? line);
    const named = row.owner?.toLowerCase() ?? '';
    const known = own ? [own.ownerName.toLowerCase(), own.ownerMailbox?.toLowerCase(), own.ownerId.toLowerCase()] : [];
    if (own && named !== '' && !known.includes(named)) owners += 1;
  }
  return { lines, plans, owners };
}

async function apply(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  { conversation, plans }: { conversation: Conversation; plans: Map<string, RowChange> },
): Promise<void> {
  const policies = new Map<string, { policy: RowChange['policy']; watches: Watch[] }>();
  for (const one of await operations.listWatches(conversation.id)) {
    const { note, tags, policy } = plans.get(one.uri) ?? {};
    if (note !== undefined) await putNote(context, request, operations, { watches: [one], note });
    if (tags) await putTags(context, request, operations, { change: 'tag', watches: [one], tags });
    if (policy === undefined) continue;
    const key = JSON.stringify(policy);
    policies.set(key, { policy, watches: [...(policies.get(key)?.watches ?? []), one] });
  }
  for (const { policy, watches } of policies.values())
    await putPolicy(context, request, operations, { conversation, watches, policy: policy ?? null, isTold: false });
}

function watchesByUri(watches: Watch[]): Map<string, Watch> {
  return new Map(watches.map((one) => [one.uri, one]));
}

/**
 * `import`: takes back what `export` gives: what is not watched yet is from now on, notes and thresholds are as the table
 * has them, tags come to those that are there. Nothing goes by being left out, and the same table twice changes nothing.
 */
export async function importList(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'import' }>,
): Promise<Reply> {
  const { say, inbound } = request;
  const { store } = context;
  const refused = (sentence: string): Reply => forAsker(problemCard(sentence, say));
  const source = await textOf(context, request, command.text);
  if ('sentence' in source) return refused(source.sentence);
  if (holdsPrivateKey(source.text)) return refused(say('trust.private-key'));
  const table = readTable(source.text);
  if ('problem' in table)
    return refused(
      table.problem === 'unreadable' ? say('import.unreadable', { line: table.line }) : say(`import.${table.problem}`),
    );
  if (table.rows.length === 0) return refused(say('import.nothing'));
  if (table.rows.length > MOST_TARGETS)
    return refused(say('import.too-many', { number: table.rows.length, most: MOST_TARGETS }));
  const read = await targetsOf(context, request, conversation, table.rows);
  const listed = await store.listWatches(conversation.id);
  // What an earlier run of this very message has begun to watch is new still.
  const before = watchesByUri(listed.filter(({ createdBy }) => createdBy !== inbound.id));
  const fresh = read.flatMap(({ target }) => ('uri' in target && !before.has(target.uri) ? [target] : []));
  if (fresh.length > 0)
    await watch(context, request, conversation, { verb: 'watch', targets: unique(fresh), policy: null }, NO_WORD);
  const after = watchesByUri(await store.listWatches(conversation.id));
  const { lines, plans, owners } = outcomes(read, { before, after, say });
  return {
    card: importCard(lines, owners, say),
    commit: (operations) => apply(context, request, operations, { conversation, plans }),
  };
}

function unique<T extends { uri: string }>(targets: T[]): T[] {
  return [...new Map(targets.map((one) => [one.uri, one])).values()];
}
