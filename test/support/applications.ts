import { createHash } from 'node:crypto';
import type { Json } from '../peers/graph/answers.ts';

function uuidFor(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The application (client) id that an application of this name has here. */
export function appIdOf(name: string): string {
  return uuidFor(`app ${name}`);
}

/** A secret (passwordCredential) as the directory has it; instants in milliseconds since 1970. */
export function secret(name: string, { from, to, mark }: { from: number; to: number; mark?: string }): Json {
  const [startDateTime, endDateTime] = [new Date(from).toISOString(), new Date(to).toISOString()];
  return {
    keyId: uuidFor(`key ${name} ${to}`),
    displayName: name,
    hint: 'abc',
    secretText: null,
    customKeyIdentifier: mark ?? null,
    startDateTime,
    endDateTime,
  };
}

/** A certificate (keyCredential); `der` in base64. */
export function keyCredential(
  name: string,
  options: { from: number; to: number; usage?: 'Verify' | 'Sign' | 'Encrypt'; mark?: string; der?: string },
): Json {
  const { from, to, usage = 'Verify', mark = null, der = null } = options;
  return {
    keyId: uuidFor(`key ${name} ${usage} ${to}`),
    displayName: name,
    type: 'AsymmetricX509Cert',
    usage,
    key: usage === 'Sign' ? null : der,
    customKeyIdentifier: mark,
    startDateTime: new Date(from).toISOString(),
    endDateTime: new Date(to).toISOString(),
  };
}

/** An owner who is called so in the chat of the tests, too. */
export function owner(id: string, name: string): Json {
  return { '@odata.type': '#microsoft.graph.user', id, displayName: name, mail: `${name}@example.com` };
}

/** An app registration. */
export function application(name: string, more: Json = {}): Json {
  return {
    id: uuidFor(`object ${name}`),
    appId: appIdOf(name),
    displayName: name,
    passwordCredentials: [],
    keyCredentials: [],
    owners: [],
    federatedIdentityCredentials: [],
    ...more,
  };
}

/** An enterprise application (service principal). */
export function principal(name: string, more: Json = {}): Json {
  return {
    ...application(name),
    id: uuidFor(`principal ${name}`),
    accountEnabled: true,
    servicePrincipalType: 'Application',
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    ...more,
  };
}
