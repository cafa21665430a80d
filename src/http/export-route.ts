import type { Route } from './server.ts';

const NAMES = { audit: 'audit.csv', export: 'certificates.csv' };

/** GET /<what>/<token>.csv: the file that a token opens; `find` gives null when it opens nothing. */
export function exportRoute(what: 'audit' | 'export', find: (token: string) => Promise<string | null>): Route {
  return {
    method: 'GET',
    path: `/${what}/:file`,
    async handle(request, response) {
      const [, place, token] = /^\/(audit|export)\/([\w-]{8,200})\.csv$/.exec(request.url ?? '') ?? [];
      const text = token === undefined || place !== what ? null : await find(token);
      const body = text ?? 'No such file.\n';
      response.writeHead(text === null ? 404 : 200, {
        'content-type': text === null ? 'text/plain; charset=utf-8' : 'text/csv; charset=utf-8',
        'content-disposition': text === null ? 'inline' : `attachment; filename="${NAMES[what]}"`,
        'cache-control': 'no-store',
        'content-length': String(Buffer.byteLength(body)),
      });
      response.end(body);
    },
  };
}
