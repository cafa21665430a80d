import { createServer } from 'node:http';
import { type RunningServer, runningServer } from './listening.ts';

/**
 * What answers while the bot waits for its database at the start: the process is well (/healthz), it is not ready, and
 * whoever brings something is to bring it again.
 */
export function createWaitingServer(address: { host: string; port: number }): RunningServer {
  const server = createServer((request, response) => {
    const isHealth = request.url?.split('?', 1)[0] === '/healthz';
    const body = isHealth ? 'ok' : JSON.stringify({ ok: false, checks: { store: 'waited for since the start' } });
    response.writeHead(isHealth ? 200 : 503, {
      'content-type': isHealth ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  return runningServer(server, address);
}
