import type { Observation } from '../core/certificates/certificate.ts';
import type { Conversation } from '../core/model/conversation.ts';
import type { FlowContext } from './context.ts';

/** What was seen, judged by what this conversation trusts: the bot's authorities, and its own (`trust add`). */
export function ownView<T extends Observation | null>(
  { anchors }: Pick<FlowContext, 'anchors'>,
  { settings }: Pick<Conversation, 'settings'>,
  observation: T,
): T {
  const own = settings.anchors ?? [];
  if (observation === null || own.length === 0) return observation;
  const pems = own.map(({ pem }) => pem);
  return anchors.judge(observation, pems) as T;
}
