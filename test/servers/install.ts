import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { skipWithout } from '../support/skips.ts';
import type { RealServer } from './real-servers.ts';

/** The program, and the package of Debian that has it. */
export const BLACKBOX = 'prometheus-blackbox-exporter';

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function isThere({ command }: RealServer): boolean {
  const [program] = command({ folder: '', port: 0, cert: '', key: '', both: '' });
  return existsSync(program!) || isInstalled(program!);
}

/**
 * Installs what is missing where nothing may be skipped, as root; skips what it is called from where that may not be
 * done, or where these servers cannot be started, which takes root as well.
 */
export function install(context: Mocha.Context, servers: RealServer[]): void {
  if (process.getuid?.() !== 0) skipWithout(context, 'only root can start all of these servers');
  const missing = servers.filter((server) => !isThere(server)).flatMap(({ packages }) => packages);
  const wanted = isInstalled(BLACKBOX) ? missing : [...missing, BLACKBOX];
  if (wanted.length === 0) return;
  const mayInstall = process.env['CI'] !== undefined && isInstalled('apt-get');
  if (!mayInstall) skipWithout(context, `these Debian packages are not installed: ${wanted.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Servers that are installed are not to be started.
  if (!existsSync('/usr/sbin/policy-rc.d'))
    execFileSync('sh', [
      '-c',
      'printf "#!/bin/sh\\nexit 101\\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d',
    ]);
  execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...new Set(wanted)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
