import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** CIDR lists on top of "public addresses only". Deny wins over allow. */
export interface ProbePolicy {
  allow: string[];
  deny: string[];
}

/** Refused whatever the lists say: nothing there is an endpoint, and the metadata services hand out credentials. */
const ALWAYS_REFUSED = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
].map((range) => ipaddr.parseCIDR(range));

/** NAT64 (RFC 6052), its local-use prefix (RFC 8215), 6to4 (RFC 3056): the IPv4 address embedded, by byte offset. */
const EMBEDDING: [ReturnType<typeof ipaddr.parseCIDR>, number][] = [
  [ipaddr.parseCIDR('64:ff9b::/96'), 12],
  [ipaddr.parseCIDR('64:ff9b:1::/48'), 12],
  [ipaddr.parseCIDR('2002::/16'), 2],
];

function within(address: Address, range: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

/** The address itself (IPv4-mapped unwrapped), and the IPv4 address it embeds, if any: both have to be allowed. */
function faces(address: Address): Address[] {
  if (!(address instanceof ipaddr.IPv6)) return [address];
  if (address.isIPv4MappedAddress()) return [address.toIPv4Address()];
  const bytes = address.toByteArray();
  for (const [range, offset] of EMBEDDING) {
    if (within(address, range)) return [address, new ipaddr.IPv4(bytes.slice(offset, offset + 4))];
  }
  return [address];
}

/**
 * Compiles the policy into a test of literal addresses: true = may be connected to. Public unicast addresses are allowed; loopback, private, unique-local,
 * CGNAT, link-local, multicast, NAT64-embedded and other special ranges (RFC 6890) only where `allow` covers them; link-local, multicast and
 * cloud metadata never.
 */
export function createGuard({ allow, deny }: ProbePolicy): (address: string) => boolean {
  const allowed = allow.map((range) => ipaddr.parseCIDR(range));
  const denied = deny.map((range) => ipaddr.parseCIDR(range));

  function permits(address: Address, original: Address): boolean {
    const listed = (ranges: ReturnType<typeof ipaddr.parseCIDR>[]): boolean =>
      ranges.some((range) => within(address, range) || within(original, range));
    if (listed(ALWAYS_REFUSED) || listed(denied)) return false;
    if (listed(allowed)) return true;
    return address.range() === 'unicast';
  }

  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.parse(text);
    const seen = faces(address);
    // A translation prefix is judged by what it leads to; the prefix itself is no reason to refuse.
    const judged = seen.length > 1 ? seen.slice(1) : seen;
    if (ALWAYS_REFUSED.some((range) => within(address, range)) || denied.some((range) => within(address, range)))
      return false;
    return judged.every((face) => permits(face, address));
  };
}
