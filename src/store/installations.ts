import type { Installation } from '../core/model/conversation.ts';
import { bound } from './bound.ts';
import { whole, type Executor } from './dialect.ts';
import type { InstallationRow } from './schema.ts';

function toInstallation(row: InstallationRow): Installation {
  return { channel: row.channel, tenantId: row.tenant_id, sealed: row.sealed, installedAt: row.installed_at };
}

async function saveInstallation({ db }: Executor, installation: Installation): Promise<void> {
  await db
    .insertInto('installations')
    .values({
      channel: installation.channel,
      tenant_id: installation.tenantId,
      sealed: installation.sealed,
      installed_at: whole(installation.installedAt),
    })
    .onConflict((conflict) =>
      conflict.columns(['channel', 'tenant_id']).doUpdateSet((eb) => ({
        sealed: eb.ref('excluded.sealed'),
        installed_at: eb.ref('excluded.installed_at'),
      })),
    )
    .execute();
}

async function findInstallation({ db }: Executor, channel: string, tenantId: string): Promise<Installation | null> {
  const row = await db
    .selectFrom('installations')
    .selectAll()
    .where('channel', '=', channel)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  return row ? toInstallation(row) : null;
}

async function deleteInstallation({ db }: Executor, channel: string, tenantId: string): Promise<void> {
  await db.deleteFrom('installations').where('channel', '=', channel).where('tenant_id', '=', tenantId).execute();
}

/** Ordered by tenant. */
async function listInstallations({ db }: Executor, channel: string): Promise<Installation[]> {
  const rows = await db
    .selectFrom('installations')
    .selectAll()
    .where('channel', '=', channel)
    .orderBy('tenant_id')
    .execute();
  return rows.map(toInstallation);
}

/** Who installed the bot by themselves, with what the channel sealed for them; see `StoreOperations`. */
export function createInstallations(executor: Executor) {
  return bound(executor, { saveInstallation, findInstallation, deleteInstallation, listInstallations });
}
