import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../core/ports/log.ts';
import type { Store } from '../core/ports/store.ts';

/** Prometheus metrics. No label carries a target, a person or a conversation. */
export function createMetrics(store: Pick<Store, 'statistics'>): { registry: Registry; meter: Meter } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const looks = new Histogram({
    name: 'certbot_probe_seconds',
    help: 'Probes of targets, by outcome',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const deliveries = new Counter({
    name: 'certbot_deliveries_total',
    help: 'Tries of deliveries, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const commands = new Counter({
    name: 'certbot_commands_total',
    help: 'Commands, by verb',
    labelNames: ['verb'],
    registers,
  });
  const plans = new Counter({
    name: 'certbot_plans_total',
    help: 'Plans of reminders, by how much of a calendar was planned',
    labelNames: ['extent'],
    registers,
  });
  new Gauge({
    name: 'certbot_stored',
    help: 'Rows in the store, by what they are',
    labelNames: ['what'],
    registers,
    async collect() {
      const { conversations, watches, targets, pendingDeliveries } = await store.statistics();
      this.set({ what: 'conversations' }, conversations);
      this.set({ what: 'watches' }, watches);
      this.set({ what: 'targets' }, targets);
      this.set({ what: 'pending_deliveries' }, pendingDeliveries);
    },
  });
  return {
    registry,
    meter: {
      looked: (outcome, duration) => looks.observe({ outcome }, duration / 1000),
      delivered: (kind, outcome) => deliveries.inc({ kind, outcome }),
      planned: (extent) => plans.inc({ extent }),
      commanded: (verb) => commands.inc({ verb }),
    },
  };
}
