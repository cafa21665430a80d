import { FIRST, leafFor, SECOND } from './certificates.ts';
import type { Scenario } from './story.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

/** Names in a certificate that try to be markup of Teams or Slack, or something else than they are. */
const HOSTILE = {
  subject:
    '*bold* _it_ ~st~ `code` <!channel> <@U0BOB> [link](http://x.example) **b** {{DATE(2026-11-22T12:00:00Z,SHORT)}} &amp; \u202egnp.exe',
  issuer: '<!here|*Evil*> & _Sons_ <http://x.example|Let’s Encrypt> # 1. - \u2066Ltd\u2069',
  key: '\u2067EC\u202e <!here> *P*-256\u2069',
  dnsNames: ['*.example.com', 'a*b*.example', '<script>.example', '_dmarc._x_.example', '\u202emoc.elpmaxe'],
};

/** What happens by itself. */
export const ALERT_SCENARIOS: Record<string, Scenario> = {
  async 'an alert for each stage'({ channel: { peers }, say, later, press }) {
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 60) });
    await say('watch example.com', 'channel');
    await say('watch example.com');
    await later(39 * DAY, '39 days pass');
    await later(15 * DAY, '15 days pass');
    await later(4 * DAY + 12 * HOUR, '4½ days pass');
    await later(2 * DAY, '2 days pass');
    await later(DAY, 'a day passes');
    await press('button.again');
  },

  async 'several things in one message, taken and given back'({ channel: { peers }, say, later, press }) {
    for (const host of ['a.example', 'b.example', 'c.example'])
      peers.serve(host, { address: FIRST, presents: leafFor(host, 60) });
    await say('watch a.example b.example c.example', 'channel');
    await later(39 * DAY, '39 days pass');
    await press('button.have-it');
    await say('ack all', 'channel');
    await press('button.give-back');
    await say('snooze all until tomorrow', 'channel');
  },

  async 'a certificate that is renewed'({ channel: { peers }, say, later }) {
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 10) });
    await say('watch example.com', 'channel');
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 90, 2) });
    await later(DAY, 'a day passes');
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 50, 3, { issuer: 'Other CA' }) });
    await later(DAY, 'a day passes');
    await say('show example.com', 'thread');
  },

  async 'an endpoint that is unreachable, and reachable again'({ channel: { peers }, say, later }) {
    const up = { address: FIRST, presents: leafFor('example.com', 80) };
    peers.serve('example.com', up);
    await say('watch example.com', 'channel');
    peers.serve('example.com', { address: FIRST, fails: 'timeout' });
    for (let look = 0; look < 3; look += 1) await later(DAY, 'a day passes');
    await say('list', 'channel');
    await say('show example.com', 'thread');
    peers.serve('example.com', up);
    await later(DAY, 'a day passes');
  },

  async 'a chain that breaks, and is fixed'({ channel: { peers }, say, later }) {
    const presents = leafFor('example.com', 80);
    peers.serve('example.com', { address: FIRST, presents });
    await say('watch example.com');
    peers.serve('example.com', { address: FIRST, presents, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await later(DAY, 'a day passes');
    peers.serve('example.com', { address: FIRST, presents });
    await later(DAY, 'a day passes');
  },

  async 'an endpoint that is partly renewed, then wholly'({ channel: { peers }, say, later }) {
    const [old, fresh] = [leafFor('example.com', 40), leafFor('example.com', 89, 2)];
    peers.serve('example.com', { address: FIRST, presents: old }, { address: SECOND, presents: old });
    await say('watch example.com', 'channel');
    peers.serve('example.com', { address: FIRST, presents: fresh }, { address: SECOND, presents: old });
    await later(DAY, 'a day passes');
    await later(2 * HOUR, 'two hours pass');
    await say('check example.com');
    peers.serve('example.com', { address: FIRST, presents: fresh }, { address: SECOND, presents: fresh });
    await later(DAY, 'a day passes');
    peers.serve('example.com', { address: FIRST, presents: fresh }, { address: SECOND, fails: 'refused' });
    await later(DAY, 'a day passes');
    await later(5 * MINUTE, 'five minutes pass');
    await later(5 * MINUTE, 'five minutes pass');
  },

  async 'answers in threads, alerts at the top level'({ channel: { peers }, say, later, press }) {
    peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 23) });
    await say('help', 'channel');
    await say('watch example.com', 'thread');
    await say('list', 'thread');
    await later(2 * DAY, 'two days pass');
    await say('show example.com', 'thread');
    await press('button.again');
    await say('list', 'channel');
    await say('help', 'thread');
  },

  async 'a channel that is closed, and open again'({ channel, say, later, unseen }) {
    channel.peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 23) });
    await say('watch example.com', 'channel');
    await unseen('the channel is closed to the bot', () => channel.close(false));
    await unseen('ten days pass', () => channel.later(10 * DAY));
    await unseen('the channel is open again', () => channel.close(true));
    await say('list', 'channel');
    await later(HOUR, 'an hour passes');
    await later(5 * DAY, 'five days pass');
  },

  async 'a bot that is removed, and added again'({ channel, say, later, happens, unseen }) {
    channel.peers.serve('example.com', { address: FIRST, presents: leafFor('example.com', 23) });
    await happens('adds the bot', () => channel.install(true));
    await say('watch example.com');
    await unseen('removes the bot', () => channel.install(false));
    await unseen('two days pass', () => channel.later(2 * DAY));
    await happens('adds the bot again', () => channel.install(true));
    await later(HOUR, 'an hour passes');
    await say('list');
  },

  async 'hostile text shows as plain text'({ channel: { peers }, say, later, press }) {
    const hostile = leafFor('example.com', 23, 1, HOSTILE);
    peers.serve('example.com', { address: FIRST, presents: hostile });
    peers.serve('evil.example', { address: FIRST, presents: hostile, nameMatches: false });
    peers.serve('private.example', { address: FIRST, presents: hostile, trust: 'SELF_SIGNED_CERT_IN_CHAIN' });
    await say('check example.com');
    await say('watch example.com', 'channel');
    await say('watch example.com evil.example private.example', 'channel');
    await say('show private.example', 'thread');
    await press('button.again');
    await say('list <!channel>', 'channel');
    await say('watch <@U0EVIL>.example', 'channel');
    await say('unwatch [a](http://x.example)', 'channel');
    await say('bold*[link](http://x.example)_it', 'channel');
    await later(2 * DAY, 'two days pass');
    const next = leafFor('example.com', 90, 2, { ...HOSTILE, issuer: `2 ${HOSTILE.issuer}` });
    peers.serve('example.com', { address: FIRST, presents: next });
    await later(DAY, 'a day passes');
  },
};
