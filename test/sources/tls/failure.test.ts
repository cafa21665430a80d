import assert from 'node:assert/strict';
import type { networkInterfaces } from 'node:os';
import { brokenOffByPeer, detailText, failureOf } from '../../../src/sources/tls/failure.ts';

type Interfaces = ReturnType<typeof networkInterfaces>;

function error(code: string | undefined, message = 'it broke', reason?: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { ...(code ? { code } : {}), ...(reason ? { reason } : {}) });
}

function ipv6Interface(address: string, internal = false): () => Interfaces {
  const entry = { address, family: 'IPv6', internal, netmask: '', mac: '', cidr: null, scopeid: 0 };
  return () => ({ eth0: [entry] }) as Interfaces;
}

const WITHOUT_IPV6 = (): Interfaces => ({});

describe('A failure', () => {
  const table: [string, string][] = [
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTDOWN', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['ENETUNREACH', 'no-route'],
    ['EADDRNOTAVAIL', 'no-route'],
    ['EAFNOSUPPORT', 'no-route'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-tls'],
    ['ERR_SSL_HTTP_REQUEST', 'not-tls'],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'handshake'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'unknown-name'],
    ['ERR_SSL_SSL/TLS_UNRECOGNIZED_NAME', 'unknown-name'],
    ['ERR_TLS_INVALID_STATE', 'handshake'],
    ['EPROTO', 'handshake'],
    ['ERR_SSL_EXCESSIVE_MESSAGE_SIZE', 'oversized'],
    ['EMFILE', 'internal'],
    ['ENOBUFS', 'internal'],
  ];
  for (const [code, expected] of table)
    it(`of ${code} is ${expected}`, () =>
      assert.equal(failureOf(error(code), '192.0.2.1', WITHOUT_IPV6).code, expected));

  it('without a code is one of the handshake and says what OpenSSL said', () => {
    assert.deepEqual(failureOf(error(undefined, 'odd'), '192.0.2.1', WITHOUT_IPV6), {
      code: 'handshake',
      detail: 'odd',
    });
  });

  it('names the alert in words', () => {
    const alert = error('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'long', 'sslv3 alert handshake failure');
    assert.equal(failureOf(alert, '192.0.2.1', WITHOUT_IPV6).detail, 'alert handshake failure');
    const unsupported = error('ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION', 'long', 'tlsv1 unsupported extension');
    assert.equal(failureOf(unsupported, '192.0.2.1', WITHOUT_IPV6).detail, 'alert unsupported extension');
  });

  it('of an unreachable IPv6 host is a missing route only where this machine has no IPv6', () => {
    const unreachable = error('EHOSTUNREACH');
    const code = (address: string, interfaces: () => Interfaces) => failureOf(unreachable, address, interfaces).code;
    assert.equal(code('2001:db8::1', WITHOUT_IPV6), 'no-route');
    assert.equal(code('2001:db8::1', ipv6Interface('fe80::1')), 'no-route');
    assert.equal(code('2001:db8::1', ipv6Interface('::1', true)), 'no-route');
    assert.equal(code('2001:db8::1', ipv6Interface('2001:db8::2')), 'timeout');
    assert.equal(code('192.0.2.1', WITHOUT_IPV6), 'timeout');
  });

  it('keeps at most 200 visible characters of detail', () => {
    const { detail } = failureOf(error(undefined, `a\u001B[31m\nb\u202E${'x'.repeat(999)}`), '192.0.2.1', WITHOUT_IPV6);
    assert.equal(detail!.length, 200);
    assert.match(detail!, /^a \[31m b x+$/);
    assert.equal(detailText(`${'x'.repeat(199)}😀`).isWellFormed(), true);
  });

  it('is broken off by the peer when it resets or sends an alert, not when we give up', () => {
    const codes = [
      'ECONNRESET',
      'EPIPE',
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'ERR_SSL_PROVIDER_SIGNATURE_FAILURE',
      undefined,
    ];
    assert.deepEqual(
      codes.map((code) => brokenOffByPeer(error(code))),
      [true, true, true, false, false],
    );
  });
});
