import { homeCard, type OwnedView } from '../../core/chat/cards/home.ts';
import type { Card } from '../../core/card.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import type { FlowContext } from '../context.ts';
import { identifiedOrAsGiven } from '../people/identify.ts';
import { sinceOf } from '../reminders/view.ts';
import { ownView } from '../trusted-view.ts';
import { sayFor } from './speaking.ts';

/** Whose page it is, and which part of it. */
export interface HomeRequest {
  channel: string;
  tenantId: string | null;
  actor: Actor;
  /** Through which the channel can be asked about the person: their direct chat. */
  conversation: ConversationInput;
  /** From 1; clamped. */
  page: number;
}

/** A page for one person alone: what they watch, wherever they typed it, first to expire first. */
export async function home(context: FlowContext, request: HomeRequest): Promise<Card> {
  const { store } = context;
  const { channel, tenantId, page, conversation: direct } = request;
  const actor = await identifiedOrAsGiven(context, request.actor, direct);
  const joined = await store.listWatchesByOwner(channel, tenantId, actor.id);
  const prints = [...new Set(joined.flatMap(({ target }) => target.state?.leaves ?? []))];
  const certificates = new Map((await store.getCertificates(prints)).map((one) => [one.fingerprint, one]));
  const episodes = await store.listEpisodes(joined.map(({ watch }) => watch.id));
  const views = joined.map(({ watch, conversation, target }) => ({
    watch,
    conversation,
    target: { ...target, observation: ownView(context, conversation, target.observation) },
    leaves: (target.state?.leaves ?? []).flatMap((print) => certificates.get(print) ?? []),
    policy: policyOf({ watch, conversation }),
    since: sinceOf(episodes.get(watch.id)),
  }));
  const leftOut = (error: unknown, { watch }: Pick<OwnedView, 'watch'>): void =>
    context.log.error({ err: error, watch: watch.id, target: watch.targetId }, 'a row of a list could not be shown');
  const stored = await store.findConversation(direct.id);
  const say = sayFor(context, actor, { kind: 'personal' }, stored);
  return homeCard(views, { page, now: context.now(), say, leftOut });
}
