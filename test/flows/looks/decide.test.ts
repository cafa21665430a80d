import assert from 'node:assert/strict';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import { isOutdated } from '../../../src/flows/looks/decide.ts';
import { certificate, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { root, sign } from '../../peers/tls/pki.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';
import { MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const FIRST = '192.0.2.1';
const SECOND = '192.0.2.2';
const UNTRUSTED = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
/** Stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });

describe('what a look means', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob], settings: { calendar: 'ics' } });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const summaries = (place: ConversationInput = CHANNEL): string[] => it_.said(place).map(({ summary }) => summary);
  /** What was said there after so many messages. */
  const since = (count: number, place?: ConversationInput): string[] => summaries(place).slice(count);

  describe('is told where nobody asked, when another chat begins to watch', () => {
    it('a chain that broke meanwhile', async () => {
      it_.scripted.serve('example.com', { address: FIRST, presents: LEAF, trust: UNTRUSTED });
      await it_.say(bob, 'watch example.com', chatOf(bob));
      assert.equal(since(1).length, 1, 'the channel is alerted');
      assert.match(since(1)[0]!, /chain/i);
      assert.equal(summaries(chatOf(bob)).length, 1, 'who asked has the answer, and no alert');
    });

    it('a stage that began meanwhile', async () => {
      it_.pass(40 * DAY);
      await it_.say(bob, 'watch example.com', chatOf(bob));
      assert.match(since(1).join('\n'), /^Notice: example\.com expires in 20 days, [^\n]*$/);
      assert.equal(summaries(chatOf(bob)).length, 1);
    });
  });

  it('is told once for each stage, however often is looked', async () => {
    for (const ms of [40 * DAY, 7 * HOUR, 7 * HOUR, 7 * HOUR]) await it_.later(ms);
    assert.equal(since(1).length, 1);
    for (const ms of [14 * DAY, 7 * HOUR, 7 * HOUR]) await it_.later(ms);
    assert.equal(since(2).length, 1);
  });

  it('is looked for again when the day of a rolling deployment ends, whatever the interval', async () => {
    const renewed = certificate('renewed', { notBefore: NOW, notAfter: NOW + 150 * DAY });
    it_.scripted.serve('example.com', { address: FIRST, presents: LEAF }, { address: SECOND, presents: renewed });
    await it_.later();
    assert.deepEqual(since(1), []);
    await it_.later(HOUR);
    assert.deepEqual(since(1), []);
    await it_.later(DAY - HOUR);
    assert.match(since(1).join('\n'), /^Partly renewed: /);
    for (const ms of [HOUR, 7 * HOUR]) await it_.later(ms);
    assert.equal(since(1).length, 1);
  });

  it('is told for a stage that begins while nothing answers', async () => {
    it_.scripted.serve('example.com', { address: FIRST, fails: 'timeout' });
    await it_.later(40 * DAY);
    assert.match(since(1).join('\n'), /^Notice: example\.com expires in 20 days, /);
  });

  it('says when its conversation is still alerted', async () => {
    await it_.say(anna, 'remind 1439h 3d');
    await it_.later(HOUR + MINUTE);
    const { facts } = it_.latest(CHANNEL);
    assert.match(facts!.map(({ value }) => value).join('\n'), /^critical, on Mon\s18\sJan$/m);
  });

  describe('says when to look next', () => {
    const renewed = certificate('renewed', { notBefore: NOW, notAfter: NOW + 150 * DAY });
    const dueIn = async (): Promise<number> =>
      (await it_.bot.store.findTarget('tls://example.com:443'))!.dueAt! - it_.now();
    const mix = (): void =>
      it_.scripted.serve('example.com', { address: FIRST, presents: LEAF }, { address: SECOND, presents: renewed });

    it('without regard to a rolling deployment that is over', async () => {
      mix();
      await it_.later();
      assert.equal(await dueIn(), HOUR);
      it_.pass(MINUTE);
      it_.scripted.serve('example.com', { address: FIRST, presents: renewed }, { address: SECOND, presents: renewed });
      await it_.say(bob, 'watch example.com', chatOf(bob));
      assert.equal(await dueIn(), 6 * HOUR);
    });

    it('without regard to one that the answer to a command has told of', async () => {
      mix();
      await it_.later();
      it_.pass(MINUTE);
      await it_.say(anna, 'watch example.com');
      assert.equal(await dueIn(), 6 * HOUR);
    });

    it('at the thresholds of every watch', async () => {
      await it_.say(bob, 'watch example.com remind 1435h', chatOf(bob));
      assert.equal(await dueIn(), 5 * HOUR);
    });
  });

  describe('changes what the calendar of its conversation says', () => {
    const reminders = async (place = CHANNEL): Promise<Reminder[]> =>
      (await it_.bot.store.listReminders('ics', place.id)).filter(({ wanted }) => wanted);
    const bodies = async (): Promise<string> => (await reminders()).map(({ event }) => event.body).join('\n');

    it('when the chain breaks, and when it is mended', async () => {
      assert.doesNotMatch(await bodies(), /chain is incomplete/i);
      it_.scripted.serve('example.com', { address: FIRST, presents: LEAF, trust: UNTRUSTED });
      await it_.later();
      assert.match(await bodies(), /chain is incomplete/i);
      it_.scripted.serve('example.com', { address: FIRST, presents: LEAF });
      await it_.later();
      assert.doesNotMatch(await bodies(), /chain is incomplete/i);
    });

    it('when renewing becomes urgent', async () => {
      const importance = async () => (await reminders()).find(({ kind }) => kind === 'renew')!.event.importance;
      await it_.later(40 * DAY);
      assert.equal(await importance(), 'normal');
      await it_.later(13 * DAY);
      assert.equal(await importance(), 'high');
    });

    it('when the certificate is renewed before anything was due', async () => {
      const renewed = certificate('renewed', { notBefore: NOW, notAfter: NOW + 150 * DAY });
      it_.scripted.serve('example.com', { address: FIRST, presents: renewed });
      await it_.later();
      assert.deepEqual([...new Set((await reminders()).map(({ fingerprint }) => fingerprint))], [renewed.fingerprint]);
    });

    it('when it begins to watch what others watch already', async () => {
      await it_.say(bob, 'watch example.com', chatOf(bob));
      assert.equal((await reminders(chatOf(bob))).length, 2);
    });

    it('and nothing of it is planned anew where nothing has changed', async () => {
      let plans = 0;
      const { store } = it_.bot;
      const { listReminderIds } = store;
      store.listReminderIds = (...given) => {
        plans += 1;
        return listReminderIds(...given);
      };
      const looked = async (): Promise<number> => (await store.findTarget('tls://example.com:443'))!.observation!.at;
      const before = await looked();
      plans = 0;
      await it_.later();
      assert.ok((await looked()) > before);
      assert.equal(plans, 0);
    });
  });

  describe('is judged by what its conversation trusts', () => {
    it('so that “trust add” silences there what stays a finding elsewhere', async () => {
      const validity = { notBefore: new Date(NOW - DAY), notAfter: new Date(NOW + 60 * DAY) };
      const ca = await root('CN=Inside Root', { ...validity, notAfter: new Date(NOW + 900 * DAY) });
      const inner = await sign({ subject: 'CN=example.com', issuer: ca, names: ['example.com'], ...validity });
      const own = certificate('inner', { notAfter: validity.notAfter.getTime(), fingerprint: inner.fingerprint });
      await it_.say(bob, 'watch example.com', chatOf(bob));
      await it_.say(anna, `trust add ${ca.pem}`);
      const der = { sent: [Buffer.from(inner.certificate.rawData).toString('base64')], fetched: [] };
      it_.scripted.serve('example.com', { address: FIRST, presents: own, trust: UNTRUSTED, der });
      await it_.later();
      const news = /chain|authority|incomplete/i;
      assert.doesNotMatch(since(2).join('\n'), news);
      assert.equal(since(1, chatOf(bob)).length, 1);
      assert.match(JSON.stringify(it_.latest(chatOf(bob))), news);
      // Also what was told already is over there once its authority is trusted.
      await it_.say(bob, `trust add ${ca.pem}`, chatOf(bob));
      const before = it_.said(chatOf(bob)).length;
      await it_.later(MINUTE);
      await it_.later();
      assert.equal(since(before, chatOf(bob)).length, 0, 'his own answer has told it');
      const { title, state, text = [] } = it_.said(chatOf(bob))[1]!;
      assert.doesNotMatch([title, state?.word, ...text].join('\n'), news, 'the alert says it no more');
    });
  });

  describe('after “remind”', () => {
    it('is told for a threshold that the new ones have in an hour, in an hour', async () => {
      await it_.say(anna, 'remind 1439h 3d');
      await it_.later(0);
      assert.equal(since(2).length, 0);
      await it_.later(HOUR + MINUTE);
      assert.match(since(2).join('\n'), /^Notice: example\.com expires /);
      await it_.later();
      assert.equal(since(2).length, 1);
      await it_.later(57 * DAY);
      assert.equal(since(3).length, 1, 'nor are those that come later told already');
    });

    it('is not told for a threshold that the answer says has passed', async () => {
      await it_.say(anna, 'remind 70d 3d');
      assert.match(it_.latest(CHANNEL).text!.join('\n') + it_.latest(CHANNEL).summary, /example\.com/);
      for (const ms of [0, 7 * HOUR]) await it_.later(ms);
      assert.equal(since(2).length, 0);
    });

    it('is told for a threshold of a watch’s own that passed just before, though the new ones name it as well', async () => {
      await it_.say(anna, 'watch example.com remind 59d');
      it_.pass(DAY + MINUTE);
      await it_.say(anna, 'remind 59d 3d');
      const before = it_.said(CHANNEL).length;
      await it_.later();
      assert.equal(since(before).length, 1);
    });

    it('keeps the thresholds of a watch that has its own, and what was told of them', async () => {
      await it_.say(anna, 'watch example.com remind 59d');
      await it_.say(anna, 'remind 70d 58d');
      const before = it_.said(CHANNEL).length;
      await it_.later(DAY + HOUR);
      assert.equal(since(before).length, 1);
      await it_.later(2 * DAY);
      assert.equal(since(before).length, 1);
    });
  });
});

describe('a look that comes late', () => {
  const seen = (at: number) => ({
    targetId: 1,
    leaseId: null,
    quiet: new Set<number>(),
    observation: observation([presented(FIRST, LEAF)], { at }),
  });
  const row = (at: number | null) => {
    const last = at === null ? null : observation([presented(SECOND, LEAF)], { at });
    return { id: 1, uri: 'tls://example.com:443', state: null, observation: last, dueAt: null };
  };
  const cases: [string, number | null, number, boolean][] = [
    ['after none', null, NOW, false],
    ['after an older one', NOW - 1, NOW, false],
    ['of the same moment', NOW, NOW, false],
    ['a millisecond older than what is stored', NOW + 1, NOW, true],
    ['almost ten minutes older', NOW + 10 * MINUTE - 1, NOW, true],
    ['so much older that the clock must have been set back', NOW + 10 * MINUTE, NOW, false],
  ];
  for (const [name, last, at, expected] of cases)
    it(`${name} is ${expected ? 'no' : 'still'} news`, () => assert.equal(isOutdated(seen(at), row(last)), expected));
});
