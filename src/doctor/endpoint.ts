import type { Source } from '../core/ports/source.ts';
import { failurePhrase } from '../core/certificates/failure-phrase.ts';
import { judge } from '../core/certificates/verdict.ts';
import type { Presented } from '../core/certificates/certificate.ts';
import type { Config } from '../config/config.ts';
import type { Say } from '../core/language/language.ts';
import { enumerate, expiryPhrase, shorten } from '../core/language/wording.ts';
import type { Log } from '../core/ports/log.ts';
import { unicodeHost, type EndpointTarget } from '../core/targets/endpoint.ts';
import { displayTarget, formatTarget } from '../core/targets/target.ts';
import { resolve } from '../sources/tls/resolve.ts';
import { StartError } from '../start-error.ts';
import { fileProblem, readAuthorities } from '../given-files.ts';
import { tlsSource } from '../source-list.ts';
import { fine, hint, wrong, type Verdict } from './verdict.ts';

const ADDRESSES_SHOWN = 4;

/** `timeout` is in milliseconds. */
export async function dnsVerdict(
  target: EndpointTarget,
  { dnsServers: servers }: Config,
  { say, timeout }: { say: Say; timeout: number },
): Promise<Verdict> {
  const host = unicodeHost(target.host);
  const resolver = servers.length > 0 ? 'servers' : 'own';
  const found = await resolve(target, { servers, timeout });
  if ('failure' in found) {
    const { code, detail = '' } = found.failure;
    if (code === 'name-not-found' || code === 'no-addresses' || code === 'alias-not-found')
      return wrong(say('doctor.dns.not-found', { host, resolver }), say('doctor.dns.not-found.remedy'));
    return wrong(say('doctor.dns.failed', { host, resolver, code: detail || code }), say('doctor.dns.failed.remedy'));
  }
  const { addresses } = found;
  if (addresses.length === 1 && addresses[0] === target.host) return fine(say('doctor.dns.literal', { host }));
  const listed = enumerate(addresses, ADDRESSES_SHOWN, say);
  return fine(say('doctor.dns.fine', { host, number: addresses.length, addresses: listed }));
}

/** One look as the bot looks: in a process of its own, by its policy and its proxy. `isAsked`: somebody named the target. */
export async function handshakeVerdict(
  { target, isAsked }: { target: EndpointTarget; isAsked: boolean },
  config: Config,
  { env, log, say, now }: { env: Record<string, string | undefined>; log: Log; say: Say; now: () => number },
): Promise<Verdict> {
  let source: Source;
  try {
    source = tlsSource(config, await readAuthorities(config.probe.caFile), env, log);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return wrong(
      say('doctor.handshake.ca', { file: config.probe.caFile ?? '', detail: fileProblem(error.cause) }),
      say('doctor.handshake.ca.remedy'),
    );
  }
  try {
    const { addresses, failure } = await source.observe(target, { thorough: false, awaited: true });
    const name = displayTarget(formatTarget(target));
    const presented = addresses.find((each): each is Presented => each.kind === 'presented');
    const [broken] = presented?.brokenOff ? judge(presented, target.servername ?? target.host, now(), say) : [];
    if (broken) return wrong(say('finding.about', { target: name, sentence: broken.sentence }), broken.advice);
    if (presented) {
      const [{ issuer, notAfter }] = presented.chain;
      const expires = expiryPhrase(notAfter, now(), say);
      return fine(say('doctor.handshake.fine', { target: name, issuer: shorten(issuer, 80), expires }));
    }
    const [first] = addresses;
    const why = failure ?? (first?.kind === 'failed' ? first.failure : { code: 'internal' as const });
    const remedy = say('doctor.handshake.failed.remedy');
    if (why.code === 'policy' && !isAsked) return hint(say('doctor.handshake.policy', { target: name }), remedy);
    return wrong(say('doctor.handshake.failed', { target: name, failure: failurePhrase(why, say) }), remedy);
  } finally {
    await source.close();
  }
}
