import { createHash, X509Certificate } from 'node:crypto';
import type { Application, Leftover } from '../../core/certificates/application.ts';
import type { Item, Listed, ListedPlace } from '../../core/certificates/item.ts';
import { DAY, type Instant } from '../../core/time.ts';
import { readCertificate } from '../tls/x509.ts';
import type { RawCredential, RawObject } from './records.ts';

/** For so long after its end something that nothing took the place of is told as ended; then nobody uses it. */
const MISSED_FOR = 30 * DAY;

/** What of an application ends, the first to end first, and what is said of the others. */
export interface Ends {
  listed: Listed[];
  leftovers: Leftover[];
  secrets: number;
  certificates: number;
  signing: string | null;
}

/** One thing that people know, be it listed once or (a certificate that signs) as three objects. */
interface Thing extends RawCredential {
  /** What can take its place: others of its kind, for the same purpose. */
  sort: string;
  /** It is used, as far as the directory tells. */
  active: boolean;
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** The key, the certificate and the password of one certificate share a mark; everything else stands alone. */
function together(credentials: RawCredential[]): RawCredential[][] {
  const marks = new Set(
    credentials.flatMap(({ type, mark }) => (type === 'certificate' && mark !== null ? [mark] : [])),
  );
  const groups = Map.groupBy(credentials, ({ mark, keyId, notAfter }) =>
    mark !== null && marks.has(mark) ? mark : `id ${keyId} ${notAfter}`,
  );
  return [...groups.values()];
}

function isPreferred(group: RawCredential[], preferred: string): boolean {
  return group.some(({ mark, der }) => mark === preferred || (der !== null && sha1(der) === preferred));
}

function thingsOf({ credentials, saml, preferred, id }: RawObject): Thing[] {
  const signs = saml || preferred !== null;
  const groups = together(credentials);
  const isSigning = (group: RawCredential[]): boolean =>
    group.some(
      ({ usage, type }) => type === 'certificate' && (/^sign$/i.test(usage) || (signs && !/^encrypt$/i.test(usage))),
    );
  // Where it is not told which one signs, each may.
  const chosen = preferred === null ? [] : groups.filter((group) => isSigning(group) && isPreferred(group, preferred));
  return groups.map((group) => {
    const best = group.find(({ der }) => der) ?? group.find(({ type }) => type === 'certificate') ?? group[0]!;
    const name = best.name || (group.find((one) => one.name !== '')?.name ?? '');
    const sort = isSigning(group) ? `signing ${id}` : best.type;
    return { ...best, name, sort, active: !isSigning(group) || chosen.length === 0 || chosen.includes(group) };
  });
}

function digest(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A certificate that is known whole is the same wherever it is seen; of the others only its name and its end are. */
function itemOf({ type, name, keyId, der, notBefore, notAfter }: Thing): Item {
  if (der) {
    try {
      return readCertificate(new X509Certificate(der));
    } catch {
      // What cannot be read still ends.
    }
  }
  return {
    kind: 'credential',
    fingerprint: digest(['entra', keyId, notAfter]),
    type,
    name,
    notBefore,
    notAfter,
  } as Item;
}

/** What it is for, and what people call it. */
function placeOf({ type, name, sort }: Thing): ListedPlace {
  return { use: sort.startsWith('signing ') ? 'saml' : type, ...(name === '' ? {} : { name }) };
}

function leftOf({ name, notAfter }: Thing, why: Leftover['why']): Leftover {
  return { name, notAfter, why };
}

/**
 * What of the objects of one application (its registration here, its enterprise application) ends. What has ended counts
 * for as long as somebody may miss it, unless another of its kind goes on.
 */
export function endsOf(objects: RawObject[], now: Instant): Ends {
  const isOff = objects.some(({ enabled }) => !enabled);
  const things = objects.flatMap(thingsOf).map((one) => (isOff ? { ...one, active: false } : one));
  const going = things.filter(({ notAfter }) => notAfter > now);
  const leftovers: Leftover[] = going.filter(({ active }) => !active).map((one) => leftOf(one, 'inactive'));
  const current = going.filter(({ active }) => active);
  for (const one of things.filter(({ notAfter }) => notAfter <= now)) {
    if (current.some(({ sort }) => sort === one.sort)) leftovers.push(leftOf(one, 'replaced'));
    else if (!one.active || now - one.notAfter > MISSED_FOR) leftovers.push(leftOf(one, 'unused'));
    else current.push(one);
  }
  const made = current.map((thing) => ({ thing, item: itemOf(thing) }));
  const byPrint = Map.groupBy(made, ({ item }) => item.fingerprint);
  const listed = [...byPrint.values()].map((same) => ({
    item: same[0]!.item,
    places: same.map(({ thing }) => placeOf(thing)),
  }));
  const signing = made.find(({ thing }) => thing.sort.startsWith('signing '))?.item.fingerprint ?? null;
  return {
    listed: listed.toSorted(
      ({ item: a }, { item: b }) => a.notAfter - b.notAfter || a.fingerprint.localeCompare(b.fingerprint),
    ),
    leftovers,
    secrets: going.filter(({ type, active }) => type === 'secret' && active).length,
    certificates: going.filter(({ type, active }) => type === 'certificate' && active).length,
    signing,
  };
}

/** Whether which certificate signs can only be told by their bytes, which are not known. */
export function lacksKeys({ credentials }: RawObject): boolean {
  return credentials.some(({ type, der, usage }) => type === 'certificate' && der === null && !/^sign$/i.test(usage));
}

/** The owners of an application: those of its registration, or else of its enterprise application. */
export function ownersOf(objects: RawObject[]): Application['owners'] {
  const told = objects.flatMap(({ owners }) => (owners === null ? [] : [owners]));
  if (told.length === 0) return null;
  return [...new Map(told.flat().map((owner) => [owner.id, owner])).values()];
}
