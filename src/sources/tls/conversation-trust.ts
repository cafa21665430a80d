import { hash, X509Certificate } from 'node:crypto';
import {
  TRUSTED,
  type AddressResult,
  type Observation,
  type Presented,
  type Shown,
} from '../../core/certificates/certificate.ts';
import { faultsOf, withStaple } from './faults.ts';
import {
  boundaryAfter,
  createTrustStore,
  describePath,
  findPath,
  isDisordered,
  isForServers,
  trustOfPath,
  type TrustStore,
} from './path.ts';

/** Stores of anchors, and verdicts over them, that are remembered. */
const MOST_STORES = 200;
const MOST_VERDICTS = 5000;

type Verdict = Pick<Shown, 'trust' | 'issuers' | 'anchor' | 'disordered' | 'faults'>;

function readAll(texts: string[]): X509Certificate[] {
  return texts.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
}

/**
 * Null: what the conversation trusts has nothing to do with it. Good until something on the path comes into or goes out
 * of time.
 */
function verdictOver(
  store: TrustStore,
  { sent, fetched }: NonNullable<Shown['der']>,
  now: number,
): { verdict: Verdict | null; until: number } {
  const [leaf, ...rest] = readAll(sent);
  const alone = findPath(leaf!, { sent: rest, store, now });
  const whole = alone.anchor === null ? findPath(leaf!, { sent: rest, fetched: readAll(fetched), store, now }) : alone;
  const until = boundaryAfter([leaf!, ...rest, ...whole.issuers.map(({ certificate }) => certificate)], now);
  if (whole.anchor === null) return { verdict: null, until };
  const trust = isForServers(leaf!) ? trustOfPath(alone, leaf!, now) : 'INVALID_PURPOSE';
  const disordered = isDisordered(whole, rest);
  const faults = faultsOf(leaf!, whole);
  return { verdict: { trust, ...describePath(whole), ...(disordered ? { disordered } : {}), faults }, until };
}

/** Judges what was seen by what one conversation trusts in addition to the bot. */
export function createConversationTrust({ now }: { now: () => number }) {
  const stores = new Map<string, TrustStore>();
  const verdicts = new Map<string, { verdict: Verdict | null; until: number }>();

  function storeOf(key: string, pems: string[]): TrustStore {
    const known = stores.get(key) ?? createTrustStore({ publicPems: [], privatePems: pems });
    if (stores.size >= MOST_STORES) stores.clear();
    stores.set(key, known);
    return known;
  }

  function judged<T extends Shown>(shown: T, pems: string[]): T {
    if (shown.trust === TRUSTED || !shown.der) return shown;
    // Short, whatever the size of the anchors: thousands of these are remembered.
    const anchors = hash('sha256', pems.join(''), 'base64');
    const key = [anchors, ...shown.chain.map(({ fingerprint }) => fingerprint), shown.der.fetched.length].join(' ');
    const instant = now();
    let known = verdicts.get(key);
    if (!known || known.until <= instant) {
      known = verdictOver(storeOf(anchors, pems), shown.der, instant);
      if (verdicts.size >= MOST_VERDICTS) verdicts.clear();
      verdicts.set(key, known);
    }
    if (!known.verdict) return shown;
    const isStapled = !shown.faults?.some(({ code }) => code === 'no-staple');
    const { faults: _, ...rest } = { ...shown, ...known.verdict };
    const faults = withStaple(known.verdict.faults ?? [], isStapled);
    return { ...(rest as T), ...(faults.length > 0 ? { faults } : {}) };
  }

  function presentedTo(presented: Presented, pems: string[]): Presented {
    const own = judged(presented, pems);
    return own.other ? { ...own, other: judged(own.other, pems) } : own;
  }

  return {
    /** The observation as it looks to whoever trusts these certificates (PEM) as well. */
    judge(observation: Observation, pems: string[]): Observation {
      const addresses = observation.addresses.map((result): AddressResult =>
        result.kind === 'presented' ? presentedTo(result, pems) : result,
      );
      const atOtherTimes = observation.atOtherTimes?.map((presented) => presentedTo(presented, pems));
      return { ...observation, addresses, ...(atOtherTimes ? { atOtherTimes } : {}) };
    },
  };
}
