import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createStore } from '../../src/store/store.ts';
import { closedPort, createPeers } from '../peers/tls/tls-peers.ts';
import { silentLog as log } from '../sources/tls/silent-log.ts';
import { runBot } from '../support/bot-process.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { assertFound, findingsWith } from './findings.ts';

async function databaseFinding(url: string, timeout?: number) {
  const env = { DATABASE_URL: url };
  return (await findingsWith(env, timeout === undefined ? {} : { timeout })).database;
}

describe('the doctor on a SQLite file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'certbot-doctor-'));
    file = join(folder, 'bot.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Names and contents of everything there. */
  function contents(): Record<string, string> {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(names.map(({ name }) => [name, readFileSync(join(folder, name)).toString('latin1')]));
  }

  it('says that there is none yet, and makes none', async () => {
    const deep = join(folder, 'not', 'yet', 'bot.sqlite');
    assertFound(await databaseFinding(`sqlite:${deep}`), 'fine', deep, 'can make it');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('takes the lock of a running bot for what it is', async () => {
    const store = await createStore({ databaseUrl: `sqlite:${file}`, log });
    assertFound(await databaseFinding(`sqlite:${file}`), 'fine', `The bot is running, and has ${file} to itself`);
    // The lock is still there: another process is refused.
    const { code, stderr } = await runBot({ databaseUrl: `sqlite:${file}` });
    assert.deepEqual([code, /in use by another process/.test(stderr)], [1, true], stderr);
    await store.beat(1);
    await store.close();
  });

  it('finds one that nobody uses, and leaves every byte as it is', async () => {
    await (await createStore({ databaseUrl: `sqlite:${file}`, log })).close();
    const before = contents();
    assertFound(await databaseFinding(`sqlite:${file}`), 'fine', `${file} can be read and written.`);
    assert.deepEqual(contents(), before);
  });

  const wrong: [string, () => string, RegExp][] = [
    ['an empty file', () => (writeFileSync(file, ''), file), /is damaged \(the file is empty\).*last backup/],
    ['a file of another kind', () => (writeFileSync(file, 'PNG'.repeat(99)), file), /is no SQLite database/],
    [
      'a log without its database',
      () => (writeFileSync(`${file}-wal`, 'x'.repeat(99)), file),
      /is not there, but its log/,
    ],
    ['a folder in its place', () => (mkdirSync(file), file), /cannot be read or written \(EISDIR\)/],
    ['a file in the place of its folder', () => (writeFileSync(file, ''), join(file, 'x')), /\(ENOTDIR\)/],
  ];
  for (const [name, make, says] of wrong)
    it(`finds ${name}`, async () => {
      const path = make();
      assertFound(await databaseFinding(`sqlite:${path}`), 'wrong', path, says);
    });

  it('finds a folder in which nothing can be made', async function () {
    if (!existsSync('/proc/self')) return this.skip();
    assertFound(await databaseFinding('sqlite:/proc/bot.sqlite'), 'wrong', '/proc/bot.sqlite', 'another place');
  });

  it('advises against memory', async () =>
    assertFound(await databaseFinding('sqlite::memory:'), 'hint', 'DATABASE_URL'));
});

describe('the doctor on a configuration that can be read', () => {
  it('tells what the start would warn of', async () => {
    assertFound((await findingsWith({})).configuration, 'fine');
    assertFound((await findingsWith({ PROBE_INTERVALL: '1h' })).configuration, 'hint', 'PROBE_INTERVAL');
  });
});

describe('the doctor on an address of PostgreSQL that is none', () => {
  for (const url of ['postgres://u:password@[::g]/x', 'postgres://u:password@db.test:99999999/x'])
    it(`has it from the configuration, which keeps it to itself: ${url}`, async () => {
      const { configuration } = await findingsWith({ DATABASE_URL: url });
      assertFound(configuration, 'wrong', 'DATABASE_URL');
      assert.doesNotMatch(JSON.stringify(configuration), /u:password/);
    });
});

describe('the doctor on PostgreSQL', () => {
  let database: TestDatabase;
  const peers = createPeers();
  beforeEach(async function () {
    database = await createOrSkip(
      databaseKinds.find(({ name }) => name === 'PostgreSQL')!,
      this,
    );
  });
  afterEach(() => Promise.all([database?.drop(), peers.close()]));

  async function run(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  function changed(change: (url: URL) => void): string {
    const url = new URL(database.url);
    change(url);
    return url.href;
  }

  it('says what the next start changes, changes nothing, and hides the password', async () => {
    const empty = await databaseFinding(database.url);
    assertFound(empty, 'fine', /can be read and written\. Its tables need \d+ changes/);
    assert.ok(!JSON.stringify(empty).includes('password'), empty.sentence);
    assertFound(await databaseFinding(database.url), 'fine', empty.sentence);
    await (await createStore({ databaseUrl: database.url, log })).close();
    assertFound(await databaseFinding(database.url), 'fine', /\/test_\w+ can be read and written\. $/);
  });

  it('finds one of a newer version', async () => {
    await (await createStore({ databaseUrl: database.url, log })).close();
    await run("insert into kysely_migration (name, timestamp) values ('9999_later', '')");
    assertFound(await databaseFinding(database.url), 'wrong', 'newer version of the bot (9999_later)');
  });

  it('finds a standby, or what else takes no writes', async () => {
    const { pathname } = new URL(database.url);
    await run(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`);
    try {
      assertFound(await databaseFinding(database.url), 'wrong', 'takes no writes', 'primary');
    } finally {
      await run('set default_transaction_read_only = off', `alter database ${pathname.slice(1)} reset all`);
    }
  });

  it('finds a user who may not make tables', async () => {
    await run("create role guest login password 'guest'");
    try {
      const url = changed((to) => ((to.username = 'guest'), (to.password = 'guest')));
      assertFound(await databaseFinding(url), 'wrong', 'may not create tables', 'GRANT CREATE');
    } finally {
      await run('drop role guest');
    }
  });

  it('finds a wrong password', async () => {
    const url = changed((to) => (to.password = 'wrong-one'));
    assertFound(await databaseFinding(url), 'wrong', 'does not accept the user or the password (28P01)');
  });

  it('finds a database that is not there', async () => {
    const url = changed((to) => (to.pathname = '/nowhere'));
    assertFound(await databaseFinding(url), 'wrong', '/nowhere (3D000)', 'createdb');
  });

  it('finds a port on which nobody listens', async () => {
    const port = await closedPort();
    const url = changed((to) => (to.port = String(port)));
    assertFound(await databaseFinding(url), 'wrong', `127.0.0.1:${port}/`, '(ECONNREFUSED)');
  });

  it('gives up a server that is silent', async () => {
    const { port } = await peers.tcp(() => {});
    const url = changed((to) => (to.port = String(port)));
    assertFound(await databaseFinding(url, 500), 'wrong', 'No answer came within');
  });
});
