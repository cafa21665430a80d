/**
 * Remembers the last `limit` things that succeeded, by key, so that repeated deliveries are answered alike and nothing
 * is done twice. What came to nothing, or failed, is shared by those who wait for it and may then be tried again.
 */
export function createOnce(limit = 1000) {
  const outcomes = new Map<string, Promise<boolean>>();
  return function once(key: string, act: () => Promise<boolean>): Promise<boolean> {
    const known = outcomes.get(key);
    if (known) return known;
    const outcome = act();
    outcomes.set(key, outcome);
    outcome.then(
      (succeeded) => succeeded || outcomes.delete(key),
      () => outcomes.delete(key),
    );
    if (outcomes.size > limit) outcomes.delete(outcomes.keys().next().value!);
    return outcome;
  };
}
