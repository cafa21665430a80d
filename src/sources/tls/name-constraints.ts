import type { X509Certificate } from 'node:crypto';
import { alternativeNamesOf, DNS_NAME, IP_ADDRESS } from './alternative-names.ts';
import { partsOf } from './revocation/certificate-parts.ts';
import { childrenOf, contentOf, context, elementAt, type Element } from './revocation/der.ts';

const NAME_CONSTRAINTS = Buffer.from('551d1e', 'hex');
/** Names times constraints that are compared: a peer chooses both. */
const MOST_COMPARED = 20_000;

interface Name {
  tag: number;
  content: Buffer;
}

/** The bases of subtrees: a GeneralName begins each. */
function subtreesOf(value: Buffer, tagged: Element | undefined): Name[] {
  if (!tagged) return [];
  return [...childrenOf(value, tagged)].map((subtree) => {
    const base = elementAt(value, subtree.content, subtree.end);
    return { tag: base.tag, content: contentOf(value, base) };
  });
}

function domainOf({ content }: Name): string {
  return content.toString('latin1').toLowerCase();
}

/** RFC 5280 section 4.2.1.10. With a dot in front only what is below a domain, as OpenSSL and browsers have it. */
function isBelow(name: Name, base: Name): boolean {
  if (name.tag === DNS_NAME) {
    const [host, domain] = [domainOf(name), domainOf(base)];
    return domain === '' || host === domain || host.endsWith(domain.startsWith('.') ? domain : `.${domain}`);
  }
  const half = base.content.length / 2;
  if (name.content.length !== half) return false;
  return name.content.every(
    (octet, at) => (octet & base.content[half + at]!) === (base.content[at]! & base.content[half + at]!),
  );
}

function textOf({ tag, content }: Name): string {
  if (tag === DNS_NAME) return content.toString('utf8').slice(0, 300);
  return content.length === 4 ? content.join('.') : (content.toString('hex').match(/.{1,4}/g) ?? []).join(':');
}

/**
 * The first name of a host or address of a certificate that an authority above it may not issue for, by its name
 * constraints; null when there is none. Never throws.
 */
export function outsideConstraints(leaf: X509Certificate, authority: X509Certificate): string | null {
  try {
    const value = partsOf(authority).extension(NAME_CONSTRAINTS);
    if (!value) return null;
    const fields = [...childrenOf(value, elementAt(value, 0))];
    const [permitted, excluded] = [0, 1].map((n) =>
      subtreesOf(
        value,
        fields.find(({ tag }) => tag === context(n)),
      ),
    ) as [Name[], Name[]];
    let left = MOST_COMPARED;
    for (const name of alternativeNamesOf(leaf)) {
      if (name.tag !== DNS_NAME && name.tag !== IP_ADDRESS) continue;
      left -= permitted.length + excluded.length;
      if (left < 0) return null;
      const allowed = permitted.filter(({ tag }) => tag === name.tag);
      const isOutside = allowed.length > 0 && !allowed.some((base) => isBelow(name, base));
      const isExcluded = excluded.some((base) => base.tag === name.tag && isBelow(name, base));
      if (isOutside || isExcluded) return textOf(name);
    }
    return null;
  } catch {
    return null;
  }
}
