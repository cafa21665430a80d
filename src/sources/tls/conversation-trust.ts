import { X509Certificate } from 'node:crypto';
import { TRUSTED, type AddressResult, type Observation, type Presented, type Shown } from '../../core/certificate.ts';
import { createTrustStore, describePath, findPath, isDisordered, trustOfPath, type TrustStore } from './path.ts';

/** Stores of anchors, and verdicts over them, that are remembered. */
const MOST_STORES = 200;
const MOST_VERDICTS = 5000;
const MINUTE = 60_000;

type Verdict = Pick<Shown, 'trust' | 'issuers' | 'anchor' | 'disordered'>;

function readAll(texts: string[]): X509Certificate[] {
  return texts.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
}

function verdictOver(store: TrustStore, { sent, fetched }: NonNullable<Shown['der']>, now: number): Verdict | null {
  const [leaf, ...rest] = readAll(sent);
  const alone = findPath(leaf!, { sent: rest, store, now });
  const whole = alone.anchor === null ? findPath(leaf!, { sent: rest, fetched: readAll(fetched), store, now }) : alone;
  // What the conversation trusts has nothing to do with it.
  if (whole.anchor === null) return null;
  const disordered = isDisordered(whole, rest);
  return { trust: trustOfPath(alone, leaf!, now), ...describePath(whole), ...(disordered ? { disordered } : {}) };
}

/** Judges what was seen by what one conversation trusts in addition to the bot. */
export function createConversationTrust({ now }: { now: () => number }) {
  const stores = new Map<string, TrustStore>();
  const verdicts = new Map<string, { verdict: Verdict | null; until: number }>();

  function storeOf(pems: string[]): TrustStore {
    const key = pems.join('');
    const known = stores.get(key) ?? createTrustStore({ publicPems: [], privatePems: pems });
    if (stores.size > MOST_STORES) stores.clear();
    stores.set(key, known);
    return known;
  }

  function judged<T extends Shown>(shown: T, pems: string[]): T {
    if (shown.trust === TRUSTED || !shown.der) return shown;
    const key = [...shown.chain.map(({ fingerprint }) => fingerprint), pems.join('')].join(' ');
    const instant = now();
    let known = verdicts.get(key);
    if (!known || known.until <= instant) {
      known = { verdict: verdictOver(storeOf(pems), shown.der, instant), until: instant + MINUTE };
      if (verdicts.size > MOST_VERDICTS) verdicts.clear();
      verdicts.set(key, known);
    }
    return known.verdict ? { ...shown, ...known.verdict } : shown;
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
      return { ...observation, addresses };
    },
  };
}
