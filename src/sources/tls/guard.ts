import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = ReturnType<typeof ipaddr.parseCIDR>;

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
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  '192.0.0.192/32',
].map((range) => ipaddr.parseCIDR(range));

/** All that IANA has handed out as global unicast (RFC 4291 section 2.4); the rest of IPv6 is special or unassigned. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** The well-known NAT64 prefix (RFC 6052 section 2.1): as public as the IPv4 address inside. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');

const LAST_FOUR = [12, 13, 14, 15];

interface Embedding {
  range: Range;
  positions: number[][];
  inverted?: boolean;
}

/**
 * Where IPv6 addresses carry an IPv4 address to which they may be translated or tunnelled: IPv4-compatible (RFC 4291
 * section 2.5.5.1), IPv4-translated (RFC 2765), NAT64, its local-use prefix with an embedding of 48, 56, 64 or 96 bits
 * (RFC 8215, RFC 6052 section 2.2), 6to4 (RFC 3056), Teredo server and, inverted, client (RFC 4380). By position of the
 * four bytes.
 */
const EMBEDDINGS: Embedding[] = [
  { range: ipaddr.parseCIDR('::/96'), positions: [LAST_FOUR] },
  { range: ipaddr.parseCIDR('::ffff:0:0:0/96'), positions: [LAST_FOUR] },
  { range: NAT64, positions: [LAST_FOUR] },
  {
    range: ipaddr.parseCIDR('64:ff9b:1::/48'),
    positions: [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], LAST_FOUR],
  },
  { range: ipaddr.parseCIDR('2002::/16'), positions: [[2, 3, 4, 5]] },
  { range: ipaddr.parseCIDR('2001::/32'), positions: [[4, 5, 6, 7]] },
  { range: ipaddr.parseCIDR('2001::/32'), positions: [LAST_FOUR], inverted: true },
];

function within(address: Address, range: Range): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

function unmapped(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** `::ffff:10.0.0.0/104` means what `10.0.0.0/8` means. */
function readRange(text: string): Range {
  const [address, bits] = ipaddr.parseCIDR(text);
  const plain = unmapped(address);
  return plain !== address && bits >= 96 ? [plain as ipaddr.IPv4, bits - 96] : ([address, bits] as Range);
}

/**
 * An interface identifier of ISATAP (RFC 5214 section 6.1), under whatever prefix: its two bits that say whether it is
 * unique and whether it is a group may be either.
 */
function isIsatap(address: Address): boolean {
  if (!(address instanceof ipaddr.IPv6)) return false;
  const bytes = address.toByteArray();
  return (bytes[8]! & 0xfc) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}

function embeddedIn(address: Address): ipaddr.IPv4[] {
  // Loopback is no embedding, though it looks like that of 0.0.0.1.
  if (!(address instanceof ipaddr.IPv6) || address.range() === 'loopback') return [];
  const bytes = address.toByteArray();
  const read = ({ positions, inverted }: Pick<Embedding, 'positions' | 'inverted'>): ipaddr.IPv4[] => {
    const all = positions.map(
      (places) => new ipaddr.IPv4(places.map((place) => (inverted ? 0xff : 0) ^ bytes[place]!)),
    );
    // An embedding of another length leaves zeros at these places, but not at all of them.
    const likely = all.filter(({ octets }) => octets[0] !== 0);
    return likely.length > 0 ? likely : all;
  };
  const found = EMBEDDINGS.filter(({ range }) => within(address, range)).flatMap((one) => read(one));
  return isIsatap(address) ? [...found, ...read({ positions: [LAST_FOUR] })] : found;
}

function isPublic(address: Address): boolean {
  if (within(address, NAT64)) return true;
  if (isIsatap(address)) return false;
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || within(address, GLOBAL_IPV6));
}

/**
 * Compiles the policy into a test of literal addresses: true = may be connected to. Public unicast addresses are
 * allowed; loopback, private, unique-local, CGNAT, documentation, 6to4, Teredo, ISATAP and other special ranges (RFC
 * 6890) only where `allow` covers them; link-local, multicast, unspecified, broadcast and cloud metadata never. An IPv4
 * address inside an IPv6 one (mapped, NAT64, tunnelled) has to pass as well. Text that is no literal address is refused.
 * Throws on a range that is none.
 */
export function createGuard({ allow, deny }: ProbePolicy): (address: string) => boolean {
  const allowed = allow.map((range) => readRange(range));
  const refused = [...ALWAYS_REFUSED, ...deny.map((range) => readRange(range))];

  return (text) => {
    if (isIP(text) === 0) return false;
    const address = unmapped(ipaddr.parse(text));
    const faces = [address, ...embeddedIn(address)];
    if (faces.some((face) => refused.some((range) => within(face, range)))) return false;
    return faces.every((face) => isPublic(face) || allowed.some((range) => within(face, range)));
  };
}
