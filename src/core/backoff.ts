/** A pause with up to a fifth of it left to chance (`random` in [0, 1)), so that replicas do not try in step. */
export function spread(pause: number, random: number): number {
  return pause * (0.8 + 0.2 * random);
}

/** A period that is up to 5 % shorter or longer by chance (`random` in [0, 1)): what began together drifts apart. */
export function jittered(period: number, random: number): number {
  return period * (0.95 + 0.1 * random);
}

/**
 * How long to wait before the next try after so many failures in a row, milliseconds: not at all after none, `first`
 * after one, `factor` times as long with each further one, `longest` at the most, see `spread`; and never less than a
 * peer `asked` for.
 */
export function backoff(
  failures: number,
  pauses: { first: number; longest: number; factor?: number; asked?: number | undefined; random?: number },
): number {
  const { first, longest, factor = 2, asked = 0, random = 1 } = pauses;
  if (failures < 1) return asked;
  return Math.max(asked, spread(Math.min(longest, first * factor ** (failures - 1)), random));
}

/**
 * The same where it is not tries that count: as long again as it has been waited for already, from `least` to `most`.
 */
export function asLongAgain(waited: number, { least, most }: { least: number; most: number }): number {
  return Math.min(most, Math.max(least, waited));
}
