import type { Say } from '../language/language.ts';
import { dayWithYear, enumerate, shorten } from '../language/wording.ts';
import type { Instant } from '../time.ts';
import { finding, type Finding } from './finding.ts';

/** What an application has and nobody has to renew, as far as it is still there. */
export interface Leftover {
  /** Untrusted text; may be empty. */
  name: string;
  notAfter: Instant;
  /**
   * - `replaced`: it ended, and another of its kind goes on.
   * - `unused`: it ended long ago, and nothing took its place.
   * - `inactive`: it has not ended, and is not the one that signs.
   */
  why: 'replaced' | 'unused' | 'inactive';
}

/** An application of a directory, besides what of it ends. All names are untrusted text. */
export interface Application {
  appId: string;
  name: string;
  /** Nobody can sign in with it, or to it. */
  disabled: boolean;
  /** Null: they are not to be seen. `id`: their directory id. */
  owners: { id: string; name: string; address: string | null }[] | null;
  /** How many secrets and certificates it has that go on. */
  secrets: number;
  certificates: number;
  leftovers: Leftover[];
  /** Who else is let in as the application without a secret; null: not to be seen. */
  federated: { name: string; issuer: string; subject: string }[] | null;
  /** The fingerprint of what signs its SAML responses; null: nothing does. */
  signing: string | null;
}

const MOST_NAMED = 5;

/** What a leftover is called, with the day of its end. */
export function leftoverName({ name, notAfter }: Leftover, say: Say): string {
  return `${shorten(name, 60) || say('credential.nameless')} (${dayWithYear(notAfter, say)})`;
}

/** What is worth mending of an application, ends apart. */
export function judgeApplication({ owners, leftovers, disabled }: Application, say: Say): Finding[] {
  const found: Finding[] = [];
  const minor = { grave: false };
  if (owners !== null && owners.length === 0 && !disabled)
    found.push(finding('no-owner', say('finding.no-owner'), say, minor));
  for (const why of ['unused', 'replaced'] as const) {
    const names = leftovers.filter((one) => one.why === why).map((one) => leftoverName(one, say));
    const values = { number: names.length, names: enumerate(names, MOST_NAMED, say) };
    if (names.length > 0)
      found.push(finding(`${why}-credential`, say(`finding.${why}-credential`, values), say, minor));
  }
  return found;
}
