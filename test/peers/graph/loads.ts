/** What a mailbox, or all together, was asked so far. */
interface Load {
  running: number;
  requests: number;
  mostAtOnce: number;
}

/** Counts requests, by mailbox and together (null). */
export function createLoads() {
  const loads = new Map<string | null, Load>();

  function loadOf(mailbox: string | null): Load {
    const key = mailbox?.toLowerCase() ?? null;
    const load = loads.get(key) ?? { running: 0, requests: 0, mostAtOnce: 0 };
    loads.set(key, load);
    return load;
  }

  return {
    /** A request begins; `ofMailbox` is how many of that mailbox are under way now, this one included. */
    begin(mailbox: string | null): { ofMailbox: number; end: () => void } {
      const counted = mailbox === null ? [loadOf(null)] : [loadOf(null), loadOf(mailbox)];
      for (const load of counted) {
        load.running += 1;
        load.requests += 1;
        load.mostAtOnce = Math.max(load.mostAtOnce, load.running);
      }
      return {
        ofMailbox: mailbox === null ? 0 : loadOf(mailbox).running,
        end() {
          for (const load of counted) load.running -= 1;
        },
      };
    },
    of(mailbox: string | null): { requests: number; mostAtOnce: number } {
      const { requests, mostAtOnce } = loadOf(mailbox);
      return { requests, mostAtOnce };
    },
  };
}
