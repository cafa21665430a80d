import type { DirectoryNames } from '../model/people.ts';

/** Whose token it is, as far as it says: all in lower case. */
export interface TokenAccount {
  /** Directory object id (claim `oid`). */
  id: string | null;
  /** User principal name and mail, under the names that tokens give them. */
  addresses: string[];
}

/**
 * What a token of Microsoft Entra says ("Access token claims reference"); null when it is not of that form. It comes
 * from the service that gave it, for our own use: nothing is verified.
 */
export function claimsOf(token: string): Record<string, unknown> | null {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' ? (claims as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Whose token it is; null when it does not say. */
export function accountOf(token: string): TokenAccount | null {
  const claims = claimsOf(token);
  if (!claims) return null;
  const text = (name: string): string[] => {
    const value = claims[name];
    return typeof value === 'string' && value !== '' ? [value.toLowerCase()] : [];
  };
  const [id = null] = text('oid');
  const named = ['upn', 'preferred_username', 'unique_name', 'email'].flatMap(text);
  const addresses = [...new Set(named.filter((each) => each.includes('@')))];
  return id === null && addresses.length === 0 ? null : { id, addresses };
}

/**
 * Whether the account is certainly not the one whose mailbox (directory object id or address) it is. Object ids decide,
 * where both are known; else names, of which one in common is enough: a mail address need not be the user principal
 * name. `names`: what the directory tells of the mailbox, if it does.
 */
export function isSomebodyElse(
  { id, addresses }: TokenAccount,
  mailbox: string,
  names: DirectoryNames | null,
): boolean {
  const own = mailbox.toLowerCase();
  const ownId = own.includes('@') ? names?.id.toLowerCase() : own;
  if (id !== null && ownId !== undefined) return id !== ownId;
  // An address alone may be one name of somebody whose token tells another.
  if (names === null) return false;
  const ownAddresses = [...(own.includes('@') ? [own] : []), ...names.addresses];
  return addresses.length > 0 && ownAddresses.length > 0 && !addresses.some((each) => ownAddresses.includes(each));
}
