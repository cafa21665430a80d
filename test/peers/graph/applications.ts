import { ContractError, decodeQuery } from './contract.ts';
import { replyError, type Json, type Reply } from './answers.ts';

export type ObjectKind = 'applications' | 'servicePrincipals';

/** Properties as “application” and “servicePrincipal” of Microsoft Graph v1.0 have them, as far as anybody asks here. */
const PROPERTIES: Record<ObjectKind, string[]> = {
  applications: ['id', 'appId', 'displayName', 'passwordCredentials', 'keyCredentials'],
  servicePrincipals: [
    ...['id', 'appId', 'displayName', 'passwordCredentials', 'keyCredentials', 'accountEnabled'],
    ...['servicePrincipalType', 'preferredSingleSignOnMode', 'preferredTokenSigningKeyThumbprint'],
  ],
};
const RELATIONS: Record<ObjectKind, string[]> = {
  applications: ['owners', 'federatedIdentityCredentials'],
  servicePrincipals: ['owners', 'federatedIdentityCredentials'],
};

interface Asked {
  kind: ObjectKind;
  id: string | null;
  relation: string | null;
  query: Map<string, string>;
}

/** What a path asks of applications and service principals; null where others answer it. */
export function objectsIn(path: string): Asked | null {
  const [, kind, id, relation, raw = ''] =
    /^\/v1\.0\/(applications|servicePrincipals)(?:\/([\w-]+))?(?:\/(\w+))?(?:\?(.*))?$/.exec(path) ?? [];
  if (kind === undefined) return null;
  const query = decodeQuery(raw);
  const isPlain = id === undefined && kind === 'applications' && !query.has('$expand') && query.has('$filter');
  if (isPlain && query.get('$filter')!.startsWith('appId') && !query.get('$select')?.includes('displayName'))
    return null;
  return { kind: kind as ObjectKind, id: id ?? null, relation: relation ?? null, query };
}

function expanded({ kind, query }: Asked): string | null {
  const text = query.get('$expand');
  if (text === undefined) return null;
  const [, relation = ''] = /^(\w+)(?:\(\$select=[\w,]+\))?$/.exec(text) ?? [];
  // One at a time: “$expand” of several is refused for directory objects.
  if (!RELATIONS[kind].includes(relation)) throw new ContractError(`unknown expand: ${text}`);
  return relation;
}

function matching({ query }: Asked, objects: Json[]): Json[] {
  const filter = query.get('$filter');
  if (filter === undefined) return objects;
  const [, property, value = ''] = /^(appId|displayName) eq '((?:[^']|'')*)'$/.exec(filter) ?? [];
  if (property === undefined) throw new ContractError(`unknown filter: ${filter}`);
  const wanted = value.replaceAll("''", "'").toLowerCase();
  return objects.filter((one) => String(one[property]).toLowerCase() === wanted);
}

/** App registrations and enterprise applications of one tenant, in pages. */
export function createFakeApplications() {
  const objects: Record<ObjectKind, Json[]> = { applications: [], servicePrincipals: [] };
  let pageSize = 100;
  let refusal: { status: number; code: string } | null = null;
  let keysInLists = true;
  let answer: unknown;

  function represent(asked: Asked, one: Json, isAlone: boolean): Json {
    const { kind, query } = asked;
    const select = query.get('$select')?.split(',') ?? PROPERTIES[kind];
    for (const name of select)
      if (!PROPERTIES[kind].includes(name)) throw new ContractError(`${kind} have no property ${name}`);
    const shown = Object.fromEntries(select.map((name) => [name, one[name] ?? null]));
    const isTold = query.has('$select') && (isAlone || keysInLists);
    if (Array.isArray(shown['keyCredentials']) && !isTold)
      shown['keyCredentials'] = shown['keyCredentials'].map((each: Json) => ({ ...each, key: null }));
    const relation = expanded(asked);
    return relation === null ? shown : { ...shown, [relation]: one[relation] ?? [] };
  }

  return {
    read(path: string, url: string): Reply {
      const asked = objectsIn(path)!;
      const { kind, id, relation, query } = asked;
      if (refusal) return replyError(refusal.status, refusal.code);
      if (answer !== undefined) return { status: 200, body: answer as Json };
      if (id !== null) {
        const found = objects[kind].find((one) => one['id'] === id);
        if (!found) return replyError(404, 'Request_ResourceNotFound');
        return { status: 200, body: relation ? { value: found[relation] ?? [] } : represent(asked, found, true) };
      }
      const top = Number(query.get('$top') ?? 100);
      if (!(top >= 1 && top <= 999)) throw new ContractError(`$top out of range: ${top}`);
      const most = Math.min(pageSize, query.has('$expand') ? Math.min(100, top) : top);
      const skip = Number(query.get('$skiptoken') ?? 0);
      const all = matching(asked, objects[kind]);
      const value = all.slice(skip, skip + most).map((one) => represent(asked, one, false));
      const rest = [...query].filter(([name]) => name !== '$skiptoken');
      const text = rest.map(([name, each]) => `${name}=${encodeURIComponent(each)}`).join('&');
      const next = `${url}/v1.0/${kind}?${text}&$skiptoken=${skip + most}`;
      return { status: 200, body: { value, ...(skip + most < all.length ? { '@odata.nextLink': next } : {}) } };
    },
    /** Everything anew. */
    set(kind: ObjectKind, next: Json[]) {
      objects[kind] = next;
    },
    /** Null: the permission is there. */
    refuse(next: { status: number; code: string } | null) {
      refusal = next;
    },
    setPageSize(next: number) {
      pageSize = next;
    },
    /** Whether lists tell the bytes of certificates; single objects always do. */
    tellKeysInLists(tells: boolean) {
      keysInLists = tells;
    },
    /** Whatever is asked, this is the answer; undefined: what there is. */
    answerWith(body: unknown) {
      answer = body;
    },
  };
}
