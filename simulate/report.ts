import { MOST_OF_KUMA, type Judgement, type Row } from './judge.ts';

const HEADINGS = ['scenario', 'hosts', 'sends', 'edits', 'Uptime Kuma', 'TLSentinel', 'risks told'];
/** So many single messages are shown of what went wrong. */
const MOST_SHOWN = 12;

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function rounded(number: number): string {
  return Number.isInteger(number) ? String(number) : number.toFixed(1);
}

/** Columns as wide as they have to be; the first one is of words, the others of numbers. */
export function tableOf(lines: string[][]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
}

function cellsOf(name: string, rows: Omit<Row, 'scenario'>[]): string[] {
  const of = (key: keyof Omit<Row, 'scenario'>): string => rounded(mean(rows.map((row) => row[key])));
  const risks = `${of('told')}/${of('risks')}`;
  return [name, of('hosts'), of('sends'), of('edits'), of('kuma'), of('sentinel'), risks];
}

/** What has to hold, and whether it does. */
export function verdictsOf(years: Judgement[]): { sentence: string; holds: boolean }[] {
  const missed = years.reduce((sum, year) => sum + year.missed.length, 0);
  const risks = years.reduce((sum, { total }) => sum + total.risks, 0);
  const needless = years.reduce((sum, year) => sum + year.needless.length, 0);
  const share = mean(years.map(({ ofKuma }) => ofKuma));
  return [
    { sentence: `every risk is told in time: ${risks - missed} of ${risks}`, holds: missed === 0 },
    {
      sentence: `at most ${MOST_OF_KUMA} of what Uptime Kuma's rules send: ${share.toFixed(3)}`,
      holds: share <= MOST_OF_KUMA,
    },
    { sentence: `no host that renews by itself causes a message: ${needless}`, holds: needless === 0 },
  ];
}

function shown(title: string, lines: string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > MOST_SHOWN ? [`  and ${lines.length - MOST_SHOWN} more`] : [];
  return ['', title, ...lines.slice(0, MOST_SHOWN).map((line) => `  ${line}`), ...more];
}

/** What years came to, as people read it: by scenario (means of the seeds), by seed, and what has to hold. */
export function reportOf(years: Judgement[]): string[] {
  const scenarios = [...new Set(years.flatMap(({ rows }) => rows.map(({ scenario }) => scenario)))];
  const none = { hosts: 0, sends: 0, edits: 0, kuma: 0, sentinel: 0, risks: 0, told: 0 };
  const byScenario = scenarios.map((name) =>
    cellsOf(
      name,
      years.map(({ rows }) => rows.find(({ scenario }) => scenario === name) ?? none),
    ),
  );
  const bySeed = years.map(({ seed, total, ofKuma }) => [...cellsOf(`seed ${seed}`, [total]), ofKuma.toFixed(3)]);
  const totals = years.map(({ total }) => total);
  const all = [...cellsOf('mean', totals), mean(years.map(({ ofKuma }) => ofKuma)).toFixed(3)];
  return [
    ...tableOf([HEADINGS, ...byScenario, cellsOf('all', totals)]),
    '',
    ...tableOf([['', ...HEADINGS.slice(1), 'of Kuma'], ...bySeed, all]),
    ...years.flatMap(({ seed, missed }) => shown(`Not told in time (seed ${seed}):`, missed)),
    ...years.flatMap(({ seed, needless }) => shown(`About hosts that renew by themselves (seed ${seed}):`, needless)),
    '',
    ...verdictsOf(years).map(({ sentence, holds }) => `${holds ? '✓' : '✗'} ${sentence}`),
  ];
}
