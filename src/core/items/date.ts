import type { Item } from '../certificates/item.ts';
import type { Say } from '../language/language.ts';
import { isoDate, isoMinute, relative, subjectDate } from '../language/wording.ts';
import type { Instant } from '../time.ts';
import type { ItemWords, Speaking } from './item-words.ts';

/** As expiryValues, but that a day stays a day when it is near. */
function dayValues(notAfter: Instant, { now, say }: Speaking): { state: string; date: string; when: string } {
  const state = notAfter <= now ? 'expired' : 'valid';
  return { state, date: isoDate(notAfter), when: relative(notAfter, now, say) };
}

function dayFact({ notAfter }: Item, { now, say }: Speaking): string {
  return say('fact.instant', { date: isoDate(notAfter), when: relative(notAfter, now, say) });
}

/** What somebody typed a day for. */
export const dateWords: ItemWords<Item> = {
  given: ({ notAfter }) => isoDate(notAfter),
  found: () => [],

  ends: ({ notAfter }, target, speaking) => speaking.say('date.ends', { ...dayValues(notAfter, speaking), target }),
  end: ({ notAfter }) => isoDate(notAfter),
  lastKnown: dayFact,
  facts: (item, _observation, speaking) => [
    { label: speaking.say('label.expires'), value: dayFact(item, speaking) },
    { label: speaking.say('date.label.since'), value: isoMinute(item.notBefore, speaking.say) },
  ],
  fine: (isDue, say) => (isDue ? '' : say('date.fine')),
  over: ({ notAfter }, say) => say('date.over', { date: isoDate(notAfter) }),
  due: (stage, say) => say('verdict.due', { stage }),

  stage(_item, target, stage, say) {
    if (stage === 'expired')
      return { title: say('date.expired.title', { target }), advice: say('date.expired.advice') };
    const title = say('date.expires.title', { target, stage: say(`stage.${stage}`) });
    return { title, advice: say('date.expires.advice') };
  },
  renewed({ from, to }, target, speaking) {
    const { say } = speaking;
    const isLater = from === null || to.notAfter > from.notAfter;
    const before = from === null ? say('none') : isoDate(from.notAfter);
    return {
      title: say(isLater ? 'date.renewed.title' : 'date.earlier.title', { target }),
      tone: isLater ? 'good' : 'warning',
      sentence: say('date.renewed', { ...dayValues(to.notAfter, speaking), target, before }),
      advice: say('date.renewed.advice'),
    };
  },

  subject({ notAfter }, kind, target, say: Say) {
    return say(`date.event.${kind}`, { target, date: subjectDate(notAfter, say) });
  },
  task: (_item, kind, say) => say(`date.event.${kind}.what`),
  details: ({ notAfter }, { targets }, say) => [
    say('date.event.about', { targets }),
    say('date.event.expires', { date: isoDate(notAfter) }),
    say('date.event.typed'),
  ],
  kept: (say) => say('date.event.kept'),
  category: (say) => say('date.event.category'),
  movedBack: (values, say) => say('date.moved-back', values),
};
