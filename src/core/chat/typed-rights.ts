import type { PersonArgument } from './people-words.ts';
import type { Say } from '../language/language.ts';
import { RESTRICTED } from '../targets/target.ts';

/** The words of a text, each person among them as such. */
export type Words = (string | PersonArgument)[];

/** Who may change what holds in a conversation: `only` its administrators (and these people), or everybody. */
export type AdminsArgument = { who: 'everybody' } | { who: 'only'; people: PersonArgument[] };

/** What `operators default` can set for all conversations that have set nothing themselves. */
export const DEFAULTS = ['timezone', 'holidays', 'freeze'] as const;
export type DefaultKey = (typeof DEFAULTS)[number];

/** What is asked for that concerns the whole bot. */
export type OperatorsCommand =
  | { verb: 'operators'; what: 'help' | 'status' | 'audit' }
  /** Without a page: the first. */
  | { verb: 'operators'; what: 'conversations' | 'orphaned'; page?: number }
  /** `source`: one of RESTRICTED. `where`: a conversation's name or id; null: the one in which it is typed. */
  | { verb: 'operators'; what: 'allow' | 'deny'; source: string; where: string | null }
  /** Without a key: all of them; without a value: that one. */
  | { verb: 'operators'; what: 'default'; key: DefaultKey | null; value: string | null }
  /** `name`: as it was typed, where it is neither a mention nor an address. */
  | { verb: 'operators'; what: 'forget'; person: PersonArgument | { kind: 'name'; name: string } };

/** To be forgotten. `sure`: the question was answered with it already. */
export interface ForgetCommand {
  verb: 'forget';
  sure: boolean;
}

interface Problem {
  verb: 'problem';
  sentence: string;
}

function problem(sentence: string): Problem {
  return { verb: 'problem', sentence };
}

const EVERYBODY = new Set(['everybody', 'everyone', 'all', 'alle', 'default', 'none', 'off', 'clear', 'reset', 'aus']);
const FILLERS = new Set(['only', 'nur', 'and', 'und', '&', ',']);

/** What stands behind `settings admins`; the sentence for what cannot be it. */
export function parseAdmins(words: Words, say: Say): AdminsArgument | { sentence: string } {
  const [first] = words;
  if (words.length === 1 && typeof first === 'string' && EVERYBODY.has(first.toLowerCase()))
    return { who: 'everybody' };
  const named = words.filter((word) => typeof word !== 'string' || !FILLERS.has(word.toLowerCase()));
  const people = named.filter((word) => typeof word !== 'string');
  const stray = named.find((word) => typeof word === 'string');
  if (stray !== undefined) return { sentence: say('admins.wrong', { text: stray.slice(0, 40) }) };
  return { who: 'only', people };
}

/** `forget me`, and nobody else: others are forgotten by the operators. */
export function parseForget(words: Words, say: Say): ForgetCommand | Problem {
  const [who, sure, more] = words;
  const isSure = typeof sure === 'string' && /^(?:yes|ja)$/i.test(sure);
  if (typeof who !== 'object' || who.kind !== 'self' || more !== undefined || (sure !== undefined && !isSure))
    return problem(say('forget.whom'));
  return { verb: 'forget', sure: isSure };
}

function parseDefault([first, ...values]: Words, say: Say): OperatorsCommand | Problem {
  if (first === undefined) return { verb: 'operators', what: 'default', key: null, value: null };
  const typed = typeof first === 'string' ? first.toLowerCase().replace(/[:=]$/, '') : '';
  const key = DEFAULTS.find((one) => one === typed);
  if (!key) return problem(say('operators.default.key', { keys: DEFAULTS.join(', ') }));
  const texts = values.filter((value) => typeof value === 'string');
  return { verb: 'operators', what: 'default', key, value: texts.length > 0 ? texts.join(' ') : null };
}

/** `entra here`, `entra in Operations`: which source is allowed, or is not any more, and where. */
function parseAllowance(what: 'allow' | 'deny', words: Words, say: Say): OperatorsCommand | Problem {
  const text = words.map((word) => (typeof word === 'string' ? word : '@…')).join(' ');
  const [, named = '', rest = ''] = /^(\w+):?(?:\s+(\S.*))?$/.exec(text) ?? [];
  const source = RESTRICTED.find((one) => one === named.toLowerCase());
  if (source === undefined)
    return problem(say('allowance.which', { what, sources: RESTRICTED.join(', '), source: RESTRICTED[0]! }));
  const where = rest.replace(/^(?:in|for|für)\s+/i, '').replace(/^[“"„](.*)["“”]$/, '$1');
  return { verb: 'operators', what, source, where: /^(?:|here|hier)[.!]?$/i.test(where) ? null : where };
}

/** What stands behind `operators`. */
export function parseOperators(words: Words, say: Say): OperatorsCommand | Problem {
  const [first, ...rest] = words;
  const what = typeof first === 'string' ? first.toLowerCase() : '';
  if (first === undefined) return { verb: 'operators', what: 'help' };
  if (what === 'default' || what === 'defaults') return parseDefault(rest, say);
  if (what === 'forget') {
    const [person, more] = rest;
    if (typeof person === 'object' && more === undefined) return { verb: 'operators', what, person };
    const name = rest.filter((word) => typeof word === 'string').join(' ');
    return name !== '' && name.length <= 200
      ? { verb: 'operators', what, person: { kind: 'name', name: name.replace(/^@/, '') } }
      : problem(say('operators.forget.whom'));
  }
  if (what === 'allow' || what === 'deny') return parseAllowance(what, rest, say);
  const [second] = rest;
  const isExport = second === undefined || (typeof second === 'string' && /^export$/i.test(second));
  if (what === 'audit' && isExport && rest.length < 2) return { verb: 'operators', what };
  if (what === 'status' && rest.length === 0) return { verb: 'operators', what };
  const paged = (['conversations', 'orphaned'] as const).find((one) => one === what);
  if (paged && rest.length === 0) return { verb: 'operators', what: paged };
  const page = typeof second === 'string' && rest.length === 1 ? /^[1-9]\d{0,5}$/.exec(second)?.[0] : undefined;
  if (paged && page !== undefined) return { verb: 'operators', what: paged, page: Number(page) };
  return problem(
    say('operators.command', {
      text: words
        .map((word) => (typeof word === 'string' ? word : '@…'))
        .join(' ')
        .slice(0, 40),
    }),
  );
}
