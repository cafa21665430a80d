/** What goes wrong with one request. */
export type GraphFault =
  /** The connection breaks, nothing is carried out. */
  | { kind: 'drop-before' }
  /** It is carried out, then the connection breaks. */
  | { kind: 'drop-after' }
  /** It is carried out, then answered with an error (500). */
  | { kind: 'error-after'; status?: number }
  /** Nothing is carried out, this is answered. `retryAfter` goes into the header as it is. */
  | { kind: 'answer'; status: number; code?: string; message?: string; retryAfter?: number | string }
  /** It is carried out and answered after so many milliseconds, also when the client has left. */
  | { kind: 'delay'; ms: number }
  /** It is carried out and never answered. */
  | { kind: 'silent-after' };

/** Faults that have a name. */
export const graphFaults = {
  unknownMailbox: { kind: 'answer', status: 404, code: 'ErrorInvalidUser' },
  unauthorized: { kind: 'answer', status: 401, code: 'InvalidAuthenticationToken' },
  forbidden: { kind: 'answer', status: 403, code: 'ErrorAccessDenied' },
  unavailable: { kind: 'answer', status: 503, code: 'ServiceUnavailable' },
} satisfies Record<string, GraphFault>;

/** A request as the stand-in saw it. */
export interface GraphRequestRecord {
  method: string;
  /** Path with query, as sent. */
  path: string;
  mailbox: string | null;
  /** The bearer token it came with; null when there was none. */
  token: string | null;
  body: string;
  prefer: string | undefined;
  ifMatch: string | undefined;
  consistencyLevel: string | undefined;
  /** Null while under way, and when it was never answered. */
  status: number | null;
}

export interface FaultMatch {
  method?: string;
  mailbox?: string;
  path?: RegExp;
  /** How many requests it strikes; default 1. */
  times?: number;
}

/** True when a fault is meant for this request. */
export function faultMatches(record: GraphRequestRecord, { method, mailbox, path }: FaultMatch): boolean {
  if (method !== undefined && method !== record.method) return false;
  if (mailbox !== undefined && mailbox.toLowerCase() !== record.mailbox?.toLowerCase()) return false;
  return path === undefined || path.test(record.path);
}
