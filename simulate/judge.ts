import type { Fact } from '../src/core/about.ts';
import type { Arrival } from './chat.ts';
import { TLSENTINEL, toldOf, toldOfCuts, UPTIME_KUMA } from './others.ts';
import { isTold, risksOf, type Risk, type Telling } from './risks.ts';
import { uriOf, type Host, type World } from './world.ts';

/** Where a message is about hosts of several scenarios, and where it names none. */
export const SEVERAL = 'several at once';
export const NETWORK = "the bot's own network";
/** At most so much of what Uptime Kuma's rules send. */
export const MOST_OF_KUMA = 0.1;

export interface Row {
  scenario: string;
  hosts: number;
  sends: number;
  edits: number;
  kuma: number;
  sentinel: number;
  risks: number;
  told: number;
}

/** What a year came to, in numbers. */
export interface Judgement {
  seed: number;
  rows: Row[];
  total: Omit<Row, 'scenario'>;
  /** What was sent, as a share of what Uptime Kuma's rules send; messages about its own network are not counted. */
  ofKuma: number;
  /** Risks of which nobody was told in time. */
  missed: string[];
  /** Messages about hosts that renew by themselves. */
  needless: string[];
}

/** Whether it tells whether a host can be reached, which has nothing to do with renewals. */
function isOfReach({ kind, value }: Fact): boolean {
  return (kind === 'finding' || kind === 'fixed') && /^(?:unreachable|address(?::|$)|network)/.test(value);
}

/** What notifies people; answers are no alerts. */
export function isAlert({ about, isEdit }: Pick<Arrival, 'about' | 'isEdit'>): boolean {
  return !isEdit && about?.kind !== 'answer' && about?.kind !== 'progress';
}

function factsOf({ about }: Arrival): Fact[] {
  return about?.facts ?? [];
}

/** Which certificates' ends a message tells of. */
function tellingOf(arrival: Arrival): Telling {
  const ends = factsOf(arrival).flatMap(({ kind, target, value }) =>
    kind === 'stage' && target !== undefined ? [{ target, fingerprint: value.split('/', 1)[0]! }] : [],
  );
  return { at: arrival.at, ends };
}

function scenarioOf(arrival: Arrival, hosts: Map<string, Host>): string {
  const scenarios = new Set(factsOf(arrival).flatMap(({ target }) => hosts.get(target ?? '')?.scenario ?? []));
  const [only = NETWORK] = scenarios;
  return scenarios.size > 1 ? SEVERAL : only;
}

function describe({ host, life }: Risk): string {
  const { fingerprint, notAfter } = life.certificate;
  return `${host.name}: ${fingerprint.slice(0, 8)} ends ${new Date(notAfter).toISOString()}`;
}

function needlessOf(arrival: Arrival, hosts: Map<string, Host>): string[] {
  const found = factsOf(arrival).find((fact) => !isOfReach(fact) && hosts.get(fact.target ?? '')?.renewsItself);
  if (!found) return [];
  return [`${new Date(arrival.at).toISOString()} ${found.kind} ${found.value.slice(0, 24)}: ${arrival.summary}`];
}

/** Counts what arrived beside what other tools would have sent, and looks for what was not told. `zone`: IANA. */
export function judge(world: World, arrivals: Arrival[], { seed, zone }: { seed: number; zone: string }): Judgement {
  const hosts = new Map(world.hosts.map((host) => [uriOf(host), host]));
  const rows = new Map<string, Row>();
  const rowOf = (scenario: string): Row => {
    const none = { hosts: 0, sends: 0, edits: 0, kuma: 0, sentinel: 0, risks: 0, told: 0 };
    const row = rows.get(scenario) ?? { scenario, ...none };
    rows.set(scenario, row);
    return row;
  };
  const sent = arrivals.filter((arrival) => isAlert(arrival));
  const tellings = sent.map((arrival) => tellingOf(arrival));
  const missed: string[] = [];
  for (const [index, host] of world.hosts.entries()) {
    const phase = world.from + index * 7919;
    const row = rowOf(host.scenario);
    const risks = risksOf(host, world);
    const untold = risks.filter((risk) => !isTold(risk, tellings, zone));
    missed.push(...untold.map((risk) => describe(risk)));
    row.hosts += 1;
    row.risks += risks.length;
    row.told += risks.length - untold.length;
    row.kuma += toldOf(host, world, UPTIME_KUMA, phase);
    row.sentinel += toldOf(host, world, TLSENTINEL, phase);
    rowOf(NETWORK).kuma += toldOfCuts(host, world, UPTIME_KUMA, phase);
    rowOf(NETWORK).sentinel += toldOfCuts(host, world, TLSENTINEL, phase);
  }
  for (const arrival of sent) rowOf(scenarioOf(arrival, hosts)).sends += 1;
  const edits = arrivals.filter(({ isEdit, about }) => isEdit && about?.kind === 'alert');
  for (const arrival of edits) rowOf(scenarioOf(arrival, hosts)).edits += 1;
  const ordered = [...rows.values()].toSorted((a, b) => Number(a.hosts === 0) - Number(b.hosts === 0));
  const sum = (key: Exclude<keyof Row, 'scenario'>): number => ordered.reduce((all, row) => all + row[key], 0);
  const total = {
    ...{ hosts: sum('hosts'), sends: sum('sends'), edits: sum('edits') },
    ...{ kuma: sum('kuma'), sentinel: sum('sentinel'), risks: sum('risks'), told: sum('told') },
  };
  const needless = sent.flatMap((arrival) => needlessOf(arrival, hosts));
  return { seed, rows: ordered, total, ofKuma: total.sends / (total.kuma - rowOf(NETWORK).kuma), missed, needless };
}
