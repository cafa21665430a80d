import type { Failure, Observation } from '../certificates/certificate.ts';
import type { Target } from '../targets/target.ts';

/* ------------------------------------------------------------------ sources */

/** Code that observes targets of some schemes. */
export interface Source {
  /** URI schemes it observes, e.g. ["tls"]. */
  readonly schemes: readonly string[];
  /**
   * Looks once. Never throws and never hangs: whatever happens is in the Observation. `thorough`: what
   * Observation.thorough says, as well. `awaited`: somebody waits for this very look. `asked`: a person's word causes it,
   * so that of a name with many addresses only some are looked at (Observation.outOf). `given`: what the command that
   * asks for the look tells of the target besides (Naming). `trusted`: authorities that the conversations trust for
   * which it looks, PEM: whom a certificate of theirs names may be asked about it.
   */
  observe(
    target: Target,
    options?: { thorough: boolean; awaited?: boolean; asked?: boolean; given?: string; trusted?: readonly string[] },
  ): Promise<Observation>;
  /**
   * The targets (URIs) that go by a name, for sources that know names (Naming.settle): none, or several that are called
   * alike. Never throws and never hangs.
   */
  find?(name: string): Promise<{ uris: string[] } | { failure: Failure }>;
  /** Frees what it holds (child processes, sockets). */
  close(): Promise<void>;
}

/** Finds out which servers take mail for a domain. */
export interface MailExchangers {
  /**
   * Host names (A-labels, lower case) by preference, at least one and at most 20. `none`: neither MX nor address
   * records; `no-mail`: the domain says that it accepts none (RFC 7505); `resolver`: the DNS did not answer. Never
   * throws and never hangs.
   */
  exchangers(domain: string): Promise<{ hosts: string[] } | { failure: 'none' | 'no-mail' | 'resolver' }>;
}
