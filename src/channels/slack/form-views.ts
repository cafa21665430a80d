import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import type { Say } from '../../core/language/language.ts';
import { enumerate, prose } from '../../core/language/wording.ts';
import type { FormField, MessageForm } from '../../core/model/form.ts';
import { arranged } from '../offered.ts';
import { type FormMetadata, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT } from './form-payload.ts';
import { clip, plain } from './markup.ts';

type View = types.ModalView;
type Block = types.KnownBlock;

/** Limits of modals (docs.slack.dev, "Modal views", "Checkboxes", "Section block"). */
const TITLE_LENGTH = 24;
const TICKS_OF_A_BLOCK = 10;
const TEXT_LENGTH = 2900;
const OPTION_LENGTH = 75;
const HINT_LENGTH = 2000;
/** Targets that a sentence names. */
const MOST_NAMED = 20;
/** The value of the choice that is no channel. */
export const OWN = 'own';

/** A channel where both the bot and the person are. */
export interface CommonChannel {
  id: string;
  name: string;
}

function text(words: string, length = TEXT_LENGTH): types.PlainTextElement {
  return { type: 'plain_text', text: clip(plain(words).trim(), length) || '–', emoji: false };
}

function sentence(words: string): Block {
  return { type: 'section', text: text(words) };
}

function view(title: string, blocks: Block[], say: Say, more: Partial<View> = {}): View {
  return { type: 'modal', title: text(title, TITLE_LENGTH), close: text(say('form.close')), blocks, ...more };
}

function sendable(say: Say, callback: string, metadata: FormMetadata): Partial<View> {
  return {
    callback_id: callback,
    private_metadata: JSON.stringify(metadata),
    submit: text(say('form.submit')),
    close: text(say('form.cancel')),
  };
}

/** One sentence instead of a form. */
export function noticeView(words: string, title: string, say: Say): View {
  return view(title, [sentence(words)], say);
}

/** Ticks in blocks; another content is another block, or Slack would keep what was ticked in the one before. */
function tickBlocks(ticks: string[], say: Say): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < ticks.length; from += TICKS_OF_A_BLOCK) {
    const options = ticks.slice(from, from + TICKS_OF_A_BLOCK).map((value) => ({ text: text(value), value }));
    const print = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 12);
    const numbers = ticks.length > TICKS_OF_A_BLOCK ? ` (${from + 1}–${from + options.length})` : '';
    blocks.push({
      type: 'input',
      block_id: `ticks-${print}`,
      optional: true,
      label: text(`${say('form.found')}${numbers}`),
      element: { type: 'checkboxes', action_id: 'ticks', options, initial_options: options },
      ...(from === 0 ? { hint: text(say('form.found.hint'), HINT_LENGTH) } : {}),
    });
  }
  return blocks;
}

function field(name: string, label: string, hint: string, more: Partial<types.PlainTextInput> = {}): Block {
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: text(label),
    hint: text(hint, HINT_LENGTH),
    element: { type: 'plain_text_input', action_id: name, ...more },
  };
}

function watchedSentence({ watched }: MessageForm, say: Say): Block[] {
  if (watched.length === 0) return [];
  const targets = enumerate(
    watched.map(({ typed }) => typed),
    MOST_NAMED,
    say,
  );
  return [sentence(say('form.watched', { targets }))];
}

/** What a message names, with ticks to choose. */
export function messageView(form: MessageForm, metadata: FormMetadata, say: Say): View {
  const { ticks, more, leftOut } = arranged(form.offered);
  const isEmpty = form.offered.length === 0;
  const rest = field('targets', say('form.more'), say('form.more.hint'), { multiline: true, initial_value: more });
  const blocks: Block[] = [
    sentence(say('form.message.title')),
    ...tickBlocks(ticks, say),
    ...(more === '' ? [] : [rest]),
    ...(leftOut > 0 ? [sentence(say('form.left-out', { number: leftOut }))] : []),
    ...watchedSentence(form, say),
    ...(isEmpty ? [sentence(prose(say(form.watched.length > 0 ? 'form.all-watched' : 'form.none'), say))] : []),
    ...form.notes.map(sentence),
  ];
  return view(say('form.message.short'), blocks, say, isEmpty ? {} : sendable(say, MESSAGE_SHORTCUT, metadata));
}

/**
 * A form for anything: targets, where, owner, when. `channels`: those where both are; null while that is not known.
 */
export function globalView({ channels, most }: { channels: CommonChannel[] | null; most: number }, say: Say): View {
  const own = { text: text(say('form.where.own'), OPTION_LENGTH), value: OWN };
  const shown = (channels ?? []).slice(0, most);
  const places = shown.map(({ id, name }) => ({ text: text(`#${name}`, OPTION_LENGTH), value: id }));
  const where: Block = {
    type: 'input',
    block_id: 'where',
    label: text(say('form.where')),
    element: { type: 'static_select', action_id: 'where', options: [own, ...places], initial_option: own },
  };
  const isCut = (channels?.length ?? 0) > shown.length;
  const note = channels ? say('form.where.more', { number: shown.length }) : say('form.where.unknown');
  const owner: Block = {
    type: 'input',
    block_id: 'owner',
    optional: true,
    label: text(say('form.owner')),
    hint: text(say('form.owner.hint'), HINT_LENGTH),
    element: { type: 'users_select', action_id: 'owner' },
  };
  const blocks: Block[] = [
    {
      ...field('targets', say('form.targets'), say('form.targets.hint'), { multiline: true }),
      optional: false,
    } as Block,
    where,
    ...(isCut || !channels ? [sentence(note)] : []),
    owner,
    field('when', say('form.when'), say('form.when.hint')),
  ];
  return view(say('form.title'), blocks, say, sendable(say, GLOBAL_SHORTCUT, { global: true }));
}

/** The block of a sent form at which the sentence about a field stands; null: the form has none. */
export function blockFor(name: FormField, blockIds: string[]): string | null {
  return blockIds.find((id) => id === name || (name === 'targets' && id.startsWith('ticks-'))) ?? null;
}
