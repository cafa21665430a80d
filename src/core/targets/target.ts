import { dateKind, type DateTarget } from './date.ts';
import { endpointKind, type EndpointTarget } from './endpoint.ts';
import type { Naming, TargetKind } from './kind.ts';

/** What is looked at. Which kind it is, its scheme says. */
export type Target = EndpointTarget | DateTarget;

/** Every kind of target there is. */
const KINDS: TargetKind<Target>[] = [endpointKind, dateKind];

const BY_SCHEME = new Map(KINDS.flatMap((kind) => kind.schemes.map((scheme) => [scheme, kind])));

const NAMINGS = KINDS.flatMap(({ naming }) => naming ?? []);

/** The prefixes of targets that have names of their own. */
export const PREFIXES: readonly string[] = NAMINGS.map(({ prefix }) => prefix);

/** How targets with this prefix are typed. Throws on a prefix that no kind has. */
export function namingOf(prefix: string): Naming {
  const naming = NAMINGS.find((one) => one.prefix === prefix);
  if (!naming) throw new Error(`no kind of target is typed with ${prefix}:`);
  return naming;
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

/** Whether looks at a target connect to something. */
export function connects(uri: string): boolean {
  return kindOf(uri).connects;
}

/** How a target is shown to people: `example.com:443`. */
export function displayTarget(uri: string): string {
  const kind = kindOf(uri);
  return kind.display(kind.read(uri));
}

/** The same where there is little room: `example.com`, or `example.com:8443` when the port is not the usual one. */
export function briefTarget(uri: string): string {
  const kind = kindOf(uri);
  return kind.brief(kind.read(uri));
}

/** How a target is typed in a command; see TargetKind.typed. */
export function typedTarget(uri: string, given?: string): string {
  const kind = kindOf(uri);
  return kind.typed(kind.read(uri), given);
}
