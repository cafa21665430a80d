import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { familyOf } from '../bench/processes.ts';
import { loadEmbeddedPostgres } from '../test/support/databases.ts';
import { freePort } from '../test/support/free-port.ts';

const PASSWORD = 'password';

/** Whether there is such a process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A PostgreSQL server of its own, which can be treated badly. */
export async function startPostgres() {
  const Embedded = await loadEmbeddedPostgres();
  const databaseDir = await mkdtemp(join(tmpdir(), 'certbot-drill-postgres-'));
  const port = await freePort();
  const server = new Embedded({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      // A power failure is not drilled.
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'shared_buffers=32MB'],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${databaseDir}`],
    ],
    onLog: () => {},
    onError: () => {},
  });
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;

  async function postmaster(): Promise<number> {
    return Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  /** SIGINT ends every connection and closes well; SIGQUIT leaves everything as it is, as a crash does. */
  async function restart(signal: 'SIGINT' | 'SIGQUIT', away: number): Promise<void> {
    const pid = await postmaster();
    process.kill(pid, signal);
    while (isThere(pid)) await sleep(50);
    await sleep(away);
    await server.start();
  }

  /** Cuts the connections of everybody else. */
  async function resetConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
    await client.end();
  }

  /** It keeps its connections and answers nothing. */
  async function standStill(ms: number): Promise<void> {
    const family = familyOf(await postmaster());
    const signal = (name: NodeJS.Signals): void => {
      for (const pid of family) if (isThere(pid)) process.kill(pid, name);
    };
    signal('SIGSTOP');
    await sleep(ms).finally(() => signal('SIGCONT'));
  }

  async function close(): Promise<void> {
    const pid = await postmaster().catch(() => null);
    if (pid !== null && isThere(pid)) {
      for (const one of familyOf(pid)) if (isThere(one)) process.kill(one, 'SIGCONT');
      process.kill(pid, 'SIGQUIT');
      while (isThere(pid)) await sleep(50);
    }
    await rm(databaseDir, { recursive: true, force: true });
  }

  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await close();
    throw new Error('PostgreSQL cannot run here; try --sqlite.', { cause });
  }
  return { url, restart, resetConnections, standStill, close };
}

export type Postgres = Awaited<ReturnType<typeof startPostgres>>;
