import assert from 'node:assert/strict';
import type { Config } from '../../src/config/config.ts';
import { createLog } from '../../src/log/create-log.ts';
import { runBot } from '../support/bot-process.ts';

async function written(logFormat: Config['logFormat'], isTerminal: boolean): Promise<string> {
  let text = '';
  const output = { write: (line: string) => void (text += line) };
  const log = await createLog({ logFormat, logLevel: 'info' }, isTerminal, output);
  log.debug({}, 'not at this level');
  log.warn({ port: 9464 }, 'the port is taken');
  return text;
}

describe('the log', () => {
  const json = /^\{"level":40,"time":"[^"]+","port":9464,"msg":"the port is taken"\}\n$/;
  const plain = /^\[\d\d:\d\d:\d\d\] WARN: the port is taken \{"port":9464\}\n$/;
  // oxlint-disable-next-line no-control-regex
  const coloured = /^\[\d\d:\d\d:\d\d\] \u001B\[33mWARN\u001B\[39m: .*the port is taken.*\{"port":9464\}.*\n$/;
  const cases: [Config['logFormat'], isTerminal: boolean, RegExp][] = [
    ['auto', true, coloured],
    ['auto', false, json],
    ['pretty', true, coloured],
    ['pretty', false, plain],
    ['json', true, json],
    ['json', false, json],
  ];
  for (const [format, isTerminal, expected] of cases)
    it(`with LOG_FORMAT=${format} ${isTerminal ? 'on a terminal' : 'in a file'}`, async () => {
      assert.match(await written(format, isTerminal), expected);
    });

  it('shows an error with its stack on lines of their own', async () => {
    let text = '';
    const log = await createLog({ logFormat: 'pretty', logLevel: 'info' }, false, {
      write: (line) => void (text += line),
    });
    log.error({ err: new Error('no room') }, 'it could not be written');
    assert.match(text, /ERROR: it could not be written \n[^]*Error: no room\n\s+at /);
  });

  it('of a process that ends at once is whole', async () => {
    const { stdout } = await runBot({ env: { LOG_FORMAT: 'pretty', PUBLIC_URI: 'x', HOST: '127.0.0.1', PORT: '1x' } });
    assert.equal(stdout, '', 'a wrong configuration is told on standard error alone');
    const taken = await runBot({
      env: {
        LOG_FORMAT: 'pretty',
        PUBLIC_URI: 'x',
        HOST: '127.0.0.2',
        METRICS_HOST: '192.0.2.1',
        METRICS_PORT: '45126',
      },
    });
    assert.match(taken.stdout, /^\[[\d:]+\] WARN: PUBLIC_URI is no variable of this bot.*\n$/);
  });
});
