import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { homeView, messageOf } from '../../src/channels/slack/blocks.ts';
import { home } from '../../src/flows/chat/home.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { factOf, rowsOf, spaced } from '../support/card-texts.ts';
import { certificate, EN, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { textOf } from '../support/wired-people.ts';

const anna = personOf('anna');
const annaDe = personOf('anna', { locale: 'de-DE' });
const ELSEWHERE = { ...CHANNEL, id: 'plain:elsewhere' };
const MARCH = Date.UTC(2027, 2, 1);
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });

/** What a day that somebody typed has nothing to do with. */
const OUT_OF_PLACE =
  /certificate|zertifikat|handshake|\bchain|\bkette|connect|verbind|issue|ausgestellt|aussteller|serial|seriennummer|\bserver|\bhost|endpoint|endpunkt|\bTLS|reach|erreich|\blook(?:ed|s)? (?:at|again)|geprüft/i;

/** Everything that a card makes people read, in both channels. */
function readings(card: Card): string[] {
  const { about: _about, ...shown } = card;
  return [shown, adaptiveCard(card, 'delivery'), messageOf(card)].map((one) => JSON.stringify(one));
}

describe('a day that is watched', () => {
  let it_: WiredOutlook;
  afterEach(() => it_.close());

  const say = (text: string, place = CHANNEL): Promise<Card> => it_.say(anna, text, place);
  const events = () => it_.graph.events('anna').toSorted((a, b) => a.start - b.start);
  async function start(options: Parameters<typeof startWiredOutlook>[0] = {}): Promise<void> {
    it_ = await startWiredOutlook({ people: [anna], ...options });
  }
  async function at(moment: number): Promise<void> {
    await it_.later(moment - it_.now());
  }

  it('has its reminders, is told at each stage, and moves both with a new date', async () => {
    await start();
    const card = await say('watch date:2027-03-01 Code-signing token');
    assert.equal(spaced(card.summary), 'Watching Code-signing token: fine, valid until 1 Mar 2027, in 98 days.');
    assert.equal(spaced(card.title), 'Code-signing token is valid until 1 Mar');
    assert.equal(card.lead, '98 days left; there is nothing to do yet.');
    assert.equal(card.bar, undefined);
    assert.equal(factOf(card, 'Typed'), 'Sun 22 Nov, 13:00');
    const [renew, expiry] = events();
    assert.equal(renew!.subject, 'Renew: Code-signing token (expires 1 Mar 2027)');
    assert.equal(renew!.start, Date.UTC(2027, 1, 4, 7), 'the start of work before a quarter of the time is left');
    assert.equal(expiry!.subject, 'Expires 1 Mar 2027: Code-signing token');
    assert.deepEqual(
      [expiry!.start, expiry!.sent['isAllDay']],
      [MARCH - HOUR, true],
      'the whole day, as it is in Berlin',
    );
    assert.equal(events().length, 2);

    const told = it_.said(CHANNEL).length;
    for (const [moment, state, title] of [
      [MARCH - 20 * DAY, 'Notice', 'Code-signing token expires in 20 days'],
      [MARCH - 6 * DAY, 'Urgent', 'Code-signing token expires in 6 days'],
      [MARCH - DAY, 'Critical', 'Code-signing token expires in 24 hours'],
      [MARCH, 'Expired', 'Code-signing token expired just now'],
    ] as const) {
      await at(moment);
      const told = it_.latest(CHANNEL);
      assert.deepEqual([told.state!.word, told.title], [state, title]);
    }
    await at(MARCH + 2 * DAY);
    assert.equal(it_.said(CHANNEL).length, told + 4, 'once each');

    const renewed = await say('watch date:2028-03-01 code-signing TOKEN');
    assert.equal(spaced(renewed.title), 'Code-signing token is valid until 1 Mar 2028');
    assert.equal(renewed.state!.word, 'Renewed');
    assert.equal(
      spaced(String(renewed.lead)),
      '364 days left. Before, it was 1 Mar 2027; the reminders move to the new date.',
    );
    assert.deepEqual(
      events().map(({ id, subject }) => [id, subject]),
      [
        [renew!.id, 'Renew: Code-signing token (expires 1 Mar 2028)'],
        [expiry!.id, 'Expires 1 Mar 2028: Code-signing token'],
      ],
    );
    assert.equal(events()[1]!.start, Date.UTC(2028, 2, 1) - HOUR);
    await it_.later();
    assert.equal(it_.said(CHANNEL).length, told + 5, 'what a person did is in the answer alone');

    await say('unwatch date:Code-signing token');
    assert.deepEqual(events(), []);
    assert.match((await say('list')).summary, /Nothing is watched here yet/);
  });

  it('is to be due when its stages say, also between looks', async () => {
    await start();
    await say('watch date:2027-03-01 Token remind 10d 1d');
    const { dueAt } = (await it_.bot.store.getTargets([1]))[0]!;
    assert.ok(dueAt! <= NOW + 7 * HOUR);
    await at(MARCH - 10 * DAY - 2 * HOUR);
    const row = (await it_.bot.store.getTargets([1]))[0]!;
    assert.equal(row.dueAt, MARCH - 10 * DAY);
  });

  it('is the same when its date is typed again, and starts afresh with another, earlier ones included', async () => {
    await start();
    await say('watch date:2027-03-01 Token');
    const ids = events().map(({ id }) => id);
    it_.pass(80 * DAY);
    const again = await say('watch date:2027-03-01 Token');
    assert.equal(again.state!.word, 'Notice, and watched already');
    assert.equal(factOf(again, 'Typed'), 'Sun 22 Nov, 13:00');
    assert.deepEqual(again.todo, { task: 'Plan the renewal.', then: EN('date.todo.then') });
    const earlier = await say('watch date:2027-02-20 Token');
    assert.equal(earlier.title, 'Token expires earlier than before');
    assert.equal(events().at(-1)!.start, Date.UTC(2027, 1, 20) - HOUR);
    const back = await say('watch date:2027-03-01 Token');
    assert.equal(back.state!.word, 'Renewed');
    assert.equal(factOf(back, 'Typed'), 'Wed 10 Feb, 13:00');
    assert.deepEqual(
      events().map(({ id }) => id),
      ids,
    );
    const audit = (await it_.bot.store.listAudit(CHANNEL.id, 9)).map(({ subject }) => subject.replace(/.*\//, ''));
    assert.deepEqual(
      audit,
      ['Token 2027-03-01', 'Token 2027-02-20', 'Token 2027-03-01'],
      'each that changed something',
    );
    assert.match((await say('watch date:Token')).summary, /^Already watching Token: /);
    assert.match((await say('watch date:Other')).summary, /“Other” is not a day as it is typed here/);
  });

  it('is left alone by a check', async () => {
    await start();
    await say('watch date:2027-03-01 Token');
    const tried = await say('check date:2029-01-01 Token');
    assert.equal(spaced(tried.summary), 'Fine: Token is valid until 1 Jan 2029, in 770 days.');
    assert.match((await say('date:token')).summary, /Token .*1\sMar\s2027/);
    assert.match((await say('show date:Token')).summary, /Token .*1\sMar\s2027/);
    assert.equal(
      (await say('check date:2029-01-01 Other')).footnote,
      'Nothing of this is kept. To be reminded, type “watch date:2029-01-01 Other”.',
    );
    assert.match((await say('check date:Other')).summary, /is not a day/);
  });

  it('belongs to its conversation', async () => {
    await start();
    await say('watch date:2027-03-01 Token');
    assert.match(
      (await say('show date:Token', ELSEWHERE)).summary,
      /Token is not watched in this conversation\. Type “list”/,
    );
    await say('watch date:2027-06-01 Token', ELSEWHERE);
    assert.match((await say('show date:Token')).summary, /1\sMar\s2027/);
    assert.match((await say('show date:Token', ELSEWHERE)).summary, /1\sJun\s2027/);
    assert.equal(events().length, 4);
    assert.match((await say('unwatch date:Tokem')).summary, /Did you mean Token\?/);
    await it_.bot.store.moveConversation(CHANNEL.id, { ...CHANNEL, id: 'plain:moved' }, it_.now());
    const moved = { ...CHANNEL, id: 'plain:moved' };
    assert.equal((await say('watch date:2028-03-01 Token', moved)).state!.word, 'Renewed');
    assert.equal((await it_.bot.store.listWatches(moved.id)).length, 1);
  });

  it('comes with others in one message, hosts too, and costs nothing of their budget', async () => {
    await start({ settings: { probeBudget: 1, probePorts: [{ from: 443, to: 443 }] } });
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: LEAF });
    const card = await say(
      'watch date:2027-03-01 A\ndate:2027-04-01 "B, remind 3"\nexample.com\ndate:01.05.2027 C\ndate:2027-03-01 a\ndate:2020-01-01 D',
    );
    assert.equal(card.summary, '5 targets: 3 watched, 2 failed');
    const rows = rowsOf(card).map((row) => row.join(' | '));
    assert.ok(rows.includes('A |  | 1 Mar | 98 days'), rows.join('\n'));
    assert.ok(rows.includes('B, remind 3 |  | 1 Apr | 129 days'));
    assert.ok(rows.some((row) => row.startsWith('date:01.05.2027 C | Days are typed as year')));
    assert.ok(rows.some((row) => row.startsWith('date:2020-01-01 D | 2020-01-01 is not in the future')));
    assert.equal(card.footnote, undefined, 'since the host among them was reached');
    assert.equal((await say('watch date:2027-05-01 E\ndate:2027-05-01 F')).footnote, undefined);
    assert.equal(
      (await say('unwatch date:A\ndate:E\ndate:none')).summary,
      '3 targets: 2 no longer watched, 1 not watched here',
    );
    const renewed = await say('watch date:2028-04-01 "b, remind 3"\ndate:2027-05-01 F');
    const notes = rowsOf(renewed).map((row) => row.join(' | '));
    assert.deepEqual(notes.toSorted(), [
      'B, remind 3 | B, remind 3 expires 1 Apr 2028 (in 495 days) now; before, it was 1 Apr 2027 | Apr 2028 | 495 days',
      'F |  | 1 May | 159 days',
    ]);
    const twice = await say('watch date:2027-03-01 G\ndate:2027-04-01 g');
    assert.match(twice.summary, /tell different things of the same target/);
    assert.deepEqual(
      (await it_.bot.store.listWatches(CHANNEL.id)).map(({ uri }) => uri.replace(/.*\//, '')),
      ['B%2C%20remind%203', 'example.com:443', 'F'],
    );
  });

  it('that is typed while the tick is at it is the one that counts', async () => {
    await start();
    await say('watch date:2027-03-01 Token');
    const { observer } = it_.bot.flows;
    const watch = (await it_.bot.store.listWatches(CHANNEL.id))[0]!;
    const typed = await observer.look(watch.uri, undefined, { given: '2028-03-01' });
    it_.pass(1000);
    const [row] = await it_.bot.store.getTargets([watch.targetId]);
    const ticked = await observer.look(watch.uri, row!.state);
    const quiet = new Set([watch.id]);
    await observer.commitLook(
      { targetId: watch.targetId, leaseId: null, observation: ticked!, quiet },
      { urgent: true },
    );
    await observer.commitLook(
      { targetId: watch.targetId, leaseId: null, observation: typed!, quiet },
      { urgent: true },
    );
    assert.match((await say('show date:Token')).summary, /1\sMar\s2028/);
  });

  it('is in the list, on the Home tab, in search, and has an owner', async () => {
    await start();
    const bob = personOf('bob');
    await it_.say(bob, 'list');
    await it_.watching(anna, 'example.com', LEAF);
    await say('watch date:2027-03-01 Token');
    const list = await say('list tok');
    assert.deepEqual(rowsOf(list), [['Token', '', '1 Mar', '98 days']]);
    assert.deepEqual(
      list.groups![0]!.rows![0]!.actions!.map((action) => action.label),
      ['Show', 'Stop watching'],
    );
    const view = await home(it_.bot.context, {
      channel: 'plain',
      tenantId: 'tenant',
      actor: anna,
      conversation: CHANNEL,
      page: 1,
    });
    assert.ok(JSON.stringify(homeView(view)).includes('Token'));
    assert.match((await say('owner date:Token')).summary, /anna owns Token/);
    assert.match((await say('owner date:Token @bob')).summary, /bob/);
    assert.match((await say('calendar date:Token')).summary, /^2 calendar events for Token/);
    assert.match((await say('remind also me for date:Token')).summary, /reminders for Token/);
    const { id } = (await it_.bot.store.listWatches(CHANNEL.id)).find(({ uri }) => uri.startsWith('date:'))!;
    const action = { name: 'unwatch-row', data: { watch: id, page: 1 } };
    await it_.bot.inbox.action({
      conversation: CHANNEL,
      thread: null,
      ephemeral: null,
      actor: anna,
      action,
      receivedAt: it_.now(),
    });
    await it_.bot.settled();
    const undo = it_.said(CHANNEL).find(({ title }) => title === 'No longer watching Token')!;
    assert.match(undo.summary, /Type “watch date:2027-03-01 Token” to take it up again/);
  });

  it('is in a feed', async () => {
    await start({ settings: { calendar: 'ics' } });
    await say('watch date:2027-03-01 Token; "x"\ndate:2027-04-01 🔑 Ключ');
    const token = /calendar\/(\w+)\.ics/.exec(textOf(await say('calendar')))![1]!;
    const { body } = (await it_.bot.feeds.feed(token))!;
    const text = body.replaceAll(/\r\n /g, '');
    assert.ok(text.includes('SUMMARY:Renew: Token\\; "x" (expires 1 Mar 2027)'), text);
    assert.ok(text.includes('SUMMARY:Expires 1 Apr 2027: 🔑 Ключ'));
    assert.equal(text.match(/CATEGORIES:Expiry/g)?.length, 4);
    const told = text.replaceAll(/^(?:PRODID|NAME|X-WR-CALNAME).*$/gm, '');
    assert.doesNotMatch(told, OUT_OF_PLACE);
  });

  const names = ['Token', 'example.com', '<!channel> <@U1> <at>Bob</at> [a](http://b) *b* & “c”', 'x'.repeat(200)];
  for (const who of [anna, annaDe])
    for (const name of names)
      it(`is spoken of as what it is, in ${who.locale}: ${name.slice(0, 30)}`, async () => {
        it_ = await startWiredOutlook({ people: [who] });
        const answers: Card[] = [];
        const tell = async (text: string) => answers.push(await it_.say(who, text));
        await tell(`watch date:2027-03-01 ${name}`);
        for (const verb of ['show', 'check', 'calendar', 'owner', 'unwatch date:none\n', 'show date:none', 'list'])
          await tell(`${verb} date:${name}`);
        for (const moment of [MARCH - 20 * DAY, MARCH - 6 * DAY, MARCH - DAY, MARCH + HOUR]) await at(moment);
        await tell(`show date:${name}`);
        await tell(`watch date:2027-04-01 ${name} remind 60d 1d`);
        await tell(`watch date:2027-03-20 ${name}`);
        await tell(`watch date:2027-03-20 ${name}`);
        await tell(`watch date:2027-03-02 ${name}`);
        const event = events()[0]!;
        it_.graph.mailbox('anna').move(event.id, Date.UTC(2027, 2, 19, 9));
        await it_.look('anna');
        await tell(`unwatch date:${name}`);
        const written = JSON.stringify([event.subject, event.body]);
        const said = it_.said(CHANNEL).flatMap(readings);
        assert.ok(said.length > 40);
        const moved = /^I have put it at|^Jetzt steht es auf|^I keep to|^Es bleibt bei/;
        assert.ok(it_.said(CHANNEL).some(({ title }) => moved.test(title)));
        for (const card of it_.said(CHANNEL)) assert.doesNotMatch(messageOf(card).text, /<!channel>|<@U1>/);
        for (const text of [...said, written, ...answers.flatMap(readings)])
          assert.doesNotMatch(text.replaceAll(/https?:[^"\\\s]+/g, '').replaceAll('example.com', ''), OUT_OF_PLACE);
      });
});
