import type { Executor } from './dialect.ts';

type Operation = (executor: Executor, ...rest: never[]) => unknown;
type Bound<T> = T extends (executor: Executor, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** Operations as they are called where the executor is settled: they take it first, and here need it no more. */
export function bound<T extends Record<string, Operation>>(executor: Executor, operations: T) {
  const entries = Object.entries(operations).map(([name, operation]) => [name, operation.bind(null, executor)]);
  return Object.fromEntries(entries) as { [Name in keyof T]: Bound<T[Name]> };
}
