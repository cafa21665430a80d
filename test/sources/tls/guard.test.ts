import assert from 'node:assert/strict';
import { createGuard } from '../../../src/sources/tls/guard.ts';

const EVERYTHING = ['0.0.0.0/0', '::/0'];

describe('The address guard', () => {
  describe('without lists', () => {
    const permits = createGuard({ allow: [], deny: [] });
    const allowed = [
      '8.8.8.8',
      '193.99.144.80',
      '2001:4860:4860::8888',
      '2a00:1450::1',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
    ];
    for (const address of allowed) it(`permits ${address}`, () => assert.equal(permits(address), true));

    const refused: Record<string, string[]> = {
      loopback: ['127.0.0.1', '127.255.255.254', '::1'],
      private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
      'unique-local': ['fc00::1', 'fd12:3456::1'],
      'shared (CGNAT)': ['100.64.0.1', '100.127.255.255'],
      'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0'],
      'formerly site-local': ['fec0::1'],
      multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
      unspecified: ['0.0.0.0', '::'],
      reserved: ['240.0.0.1', '255.255.255.255', '192.0.0.1', '4000::1', '100::1'],
      benchmark: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
      documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
      'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1'],
      'IPv4-compatible': ['::7f00:1', '::808:808'],
      'IPv4-translated': ['::ffff:0:808:808'],
      'NAT64 of a private one': ['64:ff9b::a00:1', '64:ff9b::7f00:1'],
      'NAT64 for local use': ['64:ff9b:1::808:808', '64:ff9b:1:7f00:0:100:808:808'],
      '6to4': ['2002:7f00:1::1', '2002:808:808::1'],
      Teredo: ['2001:0:808:808::f7f7:f7f7'],
      'NAT64 of nothing': ['64:ff9b::', '64:ff9b::1', '64:ff9b::0.0.0.80', '64:ff9b::0.255.255.255'],
      'NAT64 for local use, of nothing': ['64:ff9b:1::', '64:ff9b:1::1', '64:ff9b:1::0.1.2.3'],
      ISATAP: [
        '2001:4860::5efe:10.0.0.1',
        '2001:4860::200:5efe:127.0.0.1',
        '2a00:1450:1:2:0:5efe:a9fe:a9fe',
        '2a00:1450:1:2:100:5efe:10.0.0.1',
        '2a00:1450:1:2:300:5efe:0.0.0.1',
        '2a00:1450:1:2:200:5efe:8.8.8.8',
      ],
      'no literal address': ['', 'localhost', '127.1', '0x7f000001', '2130706433', '010.0.0.1', '[::1]'],
    };
    for (const [kind, addresses] of Object.entries(refused))
      for (const address of addresses)
        it(`refuses “${address}” (${kind})`, () => assert.equal(permits(address), false));
  });

  describe('with everything allowed', () => {
    const permits = createGuard({ allow: EVERYTHING, deny: [] });
    for (const address of [
      '127.0.0.1',
      '10.0.0.1',
      '::1',
      'fd00::1',
      '2001:db8::1',
      '64:ff9b::a00:1',
      '64:ff9b:1::808:808',
      '2002:a00:1::1',
      '2a00:1450::200:5efe:10.0.0.1',
      '2001:4860::5e:fe',
      '64:ff9b:1:a00:0:100::',
    ])
      it(`permits ${address}`, () => assert.equal(permits(address), true));

    const never = [
      ...[
        '169.254.169.254',
        '169.254.0.1',
        '168.63.129.16',
        '100.100.100.200',
        '224.0.0.1',
        '0.0.0.0',
        '255.255.255.255',
      ],
      '192.0.0.192',
      ...['fe80::1', 'febf::1', 'ff02::1', '::', 'fd00:ec2::254', 'fd20:ce::254'],
      ...['::ffff:169.254.169.254', '::ffff:a83f:8110', '::ffff:100.100.100.200'],
      ...['64:ff9b::a9fe:a9fe', '64:ff9b::a83f:8110', '64:ff9b::6464:64c8'],
      ...['64:ff9b:1::a9fe:a9fe', '64:ff9b:1:a9fe:a9:fe00::', '::a9fe:a9fe', '::ffff:0:a9fe:a9fe'],
      ...['64:ff9b:1:a83f:81:1000::', '64:ff9b:1:a8:3f:8110::', '64:ff9b:1:0:a8:3f81:1000:0'],
      ...['64:ff9b::', '64:ff9b::1', '64:ff9b::0.255.0.1', '64:ff9b:1::0.0.0.1', '::0.1.2.3', '::ffff:0:0.0.0.1'],
      ...['2002:0:1::1', '2001:0:0:1::f7f7:f7f7', '2001:0:808:808::ffff:fffe'],
      ...['2001:4860::5efe:169.254.169.254', 'fd00::200:5efe:0.0.0.1', '2a00:1450::5efe:168.63.129.16'],
      ...['2002:a9fe:a9fe::1', '2001:0:a9fe:a9fe::f7f7:f7f7', '2001:0:808:808::5601:5601'],
    ];
    for (const address of never) it(`refuses ${address} all the same`, () => assert.equal(permits(address), false));
  });

  it('permits of the special addresses only what a list covers', () => {
    const permits = createGuard({ allow: ['10.1.0.0/16', 'fd00:1::/32'], deny: [] });
    assert.deepEqual(
      ['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::a01:203', '10.2.0.1', 'fd00:1::1', 'fd00:2::1', '8.8.8.8'].map(permits),
      [true, true, true, false, true, false, true],
    );
  });

  it('lets deny win over allow and over public, in every disguise', () => {
    const permits = createGuard({ allow: EVERYTHING, deny: ['10.0.0.0/8', '8.8.8.0/24', '2001:4860::/32'] });
    for (const address of [
      '10.1.2.3',
      '8.8.8.8',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
      '2001:4860::1',
      '2002:a00:1::1',
      '2a00:1450::5efe:10.1.2.3',
    ])
      assert.equal(permits(address), false, address);
    assert.equal(permits('8.8.4.4'), true);
  });

  it('reads a range of IPv4-mapped addresses as the range of the IPv4 addresses', () => {
    assert.equal(createGuard({ allow: ['::ffff:10.0.0.0/104'], deny: [] })('10.9.9.9'), true);
    assert.equal(createGuard({ allow: ['::ffff:10.0.0.0/104'], deny: [] })('11.9.9.9'), true);
    assert.equal(createGuard({ allow: [], deny: ['::ffff:11.0.0.0/104'] })('11.9.9.9'), false);
    assert.equal(createGuard({ allow: ['::ffff:0.0.0.0/96'], deny: [] })('10.9.9.9'), true, 'all of them');
    assert.equal(createGuard({ allow: ['::ffff:10.0.0.0/64'], deny: [] })('10.9.9.9'), false, 'and others');
  });

  it('throws on a range that is none', () => {
    assert.throws(() => createGuard({ allow: ['10.0.0.0/33'], deny: [] }));
  });
});
