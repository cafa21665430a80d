import assert from 'node:assert/strict';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { textOf, type Card } from '../../../src/core/card.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { spaced } from '../../support/card-texts.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const [FIRST, SECOND_ADDRESS] = ['192.0.2.1', '192.0.2.2'];
/** Stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });
const NEXT = certificate('next', { notBefore: NOW + 30 * DAY, notAfter: NOW + 150 * DAY });

describe('what people do about an alert', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna, bob],
      settings: { calendar: 'ics', alerts: alertRules(6 * HOUR, MINUTE) },
      messenger: { below: (_conversation, activityId) => `below ${activityId}` },
    });
  });
  afterEach(() => it_.close());

  const posts = (): typeof it_.posts => it_.posts.filter(({ conversationId }) => conversationId === CHANNEL.id);
  const open = async () => (await it_.bot.store.listIncidents(CHANNEL.id)).filter(({ closedAt }) => closedAt === null);

  /** A notice about example.com, on two addresses. */
  async function alerted(): Promise<Card> {
    serve(LEAF, LEAF);
    await it_.say(anna, 'watch example.com');
    await it_.later(38 * DAY);
    await it_.passing(2 * MINUTE);
    return posts().at(-1)!.card;
  }

  function serve(first: typeof LEAF, second: typeof LEAF): void {
    it_.scripted.serve(
      'example.com',
      { address: FIRST, presents: first },
      { address: SECOND_ADDRESS, presents: second },
    );
  }

  async function act(who: Actor, name: string, data: Record<string, string>): Promise<Card | null> {
    const message = { thread: null, ephemeral: null, actor: who, receivedAt: it_.now() };
    const card = await it_.bot.inbox.action({ conversation: CHANNEL, ...message, action: { name, data } });
    await it_.bot.settled();
    return card;
  }

  const labels = ({ actions = [] }: Card): string[] => actions.map(({ label }) => label);
  const last = (): Card => posts().at(-1)!.card;

  it('has what can be done on the alert, and on one that somebody has, another', async () => {
    const alert = await alerted();
    assert.deepEqual(labels(alert).slice(0, 4), ['I have it', 'Look again now', 'Snooze', 'Assign']);
    assert.ok(labels(alert).includes('Stop watching'));
    const held = await it_.press(anna, 'I have it');
    assert.equal(held!.state!.word, 'anna has it');
    assert.deepEqual(labels(held!).slice(0, 4), ['Take over', 'Give it back', 'I install it then', 'It is renewed']);
    assert.equal(held!.todo, undefined);
    assert.deepEqual(
      held!.facts!.map(({ label }) => label),
      ['Since', 'Next alert'],
    );
    assert.match(held!.summary, /^anna has it: example\.com expires in/);
  });

  it('is done by the first of two who press at once; both see who that was', async () => {
    const alert = await alerted();
    const [incident] = await open();
    const data = { incident: incident!.id };
    const answers = await Promise.all([act(anna, 'take', data), act(bob, 'take', data)]);
    const takenBy = (await open())[0]!.takenBy!;
    assert.equal(alert.actions!.length > 0, true);
    assert.equal(answers.filter((card) => card?.state?.word === `${takenBy.name} has it`).length, 1);
    assert.match(last().title, new RegExp(`^${takenBy.name} was first and has it: example\\.com`));
  });

  it('can be taken over from whom the card shows, and given back by whoever has it alone', async () => {
    await alerted();
    await it_.press(anna, 'I have it');
    const [incident] = await open();
    assert.equal(await act(bob, 'take', { incident: incident!.id, from: 'somebody else' }), null);
    assert.match(last().title, /^anna was first/);
    assert.equal(await act(bob, 'give-back', { incident: incident!.id }), null);
    assert.match(last().summary, /anna has example\.com/);
    const taken = await it_.press(bob, 'Take over');
    assert.equal(taken!.state!.word, 'bob has it');
    const given = await it_.press(bob, 'Give it back');
    assert.equal(given!.state!.word, 'Notice');
  });

  it('of an older card acts, and tells it beside, since another shows it', async () => {
    await alerted();
    const [incident] = await open();
    assert.equal(await act(anna, 'take', { incident: incident!.id, message: 'an older one' }), null);
    assert.equal(last().title, 'anna has it: example.com');
    assert.equal((await open())[0]!.takenBy!.name, 'anna');
  });

  it('never answers with the card of before, where much is pressed at once', async () => {
    const places = Array.from({ length: 120 }, (_, index) => ({ ...CHANNEL, id: `plain:channel-${index}` }));
    it_.scripted.serve('example.com', { address: FIRST, presents: LEAF });
    for (const place of places) await it_.say(anna, 'watch example.com', place);
    await it_.later(38 * DAY);
    await it_.passing(2 * MINUTE);
    const pressed = { thread: null, ephemeral: null, receivedAt: it_.now() };
    const answers = await Promise.all(
      places.flatMap((conversation) => {
        const take = it_.latest(conversation).actions![0]!;
        assert.ok(take.kind === 'execute' && take.label === 'I have it');
        return [anna, bob].map((actor) =>
          it_.bot.inbox.action({ ...pressed, conversation, actor, action: take.action }),
        );
      }),
    );
    await it_.passing(MINUTE);
    for (const card of answers) if (card) assert.match(card.state!.word, /^(?:anna|bob) has it$/);
    for (const place of places) {
      const name = (await it_.bot.store.listIncidents(place.id))[0]!.takenBy!.name;
      const [, alert, beside, ...others] = it_.said(place);
      assert.equal(alert!.state!.word, `${name} has it`);
      assert.match(beside!.title, new RegExp(`^${name} was first and has it: example\\.com`));
      assert.deepEqual(others, []);
    }
  });

  it('is no alert to programs where it is told beside the card', async () => {
    await alerted();
    const [incident] = await open();
    const before = posts().length;
    await act(anna, 'take', { incident: incident!.id, message: 'an older one' });
    await act(bob, 'take', { incident: incident!.id });
    await act(bob, 'give-back', { incident: incident!.id });
    await it_.press(bob, 'Stop watching');
    assert.deepEqual(
      posts()
        .slice(before)
        .map(({ card }) => card.about?.kind),
      ['answer', 'answer', 'answer', 'answer'],
    );
  });

  for (const [typed, expected] of [
    ['ack', /^anna has it: example\.com/],
    ['I have it', /^anna has it: example\.com/],
    ['übernehme ich', /^anna has it: example\.com/],
    ['ack example.com', /^anna has it: example\.com/],
    ['snooze until Monday', /^Silent about example\.com until Mon\s/],
    ['snooze example.com bis Montag', /^Silent about example\.com until Mon\s/],
    ['snooze for 2 hours', /^Silent about example\.com until /],
    ['snooze', /^Until when\?/],
    ['snooze until the cows come home', /^I do not know when/],
    ['ack other.example', /not watched/],
  ] as const)
    it(`can be typed: ${typed}`, async () => {
      await alerted();
      const card = await it_.say(anna, typed);
      const isTaken = card.tone === 'held';
      assert.match(isTaken ? `${card.state!.word}: ${card.title}` : card.title, expected);
    });

  it('that is typed without a target says which are open, where there are several', async () => {
    it_.scripted.serve('other.example', {
      address: FIRST,
      presents: certificate('other', { notAfter: NOW + 61 * DAY }),
    });
    await it_.say(anna, 'watch other.example');
    await alerted();
    await it_.passing(DAY, HOUR);
    const card = await it_.say(anna, 'ack');
    assert.match(JSON.stringify(card), /2 things are open here: .*example\.com/);
    assert.ok((await open()).every(({ takenBy }) => takenBy === null));
    await it_.say(anna, 'ack other.example');
    assert.equal((await open()).filter(({ takenBy }) => takenBy !== null).length, 1);
  });

  it('never keeps silent beyond the next stage', async () => {
    await alerted();
    const card = await it_.say(anna, 'snooze until 1 June');
    assert.match(JSON.stringify(card), /Not as long as asked for/);
    const [incident] = await open();
    assert.equal(incident!.snoozedUntil, LEAF.notAfter - 7 * DAY);
  });

  it('where nothing is open says so', async () => {
    assert.match((await it_.say(anna, 'ack')).summary, /Nothing is open here/);
    assert.match((await it_.say(anna, 'done')).summary, /Nothing is open here/);
  });

  it('asks whom an alert is given to in their own chat', async () => {
    await alerted();
    const [incident] = await open();
    await act(anna, 'assign', { incident: incident!.id, person: bob.id });
    assert.match(last().title, /bob/);
    assert.ok(it_.said(chatOf(bob)).length > 0, 'bob is asked');
  });

  it('is for people of other organisations as well, whose appointments move nobody’s reminder', async () => {
    await alerted();
    const guest = personOf('guest', { outsider: true });
    assert.match((await it_.say(guest, 'ack')).state!.word, /^guest has it/);
    assert.match((await it_.say(guest, 'snooze until Monday')).title, /^Silent about example\.com/);
    const day = new Date(it_.now() + 3 * DAY).toISOString().slice(0, 10);
    assert.match(JSON.stringify(await it_.say(guest, `installing on ${day} 10:00`)), /It is in no calendar/);
  });

  describe('of several at once', () => {
    const HOSTS = ['a.example', 'b.example', 'c.example'];
    /** One message about three certificates. */
    async function digest(): Promise<Card> {
      for (const [index, host] of HOSTS.entries())
        await it_.watching(anna, host, certificate(`own ${index}`, { notAfter: NOW + 60 * DAY + index * SECOND }));
      await it_.later(38 * DAY);
      await it_.passing(3 * MINUTE);
      assert.equal(last().title, '3 things need attention');
      return last();
    }
    const takers = async () => (await open()).map(({ takenBy }) => takenBy?.name ?? null);

    it('has the buttons of one, which are about all of them, and each row its own', async () => {
      const { groups, actions } = await digest();
      assert.deepEqual(
        groups!.map(({ heading, rows = [] }) => [spaced(heading), rows.map(({ name }) => textOf(name))]),
        [['Notice: 21 Jan, in 21 days', HOSTS]],
      );
      assert.deepEqual(
        groups![0]!.rows![1]!.actions!.map(({ label }) => label),
        ['Show', 'I have this one'],
      );
      assert.deepEqual(
        actions!.map(({ label }) => label),
        ['I have it', 'Look again now', 'Snooze', 'Assign'],
      );
      assert.match(last().footnote!, /type for example “ack a\.example”/);
    });

    it('is taken as a whole, given back, and put off', async () => {
      await digest();
      const held = await it_.press(anna, 'I have it');
      assert.equal(held!.state!.word, 'anna has it');
      assert.deepEqual(await takers(), ['anna', 'anna', 'anna']);
      assert.ok(labels(held!).includes('It is renewed'));
      assert.deepEqual(
        held!.groups!.map(({ heading, rows }) => [spaced(heading), rows![0]!.actions!.map(({ label }) => label)]),
        [['Notice: 21 Jan, in 21 days', ['Show']]],
      );
      assert.equal((await it_.press(bob, 'Take over'))!.state!.word, 'bob has it');
      assert.equal(await it_.press(anna, 'Give it back'), null);
      assert.match(last().summary, /bob has [abc]\.example, [abc]\.example and [abc]\.example, so it is theirs/);
      await it_.press(bob, 'Give it back');
      assert.deepEqual(await takers(), [null, null, null]);
      const snooze = posts()
        .findLast(({ card }) => card.title.startsWith('3 things'))!
        .card.actions!.find(({ label }) => label === 'Snooze')!;
      assert.ok(snooze.kind === 'choose');
      const card = await act(anna, 'snooze', { ...(snooze.action.data as Record<string, string>), until: 'tomorrow' });
      assert.match(card!.footnote!, /^I am silent about this until/);
      assert.equal(new Set((await open()).map(({ snoozedUntil }) => snoozedUntil)).size, 1);
    });

    it('is named as a whole where it is typed, and tells whoever comes later all that somebody has', async () => {
      await digest();
      const { state, title } = await it_.say(anna, 'ack all');
      assert.equal(state!.word, 'anna has it');
      assert.match(title, /^[abc]\.example, [abc]\.example and [abc]\.example$/);
      assert.match(
        (await it_.say(bob, 'ack all')).title,
        /^anna was first and has it: [abc]\.example, [abc]\.example and/,
      );
      const refused = await it_.say(bob, 'unack all');
      assert.equal(refused.summary.match(/anna has/g)?.length, 1, refused.summary);
      assert.match((await it_.say(anna, 'snooze all for 30 minutes')).title, /^Silent about [abc]\.example, /);
      await it_.say(anna, 'unack a.example');
      await it_.say(bob, 'ack a.example');
      await it_.say(anna, 'unack all');
      assert.deepEqual((await takers()).toSorted(), ['bob', null, null]);
    });

    it('leaves to others what they have, and is taken row by row', async () => {
      const { groups, actions } = await digest();
      const [, take] = groups![0]!.rows![1]!.actions!;
      assert.ok(take!.kind === 'execute');
      const card = await act(bob, 'take', take!.action.data as Record<string, string>);
      assert.deepEqual(
        card!.groups!.map(({ heading, rows = [] }) => [spaced(heading), rows.map(({ name }) => textOf(name))]),
        [
          ['Notice: 21 Jan, in 21 days', ['a.example', 'c.example']],
          ['bob has it', ['b.example']],
        ],
      );
      const [all] = actions!;
      assert.ok(all!.kind === 'execute');
      await act(anna, 'take', all!.action.data as Record<string, string>);
      assert.deepEqual((await takers()).toSorted(), ['anna', 'anna', 'bob']);
      await act(bob, 'take', all!.action.data as Record<string, string>);
      assert.match(last().title, /^anna was first and has it: (?:a\.example and c|c\.example and a)\.example/);
    });
  });

  describe('“done”', () => {
    it('is seen on every address: what changed, and the alert is over', async () => {
      await alerted();
      serve(NEXT, NEXT);
      const card = await it_.say(anna, 'done');
      assert.deepEqual([card.state!.word, card.tone], ['Renewed', 'good']);
      assert.match(card.title, /^example\.com is valid until/);
      assert.ok(
        card.facts!.some(({ label }) => label === 'Changed'),
        JSON.stringify(card.facts),
      );
      await it_.passing(MINUTE);
      assert.deepEqual(await open(), []);
      assert.equal(posts()[1]!.card.state!.word, 'Renewed');
      const before = posts().length;
      await it_.passing(20 * MINUTE);
      assert.equal(posts().length, before, 'nothing more is sent');
    });

    it('is seen on some: which ones are old', async () => {
      await alerted();
      serve(NEXT, LEAF);
      const card = await it_.say(anna, 'example.com is renewed');
      assert.equal(card.state!.word, 'Partly renewed');
      assert.deepEqual(
        card.groups![0]!.rows!.map(({ name, sub }) => [textOf(name), sub]),
        [
          [SECOND_ADDRESS, '✕ still the old one'],
          [FIRST, '✓ the new one'],
        ],
      );
      assert.equal((await open()).length, 1);
    });

    it('is seen on none: that is said, and the alert stays', async () => {
      await alerted();
      const card = await it_.press(anna, 'I have it');
      assert.ok(labels(card!).includes('It is renewed'));
      await it_.press(anna, 'It is renewed');
      await it_.bot.settled();
      assert.match(last().title, /^I still see the old certificate on example\.com/);
      assert.equal((await open()).length, 1);
    });

    it('of what is not due says until when it is valid', async () => {
      await it_.watching(anna, 'calm.example', certificate('calm', { notAfter: NOW + 80 * DAY }));
      assert.match(
        (await it_.say(anna, 'done calm.example')).title,
        /^calm\.example presents a certificate that is valid/,
      );
    });
  });

  describe('“I install it on …”', () => {
    it('is silent about stages until then, looks right after, and tells when it was not', async () => {
      await alerted();
      const card = await it_.say(
        anna,
        `installing example.com on ${new Date(it_.now() + 18 * DAY).toISOString().slice(0, 10)} 10:00`,
      );
      assert.match(card.title, /^To be installed on/);
      assert.match(JSON.stringify(card), /calendar feed/);
      const [incident] = await open();
      assert.equal(incident!.takenBy!.name, 'anna');
      const before = posts().length;
      await it_.later(16 * DAY);
      await it_.passing(10 * MINUTE);
      assert.equal(posts().length, before, 'not even about the urgent stage');
      await it_.later(incident!.installsAt! - it_.now() + SECOND);
      await it_.passing(40 * MINUTE, MINUTE);
      assert.equal(posts().length, before + 1);
      assert.match(JSON.stringify(last().text), /was to be installed by now/);
    });

    it('leaves it with whoever has it, unless the button shows whom it is taken from', async () => {
      await alerted();
      const day = new Date(it_.now() + 3 * DAY).toISOString().slice(0, 10);
      await it_.press(anna, 'I have it');
      assert.match((await it_.say(bob, `installing example.com on ${day} 10:00`)).title, /^anna was first/);
      const [incident] = await open();
      assert.deepEqual([incident!.takenBy!.name, incident!.installsAt], ['anna', null]);
      const choice = posts()[1]!.card.actions!.find(({ label }) => label === 'I install it then')!;
      assert.ok(choice.kind === 'choose' && choice.options !== 'people');
      const data = choice.action.data as Record<string, string>;
      const [at, later] = choice.options.map(({ value }) => value);
      const card = await act(bob, 'installing', { ...data, at: at! });
      assert.equal(card!.state!.word, 'bob has it');
      // Carol saw anna's card, as bob did, and is too late.
      assert.equal(await act(personOf('carol'), 'installing', { ...data, at: later! }), null);
      assert.match(last().title, /^bob was first and has it/);
      assert.equal((await open())[0]!.installsAt, Number(at));
    });

    it('is over without a word where it was', async () => {
      await alerted();
      await it_.say(
        anna,
        `installing example.com on ${new Date(it_.now() + 3 * DAY).toISOString().slice(0, 10)} 10:00`,
      );
      const [incident] = await open();
      const before = posts().length;
      await it_.later(incident!.installsAt! - it_.now() - HOUR);
      serve(NEXT, NEXT);
      await it_.later(HOUR + SECOND);
      await it_.passing(40 * MINUTE, MINUTE);
      assert.deepEqual(await open(), []);
      assert.equal(posts().length, before);
      assert.equal(posts()[1]!.card.state!.word, 'Renewed');
    });

    it('is refused a few hours before the end', async () => {
      await alerted();
      const late = new Date(LEAF.notAfter - 2 * HOUR).toISOString().slice(0, 16);
      assert.match((await it_.say(anna, `installing example.com on ${late}`)).summary, /too late/);
    });
  });

  describe('“Stop watching”', () => {
    it('can be undone for ten minutes, with owner, thresholds, note and tags', async () => {
      await alerted();
      await it_.say(anna, 'note example.com behind the proxy');
      await it_.say(anna, 'tag example.com #shop');
      await it_.say(anna, 'remind 20d 3d for example.com');
      const before = await it_.bot.store.findWatch(CHANNEL.id, 'tls://example.com:443');
      await it_.press(bob, 'Stop watching');
      assert.equal(await it_.bot.store.findWatch(CHANNEL.id, 'tls://example.com:443'), null);
      const card = await it_.press(bob, 'Undo');
      assert.match(card!.title, /^Watched again: example\.com/);
      const {
        id: _id,
        targetId: _target,
        createdBy: _by,
        ...after
      } = (await it_.bot.store.findWatch(CHANNEL.id, 'tls://example.com:443'))!;
      const { id: _id2, targetId: _target2, createdBy: _by2, ...wanted } = before!;
      assert.deepEqual(after, wanted);
      assert.equal(await it_.press(bob, 'Undo'), null, 'once');
    });

    it('and what was told stays told: it is over when it is renewed', async () => {
      await alerted();
      await it_.press(anna, 'I have it');
      await it_.press(bob, 'Stop watching');
      await it_.passing(MINUTE);
      assert.match(posts()[1]!.card.footnote!, /not watched here any more/);
      await it_.press(bob, 'Undo');
      await it_.passing(MINUTE);
      assert.equal(posts()[1]!.card.state!.word, 'anna has it');
      assert.ok(labels(posts()[1]!.card).includes('It is renewed'));
      const before = posts().length;
      serve(NEXT, NEXT);
      await it_.later(7 * HOUR);
      await it_.passing(MINUTE);
      const { state, actions } = posts()[1]!.card;
      assert.deepEqual([state!.word, actions!.map(({ label }) => label)], ['Renewed', ['Show']]);
      await it_.passing(20 * MINUTE);
      assert.deepEqual(await open(), []);
      assert.equal(posts()[1]!.card.state!.word, 'Renewed');
      assert.equal(posts().length, before);
    });

    it('and not later', async () => {
      await alerted();
      await it_.say(anna, 'unwatch example.com');
      it_.pass(11 * MINUTE);
      assert.equal(await it_.press(bob, 'Undo'), null);
      assert.match(last().summary, /too late to undo/);
    });
  });
});
