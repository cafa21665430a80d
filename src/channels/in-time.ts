/** Whoever presses a button is answered within so many milliseconds: Teams says that something went wrong after ten to fifteen seconds. */
export const ANSWER_WITHIN = 4000;

/** What the work comes to, if it ends within `milliseconds`; null: it goes on. Rejects as the work does. */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<{ value: T } | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
