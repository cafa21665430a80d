import type { Source } from '../../core/ports/source.ts';
import type { Instant } from '../../core/time.ts';
import { DocumentError, type Download } from '../documents/download.ts';
import type { Listing } from '../documents/listing.ts';
import { createDocumentSource, type Get } from '../documents/source.ts';
import { isObject, readKeySet } from './key-set.ts';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

async function json(url: string, get: Get): Promise<Record<string, unknown>> {
  const { body } = await get(url);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (isObject(value)) return value;
  } catch (error) {
    throw new DocumentError({ code: 'document', detail: 'json' }, { cause: error });
  }
  throw new DocumentError({ code: 'document', detail: 'keyset' });
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

/** The issuer that a discovery document is of, by where it lies; null where it lies elsewhere. */
function issuerBehind(url: string): string | null {
  const { origin, pathname } = new URL(url);
  if (pathname.endsWith(OPENID)) return origin + pathname.slice(0, -OPENID.length);
  return pathname.startsWith(OAUTH) ? origin + pathname.slice(OAUTH.length) : null;
}

/** What leads to a key set: the `jwks_uri` of a discovery document, whose issuer has to be the one that it is of. */
async function followDiscovery(
  found: Record<string, unknown>,
  issuer: string | null,
  get: Get,
  listing: Listing,
): Promise<void> {
  const { issuer: said, jwks_uri: uri } = found;
  // OpenID Connect Discovery 1.0 section 4.3, RFC 8414 section 3.3: they have to be the same.
  if (issuer !== null && (typeof said !== 'string' || withoutSlash(said) !== withoutSlash(issuer)))
    listing.fault('issuer-mismatch', typeof said === 'string' ? said : '');
  if (typeof uri !== 'string' || URL.parse(uri)?.protocol !== 'https:')
    throw new DocumentError({ code: 'document', detail: 'address' });
  const { keys } = await json(uri, get);
  if (!Array.isArray(keys)) throw new DocumentError({ code: 'document', detail: 'keyset' });
  return readKeySet(keys, listing);
}

/** Where an issuer's discovery document lies: OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.1. */
function discoveriesOf(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = withoutSlash(pathname);
  return [`${origin}${path}${OPENID}`, `${origin}${OAUTH}${path}`];
}

/** Looks for the key set of an issuer. */
async function discover(issuer: string, get: Get, listing: Listing): Promise<void> {
  let first: unknown = null;
  for (const url of discoveriesOf(issuer)) {
    let found: Record<string, unknown>;
    try {
      found = await json(url, get);
    } catch (error) {
      first ??= error;
      // Only where it is not there another place is worth a try.
      if (!(error instanceof DocumentError) || !(error.failure.code === 'http' || error.failure.code === 'document'))
        throw error;
      continue;
    }
    return followDiscovery(found, issuer, get, listing);
  }
  throw first;
}

/** Whether the server has answered, and there is no document: an issuer may be meant. */
function isNoDocument(error: unknown): boolean {
  if (!(error instanceof DocumentError)) return false;
  const { code, detail } = error.failure;
  return (code === 'http' && detail === '404') || (code === 'document' && (detail === 'json' || detail === 'keyset'));
}

async function read(url: string, get: Get, listing: Listing): Promise<void> {
  if (new URL(url).pathname === '/') return discover(url, get, listing);
  let found: Record<string, unknown>;
  try {
    found = await json(url, get);
  } catch (error) {
    if (!isNoDocument(error) || issuerBehind(url) !== null) throw error;
    return discover(url, get, listing).catch(() => {
      throw error;
    });
  }
  if (Array.isArray(found['keys'])) return readKeySet(found['keys'], listing);
  if (found['jwks_uri'] !== undefined) return followDiscovery(found, issuerBehind(url), get, listing);
  throw new DocumentError({ code: 'document', detail: 'keyset' });
}

/** Key sets, and the issuers whose discovery documents lead to one. */
export function createJwksSource({ download, now }: { download: Download; now: () => Instant }): Source {
  return createDocumentSource({
    prefix: 'jwks',
    accept: 'application/jwk-set+json, application/json;q=0.9, */*;q=0.1',
    async read(url, get, listing) {
      await read(url, get, listing);
      return {};
    },
    download,
    now,
  });
}
