import type { Workspace } from './installation-record.ts';

/**
 * What is known of where a person belongs: workspaces (an organisation may stand in the place of one), and the
 * organisation.
 */
export interface Origin {
  teams: (string | null | undefined)[];
  enterpriseId?: string | null | undefined;
}

/**
 * Does a person belong to another workspace than the one where the bot is, and not to its organisation (Slack Connect)?
 * False while nothing is known of either.
 */
export function isFromElsewhere({ teamId, enterpriseId }: Workspace, person: Origin): boolean {
  if (enterpriseId !== null && person.enterpriseId === enterpriseId) return false;
  const own = [teamId, enterpriseId].filter((id) => id !== null);
  if (own.length === 0) return false;
  return person.teams.some((team) => typeof team === 'string' && !own.includes(team));
}
