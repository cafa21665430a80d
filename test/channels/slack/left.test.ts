import assert from 'node:assert/strict';
import type { SlackInbox } from '../../../src/channels/slack/inbox.ts';
import { createTurn } from '../../../src/channels/slack/turn.ts';
import { appUninstalled, eventCallback } from '../../peers/slack/events.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * What the bot does when a workspace is said to have removed it; `forgets`: whether an installation of it was
 * forgotten.
 */
function start(forgets: boolean) {
  const asked: { team: string | null; happenedAt: number }[] = [];
  const left: string[] = [];
  const inbox = { left: async (tenantId: string) => void left.push(tenantId) } as Partial<SlackInbox> as SlackInbox;
  const turn = createTurn({
    inbox,
    async forget({ teamId }: { teamId: string | null }, happenedAt: number) {
      asked.push({ team: teamId, happenedAt });
      return forgets;
    },
    allowed: null,
    log,
    now: () => NOW,
  } as unknown as Parameters<typeof createTurn>[0]);
  const hear = (partial: Record<string, unknown> = {}) => turn.onLeft(eventCallback(appUninstalled(), partial));
  return { asked, left, hear };
}

describe('a workspace that is said to have removed the bot', () => {
  it('has done so when Slack says, to the end of that second, however late the word comes', async () => {
    const { asked, left, hear } = start(true);
    await hear({ event_time: NOW / 1000 - 3600 });
    assert.deepEqual(asked, [{ team: 'T0ACME', happenedAt: NOW - 3_600_000 + 1000 }]);
    assert.deepEqual(left, ['T0ACME']);
  });

  it('has done so now where Slack does not say when', async () => {
    const { asked, hear } = start(true);
    await hear({ event_time: null });
    assert.deepEqual(asked, [{ team: 'T0ACME', happenedAt: NOW }]);
  });

  it('has not left where it was installed again since: everything stays', async () => {
    const { asked, left, hear } = start(false);
    await hear({ event_time: NOW / 1000 - 3600 });
    assert.equal(asked.length, 1);
    assert.deepEqual(left, []);
  });
});
