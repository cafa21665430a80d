import type { Say } from '../../core/language/language.ts';
import { enumerate, prose } from '../../core/language/wording.ts';
import type { MessageForm } from '../../core/model/form.ts';
import { arranged } from '../offered.ts';
import { ADAPTIVE_CARD } from './cards.ts';
import { clip, escapeMarkdown, plain } from './markup.ts';

/** Targets that a sentence names. */
const MOST_NAMED = 20;
const LONGEST_SENTENCE = 3000;

/** What a dialog shows (Teams, "Dialogs", TaskInfo). */
export interface Task {
  type: 'continue';
  value: { title: string; height: string; width: string; card: { contentType: string; content: object } };
}

function sentence(words: string, more: object = {}): object {
  return { type: 'TextBlock', text: escapeMarkdown(clip(words, LONGEST_SENTENCE)), wrap: true, ...more };
}

function wrong(error: string | null): object[] {
  return error === null ? [] : [sentence(error, { color: 'Attention', weight: 'Bolder' })];
}

/** `data` null: there is nothing to send. */
function task(title: string, body: object[], data: object | null, say: Say): Task {
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: say.language,
    body,
    ...(data === null ? {} : { actions: [{ type: 'Action.Submit', title: say('form.submit'), data }] }),
  };
  return {
    type: 'continue',
    value: { title, height: 'medium', width: 'medium', card: { contentType: ADAPTIVE_CARD, content } },
  };
}

function field(id: string, label: string, more: object = {}): object {
  return { type: 'Input.Text', id, label, ...more };
}

/** What stands in a form about a message. */
export interface MessageFields {
  ticks: string[];
  chosen: string[];
  more: string;
  serial: number;
  /** Sentences below. */
  below: string[];
  error: string | null;
}

/** The fields of a form that is shown for the first time. */
export function fieldsOf(form: MessageForm, say: Say): MessageFields {
  const { ticks, more, leftOut } = arranged(form.offered);
  const { watched } = form;
  const names = watched.map(({ typed }) => typed);
  return {
    ticks,
    chosen: ticks,
    more,
    serial: form.serial,
    below: [
      ...(leftOut > 0 ? [say('form.left-out', { number: leftOut })] : []),
      ...(watched.length > 0 ? [say('form.watched', { targets: enumerate(names, MOST_NAMED, say) })] : []),
      ...(form.offered.length > 0 ? [] : [prose(say(watched.length > 0 ? 'form.all-watched' : 'form.none'), say)]),
      ...form.notes,
    ],
    error: null,
  };
}

/** What a message names, with ticks to choose. */
export function messageTask({ ticks, chosen, more, serial, below, error }: MessageFields, say: Say): Task {
  const choices = {
    type: 'Input.ChoiceSet',
    id: 'ticks',
    label: say('form.found'),
    isMultiSelect: true,
    style: 'expanded',
    wrap: true,
    choices: ticks.map((typed, index) => ({ title: plain(typed), value: String(index) })),
    value: ticks.flatMap((typed, index) => (chosen.includes(typed) ? [String(index)] : [])).join(','),
  };
  const rest = [field('more', say('form.more'), { isMultiline: true, value: more }), sentence(say('form.more.hint'))];
  const body = [
    ...wrong(error),
    ...(ticks.length > 0 ? [choices, sentence(say('form.found.hint'), { isSubtle: true, spacing: 'Small' })] : []),
    ...(more === '' ? [] : rest),
    ...below.map((words) => sentence(words)),
  ];
  const isEmpty = ticks.length === 0 && more === '';
  return task(say('form.message.title'), body, isEmpty ? null : { form: 'message', serial, targets: ticks }, say);
}

/** What stands in a form for anything. */
export interface GlobalFields {
  id: string;
  /** The form is used in a conversation of several where the bot is, as far as is known. */
  offersHere: boolean;
  targets: string;
  where: string;
  when: string;
  owner: string;
  error: string | null;
}

/** A form for anything: targets, where, owner, when. */
export function globalTask({ id, offersHere, targets, where, when, owner, error }: GlobalFields, say: Say): Task {
  const places = {
    type: 'Input.ChoiceSet',
    id: 'where',
    label: say('form.where'),
    style: 'compact',
    value: where,
    choices: [
      { title: say('form.where.here'), value: 'here' },
      { title: say('form.where.own'), value: 'own' },
    ],
  };
  // People of this very conversation: of others nobody here could be asked (Teams, "People Picker in Adaptive Cards").
  const person = {
    type: 'Input.ChoiceSet',
    id: 'owner',
    label: say('form.owner'),
    style: 'filtered',
    isMultiSelect: false,
    choices: [],
    'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users?scope=currentContext' },
    ...(owner === '' ? {} : { value: owner }),
  };
  const hint = { isSubtle: true, spacing: 'Small' };
  const body = [
    ...wrong(error),
    field('more', say('form.targets'), {
      isMultiline: true,
      isRequired: true,
      errorMessage: say('form.nothing'),
      placeholder: say('form.targets.hint'),
      value: targets,
    }),
    ...(offersHere ? [places, person, sentence(say('form.owner.hint'), hint)] : []),
    field('when', say('form.when'), { value: when }),
    sentence(say('form.when.hint'), hint),
  ];
  return task(say('form.title'), body, { form: 'global', id }, say);
}
