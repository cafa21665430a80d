// Child process for crash tests: writes to the store of the DATABASE_URL in argv until it is killed, one line of output
// per transaction.
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createStore } from '../../src/store/store.ts';

const databaseUrl = process.argv[2];
if (!databaseUrl) throw new Error('usage: store-writer.ts <database URL>');
const store = await createStore({ databaseUrl, log: pino({ level: 'silent' }) });
const conversation = {
  id: 'c1',
  channel: 'teams',
  kind: 'channel',
  tenantId: null,
  name: null,
  reference: {},
} as const;
await store.rememberConversation(conversation, 1);

const sending = {
  id: randomUUID(),
  conversationId: 'c1',
  thread: null,
  card: { summary: 's', title: 't', tone: 'good', language: 'en' },
} as const;
await store.putMessages([sending], 1);
await store.claimDeliveries(1, 1, 'a lease of the killed process', 60_000);
process.stdout.write(`${sending.id}\n`);

for (let n = 1; ; n++) {
  const uri = `tls://host-${n}.example:443`;
  await store.transaction(async (operations) => {
    const target = await operations.ensureTarget(uri);
    const entry = { at: n, conversationId: 'c1', actorId: 'u', actorName: 'Ada', verb: 'watch', subject: uri };
    await operations.recordAudit([entry]);
    await operations.addWatch({
      conversationId: 'c1',
      targetId: target.id,
      uri,
      ownerId: 'u',
      ownerName: 'Ada',
      ownerMailbox: null,
      ownerTimeZone: null,
      ownerLocale: null,
      ownerTenantId: null,
      policy: null,
      createdAt: n,
      createdBy: `i${n}`,
    });
  });
  process.stdout.write(`${n}\n`);
}
