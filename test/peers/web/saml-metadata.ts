import type { Issued } from '../../../demo/certificates.ts';
import { derOf } from './document-peers.ts';

const NAMESPACES = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';

function keyInfo(...leaves: Issued[]): string {
  const certificates = leaves.map((leaf) => `<ds:X509Certificate>${derOf(leaf)}</ds:X509Certificate>`).join('');
  return `<ds:KeyInfo><ds:X509Data>${certificates}</ds:X509Data></ds:KeyInfo>`;
}

/** A key of a role; without `use` it is for both. */
export function keyDescriptor(leaf: Issued, use?: 'signing' | 'encryption'): string {
  return `<md:KeyDescriptor${use ? ` use="${use}"` : ''}>${keyInfo(leaf)}</md:KeyDescriptor>`;
}

/** What signs a document, as its schema has it; nobody checks its value here. */
export function signature(...leaves: Issued[]): string {
  return `<ds:Signature><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue>${keyInfo(...leaves)}</ds:Signature>`;
}

/** An identity provider: a signature first, then the content of its role. */
export function entity(id: string, ...parts: string[]): string {
  const [first = '', ...rest] = parts;
  const [before, inside] = first.startsWith('<ds:Signature') ? [first, rest] : ['', parts];
  return `<md:EntityDescriptor ${NAMESPACES} entityID="${id}">${before}<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inside.join('')}</md:IDPSSODescriptor></md:EntityDescriptor>`;
}

export function entities(...parts: string[]): string {
  return `<md:EntitiesDescriptor ${NAMESPACES}>${parts.join('')}</md:EntitiesDescriptor>`;
}
