import { ContractError, parseAppFilter, parsePeopleFilter, selected } from './contract.ts';
import { replyError, type Reply } from './answers.ts';

/** A person as the directory holds them; `manager` names another one by id. */
export interface FakePerson {
  accountEnabled?: boolean | null;
  displayName?: string;
  mail?: string | null;
  userPrincipalName?: string;
  /** With their prefixes: "SMTP:" the primary one, "smtp:" the others. */
  proxyAddresses?: string[];
  manager?: string | null;
}

/** A credential of the bot's app. Dates are ISO 8601. */
export interface FakeCredential {
  keyId: string;
  displayName?: string | null;
  hint?: string;
  startDateTime: string;
  endDateTime: string;
}

interface FakeApp {
  appId: string;
  secrets: FakeCredential[];
  certificates: FakeCredential[];
}

const FORBIDDEN = () => replyError(403, 'Authorization_RequestDenied');
const NOT_FOUND = () => replyError(404, 'Request_ResourceNotFound');

/**
 * People and apps of one tenant. Whoever was not put there exists, is enabled and has no manager; nobody is forbidden
 * to look until told so.
 */
export function createFakeDirectory() {
  const people = new Map<string, FakePerson | null>();
  const apps: FakeApp[] = [];
  /** Members of teams, owners with that role; null: TeamMember.Read.Group was not granted there. */
  const teams = new Map<string, { userId: string; roles: string[] }[] | null>();
  let readable = { people: true, applications: true };
  let takesAddresses = true;

  function hasUpn({ userPrincipalName }: FakePerson, name: string): boolean {
    return userPrincipalName?.toLowerCase() === name;
  }

  function hasAddress({ mail, proxyAddresses = [] }: FakePerson, address: string): boolean {
    return [mail, ...proxyAddresses].some((one) => one?.toLowerCase().replace(/^smtp:/, '') === address);
  }

  /** The id of whoever was put there with this name, which may be their mail address or another address of theirs. */
  function idBy(name: string, has: (person: FakePerson, name: string) => boolean): string | null {
    const wanted = name.toLowerCase();
    const [found] = [...people].find(([, person]) => person !== null && has(person, wanted)) ?? [];
    return found ?? null;
  }

  /** `/users/{name}` takes ids and user principal names: other addresses are nobody's here. */
  function idOf(name: string): string | null {
    const key = name.toLowerCase();
    if (people.has(key)) return key;
    return idBy(key, hasUpn) ?? (idBy(key, hasAddress) === null ? key : null);
  }

  function personOf(name: string): FakePerson | null {
    const id = idOf(name);
    const known = id === null ? null : people.get(id);
    return known === undefined ? {} : known;
  }

  function represent(id: string, person: FakePerson, query: Map<string, string>): Record<string, unknown> {
    const address = id.includes('@') ? id : `${id}@example.com`;
    const { accountEnabled = true, displayName = id, mail = address, userPrincipalName = address } = person;
    const { proxyAddresses = mail === null ? [] : [`SMTP:${mail}`] } = person;
    return selected('user', { id, accountEnabled, displayName, mail, userPrincipalName, proxyAddresses }, query);
  }

  return {
    readPerson(id: string, query: Map<string, string>): Reply {
      if (!readable.people) return FORBIDDEN();
      const person = personOf(id);
      return person ? { status: 200, body: represent(idOf(id)!, person, query) } : NOT_FOUND();
    },
    /** The people whom a `$filter` names; advanced queries say so. Letter cases do not matter. */
    readPeople(query: Map<string, string>, consistencyLevel: string | undefined): Reply {
      if (!readable.people) return FORBIDDEN();
      if ((query.get('$count') === 'true') !== (consistencyLevel === 'eventual'))
        throw new ContractError('$count and ConsistencyLevel: eventual go together');
      const { property, value } = parsePeopleFilter(query.get('$filter'));
      const wanted = value.toLowerCase();
      const found = [...people].flatMap(([id, person]) => {
        if (!person) return [];
        const values = property === 'proxyAddresses' ? (person.proxyAddresses ?? []) : [person[property as 'mail']];
        return values.some((one) => one?.toLowerCase() === wanted) ? [represent(id, person, query)] : [];
      });
      return { status: 200, body: { value: found } };
    },
    /**
     * Whose mailbox a name opens: its id or user principal name, and where Exchange takes them any address of theirs.
     * Null: nobody's.
     */
    mailboxOf(name: string): string | null {
      const id = idOf(name);
      return id ?? (takesAddresses ? idBy(name, hasAddress) : null);
    },
    /** Whether Exchange takes any address for the name of a mailbox; else it knows no such user. */
    setTakesAddresses(takes: boolean) {
      takesAddresses = takes;
    },
    readManager(id: string, query: Map<string, string>): Reply {
      if (!readable.people) return FORBIDDEN();
      const manager = personOf(id)?.manager;
      const person = manager ? personOf(manager) : null;
      if (!manager || !person) return NOT_FOUND();
      const type = { '@odata.type': '#microsoft.graph.user' };
      return { status: 200, body: { ...type, ...represent(manager, person, query) } };
    },
    readApplications(query: Map<string, string>): Reply {
      if (!readable.applications) return FORBIDDEN();
      const appId = parseAppFilter(query.get('$filter'));
      const value = apps
        .filter((app) => app.appId === appId)
        .map(({ secrets, certificates }) => {
          const keyCredentials = certificates.map((one) => ({ ...one, type: 'AsymmetricX509Cert', usage: 'Verify' }));
          const application = { id: `object-of-${appId}`, appId, passwordCredentials: secrets, keyCredentials };
          return selected('application', application, query);
        });
      return { status: 200, body: { value } };
    },
    /** Two on a page, whatever is asked for. */
    readTeamMembers(id: string, query: Map<string, string>, next: (skip: number) => string): Reply {
      const members = teams.get(id.toLowerCase());
      if (members === undefined) return NOT_FOUND();
      if (members === null) return FORBIDDEN();
      const skip = Number(query.get('$skip') ?? 0);
      const type = { '@odata.type': '#microsoft.graph.aadUserConversationMember' };
      const value = members.slice(skip, skip + 2).map((member) => ({ ...type, id: `of-${member.userId}`, ...member }));
      const more = skip + 2 < members.length ? { '@odata.nextLink': next(skip + 2) } : {};
      return { status: 200, body: { value, ...more } };
    },
    /** Null: who is in it may not be seen. */
    setTeam(id: string, team: { owners: string[]; members?: string[] } | null) {
      const { owners = [], members = [] } = team ?? {};
      const all = [
        ...members.map((userId) => ({ userId, roles: [] as string[] })),
        ...owners.map((userId) => ({ userId, roles: ['owner'] })),
      ];
      teams.set(id.toLowerCase(), team && all);
    },
    /** Null: there is no such person. */
    setPerson(id: string, person: FakePerson | null) {
      people.set(id.toLowerCase(), person);
    },
    addApplication(appId: string, credentials: { secrets?: FakeCredential[]; certificates?: FakeCredential[] }) {
      const { secrets = [], certificates = [] } = credentials;
      apps.push({ appId, secrets, certificates });
    },
    /** What the app may look at. */
    allow(what: Partial<typeof readable>) {
      readable = { ...readable, ...what };
    },
  };
}

export type FakeDirectory = ReturnType<typeof createFakeDirectory>;
