import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import { createOrSkip, databaseKinds } from '../../support/databases.ts';
import { lookThrough } from '../../peers/tls/starttls-peers.ts';

describe('Asking a real server for TLS', () => {
  let issued: Issued;

  before(async () => {
    issued = await selfSigned({ names: ['localhost'] });
  });

  describe('that speaks SMTP or LMTP', () => {
    const servers: SMTPServer[] = [];

    async function start(options: SMTPServerOptions): Promise<number> {
      const server = new SMTPServer({
        key: issued.keyPem,
        cert: issued.certPem,
        disableReverseLookup: true,
        closeTimeout: 10,
        ...options,
      });
      server.on('error', () => {});
      servers.push(server);
      const listening = server.listen(0, '127.0.0.1');
      await once(listening, 'listening');
      return (listening.address() as AddressInfo).port;
    }

    afterEach(async () => {
      await Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve))));
    });

    for (const [scheme, lmtp] of [
      ['smtp', false],
      ['lmtp', true],
    ] as const) {
      it(`sees the certificate over ${scheme}, and neither signs in nor sends mail`, async () => {
        const seen: string[] = [];
        const port = await start({
          lmtp,
          onAuth: (_auth, _session, done) => {
            seen.push('AUTH');
            done(null, { user: 'x' });
          },
          onMailFrom: (_address, _session, done) => {
            seen.push('MAIL');
            done();
          },
        });
        assert.equal(await lookThrough(port, scheme), issued.fingerprint);
        assert.deepEqual(seen, []);
      });

      it(`hears over ${scheme} that it does not list STARTTLS, or refuses connections`, async () => {
        const without = await start({ lmtp, disabledCommands: ['STARTTLS'] });
        assert.deepEqual(await lookThrough(without, scheme), {
          code: 'no-starttls',
          detail: `${lmtp ? 'LHLO' : 'EHLO'}: no STARTTLS`,
        });
        const refusing = await start({
          lmtp,
          onConnect: (_session, done) => done(Object.assign(new Error('not you'), { responseCode: 554 })),
        });
        assert.deepEqual(await lookThrough(refusing, scheme), { code: 'turned-away', detail: '554' });
      });

      it(`refuses to speak ${lmtp ? 'SMTP to a server of LMTP' : 'LMTP to a server of SMTP'}`, async () => {
        const port = await start({ lmtp: !lmtp });
        const seen = await lookThrough(port, scheme);
        assert.deepEqual(seen, { code: 'no-starttls', detail: '500' });
      });
    }
  });

  describe('that is PostgreSQL', () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'certbot-postgres-tls-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it('hears that it has no TLS, and sees the certificate once it has', async function () {
      const database = await createOrSkip(
        databaseKinds.find(({ name }) => name === 'PostgreSQL')!,
        this,
      );
      const port = Number(new URL(database.url).port);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        assert.deepEqual(await lookThrough(port, 'postgres'), {
          code: 'no-starttls',
          detail: 'the server does not accept TLS',
        });
        const { rows } = await client.query<{ data_directory: string }>('show data_directory');
        const owner = await stat(rows[0]!.data_directory);
        // The server wants both to be its own, and runs as somebody else when we are root.
        for (const [name, text] of [
          ['cert', issued.certPem],
          ['key', issued.keyPem],
        ] as const) {
          await writeFile(join(folder, name), text, { mode: 0o600 });
          await chown(join(folder, name), owner.uid, owner.gid);
          await client.query(`alter system set ssl_${name}_file = '${join(folder, name)}'`);
        }
        await chown(folder, owner.uid, owner.gid);
        await client.query('alter system set ssl = on');
        await client.query('select pg_reload_conf()');
        assert.equal(await reloaded(port), issued.fingerprint);
      } finally {
        for (const setting of ['ssl', 'ssl_cert_file', 'ssl_key_file'])
          await client.query(`alter system reset ${setting}`);
        await client.query('select pg_reload_conf()');
        await client.end();
        await database.drop();
      }
    });

    /** What is seen of the server once it has read its configuration again, which it does in its own time. */
    async function reloaded(port: number): Promise<unknown> {
      const until = Date.now() + 5000;
      for (;;) {
        const seen = await lookThrough(port, 'postgres');
        if (typeof seen === 'string' || Date.now() > until) return seen;
      }
    }
  });
});
