import { formatThreshold, parseThreshold, type Threshold } from '../certificates/stages.ts';
import type { Say } from '../language/language.ts';

/** The most thresholds that there may be. */
const MOST = 6;
/** What joins lengths of time, and says what they are counted from. */
const AROUND =
  /^(?:and|und|or|oder|&|\+|me|us|mich|uns|at|bei|before|prior|vor|in|advance|vorher|im|voraus|expiry|expiration|it|expires|ablauf|dem|den|der)[.:]?$/i;
const ONE = /^(?:a|an|one|ein|eine|einen|einer|einem)$/i;

/** Whether a word may be (part of) a length of time or a share. */
function isNumber(text: string): boolean {
  return /^\d{1,6}$/.test(text);
}

/**
 * One to six distinct thresholds, or the sentence that says what is wrong. Numbers take the unit of those behind them:
 * `30, 14 and 7 days`.
 */
export function parseThresholds(words: readonly string[], say: Say): { policy: Threshold[] } | { sentence: string } {
  const texts = words
    .flatMap((word) => word.split(/[,;/]/))
    .map((text) => (ONE.test(text) ? '1' : text))
    .filter((text) => text !== '' && !AROUND.test(text));
  const policy = new Map<string, Threshold>();
  let pending: string[] = [];
  const fail = (text: string) => ({ sentence: say('command.threshold', { text: text.slice(0, 40) }) });
  for (const text of texts) {
    if (isNumber(text)) {
      pending.push(text);
      continue;
    }
    const [, number = '', unit = ''] = /^(\d{0,6}(?:\.\d)?)(.*)$/s.exec(text)!;
    const typed = number === '' && pending.length > 0 ? pending : [...pending, text];
    for (const one of typed) {
      const threshold = parseThreshold(one === text ? text : `${one}${unit}`);
      if (!threshold) return fail(one === text ? text : `${one} ${unit}`);
      policy.set(formatThreshold(threshold), threshold);
    }
    pending = [];
  }
  if (pending.length > 0) return fail(pending[0]!);
  if (policy.size === 0) return { sentence: say('command.no-thresholds') };
  if (policy.size > MOST) return { sentence: say('command.too-many-thresholds', { number: policy.size }) };
  return { policy: [...policy.values()] };
}
