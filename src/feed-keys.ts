import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { Config } from './config/config.ts';
import type { Log } from './core/ports/log.ts';
import type { FlowContext } from './flows/context.ts';
import { StartError } from './start-error.ts';
import { keepPrivate } from './store/private-files.ts';
import { sqliteFile } from './store/place.ts';

const PURPOSE = 'certbot-for-teams-and-slack/feeds/v1';
const KEY_BYTES = 32;
/** What a key file holds at least, characters. */
const LEAST = 16;

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

/** The key in a file, or null where there is no such file. Throws StartError when it is there and no key. */
async function readKey(file: string): Promise<string | null> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw new StartError(`The key file ${file} cannot be read (${codeOf(cause)}); let this user read it.`, { cause });
  }
  if (text.length >= LEAST) return text;
  throw new StartError(
    `The key file ${file} holds no key: put it back from a backup, or remove it, and a new one is made (calendar addresses that were given out go on working).`,
  );
}

/** Makes a key file for this user alone. The database is locked by then, so that nobody else makes one. */
async function makeKey(file: string, log: Log): Promise<string> {
  const key = randomBytes(KEY_BYTES).toString('base64url');
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${key}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new StartError(
      `The key file ${file} cannot be made (${codeOf(cause)}); let this user write there, or set SECRET_KEY.`,
      { cause },
    );
  }
  log.info({ file }, 'a key for calendar addresses was made; keep it apart from copies of the database');
  return key;
}

/**
 * The keys from which the addresses of feeds are derived, the one for new addresses first: SECRET_KEY, else what is in
 * the file beside a SQLite database, which is made where it is missing. A key of an earlier setting counts too, so that
 * the address stays the same. Without any, one is made for this process alone.
 */
export async function feedKeys(
  { secretKeys, databaseUrl }: Pick<Config, 'secretKeys' | 'databaseUrl'>,
  log: Log,
): Promise<string[]> {
  const database = await sqliteFile(databaseUrl);
  if (database === null) return secretKeys.length > 0 ? secretKeys : [randomBytes(KEY_BYTES).toString('base64url')];
  const file = `${database}.key`;
  const inFile = await readKey(file);
  if (inFile !== null) {
    keepPrivate([file], log);
    return [...secretKeys, inFile];
  }
  return secretKeys.length > 0 ? secretKeys : [await makeKey(file, log)];
}

/**
 * The tokens of a feed, one for each key: HMAC-SHA256 of its seed, 256 bits as hexadecimal digits, under a key that is
 * derived for this alone (HKDF-SHA256, RFC 5869).
 */
export function createFeedTokens(keys: string[]): FlowContext['feedTokens'] {
  const derived = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', PURPOSE, KEY_BYTES)));
  return (seed) => derived.map((key) => createHmac('sha256', key).update(seed).digest('hex'));
}
