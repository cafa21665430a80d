import { setImmediate } from 'node:timers/promises';
import { Duration } from 'luxon';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { DocumentFacts, ListedPlace } from '../../core/certificates/item.ts';
import type { Instant } from '../../core/time.ts';
import { DocumentError } from '../documents/download.ts';
import { certificateIn, type Listing } from '../documents/listing.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

/** More elements inside one another, or attributes of one, no metadata has. */
const DEEPEST = 64;
const MOST_ATTRIBUTES = 100;
/** So much is parsed at a stretch, UTF-16 units: others want their turn. */
const STRETCH = 32 * 1024;
/** Characters of a certificate in base64. */
const LONGEST_TEXT = 64 * 1024;

/** Where the parser is. */
interface Place {
  /** The elements around it that are of metadata or of a signature, outermost first: `md:KeyDescriptor`. */
  path: string[];
  /** Whose entities they are, outermost first. */
  entities: string[];
  use: ListedPlace['use'];
  /** The text of a certificate; null outside of one. */
  text: string | null;
  /** The first certificate of a signature is that of its key; what may follow is the chain. */
  isSigned: boolean;
}

function none(detail: string, cause?: unknown): DocumentError {
  return new DocumentError({ code: 'document', detail }, { cause });
}

/** Text of a document: by its mark of byte order, else UTF-8 (XML 1.0 appendix F), which others mostly resemble. */
function textOf(body: Buffer): string {
  const [a, b] = body;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(body);
}

/** An xs:dateTime, which is UTC in metadata (SAML 2.0 core section 1.3.3); null when it is none. */
function instantOf(text: string): Instant | null {
  const trimmed = text.trim();
  if (!/^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?(?:Z|[+-]\d{2}:\d{2})?$/.test(trimmed)) return null;
  const at = Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(trimmed) ? trimmed : `${trimmed}Z`);
  return Number.isNaN(at) ? null : at;
}

/** An xs:duration in milliseconds; null when it is none. */
function lengthOf(text: string): number | null {
  const length = Duration.fromISO(text.trim().slice(0, 60));
  return length.isValid && length.toMillis() > 0 ? length.toMillis() : null;
}

function nameOf({ uri, local }: SaxesTagNS): string {
  if (uri === METADATA) return `md:${local}`;
  return uri === SIGNATURE ? `ds:${local}` : local;
}

function useOf(value: string | undefined): ListedPlace['use'] {
  return value === 'signing' || value === 'encryption' ? value : 'both';
}

/** The earliest end, and the shortest time for copies, that the document tells. */
function createEnds() {
  const ends: Omit<DocumentFacts, 'faults'> = {};
  return {
    ends,
    add(attribute: (name: string) => string | undefined, of: string): void {
      const at = instantOf(attribute('validUntil') ?? '');
      if (at !== null && at < (ends.validUntil?.at ?? Infinity))
        ends.validUntil = { at, ...(of === '' ? {} : { of: of.slice(0, 200) }) };
      const cached = lengthOf(attribute('cacheDuration') ?? '');
      if (cached !== null) ends.cachedFor = Math.min(cached, ends.cachedFor ?? Infinity);
    },
  };
}

/** What is done with each element as it begins and ends. */
function createReader(listing: Listing) {
  const place: Place = { path: [], entities: [], use: 'both', text: null, isSigned: false };
  const ends = createEnds();

  function opened(tag: SaxesTagNS): void {
    const name = nameOf(tag);
    const attribute = (wanted: string): string | undefined => tag.attributes[wanted]?.value;
    if (place.path.length === 0 && name !== 'md:EntityDescriptor' && name !== 'md:EntitiesDescriptor')
      throw none('saml');
    if (place.path.length >= DEEPEST) throw none('xml');
    place.path.push(name);
    if (name === 'md:EntityDescriptor') place.entities.push(attribute('entityID') ?? '');
    if (name === 'md:KeyDescriptor') place.use = useOf(attribute('use'));
    if (name === 'ds:Signature') place.isSigned = false;
    if (name === 'ds:X509Certificate') place.text = '';
    // The end of one entity of many is not that of the document.
    const isOfMany = place.path[0] === 'md:EntitiesDescriptor' && place.entities.length > 0;
    if (name.startsWith('md:')) ends.add(attribute, isOfMany ? (place.entities.at(-1) ?? '') : '');
  }

  function certificateRead(text: string): void {
    const { path, entities } = place;
    const of = entities.at(-1) ?? '';
    const isKey = path.includes('md:KeyDescriptor');
    const isSignature = !isKey && path.includes('ds:Signature');
    if ((!isKey && !isSignature) || (isSignature && place.isSigned)) return;
    if (isSignature) place.isSigned = true;
    const read = certificateIn(text);
    if (!read) listing.fault('unreadable-key', of);
    else listing.add(read.certificate, { use: isKey ? place.use : 'document', of });
  }

  function closed(): void {
    const name = place.path.at(-1);
    if (name === 'ds:X509Certificate' && place.text !== null) {
      certificateRead(place.text);
      place.text = null;
    }
    place.path.pop();
    if (name === 'md:EntityDescriptor') place.entities.pop();
  }

  function text(more: string): void {
    if (place.text !== null && place.text.length <= LONGEST_TEXT) place.text += more;
  }

  return { ends: ends.ends, opened, closed, text };
}

/**
 * Reads SAML 2.0 metadata (of one entity or of many) into a listing, and what it says of its own end. Hardened: a DTD
 * is refused whatever is in it, so that there are no entities but XML's own five, and nothing is fetched; depth and
 * attributes are limited; it is parsed in stretches. Throws DocumentError.
 */
export async function readMetadata(body: Buffer, listing: Listing): Promise<Omit<DocumentFacts, 'faults' | 'total'>> {
  const { ends, opened, closed, text } = createReader(listing);
  const parser = new SaxesParser({ xmlns: true, position: false });
  let attributes = 0;
  parser.on('error', (error) => {
    throw none('xml', error);
  });
  parser.on('doctype', () => {
    throw none('dtd');
  });
  parser.on('opentagstart', () => void (attributes = 0));
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > MOST_ATTRIBUTES) throw none('xml');
  });
  parser.on('opentag', opened);
  parser.on('closetag', closed);
  parser.on('text', text);
  parser.on('cdata', text);
  const all = textOf(body);
  for (let at = 0; at < all.length; at += STRETCH) {
    parser.write(all.slice(at, at + STRETCH));
    await setImmediate();
  }
  parser.close();
  return ends;
}
