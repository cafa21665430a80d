import type { Say } from '../language/language.ts';
import { shorten } from '../language/text.ts';
import type { Naming, TargetKind } from './kind.ts';
import { unquoted } from './quotes.ts';
import { folded, visible } from './names.ts';

/** An application of the directory (Microsoft Entra ID), or with null all that the bot can see. */
export interface EntraTarget {
  scheme: 'entra';
  /** Its application (client) id, in lower case. */
  app: string | null;
  /** What it was called when it was named first: its id tells what is meant. */
  name: string;
}

const PREFIX = 'entra';
/** UTF-16 units; the directory takes 120. */
const LONGEST = 256;
const SHOWN = 120;
const ALL = 'entra://all';

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

function format({ app, name }: EntraTarget): string {
  if (app === null) return ALL;
  return `entra://${app}/${encodeURIComponent(shorten(visible(name), SHOWN) || app)}`;
}

function read(uri: string): EntraTarget {
  if (uri === ALL) return { scheme: 'entra', app: null, name: '' };
  const match = /^entra:\/\/([\da-f-]{36})\/([^/]+)$/.exec(uri);
  if (!match) throw new Error(`not a canonical target URI: ${uri}`);
  return { scheme: 'entra', app: match[1]!, name: decodeURIComponent(match[2]!) };
}

function shown({ app, name }: EntraTarget): string {
  return app === null ? PREFIX : `${PREFIX}:${name}`;
}

/** The watched targets that go by a name or an id; without one every application, what leads to them first. */
function knownBy(name: string, known: string[]): string[] {
  const targets = known.filter((uri) => uri.startsWith('entra:')).map((uri) => ({ uri, target: read(uri) }));
  const wanted = folded(name);
  return targets
    .filter(({ target: { app, name: own } }) => wanted === '' || app === wanted || (app && folded(own) === wanted))
    .toSorted((a, b) => Number(a.target.app !== null) - Number(b.target.app !== null))
    .map(({ uri }) => uri);
}

function parse(typed: string, say: Say): ReturnType<Naming['parse']> {
  const name = unquoted(visible(typed.slice(0, LONGEST + 1)));
  if (name.length > LONGEST) return { problem: say('entra.long-name', { most: LONGEST }) };
  return { named: { prefix: PREFIX, name: /^(?:all|alle|\*)$/i.test(name) ? '' : name, given: null } };
}

const naming: Naming = {
  prefix: PREFIX,
  alone: true,
  parse,
  settle({ name }, { known, mayBeNew }, say) {
    if (name === '' && mayBeNew) return { uri: ALL };
    const [uri, ...more] = knownBy(name, known);
    if (uri !== undefined) return more.length > 0 ? { uris: [uri, ...more] } : { uri };
    if (name === '') return { uri: ALL };
    if (mayBeNew) return { sought: GUID.test(name) ? name.toLowerCase() : name };
    return { problem: say('entra.not-watched', { name: shorten(name, 60) }) };
  },
};

/** Secrets and certificates of applications: `entra`, `entra:My application`, `entra:<application id>`. */
export const entraKind: TargetKind<EntraTarget> = {
  schemes: ['entra'],
  connects: true,
  restricted: true,
  format,
  read,
  identity: ({ app }) => `entra://${app ?? 'all'}`,
  display: shown,
  brief: shown,
  typed: (target) =>
    target.app !== null && /["'“”,;]|\sremind\s/i.test(target.name) ? `${PREFIX}:${target.app}` : shown(target),
  naming,
};
