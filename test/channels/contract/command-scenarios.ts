import { FIRST, leafFor, SECOND } from './certificates.ts';
import { eventually } from './channel-under-test.ts';
import { root, sign, type Signed } from '../../peers/tls/pki.ts';
import type { Scenario } from './story.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

let made: Promise<Signed[]> | undefined;

/** An authority and a device that signs itself: the same for every channel. */
function authorities(): Promise<Signed[]> {
  const validity = { notBefore: new Date(Date.UTC(2020, 0, 1)), notAfter: new Date(Date.UTC(2040, 0, 1)) };
  made ??= Promise.all([root('CN=Demo *Root* <R1>', validity), sign({ subject: 'CN=device.internal', ...validity })]);
  return made;
}

/** What people type and press, without anything happening by itself. */
export const COMMAND_SCENARIOS: Record<string, Scenario> = {
  async 'welcome on installation, once'({ channel, happens, unseen }) {
    await happens('adds the bot', () => channel.install(true));
    await unseen('adds the bot again', () => channel.install(true));
  },

  async help({ say }) {
    await say('help');
    await say('help', 'channel');
    await say('?', 'thread');
  },

  async 'an unknown command, with and without a suggestion'({ say }) {
    await say('wach example.com');
    await say('please', 'channel');
    await say('LITS & <more>', 'channel');
  },

  async 'watch one target'({ channel: { peers }, say }) {
    peers.serve('fine.example', { address: FIRST, presents: leafFor('fine.example') });
    peers.serve('old.example', { address: FIRST, presents: leafFor('old.example', -3) });
    peers.serve('down.example', { address: FIRST, fails: 'refused' }, { address: '2001:db8::1', fails: 'no-route' });
    peers.serve('inside.example', { address: '169.254.169.254', fails: 'policy' });
    peers.serve('self.example', {
      address: FIRST,
      presents: leafFor('self.example', 60, 1, { selfSigned: true, issuer: 'self.example' }),
      trust: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    for (const host of ['fine', 'old', 'down', 'inside', 'self', 'unknown']) await say(`watch ${host}.example`);
    await say('watch fine.example', 'personal');
    await say('watch fine.example remind 60d 14d 3d 12h', 'channel');
    await say('Watch: https://fine.example/path?query=1', 'thread');
  },

  async 'watch several targets in one message, worst first'({ channel: { peers }, say }) {
    peers.serve('a.example', { address: FIRST, presents: leafFor('a.example') });
    peers.serve('b.example', { address: FIRST, presents: leafFor('b.example', -1) });
    peers.serve('c.example', { address: FIRST, presents: leafFor('c.example', 5) });
    peers.serve('d.example', { address: FIRST, fails: 'timeout' });
    peers.serve('e.example', { address: '10.0.0.1', fails: 'policy' });
    await say('watch a.example');
    await say('watch a.example b.example c.example d.example e.example nonsense..example smtp://mail.example');
    await say('list');
  },

  async 'a bulk card that is kept up to date while it works'({ channel, say, happens }) {
    for (const host of ['a.example', 'b.example', 'slow.example'])
      channel.peers.serve(host, { address: FIRST, presents: leafFor(host) });
    const release = channel.peers.hold('slow.example');
    await happens(
      'says “check …” of which one is slow',
      async () => {
        await channel.say('check a.example b.example slow.example', 'channel');
        await eventually(() => channel.messages().length === 1, 'the progress');
      },
      { settle: false },
    );
    await happens('the slow one answers', release);
    await say('check a.example b.example');
  },

  async check({ channel: { peers }, say }) {
    peers.serve(
      'example.com',
      { address: FIRST, presents: leafFor('example.com') },
      { address: SECOND, fails: 'timeout' },
    );
    peers.serve('wrong.example', { address: FIRST, presents: leafFor('other.example'), nameMatches: false });
    await say('check example.com');
    await say('example.com', 'channel');
    await say('https://example.com/', 'thread');
    await say('check wrong.example');
    await say('check example.com wrong.example gone.example');
    await say('list');
  },

  async 'lists that are empty, short, and three pages long'({ channel: { peers }, say, press }) {
    await say('list');
    await say('list', 'channel');
    const hosts = Array.from({ length: 33 }, (_, index) => `host${String(index + 1).padStart(2, '0')}.example`);
    for (const [index, host] of hosts.entries())
      peers.serve(host, { address: FIRST, presents: leafFor(host, 20 + index) });
    await say(`watch ${hosts.slice(0, 4).join(' ')}`);
    await say('list');
    await say('list host03');
    await say('list nothing <like> & that');
    await say(`watch ${hosts.join(' ')}`);
    await say('list');
    await press(['button.show-fine', { number: 22 }]);
    for (const label of ['button.next', 'button.previous', 'button.refresh', 'button.previous'] as const)
      await press(label);
    await say('watch host01.example', 'channel');
    await say('list', 'thread');
  },

  async 'show, and look again'({ channel: { peers }, say, press }) {
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 80) });
    await say('show example.com');
    await say('watch example.com');
    await say('show example.com');
    await say('show exampel.com');
    await say('show a.example b.example');
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 90, 2) });
    await press('button.again');
    await say('watch example.com', 'channel');
    await press('button.again');
    await say('unwatch example.com', 'thread');
    await press('button.again');
  },

  async remind({ channel, say, unseen }) {
    channel.peers.serve('example.com', { address: FIRST, presents: leafFor('example.com') });
    await say('watch example.com', 'channel');
    await say('remind', 'channel');
    await say('remind 70d 14d 3d 12h', 'thread');
    await unseen('an hour passes', () => channel.later(HOUR));
    await say('remind 25% 5%', 'channel');
    await say('remind soon', 'channel');
    await say('remind default', 'channel');
    await say('remind');
  },

  async calendar({ channel: { peers }, say }) {
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com') });
    await say('calendar');
    await say('watch example.com');
    await say('calendar');
    await say('calendar reset');
    await say('calendar please', 'channel');
  },

  async unwatch({ channel: { peers }, say }) {
    const hosts = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    for (const host of hosts) peers.serve(host, { address: FIRST, presents: leafFor(host) });
    await say('unwatch all');
    await say('unwatch all yes');
    await say('unwatch a.example');
    await say(`watch ${hosts.join(' ')}`);
    await say('unwatch a.example');
    await say('unwatch a.example');
    await say('unwatch a.exampel');
    await say('unwatch b.example c.example zzz.example');
    await say('unwatch all');
    await say('unwatch all yes');
    await say('list');
    await say('watch a.example', 'channel');
    await say('unwatch all', 'channel');
    await say('unwatch all yes', 'channel');
  },

  async 'malformed targets'({ say }) {
    const targets = [
      'example..com',
      'example.com:99999',
      'gopher://example.com',
      '*.example.com',
      'bob@example.com',
      '300.1.1.1',
      '-dash.example',
      '[::zz]:8443',
      'example.com @nowhere',
      '10.0.0.1 as',
      'smtp://mail.example:587',
    ];
    for (const target of targets) await say(`watch ${target}`);
    await say('watch', 'channel');
    await say('check');
    await say('show');
    await say('watch example.com remind');
  },

  async 'a message that the channel repeats'({ channel, say, unseen }) {
    channel.peers.serve('example.com', { address: FIRST, presents: leafFor('example.com') });
    await say('watch example.com', 'channel');
    await unseen('the message is repeated', () => channel.repeat());
    await say('unwatch example.com');
    await unseen('the message is repeated', () => channel.repeat());
  },

  async 'certificates of private authorities'({ say }) {
    const [first, second] = await authorities();
    await say('trust', 'channel');
    await say('trust add', 'channel');
    await say(`trust add ${first!.pem}`, 'channel');
    await say(`trust add\n\`\`\`\n${first!.pem}${second!.pem}\`\`\``, 'thread');
    await say('trust list', 'channel');
    await say('trust', 'personal');
    await say('trust remove device', 'channel');
    await say('trust remove 7', 'channel');
    await say('trust add -----BEGIN PRIVATE KEY----- MIIEvQ -----END PRIVATE KEY-----', 'personal');
  },
};

/** What menus beside rows do, where there are any. */
export const MENU_SCENARIOS: Record<string, Scenario> = {
  async 'menus beside the rows of a list'({ channel: { peers }, say, press, later }) {
    for (const host of ['a.example', 'b.example', 'c.example'])
      peers.serve(host, { address: FIRST, presents: leafFor(host) });
    await say('watch a.example b.example c.example', 'channel');
    await say('list', 'channel');
    await press('button.show', 'b.example');
    peers.serve('b.example', { address: FIRST, presents: leafFor('b.example', 90, 2) });
    await press('button.again', 'b.example');
    await press('button.unwatch', 'c.example');
    await press('button.unwatch', 'a.example');
    await say('watch a.example b.example');
    await say('list');
    await press('button.show', 'a.example');
    await press('button.unwatch', 'b.example');
    await press('button.unwatch', 'a.example');
    await later(DAY, 'a day passes');
  },
};
