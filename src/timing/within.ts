/**
 * What the work comes to, if it ends within so many milliseconds; else what `late` says, which may throw. Rejects as
 * the work does. The work itself goes on: who can end it does so in `late`.
 */
export async function within<T, L>(work: Promise<T>, milliseconds: number, late: () => L): Promise<T | Awaited<L>> {
  const { promise, resolve, reject } = Promise.withResolvers<L>();
  const timer = setTimeout(() => {
    try {
      resolve(late());
    } catch (error) {
      reject(error as Error);
    }
  }, milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
