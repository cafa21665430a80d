/** Hears of an item that was left out, and why. */
export type LeftOut<T> = (error: unknown, item: T) => void;

/**
 * What `make` makes of each item, in their order, one after the other as they are asked for. One for which it throws is
 * left out, and told: it breaks nothing but itself.
 */
export function* sound<T, R>(items: Iterable<T>, make: (item: T) => R, leftOut: LeftOut<T>): Generator<R, undefined> {
  for (const item of items) {
    let made: R;
    try {
      made = make(item);
    } catch (error) {
      leftOut(error, item);
      continue;
    }
    yield made;
  }
}
