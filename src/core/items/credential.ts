import { leftoverName, type Application } from '../certificates/application.ts';
import type { Certificate, Observation } from '../certificates/certificate.ts';
import type { Credential } from '../certificates/item.ts';
import { shortDay, shortInstant } from '../language/dates.ts';
import type { Say } from '../language/language.ts';
import { capital, enumerate, expiryValues, lengthLeft, shorten, subjectDate } from '../language/wording.ts';
import { isDated } from '../time.ts';
import { certificateWords } from './certificate.ts';
import type { Facts, ItemWords, RenewedWords, Speaking } from './item-words.ts';

const MOST_LISTED = 10;

type Named = Pick<Credential, 'type' | 'name' | 'notAfter'>;

/** What it is and what people call it, as arguments of a message. */
function named({ type, name }: Named, say: Say): Record<string, string> {
  return { type, name: shorten(name, 80) || say('credential.nameless') };
}

function ownersValue({ owners }: Application, say: Say): string {
  if (owners === null) return say('application.owners-unseen');
  const names = owners.map(({ name, address, id }) => shorten(name || address || id, 80));
  return enumerate(names, 5, say) || say('none');
}

function federatedFacts({ federated }: Application, say: Say): Facts {
  if (federated === null || federated.length === 0) return [];
  const lines = federated.map(({ name, issuer, subject }) =>
    say('application.federated', {
      name: shorten(name, 60) || say('credential.nameless'),
      issuer: shorten(issuer, 80),
      subject: shorten(subject, 80),
    }),
  );
  return [{ label: say('label.federated'), value: enumerate(lines, MOST_LISTED, say) }];
}

/** What is told of an application besides what ends of it; none of any other target. */
export function applicationFacts({ application }: Observation, say: Say): { facts: Facts; details: Facts } {
  if (!application) return { facts: [], details: [] };
  const { appId, secrets, certificates, leftovers, disabled } = application;
  const idle = leftovers.filter(({ why }) => why === 'inactive').map((one) => leftoverName(one, say));
  return {
    facts: [
      ...(disabled ? [{ label: say('label.sign-in'), value: say('application.disabled') }] : []),
      { label: say('label.app-owners'), value: ownersValue(application, say) },
    ],
    details: [
      { label: say('label.app-id'), value: shorten(appId, 40), mono: true },
      { label: say('label.credentials'), value: say('application.counts', { secrets, certificates }) },
      ...(idle.length > 0 ? [{ label: say('label.inactive'), value: enumerate(idle, MOST_LISTED, say) }] : []),
      ...federatedFacts(application, say),
    ],
  };
}

function todoOf(stage: string, say: Say): ReturnType<ItemWords<Credential>['todo']> {
  if (stage === 'notice') return { task: say('credential.plan'), then: say('todo.then') };
  const isOver = stage === 'expired';
  return {
    task: say(isOver ? 'credential.expired.advice' : 'credential.expires.advice'),
    then: say(isOver ? 'todo.then-expired' : 'todo.then'),
  };
}

function renewedWords(to: Named, target: string, { now, say }: Speaking): RenewedWords {
  const told = (left: string): string => capital(say('credential.lead.renewed', { ...named(to, say), left }));
  const date = shortDay(to.notAfter, { now, say, year: true });
  return {
    state: say('state.renewed'),
    isGood: true,
    title: null,
    lead: told(lengthLeft(to.notAfter, now, say) ?? 'none'),
    news: told('none'),
    facts: [],
    details: [],
    sentence: say('credential.renewed', { ...expiryValues(to.notAfter, now, say), ...named(to, say), target, date }),
  };
}

/** What an application shows who it is with. */
export const credentialWords: ItemWords<Credential> = {
  given: () => undefined,
  found: ({ name }) => [name],

  day: ({ notAfter }, { now, say }, options = {}) => shortDay(notAfter, { now, say, ...options }),
  instant: ({ notAfter }, { now, say }) => shortInstant(notAfter, { now, say }),
  begins: ({ notBefore }) => (isDated(notBefore) ? notBefore : null),
  lastKnown: (item, { now, say }) =>
    say('credential.last-known', {
      ...expiryValues(item.notAfter, now, say),
      ...named(item, say),
      date: shortDay(item.notAfter, { now, say }),
    }),
  facts: () => [],
  sound: (_observation, stage, say) => (stage === 'fine' ? say('credential.sound') : ''),
  meaning(stage, say) {
    if (stage === 'expired') return say('credential.refused-now');
    return stage === 'critical' ? say('credential.refused-from-then') : '';
  },
  todo: (stage, _addresses, say) => todoOf(stage, say),
  renewed: ({ to }, target, speaking) => renewedWords(to, target, speaking),

  subject: (item, kind, target, say) =>
    say(`credential.event.${kind}`, { ...named(item, say), target, date: subjectDate(item.notAfter, say) }),
  task: (item, kind, say) => say(`credential.event.${kind}.what`, named(item, say)),
  details: (item, { verdict }, say) => [
    say('credential.event.which', named(item, say)),
    ...(verdict.length > 0 ? [verdict.map((sentence) => shorten(sentence, 1000)).join(' ')] : []),
  ],
  kept: (say) => say('credential.event.kept'),
  category: (say) => say('date.event.category'),
  movedBack: (values, say) => say('date.moved-back', values),
};

function asNamed({ subject, notAfter }: Certificate): Named {
  return { type: 'certificate', name: subject, notAfter };
}

/** A certificate that applications of a directory have: nothing serves it, and its chain does not matter. */
export const applicationWords: ItemWords<Certificate> = {
  ...certificateWords,
  sound: (_observation, stage, say) => (stage === 'fine' ? say('credential.sound') : ''),
  meaning: (stage, say) => (stage === 'expired' ? say('credential.refused-now') : ''),
  todo: (stage, _addresses, say) => todoOf(stage, say),
  renewed(what, target, speaking) {
    const { facts, details } = certificateWords.renewed(what, target, speaking);
    return { ...renewedWords(asNamed(what.to), target, speaking), facts, details };
  },

  task: (item, kind, say) => say(`credential.event.${kind}.what`, named(asNamed(item), say)),
  details: (item, { verdict }, say) => [
    ...certificateWords.details(item, { verdict: [] }, say).slice(0, -1),
    ...(verdict.length > 0 ? [verdict.map((sentence) => shorten(sentence, 1000)).join(' ')] : []),
  ],
};
