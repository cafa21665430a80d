import { hash, X509Certificate } from 'node:crypto';
import type { Certificate } from '../../core/certificates/certificate.ts';
import type { DocumentFacts, DocumentFault, Item, Listed, ListedPlace } from '../../core/certificates/item.ts';
import { readCertificate } from '../tls/x509.ts';

/** So much of one document is watched: what ends first. */
const MOST_LISTED = 200;
/** So much is read of one: the rest is not even looked at. */
const MOST_READ = 20_000;
/** Places of one thing, and faults of one document, that are kept. */
const MOST_PLACES = 20;
const MOST_FAULTS = 50;
/** Characters of base64. */
const LONGEST_CERTIFICATE = 64 * 1024;

/** Text that every store takes. */
export function storable(text: string): string {
  return text.slice(0, 200).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** A certificate in base64, with or without line breaks; null when it is none. */
export function certificateIn(base64: string): { x509: X509Certificate; certificate: Certificate } | null {
  if (base64.length > LONGEST_CERTIFICATE) return null;
  const text = base64.replaceAll(/\s+/g, '');
  if (!/^[\w+/-]+={0,2}$/.test(text)) return null;
  try {
    const x509 = new X509Certificate(Buffer.from(text, 'base64'));
    return { x509, certificate: readCertificate(x509) };
  } catch {
    return null;
  }
}

/** SHA-256 of a DER, lower-case hex. */
export function printOf(der: Buffer): string {
  return hash('sha256', der, 'hex');
}

function isSame(a: ListedPlace, b: ListedPlace): boolean {
  return a.use === b.use && a.of === b.of && a.name === b.name;
}

/** Gathers what a document lists: the same thing in several places is one. */
export function createListing(now: number) {
  const found = new Map<string, Listed>();
  const faults: DocumentFault[] = [];
  return {
    add(item: Item, { use, of, name }: ListedPlace): void {
      const place: ListedPlace = {
        use,
        ...(of ? { of: storable(of) } : {}),
        ...(name ? { name: storable(name) } : {}),
      };
      const known = found.get(item.fingerprint);
      if (!known) {
        if (found.size < MOST_READ) found.set(item.fingerprint, { item, places: [place] });
      } else if (known.places.length < MOST_PLACES && !known.places.some((one) => isSame(one, place)))
        known.places.push(place);
    },
    fault(code: DocumentFault['code'], detail: string): void {
      if (faults.length < MOST_FAULTS) faults.push({ code, detail: storable(detail) });
    },
    /** What was gathered: what has ended long ago gives way where it is too much. */
    finish(): { listed: Listed[]; document: DocumentFacts } {
      const isOver = ({ item }: Listed): number => Number(item.notAfter <= now);
      const all = [...found.values()].toSorted(
        (a, b) =>
          isOver(a) - isOver(b) ||
          a.item.notAfter - b.item.notAfter ||
          a.item.fingerprint.localeCompare(b.item.fingerprint),
      );
      const total = all.length > MOST_LISTED ? { total: all.length } : {};
      return { listed: all.slice(0, MOST_LISTED), document: { faults, ...total } };
    },
  };
}

export type Listing = ReturnType<typeof createListing>;
