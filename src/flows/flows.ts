import { act } from './chat/buttons.ts';
import { createBudget } from './looks/budget.ts';
import { createCommander, type Commander } from './chat/inbox.ts';
import type { CommandContext } from './chat/commands/reply.ts';
import { createDefaults, type Defaults } from './defaults.ts';
import type { FlowContext } from './context.ts';
import { createDeliverer, type Deliverer } from './delivery/deliver.ts';
import { createEdits, type Edits } from './reminders/edits.ts';
import { followLeads } from './chat/follow.ts';
import { createForms } from './chat/forms.ts';
import { createElsewhere } from './chat/elsewhere.ts';
import { createMailboxAudits, type MailboxAudits } from './reminders/mailbox-rounds.ts';
import { createNetworkWatch, type NetworkWatch } from './alerts/network.ts';
import { createNotifier, type Notifier } from './alerts/notifier.ts';
import { createPlanner, type Planner } from './reminders/planner.ts';
import { createWorkingHours, type WorkingHours } from './reminders/working-hours.ts';
import { createObserver, type Observer } from './looks/observe.ts';
import { createRights } from './chat/rights.ts';
import { createOperators, type Operators } from './chat/operators.ts';
import { directChatOf } from './people/direct-chat.ts';
import { createOwners, type Owners } from './people/owners.ts';
import { createSignIns, type SignIns } from './people/sign-in.ts';
import { createTick, type Tick } from './tick.ts';
import type { Card } from '../core/card.ts';
import type { Observation } from '../core/certificates/certificate.ts';
import type { Conversation } from '../core/model/conversation.ts';
import type { FormInbox } from '../core/model/form.ts';
import type { InboundAction } from '../core/model/inbound.ts';

export interface Flows {
  commander: Commander;
  deliverer: Deliverer;
  observer: Observer;
  planner: Planner;
  notifier: Notifier;
  network: NetworkWatch;
  operators: Operators;
  signing: SignIns;
  edits: Edits;
  owners: Owners;
  hours: WorkingHours;
  audits: MailboxAudits;
  tick: Tick;
  defaults: Defaults;
  forms: FormInbox;
  /** A button was pressed (see act). */
  act: (action: InboundAction) => Promise<Card | null>;
}

/** The flows over their ports, as they know each other. Nothing runs before `tick.start()`, a message or a press. */
export function createFlows(
  context: FlowContext,
  ports: Pick<CommandContext, 'regionOf' | 'dayNamed' | 'mail' | 'anchorReader' | 'diagnose'>,
): Flows {
  const deliverer: Deliverer = createDeliverer(context, {
    givenUp: (conversationId, reason, peerCode) => operators.undelivered(conversationId, reason, peerCode),
    shutOut: (delivery, reason) => elsewhere.shutOut(delivery, reason),
    credentialsRefused: (conversation, error) => operators.chatRefuses(conversation, error),
    credentialsTaken: (conversation) => operators.chatAccepts(conversation),
    moved: (reminder, to) => edits.respectMove(reminder, to),
    deleted: (mailbox) => void audits.audit(mailbox),
    hours: (mailbox) => hours.refresh(mailbox),
    mailboxMissing: (mailbox) => owners.missing(mailbox),
    mailboxBack: (mailbox) => owners.back(mailbox),
  });
  const planner = createPlanner(context, { stored: deliverer.kick });
  const hours = createWorkingHours(context, planner);
  const network = createNetworkWatch(context, {
    away: (targets) => operators.networkAway(targets),
    back: () => operators.networkBack(),
    marked: () => notifier.kick(),
  });
  const ownChat = (near: Conversation, personId: string): ReturnType<typeof directChatOf> =>
    directChatOf(context, near, personId);
  const notifier: Notifier = createNotifier(context, { stored: deliverer.kick, network, ownChat });
  const observer = createObserver(context, { marked: planner.kick, alerted: notifier.kick, network });
  const edits: Edits = createEdits(context, { deliverer, planner });
  const owners: Owners = createOwners(context, { deliverer, planner });
  const audits: MailboxAudits = createMailboxAudits(context, { edits, owners, hours, deliverer });
  const operators: Operators = createOperators(context, deliverer);
  const elsewhere = createElsewhere(context, deliverer, operators);
  const signing = createSignIns(context, { deliverer, planner });
  const selfCheckSoon = (): void =>
    void operators
      .selfCheck()
      .catch((error: unknown) => context.log.warn({ err: error }, 'the bot could not look after itself'));
  const budget = createBudget({ perMinute: context.settings.probeBudget, now: context.now });
  const rights = createRights(context);
  const defaults = createDefaults(context);
  const known = { ...context, rights, defaults, observer, planner, notifier, deliverer, operators, signing };
  const follow = (observation: Observation): void =>
    void followLeads(known, observation).catch((error: unknown) =>
      context.log.error({ err: error }, 'what a target leads to could not be watched yet'),
    );
  const commands: CommandContext = { ...known, ...ports, budget, follow, selfCheckSoon };
  const commander = createCommander(commands);
  const workers = {
    ...{ commander, deliverer, observer, planner, notifier, network, operators, signing },
    ...{ edits, owners, hours, audits, defaults },
  };
  const parts = { ...workers, tick: createTick({ ...context, ...workers }) };
  return { ...parts, forms: createForms(context, commander), act: (action) => act(commands, action) };
}
