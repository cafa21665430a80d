import { TeamsConnectorClient } from 'botframework-connector';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import { clientOf } from './direct.ts';
import type { Proactive } from './proactive.ts';

/** What the SDK's client of the connector is made of; that for teams is another one, on the same way. */
interface Client {
  credentials: ConstructorParameters<typeof TeamsConnectorClient>[0];
  options: ConstructorParameters<typeof TeamsConnectorClient>[1];
  baseUri: string;
}

const idSchema = z.object({ aadGroupId: z.uuid() });

/** The most teams whose ids are remembered. */
const MOST_KEPT = 5000;

function groupIn(value: unknown): string | null {
  return idSchema.safeParse(value).data?.aadGroupId ?? null;
}

/**
 * See Messenger.groupOf: as the activity said, else as the connector says of the team (Bot Framework, "Fetch team
 * details"). A team keeps its id.
 */
export function createGroups({ proactive }: { proactive: Proactive }): NonNullable<Messenger['groupOf']> {
  const known = new Map<string, string>();

  async function ask(team: string, stored: unknown): Promise<string | null> {
    try {
      return await proactive.inConversation(proactive.referenceFor(stored, null), async (context) => {
        const { credentials, options, baseUri } = clientOf<Client>(context);
        return groupIn(
          await new TeamsConnectorClient(credentials, { ...options, baseUri }).teams.fetchTeamDetails(team),
        );
      });
    } catch (error) {
      // A team of which the service tells nothing has nobody who could be asked for.
      if (error instanceof DeliveryError && [400, 403, 404].includes(error.status ?? 0)) return null;
      throw error;
    }
  }

  return async ({ kind, team, reference }) => {
    if (kind !== 'channel' || !team) return null;
    const told = groupIn(reference) ?? known.get(team);
    if (told !== undefined) return told;
    const found = await ask(team, reference);
    if (found === null) return null;
    if (known.size >= MOST_KEPT) known.clear();
    known.set(team, found);
    return found;
  };
}
