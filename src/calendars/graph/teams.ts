import type { createGraphClient } from './client.ts';
import { answerFailure } from './failures.ts';

/** A team has 25,000 members at most, a page 999 (Microsoft Graph, "List members of team"). */
const PAGE = 999;
const MOST_PAGES = 60;

interface Page {
  value?: unknown;
  '@odata.nextLink'?: unknown;
}

function ownersIn({ value }: Page): string[] {
  const members = Array.isArray(value) ? (value as { roles?: unknown; userId?: unknown }[]) : [];
  return members.flatMap((member) => {
    const roles = Array.isArray(member?.roles) ? (member.roles as unknown[]) : [];
    return roles.includes('owner') && typeof member.userId === 'string' ? [member.userId.toLowerCase()] : [];
  });
}

/**
 * See Calendar.ownersOf. By the application permission TeamMember.Read.Group, which is granted team by team with the app
 * (Microsoft Teams, "Grant RSC permissions to your app"). Throws DeliveryError.
 */
export async function ownersOf(
  call: ReturnType<typeof createGraphClient>['call'],
  teamId: string,
): Promise<string[] | null> {
  const owners: string[] = [];
  let path = `/teams/${encodeURIComponent(teamId)}/members?$top=${PAGE}`;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await call({ method: 'GET', mailbox: null, path });
    if ([401, 403, 404].includes(answer.status)) return null;
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const body = (answer.body ?? {}) as Page;
    owners.push(...ownersIn(body));
    const next = body['@odata.nextLink'];
    if (typeof next !== 'string') break;
    path = next;
  }
  return owners;
}
