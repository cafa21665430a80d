/** An answer of the directory's service as it came. */
export interface DirectoryAnswer {
  status: number;
  /** The service's own code of an error, e.g. "Authorization_RequestDenied"; null without one. */
  code: string | null;
  /** JSON, of any shape. */
  body: unknown;
}

/**
 * Reads from the directory with the bot's own permission. `path` (and query) below the service's root, percent-encoded,
 * or an absolute link to a further page. Throws DeliveryError when there is no answer to be had now.
 */
export type ReadDirectory = (path: string) => Promise<DirectoryAnswer>;
