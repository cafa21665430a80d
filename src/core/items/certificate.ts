import {
  isCertificate,
  TRUSTED,
  type Certificate,
  type Observation,
  type Presented,
  type Shown,
} from '../certificates/certificate.ts';
import { protocolName } from '../certificates/protocol.ts';
import { renewalOf, type Renewal } from '../certificates/renewal.ts';
import type { Stage } from '../certificates/stages.ts';
import { saysNothing } from '../certificates/state.ts';
import { pathOf, presentedEver, presentedOf, shownBy } from '../certificates/verdict.ts';
import { shortDay, shortInstant } from '../language/dates.ts';
import type { Say } from '../language/language.ts';
import { capital, enumerate, expiryValues, lengthLeft, shorten, subjectDate } from '../language/wording.ts';
import { ENDLESS, isDated } from '../time.ts';
import type { Facts, ItemWords, RenewedWords, Replacing, Speaking } from './item-words.ts';

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

/** Hexadecimal digits in groups, so that narrow cards can wrap them. */
function grouped(hex: string, size: number): string {
  return (
    hex
      .toLowerCase()
      .match(new RegExp(`.{1,${size}}`, 'g'))
      ?.join(' ') ?? hex
  );
}

function chainLine({ subject, dnsNames, notAfter }: Certificate, position: number, { now, say }: Speaking): string {
  return say('fact.certificate', {
    position,
    subject: shorten(subject, 80) || shorten(dnsNames[0] ?? '', 80) || say('fact.no-subject'),
    date: shortDay(notAfter, { now, say }),
    state: isDated(notAfter) && notAfter < ENDLESS ? 'dated' : 'other',
  });
}

/** What was sent, each with its place there: the path from the leaf upwards, then what is not on it. */
function chainLines(shown: Shown, speaking: Speaking): string {
  const { chain, issuers, anchor } = shown;
  const { say } = speaking;
  const line = (certificate: Certificate): string => chainLine(certificate, chain.indexOf(certificate) + 1, speaking);
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

function chainFact(first: Shown, shown: Shown[], speaking: Speaking): Facts {
  const { say } = speaking;
  const untrusted = first.trust === TRUSTED ? shown.find((one) => one.trust !== TRUSTED) : first;
  const chain = chainLines(untrusted ?? first, speaking);
  const value = untrusted
    ? say('fact.untrusted', { chain, reason: UNTOLD.has(untrusted.trust) ? 'none' : shorten(untrusted.trust, 80) })
    : say('fact.trusted', { chain });
  return [{ label: say('label.chain'), value }];
}

function certificateFacts(leaf: Certificate, observation: Observation, { now, say }: Speaking): Facts {
  const shown = presentedEver(observation).flatMap((presented) => shownBy(presented));
  const first = shown.find(({ chain }) => chain[0].fingerprint === leaf.fingerprint);
  const subject = shorten(leaf.subject, 200);
  return [
    { label: say('label.names'), value: names(leaf, say) },
    // Mostly the first of the names.
    ...(leaf.dnsNames.includes(leaf.subject) ? [] : [{ label: say('label.subject'), value: subject || say('none') }]),
    { label: say('label.issuer'), value: issuerName(leaf, 200, say) },
    ...(first ? chainFact(first, shown, { now, say }) : []),
    { label: say('label.key'), value: first ? `${leaf.key}, ${protocolName(first.protocol)}` : leaf.key },
    ...(first ? revocationFact(first, say) : []),
    { label: say('label.valid-from'), value: shortInstant(leaf.notBefore, { now, say }) },
    { label: say('label.serial-number'), value: grouped(leaf.serialNumber, 2), mono: true },
    { label: say('label.sha-256'), value: grouped(leaf.fingerprint, 4), mono: true },
  ];
}

/** `name, chain and revocation are good on both addresses.` */
function soundPhrase(observation: Observation, _stage: Stage, say: Say): string {
  const shown = presentedOf(observation);
  const isKept = ({ revocation }: Presented): boolean => revocation?.status === 'good';
  const number = new Set(shown.map(({ address }) => address)).size;
  const total = new Set(observation.addresses.filter((one) => !saysNothing(one)).map(({ address }) => address)).size;
  const where = total <= 1 ? 'none' : number < total ? 'some' : total === 2 ? 'both' : 'all';
  const what = shown.length > 0 && shown.every(isKept) ? 'all' : 'some';
  return say('lead.good', { what, where, number, total });
}

function changedFacts(from: Certificate, to: Certificate, renewal: Renewal, say: Say): Facts {
  const { gained, lost, rekeyed, issuerChanged } = renewal;
  const shown = gained.map((name) => shorten(name, 80));
  const value = say('fact.changed', {
    key: rekeyed ? 'new' : 'same',
    authority: issuerChanged ? 'other' : 'same',
    from: issuerName(from, 80, say),
    to: issuerName(to, 80, say),
    names: gained.length > 0 ? 'new' : lost.length > 0 ? 'fewer' : 'same',
    gained: enumerate(shown, 10, say),
  });
  return [{ label: say('label.changed'), value }];
}

function wasFact(from: Certificate, { now, say }: Speaking): Facts {
  const { state } = expiryValues(from.notAfter, now, say);
  const until = say('fact.until', { state, date: shortDay(from.notAfter, { now, say }) });
  return [{ label: say('label.was'), value: say('fact.was', { until, serial: grouped(from.serialNumber, 2) }) }];
}

function twinFact({ key, notAfter }: Certificate, { now, say }: Speaking): Facts {
  const values = { ...expiryValues(notAfter, now, say), date: shortDay(notAfter, { now, say }) };
  return [{ label: say('label.other-one'), value: say('fact.twin', { ...values, key }) }];
}

/** Target, end of validity and issuer, as arguments of a message. */
function expiryOf({ notAfter, issuer }: Certificate, target: string, { now, say }: Speaking): Record<string, string> {
  const date = shortDay(notAfter, { now, say, year: true });
  return { ...expiryValues(notAfter, now, say), date, target, issuer: issuerName({ issuer }, 80, say) };
}

function renewedWords(
  { from: before, to, twin, addresses = 1 }: Replacing<Certificate>,
  target: string,
  speaking: Speaking,
): RenewedWords {
  const { now, say } = speaking;
  const from = before && isCertificate(before) ? before : null;
  const unrenewed = twin && isCertificate(twin) ? twin : null;
  const renewal = from && renewalOf(from, to);
  const isLater = !renewal || renewal.later;
  const name = isLater ? 'renewed' : 'replaced';
  const key = unrenewed ? to.key : 'none';
  const told = (left: string | null): string =>
    isLater
      ? capital(say('lead.renewed', { left: left ?? 'none', number: Math.max(1, addresses), key }))
      : say('lead.replaced', { ...expiryOf(to, target, speaking), later: isDated(to.notAfter) ? 'no' : 'yes', key });
  return {
    state: say(`state.${name}`),
    isGood: isLater && !unrenewed,
    title: isLater ? null : say('title.replaced', { target }),
    lead: told(lengthLeft(to.notAfter, now, say)),
    news: told(null),
    ...(unrenewed ? { todo: { task: say('todo.left-behind', { key: unrenewed.key }) } } : {}),
    facts: [
      ...(unrenewed ? twinFact(unrenewed, speaking) : []),
      ...(from && renewal ? changedFacts(from, to, renewal, say) : []),
    ],
    details: from ? wasFact(from, speaking) : [],
    sentence: say(`alert.${name}`, expiryOf(to, target, speaking)),
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

  day: ({ notAfter }, { now, say }, options = {}) => shortDay(notAfter, { now, say, ...options }),
  instant: ({ notAfter }, { now, say }) => shortInstant(notAfter, { now, say }),
  begins: ({ notBefore }) => notBefore,
  lastKnown: ({ subject, notAfter, issuer }, { now, say }) =>
    say('fact.last-known', {
      subject: shorten(subject, 80) || say('fact.no-subject'),
      expiry: say('expiry', { ...expiryValues(notAfter, now, say), date: shortDay(notAfter, { now, say }) }),
      issuer: issuerName({ issuer }, 80, say),
    }),
  facts: certificateFacts,
  sound: soundPhrase,
  meaning(stage, say) {
    if (stage === 'expired') return say('lead.refused-now');
    return stage === 'critical' ? say('lead.refused-from-then') : '';
  },
  todo(stage, addresses, say) {
    if (stage === 'notice') return { task: say('todo.notice'), then: say('todo.then') };
    const where = addresses <= 1 ? 'one' : addresses === 2 ? 'both' : 'all';
    const task = say(`todo.${stage}`, { where, number: addresses });
    return { task, then: say(stage === 'expired' ? 'todo.then-expired' : 'todo.then') };
  },
  renewed: renewedWords,

  subject({ notAfter }, kind, target, say) {
    if (kind === 'expiry') return say('event.expiry', { target });
    return say('event.renew', { target, date: subjectDate(notAfter, say) });
  },
  task: (_item, kind, say) => say(`event.${kind}.what`),
  details(item, { verdict }, say) {
    const all = [...item.dnsNames, ...item.ipAddresses].map((name) => shorten(name, NAME_LIMIT));
    return [
      say('event.names', { names: enumerate(all, MOST_NAMES, say) || say('none') }),
      say('event.issuer', { issuer: issuerName(item, 200, say) }),
      say('event.serial-number', { number: item.serialNumber }),
      chainText(verdict, say),
    ];
  },
  kept: (say) => say('event.kept'),
  category: () => undefined,
  movedBack: (values, say) => say('edit.moved-back', values),
};
