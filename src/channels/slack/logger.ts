import { inspect } from 'node:util';
import type { Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../../core/ports/log.ts';

/** The longest text of Slack's libraries that is logged, characters. */
const TEXT_LIMIT = 1000;

/** What can act as somebody: tokens by their prefixes, and the values of fields and parameters that carry secrets. */
const SECRETS: [RegExp, string][] = [
  [/\b(?:xox[a-z]|xapp)(?:\.xox[a-z])?-[\w-]+/gi, '…'],
  [/\b(bearer\s+)[^\s'",]+/gi, '$1…'],
  [/\b((?:code|state|ticket)=)[^\s&'",;)]+/gi, '$1…'],
  [/\b((?:client_secret|refresh_token|access_token|token|signing_secret)['"]?\s*[=:]\s*['"]?)[^\s&'",;)}]+/gi, '$1…'],
  [/\b(hooks\.slack\.com\/)[^\s'",)]+/gi, '$1…'],
];

/** A text as it may be logged: tokens, codes, states, socket tickets and response URLs are taken out. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((each, [pattern, replacement]) => each.replace(pattern, replacement), text);
}

/** What the libraries say of a request or connection that failed: whoever made it gets the error, and tells it. */
const TOLD_ELSEWHERE = /^(?:http request failed|Failed to retrieve a new WSS URL|WebSocket error)/;

function textOf(parts: unknown[]): string {
  const words = parts.map((part) => {
    if (typeof part === 'string') return part;
    // Other properties of Slack's errors hold whole answers, headers included.
    if (part instanceof Error) return `${part.name}: ${part.message}`;
    return inspect(part, { depth: 2, breakLength: Infinity });
  });
  return withoutSecrets(words.join(' ')).slice(0, TEXT_LIMIT);
}

/**
 * The logger that Slack's libraries are given. Their debug texts are dropped, since they hold messages; the others go
 * on without secrets. It says its level is "info", so that no debug text is built where the libraries look first.
 */
export function slackLogger(log: Log): Logger {
  const fields = { from: 'slack' };
  function pass(level: 'warn' | 'error', parts: unknown[]): void {
    const text = textOf(parts);
    log[TOLD_ELSEWHERE.test(text) ? 'debug' : level](fields, text);
  }
  return {
    debug() {},
    info: (...parts) => log.info(fields, textOf(parts)),
    warn: (...parts) => pass('warn', parts),
    error: (...parts) => pass('error', parts),
    setLevel() {},
    getLevel: () => 'info' as LogLevel,
    setName() {},
  };
}
