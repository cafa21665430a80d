import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { renderFeed } from '../../src/calendars/ics/feed.ts';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { messageOf } from '../../src/channels/slack/blocks.ts';
import { observationCard } from '../../src/core/chat/cards/observation.ts';
import type { Card } from '../../src/core/card.ts';
import type { Shown } from '../../src/core/certificates/certificate.ts';
import { judge } from '../../src/core/certificates/verdict.ts';
import { namesHost } from '../../src/sources/tls/alternative-names.ts';
import { createTrustStore, findPath, trustOfPath } from '../../src/sources/tls/path.ts';
import { createShownReader } from '../../src/sources/tls/shown.ts';
import { readAdaptiveCard } from '../channels/contract/adaptive-cards.ts';
import { readBlocks } from '../channels/contract/block-kit.ts';
import { blockFaults } from '../peers/slack/blocks.ts';
import { certificate, DE, EN, leaveNothingOut, NOW, observation, presented } from '../support/certificate-facts.ts';
import { alternativeNames } from '../support/der-certificate.ts';
import { HOST, ISSUERS, issueOdd, ODD, type Odd } from '../support/odd-certificates.ts';
import { rowsOf } from '../support/said.ts';
import { HOUR, SECOND } from '../../src/core/time.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

const anna = personOf('anna');
const ADDRESS = '192.0.2.1';

/** What the bot makes of an odd certificate that a server shows. */
async function look(odd: Pick<Odd, 'leaf' | 'issuer' | 'above' | 'asked'>): Promise<Shown> {
  const { sent, rootPem } = issueOdd(odd, NOW);
  const store = createTrustStore({ publicPems: [], privatePems: [rootPem] });
  const [leaf, ...rest] = sent as [X509Certificate, ...X509Certificate[]];
  const reader = createShownReader({
    store,
    findIssuer: () => Promise.resolve(null),
    checkRevocation: () => Promise.resolve({ status: 'unknown', by: null, subject: '' }),
    now: () => NOW,
  });
  const trust = trustOfPath(findPath(leaf, { sent: rest, store, now: NOW }), leaf, NOW);
  const nameMatches = namesHost(leaf, odd.asked ?? HOST);
  return (await reader.shown({ protocol: 'TLSv1.3', sent, trust, nameMatches, staple: null }, 'a place'))!;
}

/** Fails where a card holds what is no value, or what a channel would refuse or turn into something else. */
function assertSound(card: Card): void {
  const text = JSON.stringify(card).replaceAll(/%[0-9A-F]{2}|\\n/g, ' ');
  assert.doesNotMatch(text, /NaN|Invalid|null \(|undefined|Infinity|\d{5,} days|\b\d{5,}-\d\d-\d\d|1970-01-01/);
  const adaptive = adaptiveCard(card, 'delivery');
  readAdaptiveCard(adaptive, card.summary);
  const message = messageOf(card);
  assert.deepEqual(blockFaults(message.blocks), []);
  readBlocks(message as Parameters<typeof readBlocks>[0]);
}

/** Where the odd certificate of a number is watched from the start, and where it comes in place of a good one. */
const hosts = (number: number): { own: string; later: string } => ({
  own: `own${number}.localhost`,
  later: `later${number}.localhost`,
});

describe('Certificates that are not what they should be', () => {
  let bot: WiredOutlook;
  const looks: Shown[] = [];
  before(async () => {
    bot = await startWiredOutlook({ people: [anna] });
    await bot.watching(anna, 'neighbour.example', certificate('neighbour'));
    for (const [number, odd] of ODD.entries()) {
      looks.push(await look(odd));
      const { own, later } = hosts(number);
      bot.scripted.serve(own, { address: ADDRESS, shows: looks[number]! });
      bot.scripted.serve(later, { address: ADDRESS, presents: certificate(`${number} good`) });
    }
  });
  after(() => bot.close());

  for (const [number, odd] of ODD.entries())
    describe(odd.name, () => {
      const { asked = HOST } = odd;

      it(`is found to be ${odd.findings.join(', ') || 'nothing else'}`, () => {
        const found = judge(looks[number]!, asked, NOW, EN);
        assert.deepEqual(
          found.map(({ code }) => code),
          odd.findings,
        );
        if (odd.sentence) assert.match(found[0]!.sentence, odd.sentence);
        for (const say of [EN, DE])
          for (const { sentence, advice } of judge(looks[number]!, asked, NOW, say)) {
            assert.match(sentence, /^[^{}]{20,}\.$/s);
            assert.match(advice, /^[^{}]{10,}\.$/s);
          }
      });

      it('is answered by cards that both channels take, in both languages', async () => {
        assertSound(await bot.say(anna, `watch ${hosts(number).own}`));
        const shown = looks[number]!;
        const seen = observation([presented(ADDRESS, shown.chain[0], shown)]);
        assertSound(observationCard(seen, { policy: null, now: NOW, say: DE }));
      });
    });

  // Afterwards: mocha runs tests before the suites beside them.
  describe('all together', () => {
    it('break neither the list nor what stands in it beside them', async () => {
      const shown: string[] = [];
      const next = { name: 'list-page', data: { filter: '' } };
      for (let page = 1, last = false; !last; page += 1) {
        const action = { ...next, data: { ...next.data, page } };
        const seen = { conversation: CHANNEL, thread: null, ephemeral: null, actor: anna, receivedAt: bot.now() };
        const card = (await bot.bot.inbox.action({ ...seen, action }))!;
        assertSound(card);
        assert.equal(card.text, undefined, 'nothing is left out');
        shown.push(...rowsOf(card).map(([name]) => name!));
        last = !card.actions!.some((one) => one.kind === 'execute' && Number(one.action.data['page']) > page);
      }
      const all = ['neighbour.example', ...ODD.map((_, number) => hosts(number).own)];
      assert.deepEqual(shown.toSorted(), all.toSorted());
    });

    it('have events in calendars where there is a date, and break no others', async () => {
      const dated = ODD.filter(({ end = 'dated' }) => end === 'dated');
      const reminders = await bot.bot.store.listReminders('graph', 'anna');
      const feed = renderFeed({ name: 'feed', reminders, leftOut: leaveNothingOut });
      assert.equal(feed.match(/BEGIN:VEVENT/g)!.length, 2 * (1 + dated.length));
      assert.doesNotMatch(feed, /NaN|Invalid/);
      for (const [line, at] of feed.matchAll(/^DT(?:START|END|STAMP)[^:]*:(.*?)\r$/gm))
        assert.match(at!, /^20\d{6}T\d{6}Z?$/, line);
      assert.equal(bot.graph.events('anna').length, 2 * (1 + dated.length));
      const refused = bot.graph.requests.filter(({ status }) => status === 400);
      assert.deepEqual(refused, []);
      const statuses = await bot.bot.store.deliveryStatuses(reminders.map(({ id }) => id));
      const waiting = statuses.filter(({ state }) => state !== 'done');
      assert.deepEqual(waiting, [], 'nothing is tried again');
    });

    it('are told in alerts that both channels take, when they come in place of good ones', async () => {
      assertSound(await bot.say(anna, `watch ${[...ODD.keys()].map((number) => hosts(number).later).join(' ')}`));
      for (const [number, shows] of looks.entries())
        bot.scripted.serve(hosts(number).later, { address: ADDRESS, shows });
      const said = bot.said(CHANNEL).length;
      // So many are looked at in a round.
      for (let rounds = 0; rounds < 5; rounds += 1) await bot.later(rounds === 0 ? 7 * HOUR : SECOND);
      const alerts = bot.said(CHANNEL).slice(said);
      for (const alert of alerts) assertSound(alert);
      const silent = ODD.filter(
        (_, number) => !alerts.some((alert) => JSON.stringify(alert).includes(hosts(number).later)),
      );
      assert.deepEqual(
        silent.map(({ name }) => name),
        [],
      );
      const refused = bot.graph.requests.filter(({ status }) => status === 400);
      assert.deepEqual(refused, []);
    });
  });

  for (const [name, issuer, called] of ISSUERS)
    it(`is issued by “${called}” where the name of its issuer is ${name}`, async () => {
      const shown = await look({ leaf: { issuer, extensions: [alternativeNames(HOST)] } });
      bot.scripted.serve(HOST, { address: ADDRESS, shows: shown });
      const card = await bot.say(anna, `check ${HOST}`);
      assert.equal(card.details!.find(({ label }) => label === 'Issued by')!.value, called);
      assertSound(card);
    });
});
