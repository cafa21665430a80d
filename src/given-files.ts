import { readFile, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { readBundle } from './sources/tls/bundle.ts';
import { StartError } from './start-error.ts';

/** What is wrong with a file that could not be read, in words where its code is a common one. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'this user may not read it',
  };
  return (code && words[code]) || message;
}

/** Pipes and devices may never end. Throws where it is not there. */
async function mustEnd(path: string): Promise<void> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory() && path !== devNull) throw new Error('it is not a file');
}

/** Files that only others read, later on: better told now. Throws StartError. */
export async function checkFiles(env: Record<string, string | undefined>): Promise<void> {
  for (const name of ['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE', 'NODE_EXTRA_CA_CERTS']) {
    const path = env[name]?.trim();
    if (!path) continue;
    try {
      await mustEnd(path);
      await readFile(path);
    } catch (cause) {
      throw new StartError(`${name}=${path} cannot be used: ${fileProblem(cause)}. Mend its path, or leave it out.`, {
        cause,
      });
    }
  }
}

/** The certificates of PROBE_CA_FILE, PEM each. Throws StartError when it cannot be read. */
export async function readAuthorities(caFile: string | null): Promise<string[]> {
  if (caFile === null) return [];
  try {
    await mustEnd(caFile);
    return await readBundle(caFile);
  } catch (cause) {
    throw new StartError(
      `PROBE_CA_FILE=${caFile} cannot be used: ${fileProblem(cause)}. Name a PEM file that this user may read, with the certificates of authorities in it.`,
      { cause },
    );
  }
}
