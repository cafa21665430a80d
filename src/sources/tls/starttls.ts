import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StarttlsScheme } from '../../core/targets/endpoint.ts';
import { irc, xmpp, xmppServer } from './starttls/chats.ts';
import { mysql, postgres } from './starttls/databases.ts';
import { imap, pop3, sieve } from './starttls/mail-access.ts';
import { ldap, rdp } from './starttls/packets.ts';
import { ftp, lmtp, nntp, smtp } from './starttls/replies.ts';
import { closedByPeer, createWire, PreludeError, type Wire } from './wire.ts';

/**
 * What is said in plain text until the server is ready for TLS. `name`: servername (A-labels) or literal address, for
 * protocols that ask whom one wants to speak to. Throws PreludeError, or the socket's own error.
 */
export type Prelude = (wire: Wire, options: { name: string }) => Promise<void>;

const PRELUDES: Record<StarttlsScheme, Prelude> = {
  smtp,
  lmtp,
  imap,
  pop3,
  ftp,
  ldap,
  postgres,
  mysql,
  xmpp,
  'xmpp-server': xmppServer,
  sieve,
  nntp,
  irc,
  rdp,
};

/** The prelude of a scheme. The scheme alone decides: nothing is guessed from what a peer says. */
export function preludeFor(scheme: StarttlsScheme): Prelude {
  return PRELUDES[scheme];
}

/**
 * Asks for TLS on a connected socket and leaves it ready for `tls.connect({ socket })`. Throws PreludeError, or the
 * socket's own error (ECONNRESET when the peer closes). It has no deadline: whoever calls destroys the socket, which
 * ends it at once, and listens to the socket's errors. Once TLS runs over it, the TLSSocket has to be destroyed first:
 * the other way round within one turn, Node 24 ends with a segmentation fault.
 *
 * What comes between the go-ahead and TLS was not protected by TLS and may be somebody else's (CVE-2011-0411,
 * CVE-2021-23222): it is refused.
 */
export async function askForTls(socket: Socket, scheme: StarttlsScheme, name: string): Promise<void> {
  const wire = createWire(socket);
  let left: Buffer;
  try {
    await preludeFor(scheme)(wire, { name });
    // What was sent together with the go-ahead may have come in a segment of its own.
    await nextTurn();
  } finally {
    left = wire.release();
  }
  if (left.length > 0) throw new PreludeError({ code: 'injected', detail: `${left.length} bytes after the go-ahead` });
  if (socket.destroyed || socket.readableEnded) throw closedByPeer();
}
