import type { Certificate } from '../certificates/certificate.ts';
import { capital, lengthLeft, shorten } from '../language/wording.ts';
import { certificateWords } from './certificate.ts';
import type { ItemWords } from './item-words.ts';

/** A certificate that documents list: it is published beside its successor, and installed nowhere. */
export const documentWords: ItemWords<Certificate> = {
  ...certificateWords,
  sound: (_observation, stage, say) => (stage === 'fine' ? say('document.sound') : ''),
  meaning: (stage, say) => (stage === 'expired' ? say('document.over') : ''),
  todo(stage, _addresses, say) {
    if (stage === 'notice') return { task: say('document.plan.advice'), then: say('todo.then') };
    const isOver = stage === 'expired';
    const task = say(isOver ? 'document.expired.advice' : 'document.expires.advice');
    return { task, then: say(isOver ? 'todo.then-expired' : 'todo.then') };
  },
  renewed(what, target, speaking) {
    const { now, say } = speaking;
    const words = certificateWords.renewed(what, target, speaking);
    const told = (left: string): string => capital(say('document.lead.renewed', { left }));
    return {
      ...words,
      ...(words.title === null
        ? { lead: told(lengthLeft(what.to.notAfter, now, say) ?? 'none'), news: told('none') }
        : {}),
      todo: { task: say('document.renewed.advice') },
    };
  },

  task: (_item, kind, say) => say(`document.event.${kind}.what`),
  details(item, { verdict }, say) {
    const findings = verdict.map((sentence) => shorten(sentence, 1000)).join(' ');
    return [
      ...certificateWords.details(item, { verdict: [] }, say).slice(0, -1),
      ...(findings === '' ? [] : [say('document.event.verdict', { findings })]),
    ];
  },
};
