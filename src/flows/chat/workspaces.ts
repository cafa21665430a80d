import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';

/**
 * Beside the installations of Slack: workspaces that removed the bot, so that their return is noticed with a configured
 * token too.
 */
const LEFT = 'slack, left';

/** A workspace of Slack has removed the bot: what concerns its conversations stops, and what is known of them stays. */
export async function leave({ store, log, now }: FlowContext, tenantId: string): Promise<void> {
  const number = await store.setTenantGone('slack', tenantId, now());
  await store.saveInstallation({ channel: LEFT, tenantId, sealed: '', installedAt: now() });
  log.info({ tenantId, conversations: number }, 'a Slack workspace removed the bot; its data stays for 30 days');
}

/** It has the bot (again): its conversations go on where they were, and what waited for a token is sent. */
export async function resume(
  { store, now }: FlowContext,
  { kick }: Pick<Deliverer, 'kick'>,
  tenantId: string,
): Promise<void> {
  await store.deleteInstallation(LEFT, tenantId);
  await store.reviveTenant('slack', tenantId, now());
  await store.releaseMessages({ channel: 'slack' }, 'credentials', now());
  kick();
}

/** A token that works again belongs to a workspace that has the bot again. */
export async function resumeIfLeft(
  context: FlowContext,
  deliverer: Pick<Deliverer, 'kick'>,
  tenantId: string,
): Promise<void> {
  if (await context.store.findInstallation(LEFT, tenantId)) await resume(context, deliverer, tenantId);
}
