import type { Key } from '../certificates/item.ts';
import { shortDay, shortInstant } from '../language/dates.ts';
import type { Say } from '../language/language.ts';
import { capital, dayWithYear, expiryValues, lengthLeft, shorten, subjectDate } from '../language/wording.ts';
import { isDated } from '../time.ts';
import type { Facts, ItemWords } from './item-words.ts';

function idFact({ name }: Key, say: Say): Facts {
  return name === '' ? [] : [{ label: say('key.label.id'), value: shorten(name, 100), mono: true }];
}

/** A key that comes without a certificate. */
export const keyWords: ItemWords<Key> = {
  given: () => undefined,
  found: ({ name }) => [name],

  day: ({ notAfter }, { now, say }, options = {}) => shortDay(notAfter, { now, say, ...options }),
  instant: ({ notAfter }, { now, say }) => shortInstant(notAfter, { now, say }),
  begins: ({ notBefore }) => (isDated(notBefore) ? notBefore : null),
  lastKnown: ({ notAfter, key }, { now, say }) =>
    say('key.last-known', { ...expiryValues(notAfter, now, say), key, date: shortDay(notAfter, { now, say }) }),
  facts: (item, _observation, { say }) => [
    { label: say('label.key'), value: item.key },
    ...idFact(item, say),
    { label: say('key.label.spki'), value: item.spki, mono: true },
  ],
  sound: (_observation, stage, say) => (stage === 'fine' ? say('document.sound') : ''),
  meaning: (stage, say) => (stage === 'expired' ? say('key.over') : ''),
  todo(stage, _addresses, say) {
    if (stage === 'notice') return { task: say('todo.notice'), then: say('todo.then') };
    return { task: say('key.todo'), then: say(stage === 'expired' ? 'todo.then-expired' : 'todo.then') };
  },
  renewed({ to }, target, { now, say }) {
    const { key, notAfter } = to;
    const left = lengthLeft(notAfter, now, say) ?? 'none';
    const values = { ...expiryValues(notAfter, now, say), date: dayWithYear(notAfter, say), target, key };
    return {
      state: say('state.replaced'),
      isGood: true,
      title: say('key.title.replaced', { target }),
      lead: capital(say('key.lead.renewed', { left, key })),
      news: capital(say('key.lead.renewed', { left: 'none', key })),
      todo: { task: say('document.renewed.advice') },
      facts: [],
      details: [],
      sentence: say('key.renewed', values),
    };
  },

  subject: ({ notAfter }, kind, target, say) => say(`key.event.${kind}`, { target, date: subjectDate(notAfter, say) }),
  task: (_item, kind, say) => say(`key.event.${kind}.what`),
  details: ({ key, name }, _about, say) => [say('key.event.key', { key, name: shorten(name, 100) || 'none' })],
  kept: (say) => say('event.kept'),
  category: () => undefined,
  movedBack: (values, say) => say('edit.moved-back', values),
};
