import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { DateTime, IANAZone } from 'luxon';
import { findIana } from 'windows-iana';

/** Refused by the API description, or by a rule of this product that the stand-in guards. */
export class ContractError extends Error {}

interface Operation {
  method: string;
  path: string;
  query: string[];
}

interface Schema {
  operations: Operation[];
  $defs: Record<string, { properties?: Record<string, unknown> }>;
}

const schema = JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8')) as Schema;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'graph', $defs: schema.$defs });
const compile = (name: string) => ajv.compile({ $ref: `graph#/$defs/${name}` });
const validators = {
  application: compile('application'),
  calendar: compile('calendar'),
  event: compile('event'),
  eventWrite: compile('eventWrite'),
  mailboxSettings: compile('mailboxSettings'),
  scheduleInformation: compile('scheduleInformation'),
  scheduleRequest: compile('scheduleRequest'),
  user: compile('user'),
};
export type Definition = keyof typeof validators;

/** Throws ContractError unless the value fits the definition; unknown properties do not. */
export function assertFits(name: Definition, value: unknown): void {
  const validate = validators[name];
  if (!validate(value)) throw new ContractError(`${name}: ${ajv.errorsText(validate.errors)}`);
}

export interface Route {
  /** Null for what belongs to no mailbox. */
  mailbox: string | null;
  /** `objects`: applications and service principals, see createFakeApplications. */
  resource: keyof typeof TEMPLATES | 'objects';
  eventId: string | null;
  /** Of a calendar or a folder of mail. */
  folderId: string | null;
  query: Map<string, string>;
}

const TEMPLATES = {
  events: '/users/{user-id}/events',
  event: '/users/{user-id}/events/{event-id}',
  mailboxSettings: '/users/{user-id}/mailboxSettings',
  calendar: '/users/{user-id}/calendar',
  calendars: '/users/{user-id}/calendars',
  calendarEvents: '/users/{user-id}/calendars/{calendar-id}/events',
  mailFolder: '/users/{user-id}/mailFolders/{mailFolder-id}',
  getSchedule: '/users/{user-id}/calendar/getSchedule',
  users: '/users',
  user: '/users/{user-id}',
  manager: '/users/{user-id}/manager',
  applications: '/applications',
  teamMembers: '/teams/{team-id}/members',
};

/** The template that a path fits, with what stands in its place holders. */
function templateOf(path: string): { resource: keyof typeof TEMPLATES; values: string[] } {
  for (const [resource, template] of Object.entries(TEMPLATES)) {
    const pattern = template.replaceAll(/\{[\w-]+\}/g, '([^/]+)');
    const match = new RegExp(`^/v1\\.0${pattern}$`).exec(path);
    if (match) return { resource: resource as keyof typeof TEMPLATES, values: match.slice(1).map(decodeURIComponent) };
  }
  throw new ContractError(`no such path: ${path}`);
}

/** The parameters of a query, each once, percent-encoded as they have to be. */
export function decodeQuery(raw: string): Map<string, string> {
  if (/[+ "<>]/.test(raw)) throw new ContractError('query is not percent-encoded');
  const query = new Map<string, string>();
  for (const part of raw === '' ? [] : raw.split('&')) {
    const [name, ...rest] = part.split('=');
    const decoded = decodeURIComponent(name ?? '');
    if (query.has(decoded)) throw new ContractError(`query parameter twice: ${decoded}`);
    query.set(decoded, decodeURIComponent(rest.join('=')));
  }
  return query;
}

/**
 * Which operation of the description a request line names; throws ContractError when it has none or does not know a
 * query parameter.
 */
export function routeOf(method: string, url: string): Route {
  const [path = '', raw = ''] = url.split(/\?(.*)/s);
  const { resource, values } = templateOf(path);
  const operation = schema.operations.find((one) => one.method === method && one.path === TEMPLATES[resource]);
  if (!operation) throw new ContractError(`no ${method} on ${TEMPLATES[resource]}`);
  const query = decodeQuery(raw);
  for (const name of query.keys()) {
    if (!operation.query.includes(name)) throw new ContractError(`unknown query parameter ${name}`);
  }
  const [mailbox = null, inner = null] = values;
  const [eventId, folderId] = resource === 'event' ? [inner, null] : [null, inner];
  return { mailbox, resource, eventId, folderId, query };
}

const LITERAL = "'((?:[^']|'')*)'";
const PROPERTY_ID = /^(?:String|Integer|Boolean) \{[0-9a-f-]{36}\} Name \S+$/i;

function propertyId(literal: string | undefined): string {
  const id = (literal ?? '').replaceAll("''", "'");
  if (!PROPERTY_ID.test(id)) throw new ContractError(`not an extended property id: ${id}`);
  return id.toLowerCase();
}

/** `$filter` on one extended property, the only kind this stand-in knows; the id comes back in lower case. */
export function parseTagFilter(filter: string): { id: string; value: string } {
  const any = new RegExp(
    `^singleValueExtendedProperties/Any\\((\\w+): \\1/id eq ${LITERAL} and \\1/value eq ${LITERAL}\\)$`,
  );
  const match = any.exec(filter);
  if (!match) throw new ContractError(`unknown filter: ${filter}`);
  return { id: propertyId(match[2]), value: (match[3] ?? '').replaceAll("''", "'") };
}

/** Ids (lower case) of the extended properties that `$expand` asks for. */
export function parseExpand(expand: string): string[] {
  const match = /^singleValueExtendedProperties\(\$filter=(.*)\)$/.exec(expand);
  if (!match) throw new ContractError(`unknown expand: ${expand}`);
  return (match[1] ?? '').split(' or ').map((term) => {
    const one = new RegExp(`^id eq ${LITERAL}$`).exec(term);
    if (!one) throw new ContractError(`unknown expand: ${expand}`);
    return propertyId(one[1]);
  });
}

/** Property names that `$select` asks for. */
export function parseSelect(select: string, of: Definition): string[] {
  const names = select.split(',');
  for (const name of names) {
    if (!Object.hasOwn(schema.$defs[of]?.properties ?? {}, name))
      throw new ContractError(`${of} has no property ${name}`);
  }
  return names;
}

/** What `$select` leaves of a value that fits its definition; everything without one. */
export function selected(of: Definition, value: Record<string, unknown>, query: Map<string, string>) {
  assertFits(of, value);
  const select = query.get('$select');
  const names = select === undefined ? Object.keys(value) : parseSelect(select, of);
  return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
}

/** The app id in a `$filter` on applications, the only kind this stand-in knows. */
export function parseAppFilter(filter: string | undefined): string {
  const match = new RegExp(`^appId eq ${LITERAL}$`).exec(filter ?? '');
  if (!match) throw new ContractError(`unknown filter: ${filter}`);
  return (match[1] ?? '').replaceAll("''", "'");
}

/**
 * Property and value of a `$filter` on people, of the kinds that this stand-in knows; addresses of `proxyAddresses`
 * with their prefix.
 */
export function parsePeopleFilter(filter: string | undefined): { property: string; value: string } {
  const plain = new RegExp(`^(mail|userPrincipalName) eq ${LITERAL}$`).exec(filter ?? '');
  const any = new RegExp(`^(proxyAddresses)/any\\((\\w+):\\2 eq ${LITERAL}\\)$`).exec(filter ?? '');
  const [property, value] = plain ? [plain[1], plain[2]] : [any?.[1], any?.[3]];
  if (property === undefined || value === undefined) throw new ContractError(`unknown filter: ${filter}`);
  return { property, value: value.replaceAll("''", "'") };
}

/** A whole number within bounds. */
export function parseCount(name: string, text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,6}$/.test(text) || Number(text) > max) throw new ContractError(`${name} out of range: ${text}`);
  return Number(text);
}

const zones = new Map<string, string | null>();

/** The zone of a Windows or IANA name; the look-up goes through a long table. */
function zoneOf(name: string): string | null {
  let zone = zones.get(name);
  if (zone === undefined) zones.set(name, (zone = findIana(name)[0] ?? (IANAZone.isValidZone(name) ? name : null)));
  return zone;
}

/** The instant (ms) that a dateTimeTimeZone names; refuses zone suffixes, unknown zones and times that do not exist. */
export function instantOf(value: unknown): number {
  const { dateTime, timeZone } = value as { dateTime: string; timeZone?: string | null };
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?$/.test(dateTime))
    throw new ContractError(`dateTime must be local time: ${dateTime}`);
  if (typeof timeZone !== 'string') throw new ContractError('timeZone is missing');
  const zone = zoneOf(timeZone);
  if (zone === null) throw new ContractError(`unknown timeZone ${timeZone}`);
  const time = DateTime.fromISO(dateTime, { zone });
  if (!time.isValid) throw new ContractError(`no such time: ${dateTime}`);
  return time.toMillis();
}

/** The date (YYYY-MM-DD) of an instant in a zone by its Windows or IANA name. */
export function dateIn(instant: number, zoneName: string): string {
  return DateTime.fromMillis(instant, { zone: zoneOf(zoneName) ?? zoneName }).toFormat('yyyy-MM-dd');
}

/** Checks a body of a POST or PATCH on events. */
export function assertEventBody(body: unknown, method: string): asserts body is Record<string, unknown> {
  if (typeof body !== 'object' || body === null) throw new ContractError('body is no JSON object');
  if ('attendees' in body) throw new ContractError('attendees would be sent mail');
  assertFits('eventWrite', body);
  const { start, end, subject, transactionId, singleValueExtendedProperties } = body as Record<string, unknown>;
  if (method === 'POST' && !(start && end)) throw new ContractError('start and end are required');
  if (method === 'PATCH' && transactionId !== undefined) throw new ContractError('transactionId cannot be changed');
  if (start && end && instantOf(end) < instantOf(start)) throw new ContractError('end is before start');
  if (typeof subject === 'string' && subject.length > 255) throw new ContractError('subject is too long');
  for (const property of (singleValueExtendedProperties ?? []) as { id?: string; value?: string }[]) {
    propertyId(property.id);
    if (typeof property.value !== 'string') throw new ContractError('extended property without value');
  }
}
