import { StoreError } from '../core/errors.ts';

/**
 * SQLSTATEs (PostgreSQL, appendix A) of a server that goes down, comes up, stands by, is full, or ended what took too
 * long.
 */
const POSTGRES_AWAY = /^(?:08...|53...|58...|57P..|57014|55P03|25006|25P0[34]|XX00[12])$/;
/** A five-character SQLSTATE: the server has understood and answered. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/**
 * SQLite's result codes of a file that cannot be read or written (https://sqlite.org/rescode.html), extended ones
 * included.
 */
const SQLITE_AWAY = /^SQLITE_(?:FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED|PROTOCOL|NOMEM|PERM)/;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * An error of the `pg` client as it leaves the store: StoreError where the server is not to blame for a statement but
 * away.
 */
export function postgresError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = codeOf(error);
  // A file that DATABASE_URL names (sslrootcert and the like) and that is not there is this side's own matter.
  if ('syscall' in error && error.syscall === 'open') return error;
  // Errors of the connection itself carry the system's code (ECONNRESET) or none at all ("Connection terminated").
  const answered = SQLSTATE.test(code) && !/^E[A-Z]{4}$/.test(code);
  if (answered && !POSTGRES_AWAY.test(code)) return error;
  return new StoreError(`PostgreSQL is away: ${error.message || code}`, { cause: error });
}

/** OpenSSL's and Node's codes of certificates that are not accepted, and of a peer that speaks no TLS. */
const TLS_CODE = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Whether the server is away since no TLS comes about with it: at a start nobody need wait for that. */
export function failsByTls({ cause }: StoreError): boolean {
  if (!(cause instanceof Error)) return false;
  return TLS_CODE.test(codeOf(cause)) || cause.message === 'The server does not support SSL connections';
}

/** The same of better-sqlite3. */
export function sqliteError(error: unknown): unknown {
  const code = codeOf(error);
  if (!SQLITE_AWAY.test(code)) return error;
  return new StoreError(`The database file cannot be used: ${(error as Error).message} (${code})`, { cause: error });
}
