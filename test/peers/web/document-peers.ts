import type { RequestListener } from 'node:http';
import { createAuthority, type Authority, type Issued } from '../../../demo/certificates.ts';
import { createDownload } from '../../../src/sources/documents/download.ts';
import type { ProbeSettings } from '../../../src/sources/tls/probe.ts';
import { createWebPeers } from './web-peers.ts';

/** The base64 of a certificate's DER, as documents have it. */
export function derOf({ certPem }: Pick<Issued, 'certPem'>): string {
  return certPem.replaceAll(/-----[^-]+-----|\s/g, '');
}

/** Servers of documents on loopback, whose certificates are from an authority of their own. */
export async function createDocumentPeers() {
  const peers = createWebPeers();
  const authority: Authority = await createAuthority('CN=Document Authority');
  const own = await authority.issue({ ips: ['127.0.0.1'], names: ['login.example'] });

  return {
    authority,
    /** A server that answers so; `with`: by another certificate. */
    serve(answer: RequestListener, leaf: Issued = own) {
      return peers.https({ key: leaf.keyPem, cert: leaf.chainPem }, answer);
    },
    http: peers.http,
    tcp: peers.tcp,
    closedPort: peers.closedPort,
    /** Gets documents from loopback. */
    download(settings: Partial<ProbeSettings> = {}, now: () => number = () => Date.now()) {
      return createDownload({
        timeout: 2000,
        concurrency: 4,
        allow: ['127.0.0.0/8'],
        deny: [],
        dnsServers: [],
        authorities: [authority.certPem],
        now,
        ...settings,
      });
    },
    close: peers.close,
  };
}

/** An answer of JSON. */
export function json(value: unknown): RequestListener {
  return (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  };
}
