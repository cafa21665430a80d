import { z } from 'zod';
import type { ActionRequest } from '../../core/card.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const valueSchema = z.tuple([z.string().min(1).max(100), z.record(z.string().max(100), z.unknown())]);
const elementSchema = z.object({
  type: z.string(),
  value: z.string().max(2000).nullish(),
  selected_option: z.object({ value: z.string().max(2000).nullish() }).nullish(),
});

/**
 * What a button or a menu entry carries, short enough for a menu entry where the action is a small one:
 * `["show-row",{"watch":12}]`.
 */
export function pressValue({ name, data }: ActionRequest): string {
  return JSON.stringify([name, data]);
}

/** Whether the pressed element carries nothing, as links do: they open by themselves. */
export function isBare(element: unknown): boolean {
  const parsed = elementSchema.safeParse(element);
  return parsed.success && !parsed.data.selected_option?.value && !parsed.data.value;
}

/** What the pressed element of a block_actions payload carries; null for links and for anything that is not of ours. */
export function readPress(element: unknown): { action: ActionRequest } | null {
  const parsed = elementSchema.safeParse(element);
  const value = parsed.success ? (parsed.data.selected_option?.value ?? parsed.data.value) : null;
  if (!value) return null;
  let carried: unknown;
  try {
    carried = JSON.parse(value);
  } catch {
    return null;
  }
  const read = valueSchema.safeParse(carried);
  if (!read.success) return null;
  const [name, fields] = read.data;
  const data: ActionRequest['data'] = {};
  for (const [key, each] of Object.entries(fields)) {
    const kept = scalar.safeParse(each);
    if (kept.success) data[key] = kept.data;
  }
  return { action: { name, data } };
}
