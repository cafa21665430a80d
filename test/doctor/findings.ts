import assert from 'node:assert/strict';
import { examineEnvironment, type Finding } from '../../src/doctor/doctor.ts';
import { parseTarget } from '../../src/core/targets/endpoint.ts';
import { EN } from '../support/certificate-facts.ts';
import { silentLog } from '../sources/tls/silent-log.ts';

export type Findings = Record<Finding['check'], Finding>;

/** Names of variables whose values nobody is to read. */
const SECRET = /TOKEN|SECRET|Password|KEY/;

/**
 * Everything that the doctor finds with these variables, by check. Fails when one of them is told that is a secret. Names
 * and handshakes are tried with `target`; with an address in a documentation range unless given, which is refused at
 * once.
 */
export async function findingsWith(
  env: Record<string, string>,
  { timeout = 10_000, target = '192.0.2.1' }: { timeout?: number; target?: string } = {},
): Promise<Findings> {
  const parsed = parseTarget(target, EN);
  assert.ok(parsed.ok);
  const all = { DATABASE_URL: 'sqlite::memory:', ...env };
  const options = { env: all, say: EN, timeout, target: parsed.target, log: silentLog, now: () => Date.now() };
  const findings = await Promise.all(examineEnvironment(options));
  const told = JSON.stringify(findings);
  for (const [name, value] of Object.entries(env))
    if (SECRET.test(name)) assert.ok(!told.includes(value), `${name} is told: ${told}`);
  // The configuration is told of in one finding for each thing that is wrong with it, and a word on the rest.
  return Object.fromEntries(findings.toReversed().map((finding) => [finding.check, finding])) as Findings;
}

/** `outcome`, and that sentence and remedy together say so. */
export function assertFound(finding: Finding, outcome: Finding['outcome'], ...says: (string | RegExp)[]): void {
  const text = `${finding.sentence} ${finding.remedy ?? ''}`;
  assert.equal(finding.outcome, outcome, text);
  assert.equal(finding.remedy === null, outcome === 'fine' || outcome === 'unused', text);
  for (const each of says) assert.ok(typeof each === 'string' ? text.includes(each) : each.test(text), text);
}
