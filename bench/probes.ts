import { endpointAt, type Endpoint } from './endpoints.ts';
import { createSClient, findJemalloc, findProgram, startBlackbox, startOurs, type Contender } from './contenders.ts';
import { startFarm } from './farm.ts';
import { judged, median, table } from './figures.ts';
import { cpuOf } from './processes.ts';

/** Our processor time in proportion to blackbox's, at most; and with jemalloc. */
const TARGET = 0.7;
const TARGET_JEMALLOC = 0.65;
/** Chains of the farm: half of them RSA-2048, half P-256. */
const LEAVES = 16;
const JEMALLOC = 'ours, jemalloc';

export interface ProbesOptions {
  folder: string;
  rounds: number;
  /** Probes of each contender in each round. */
  probes: number;
  say: (line: string) => void;
  /** What is to be closed at the end, however it comes. */
  keep: (closing: () => Promise<void>) => void;
}

/** Endpoints of one address each, over all leaves in turn. */
function endpointsOf(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, index) => ({
    ...endpointAt(index, LEAVES),
    name: `l${index % LEAVES}.bench.test`,
  }));
}

/** Processor time per probe, milliseconds, by contender, round by round. */
async function race(
  contenders: Contender[],
  endpoints: Endpoint[],
  rounds: number,
  say: (line: string) => void,
): Promise<Map<string, number[]>> {
  for (const contender of contenders) await contender.probe([...endpoints, ...endpoints]);
  const spent = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const before = contender.cpu();
      await contender.probe(endpoints);
      spent.get(contender.name)!.push((contender.cpu() - before) / endpoints.length);
    }
    say(
      `  round ${round + 1} of ${rounds}: ${[...spent].map(([name, each]) => `${name} ${each.at(-1)!.toFixed(3)}`).join(', ')} ms`,
    );
  }
  return spent;
}

/**
 * Measures processor time per probe beside others, on the same endpoints; says what it finds. Returns whether the
 * targets are met.
 */
export async function runProbes({ folder, rounds, probes, say, keep }: ProbesOptions): Promise<boolean> {
  say(
    `\nProcessor time per probe (client only): ${rounds} rounds of ${probes} probes each, chains of RSA-2048 and of P-256 in turn`,
  );
  const farm = await startFarm({ folder, leaves: LEAVES, rsaEvery: 2, processes: 2 });
  keep(farm.close);
  const endpoints = endpointsOf(probes);
  const contenders: Contender[] = [];
  async function enter(contender: Contender): Promise<void> {
    contenders.push(contender);
    keep(contender.close);
  }
  await enter(await startOurs(farm, { name: 'ours', preload: null }));
  const jemalloc = findJemalloc();
  if (jemalloc) await enter(await startOurs(farm, { name: JEMALLOC, preload: jemalloc }));
  else say('  libjemalloc.so.2 is not installed (Debian: libjemalloc2): that column is left out');
  const blackbox = findProgram('prometheus-blackbox-exporter') ?? findProgram('blackbox_exporter');
  if (blackbox) await enter(await startBlackbox(farm, { program: blackbox, folder, endpoints }));
  else say('  prometheus-blackbox-exporter is not installed: that column is left out');
  const openssl = findProgram('openssl');
  if (openssl) await enter(createSClient(farm, openssl));
  else say('  openssl is not installed: that column is left out');
  const farmBefore = farm.pids().map((pid) => cpuOf(pid));
  const spent = await race(contenders, endpoints, rounds, say);
  const farmSpent = farm.pids().reduce((sum, pid, index) => sum + cpuOf(pid) - farmBefore[index]!, 0);
  say(`  (the farm itself: ${(farmSpent / (probes * contenders.length * (rounds + 2))).toFixed(3)} ms per handshake)`);
  for (const contender of contenders) await contender.close();
  await farm.close();

  const base = spent.get('blackbox');
  const ratios = (name: string): number[] => base?.map((each, round) => spent.get(name)![round]! / each) ?? [];
  const rows = [...spent].map(([name, each]) => {
    const ratio = base ? median(ratios(name)).toFixed(2) : '–';
    return [name, median(each).toFixed(3), Math.min(...each).toFixed(3), Math.max(...each).toFixed(3), ratio];
  });
  say(table([['', 'median ms', 'min', 'max', 'of blackbox'], ...rows]));
  if (!base) return false;
  const plain = median(ratios('ours'));
  const loaded = spent.has(JEMALLOC) ? median(ratios(JEMALLOC)) : null;
  say(judged(`  target: at most ${TARGET} of blackbox: ${plain.toFixed(2)}`, plain <= TARGET));
  if (loaded !== null)
    say(judged(`  target: at most ${TARGET_JEMALLOC} with jemalloc: ${loaded.toFixed(2)}`, loaded <= TARGET_JEMALLOC));
  return plain <= TARGET && (loaded === null || loaded <= TARGET_JEMALLOC);
}
