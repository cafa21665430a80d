import assert from 'node:assert/strict';
import type { SignIn } from '../../src/core/ports/channel.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { textOf } from '../support/wired-people.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob', { locale: 'de-DE' });
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const SOON = certificate('soon', { notBefore: NOW - 59 * DAY, notAfter: NOW + 31 * DAY });

function kinds(it_: WiredOutlook, mailbox: string): string[] {
  return it_.graph
    .events(mailbox)
    .filter(({ tag }) => tag !== null)
    .map(({ subject }) => subject.replace(/:.*/s, ''))
    .toSorted();
}

const PAIR = ['Certificate expires', 'Renew certificate'];
const PAAR = ['Zertifikat erneuern', 'Zertifikat läuft ab'];

describe('reminders for others', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('move to a new owner who said yes, and only then', async () => {
    const asked = await it_.say(anna, 'owner example.com @bob');
    assert.match(asked.summary, /asked bob/);
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [PAIR, []]);
    const question = it_.latest(chatOf(bob));
    assert.match(question.summary, /anna schlägt .* „Operations“ vor/);
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [[], PAAR]);
    assert.match(it_.latest(CHANNEL).summary, /bob/);
    assert.match(JSON.stringify((await it_.say(anna, 'show example.com')).facts), /bob/);
  });

  it('stay where they are when the answer is no', async () => {
    await it_.say(anna, 'owner example.com @bob');
    await it_.press(bob, 'Nein', chatOf(bob));
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [PAIR, []]);
    assert.match(it_.latest(CHANNEL).summary, /does not take over/);
  });

  it('are nobody else’s to accept, nor from anywhere else', async () => {
    await it_.say(anna, 'owner example.com @bob');
    const card = await it_.press(anna, 'Ja, in meinen Kalender', chatOf(bob));
    assert.equal(card?.tone, 'warning');
    const action = it_.latest(chatOf(bob)).actions?.[0];
    assert.equal(action?.kind, 'execute');
    if (action?.kind !== 'execute') return;
    const pressed = { thread: null, ephemeral: null, action: action.action, receivedAt: it_.now() };
    await it_.bot.inbox.action({ ...pressed, conversation: CHANNEL, actor: bob });
    await it_.bot.inbox.action({
      ...pressed,
      conversation: chatOf(anna),
      actor: anna,
      action: { name: 'accept-recipient', data: { recipient: 'nonsense' } },
    });
    await it_.bot.settled();
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [PAIR, []]);
  });

  it('are taken over at once by who names themselves', async () => {
    await it_.say(bob, 'owner all me');
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [[], PAAR]);
  });

  it('are copied for who said yes, of what is watched now and later, until they end it themselves', async () => {
    await it_.say(anna, 'remind also @bob');
    assert.deepEqual(kinds(it_, 'bob'), []);
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [PAIR, PAAR]);
    await it_.watching(anna, 'other.example', certificate('other'));
    assert.equal(kinds(it_, 'bob').length, 4);
    await it_.bot.inbox.action({
      conversation: chatOf(bob),
      thread: null,
      ephemeral: null,
      actor: bob,
      action: {
        name: 'decline-recipient',
        data: { recipient: (await it_.bot.store.listRecipients([CHANNEL.id]))[0]!.id },
      },
      receivedAt: it_.now(),
    });
    await it_.bot.settled();
    assert.deepEqual(kinds(it_, 'bob'), []);
    assert.equal(kinds(it_, 'anna').length, 4);
  });

  it('stay with who said yes when they are proposed once more', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    const questions = it_.said(chatOf(bob)).length;
    for (const text of ['remind also @bob', 'remind also @bob for example.com'])
      assert.match((await it_.say(anna, text)).summary, /bob: copies .* already/);
    await it_.later(2 * DAY);
    assert.equal(it_.said(chatOf(bob)).length, questions);
    assert.deepEqual(kinds(it_, 'bob'), PAAR);
  });

  it('are copied for one target alone, and no more when somebody says so', async () => {
    await it_.watching(anna, 'other.example', certificate('other'));
    await it_.say(anna, 'remind also @bob for other.example');
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    assert.match(it_.graph.events('bob')[0]!.subject, /other\.example/);
    assert.equal(kinds(it_, 'bob').length, 2);
    await it_.say(anna, 'remind not @bob');
    assert.deepEqual(kinds(it_, 'bob'), []);
  });

  it('go for everybody when the watch ends', async () => {
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    await it_.say(anna, 'unwatch example.com');
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob')], [[], []]);
  });

  it('change nothing for somebody who cannot be reached', async () => {
    const card = await it_.say(anna, 'owner example.com nobody@example.com');
    assert.equal(card.tone, 'warning');
    assert.match(card.summary, /could not reach this person/);
    assert.deepEqual(await it_.bot.store.listRecipients([CHANNEL.id]), []);
  });

  it('of an owner whose account is disabled go into the feed, and the manager is asked', async () => {
    const manager = { displayName: 'bob', mail: 'bob', userPrincipalName: 'bob' };
    it_.graph.directory.setPerson('bob', manager);
    it_.graph.directory.setPerson('anna', { displayName: 'Anna <b>', accountEnabled: false, manager: 'bob' });
    await it_.look('anna');
    await it_.look('anna');
    assert.deepEqual(kinds(it_, 'anna'), []);
    assert.equal((await it_.bot.store.listReminders('ics', CHANNEL.id)).length, 2);
    const told = it_.said(CHANNEL).filter(({ summary }) => summary.includes('is disabled'));
    assert.equal(told.length, 1);
    await it_.press(anna, /^Ask bob/);
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    assert.deepEqual(kinds(it_, 'bob'), PAAR);
    assert.deepEqual(await it_.bot.store.listReminders('ics', CHANNEL.id), []);
  });

  it('are copied as soon as the mailbox for them is there', async () => {
    it_.graph.mailbox('bob').setMissing('MailboxNotEnabledForRESTAPI');
    await it_.say(anna, 'remind also @bob');
    await it_.press(bob, 'Ja, in meinen Kalender', chatOf(bob));
    await it_.later(HOUR);
    it_.pair('anna');
    it_.graph.mailbox('bob').setMissing(null);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    assert.deepEqual(kinds(it_, 'bob'), PAAR);
  });

  it('of an owner without a mailbox go into the feed, and come back with it', async () => {
    it_.graph.mailbox('anna').setMissing('MailboxNotEnabledForRESTAPI');
    await it_.look('anna');
    await it_.later();
    assert.equal((await it_.bot.store.listReminders('ics', CHANNEL.id)).length, 2);
    assert.equal(it_.said(CHANNEL).filter((card) => textOf(card).includes('There is no mailbox')).length, 1);
    it_.graph.mailbox('anna').setMissing(null);
    await it_.bot.flows.owners.recheck();
    await it_.bot.settled();
    it_.pair('anna');
    assert.deepEqual(await it_.bot.store.listReminders('ics', CHANNEL.id), []);
  });
});

describe('the settings of a conversation', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  it('keep reminders out of a change freeze, earlier and with the reason, and give them back', async () => {
    const before = it_.pair('anna').renew;
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    await it_.say(anna, `settings freeze ${day(before.start - 2 * DAY)}..${day(before.start + 9 * DAY)}`);
    const during = it_.pair('anna').renew;
    assert.equal(during.id, before.id);
    assert.ok(during.start < before.start - 2 * DAY);
    assert.match(during.body, /Moved earlier:.* falls into the change freeze/);
    await it_.say(anna, 'settings freeze none');
    assert.equal(it_.pair('anna').renew.start, before.start);
    assert.doesNotMatch(it_.pair('anna').renew.body, /Moved earlier/);
  });

  it('send reminders to a shared mailbox, and back', async () => {
    it_.graph.mailbox('ops@example.com').setPurpose('shared');
    await it_.say(anna, 'settings mailbox Ops@example.com');
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'ops@example.com')], [[], PAIR]);
    await it_.say(anna, 'settings mailbox default');
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'ops@example.com')], [PAIR, []]);
  });

  it('send nothing into somebody’s own mailbox by another’s word', async () => {
    it_.graph.mailbox('bob@example.com').setPurpose('user');
    const card = await it_.say(anna, 'settings mailbox bob@example.com');
    assert.match(card.summary, /somebody’s own mailbox/);
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'bob@example.com')], [PAIR, []]);
    // Where the permission to look is lacking, it may be somebody's own as well.
    it_.graph.mailbox('carol@example.com').setSettings(null);
    assert.match((await it_.say(anna, 'settings mailbox carol@example.com')).summary, /cannot tell whether/);
    assert.deepEqual([kinds(it_, 'anna'), kinds(it_, 'carol@example.com')], [PAIR, []]);
    it_.graph.mailbox('gone@example.com').setMissing('ErrorInvalidUser');
    assert.match((await it_.say(anna, 'settings mailbox gone@example.com')).summary, /no mailbox|could not be opened/);
  });
});

describe('a booked slot', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    it_.graph.mailbox('anna').setOwner('anna@example.com');
    await it_.watching(anna, 'example.com', SOON);
    // A stage comes, and the alert with it.
    await it_.later(2 * DAY);
  });
  afterEach(() => it_.close());

  it('is offered by the alert to its owner alone, in their own chat, where they are free and at work', async () => {
    it_.graph.mailbox('anna').setTaken([{ start: it_.now(), end: it_.now() + 26 * HOUR, digit: '2' }]);
    assert.equal(await it_.press(bob, 'Book a slot'), null);
    assert.match(it_.latest(CHANNEL).summary, /nur anna/);
    assert.equal(await it_.press(anna, 'Book a slot'), null);
    assert.doesNotMatch(JSON.stringify(it_.said(CHANNEL)), /choose-slot/);
    const offer = it_.latest(chatOf(anna));
    const starts = (offer.actions ?? []).flatMap((one) => (one.kind === 'execute' ? [one.action.data['start']] : []));
    assert.equal(starts.length, 3);
    for (const start of starts as number[]) {
      const local = new Date(start).toLocaleString('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'short',
        hour: '2-digit',
      });
      assert.match(local, /^(?:Mon|Tue|Wed|Thu|Fri),? (?:0[89]|1[0-6])$/);
      assert.ok(start >= it_.now() + 26 * HOUR);
    }
    const booked = await it_.press(anna, offer.actions![1]!.label, chatOf(anna));
    assert.equal(booked?.state?.word, 'Booked');
    const { renew } = it_.pair('anna');
    assert.deepEqual([renew.start, renew.showAs], [starts[1], 'busy']);
    // It stays, whatever is planned otherwise.
    await it_.say(anna, `settings freeze ${new Date(renew.start).toISOString().slice(0, 10)}`);
    await it_.look('anna');
    assert.deepEqual([it_.pair('anna').renew.start, it_.pair('anna').renew.showAs], [starts[1], 'busy']);
  });

  it('shows nobody the free times of a person who only lent their mailbox to the reminders', async () => {
    const lender = personOf('lender@example.com');
    it_.graph.mailbox('lender@example.com').setPurpose('user');
    await it_.say(lender, 'settings mailbox lender@example.com');
    assert.equal(kinds(it_, 'lender@example.com').length, 2);
    await it_.press(anna, 'Book a slot');
    assert.match(it_.latest(chatOf(anna)).summary, /somebody’s own mailbox/);
    assert.equal(it_.graph.requests.filter(({ path }) => path.includes('getSchedule')).length, 0);
  });

  it('that was taken meanwhile, or was never offered, is not booked', async () => {
    await it_.press(anna, 'Book a slot');
    const offer = it_.latest(chatOf(anna));
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').setTaken([{ start: it_.now(), end: it_.now() + 30 * DAY, digit: '2' }]);
    assert.notEqual((await it_.press(anna, offer.actions![0]!.label, chatOf(anna)))?.state?.word, 'Booked');
    it_.graph.mailbox('anna').setTaken([]);
    const watch = (await it_.bot.store.listWatches(CHANNEL.id))[0]!.id;
    for (const start of [it_.now() - DAY, it_.now() + 3 * HOUR + 1, SOON.notAfter + DAY, 1]) {
      const card = await it_.bot.inbox.action({
        conversation: chatOf(anna),
        thread: null,
        ephemeral: null,
        actor: anna,
        action: { name: 'choose-slot', data: { watch, start } },
        receivedAt: it_.now(),
      });
      assert.notEqual(card?.state?.word, 'Booked');
    }
    assert.deepEqual(it_.pair('anna').renew.start, renew.start);
  });
});

/** People sign in and out at once; the order of what happened is kept. */
function createSignIn() {
  const tokens = new Map<string, string>();
  const happened: string[] = [];
  const signIn: SignIn = {
    channel: 'plain',
    token: async (personId) => tokens.get(personId) ?? null,
    async signOut(personId) {
      happened.push('signed out');
      tokens.delete(personId);
    },
  };
  return { tokens, happened, signIn };
}

describe('a person’s own sign-in', () => {
  for (const ownAccess of [true, false]) {
    describe(ownAccess ? 'beside a permission of the bot' : 'without any other permission', () => {
      let it_: WiredOutlook;
      let signing: ReturnType<typeof createSignIn>;
      beforeEach(async () => {
        signing = createSignIn();
        it_ = await startWiredOutlook({ people: [anna, bob], signIn: signing.signIn, settings: { ownAccess } });
        await it_.watching(anna, 'example.com', LEAF);
      });
      afterEach(() => it_.close());

      async function connect(): Promise<void> {
        const card = await it_.say(anna, 'calendar connect', chatOf(anna));
        assert.equal(card.signIn?.label, 'Sign in');
        signing.tokens.set(anna.id, 'token-of-anna');
        await it_.bot.inbox.signedIn(chatOf(anna), anna);
        await it_.bot.settled();
      }

      it('has its events written with its own token', async () => {
        const before = it_.graph.requests.length;
        if (!ownAccess) assert.deepEqual(it_.graph.requests, []);
        await connect();
        await it_.say(anna, 'settings freeze 2026-12-25..2027-01-10');
        it_.pair('anna');
        const used = new Set(it_.graph.requests.slice(before).map(({ token }) => token));
        assert.deepEqual([...used], ['token-of-anna']);
        assert.match(it_.latest(chatOf(anna)).summary, /You are signed in/);
      });

      it('ends with its events removed by that token, then signed out, and the feed takes over', async () => {
        await connect();
        const before = it_.graph.requests.length;
        const card = await it_.say(anna, 'calendar disconnect', chatOf(anna));
        assert.equal(card.title, 'Calendar disconnected');
        assert.deepEqual(it_.graph.events('anna'), []);
        assert.deepEqual(signing.happened, ['signed out']);
        const deletions = it_.graph.requests.slice(before).filter(({ method }) => method === 'DELETE');
        assert.deepEqual(
          deletions.map(({ token }) => token),
          ['token-of-anna', 'token-of-anna'],
        );
        assert.equal((await it_.bot.store.listReminders('ics', CHANNEL.id)).length, 2);
        await it_.later();
        assert.deepEqual(it_.graph.events('anna'), []);
        await connect();
        it_.pair('anna');
      });

      it('is between the person and the bot', async () => {
        const card = await it_.say(anna, 'calendar connect');
        assert.equal(card.signIn, undefined);
        assert.equal(it_.latest(chatOf(anna)).signIn?.label, 'Sign in');
      });
    });
  }

  it('that begins anew while the last one is being ended, counts', async () => {
    const signing = createSignIn();
    const it_ = await startWiredOutlook({ people: [anna], signIn: signing.signIn, settings: { ownAccess: false } });
    try {
      signing.tokens.set(anna.id, 'first');
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      await it_.watching(anna, 'example.com', LEAF);
      const { signOut } = signing.signIn;
      signing.signIn.signOut = async (personId) => {
        await signOut(personId);
        it_.pass(1);
        signing.tokens.set(anna.id, 'second');
        await it_.bot.inbox.signedIn(chatOf(anna), anna);
      };
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.deepEqual(
        (await it_.bot.store.getConnections(['anna'])).map(({ state }) => state),
        ['connected'],
      );
      it_.pair('anna');
    } finally {
      await it_.close();
    }
  });

  it('that ended is told once, loses nothing, and goes on after the next', async () => {
    const signing = createSignIn();
    const it_ = await startWiredOutlook({ people: [anna], signIn: signing.signIn, settings: { ownAccess: false } });
    try {
      signing.tokens.set(anna.id, 'first');
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      await it_.watching(anna, 'example.com', LEAF);
      it_.pair('anna');
      signing.tokens.clear();
      await it_.say(anna, 'settings freeze 2026-12-25..2027-01-10');
      await it_.later(HOUR);
      await it_.look('anna');
      assert.equal(it_.said(chatOf(anna)).filter(({ title }) => title === 'Sign-in ended').length, 1);
      it_.pair('anna');
      signing.tokens.set(anna.id, 'second');
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      await it_.later(2 * HOUR);
      it_.pair('anna');
      assert.equal(it_.graph.requests.at(-1)?.token, 'second');
    } finally {
      await it_.close();
    }
  });
});

describe('whoever runs the bot', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
  });
  afterEach(() => it_.close());

  it('is told once when Outlook refuses the bot, with what to do, and when it accepts it again', async () => {
    await it_.say(anna, 'settings operators here', chatOf(anna));
    it_.graph.setTokenCheck(() => false);
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(HOUR);
    const requests = it_.graph.requests.length;
    await it_.say(anna, 'settings freeze 2026-12-25..2027-01-10');
    const refused = it_.said(chatOf(anna)).filter(({ title }) => title === 'Outlook refuses this bot');
    assert.equal(refused.length, 1);
    assert.match(refused[0]!.text!.join(' '), /GRAPH_ACCESS_TOKEN/);
    assert.ok(it_.graph.requests.length <= requests + 2, 'the service is left alone');
    it_.graph.setTokenCheck(null);
    await it_.later(2 * HOUR);
    await it_.later(2 * HOUR);
    assert.equal(it_.said(chatOf(anna)).filter(({ title }) => /accepts this bot again/.test(title)).length, 1);
    it_.pair('anna');
  });

  it('keeps its place until it gives it up', async () => {
    const bobs = personOf('bob');
    await it_.say(anna, 'settings operators here', chatOf(anna));
    assert.match((await it_.say(bobs, 'settings operators here')).summary, /operators none/);
    assert.match((await it_.say(bobs, 'settings operators none')).summary, /operators none/);
    await it_.say(anna, 'settings operators none', chatOf(anna));
    assert.equal((await it_.say(bobs, 'settings operators here')).tone, 'good');
  });

  it('is told of a credential that ends, once per stage', async () => {
    const end = new Date(NOW + 20 * DAY).toISOString();
    const secrets = [{ keyId: 's1', displayName: 'certbot', startDateTime: '2026-01-01T00:00:00Z', endDateTime: end }];
    it_.graph.directory.addApplication('app-id', { secrets });
    await it_.say(anna, 'settings operators here', chatOf(anna));
    await it_.later(HOUR);
    await it_.later(DAY);
    const told = () => it_.said(chatOf(anna)).filter(({ summary }) => summary.includes('AZURE_CLIENT_SECRET'));
    assert.equal(told().length, 1);
    await it_.later(14 * DAY);
    assert.equal(told().length, 2);
  });

  it('has the bot’s own endpoint watched, until they end that', async () => {
    it_.scripted.serve('certbot.example', { address: '192.0.2.1', presents: LEAF });
    await it_.say(anna, 'settings operators here', chatOf(anna));
    await it_.later(HOUR);
    assert.match((await it_.say(anna, 'list', chatOf(anna))).summary, /1 watch|certbot\.example/);
    await it_.say(anna, 'unwatch certbot.example', chatOf(anna));
    await it_.later(2 * DAY);
    assert.deepEqual(await it_.bot.store.listWatches(chatOf(anna).id), []);
  });
});

describe('one certificate on twelve endpoints of one owner', () => {
  it('is one pair of events that lists twelve, and moves when the last one is renewed', async () => {
    const it_ = await startWiredOutlook({ people: [anna] });
    try {
      const hosts = Array.from({ length: 12 }, (_, index) => `h${index}.example`);
      for (const host of hosts) it_.scripted.serve(host, { address: '192.0.2.1', presents: LEAF });
      await it_.say(anna, `watch ${hosts.slice(0, 6).join(' ')}`);
      await it_.say(anna, `watch ${hosts.slice(6).join(' ')}`, chatOf(anna));
      const { renew } = it_.pair('anna');
      assert.match(renew.body, /\bh0 to h11\.example \(12\)/);
      const next = certificate('next', { notBefore: NOW, notAfter: NOW + 150 * DAY, serialNumber: 'ffff' });
      for (const host of hosts) {
        assert.equal(it_.pair('anna').renew.id, renew.id);
        it_.scripted.serve(host, { address: '192.0.2.1', presents: next });
        await it_.later();
      }
      const after = it_.pair('anna').renew;
      assert.equal(after.id, renew.id);
      assert.match(after.body, /ffff/);
      assert.match(after.body, /\bh0 to h11\.example \(12\)/);
    } finally {
      await it_.close();
    }
  });
});
