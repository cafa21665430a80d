/** So many rows are read or stored at a time. */
const CHUNK = 50;

/** A list in pieces. */
export function* chunksOf<T>(all: T[], size = CHUNK): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
