import { z } from 'zod';
import type { ActionRequest, CardAction } from '../../core/card.ts';

type Choose = Extract<CardAction, { kind: 'choose' }>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const nameSchema = z.string().min(1).max(100);
const dataSchema = z.record(z.string().max(100), z.unknown());
const valueSchema = z.tuple([nameSchema, dataSchema]);
const elementSchema = z.object({
  type: z.string(),
  action_id: z.string().max(255).nullish().catch(undefined),
  value: z.string().max(2000).nullish(),
  selected_option: z.object({ value: z.string().max(2000).nullish() }).nullish(),
  selected_user: z.string().max(100).nullish(),
});
/** What the id of a menu says that chooses: the action, and where in its data the choice goes. */
const choiceSchema = z.tuple([nameSchema, dataSchema, nameSchema]);
const CHOICE = /^choose:\d+:/;

/**
 * What a button or a menu entry carries, short enough for a menu entry where the action is a small one:
 * `["show-row",{"watch":12}]`.
 */
export function pressValue({ name, data }: ActionRequest): string {
  return JSON.stringify([name, data]);
}

/** The id of a menu, the `index`-th of its message: what happens with a choice, `choose:0:["snooze",{"watch":12},"until"]`. */
export function choiceId({ action, input }: Pick<Choose, 'action' | 'input'>, index: number): string {
  return `choose:${index}:${JSON.stringify([action.name, action.data, input])}`;
}

/** Whether the pressed element carries nothing, as links do: they open by themselves. */
export function isBare(element: unknown): boolean {
  const parsed = elementSchema.safeParse(element);
  if (!parsed.success) return false;
  const { selected_option: option, selected_user: user, value } = parsed.data;
  return !option?.value && !user && !value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function scalarsOf(fields: Record<string, unknown>): ActionRequest['data'] {
  const data: ActionRequest['data'] = {};
  for (const [key, each] of Object.entries(fields)) {
    const kept = scalar.safeParse(each);
    if (kept.success) data[key] = kept.data;
  }
  return data;
}

/** What the pressed element of a block_actions payload carries; null for links and for anything that is not of ours. */
export function readPress(element: unknown): { action: ActionRequest } | null {
  const parsed = elementSchema.safeParse(element);
  if (!parsed.success) return null;
  const { action_id: id, selected_option: option, selected_user: user, value: own } = parsed.data;
  const value = option?.value ?? user ?? own;
  if (!value) return null;
  if (id && CHOICE.test(id)) {
    const read = choiceSchema.safeParse(parsedJson(id.replace(CHOICE, '')));
    if (!read.success) return null;
    const [name, fields, input] = read.data;
    return { action: { name, data: { ...scalarsOf(fields), [input]: value } } };
  }
  const read = valueSchema.safeParse(parsedJson(value));
  if (!read.success) return null;
  const [name, fields] = read.data;
  return { action: { name, data: scalarsOf(fields) } };
}
