import { dateKind, type DateTarget } from './date.ts';
import { documentKind, type DocumentTarget } from './document.ts';
import { endpointKind, type EndpointTarget } from './endpoint.ts';
import { entraKind, type EntraTarget } from './entra.ts';
import type { Say } from '../language/language.ts';
import type { Naming, TargetKind } from './kind.ts';

/** What is looked at. Which kind it is, its scheme says. */
export type Target = EndpointTarget | DateTarget | DocumentTarget | EntraTarget;

/** Every kind of target there is. */
const KINDS: TargetKind<Target>[] = [endpointKind, dateKind, entraKind, documentKind('jwks'), documentKind('saml')];

const BY_SCHEME = new Map(KINDS.flatMap((kind) => kind.schemes.map((scheme) => [scheme, kind])));

const NAMINGS = KINDS.flatMap(({ naming }) => naming ?? []);

/** The prefixes of targets that have names of their own. */
export const PREFIXES: readonly string[] = NAMINGS.map(({ prefix }) => prefix);

/** What stands before the links of targets that are told by it (TargetKind.mark), for a pattern: `jwks|…`. */
export const MARKS: string = KINDS.flatMap(({ mark }) => mark ?? []).join('|');

/** The prefixes that mean something by themselves. */
export const LONE_PREFIXES: readonly string[] = NAMINGS.filter(({ alone }) => alone).map(({ prefix }) => prefix);

/** What the operators have to allow in a conversation before it is looked at for it (TargetKind.restricted). */
export const RESTRICTED: readonly string[] = KINDS.filter(({ restricted }) => restricted).map(
  ({ schemes: [first] }) => first!,
);

/** Which of RESTRICTED a target is; null: it is free for everybody. */
export function restrictionOf(uri: string): string | null {
  const { restricted, schemes } = kindOf(uri);
  return restricted ? schemes[0]! : null;
}

/** What two URIs have in common that mean the same target. */
export function identityOf(uri: string): string {
  const kind = kindOf(uri);
  return kind.identity?.(kind.read(uri)) ?? uri;
}

/** How targets with this prefix are typed. Throws on a prefix that no kind has. */
export function namingOf(prefix: string): Naming {
  const naming = NAMINGS.find((one) => one.prefix === prefix);
  if (!naming) throw new Error(`no kind of target is typed with ${prefix}:`);
  return naming;
}

/** Reads what begins as targets of one kind alone do (TargetKind.parse); null for anything else. */
export function parseMarked(text: string, say: Say): { uri: string } | { problem: string } | null {
  for (const kind of KINDS) {
    const parsed = kind.parse?.(text, say) ?? null;
    if (parsed) return parsed;
  }
  return null;
}

function kindOf(uri: string): TargetKind<Target> {
  // Endpoints of a scheme that is not known any more can still be named, and unwatched.
  return BY_SCHEME.get(uri.slice(0, uri.indexOf(':'))) ?? endpointKind;
}

/** The canonical URI of a target: one target, one text. */
export function formatTarget(target: Target): string {
  return kindOf(`${target.scheme}:`).format(target);
}

/** Reads a canonical URI back. Throws on text that `formatTarget` cannot have written. */
export function readTarget(uri: string): Target {
  return kindOf(uri).read(uri);
}

/** The endpoint that a URI names; null when it names something that is not connected to. */
export function endpointOf(uri: string): EndpointTarget | null {
  return kindOf(uri) === endpointKind ? endpointKind.read(uri) : null;
}

/** Which host a target is on, of applications their directory; null where it is on none. */
export function hostOf(uri: string): string | null {
  const target = readTarget(uri);
  if ('app' in target) return 'entra:';
  if ('url' in target) return new URL(target.url).hostname;
  return 'host' in target ? target.host : null;
}

/** Whether a target is a document, which lists what others use. */
export function isDocument(uri: string): boolean {
  return kindOf(uri).mark !== undefined;
}

/** Whether a target is an application of a directory, or leads to them. */
export function isApplication(uri: string): boolean {
  return kindOf(uri) === entraKind;
}

/** The id of an application; null: it is none, or all of them. */
export function applicationOf(uri: string): string | null {
  return isApplication(uri) ? entraKind.read(uri).app : null;
}

/** Whether looks at a target connect to something. */
export function connects(uri: string): boolean {
  return kindOf(uri).connects;
}

/** How a target is shown to people: `example.com`, or `example.com:8443` when the port is not the usual one. */
export function displayTarget(uri: string): string {
  const kind = kindOf(uri);
  return kind.display(kind.read(uri));
}

/** The same where there is little room: documents by their host alone. */
export function briefTarget(uri: string): string {
  const kind = kindOf(uri);
  return kind.brief(kind.read(uri));
}

/** How a target is typed in a command; see TargetKind.typed. */
export function typedTarget(uri: string, given?: string): string {
  const kind = kindOf(uri);
  return kind.typed(kind.read(uri), given);
}
