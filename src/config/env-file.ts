import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errorCodes } from '../core/errors.ts';

/** The file `.env` is there and cannot be read: one sentence with the remedy. */
export class EnvFileError extends Error {
  readonly code = 'ENV_FILE';
  constructor(cause: unknown) {
    super(`The file .env in this folder cannot be read (${errorCodes(cause)[0]}). Mend it, or move it away.`, {
      cause,
    });
    this.name = 'EnvFileError';
  }
}

/** Windows PowerShell writes UTF-16, and editors put a mark before UTF-8, which is no part of the first name. */
function textOf(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/**
 * Takes over what the file `.env` of this folder says and the environment of this process does not. Returns what is to
 * be warned about. Throws EnvFileError.
 */
export function loadEnvFile(): string[] {
  if (!existsSync('.env')) return [];
  const isGiven = process.env['NODE_EXTRA_CA_CERTS'] !== undefined;
  try {
    Object.assign(process.env, { ...parseEnv(textOf(readFileSync('.env'))), ...process.env });
  } catch (error) {
    throw new EnvFileError(error);
  }
  // Node.js itself has read it long before.
  if (isGiven || !process.env['NODE_EXTRA_CA_CERTS']?.trim()) return [];
  return [
    'NODE_EXTRA_CA_CERTS in the file .env counts for the certificates that are checked alone, since Node.js reads it before that file; set it in the environment, so that it counts for Slack, Teams, Graph and the database as well',
  ];
}
