import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from './config/config.ts';
import type { AppCredential } from './core/ports/calendar.ts';
import { claimsOf } from './core/reminders/token-account.ts';

/** The certificate in a text of PEM; null where there is none that can be read. */
function certificateIn(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function ofCertificate(variable: string, pem: string): AppCredential[] {
  const found = certificateIn(pem);
  if (!found) return [];
  const [notBefore, notAfter] = [found.validFromDate.getTime(), found.validToDate.getTime()];
  const name = found.subject.replaceAll('\n', ', ');
  return [{ id: found.fingerprint256, kind: 'certificate', variable, name, notBefore, notAfter }];
}

function ofToken(token: string | null): AppCredential[] {
  const { exp, iat } = (token && claimsOf(token)) || {};
  const [notBefore, notAfter] = [Number(iat) * 1000, Number(exp) * 1000];
  if (!Number.isFinite(notAfter)) return [];
  const variable = 'GRAPH_ACCESS_TOKEN';
  return [{ id: `${variable} ${notAfter}`, kind: 'token', variable, name: '', notBefore: notBefore || 0, notAfter }];
}

/**
 * What the bot itself holds and can read the end of: a certificate with which it signs in, and a token that was pasted.
 * The end of a secret is written nowhere but in the directory.
 */
export async function ownCredentials(
  { graph }: Pick<Config, 'graph'>,
  env: Record<string, string | undefined>,
): Promise<AppCredential[]> {
  const path = env['AZURE_CLIENT_CERTIFICATE_PATH']?.trim();
  // Replaced while the bot runs, or gone: the next look tells.
  const pem = path ? await readFile(path, 'utf8').catch(() => '') : '';
  return [...ofCertificate('AZURE_CLIENT_CERTIFICATE_PATH', pem), ...ofToken(graph.accessToken)];
}
