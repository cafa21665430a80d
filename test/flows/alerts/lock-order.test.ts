import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { LOOKED } from '../../../src/core/model/incident.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import { createStore } from '../../../src/store/store.ts';
import { afterTest } from '../../support/after-test.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { createOrSkip, databaseKinds } from '../../support/databases.ts';
import { CHANNEL, personOf, startWiredOutlook } from '../../support/wired-outlook.ts';

const anna = personOf('anna');
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });
const log = { debug() {}, info() {}, warn() {}, error() {} };
const [, postgres] = databaseKinds;

describe('the notifier on PostgreSQL', () => {
  it('and whoever stores looks never wait for each other', async function () {
    const database = await createOrSkip(postgres!, this);
    afterTest(() => database.drop());
    const url = new URL(database.url);
    // It looks for deadlocks that soon; else after a second.
    url.searchParams.set('options', '-c deadlock_timeout=10ms');
    const settings = { calendar: 'none', alerts: alertRules(6 * HOUR, MINUTE) } as const;
    const it_ = await startWiredOutlook({ people: [anna], settings, databaseUrl: url.href });
    afterTest(() => it_.close());
    const other = await createStore({ databaseUrl: url.href, log });
    afterTest(() => other.close());
    const watcher = new pg.Client({ connectionString: database.url });
    await watcher.connect();
    afterTest(() => watcher.end());

    await it_.watching(anna, 'example.com', LEAF);
    const target = (await other.findTarget('tls://example.com:443'))!;
    // A stage has begun, and the target was not looked at lately: it is to be looked at before that is told.
    it_.pass(38 * DAY);
    const marks = [{ key: CHANNEL.id, part: LOOKED }];
    await other.mark('alerts', marks, { now: it_.now() });
    let runs = 0;
    await other.transaction(async (operations) => {
      runs += 1;
      await operations.setTargetDue([target.id], it_.now());
      it_.bot.flows.notifier.kick();
      for (let waiting = 0, tries = 0; waiting === 0 && tries < 3000; tries += 1) {
        const { rows } = await watcher.query<{ number: number }>(
          "select count(*)::int as number from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        waiting = rows[0]!.number;
        await sleep(10);
      }
      await operations.mark('alerts', marks, { now: it_.now() });
    });
    assert.equal(runs, 1, 'nobody had to begin anew');
    await it_.bot.settled();
  });
});
