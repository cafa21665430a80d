import type { Card } from '../../core/card.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import type { Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import { parseTarget } from '../../core/targets/endpoint.ts';
import { formatTarget } from '../../core/targets/target.ts';
import type { FlowContext } from '../context.ts';

/** Who watches what the bot itself depends on, in the operators' conversation. */
const SELF = 'certbot';

interface Own {
  /** Of the value that says where it is watched, so that who has ended it there is left alone. */
  key: 'own-endpoint' | 'own-database';
  uri: string;
  card: Card;
}

function ownOf({ settings }: FlowContext, say: Say): Own[] {
  const { publicUrl, ownDatabase } = settings;
  const address = publicUrl === null ? null : URL.parse(publicUrl);
  const typed = [
    { key: 'own-endpoint', what: 'endpoint', host: address?.protocol === 'https:' ? address.host : null },
    { key: 'own-database', what: 'database', host: ownDatabase },
  ] as const;
  return typed.flatMap(({ key, what, host }) => {
    const parsed = host === null ? null : parseTarget(host, say);
    if (!parsed?.ok) return [];
    const card = sentenceCard(say(`operators.${what}.title`), say(`operators.${what}`, { host: host! }), say);
    return [{ key, uri: formatTarget(parsed.target), card }];
  });
}

async function watchOne(
  { store, now, uuid }: FlowContext,
  { id: conversationId, tenantId }: Conversation,
  { key, uri, card }: Own,
): Promise<boolean> {
  return store.transaction(async (operations) => {
    const done = `${conversationId} ${uri}`;
    if ((await operations.getValue(key)) === done) return false;
    await operations.setValue(key, done);
    const target = await operations.ensureTarget(uri);
    const { created } = await operations.addWatch({
      conversationId,
      targetId: target.id,
      uri,
      ownerId: SELF,
      ownerName: SELF,
      ownerMailbox: null,
      ownerTimeZone: null,
      ownerLocale: await operations.getValue('operators-locale'),
      ownerTenantId: tenantId,
      policy: null,
      createdAt: now(),
      createdBy: key,
    });
    if (!created) return false;
    await operations.setTargetDue([target.id], now());
    const audit = { at: now(), conversationId, actorId: SELF, actorName: SELF, verb: 'watch', subject: uri };
    await operations.recordAudit([audit]);
    await operations.putMessages([{ id: uuid(), conversationId, thread: null, card }], now());
    return true;
  });
}

/**
 * The bot's own endpoint and the TLS of its database are watched like any other, in the operators' conversation, until
 * somebody there ends it. True where something was said.
 */
export async function watchOwn(context: FlowContext, place: Conversation, say: Say): Promise<boolean> {
  let isTold = false;
  for (const own of ownOf(context, say)) isTold = (await watchOne(context, place, own)) || isTold;
  return isTold;
}
