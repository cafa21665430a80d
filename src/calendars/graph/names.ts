import { hasPassed, type Instant } from '../../core/time.ts';
import type { DirectoryNames } from '../../core/model/people.ts';
import type { GraphCall, GraphClient } from './client.ts';
import { literal } from './event.ts';
import { answerFailure, meansNoMailbox, type GraphAnswer } from './failures.ts';

/** How long it is remembered that the directory finds nobody, or does not let us look. Milliseconds. */
const NOBODY_FOR = 10 * 60_000;

const NAMES = '$select=id,userPrincipalName,mail,proxyAddresses';
/** What belongs to the directory, and not to the mailbox: the person, and who they report to. */
const OF_PERSON = /^(?:\?|$|\/manager\b)/;

/**
 * By which properties an address that is nobody's user principal name is looked for, one after the other. In
 * `proxyAddresses` secondary addresses begin with "smtp:" and the primary one with "SMTP:"; filters do not tell letter
 * cases apart (Graph, "user resource type").
 */
const FILTERS = [
  (address: string): string => `mail eq ${literal(address)}`,
  (address: string): string => `proxyAddresses/any(p:p eq ${literal(`smtp:${address}`)})`,
];

/**
 * Somebody's names in an answer; null when it is no person's. Addresses come without prefix, in lower case; those of
 * other kinds (X500, SIP) are left out.
 */
export function namesIn(body: unknown): DirectoryNames | null {
  if (typeof body !== 'object' || body === null) return null;
  const { id, userPrincipalName, mail, proxyAddresses } = body as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return null;
  const proxies = (Array.isArray(proxyAddresses) ? (proxyAddresses as unknown[]) : [])
    .filter((each) => typeof each === 'string')
    .flatMap((each) => /^smtp:(.+)$/i.exec(each)?.[1] ?? []);
  const addresses = [mail, userPrincipalName, ...proxies]
    .filter((each) => typeof each === 'string')
    .map((each) => each.toLowerCase())
    .filter((each) => each.includes('@'));
  return { id, addresses: [...new Set(addresses)] };
}

/** The only person in a list; null when it holds none, or several: then nobody can say who is meant. */
function onlyOne(body: unknown): DirectoryNames | null {
  const { value } = (body ?? {}) as { value?: unknown };
  const people = (Array.isArray(value) ? (value as unknown[]) : []).flatMap((each) => namesIn(each) ?? []);
  const ids = new Set(people.map(({ id }) => id));
  return ids.size === 1 ? people[0]! : null;
}

/**
 * Mailboxes by whatever name they are known. Graph takes a directory object id or a user principal name; in many
 * companies people's mail address is neither, and then it depends on the service whether the address works. So a name
 * that it does not know is looked up among addresses, and the call is made again by the id: what is answered to that
 * counts. Where the directory does not let us look (User.Read.All), the first answer stands.
 */
export function createNames({ call, now }: { call: GraphClient['call']; now: () => Instant }) {
  /**
   * Ids by name, of the directory and of mailboxes apart: that one of both takes an address says nothing of the other.
   */
  const ids = new Map<string, string>();
  const nobody = new Map<string, Instant>();
  const asking = new Map<string, Promise<DirectoryNames | null>>();

  /** Null: nobody, or it may not be seen. Throws DeliveryError while the directory cannot be asked. */
  async function search(address: string): Promise<DirectoryNames | null> {
    for (const filterFor of FILTERS) {
      const filter = encodeURIComponent(filterFor(address));
      // `$count` and the header make it an advanced query, which more properties and operators need ("Advanced query
      // capabilities on Microsoft Entra ID objects").
      const path = `/users?$filter=${filter}&${NAMES}&$count=true`;
      const answer = await call({ method: 'GET', mailbox: null, path, eventual: true });
      if (answer.status === 401 || answer.status === 403) return null;
      // A filter that this directory does not take finds nobody; the next may.
      if (answer.status === 400 || answer.status === 404) continue;
      if (answer.status !== 200) throw answerFailure(answer, 'GET');
      const found = onlyOne(answer.body);
      if (found) return found;
    }
    return null;
  }

  async function searchOnce(address: string): Promise<DirectoryNames | null> {
    const key = address.toLowerCase();
    const since = nobody.get(key);
    if (since !== undefined && !hasPassed(since, NOBODY_FOR, now())) return null;
    const pending =
      asking.get(key) ??
      search(address).finally(() => {
        asking.delete(key);
      });
    asking.set(key, pending);
    const found = await pending;
    if (found) nobody.delete(key);
    else nobody.set(key, now());
    return found;
  }

  async function callByName(request: GraphCall): Promise<GraphAnswer> {
    const { mailbox, path } = request;
    // A link to a following page holds the name already.
    if (mailbox === null || !mailbox.includes('@') || /^https?:/i.test(path)) return call(request);
    const key = `${OF_PERSON.test(path) ? 'person' : 'mailbox'} ${mailbox.toLowerCase()}`;
    const known = ids.get(key);
    const answer = await call(known === undefined ? request : { ...request, mailbox: known });
    if (!meansNoMailbox(answer)) return answer;
    const found = await searchOnce(mailbox);
    if (!found || found.id === known) return answer;
    const second = await call({ ...request, mailbox: found.id });
    if (!meansNoMailbox(second)) ids.set(key, found.id);
    return second;
  }

  return {
    call: callByName,
    /**
     * Who has an address, by whichever of their names it is; null: nobody, or it may not be seen. Throws DeliveryError.
     */
    async lookUp(address: string): Promise<DirectoryNames | null> {
      const answer = await call({ method: 'GET', mailbox: address, path: `?${NAMES}` });
      if (answer.status === 200) return namesIn(answer.body);
      if (answer.status === 401 || answer.status === 403) return null;
      if (answer.status === 404) return searchOnce(address);
      throw answerFailure(answer, 'GET');
    },
  };
}
