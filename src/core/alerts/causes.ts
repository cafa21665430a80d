import { recurringAway } from '../certificates/alternation.ts';
import type { Item } from '../certificates/item.ts';
import { passedBoundaries, type Boundary, type Threshold } from '../certificates/stages.ts';
import type { TargetState } from '../certificates/state.ts';
import type { Episode } from '../model/watch.ts';
import { hostOf, isApplication, isDocument } from '../targets/target.ts';
import { DAY, isDated, type Instant } from '../time.ts';

/**
 * What an alert is about, as a key: `certificate:<fingerprint>` (or whatever else ends, with its own fingerprint),
 * `host:<name>`, `issuer:<fingerprint>`, and `network`, which is the bot's own.
 */
export type Cause = string;

export const NETWORK: Cause = 'network';

/** How urgent stages are. */
export const RANK: Record<Boundary['stage'], number> = { notice: 1, urgent: 2, critical: 3, expired: 4 };

/** Something about a watch that is open. */
export interface OpenItem {
  cause: Cause;
  /** `stage`, or the kind of finding. */
  kind: string;
  /** The finding with what it is about, such as "address:192.0.2.1"; null for stages. */
  finding: string | null;
  boundary: Boundary | null;
  /** 1 notice … 4 expired; 0 for findings. */
  rank: number;
  /** It has been seen often enough to be told. */
  isSure: boolean;
  /** What it is about was there at the last look. */
  isLive: boolean;
  /** Of so short a life that its first two stages begin within a day of each other. */
  isBrief?: true;
}

/** Stages of what lives shorter come within a day. */
const BRIEF = 10 * DAY;

/** Whether notice and urgent of that certificate are one, by the thresholds of the default policy. */
function isBrief({ notBefore, notAfter }: Item, policy: Threshold[] | null): boolean {
  return policy === null && isDated(notBefore) && notAfter - notBefore < BRIEF;
}

export function certificateCause(fingerprint: string): Cause {
  return `certificate:${fingerprint}`;
}

export function hostCause(uri: string): Cause {
  return `host:${hostOf(uri) ?? uri}`;
}

/** What is wrong with a document is its own, whatever else its host has; so is what an application lacks. */
export function ownCause(uri: string): Cause {
  return isDocument(uri) || isApplication(uri) ? `host:${uri}` : hostCause(uri);
}

/** The fingerprint of the certificate that a cause is; null for other causes. */
export function fingerprintOf(cause: Cause): string | null {
  return cause.startsWith('certificate:') ? cause.slice('certificate:'.length) : null;
}

export function kindOfCause(cause: Cause): 'certificate' | 'host' | 'issuer' | 'network' {
  return cause.split(':', 1)[0] as ReturnType<typeof kindOfCause>;
}

/** Which kind of finding an episode is about, e.g. "address" for "address:192.0.2.1". */
export function findingKind(finding: string): string {
  return finding.split(':', 1)[0]!;
}

/** What a document does not list any more, and nothing took its place. */
export function goneFinding(fingerprint: string): string {
  return `gone:${fingerprint}`;
}

export function isGone(finding: string): boolean {
  return findingKind(finding) === 'gone';
}

/** What a look saw go, such as names by a renewal: that is told, and over a day later, whatever became of it. */
export function isPassing(finding: string): boolean {
  return finding === 'lost-names' || finding === 'lost-uses' || finding === 'replaced' || isGone(finding);
}

function stageOf(
  fingerprint: string,
  { state, certificates, policy, now }: Known & { state: TargetState },
): OpenItem | null {
  const certificate = certificates.get(fingerprint);
  const boundary = certificate ? passedBoundaries(certificate, policy, now).at(-1) : undefined;
  if (!boundary) return null;
  const isMissed = (state.listed ?? []).some(({ leaf, missed }) => leaf === fingerprint && missed);
  const isLive = !isMissed && !recurringAway(state.seen).includes(fingerprint);
  const cause = certificateCause(fingerprint);
  const brief = isBrief(certificate!, policy) ? { isBrief: true as const } : {};
  return { cause, kind: 'stage', finding: null, boundary, rank: RANK[boundary.stage], isSure: true, isLive, ...brief };
}

interface Known {
  certificates: Map<string, Item>;
  policy: Threshold[] | null;
  now: Instant;
}

/** Everything that is open about a watch: each thing has one cause, so that a watch may be in several incidents. */
export function openItems(
  { state, episodes }: { state: TargetState | null; episodes: Episode[] },
  known: Known,
): OpenItem[] {
  const stages = (state?.leaves ?? []).map((fingerprint) => stageOf(fingerprint, { ...known, state: state! }));
  const findings = episodes.map(({ finding, cause, sureAt }): OpenItem => {
    const kind = findingKind(finding);
    return { cause, kind, finding, boundary: null, rank: 0, isSure: sureAt !== null, isLive: true };
  });
  return [...stages.filter((one) => one !== null), ...findings];
}
