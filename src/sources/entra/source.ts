import type { Application } from '../../core/certificates/application.ts';
import type { Failure, Observation } from '../../core/certificates/certificate.ts';
import type { ReadDirectory } from '../../core/ports/directory.ts';
import type { Source } from '../../core/ports/source.ts';
import type { EntraTarget } from '../../core/targets/entra.ts';
import { formatTarget } from '../../core/targets/target.ts';
import { DAY, MINUTE, SECOND, type Instant } from '../../core/time.ts';
import { within } from '../../timing/within.ts';
import { endsOf, lacksKeys, ownersOf } from './credentials.ts';
import { readAll, readOne, Unread } from './listing.ts';
import { credentialsIn, federatedIn, objectIn, type ObjectKind, type RawObject } from './records.ts';

/** For so long at most a listing answers looks that nobody waits for, milliseconds. */
const FRESH_FOR = 15 * MINUTE;
/** For so long it answers those that somebody waits for. */
const NEW_FOR = SECOND;

/** Applications of one name that are told. */
const MOST_FOUND = 20;
/** Shorter than a claim lasts: what takes longer would be stored in vain. */
const PATIENCE = 25 * SECOND;

/** Objects whose certificates are remembered. */
const MOST_KEPT = 10_000;
/** So many applications are asked for one by one while a listing would be fresh; of more all are listed at once. */
const MOST_SINGLE = 20;

/** What an object has that is wanted, of both kinds. `key` comes with keyCredentials, of which 150 a minute are given. */
const SELECT = 'id,appId,displayName,passwordCredentials,keyCredentials';
const OF_PRINCIPALS =
  'accountEnabled,servicePrincipalType,preferredSingleSignOnMode,preferredTokenSigningKeyThumbprint';
/** With $expand a page has a hundred records at most, whatever is asked for. */
const OWNERS = '$expand=owners($select=id,displayName,mail,userPrincipalName)';

/** Everything of one application. */
interface App {
  appId: string;
  objects: RawObject[];
  federated: Application['federated'];
}

interface Listing {
  at: Instant;
  apps: Map<string, App>;
}

/** A text within quotes of a filter (OData ABNF: a quote is written twice). */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function pathOf(kind: ObjectKind, filter: string | null): string {
  const select = kind === 'applications' ? SELECT : `${SELECT},${OF_PRINCIPALS}`;
  const parts = [`$select=${select}`, OWNERS, ...(filter === null ? ['$top=100'] : [])];
  return `/${kind}?${[...parts, ...(filter === null ? [] : [`$filter=${encodeURIComponent(filter)}`])].join('&')}`;
}

function compose(objects: RawObject[], federated: Map<string, Application['federated']>): Map<string, App> {
  const apps = new Map<string, App>();
  for (const one of objects) {
    const known = apps.get(one.appId) ?? { appId: one.appId, objects: [], federated: null };
    known.objects.push(one);
    known.federated ??= federated.get(one.id) ?? null;
    apps.set(one.appId, known);
  }
  return apps;
}

async function readObjects(read: ReadDirectory, kind: ObjectKind, path: string): Promise<RawObject[]> {
  return (await readAll(read, path)).flatMap((record) => objectIn(kind, record) ?? []);
}

/** Everything that the directory shows, in as many calls as it has pages. */
async function readDirectory(read: ReadDirectory): Promise<Map<string, App>> {
  const applications = await readObjects(read, 'applications', pathOf('applications', null));
  const principals = await readObjects(read, 'servicePrincipals', pathOf('servicePrincipals', null));
  const federated = new Map<string, Application['federated']>();
  try {
    const expanded = '/applications?$select=id&$expand=federatedIdentityCredentials&$top=100';
    for (const record of await readAll(read, expanded))
      federated.set(String(record['id']).toLowerCase(), federatedIn(record['federatedIdentityCredentials']));
  } catch (error) {
    // They do not end: without them all else can be told.
    if (!(error instanceof Unread)) throw error;
  }
  return compose([...applications, ...principals], federated);
}

/** One application anew; null: the directory knows none. */
async function readApp(read: ReadDirectory, appId: string): Promise<App | null> {
  const filter = `appId eq ${literal(appId)}`;
  const applications = await readObjects(read, 'applications', pathOf('applications', filter));
  const principals = await readObjects(read, 'servicePrincipals', pathOf('servicePrincipals', filter));
  const federated = new Map<string, Application['federated']>();
  for (const one of applications) {
    const list = await readOne(read, `/applications/${one.id}/federatedIdentityCredentials`).catch(() => null);
    federated.set(one.id, list && federatedIn(list['value']));
  }
  return compose([...applications, ...principals], federated).get(appId) ?? null;
}

function nameOf({ objects, appId }: App): string {
  return objects.find(({ name }) => name !== '')?.name ?? appId;
}

function uriOf(app: App): string {
  return formatTarget({ scheme: 'entra', app: app.appId, name: nameOf(app) });
}

/** Most of the enterprise applications of a directory are Microsoft's, and have nothing that ends. */
function hasEnds({ objects }: App): boolean {
  return objects.some(({ credentials }) => credentials.length > 0);
}

/** The bytes of certificates, by the object and what it has: they never change. */
function createKeys(read: ReadDirectory) {
  const known = new Map<string, RawObject['credentials']>();

  return async function complete(one: RawObject): Promise<RawObject> {
    if (!lacksKeys(one)) return one;
    const key = [one.id, ...one.credentials.map(({ keyId }) => keyId)].join(' ');
    const held = known.get(key);
    if (held) return { ...one, credentials: held };
    const record = (await readOne(read, `/${one.kind}/${one.id}?$select=keyCredentials`)) ?? {};
    const ders = new Map(credentialsIn(record).map(({ keyId, der }) => [keyId, der]));
    const credentials = one.credentials.map((old) => ({ ...old, der: old.der ?? ders.get(old.keyId) ?? null }));
    if (known.size > MOST_KEPT) known.clear();
    known.set(key, credentials);
    return { ...one, credentials };
  };
}

function tooLate(): never {
  throw new Unread('service', 'timeout');
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Unread)) return { code: 'internal' };
  return { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) };
}

/** Everything of which a look speaks, as it is now. */
function seen(uri: string, app: App, { at, now }: { at: Instant; now: Instant }): Observation {
  const { listed, ...ends } = endsOf(app.objects, now);
  const { secrets, certificates, leftovers, signing } = ends;
  const application: Application = {
    appId: app.appId,
    name: nameOf(app),
    disabled: app.objects.some(({ enabled }) => !enabled),
    owners: ownersOf(app.objects),
    secrets,
    certificates,
    leftovers,
    federated: app.federated,
    signing,
  };
  return { uri, at, duration: 0, addresses: [], listed, application };
}

/** Source.find: by application id, or by display name. */
async function findIn(read: ReadDirectory | null, name: string): ReturnType<NonNullable<Source['find']>> {
  try {
    if (!read) throw new Unread('no-access');
    if (/^[\da-f-]{36}$/.test(name)) {
      const app = await readApp(read, name);
      return { uris: app ? [uriOf(app)] : [] };
    }
    const filter = `?$select=id,appId,displayName&$filter=${encodeURIComponent(`displayName eq ${literal(name)}`)}`;
    const found = await readObjects(read, 'applications', `/applications${filter}`);
    const others = await readObjects(read, 'servicePrincipals', `/servicePrincipals${filter}`);
    const apps = compose([...found, ...others], new Map());
    return { uris: [...apps.values()].map(uriOf).slice(0, MOST_FOUND) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/**
 * Applications of the directory and what of them ends. `read`: with the bot's own permission; null: it has none.
 * `interval`: how often targets are looked at, `patience`: how long a look takes at most, milliseconds; what is being read
 * by then is there for the next. Nothing is asked before the first look.
 */
export function createEntraSource(options: {
  read: ReadDirectory | null;
  interval: number;
  patience?: number;
  now: () => Instant;
}): Source {
  const { read, interval, patience = PATIENCE, now } = options;
  const freshFor = Math.min(FRESH_FOR, interval / 2);
  let listing: Listing | null = null;
  let reading: Promise<Listing> | null = null;
  /** When all were asked for last. */
  let listedAt = -Infinity;
  let single = { since: now(), number: 0 };
  const complete = read && createKeys(read);

  /** A listing that is not older than that; those who come meanwhile wait for the same. */
  async function listed(notOlder: number): Promise<Listing> {
    const age = listing ? now() - listing.at : Infinity;
    if (listing && age >= 0 && age < notOlder) return listing;
    reading ??= readDirectory(read!)
      .then((apps) => (listing = { at: now(), apps }))
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  /** Listed with all others, where these are wanted anyway; else by itself. */
  async function appOf(app: string, awaited: boolean): Promise<App | null> {
    if (now() - single.since > freshFor || now() < single.since) single = { since: now(), number: 0 };
    const age = listing ? now() - listing.at : Infinity;
    const isListed = !awaited && age >= 0 && age < freshFor;
    if (!isListed) single.number += 1;
    const all = isListed || (!awaited && single.number > MOST_SINGLE) ? await listed(freshFor) : null;
    return all?.apps.get(app) ?? readApp(read!, app);
  }

  async function look({ app }: EntraTarget, uri: string, awaited: boolean): Promise<Observation> {
    const at = now();
    if (app === null) listedAt = at;
    if (!read) throw new Unread('no-access');
    if (app === null) {
      const { apps } = await listed(awaited ? NEW_FOR : freshFor);
      return { uri, at, duration: 0, addresses: [], leadsTo: [...apps.values()].filter(hasEnds).map(uriOf).toSorted() };
    }
    const found = await appOf(app, awaited);
    if (!found) throw new Unread('gone');
    const objects = await Promise.all(found.objects.map((one) => complete!(one)));
    return seen(uri, { ...found, objects }, { at, now: now() });
  }

  return {
    schemes: ['entra'],
    async observe(target, { awaited = false } = { thorough: false }) {
      const [uri, began] = [formatTarget(target), now()];
      try {
        const observation = await within(look(target as EntraTarget, uri, awaited), patience, tooLate);
        return { ...observation, duration: Math.max(0, now() - began) };
      } catch (error) {
        const failure = failureOf(error);
        const base = { uri, at: began, duration: Math.max(0, now() - began), addresses: [] };
        // What keeps from all of them alike is told once, by what leads to them; and patience is no failure at all.
        const isTold = now() - listedAt < DAY && (target as EntraTarget).app !== null && failure.code !== 'gone';
        if (!awaited && (isTold || failure.code === 'throttled')) return { ...base, item: null };
        return { ...base, failure };
      }
    },
    find: (name) => findIn(read, name),
    close: () => Promise.resolve(),
  };
}
