import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { DAY } from '../src/core/time.ts';
import { isAlert, judge, type Judgement } from './judge.ts';
import { argumentsOf, readOptions, USAGE, type Options } from './options.ts';
import { reportOf, verdictsOf } from './report.ts';
import { worldOf } from './scenarios.ts';
import { simulateYear, ZONE } from './year.ts';

/** A Monday. */
const BEGIN = Date.UTC(2027, 0, 4, 9);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function simulate(seed: number, { days, hosts, messages }: Options): Promise<Judgement> {
  const began = performance.now();
  const world = worldOf({ from: BEGIN, until: BEGIN + days * DAY, seed }, hosts);
  const { arrivals, looks, beats, notes } = await simulateYear(world, seed);
  if (messages)
    for (const { at, isEdit, about, summary } of arrivals)
      say(
        `${new Date(at).toISOString()} ${isAlert({ about, isEdit }) ? 'send' : isEdit ? 'edit' : 'answer'} ${summary}`,
      );
  const took = ((performance.now() - began) / 1000).toFixed(0);
  say(`seed ${seed}: ${world.hosts.length} hosts, ${days} days, ${looks} looks, ${beats} beats, ${took} s`);
  for (const [note, number] of notes) say(`  logged ${number} times: ${note}`);
  return judge(world, arrivals, { seed, zone: ZONE });
}

/** The same in a process of its own. */
async function elsewhere(seed: number, options: Options): Promise<Judgement> {
  const child = spawn(process.execPath, [import.meta.filename, ...argumentsOf(options, seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [found] = JSON.parse(await text(child.stdout)) as Judgement[];
  return found!;
}

async function simulateAll(options: Options): Promise<Judgement[]> {
  const { seeds } = options;
  const [only] = seeds;
  if (seeds.length === 1 && only !== undefined) return [await simulate(only, options)];
  const left = [...seeds];
  const found: Judgement[] = [];
  async function work(): Promise<void> {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) found.push(await elsewhere(seed, options));
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return found.toSorted((a, b) => a.seed - b.seed);
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const years = await simulateAll(options);
  console.log(options.json ? JSON.stringify(years, null, 2) : reportOf(years).join('\n'));
  return verdictsOf(years).every(({ holds }) => holds) ? 0 : 1;
}

process.exitCode = await main();
