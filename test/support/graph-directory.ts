import { parseAppFilter, selected } from './graph-contract.ts';
import { replyError } from './graph-answers.ts';
import type { Reply } from './graph-answers.ts';

/** A person as the directory holds them; `manager` names another one by id. */
export interface FakePerson {
  accountEnabled?: boolean | null;
  displayName?: string;
  mail?: string | null;
  userPrincipalName?: string;
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

/** People and apps of one tenant. Whoever was not put there exists, is enabled and has no manager; nobody is forbidden to look until told so. */
export function createFakeDirectory() {
  const people = new Map<string, FakePerson | null>();
  const apps: FakeApp[] = [];
  let readable = { people: true, applications: true };

  function personOf(id: string): FakePerson | null {
    const known = people.get(id.toLowerCase());
    return known === undefined ? {} : known;
  }

  function represent(id: string, person: FakePerson, query: Map<string, string>): Record<string, unknown> {
    const address = id.includes('@') ? id : `${id}@example.com`;
    const { accountEnabled = true, displayName = id, mail = address, userPrincipalName = address } = person;
    return selected('user', { id, accountEnabled, displayName, mail, userPrincipalName }, query);
  }

  return {
    readPerson(id: string, query: Map<string, string>): Reply {
      if (!readable.people) return FORBIDDEN();
      const person = personOf(id);
      return person ? { status: 200, body: represent(id, person, query) } : NOT_FOUND();
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
