import assert from 'node:assert/strict';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const FIRST = '192.0.2.1';
/** Stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });
const NEXT = certificate('next', { notBefore: NOW + 30 * DAY, notAfter: NOW + 150 * DAY });
const HOSTS = Array.from({ length: 60 }, (_, index) => `host-${index}.example.com`);

describe('the notifier', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna, bob],
      settings: { calendar: 'none', alerts: alertRules(6 * HOUR, MINUTE) },
      messenger: { below: (_conversation, activityId) => `below ${activityId}` },
    });
  });
  afterEach(() => it_.close());

  const posts = (): typeof it_.posts => it_.posts.filter(({ conversationId }) => conversationId === CHANNEL.id);

  async function serveAll(hosts: string[], presents = LEAF): Promise<void> {
    for (const host of hosts) it_.scripted.serve(host, { address: FIRST, presents });
  }

  /** Lets so much time pass, with a round every so often. */
  it('tells of one certificate on 60 endpoints in one message, and edits it as they are renewed', async () => {
    await serveAll(HOSTS);
    await it_.say(anna, `watch ${HOSTS.join(' ')}`);
    const before = posts().length;
    await it_.later(38 * DAY);
    await it_.passing(8 * MINUTE);
    const [alert, ...others] = posts().slice(before);
    assert.deepEqual(others, []);
    assert.match(alert!.card.summary, /^Notice: 60 targets share one certificate, which expires in 2\d days/);
    assert.ok(
      HOSTS.every((host) => JSON.stringify(alert!.card).includes(host)),
      'it names all',
    );
    assert.deepEqual(
      alert!.card.mentions?.map(({ name }) => name),
      ['anna'],
    );
    await serveAll(HOSTS.slice(0, 31), NEXT);
    await it_.later(7 * HOUR);
    await it_.passing(2 * MINUTE);
    assert.match(alert!.card.title, /^29 targets share one certificate/);
    assert.deepEqual(alert!.card.text, ['31 of 60 present another one by now.']);
    await serveAll(HOSTS, NEXT);
    await it_.later(7 * HOUR);
    await it_.passing(20 * MINUTE);
    assert.match(alert!.card.title, /^60 targets present the new certificate/);
    assert.equal(posts().length, before + 1, 'nothing else was sent');
  });

  it('sends the next stage into the thread of the first, whose buttons go', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(38 * DAY);
    await it_.passing(2 * MINUTE);
    await it_.later(15 * DAY + HOUR);
    await it_.passing(2 * MINUTE);
    const [notice, urgent] = posts().slice(1);
    assert.equal(urgent!.card.state?.word, 'Urgent');
    assert.equal(urgent!.thread, `below ${notice!.id}`);
    assert.equal(notice!.card.actions, undefined);
    assert.equal(notice!.card.footnote, 'There is a newer message about this.');
    assert.ok(urgent!.card.actions!.length > 0);
  });

  it('says in the alert that its target is not watched any more, and nothing anew when it is again', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(38 * DAY);
    await it_.passing(2 * MINUTE);
    const [, alert] = posts();
    await it_.say(anna, 'unwatch example.com');
    await it_.passing(2 * MINUTE);
    assert.equal(alert!.card.footnote, 'This is not watched here any more.');
    assert.equal(alert!.card.actions, undefined);
    await it_.say(anna, 'watch example.com');
    const before = posts().length;
    await it_.passing(10 * MINUTE);
    assert.equal(posts().length, before);
  });

  it('says in one digest what came up within a minute, and nothing of a renewal that nobody had to worry about', async () => {
    for (const [index, host] of ['a.example', 'b.example', 'c.example'].entries())
      await it_.watching(anna, host, certificate(`own ${index}`, { notAfter: NOW + 60 * DAY + index * SECOND }));
    const before = posts().length;
    await it_.watching(anna, 'calm.example', certificate('calm', { notAfter: NOW + 80 * DAY }));
    it_.scripted.serve('calm.example', {
      address: FIRST,
      presents: certificate('calm 2', { notAfter: NOW + 170 * DAY }),
    });
    await it_.later(38 * DAY);
    await it_.passing(8 * MINUTE);
    const alerts = posts().slice(before + 1);
    assert.equal(alerts.length, 1, alerts.map(({ card }) => card.summary).join('\n'));
    assert.equal(alerts[0]!.card.title, '3 things need attention');
    for (const host of ['a.example', 'b.example', 'c.example'])
      assert.ok(JSON.stringify(alerts[0]!.card).includes(host));
  });

  it('says once of one certificate on several endpoints which use a renewal took away', async () => {
    const uses = { key: ['digitalSignature'], purposes: ['serverAuth', 'clientAuth'] };
    const hosts = HOSTS.slice(0, 5);
    await serveAll(hosts, { ...LEAF, uses });
    await it_.say(anna, `watch ${hosts.join(' ')}`);
    const before = posts().length;
    await serveAll(hosts, { ...NEXT, notBefore: NOW, uses: { ...uses, purposes: ['serverAuth'] } });
    await it_.later(6 * HOUR);
    await it_.passing(10 * MINUTE);
    assert.equal(posts().length, before + 1);
    const { title, lead, todo } = posts().at(-1)!.card;
    assert.equal(title, '5 targets, one cause: uses of the certificate lost');
    assert.equal(lead, 'The new certificate does not allow clientAuth any more, which the one before did.');
    assert.match(todo!.task, /mTLS/);
    await serveAll(
      hosts,
      certificate('third', { notAfter: NOW + 200 * DAY, uses: { ...uses, purposes: ['serverAuth'] } }),
    );
    await it_.later(7 * HOUR);
    await it_.passing(10 * MINUTE);
    assert.equal(posts().length, before + 1, 'once');
  });

  it('tells nothing of what an answer has just told, be it asked by “watch” or by “check”', async () => {
    const expired = certificate('expired', { notAfter: NOW - DAY });
    await it_.watching(anna, 'old.example', expired);
    await it_.watching(anna, 'example.com', LEAF);
    it_.pass(38 * DAY);
    await it_.say(anna, 'check example.com');
    const before = posts().length;
    await it_.passing(10 * MINUTE);
    assert.deepEqual(posts().slice(before), []);
  });

  it('edits the message about a host that was down when it has been there for half an hour', async () => {
    await it_.watching(anna, 'example.com', certificate('calm', { notAfter: NOW + 80 * DAY }));
    it_.scripted.serve('example.com', { address: FIRST, fails: 'timeout' });
    await it_.later(7 * HOUR);
    await it_.passing(5 * MINUTE);
    const [, down] = posts();
    assert.equal(down!.card.state?.word, 'Unreachable');
    it_.scripted.serve('example.com', { address: FIRST, presents: certificate('calm', { notAfter: NOW + 80 * DAY }) });
    await it_.passing(50 * MINUTE, MINUTE);
    assert.equal(down!.card.state?.word, 'Reachable again');
    assert.equal(posts().length, 2);
  });

  it('takes what has never answered for no sign that its own network is away', async () => {
    await it_.say(bob, 'settings operators here', chatOf(bob));
    for (const host of HOSTS) it_.scripted.serve(host, { address: FIRST, fails: 'timeout' });
    await it_.say(anna, `watch ${HOSTS.join(' ')}`);
    await it_.passing(10 * MINUTE);
    const heard = it_.said(chatOf(bob)).map(({ title }) => title);
    assert.ok(!heard.includes('The network of the bot'), heard.join('\n'));
  });

  describe('where everything falls silent at once', () => {
    const hosts = HOSTS.slice(0, 30);
    const operators = chatOf(bob);

    beforeEach(async () => {
      await it_.say(bob, 'settings operators here', operators);
      await serveAll(hosts);
      await it_.say(anna, `watch ${hosts.join(' ')}`);
    });

    const silence = (some: string[]): void => {
      for (const host of some) it_.scripted.serve(host, { address: FIRST, fails: 'timeout' });
    };

    it('it is the network: one message, one for the operators, and an edit when it is back', async () => {
      const before = posts().length;
      const told = it_.said(operators).length;
      silence(hosts);
      await it_.later(7 * HOUR);
      await it_.passing(10 * MINUTE);
      assert.deepEqual(
        posts()
          .slice(before)
          .map(({ card }) => card.title),
        ['30 of 30 targets cannot be reached, perhaps from here'],
      );
      assert.match(
        it_
          .said(operators)
          .slice(told)
          .map(({ title }) => title)
          .join('\n'),
        /^The network of the bot$/m,
      );
      await serveAll(hosts);
      await it_.passing(40 * MINUTE, MINUTE);
      assert.deepEqual(
        posts()
          .slice(before)
          .map(({ card }) => card.title),
        ['The targets can be reached again'],
      );
      assert.ok(it_.said(operators).some(({ title }) => /has its network again/.test(title)));
    });

    it('and one stays silent afterwards, that one is told of', async () => {
      const before = posts().length;
      silence(hosts);
      await it_.later(7 * HOUR);
      await it_.passing(10 * MINUTE);
      await serveAll(hosts.slice(1));
      await it_.passing(20 * MINUTE, MINUTE);
      assert.match(posts().slice(before).at(-1)!.card.summary, /^Unreachable: host-0\.example\.com/);
      assert.equal(posts().length, before + 2);
    });

    it('but for as many that answer, they are told of by themselves, in one digest', async () => {
      const before = posts().length;
      silence(hosts.slice(0, 12));
      await it_.later(7 * HOUR);
      await it_.passing(10 * MINUTE);
      const alerts = posts().slice(before);
      assert.equal(alerts.length, 1, alerts.map(({ card }) => card.summary).join('\n'));
      assert.equal(alerts[0]!.card.title, '12 things need attention');
    });
  });

  describe('somebody has it', () => {
    beforeEach(async () => {
      await it_.watching(anna, 'example.com', LEAF);
      await it_.later(38 * DAY);
      await it_.passing(2 * MINUTE);
    });

    it('which the message says; who comes later is told who was first, and the next stage is told all the same', async () => {
      const [, alert] = posts();
      const card = await it_.press(anna, 'I have it');
      assert.equal(card?.state?.word, 'anna has it');
      await it_.bot.settled();
      assert.equal(alert!.card.state?.word, 'anna has it');
      assert.equal(alert!.card.tone, 'held');
      const [incident] = await it_.bot.store.listIncidents(CHANNEL.id);
      const data = { incident: incident!.id };
      const action = { name: 'take', data };
      const pressed = {
        conversation: CHANNEL,
        thread: null,
        ephemeral: null,
        actor: bob,
        action,
        receivedAt: it_.now(),
      };
      assert.equal(await it_.bot.inbox.action(pressed), null);
      await it_.bot.settled();
      assert.match(posts().at(-1)!.card.summary, /anna has it/);
      await it_.later(15 * DAY + HOUR);
      await it_.passing(2 * MINUTE);
      assert.equal(posts().at(-1)!.card.state?.word, 'Urgent');
      assert.equal((await it_.bot.store.listIncidents(CHANNEL.id))[0]!.takenBy, null);
    });

    it('or snoozes it, and is reminded a day later, once', async () => {
      const before = posts().length;
      const [incident] = await it_.bot.store.listIncidents(CHANNEL.id);
      const action = { name: 'snooze', data: { incident: incident!.id, until: 'tomorrow' } };
      const message = { thread: null, ephemeral: null, actor: anna, receivedAt: it_.now() };
      const card = await it_.bot.inbox.action({ conversation: CHANNEL, ...message, action });
      assert.match(card!.footnote!, /^I am silent about this until /);
      await it_.passing(4 * DAY, 20 * MINUTE);
      assert.equal(posts().length, before + 1);
    });

    it('too late says so', async () => {
      const action = { name: 'take', data: { incident: 'nothing of ours' } };
      const pressed = {
        conversation: CHANNEL,
        thread: null,
        ephemeral: null,
        actor: bob,
        action,
        receivedAt: it_.now(),
      };
      await it_.bot.inbox.action(pressed);
      await it_.bot.settled();
      assert.match(posts().at(-1)!.card.summary, /over already/);
    });
  });
});
