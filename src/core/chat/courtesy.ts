/** To whom a kind word may be said. */
const YOU = String.raw`(?: (?:there|all|everyone|everybody|bot|certbot|alle|zusammen|leute|dir|euch|ihnen))*`;
const GREETING = new RegExp(
  String.raw`^(?:hi|hiya|hey|hello|hallo|hallöchen|hej|howdy|yo|good (?:morning|afternoon|evening|day)|morning|gr(?:ü|ue)(?:ß|ss) (?:gott|dich|euch)|gr(?:ü|ue)(?:ß|ss)e|gr(?:ü|ue)ezi|servus|moin(?: moin)?|guten (?:morgen|tag|abend)|morgen|tach)${YOU}$`,
);
const THANKS = new RegExp(
  String.raw`^(?:(?:many |ok |okay |great |perfect )?thanks|thank you|thx|ty|cheers|(?:ok |okay |super |vielen |besten |herzlichen |tausend )?dank(?:e|eschön|eschoen)?|merci)(?: (?:so|very|much|a lot|a million|schön|schoen|sehr|vielmals|again|nochmal))*${YOU}$`,
);
const ASKS_FOR_HELP =
  /^(?:hilfe|hilf mir|was kannst du(?: alles)?|wie geht das|what can (?:you|i) do|how does (?:this|it) work)$/;

/** What is no command, but said kindly, or asks for one in other words; null for anything else. */
export function courtesy(plain: string): { verb: 'courtesy'; what: 'greeting' | 'thanks' } | { verb: 'help' } | null {
  const words = plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (GREETING.test(words)) return { verb: 'courtesy', what: 'greeting' };
  if (THANKS.test(words)) return { verb: 'courtesy', what: 'thanks' };
  return ASKS_FOR_HELP.test(words) ? { verb: 'help' } : null;
}
