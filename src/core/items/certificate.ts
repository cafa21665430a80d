import { isCertificate, TRUSTED, type Certificate, type Observation, type Shown } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import { renewalOf } from '../certificates/renewal.ts';
import { pathOf, presentedEver, shownBy } from '../certificates/verdict.ts';
import type { Say } from '../language/language.ts';
import {
  endDay,
  endMinute,
  endPhrase,
  enumerate,
  expiryPhrase,
  expiryValues,
  isoMinute,
  shorten,
  subjectDate,
} from '../language/wording.ts';
import { ENDLESS, isDated, type Instant } from '../time.ts';
import type { Facts, ItemWords, RenewedWords, Speaking } from './item-words.ts';

const MOST_NAMES = 500;
/** What OpenSSL says where a finding says it better. */
const UNTOLD = new Set(['UNSPECIFIED', 'INVALID_PURPOSE', 'INVALID_CA', 'PATH_LENGTH_EXCEEDED']);
/** A DNS name has at most 253 characters (RFC 1035, 2.3.4). */
const NAME_LIMIT = 255;

function issuerName({ issuer }: Pick<Certificate, 'issuer'>, most: number, say: Say): string {
  return shorten(issuer, most) || say('no-name');
}

function names(leaf: Certificate, say: Say): string {
  const all = [...leaf.dnsNames, ...leaf.ipAddresses].map((name) => shorten(name, 100));
  if (all.length === 0) return say('none');
  const shown = all.slice(0, 10).join(', ');
  const number = leaf.names ?? all.length;
  return number > 10 ? say('fact.names', { names: shown, number }) : shown;
}

/** `AB:CD:…` as browsers and openssl show a SHA-256 fingerprint, in four groups, so that narrow cards can wrap it. */
function colons(hex: string): string {
  const groups = hex.toUpperCase().match(/.{1,16}/g) ?? [];
  return groups.map((group) => group.match(/../g)?.join(':') ?? group).join(' ');
}

function chainLine({ subject, dnsNames, notAfter }: Certificate, position: number, say: Say): string {
  return say('fact.certificate', {
    position,
    subject: shorten(subject, 80) || shorten(dnsNames[0] ?? '', 80) || say('fact.no-subject'),
    date: endDay(notAfter, say),
    state: isDated(notAfter) && notAfter < ENDLESS ? 'dated' : 'other',
  });
}

/** What was sent, each with its place there: the path from the leaf upwards, then what is not on it. */
function chainLines(shown: Shown, say: Say): string {
  const { chain, issuers, anchor } = shown;
  const line = (certificate: Certificate): string => chainLine(certificate, chain.indexOf(certificate) + 1, say);
  // Observations of earlier versions know no path.
  if (!issuers && (anchor ?? null) === null) return chain.map(line).join(' ← ');
  const prints = [chain[0], ...pathOf(shown)].map(({ fingerprint }) => fingerprint);
  const steps = [...new Set(prints)].flatMap((print) => chain.find(({ fingerprint }) => fingerprint === print) ?? []);
  const path = steps.map(line).join(' ← ');
  const strays = chain.filter(({ fingerprint }, index) => {
    const isRepeated = chain.findIndex((one) => one.fingerprint === fingerprint) < index;
    return isRepeated || !prints.includes(fingerprint);
  });
  return strays.length === 0 ? path : say('fact.strays', { chain: path, strays: enumerate(strays.map(line), 5, say) });
}

function revocationFact({ revocation }: Shown, say: Say): Facts {
  if (!revocation || revocation.status === 'unknown') return [];
  const value =
    revocation.status === 'good' ? say('fact.revocation-good', { by: revocation.by ?? 'none' }) : say('fact.revoked');
  return [{ label: say('label.revocation'), value }];
}

function chainFacts(leaf: Certificate, observation: Observation, say: Say): Facts {
  const shown = presentedEver(observation).flatMap((presented) => shownBy(presented));
  const first = shown.find(({ chain }) => chain[0].fingerprint === leaf.fingerprint);
  if (!first) return [];
  const untrusted = first.trust === TRUSTED ? shown.find((one) => one.trust !== TRUSTED) : first;
  const chain = chainLines(untrusted ?? first, say);
  const value = untrusted
    ? say('fact.untrusted', { chain, reason: UNTOLD.has(untrusted.trust) ? 'none' : shorten(untrusted.trust, 80) })
    : say('fact.trusted', { chain });
  return [{ label: say('label.chain'), value }, ...revocationFact(first, say)];
}

function certificateFacts(leaf: Certificate, observation: Observation, { now, say }: Speaking): Facts {
  return [
    { label: say('label.expires'), value: endPhrase(leaf.notAfter, now, say, { minute: true }) },
    { label: say('label.valid-from'), value: endMinute(leaf.notBefore, say) },
    { label: say('label.issuer'), value: issuerName(leaf, 200, say) },
    { label: say('label.subject'), value: shorten(leaf.subject, 200) || say('none') },
    { label: say('label.names'), value: names(leaf, say) },
    { label: say('label.key'), value: leaf.key },
    ...chainFacts(leaf, observation, say),
    { label: say('label.serial-number'), value: leaf.serialNumber },
    { label: say('label.fingerprint'), value: `SHA-256 ${colons(leaf.fingerprint)}` },
  ];
}

/** Target, end of validity and issuer, as arguments of a message. */
function expiryOf({ notAfter, issuer }: Certificate, target: string, now: Instant, say: Say): Record<string, string> {
  return { ...expiryValues(notAfter, now, say), target, issuer: issuerName({ issuer }, 80, say) };
}

function renewedWords(
  { from: before, to, twin }: { from: Item | null; to: Certificate; twin?: Item },
  target: string,
  { now, say }: Speaking,
): RenewedWords {
  const from = before && isCertificate(before) ? before : null;
  const unrenewed = twin && isCertificate(twin) ? twin : null;
  const renewal = from && renewalOf(from, to);
  const name = !renewal || renewal.later ? 'renewed' : 'replaced';
  const more: string[] = [];
  if (unrenewed) more.push(say('alert.twin', { key: unrenewed.key, ...expiryValues(unrenewed.notAfter, now, say) }));
  if (renewal) more.push(say(renewal.rekeyed ? 'alert.new-key' : 'alert.same-key'));
  if (from && renewal?.issuerChanged)
    more.push(
      say('alert.new-issuer', {
        from: issuerName(from, 80, say),
        to: issuerName(to, 80, say),
      }),
    );
  if (renewal && renewal.gained.length > 0)
    more.push(
      say('alert.gained-names', {
        names: enumerate(
          renewal.gained.map((name) => shorten(name, 80)),
          10,
          say,
        ),
      }),
    );
  const sentence = say(`alert.${name}`, expiryOf(to, target, now, say));
  return {
    title: say(`alert.${name}.title`, { target }),
    tone: name === 'renewed' && !unrenewed ? 'good' : 'warning',
    sentence: unrenewed ? say('alert.alt-leaf', { sentence, key: to.key }) : sentence,
    advice: [say('alert.everywhere'), ...more].join(' '),
  };
}

function chainText(verdict: string[], say: Say): string {
  if (verdict.length === 0) return say('event.chain.fine');
  return say('event.chain', { findings: verdict.map((sentence) => shorten(sentence, 1000)).join(' ') });
}

/** What an endpoint presents. */
export const certificateWords: ItemWords<Certificate> = {
  given: () => undefined,
  found: ({ issuer, dnsNames }) => [issuer, ...dnsNames],

  ends: (item, target, { now, say }) => say('summary.expires', expiryOf(item, target, now, say)),
  end: ({ notAfter, issuer }, say) =>
    say('fact.expires', { date: endMinute(notAfter, say), issuer: issuerName({ issuer }, 80, say) }),
  lastKnown: ({ subject, notAfter, issuer }, { now, say }) =>
    say('fact.last-known', {
      subject: shorten(subject, 80) || say('fact.no-subject'),
      expiry: expiryPhrase(notAfter, now, say),
      issuer: issuerName({ issuer }, 80, say),
    }),
  facts: certificateFacts,
  fine: (isDue, say) => say(isDue ? 'verdict.sound' : 'verdict.good'),
  over: ({ notAfter }, say) => say('verdict.expired', { date: isoMinute(notAfter, say) }),
  due: (stage, say) => say('verdict.due', { stage }),

  stage(_item, target, stage, say) {
    if (stage === 'expired')
      return { title: say('alert.expired.title', { target }), advice: say('alert.expired.advice') };
    const title = say('alert.expires.title', { target, stage: say(`stage.${stage}`) });
    return { title, advice: say('alert.expires.advice') };
  },
  renewed: renewedWords,

  subject({ notAfter }, kind, target, say) {
    if (kind === 'expiry') return say('event.expiry', { target });
    return say('event.renew', { target, date: subjectDate(notAfter, say) });
  },
  task: (_item, kind, say) => say(`event.${kind}.what`),
  details(item, { targets, renewed, verdict }, say) {
    const all = [...item.dnsNames, ...item.ipAddresses].map((name) => shorten(name, NAME_LIMIT));
    return [
      say('event.presented-by', { targets }),
      ...(renewed === '' ? [] : [say('event.already-renewed', { targets: renewed })]),
      say('event.valid-until', { date: isoMinute(item.notAfter) }),
      say('event.issuer', { issuer: issuerName(item, 200, say) }),
      say('event.names', { names: enumerate(all, MOST_NAMES, say) || say('none') }),
      say('event.serial-number', { number: item.serialNumber }),
      chainText(verdict, say),
    ];
  },
  kept: (say) => say('event.kept'),
  category: () => undefined,
  movedBack: (values, say) => say('edit.moved-back', values),
};
