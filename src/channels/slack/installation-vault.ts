import type { Installation as ProviderInstallation } from '@slack/oauth';
import { DeliveryError } from '../../core/errors.ts';
import type { Installation } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Store } from '../../core/ports/store.ts';
import type { Instant } from '../../core/time.ts';
import { installedTenant, kept, type StoredAccess } from './installation-record.ts';
import type { Seal } from './sealing.ts';

const CHANNEL = 'slack';

interface VaultOptions {
  store: Pick<Store, 'saveInstallation' | 'findInstallation' | 'deleteInstallation' | 'listInstallations'>;
  seal: Seal;
  log: Log;
  now: () => Instant;
  /** Where somebody installs the bot, as browsers see it. */
  installAddress: () => string;
}

interface Holdings extends VaultOptions {
  /** Workspaces that are known to have installed the bot by themselves: all of them once `check` has run. */
  installed: Set<string>;
  /** Workspaces whose sealed access cannot be opened and that the log has been told of. */
  reported: Set<string>;
  /**
   * Refreshed access that could not be stored. The refresh token in the store has been used up by then, so that losing
   * these would mean to install again.
   */
  unsaved: Map<string, Installation>;
}

/** What is kept of an installation, opened. */
interface Opened {
  access: StoredAccess;
  installedAt: Instant;
}

/** Access to workspaces, sealed in the store under the id of the workspace or organisation (`tenantId`). */
export function createVault(options: VaultOptions) {
  const holdings: Holdings = { ...options, installed: new Set(), reported: new Set(), unsaved: new Map() };
  return {
    /** An installation, or access that was refreshed: then it has the metadata that `asProvided` gave it. */
    save: (installation: ProviderInstallation): Promise<void> => save(holdings, installation),
    /**
     * Null where the bot is not installed. Throws DeliveryError `refused` (401) when the access cannot be opened, which
     * the log is told of once.
     */
    open: (tenantId: string): Promise<Opened | null> => open(holdings, tenantId),
    isInstalled: (tenantId: string): boolean => holdings.installed.has(tenantId),
    /** Unless it was installed after `happenedAt`. Says whether something was forgotten. */
    forget: (tenantId: string, happenedAt: Instant): Promise<boolean> => forget(holdings, tenantId, happenedAt),
    /**
     * Names workspaces whose access cannot be opened, and seals anew what an older key sealed. `settled` resolves when
     * nothing else can write a workspace's access any more.
     */
    check: (settled: (tenantId: string) => Promise<void>): Promise<{ installed: number; unreadable: number }> =>
      check(holdings, settled),
  };
}

export type Vault = ReturnType<typeof createVault>;

function contextOf(tenantId: string): string {
  return `${CHANNEL}:${tenantId}`;
}

async function save(holdings: Holdings, installation: ProviderInstallation): Promise<void> {
  const { store, seal, now, installed, reported, unsaved } = holdings;
  const tenantId = installedTenant(installation);
  const access = kept(installation);
  if (!tenantId || !access) throw new Error('The installation names no workspace or no bot.');
  const sealed = seal.seal(JSON.stringify(access), contextOf(tenantId));
  const installedAt = installation.metadata === undefined ? now() : Number(installation.metadata);
  const row = { channel: CHANNEL, tenantId, sealed, installedAt };
  if (installation.metadata !== undefined) unsaved.set(tenantId, row);
  await store.saveInstallation(row);
  installed.add(tenantId);
  unsaved.delete(tenantId);
  reported.delete(tenantId);
}

async function open(holdings: Holdings, tenantId: string): Promise<Opened | null> {
  const row = await find(holdings, tenantId);
  if (!row) return null;
  const plain = holdings.seal.unseal(row.sealed, contextOf(tenantId));
  if (plain === null) {
    reportUnreadable(holdings, tenantId);
    // Status 401: about our own credentials, which get mended; nothing is lost until then.
    throw new DeliveryError('refused', 'The access to this Slack workspace was stored with another SECRET_KEY.', {
      status: 401,
    });
  }
  return { access: JSON.parse(plain) as StoredAccess, installedAt: row.installedAt };
}

/**
 * The stored row, after storing what could not be stored earlier, unless the workspace removed the bot or installed
 * anew since.
 */
async function find({ store, unsaved }: Holdings, tenantId: string): Promise<Installation | null> {
  const row = await store.findInstallation(CHANNEL, tenantId);
  const late = unsaved.get(tenantId);
  if (!late) return row;
  const isCurrent = row?.installedAt === late.installedAt;
  if (isCurrent) await store.saveInstallation(late);
  unsaved.delete(tenantId);
  return isCurrent ? late : row;
}

function reportUnreadable({ reported, log, installAddress }: Holdings, tenantId: string): void {
  if (reported.has(tenantId)) return;
  reported.add(tenantId);
  log.error(
    { tenantId },
    `The access to this Slack workspace was stored with another SECRET_KEY. Put the old key behind the new one, or install the bot again: ${installAddress()}`,
  );
}

async function forget({ store, log, installed }: Holdings, tenantId: string, happenedAt: Instant): Promise<boolean> {
  const row = await store.findInstallation(CHANNEL, tenantId);
  if (!row || row.installedAt > happenedAt) return false;
  await store.deleteInstallation(CHANNEL, tenantId);
  installed.delete(tenantId);
  log.info({ tenantId }, 'The bot was removed from a Slack workspace.');
  return true;
}

async function check(
  holdings: Holdings,
  settled: (tenantId: string) => Promise<void>,
): Promise<{ installed: number; unreadable: number }> {
  const { store, seal, installed } = holdings;
  const rows = await store.listInstallations(CHANNEL);
  let unreadable = 0;
  for (const row of rows) {
    installed.add(row.tenantId);
    const sealed = seal.reseal(row.sealed, contextOf(row.tenantId));
    if (sealed === null) {
      unreadable += 1;
      reportUnreadable(holdings, row.tenantId);
    } else if (sealed !== row.sealed) {
      await settled(row.tenantId);
      await reseal(store, row, sealed);
    }
  }
  return { installed: rows.length, unreadable };
}

/** Unless somebody has written it meanwhile: a refreshed token, or a new installation. */
async function reseal(store: VaultOptions['store'], row: Installation, sealed: string): Promise<void> {
  const current = await store.findInstallation(CHANNEL, row.tenantId);
  if (current?.sealed === row.sealed) await store.saveInstallation({ ...row, sealed });
}
