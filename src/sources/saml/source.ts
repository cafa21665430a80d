import type { Source } from '../../core/ports/source.ts';
import type { Instant } from '../../core/time.ts';
import type { Download } from '../documents/download.ts';
import { createDocumentSource } from '../documents/source.ts';
import { readMetadata } from './metadata.ts';

/** SAML 2.0 metadata of identity and service providers, and of federations. */
export function createSamlSource({ download, now }: { download: Download; now: () => Instant }): Source {
  return createDocumentSource({
    prefix: 'saml',
    accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1',
    async read(url, get, listing) {
      const { body } = await get(url);
      return readMetadata(body, listing);
    },
    download,
    now,
  });
}
