import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/config.ts';

/**
 * The log: JSON for programs, readable lines for people, by `LOG_FORMAT`; `auto` is the latter where `isTerminal`. The
 * library for readable lines is loaded only for them.
 */
export async function createLog(
  { logFormat, logLevel }: Pick<Config, 'logFormat' | 'logLevel'>,
  isTerminal: boolean,
  output: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Promise<Logger> {
  const options = { level: logLevel, base: null, timestamp: stdTimeFunctions.isoTime };
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal);
  return pino(options, isPretty ? await readable(isTerminal, output) : output);
}

async function readable(isTerminal: boolean, output: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize: isTerminal, singleLine: true, translateTime: 'SYS:HH:MM:ss' });
  // Line by line in this thread, so that what is said last is there when the process ends.
  return { write: (line) => output.write(pretty(line)) };
}
