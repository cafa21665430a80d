import type { Card } from '../../../core/card.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import type { Say } from '../../../core/language/language.ts';
import type { AnchorReader } from '../../../core/model/anchors.ts';
import type { Inbound } from '../../../core/model/inbound.ts';
import type { MailExchangers } from '../../../core/ports/source.ts';
import type { Mentioned } from '../../../core/model/people.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Budget } from '../../looks/budget.ts';
import type { Defaults } from '../../defaults.ts';
import type { FlowContext } from '../../context.ts';
import type { Deliverer } from '../../delivery/deliver.ts';
import type { Observer } from '../../looks/observe.ts';
import type { Operators } from '../operators.ts';
import type { Rights } from '../rights.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { Planner } from '../../reminders/planner.ts';
import type { SignIns } from '../../people/sign-in.ts';

/** What the verbs of the command flow receive besides the ports. */
export interface CommandContext extends FlowContext {
  observer: Observer;
  planner: Planner;
  notifier: Notifier;
  deliverer: Deliverer;
  operators: Operators;
  rights: Rights;
  defaults: Defaults;
  /** What the bot depends on, as it is now, a line for each thing that is not fine; null where that cannot be tried. */
  diagnose: ((say: Say) => Promise<string[]>) | null;
  signing: SignIns;
  /** A region of public holidays as it is written ("DE-BY"), or null when none is known by that name. */
  regionOf: (text: string) => string | null;
  /** The ISO date of a day with a name (lower case) in a year, by a region of holidays first; null: there is none. */
  dayNamed: (region: string | null, name: string, year: number) => string | null;
  anchorReader: AnchorReader;
  /** Which servers take mail for a domain. */
  mail: MailExchangers;
  /** Every look that somebody causes is taken from it. */
  budget: Budget;
  /** Watches what this look leads to, beside whatever else goes on. */
  follow: (observation: Observation) => void;
  /** Has the bot look after itself with the next round: somebody to tell has been named. */
  selfCheckSoon: () => void;
}

/** A command under way: the message, and how to show progress on the card that will be its answer. */
export interface Request {
  /** `mentions`: people alone. */
  inbound: Inbound;
  /** Groups of people whom the message mentions. */
  groups: Mentioned[];
  /** Whom a form names as the owner of what is to be watched. */
  owner?: Mentioned;
  /** Id of the answering message, the same when the command is run again after a crash. */
  replyId: string;
  /** In the asker's language. */
  say: Say;
  /** Shows an intermediate card in the place of the answer. */
  progress: (card: Card) => Promise<void>;
  /**
   * The command takes minutes: what comes later in its conversation need not wait for it. Where no progress can be
   * shown, the card is, once.
   */
  runInBackground: (card: Card) => Promise<void>;
}

/** An answer that concerns the asker alone. */
export function forAsker(card: Card): Reply {
  return { card, forAsker: true };
}

/** The answer of a verb, and what has to be stored together with it. */
export interface Reply {
  card: Card;
  /** It concerns the asker alone: where the channel can answer so, nobody else is bothered with it. */
  forAsker?: true;
  commit?: (operations: StoreOperations) => Promise<void>;
  /** What is to be done when that is stored. */
  after?: () => Promise<unknown>;
}
