import { pino } from 'pino';
import type { Store } from '../../src/core/ports/store.ts';
import { createStore } from '../../src/store/store.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { conversationsContract } from './contract/conversations.ts';
import { inboundContract } from './contract/inbound.ts';
import { installationsContract } from './contract/installations.ts';
import { marksContract } from './contract/marks.ts';
import { incidentsContract } from './contract/incidents.ts';
import { observationsContract } from './contract/observations.ts';
import { outboxContract } from './contract/outbox.ts';
import { peopleContract } from './contract/people.ts';
import { remindersContract } from './contract/reminders.ts';
import { historyContract } from './contract/history.ts';
import { valuesContract } from './contract/values.ts';
import { watchesContract } from './contract/watches.ts';

const log = pino({ level: 'silent' });

for (const kind of databaseKinds) {
  describe(`the store on ${kind.name}`, () => {
    let database: TestDatabase | undefined;
    let store: Store | undefined;

    beforeEach(async function () {
      database = await createOrSkip(kind, this);
      store = await createStore({ databaseUrl: database.url, log });
    });

    afterEach(async () => {
      await store?.close();
      await database?.drop();
      store = undefined;
      database = undefined;
    });

    const use = () => store!;
    conversationsContract(use);
    inboundContract(use);
    watchesContract(use);
    marksContract(use);
    observationsContract(use);
    incidentsContract(use);
    outboxContract(use);
    remindersContract(use);
    installationsContract(use);
    peopleContract(use);
    historyContract(use);
    valuesContract(use);
  });
}
