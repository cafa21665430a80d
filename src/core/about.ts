/**
 * What a message says, for programs: it travels beside the text, which may change its words at any time, while these
 * fields stay as they are. Teams has it in `channelData.certbotAbout`, Slack in the payload of the message's metadata.
 * Nothing in it is secret: whoever sees the message may read it. A message that is replaced because somebody pressed a
 * button may keep what it said before.
 */
export interface About {
  /**
   * An answer to a command or a press, the same while it is still being worked on, an alert to a conversation, a word
   * to the bot's operators.
   */
  kind: 'answer' | 'progress' | 'alert' | 'operators';
  /**
   * Of answers: the command's verb ("problem" when it could not be read), and `Inbound.id` of the message that is
   * answered.
   */
  verb?: string;
  inbound?: string;
  /** The command did nothing, since something was wrong with it. */
  refused?: true;
  /** The command failed by our own fault; the log tells more under this id. */
  error?: string;
  /** It stands in for a message that its own conversation does not take. */
  elsewhere?: true;
  /** URIs of the watches on this page of `list`, and how many there are on all of its pages. */
  targets?: string[];
  total?: number;
  /** Of alerts and words to operators, in the order of the text. */
  facts?: Fact[];
  /** How many targets or facts were left out for lack of room. */
  more?: number;
}

/** One thing that an alert says. */
export interface Fact {
  /** The target's URI; none where it is about the bot itself. */
  target?: string;
  kind: 'stage' | 'renewed' | 'gone' | 'lost-names' | 'lost-uses' | 'finding' | 'fixed';
  /**
   * stage: fingerprint of the leaf and key of the threshold, as `<fingerprint>/<key>`. renewed: fingerprint of the new
   * leaf. gone: fingerprint of what is not listed any more (the first). lost-names, lost-uses: how many. finding and
   * fixed: which finding, such as "unreachable" or "address:192.0.2.1".
   */
  value: string;
}

/** Bytes of JSON: what channels have left beside a card that fills its message. */
const MOST = 1500;

/** The same with as many targets and facts as there is room for. */
export function boundedAbout(about: About): About {
  const { targets = [], facts = [], ...rest } = about;
  const kept = { targets: [...targets], facts: [...facts] };
  for (let more = 0; ; more += 1) {
    const shorter = {
      ...rest,
      ...(about.targets ? { targets: kept.targets } : {}),
      ...(about.facts ? { facts: kept.facts } : {}),
      ...(more > 0 ? { more } : {}),
    };
    const isShort = Buffer.byteLength(JSON.stringify(shorter)) <= MOST;
    if (isShort || (kept.facts.pop() ?? kept.targets.pop()) === undefined) return shorter;
  }
}

/** The certificate of a stage. */
function ofStage({ value }: Fact): string {
  return value.slice(0, value.lastIndexOf('/'));
}

/** What a later fact of the same target has to be about, so that an earlier one is no news any more. */
function isOvertakenBy(fact: Fact, later: Fact): boolean {
  if (later.target !== fact.target) return false;
  // A target may have several certificates, such as a document with its keys.
  if (fact.kind === 'stage')
    return later.kind === 'renewed' || (later.kind === 'stage' && ofStage(later) === ofStage(fact));
  if (fact.kind === 'renewed' || fact.kind === 'lost-names' || fact.kind === 'lost-uses')
    return later.kind === 'renewed';
  if (fact.kind === 'gone') return false;
  return (later.kind === 'finding' || later.kind === 'fixed') && later.value === fact.value;
}

/** Whether everything that an alert says is said anew, or said to be over, by later messages of its conversation. */
export function isOvertaken(alert: About | undefined, later: (About | undefined)[]): boolean {
  if (alert?.kind !== 'alert' || !alert.facts?.length || alert.more) return false;
  const facts = later.flatMap((about) => (about?.kind === 'alert' ? (about.facts ?? []) : []));
  return alert.facts.every((fact) => facts.some((one) => isOvertakenBy(fact, one)));
}
