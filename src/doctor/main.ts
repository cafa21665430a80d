import { EnvFileError, loadEnvFile } from '../config/env-file.ts';
import { sayIn } from '../core/language/language.ts';
import { parseTarget, type EndpointTarget } from '../core/targets/endpoint.ts';
import { examineEnvironment, lineOf } from './doctor.ts';

/** For each check, milliseconds. */
const WITHIN = 15_000;
/** What adapters would log is in the findings. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

const say = sayIn('en');

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function targetOrRefuse(text: string | undefined): EndpointTarget | null {
  if (text === undefined) return null;
  const parsed = parseTarget(text, say);
  if (parsed.ok) return parsed.target;
  return refuse(parsed.problem);
}

function envFileOrRefuse(): string[] {
  try {
    return loadEnvFile();
  } catch (error) {
    if (error instanceof EnvFileError) refuse(error.message);
    throw error;
  }
}

const target = targetOrRefuse(process.argv[2]);
const warnings = envFileOrRefuse();
const options = { env: process.env, warnings, say, timeout: WITHIN, target, log: SILENT, now: () => Date.now() };
let isWell = true;
for (const examining of examineEnvironment(options)) {
  const finding = await examining;
  isWell &&= finding.outcome !== 'wrong';
  process.stdout.write(`${lineOf(finding, say)}\n`);
}
// What was given up may still be waiting for its answer.
process.exit(isWell ? 0 : 1);
