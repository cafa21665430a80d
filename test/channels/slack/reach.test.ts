import assert from 'node:assert/strict';
import { slackLogger } from '../../../src/channels/slack/logger.ts';
import { createReach } from '../../../src/channels/slack/reach.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports/log.ts';

function createLog() {
  const lines: [level: string, message: string, fields: object][] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push([level, message, fields]);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const told = (): string[] => lines.filter(([level]) => level !== 'debug').map(([level, text]) => `${level} ${text}`);
  return { log, lines, told };
}

const away = new DeliveryError('unavailable', 'Slack could not be reached for auth.test (ENOTFOUND).');
const refused = new DeliveryError('credentials', 'Slack refused auth.test (invalid_auth).');

describe('Slack out of reach', () => {
  it('is one warning without a stack, and one line when it is back', () => {
    const { log, lines, told } = createLog();
    const reach = createReach(log);
    reach.reached();
    for (let tries = 0; tries < 50; tries += 1) reach.failed(away);
    assert.deepEqual(told(), [
      'warn Slack cannot be reached; it is tried again, with growing pauses, and nothing more is said until it can',
    ]);
    const [, , fields] = lines.find(([level]) => level === 'warn')!;
    assert.deepEqual(fields, { reason: away.message });
    reach.reached();
    reach.reached();
    assert.deepEqual(told().slice(1), ['info Slack can be reached again']);
    reach.failed(away);
    assert.equal(told().length, 3, 'the next time is told anew');
  });

  it('is another thing than being refused, which is told once for each reason', () => {
    const { log, told } = createLog();
    const reach = createReach(log);
    for (const failure of [refused, away, refused, away]) reach.failed(failure);
    assert.deepEqual(
      told().map((line) => line.split(';')[0]),
      ['error Slack refuses this bot', 'warn Slack cannot be reached'],
    );
    reach.reached();
    reach.failed(refused);
    assert.equal(told().length, 4);
  });

  it('is left to whoever asked, and not told by the libraries as well', () => {
    const { log, lines } = createLog();
    const logger = slackLogger(log);
    logger.warn('http request failed', 'fetch failed');
    logger.error('Failed to retrieve a new WSS URL (error: WebAPIRequestError)');
    logger.error('WebSocket error! Error: connect ECONNREFUSED');
    logger.warn('A ping was missed');
    assert.deepEqual(
      lines.map(([level]) => level),
      ['debug', 'debug', 'debug', 'warn'],
    );
  });
});
