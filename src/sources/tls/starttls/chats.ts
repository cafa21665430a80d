import { isIP } from 'node:net';
import type { Wire } from '../wire.ts';
import { noTls, notSpoken, strange, turnedAway, unknownName } from './refusals.ts';

const LONGEST_TAG = 8 * 1024;
/** From `<` to the `>` that is not inside a quoted value. */
const WHOLE_TAG = /^[^<]*<(?:[^'">]|'[^']*'|"[^"]*")*>$/;

interface Tag {
  /** Local name, e.g. "features"; empty for the XML declaration. */
  name: string;
  kind: 'open' | 'close' | 'empty' | 'declaration';
  text: string;
}

/**
 * The next tag, with the text before it left out; `begun` has been read of it. Prefixes are not resolved: the few names
 * that matter here are not ambiguous.
 */
async function readTag(wire: Wire, begun = ''): Promise<Tag> {
  let text = begun;
  do {
    text += await wire.readUntil('>');
    if (text.length > LONGEST_TAG) throw notSpoken('a tag does not end');
  } while (!WHOLE_TAG.test(text));
  text = text.slice(text.indexOf('<'));
  if (/^<[?!]/.test(text)) return { name: '', kind: 'declaration', text };
  const name = /^<\/?(?:[\w.-]+:)?([\w.-]+)/.exec(text)?.[1];
  if (name === undefined) throw strange(text);
  return { name, kind: text.startsWith('</') ? 'close' : text.endsWith('/>') ? 'empty' : 'open', text };
}

/** It serves other domains (RFC 6120 section 4.9.3), or wants to be told which is meant. */
const OTHER_DOMAIN = new Set(['host-unknown', 'host-gone', 'improper-addressing']);

function streamError(condition: string): Error {
  if (OTHER_DOMAIN.has(condition)) return unknownName(condition);
  return turnedAway(/^[a-z-]{1,40}$/.test(condition) ? condition : 'error');
}

async function readElement(wire: Wire): Promise<Tag> {
  const tag = await readTag(wire);
  // RFC 6120 section 4.9: the condition is the first element in the error.
  if (tag.name === 'error') throw streamError((await readTag(wire)).name);
  if (tag.name === 'stream' && tag.kind === 'close') throw notSpoken('it closed the stream');
  return tag;
}

async function readStreamHeader(wire: Wire): Promise<Tag> {
  let first = ' ';
  while (/\s/.test(first)) first = (await wire.readBytes(1)).toString('latin1');
  // Another protocol may never send the ">" that would be waited for.
  if (first !== '<') throw notSpoken('no XML stream');
  let tag = await readTag(wire, first);
  while (tag.kind === 'declaration') tag = await readTag(wire);
  if (tag.name !== 'stream' || tag.kind !== 'open') throw strange(tag.text);
  return tag;
}

/** Whether the stream's features have STARTTLS. */
async function readFeatures(wire: Wire): Promise<boolean> {
  const features = await readElement(wire);
  if (features.name !== 'features') throw strange(features.text);
  if (features.kind === 'empty') return false;
  let offered = false;
  for (let tag = await readElement(wire); tag.name !== 'features'; tag = await readElement(wire)) {
    if (tag.name === 'starttls') offered = true;
  }
  return offered;
}

async function stream(wire: Wire, name: string, namespace: 'jabber:client' | 'jabber:server'): Promise<void> {
  // Streams are for domains (RFC 6120 section 4.7.2): an address is none, and names are A-labels, which need no
  // escaping.
  const to = isIP(name) === 0 && /^[\w.-]+$/.test(name) ? ` to='${name}'` : '';
  wire.write(
    `<?xml version='1.0'?><stream:stream${to} version='1.0' xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  const header = await readStreamHeader(wire);
  // RFC 6120 section 4.7.5: a stream without version has no features. Or an error follows, of one that was not opened;
  // closing ours makes it say which.
  if (!/\sversion\s*=/.test(header.text)) {
    wire.write('</stream:stream>');
    if ((await readTag(wire)).name === 'error') throw streamError((await readTag(wire)).name);
    throw noTls('a stream without features');
  }
  if (!(await readFeatures(wire))) throw noTls('no starttls among its features');
  wire.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  const answer = await readElement(wire);
  if (answer.name === 'failure') throw noTls('starttls: failure');
  if (answer.name !== 'proceed') throw strange(answer.text);
  if (answer.kind === 'open') await readTag(wire);
}

/** RFC 6120 section 5, as a client. */
export function xmpp(wire: Wire, { name }: { name: string }): Promise<void> {
  return stream(wire, name, 'jabber:client');
}

/** RFC 6120 section 5, as another server. */
export function xmppServer(wire: Wire, { name }: { name: string }): Promise<void> {
  return stream(wire, name, 'jabber:server');
}

/**
 * RFC 1459 section 2.3.1 and IRCv3's message tags: tags, prefix, command, parameters. What servers answer with numbers
 * has a prefix.
 */
const IRC_LINE = /^(?:@\S+ +)?(?:(:\S+) +)?([a-z]+|\d{3})(?: +(?! )(.*))?$/is;

/** Not from this host; banned (RFC 2812 section 5.2). */
const IRC_BANS = new Set(['463', '465', '466']);

async function readIrc(wire: Wire): Promise<{ command: string; parameters: string }> {
  for (;;) {
    const said = await wire.readLine();
    if (said === '') continue;
    const [, prefix, command, parameters = ''] = IRC_LINE.exec(said) ?? [];
    if (command === undefined || (prefix === undefined && /^\d/.test(command))) throw strange(said);
    if (/^ERROR$/i.test(command)) throw turnedAway('ERROR');
    if (IRC_BANS.has(command)) throw turnedAway(command);
    if (/^PING$/i.test(command)) wire.write(`PONG ${parameters.slice(0, 400)}\r\n`);
    else return { command: command.toUpperCase(), parameters };
  }
}

/** Unknown command, not registered, invalid CAP command. */
const IRC_REFUSALS = new Set(['421', '451', '410']);

/** Which command a refusal is about, in capitals; undefined where it does not say, as RFC 1459's 451. */
function refusedCommand(parameters: string): string | undefined {
  return /^\S+ +([^\s:]\S*)/.exec(parameters)?.[1]?.toUpperCase();
}

/**
 * Capabilities (IRCv3 CAP LS); null where the server does not know them, and says so. Others say nothing before one has
 * registered, which is why PING follows, that all of them answer or refuse.
 */
async function readIrcCapabilities(wire: Wire): Promise<Set<string> | null> {
  wire.write('CAP LS 302\r\nPING certbot\r\n');
  const found = new Set<string>();
  for (;;) {
    const { command, parameters } = await readIrc(wire);
    const about = IRC_REFUSALS.has(command) ? (refusedCommand(parameters) ?? 'CAP') : null;
    if (command === 'PONG' || about === 'PING') throw noTls('CAP LS: no answer');
    if (about === 'CAP') return null;
    const list = command === 'CAP' ? /^\S+ +LS +(?! )(\* +(?! ))?:?(.*)$/i.exec(parameters) : null;
    if (!list) continue;
    for (const name of list[2]!.split(' ')) found.add(name.split('=', 1)[0]!.toLowerCase());
    if (list[1] === undefined) return found;
  }
}

/** IRCv3's `tls` extension: STARTTLS before registration, answered by 670 (go ahead) or 691. */
export async function irc(wire: Wire): Promise<void> {
  const capabilities = await readIrcCapabilities(wire);
  if (capabilities && !capabilities.has('tls') && !capabilities.has('starttls')) throw noTls('CAP LS: no tls');
  wire.write('STARTTLS\r\n');
  let pinged = false;
  for (;;) {
    const { command, parameters } = await readIrc(wire);
    if (command === '670') return;
    if (command === '691') throw noTls(command);
    const about = IRC_REFUSALS.has(command) ? (refusedCommand(parameters) ?? 'either') : null;
    if (about === 'STARTTLS' || (about === 'either' && pinged)) throw noTls(command);
    // The answer to our PING comes first.
    if (command === 'PONG' || about === 'PING' || about === 'either') pinged = true;
  }
}
