import type { Observation } from '../../core/certificates/certificate.ts';
import type { DocumentFacts } from '../../core/certificates/item.ts';
import type { Source } from '../../core/ports/source.ts';
import type { DocumentTarget } from '../../core/targets/document.ts';
import { formatTarget } from '../../core/targets/target.ts';
import type { Instant } from '../../core/time.ts';
import { DocumentError, type Document, type Download } from './download.ts';
import { createListing, type Listing } from './listing.ts';

/** Gets a document, on behalf of one look. Throws DocumentError. */
export type Get = (url: string) => Promise<Document>;

/**
 * Reads what a URL leads to into a listing; what it returns is known of the document as a whole. Throws DocumentError
 * when it is none.
 */
export type ReadDocument = (
  url: string,
  get: Get,
  listing: Listing,
) => Promise<Omit<DocumentFacts, 'faults' | 'total'>>;

/** Milliseconds for all documents of one look. */
const LOOK_WITHIN = 25_000;

/** Why nothing was seen, as an observation. */
function failed(error: unknown): Pick<Observation, 'addresses' | 'failure' | 'notAgainBefore'> {
  if (!(error instanceof DocumentError)) return { addresses: [], failure: { code: 'internal', detail: 'unexpected' } };
  const { failure, host, notAgainBefore } = error;
  const later = notAgainBefore === null ? {} : { notAgainBefore };
  if (failure.code === 'policy') return { addresses: [{ kind: 'failed', address: host ?? '', failure }] };
  return { addresses: [], failure, ...later };
}

/** A source of documents of one kind, which are typed as `<prefix>+https://…`. */
export function createDocumentSource(options: {
  prefix: string;
  /** What it asks servers for. */
  accept: string;
  read: ReadDocument;
  download: Download;
  now: () => Instant;
}): Source {
  const { prefix, accept, read, download, now } = options;
  const ending = new AbortController();

  async function look(url: string, trusted: readonly string[]): Promise<Partial<Observation>> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(LOOK_WITHIN)]);
    const listing = createListing(now());
    const get: Get = async (from) => {
      const document = await download(from, { accept, trusted, signal });
      if (document.unverified !== null) listing.fault('untrusted-server', document.unverified);
      return document;
    };
    const facts = await read(url, get, listing);
    const { listed, document } = listing.finish();
    const seen = { addresses: [], document: { ...document, ...facts } };
    if (listed.length > 0) return { ...seen, listed };
    // What is wrong with it may be why there is nothing in it.
    return { ...seen, failure: { code: 'document', detail: 'empty' } };
  }

  return {
    schemes: [`${prefix}+https`],
    async observe(target, { trusted = [] } = { thorough: false }) {
      const at = now();
      const begun = performance.now();
      const seen = await look((target as DocumentTarget).url, trusted).catch(failed);
      const duration = Math.round((performance.now() - begun) * 10) / 10;
      return { uri: formatTarget(target), at, duration, addresses: [], ...seen };
    },
    async close() {
      ending.abort(new Error('the bot ends'));
    },
  };
}
