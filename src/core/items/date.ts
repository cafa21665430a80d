import type { Item } from '../certificates/item.ts';
import { shortDay, shortInstant } from '../language/dates.ts';
import { type Say, sayIn } from '../language/language.ts';
import { isoDate, lengthLeft, relative, subjectDate } from '../language/wording.ts';
import type { ItemWords, Speaking } from './item-words.ts';

/** Whole days begin at 00:00 UTC, wherever somebody reads of them. */
function dayOf(
  { notAfter }: Item,
  { now, say }: Speaking,
  options: { weekday?: boolean; year?: boolean } = {},
): string {
  return shortDay(notAfter, { now, say: sayIn(say.language), ...options });
}

/** What somebody typed a day for. */
export const dateWords: ItemWords<Item> = {
  given: ({ notAfter }) => isoDate(notAfter),
  found: () => [],

  day: dayOf,
  instant: (item, speaking) => dayOf(item, speaking, { weekday: true }),
  begins: () => null,
  lastKnown: (item, speaking) =>
    speaking.say('fact.when', {
      date: dayOf(item, speaking),
      when: relative(item.notAfter, speaking.now, speaking.say),
    }),
  facts: ({ notBefore }, _observation, { now, say }) => [
    { label: say('date.label.since'), value: shortInstant(notBefore, { now, say }) },
  ],
  sound: (_observation, stage, say) => (stage === 'fine' ? say('date.fine') : ''),
  meaning: () => '',
  todo(stage, _addresses, say) {
    return { task: say(`date.todo.${stage}`), then: say('date.todo.then') };
  },
  renewed({ from, to }, target, speaking) {
    const { now, say } = speaking;
    const isLater = from === null || to.notAfter > from.notAfter;
    const before = from === null ? say('none') : dayOf(from, speaking, { year: true });
    const state = to.notAfter <= now ? 'expired' : 'valid';
    const date = dayOf(to, speaking, { year: true });
    const when = relative(to.notAfter, now, say);
    const left = lengthLeft(to.notAfter, now, say) ?? 'none';
    return {
      state: say(isLater ? 'state.renewed' : 'state.earlier'),
      isGood: isLater,
      title: isLater ? null : say('title.earlier', { target }),
      lead: say('date.lead.renewed', { left, before }),
      news: say('date.lead.renewed', { left: 'none', before }),
      facts: [],
      details: [],
      sentence: say('date.renewed', { state, date, when, target, before }),
    };
  },

  subject({ notAfter }, kind, target, say: Say) {
    return say(`date.event.${kind}`, { target, date: subjectDate(notAfter, say) });
  },
  task: (_item, kind, say) => say(`date.event.${kind}.what`),
  details: (_item, _about, say) => [say('date.event.typed')],
  kept: (say) => say('date.event.kept'),
  category: (say) => say('date.event.category'),
  movedBack: (values, say) => say('date.moved-back', values),
};
