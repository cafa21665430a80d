import { askedName } from '../../alerts/findings.ts';
import { mixedOf } from '../../certificates/mixed.ts';
import { stageAt } from '../../certificates/stages.ts';
import { judgeAll } from '../../certificates/verdict.ts';
import type { Say } from '../../language/language.ts';
import type { Instant } from '../../time.ts';
import type { WatchView } from '../cards/list.ts';

/** In which state a watch may be, as people ask for it. */
export type ListState =
  | 'expired'
  | 'critical'
  | 'urgent'
  | 'notice'
  | 'due'
  | 'unreachable'
  | 'broken'
  | 'fine'
  | 'not-fine'
  | 'untrusted'
  | 'wrong-name'
  | 'incomplete-chain'
  | 'revoked'
  | 'weak'
  | 'partly-renewed'
  | 'unseen';

/** The words for each, in lower case, longest first where one begins another. */
const WORDS: Record<ListState, string> = {
  'not-fine':
    'not fine|not ok|not okay|not good|unhealthy|needs attention|need attention|attention|nicht in ordnung|nicht ok|nicht okay|nicht gut|handlungsbedarf',
  expired:
    'expired|lapsed|overdue|überfällig|überfällige|outdated|abgelaufen|abgelaufene|abgelaufener|abgelaufenen|abgelaufenes',
  critical: 'critical|kritisch|kritische|kritischen|kritischer|kritisches',
  urgent: 'urgent|dringend|dringende|dringenden|dringender|dringendes|eilig|eilige',
  notice: 'notice|hinweis',
  due: 'due|expiring|expiring soon|expires soon|soon|upcoming|fällig|fällige|fälligen|faellig|faellige|ablaufend|ablaufende|ablaufenden|bald ablaufend|bald ablaufende|bald fällig|bald|demnächst',
  unreachable:
    'unreachable|not reachable|down|offline|unerreichbar|unerreichbare|unerreichbaren|nicht erreichbar|nicht erreichbare|ausgefallen|ausgefallene',
  broken:
    'broken|bad|failing|failed|wrong|faulty|problem|problems|with problems|error|errors|defekt|defekte|defekten|kaputt|kaputte|kaputten|fehlerhaft|fehlerhafte|fehler|probleme|mit problemen|mit fehlern',
  fine: 'fine|ok|okay|good|healthy|valid|alright|gut|gute|gültig|gültige|in ordnung|okey',
  untrusted:
    'untrusted|not trusted|self-signed|selfsigned|selbstsigniert|selbstsignierte|selbst signiert|nicht vertrauenswürdig|nicht vertrauenswürdige|nicht vertraut',
  'wrong-name':
    'wrong name|wrong names|name mismatch|mismatch|falscher name|falsche namen|falschem namen|falscher hostname',
  'incomplete-chain':
    'incomplete chain|chain incomplete|incomplete|missing chain|unvollständig|unvollständige|unvollständige kette|kette unvollständig',
  revoked: 'revoked|widerrufen|widerrufene|zurückgezogen|gesperrt|gesperrte',
  weak: 'weak|weak key|outdated tls|schwach|schwache|schwacher schlüssel',
  'partly-renewed': 'partly renewed|half renewed|teilweise erneuert|teils erneuert|halb erneuert',
  unseen: 'not yet seen|never seen|unseen|noch nie gesehen|nie gesehen',
};

const BY_WORD = new Map(
  Object.entries(WORDS).flatMap(([state, words]) =>
    words.split('|').map((word) => [word, state as ListState] as const),
  ),
);

/** The state that some words (lower case) begin with, and how many of them it takes. */
export function stateAt(words: string[], at: number): { value: ListState; count: number } | null {
  for (let count = Math.min(4, words.length - at); count > 0; count -= 1) {
    const value = BY_WORD.get(words.slice(at, at + count).join(' '));
    if (value) return { value, count };
  }
  return null;
}

const CHAIN = ['self-signed', 'private-ca', 'untrusted', 'expired-issuer', 'issuer-no-ca', 'incomplete-chain'];
const WEAK = ['weak-key', 'weak-signature', 'old-protocol', 'rare-tls'];

/** Every state that a watch is in. */
export function statesOf({ target, leaves, policy }: WatchView, now: Instant, say: Say): Set<ListState> {
  const states = new Set<ListState>();
  const { observation, state } = target;
  const [leaf] = leaves;
  if (!observation || !state) return new Set(['unseen']);
  const findings = [...judgeAll(observation, askedName(target.uri), now, say).values()];
  const codes = new Set<string>(findings.map(({ code }) => code));
  const mixed = mixedOf(observation, now, say);
  if (state.failures > 0) states.add('unreachable');
  if (!leaf) states.add('unseen');
  const stage = leaf ? stageAt(leaf, policy, now) : null;
  if (stage && stage !== 'fine') states.add(stage);
  if (stage === 'notice' || stage === 'urgent' || stage === 'critical') states.add('due');
  if (CHAIN.some((code) => codes.has(code))) states.add('untrusted');
  if (WEAK.some((code) => codes.has(code))) states.add('weak');
  if (codes.has('wrong-name') || codes.has('raw-name')) states.add('wrong-name');
  if (codes.has('incomplete-chain')) states.add('incomplete-chain');
  if (codes.has('revoked')) states.add('revoked');
  if (mixed?.code === 'partly-renewed') states.add('partly-renewed');
  const isBroken = state.failures > 0 || stage === 'expired' || findings.some(({ grave }) => grave) || !leaf;
  if (isBroken) states.add('broken');
  const isFine = !isBroken && stage === 'fine' && findings.length === 0 && !mixed;
  states.add(isFine ? 'fine' : 'not-fine');
  return states;
}
