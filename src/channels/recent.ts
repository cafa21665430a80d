/** Remembers the last `limit` ids, to tell repeated deliveries; `add` is false for one that it knows. */
export function createRecent(limit = 1000) {
  const ids = new Set<string>();
  return {
    add(id: string): boolean {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > limit) ids.delete(ids.values().next().value!);
      return true;
    },
    forget(id: string): void {
      ids.delete(id);
    },
  };
}
