import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parsePortRange, type PortRange } from '../core/targets/port-ranges.ts';
import { trimmedEnd } from '../core/language/text.ts';

/** Milliseconds per unit of a length of time. */
export const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The most that a timer takes is 24.8 days; a length of time that ends in one stays well below. */
export function duration(name: string, most: '1h' | '365d'): z.ZodType<number, string> {
  const hint = `${name} must be a length of time from 1s to ${most}, such as ${most === '1h' ? '10s or 1m' : '30s, 5m, 6h or 30d'}`;
  const limit = most === '1h' ? UNITS['h']! : 365 * UNITS['d']!;
  return z.string().transform((text, issues) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
    const value = match ? Number(match[1]) * UNITS[match[2]!]! : Number.NaN;
    if (value >= 1000 && value <= limit) return value;
    issues.addIssue({ code: 'custom', message: hint });
    return z.NEVER;
  });
}

/** A whole number from `least` to `most`. */
export function integer(name: string, least: number, most: number): z.ZodType<number, string> {
  const hint = `${name} must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, hint)
    .transform(Number)
    .refine((value) => value >= least && value <= most, hint);
}

/** Items separated by commas, semicolons or white space. */
export function list(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,;]+/).filter((item) => item !== '');
}

/** A literal address in full: `10` and `127.1` are addresses to ipaddr.js, but hardly to who typed them. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function rangeOf(item: string): string {
  return item.includes('/') ? item : `${item}/${item.includes(':') ? 128 : 32}`;
}

function isRange(text: string): boolean {
  return ipaddr.isValidCIDR(text) && isAddress(text.replace(/\/\d+$/, ''));
}

/** CIDR ranges; a bare address is a range of one. */
export function cidrs(name: string): z.ZodType<string[], string> {
  return z.string().transform((text, issues) => {
    const items = list(text);
    const bad = items.find((item) => !isRange(rangeOf(item)));
    if (bad === undefined) return items.map(rangeOf);
    issues.addIssue({
      code: 'custom',
      message: `${name}: “${bad}” is not an address range; type CIDR ranges separated by commas, such as 10.0.0.0/8,fd00::/8`,
    });
    return z.NEVER;
  });
}

/** Ports and ranges of ports. */
export function ports(name: string): z.ZodType<PortRange[], string> {
  return z.string().transform((text, issues) => {
    const items = list(
      text
        .split('-')
        .map((part) => part.trim())
        .join('-'),
    );
    const bad = items.find((item) => parsePortRange(item) === null);
    if (bad === undefined && items.length > 0) return items.map((item) => parsePortRange(item)!);
    const wrong = bad === undefined ? 'it names no port' : `“${bad}” is not a port from 1 to 65535 nor a range of them`;
    issues.addIssue({
      code: 'custom',
      message: `${name}: ${wrong}; type ports and ranges separated by commas, such as 443,8443,1000-2000`,
    });
    return z.NEVER;
  });
}

/** An http or https proxy, perhaps with user and password, which never get into the message. */
export function proxy(name: string): z.ZodType<string, string> {
  const hint = `${name} must be the address of an http or https proxy, such as http://proxy.example.com:3128`;
  return z
    .string()
    .transform((text) => text.trim())
    .refine((text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null || !/^https?:$/.test(url.protocol) || !/^\/?$/.test(url.pathname) || url.search !== '')
        return false;
      return isPercentEncoded(url.username) && isPercentEncoded(url.password);
    }, hint);
}

/** Whether it is an address whose parts have no percent sign but those of the encoding. */
export function isEncodedAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return [url.username, url.password, url.hostname, url.pathname].every(isPercentEncoded);
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * An address with one of the schemes (with their colon), without slashes at its end. It is the beginning of others, so
 * that it has no query, no fragment and no password.
 */
export function url(name: string, schemes: string[], example: string): z.ZodType<string, string> {
  const hint = `${name} must be an address such as ${example}`;
  return z
    .string()
    .trim()
    .refine((text) => {
      const parsed = URL.parse(text);
      return parsed !== null && schemes.includes(parsed.protocol) && parsed.username === '' && !/[?#]/.test(text);
    }, hint)
    .transform((text) => trimmedEnd(text, /\//));
}

/** A whole address of the web, to which nothing is added. */
export function webAddress(name: string): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .refine(
      (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      `${name} must be an address that begins with https://`,
    );
}

/**
 * A secret whose first characters tell what it is, so that two that were swapped are noticed. Its value never gets into
 * the message.
 */
export function token(name: string, form: RegExp, what: string): z.ZodType<string, string> {
  return z
    .string()
    .transform((text) => text.trim())
    .refine((text) => form.test(text), `${name} must be ${what}`);
}

/** A text of a form, such as an id. */
export function form(name: string, pattern: RegExp, what: string): z.ZodType<string, string> {
  return z.string().trim().regex(pattern, `${name} must be ${what}`);
}

/** One of the values, exactly as written. */
export function oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): z.ZodType<T, string> {
  return z.enum(values, { error: `${name} must be one of ${values.join(', ')}` }) as unknown as z.ZodType<T, string>;
}
