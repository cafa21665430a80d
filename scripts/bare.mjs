// Proves the two commands of the README on a machine that nobody prepared: `npm ci && npm start`, until the page of the
// chat answers and a `check` that is typed through its interface is answered, then SIGTERM to npm alone; and `npm
// test`. It runs in a fresh clone of what is committed, with an empty home, as an ordinary user where it is started as
// root, and with nothing in its path but node, npm, git, sh and coreutils. It needs POSIX, runs with Node 20 as well,
// is bounded in time, and ends what it starts: `npm run bare`, or `node scripts/bare.mjs` where nothing is installed
// yet.

import { execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINUTE = 60_000;
const WITHIN = { install: 10 * MINUTE, start: 2 * MINUTE, chat: 2 * MINUTE, end: 15_000, test: 10 * MINUTE };
/** Nobody in particular: no name, no home, no rights. */
const ORDINARY = 65_534;
const NEEDED = ['node', 'npm', 'git', 'sh'];
/** GNU coreutils, as far as programs call them. */
const COREUTILS =
  'basename cat chmod chown cp cut date dirname echo env expr false head id install ln ls mkdir mktemp mv nice nohup od paste printf pwd readlink realpath rm rmdir ' +
  'seq sleep sort split stat stty tail tee test timeout touch tr true tty uname uniq wc whoami';
/** How the machine reaches the registry; everything else of its configuration stays outside. */
const REGISTRY_SETTINGS = ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl'];

const started = new Set();

function say(line) {
  process.stdout.write(`bare: ${line}\n`);
}

/** Where a program is in the path; what npm puts there for installed packages does not count. */
function find(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder.includes('node_modules') || folder === '') continue;
    try {
      const file = join(folder, name);
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

function makePath(folder) {
  mkdirSync(folder);
  for (const name of [...NEEDED, ...COREUTILS.split(' ')]) {
    const file = find(name);
    if (file) symlinkSync(realpathSync(file), join(folder, name));
    else if (NEEDED.includes(name)) throw new Error(`${name} is not in the path.`);
  }
}

/** Environment variables by which npm reaches the registry as it does outside. */
function registryEnvironment() {
  const env = process.env.NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS } : {};
  for (const name of REGISTRY_SETTINGS) {
    const value = execFileSync(find('npm'), ['config', 'get', name], { cwd: ROOT }).toString().trim();
    if (value !== '' && value !== 'null' && value !== 'undefined')
      env[`npm_config_${name.replaceAll('-', '_')}`] = value;
  }
  return env;
}

function giveAway(file) {
  lchownSync(file, ORDINARY, ORDINARY);
  for (const entry of readdirSync(file, { withFileTypes: true })) {
    const path = join(file, entry.name);
    if (entry.isDirectory()) giveAway(path);
    else lchownSync(path, ORDINARY, ORDINARY);
  }
}

function endAll() {
  for (const child of started) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

/** Runs a command, its lines shown as they come; `heard` hears of each. */
function run(command, args, { cwd, env, heard = () => {} }) {
  const user = process.getuid() === 0 ? { uid: ORDINARY, gid: ORDINARY } : {};
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...user });
  started.add(child);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      process.stdout.write(`  ${line}\n`);
      heard(line);
    });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  return { child, ended };
}

async function within(work, ms, what) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s.`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function isTaken(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Processes that still run in the folder, by what /proc tells; none where there is no /proc. */
function leftIn(folder) {
  const own = (pid) => {
    try {
      return realpathSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  };
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && own(name));
  } catch {
    return [];
  }
}

async function expectSuccess(running, ms, what) {
  const code = await within(running.ended, ms, what);
  if (code !== 0) throw new Error(`${what} ended with ${code}.`);
}

async function startAndChat(place) {
  const port = await freeOr(3978);
  const env = { ...place.env, METRICS_PORT: 'off', ...(port === 3978 ? {} : { PORT: String(port) }) };
  let opened;
  const page = new Promise((resolve) => (opened = resolve));
  const bot = run('npm', ['start'], {
    ...place,
    env,
    heard(line) {
      const found = /Chat with the bot at (http:\S+)/.exec(line);
      if (found) opened(found[1]);
    },
  });
  const early = bot.ended.then((code) => {
    throw new Error(`npm start ended by itself, with ${code}.`);
  });
  early.catch(() => {});
  const url = await within(Promise.race([page, early]), WITHIN.start, 'npm start, until it tells where the chat is,');
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The page of the chat answers ${response.status}.`);
  const node = join(place.cwd, 'node_modules', '.bin', 'node');
  const chat = run(node, ['scripts/playground-chat.mjs', url, `check localhost:${port}`], place);
  await expectSuccess(chat, WITHIN.chat, 'A check in the chat');
  bot.child.kill('SIGTERM');
  const code = await within(bot.ended, WITHIN.end, 'The end after SIGTERM to npm');
  if (code !== 0) throw new Error(`npm start ended with ${code} after SIGTERM.`);
  const left = leftIn(place.cwd);
  if (left.length > 0) throw new Error(`Processes are left behind: ${left.join(', ')}.`);
  for (const one of [port, Number(new URL(url).port)])
    if (await isTaken(one)) throw new Error(`Port ${one} is still taken.`);
  say('npm start answers, and ends with npm');
}

async function freeOr(port) {
  if (!(await isTaken(port))) return port;
  say(`port ${port} is taken; another is used`);
  for (let other = port + 100; ; other++) if (!(await isTaken(other))) return other;
}

async function prove(folder) {
  const [bin, home, cwd, temporary] = ['bin', 'home', 'clone', 'tmp'].map((name) => join(folder, name));
  makePath(bin);
  mkdirSync(home);
  mkdirSync(temporary);
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, cwd], { stdio: 'inherit' });
  chmodSync(folder, 0o755);
  if (process.getuid() === 0) giveAway(folder);
  // What CI says of skipped tests holds here too.
  const ci = process.env.CI ? { CI: process.env.CI } : {};
  const env = { PATH: bin, HOME: home, TMPDIR: temporary, ...ci, ...registryEnvironment() };
  const place = { cwd, env };
  await expectSuccess(run('npm', ['ci'], place), WITHIN.install, 'npm ci');
  await startAndChat(place);
  await expectSuccess(run('npm', ['test'], place), WITHIN.test, 'npm test');
  const left = leftIn(folder);
  if (left.length > 0) throw new Error(`npm test left processes behind: ${left.join(', ')}.`);
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'certbot-bare-')));
process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
try {
  await prove(folder);
  say('npm ci, npm start and npm test work on a bare machine');
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  endAll();
  rmSync(folder, { recursive: true, force: true });
}
