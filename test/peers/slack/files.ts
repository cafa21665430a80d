import type { IncomingMessage, ServerResponse } from 'node:http';
import { nextId } from './events.ts';
import type { Workspaces } from './workspaces.ts';

/** A file as Slack keeps it. */
export interface SlackFile {
  id: string;
  name: string;
  mimetype: string;
  bytes: Buffer;
  /** Requests for its bytes, with the tokens they came with. */
  downloads: (string | undefined)[];
  /** Answers in its place. */
  instead: ((response: ServerResponse) => void) | null;
}

/**
 * Files of all workspaces, and the host that hands them out (docs.slack.dev, "file" object: url_private_download with
 * the token in a header).
 */
export function createSlackFiles({ world, origin }: { world: Workspaces; origin: () => string }) {
  const files = new Map<string, SlackFile>();

  /** As events and files.info show it. */
  function shown({ id, name, mimetype, bytes }: SlackFile): Record<string, unknown> {
    const url = `${origin()}/files-pri/T0ACME-${id}`;
    return {
      id,
      name,
      title: name,
      mimetype,
      filetype: 'text',
      mode: 'hosted',
      size: bytes.length,
      url_private: `${url}/${name}`,
      url_private_download: `${url}/download/${name}`,
    };
  }

  return {
    add(name: string, bytes: string | Uint8Array, more: Partial<SlackFile> = {}): SlackFile {
      const file: SlackFile = {
        id: nextId('F'),
        name,
        mimetype: 'text/plain',
        bytes: Buffer.from(bytes as Uint8Array),
        downloads: [],
        instead: null,
        ...more,
      };
      files.set(file.id, file);
      return file;
    },
    shown,
    get: (id: string) => files.get(id),
    /**
     * Answers a request for a file; false when that is no address of one. Without the right to read it, Slack sends to
     * its sign-in page.
     */
    answer(request: IncomingMessage, response: ServerResponse): boolean {
      const id = /^\/files-pri\/T0ACME-(\w+)\//.exec(request.url!)?.[1];
      const file = files.get(id ?? '');
      if (!file) return false;
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
      file.downloads.push(token);
      if (file.instead) file.instead(response);
      else if (world.tokens.get(token ?? '')?.scopes.has('files:read'))
        response.writeHead(200, { 'content-type': file.mimetype }).end(file.bytes);
      else response.writeHead(302, { location: `${origin()}/?redir=%2Ffiles-pri` }).end();
      return true;
    },
  };
}
