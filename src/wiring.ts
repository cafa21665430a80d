import { createNamedDays } from './calendars/holidays/named-days.ts';
import { createHolidays, isRegion } from './calendars/holidays/holidays.ts';
import { icsWriter } from './calendars/ics/feed.ts';
import type { Messenger, SignIn } from './core/ports/channel.ts';
import type { Say } from './core/language/language.ts';
import type { MailExchangers } from './core/ports/source.ts';
import type { FlowContext } from './flows/context.ts';
import { createFlows, type Flows } from './flows/flows.ts';
import { createFeeds, type Feeds } from './flows/reminders/feed.ts';
import { createInboxes } from './inboxes.ts';
import { whenStored } from './opened-store.ts';
import { createAnchorReader } from './sources/tls/anchors.ts';
import { createConversationTrust } from './sources/tls/conversation-trust.ts';

/** What a bot has from outside: its ports, its settings, and the world (clock, chance, ids). */
export type Surroundings = Omit<FlowContext, 'anchors' | 'messengers' | 'signIns' | 'holidays'> & {
  mail: MailExchangers;
  /** See CommandContext; not given: nothing can be tried. */
  diagnose?: (say: Say) => Promise<string[]>;
};

export interface Bot {
  context: FlowContext;
  flows: Flows;
  /** Where each channel puts what happens in it. */
  inboxes: ReturnType<typeof createInboxes>;
  feeds: Feeds;
  /** From now on conversations of this channel are reached through it, and people sign in through it. */
  join(channel: { messenger: Messenger; signIn?: SignIn | null }): Promise<void>;
}

/**
 * Context, flows, inboxes and feeds, as they know each other: the product and its tests are wired here alike. Nothing
 * happens before `flows.tick.start()`, or before something comes into an inbox.
 */
export function wireBot({ mail, diagnose, ...given }: Surroundings): Bot {
  const context: FlowContext = {
    ...given,
    anchors: createConversationTrust({ now: given.now }),
    messengers: new Map(),
    signIns: new Map(),
    holidays: createHolidays(),
  };
  const flows = createFlows(context, {
    regionOf: isRegion,
    dayNamed: createNamedDays(),
    mail,
    anchorReader: createAnchorReader(),
    diagnose: diagnose ?? null,
  });
  return {
    context,
    flows,
    inboxes: createInboxes(context, flows),
    feeds: createFeeds(context, icsWriter),
    async join({ messenger, signIn = null }) {
      const { channel } = messenger;
      context.messengers.set(channel, messenger);
      if (signIn) context.signIns.set(signIn.channel, signIn);
      // Perhaps the process was started anew for the sake of new credentials.
      await whenStored(() => context.store.releaseMessages({ channel }, 'credentials', context.now()));
    },
  };
}
