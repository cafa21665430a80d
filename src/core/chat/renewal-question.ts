import { trimmedEnd } from '../language/text.ts';
import { looksLikeTarget } from './pasted.ts';
import { isNamed, wordsOf, type Word } from './words.ts';

const RENEW =
  /^(?:renew(?:ed|al|ing)?|replace|extend|erneuer[ne]?|erneuere|erneuert|verläng(?:ere|ern|ert)|verlaeng(?:ere|ern|ert))$/i;

/** Words around what is to be renewed, in a question and in a command. */
const AROUND = new Set(
  (
    'how do does did can could should shall must would i we you one to get the a an my our your this that these it its is be ' +
    'certificate certificates cert certs of for on at from with please now then again wie kann könnte koennte soll sollte muss ich wir ' +
    'man du ihr mir uns das den dem der die des ein eine mein meine meins unser unsere dieses diesen dies diese es zertifikat ' +
    'zertifikats zertifikate von vom für fuer auf bei bitte denn jetzt nun hier here geht wird werden'
  ).split(' '),
);

/** The words that say what is to be renewed, of a command or a question. */
export function renewalWords(text: string): Word[] {
  return wordsOf(trimmedEnd(text, /[?!.\s]/)).filter(({ text: word }) => {
    const plain = trimmedEnd(word, /[?!.,:;]/).toLowerCase();
    return isNamed(word) || !(AROUND.has(plain) || RENEW.test(plain));
  });
}

/** Whether a text without a command asks how something is renewed: `how do I renew example.com?`, `how example.com`. */
export function asksToRenew(text: string): boolean {
  if (!/^(?:and |und )?(?:how|wie)(?:\s|['’]s\s)/i.test(text) || text.includes('\n')) return false;
  const about = renewalWords(text);
  if (!about.every(({ text: word }) => isNamed(word) || looksLikeTarget(word))) return false;
  return about.length > 0 || text.split(/\s+/).some((word) => RENEW.test(trimmedEnd(word, /[?!.,]/)));
}
