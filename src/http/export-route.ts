import type { Route } from './server.ts';

/** GET /audit/<token>.csv: the file that a token opens; `find` gives null when it opens nothing. */
export function exportRoute(find: (token: string) => Promise<string | null>): Route {
  return {
    method: 'GET',
    path: '/audit/:file',
    async handle(request, response) {
      const token = /^\/audit\/([\w-]{8,200})\.csv$/.exec(request.url ?? '')?.[1];
      const text = token === undefined ? null : await find(token);
      const body = text ?? 'No such file.\n';
      response.writeHead(text === null ? 404 : 200, {
        'content-type': text === null ? 'text/plain; charset=utf-8' : 'text/csv; charset=utf-8',
        'content-disposition': text === null ? 'inline' : 'attachment; filename="audit.csv"',
        'cache-control': 'no-store',
        'content-length': String(Buffer.byteLength(body)),
      });
      response.end(body);
    },
  };
}
