import { hasCome, type Instant } from '../../../core/time.ts';
import type { X509Certificate } from 'node:crypto';
import { BUSY, type Fetch } from '../fetch.ts';
import { fingerprintOf } from '../x509.ts';
import type { Asn1 } from './asn1.ts';
import { isCrlOf, readCrl, type Crl } from './crl.ts';
import { validUntil } from './statement.ts';

/** CRLs with their indexes take this many bytes in all, the least recently used go first. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ENTRIES = 2000;
/** What an address without a CRL, or one with a CRL that nobody vouched for, costs to be remembered. */
const SMALL = 200;
/** Milliseconds until an address that gave no CRL that counts is asked again. */
const RETRY = 10 * 60_000;
const RETRY_BUSY = 60_000;

interface Entry {
  /** Null: none to be had; "busy": there was no turn to ask. */
  crl: Crl | 'busy' | null;
  /** Fingerprint of the certificate whose key signed it, as far as anybody asked. */
  issuer: string | null;
  until: Instant;
  bytes: number;
}

/**
 * CRLs by their address, until they end by their own account. One that its issuer's key did not sign is kept for ten
 * minutes only, so that whoever answers in the issuer's place cannot make it last.
 */
export function createCrlCache({ fetch, now }: { fetch: Fetch; now: () => Instant }) {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Entry>>();
  let bytes = 0;

  function drop(uri: string): void {
    bytes -= entries.get(uri)?.bytes ?? 0;
    entries.delete(uri);
  }

  function keep(uri: string, entry: Entry): Entry {
    drop(uri);
    entries.set(uri, entry);
    bytes += entry.bytes;
    while (bytes > MOST_BYTES || entries.size > MOST_ENTRIES) drop(entries.keys().next().value!);
    return entry;
  }

  async function load(asn1: Asn1, uri: string): Promise<Entry> {
    const fetched = await fetch(uri);
    const small = SMALL + 2 * uri.length;
    if (!fetched.ok && fetched.reason === BUSY) {
      return keep(uri, { crl: 'busy', issuer: null, until: now() + RETRY_BUSY, bytes: small });
    }
    const crl = fetched.ok ? readCrl(asn1, fetched.body) : null;
    const size = crl ? crl.der.length + crl.index.byteLength : 0;
    return keep(uri, { crl, issuer: null, until: now() + RETRY, bytes: small + size });
  }

  function entryOf(asn1: Asn1, uri: string): Entry | Promise<Entry> {
    const known = entries.get(uri);
    if (known && !hasCome(known.until, now(), known.issuer === null ? RETRY : Infinity)) {
      entries.delete(uri);
      entries.set(uri, known);
      return known;
    }
    const shared = underWay.get(uri);
    if (shared) return shared;
    const loading = load(asn1, uri).finally(() => underWay.delete(uri));
    underWay.set(uri, loading);
    return loading;
  }

  /** The CRL at an address, when it is the issuer's; null, or "busy" where nobody could be asked. Never throws. */
  return async (asn1: Asn1, uri: string, issuer: X509Certificate): Promise<Crl | 'busy' | null> => {
    const entry = await entryOf(asn1, uri);
    const { crl } = entry;
    if (!crl || crl === 'busy') return crl;
    const print = fingerprintOf(issuer);
    if (entry.issuer === print) return crl;
    if (!isCrlOf(asn1, crl, issuer)) return null;
    entry.issuer = print;
    entry.until = validUntil(crl.thisUpdate, crl.nextUpdate, now()) ?? entry.until;
    return crl;
  };
}
