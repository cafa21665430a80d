import { createServer } from 'node:net';
import type { Logger } from 'pino';
import type { App } from './app.ts';
import { ConfigError, readConfig, type Config } from './config/config.ts';
import { EnvFileError, loadEnvFile } from './config/env-file.ts';
import { createLog } from './log/create-log.ts';
import { PlaygroundError, startPlayground, type Playground } from './playground/playground.ts';
import { StartError } from './start-error.ts';
import { within } from './timing/within.ts';

/** How long the end may take, in milliseconds. */
const END_WITHIN = 10_000;
const PLAYGROUND_PORT = 56_150;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Ends with a sentence instead of a stack trace. */
function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Takes over the file .env. Returns what is to be warned about. */
function envFileOrRefuse(): string[] {
  try {
    return loadEnvFile();
  } catch (error) {
    if (error instanceof EnvFileError) refuse(error.message);
    throw error;
  }
}

function configOrRefuse(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) refuse(`${error.message}\nEvery variable is explained in .env.example.`);
    throw error;
  }
}

/**
 * Null, or why this port cannot be had. Asked before the store is opened, since a second process would be refused there
 * with a less helpful reason.
 */
function portProblem(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once('error', (error) => resolve(errorCode(error) ?? 'unknown'));
  server.listen({ host, port }, () => server.close(() => resolve(null)));
  return promise;
}

/** `prefix` is what stands before PORT and HOST in the names of the variables. */
function portSentence(prefix: '' | 'METRICS_', { host, port }: { host: string; port: number }, code: string): string {
  const [named, variable] = [`${prefix}HOST`, `${prefix}PORT`];
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user (EACCES): ports below 1024 need a right of their own. Choose another with ${variable}, for example: ${variable}=${port + 8000}`;
  if (code !== 'EADDRINUSE')
    return `${named}=${host} is not an address of this machine (${code}). Leave ${named} out, or set one that is.`;
  return `Port ${port} is already taken (perhaps by another certbot). Stop what uses it, or choose another with ${variable}, for example: ${variable}=${port === 65_535 ? 8080 : port + 1}`;
}

function modeOf({ teams, slack }: Config): string {
  return [teams && 'teams', slack && 'slack'].filter(Boolean).join(' and ') || 'local';
}

async function openPlayground(config: Config, app: App, log: Logger): Promise<Playground | null> {
  const host = app.address.host.includes(':') ? `[${app.address.host}]` : app.address.host;
  try {
    const playground = await startPlayground({
      botUrl: `http://${host}:${app.address.port}`,
      port: PLAYGROUND_PORT,
      log,
    });
    say(`Chat with the bot at ${playground.url} (Ctrl-C ends it). Type for example: watch example.com`);
    return playground;
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    const missing = error.code === 'missing';
    if (!missing) log.warn({ err: error }, 'the Agents Playground did not start');
    if (error.lines.length > 0) say(['Its last lines:', ...error.lines.map((line) => `  ${line}`)].join('\n'));
    say(
      [
        missing
          ? 'The Agents Playground is not installed: run npm ci with development dependencies, or set PLAYGROUND=off.'
          : `${error.message} Start the bot again, or set PLAYGROUND=off and point a Playground of your own at the bot.`,
        `The bot itself goes on: it listens at http://${host}:${app.address.port}/api/messages${config.localMode ? ' (loopback only)' : ''}.`,
      ].join('\n'),
    );
    return null;
  }
}

async function main(): Promise<void> {
  // Whatever this process and its children make is for its user alone.
  process.umask(0o077);
  const warnings = envFileOrRefuse();
  const config = configOrRefuse();
  const log = await createLog(config, process.stdout.isTTY);
  for (const warning of [...warnings, ...config.warnings]) log.warn({}, warning);
  const taken = await portProblem(config.host, config.port);
  if (taken !== null) refuse(portSentence('', config, taken));
  let { metrics } = config;
  const metricsTaken = metrics && (await portProblem(metrics.host, metrics.port));
  if (metricsTaken !== null && metrics !== null) {
    if (metrics.isNamed || metricsTaken !== 'EADDRINUSE') refuse(portSentence('METRICS_', metrics, metricsTaken));
    log.warn(
      { port: metrics.port },
      'the default port for /metrics is taken; metrics are off (METRICS_PORT chooses another)',
    );
    metrics = null;
  }

  let app: App | null = null;
  let playground: Promise<Playground | null> = Promise.resolve(null);
  let ending = false;
  async function end(signal: string): Promise<void> {
    if (ending) return;
    ending = true;
    log.info({ signal }, 'ending');
    setTimeout(() => {
      log.error({}, 'what was in flight did not finish within 10 s');
      process.exit(1);
    }, END_WITHIN).unref();
    const opened = await within(playground, 1000, () => null);
    await Promise.all([app?.close(), opened?.close()]);
    process.exit(0);
  }
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));

  try {
    // Everything else is loaded once it is known to be of use: a refusal is there in half the time.
    const { startApp } = await import('./app.ts');
    app = await startApp({ ...config, metrics }, process.env, log);
  } catch (error) {
    if (error instanceof StartError) {
      log.debug({ err: error.cause }, 'the start failed');
      refuse(error.message);
    }
    // Somebody took the port after it was asked for.
    if (errorCode(error) === 'EADDRINUSE') refuse(portSentence('', config, 'EADDRINUSE'));
    throw error;
  }
  const { host, port } = app.address;
  log.info({ host, port, mode: modeOf(config), calendar: config.calendar }, 'listening');
  if (config.playground) playground = openPlayground(config, app, log);
}

await main();
