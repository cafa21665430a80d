import assert from 'node:assert/strict';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { said } from '../../support/said.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';

const anna = personOf('anna');
const ADDRESS = '192.0.2.1';
/** Stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });
const NEXT = certificate('next', { notBefore: NOW + 30 * DAY, notAfter: NOW + 150 * DAY });

describe('what no answer has told', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna],
      settings: { calendar: 'none', alerts: alertRules(6 * HOUR, MINUTE) },
    });
  });
  afterEach(() => it_.close());

  const posts = (): typeof it_.posts => it_.posts.filter(({ conversationId }) => conversationId === CHANNEL.id);

  async function later(): Promise<string> {
    const before = posts().length;
    await it_.passing(20 * MINUTE);
    return posts()
      .slice(before)
      .map(({ card }) => said(card))
      .join('\n');
  }

  it('is told of a host that was beginning to fail when its thresholds were changed', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    it_.scripted.serve('example.com', { address: ADDRESS, fails: 'refused' });
    await it_.later(7 * HOUR);
    await it_.say(anna, 'remind 20d 5d');
    assert.match(await later(), /example\.com/);
  });

  it('is told of a renewed certificate that clients refuse, also where “done” has seen it first', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(38 * DAY);
    await it_.passing(2 * MINUTE);
    it_.scripted.serve('example.com', { address: ADDRESS, presents: NEXT, nameMatches: false });
    await it_.say(anna, 'done');
    assert.match(await later(), /name/);
  });

  it('is told of what an import has begun to watch', async () => {
    it_.scripted.serve('one.example', { address: ADDRESS, presents: certificate('one', { notAfter: NOW + 3 * DAY }) });
    it_.scripted.serve('two.example', { address: ADDRESS, presents: LEAF, nameMatches: false });
    await it_.say(anna, 'import\ntarget;note\none.example;a\ntwo.example;b');
    const text = await later();
    assert.match(text, /one\.example/);
    assert.match(text, /two\.example/);
  });

  it('is told where only the asker has read it', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    it_.scripted.serve('example.com', { address: ADDRESS, presents: LEAF, nameMatches: false });
    await it_.bot.inbox.message({
      id: 'plain:slash',
      conversation: CHANNEL,
      thread: null,
      ephemeral: 'for anna',
      actor: anna,
      text: 'check example.com',
      mentions: [],
      attachments: [],
      receivedAt: it_.now(),
    });
    await it_.bot.settled();
    assert.match(await later(), /example\.com/);
  });

  it('is told when all of it is over, where “done” has seen that of one target alone', async () => {
    const hosts = ['one.example.com', 'two.example.com'];
    for (const host of hosts) it_.scripted.serve(host, { address: ADDRESS, presents: LEAF });
    await it_.say(anna, `watch ${hosts.join(' ')}`);
    await it_.later(58 * DAY + HOUR);
    await it_.passing(2 * MINUTE);
    await it_.press(anna, 'I have it');
    it_.scripted.serve(hosts[0]!, { address: ADDRESS, presents: NEXT });
    await it_.say(anna, `done ${hosts[0]}`);
    await it_.later(HOUR);
    it_.scripted.serve(hosts[1]!, { address: ADDRESS, presents: NEXT });
    await it_.later(7 * HOUR);
    assert.match(await later(), /present the new certificate|new certificate/);
  });
});
