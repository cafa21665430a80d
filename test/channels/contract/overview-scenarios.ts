import { FIRST, leafFor, SECOND } from './certificates.ts';
import type { Scenario } from './story.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';

/** Names and notes that try to be markup, a formula, or something else than they are. */
const HOSTILE_NOTE = '=cmd() *bold* _it_ <!channel> <@U0BOB> [link](http://x.example) \u202egnp.exe & <b>';

const LE = { issuer: 'Let’s Encrypt E7', publicPolicy: true };

/** What is looked at as a whole: lists in words, notes, tags, history, reports, tables; and how to renew. */
export const OVERVIEW_SCENARIOS: Record<string, Scenario> = {
  async 'lists in words, notes and tags'({ channel: { peers }, say }) {
    const days = { 'a.example': 3, 'b.example': 20, 'c.example': 70, 'd.example': -2 };
    for (const [host, left] of Object.entries(days))
      peers.serve(host, { address: FIRST, presents: leafFor(host, left) });
    peers.serve('e.example', { address: FIRST, fails: 'timeout' });
    await say('watch a.example b.example c.example d.example e.example');
    await say('note a.example b.example: Ben renews it by hand');
    await say(`note c.example ${HOSTILE_NOTE}`);
    await say('note a.example');
    await say('note d.example none');
    await say('note z.example hello');
    await say('tag a.example b.example #shop #eu');
    await say('tag c.example #a.b');
    await say('tags');
    await say('tag a.example');
    await say('untag b.example #shop');
    await say('list #shop');
    await say('list before Christmas');
    await say('list läuft in 30 Tagen ab');
    await say('list expired');
    await say('list mine in the next 9 years');
    await say('list nothing like it');
    await say('show c.example');
  },

  async 'what became of a target'({ channel: { peers }, say, later }) {
    peers.serve('a.example', { address: FIRST, presents: leafFor('a.example', 20) });
    await say('history a.example');
    await say('watch a.example', 'channel');
    await say('note a.example Ben renews it', 'channel');
    await say('tag a.example #shop', 'channel');
    await later(18 * DAY, '18 days pass');
    await later(3 * DAY, 'three days pass');
    peers.serve('a.example', { address: FIRST, presents: leafFor('a.example', 90, 2) });
    await later(DAY, 'a day passes');
    await later(HOUR, 'an hour passes');
    await say('remind 60d 14d for a.example', 'channel');
    await say('history a.example', 'channel');
    await say('report', 'channel');
    await say('report last month', 'channel');
    await say('report someday', 'channel');
  },

  async tables({ channel: { peers }, say }) {
    for (const host of ['a.example', 'b.example', 'c.example'])
      peers.serve(host, { address: FIRST, presents: leafFor(host, 40, 1, LE) });
    await say('export');
    await say('import');
    await say(
      'import target;note;tags;remind\na.example;=renewed by Ben;#shop;30d 7d\nb.example;;eu;\nnonsense..example;;;\nc.example;;#a.b;',
    );
    await say('import target,note\na.example,none\nb.example,');
    await say('export');
    await say('report');
  },

  async 'how it is renewed'({ channel: { peers }, say }) {
    peers.serve('a.example', { address: FIRST, presents: leafFor('a.example', 6, 1, LE) });
    const presents = leafFor('mail.example', 6, 1, { issuer: 'Corp CA 1' });
    peers.serve('mail.example', { address: FIRST, presents, trust: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' });
    await say('renew a.example');
    await say('renew');
    await say('watch a.example', 'channel');
    await say('How do I renew this?', 'channel');
    await say('watch mail.example', 'channel');
    await say('renew', 'channel');
    await say('wie erneuere ich mail.example?', 'channel');
    await say('renew date:2027-03-01 Token', 'channel');
  },

  async settings({ say, channel: { peers } }) {
    peers.serve('a.example', { address: FIRST, presents: leafFor('a.example', 60) });
    await say('settings', 'channel');
    await say('settings persona clippy', 'channel');
    await say('settings persona merlin', 'channel');
    await say('settings timezone Berlin', 'channel');
    await say('settings timezone Atlantis', 'channel');
    await say('settings holidays DE-BY', 'channel');
    await say('settings freeze 2026-12-18..2027-01-06', 'channel');
    await say('settings colour red', 'channel');
    await say('settings', 'channel');
    await say('settings timezone default', 'channel');
    await say('help topics');
    await say('help remind');
    await say('help targets');
    await say('help sources');
    await say('watch a.example', 'channel');
    await say('owner a.example', 'channel');
    await say('owner all', 'channel');
  },

  async 'alerts as Clippy tells them'({ channel: { peers }, say, later, press }) {
    const old = leafFor('a.example', 40, 1, LE);
    peers.serve('a.example', { address: FIRST, presents: old }, { address: SECOND, presents: old });
    await say('settings persona clippy', 'channel');
    await say('watch a.example', 'channel');
    await later(19 * DAY, '19 days pass');
    await later(14 * DAY, '14 days pass');
    await press('button.renew');
    peers.serve('a.example', { address: FIRST, fails: 'timeout' }, { address: SECOND, fails: 'timeout' });
    for (let look = 0; look < 3; look += 1) await later(DAY, 'a day passes');
    peers.serve('a.example', { address: FIRST, presents: old }, { address: SECOND, presents: old });
    await later(DAY, 'a day passes');
    await later(8 * DAY, '8 days pass');
    const fresh = leafFor('a.example', 200, 2, LE);
    peers.serve('a.example', { address: FIRST, presents: fresh }, { address: SECOND, presents: old });
    await later(DAY, 'a day passes');
    await later(2 * HOUR, 'two hours pass');
    peers.serve('a.example', { address: FIRST, presents: fresh }, { address: SECOND, presents: fresh });
    await later(DAY, 'a day passes');
    await later(DAY, 'another day passes');
  },

  async 'who has it'({ channel: { peers }, say, later }) {
    const old = leafFor('a.example', 10);
    peers.serve('a.example', { address: FIRST, presents: old }, { address: SECOND, presents: old });
    await say('ack', 'channel');
    await say('watch a.example', 'channel');
    await later(5 * DAY, 'five days pass');
    await say('ack', 'channel');
    await say('snooze until tomorrow', 'channel');
    await say('snooze until yesterday', 'channel');
    await say('unack', 'channel');
    await say('installing a.example tomorrow 15:00', 'channel');
    await say('done', 'channel');
    const fresh = leafFor('a.example', 90, 2);
    peers.serve('a.example', { address: FIRST, presents: fresh }, { address: SECOND, presents: old });
    await say('done a.example', 'channel');
    peers.serve('a.example', { address: FIRST, presents: fresh }, { address: SECOND, presents: fresh });
    await say('done a.example', 'channel');
    await say('unwatch a.example', 'channel');
  },
};
