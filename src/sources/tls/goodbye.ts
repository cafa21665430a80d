import type { TLSSocket } from 'node:tls';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MYSQL_NOBODY, mysqlReply } from './starttls/databases.ts';

/** How long the end of the other side is waited for, in milliseconds: it takes as long as the way there and back. */
const ANSWERED_WITHIN = 500;

/**
 * What is said over TLS before the end, by scheme. PostgreSQL and RDP have nothing of the kind before one has signed in:
 * the end of TLS is their goodbye.
 */
const GOODBYES: Record<string, string | Buffer> = {
  smtp: 'QUIT\r\n',
  lmtp: 'QUIT\r\n',
  imap: 'a3 LOGOUT\r\n',
  pop3: 'QUIT\r\n',
  ftp: 'QUIT\r\n',
  sieve: 'LOGOUT\r\n',
  nntp: 'QUIT\r\n',
  irc: 'QUIT\r\n',
  // LDAPMessage 2, UnbindRequest (RFC 4511 section 4.3).
  ldap: Buffer.from('30050201024200', 'hex'),
  xmpp: '</stream:stream>',
  'xmpp-server': '</stream:stream>',
};

/** MySQL's and MariaDB's goodbye depends on what they answer. */
function leaveMysql(socket: TLSSocket): void {
  socket.once('data', (answer: Buffer) => {
    socket.end(mysqlReply(answer) ?? '');
  });
  socket.write(MYSQL_NOBODY);
}

/** Says goodbye, and waits until the other side has closed as well, or half a second is over. */
async function part(socket: TLSSocket, scheme: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ANSWERED_WITHIN);
  socket.once('close', resolve);
  socket.resume();
  if (scheme === 'mysql') leaveMysql(socket);
  else socket.end(GOODBYES[scheme] ?? '');
  await promise;
  clearTimeout(timer);
}

/**
 * Ends a connection whose handshake is done as its server expects it: with what our side still has to send, a goodbye
 * in the protocol where there is one, and close_notify (RFC 8446 section 6.1). Resolves when all of it is on its way
 * and, where TLS was asked for in a protocol, the server has closed as well, or half a second is over. The socket is to
 * be destroyed then.
 */
export async function sayGoodbye(socket: TLSSocket, scheme: string): Promise<void> {
  // OpenSSL may be in the midst of reading, where it cannot write.
  await nextTurn();
  if (!socket.writable) return;
  if (scheme === 'tls') await new Promise<void>((resolve) => void socket.once('close', resolve).end(resolve));
  else await part(socket, scheme);
}
