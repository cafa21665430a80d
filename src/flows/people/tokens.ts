import { DeliveryError } from '../../core/errors.ts';
import type { Connection } from '../../core/model/people.ts';
import { accountOf, isSomebodyElse } from '../../core/reminders/token-account.ts';
import type { FlowContext } from '../context.ts';

/** With what a mailbox is reached: the bot's own permission, or its person's. */
export interface AccessToken {
  token: string;
  kind: 'application' | 'person';
}

/** Whose token opens which mailbox: a person who signed in is served by their own, everybody else by the bot's. */
export function createTokens(
  { store, signIns, settings }: Pick<FlowContext, 'store' | 'signIns' | 'settings'>,
  options: {
    application: { get(): Promise<string>; forget(token: string): void };
    /** A connected person's sign-in has ended. */
    lost: (connection: Connection) => Promise<void>;
  },
): {
  get(mailbox: string | null, options?: { personOnly: boolean }): Promise<AccessToken | null>;
  refused(mailbox: string | null, token: string): void;
} {
  const { application, lost } = options;

  async function personsOwn(mailbox: string): Promise<string | null> {
    const [connection] = await store.getConnections([mailbox]);
    if (!connection || connection.state === 'closed') return null;
    const given = (await signIns.get(connection.channel)?.token(connection.personId)) ?? null;
    // Somebody may have signed in with another account since: theirs opens nothing here.
    const account = given === null ? null : accountOf(given);
    const token = account && isSomebodyElse(account, mailbox, null) ? null : given;
    if (token === null && connection.state === 'connected') await lost(connection);
    return token;
  }

  return {
    async get(mailbox, options) {
      const token = mailbox !== null && signIns.size > 0 ? await personsOwn(mailbox) : null;
      if (token !== null) return { token, kind: 'person' };
      // While the service refuses the bot itself, only people's own tokens are asked for.
      if (options?.personOnly) return null;
      if (settings.ownAccess) return { token: await application.get(), kind: 'application' };
      throw new DeliveryError(
        'refused',
        'The person of this mailbox is not signed in: they have to type “calendar connect”.',
      );
    },
    refused: (_mailbox, token) => application.forget(token),
  };
}
