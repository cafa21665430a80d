import assert from 'node:assert/strict';
import { createWaitingServer } from '../../src/http/waiting.ts';

describe('what answers while the bot waits for its database', () => {
  const answers: [what: string, method: string, path: string, status: number, type: RegExp, body: string][] = [
    ['that the process is well', 'GET', '/healthz', 200, /^text\/plain/, 'ok'],
    ['that the process is well, whatever is in the query', 'GET', '/healthz?x=1', 200, /^text\/plain/, 'ok'],
    ['nothing beside that to HEAD', 'HEAD', '/healthz', 200, /^text\/plain/, ''],
    ...['/readyz', '/healthz/x', '/api/messages'].map((path): (typeof answers)[number] => [
      `that it is not ready (${path})`,
      path === '/api/messages' ? 'POST' : 'GET',
      path,
      503,
      /^application\/json/,
      '{"ok":false,"checks":{"store":"waited for since the start"}}',
    ]),
  ];
  for (const [what, method, path, status, type, body] of answers)
    it(`says ${what}`, async () => {
      const server = createWaitingServer({ host: '127.0.0.1', port: 0 });
      const { host, port } = await server.listen();
      try {
        const answer = await fetch(`http://${host}:${port}${path}`, { method });
        assert.deepEqual([answer.status, await answer.text()], [status, body]);
        assert.match(answer.headers.get('content-type') ?? '', type);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
        // The bot itself listens at the same address next.
        assert.equal(answer.headers.get('connection'), 'close');
      } finally {
        await server.close();
      }
    });
});
