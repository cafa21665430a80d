import { distance } from 'fastest-levenshtein';

type Environment = Record<string, string | undefined>;

/** Variables of this bot that the configuration itself does not read: those of `@azure/identity` and Node.js. */
const READ_ELSEWHERE = [
  'AZURE_ADDITIONALLY_ALLOWED_TENANTS',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN',
  'AZURE_PASSWORD',
  'AZURE_REGIONAL_AUTHORITY_NAME',
  'AZURE_TOKEN_CREDENTIALS',
  'AZURE_USERNAME',
  'NODE_EXTRA_CA_CERTS',
];
/** What begins like this is meant for this bot, whatever comes after it. */
const OURS = /^(?:PROBE_|SLACK_|GRAPH_|METRICS?_|MicrosoftApp)/i;
/** Names of others that are near to ours. */
const OTHERS = /^(?:HTTP_PROXY|ALL_PROXY|HOSTNAME|HOSTTYPE|PORTS?|HOSTS?|LOGNAME)$/i;
/** What Kubernetes sets for a service: SLACK_SERVICE_HOST, SLACK_PORT_443_TCP_ADDR … */
const SERVICE_LINK = /_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/;
/** A name as short as this is nobody's misspelling. */
const SHORTEST = 6;
/** So many letters may differ. */
const NEAR = 2;

/** Whether Kubernetes set a variable for a service of that name, such as METRICS_PORT=tcp://10.0.0.1:9464. */
function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value));
}

/**
 * An environment without what is empty, as in `.env` files, without white space around values (Windows ends lines by two
 * characters), and without what Kubernetes set for services.
 */
export function ownVariables(env: Environment): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value = '']): [string, string][] => {
    const own = value.trim();
    return own === '' || isServiceLink(name, own) ? [] : [[name, own]];
  });
  return Object.fromEntries(kept);
}

/** A sentence for each of these variables whose value is in quotes: not every reader of files takes them away. */
export function quoted(env: Record<string, string>, known: readonly string[]): string[] {
  const names = known.filter((name) => /^(["']).*\1$/s.test(env[name]?.trim() ?? ''));
  return names.map(
    (name) =>
      `${name} is in quotes, which are part of its value here, as docker run takes it from a file; leave them out`,
  );
}

function nearest(name: string, known: string[]): { right: string; away: number } {
  const lower = name.toLowerCase();
  const measured = known.map((right) => ({ right, away: distance(right.toLowerCase(), lower) }));
  return measured.toSorted((a, b) => a.away - b.away)[0]!;
}

/**
 * A sentence for each variable that seems to be meant for this bot and that it does not know, with the name that was
 * probably meant. `known` are the names that the configuration reads.
 */
export function misspelt(env: Record<string, string>, known: readonly string[]): string[] {
  const names = [...known, ...READ_ELSEWHERE];
  const sentences: string[] = [];
  for (const name of Object.keys(env)) {
    if (names.includes(name) || OTHERS.test(name) || name.length < SHORTEST) continue;
    const { right, away } = nearest(name, names);
    if (away > NEAR && !OURS.test(name)) continue;
    sentences.push(`${name} is no variable of this bot and changes nothing; did you mean ${right}?`);
  }
  return sentences;
}
