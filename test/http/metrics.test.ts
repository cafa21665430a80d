import assert from 'node:assert/strict';
import { createMetrics } from '../../src/http/metrics.ts';

const STORED = { conversations: 2, watches: 3, targets: 5, pendingDeliveries: 7, oldestPendingAt: null };

describe('the metrics', () => {
  let lines: () => Promise<string[]>;
  let meter: ReturnType<typeof createMetrics>['meter'];
  beforeEach(() => {
    const metrics = createMetrics({ statistics: async () => STORED });
    ({ meter } = metrics);
    lines = async () => (await metrics.registry.metrics()).split('\n');
  });
  async function assertTold(...expected: string[]): Promise<void> {
    const told = await lines();
    for (const line of expected) assert.ok(told.includes(line), `${line} is not in:\n${told.join('\n')}`);
  }

  it('tell how many seconds looks took, by outcome', async () => {
    meter.looked('presented', 1500);
    meter.looked('presented', 20);
    meter.looked('failed', 10_000);
    await assertTold(
      'certbot_probe_seconds_sum{outcome="presented"} 1.52',
      'certbot_probe_seconds_count{outcome="presented"} 2',
      'certbot_probe_seconds_bucket{le="0.05",outcome="presented"} 1',
      'certbot_probe_seconds_count{outcome="failed"} 1',
    );
  });

  it('count tries of deliveries by kind and outcome, and commands by verb', async () => {
    meter.delivered('message', 'done');
    meter.delivered('message', 'done');
    meter.delivered('reminder', 'retry');
    meter.commanded('watch');
    await assertTold(
      'certbot_deliveries_total{kind="message",outcome="done"} 2',
      'certbot_deliveries_total{kind="reminder",outcome="retry"} 1',
      'certbot_commands_total{verb="watch"} 1',
    );
  });

  it('tell what is stored when they are asked for, and how the process is', async () => {
    await assertTold(
      'certbot_stored{what="conversations"} 2',
      'certbot_stored{what="watches"} 3',
      'certbot_stored{what="targets"} 5',
      'certbot_stored{what="pending_deliveries"} 7',
    );
    assert.ok((await lines()).some((line) => /^process_cpu_seconds_total \d/.test(line)));
  });
});
