import { detailText } from '../failure.ts';
import { PreludeError } from '../wire.ts';

/** It speaks the protocol and does not turn to TLS. `said`: its own words or what is missing, as they are. */
export function noTls(said: string): PreludeError {
  return new PreludeError({ code: 'no-starttls', detail: detailText(said) });
}

/**
 * It does not speak the protocol, or speaks it only to send us away. `said`: its own words or what is wrong, as they
 * are.
 */
export function notSpoken(said: string): PreludeError {
  return new PreludeError({ code: 'protocol', detail: detailText(said) || 'an empty line' });
}
