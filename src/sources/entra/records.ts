import { DateTime } from 'luxon';
import type { Application } from '../../core/certificates/application.ts';
import { isDated, soundInstant, type Instant } from '../../core/time.ts';

/** A secret or certificate as the directory lists it (passwordCredential, keyCredential). */
export interface RawCredential {
  keyId: string;
  type: 'secret' | 'certificate';
  /** "Sign" beside "Verify": the private half of a certificate that signs. */
  usage: string;
  name: string;
  /** customKeyIdentifier, in lower-case hex; null without one. */
  mark: string | null;
  /** DER of a certificate, where it was told. */
  der: Buffer | null;
  notBefore: Instant;
  notAfter: Instant;
}

/** Which list it is in. */
export type ObjectKind = 'applications' | 'servicePrincipals';

/** An app registration or a service principal (an enterprise application). */
export interface RawObject {
  kind: ObjectKind;
  id: string;
  appId: string;
  name: string;
  credentials: RawCredential[];
  owners: Application['owners'];
  /** False: nobody may sign in. */
  enabled: boolean;
  saml: boolean;
  /** SHA-1 of the certificate that signs, in lower-case hex; null where none is named. */
  preferred: string | null;
}

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
/** UTF-16 units of a name that are kept. */
const LONGEST = 256;
/** An application may have some dozens of each; more serve to fill memory. */
const MOST_CREDENTIALS = 300;
/** The directory takes twenty federated credentials of an application. */
const MOST_FEDERATED = 20;
const MOST_OWNERS = 100;
/** A certificate of more bytes is none. */
const MOST_DER = 20_000;

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The records of a list; what is none of them is left out. */
export function recordsIn(value: unknown, most = Infinity): Json[] {
  return Array.isArray(value) ? value.filter(isRecord).slice(0, most) : [];
}

/** Text that every store takes. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST).toWellFormed().replaceAll('\0', '\uFFFD').trim() : '';
}

function bytesOf(value: unknown): Buffer | null {
  if (typeof value !== 'string' || value.length > 2 * MOST_DER) return null;
  const bytes = Buffer.from(value, 'base64');
  return bytes.length > 0 && bytes.length <= MOST_DER ? bytes : null;
}

/** A DateTimeOffset of OData (ISO 8601; UTC where it names no zone); UNDATED for what is none; null: none is told. */
function instantOf(value: unknown): Instant | null {
  if (value === null || value === undefined) return null;
  const text = typeof value === 'string' && /^\d{4}-.{1,50}$/.test(value) ? value : '';
  return soundInstant(DateTime.fromISO(text, { zone: 'utc' }).toMillis());
}

function credentialIn(record: Json, type: RawCredential['type']): RawCredential[] {
  const notAfter = instantOf(record['endDateTime']);
  const notBefore = instantOf(record['startDateTime']);
  const keyId = textOf(record['keyId']).toLowerCase();
  if (notAfter === null || keyId === '') return [];
  return [
    {
      keyId,
      type,
      usage: textOf(record['usage']),
      name: textOf(record['displayName']),
      mark: bytesOf(record['customKeyIdentifier'])?.toString('hex') ?? null,
      der: type === 'certificate' ? bytesOf(record['key']) : null,
      notBefore: notBefore !== null && isDated(notBefore) ? notBefore : 0,
      notAfter,
    },
  ];
}

/** All of an application or service principal, each with an end. */
export function credentialsIn(record: Json): RawCredential[] {
  return [
    ...recordsIn(record['passwordCredentials'], MOST_CREDENTIALS).flatMap((one) => credentialIn(one, 'secret')),
    ...recordsIn(record['keyCredentials'], MOST_CREDENTIALS).flatMap((one) => credentialIn(one, 'certificate')),
  ];
}

function ownersIn(value: unknown): Application['owners'] {
  if (!Array.isArray(value)) return null;
  return recordsIn(value, MOST_OWNERS).flatMap((one) => {
    const id = textOf(one['id']);
    if (!GUID.test(id)) return [];
    const address = textOf(one['mail']) || textOf(one['userPrincipalName']);
    return [{ id: id.toLowerCase(), name: textOf(one['displayName']), address: address || null }];
  });
}

/** What a page holds of one application or service principal; null where it cannot be told apart from others. */
export function objectIn(kind: ObjectKind, record: Json): RawObject | null {
  const [id, appId] = [textOf(record['id']).toLowerCase(), textOf(record['appId']).toLowerCase()];
  if (!GUID.test(id) || !GUID.test(appId)) return null;
  return {
    kind,
    id,
    appId,
    name: textOf(record['displayName']),
    credentials: credentialsIn(record),
    owners: ownersIn(record['owners']),
    enabled: record['accountEnabled'] !== false,
    saml: textOf(record['preferredSingleSignOnMode']).toLowerCase() === 'saml',
    preferred: textOf(record['preferredTokenSigningKeyThumbprint']).toLowerCase() || null,
  };
}

/** Who is let in without a secret (federatedIdentityCredential). */
export function federatedIn(value: unknown): NonNullable<Application['federated']> {
  return recordsIn(value, MOST_FEDERATED).map((one) => ({
    name: textOf(one['name']),
    issuer: textOf(one['issuer']),
    subject: textOf(one['subject']),
  }));
}
