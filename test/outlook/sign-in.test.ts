import assert from 'node:assert/strict';
import { DeliveryError } from '../../src/core/errors.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { createFakeSignIn, kindsIn, PAIR, textOf } from '../support/wired-people.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });

for (const ownAccess of [true, false]) {
  describe(`signing in ${ownAccess ? 'beside the bot’s own permission' : 'where the bot has no permission of its own'}`, () => {
    let it_: WiredOutlook;
    let signing: ReturnType<typeof createFakeSignIn>;
    beforeEach(async () => {
      signing = createFakeSignIn();
      it_ = await startWiredOutlook({ people: [anna, bob], signIn: signing.signIn, settings: { ownAccess } });
    });
    afterEach(() => it_.close());

    const tokensUsed = (from: number, mailbox = 'anna') =>
      new Set(
        it_.graph.requests
          .slice(from)
          .filter((request) => request.mailbox === mailbox)
          .map(({ token }) => token),
      );
    const feed = async () => (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted);

    async function signIn(): Promise<void> {
      signing.tokens.set(anna.id, 'token-of-anna');
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      await it_.bot.settled();
    }

    it('is asked for in the person’s own chat, wherever they typed it', async () => {
      const there = await it_.say(anna, 'calendar connect');
      assert.equal(there.signIn, undefined);
      assert.match(there.summary, /direct chat/);
      const card = it_.latest(chatOf(anna));
      assert.equal(card.signIn?.label, 'Sign in');
      assert.match(textOf(card), /calendar disconnect/);
      const again = await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.equal(again.signIn?.label, 'Sign in');
    });

    it('changes nothing before they have signed in', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const before = it_.graph.requests.length;
      await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.equal(it_.graph.requests.length, before);
      assert.deepEqual(kindsIn(it_, 'anna'), ownAccess ? PAIR : []);
      assert.equal((await feed()).length, ownAccess ? 0 : 2);
    });

    it('has what is watched already, and what is watched later, written with their own token', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      const before = it_.graph.requests.length;
      await it_.say(anna, 'calendar connect');
      await signIn();
      await it_.watching(anna, 'other.example', certificate('other'));
      await it_.look('anna');
      assert.equal(kindsIn(it_, 'anna').length, 4);
      assert.deepEqual([...tokensUsed(before)], ['token-of-anna']);
      assert.deepEqual(await feed(), []);
      assert.equal(
        it_.said(chatOf(anna)).filter(({ title }) => title === 'Your reminders are kept in your own Outlook calendar')
          .length,
        1,
      );
    });

    it('is told once however often the channel says so', async () => {
      await signIn();
      await signIn();
      assert.equal(it_.said(chatOf(anna)).length, 1);
      const card = await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.equal(card.title, 'Your reminders are kept in your own Outlook calendar');
      assert.equal(card.signIn, undefined);
    });

    it('serves nobody else with that token', async () => {
      await signIn();
      await it_.watching(bob, 'example.com', LEAF);
      assert.deepEqual(kindsIn(it_, 'bob'), ownAccess ? PAIR : []);
      assert.ok(!tokensUsed(0, 'bob').has('token-of-anna'));
    });

    it('ends by “calendar disconnect”: first the events go, with their own token, then the sign-in', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      await signIn();
      await it_.watching(anna, 'other.example', certificate('other'));
      assert.equal(kindsIn(it_, 'anna').length, 4);
      const foreign = it_.graph.mailbox('anna').addForeign();
      const before = it_.graph.requests.length;
      const signOut = signing.signIn.signOut;
      signing.signIn.signOut = async (personId) => {
        signing.happened.push(`with ${kindsIn(it_, 'anna').length} events left`);
        await signOut(personId);
      };
      const card = await it_.say(anna, 'calendar disconnect');
      assert.match(card.summary, /direct chat/);
      assert.match(textOf(it_.latest(chatOf(anna))), /removed from your calendar, and you are signed out/);
      assert.deepEqual(signing.happened, ['with 0 events left', 'signed out']);
      assert.deepEqual([...tokensUsed(before)], ['token-of-anna']);
      assert.deepEqual(
        it_.graph.events('anna').map(({ id }) => id),
        [foreign],
      );
      assert.equal((await feed()).length, 4);
      // It is their word also for the bot's own permission.
      await it_.watching(anna, 'third.example', certificate('third'));
      await it_.later(DAY);
      assert.deepEqual(kindsIn(it_, 'anna'), []);
      assert.equal((await feed()).length, 6);
    });

    it('ends also for copies and for what they own elsewhere', async () => {
      await it_.watching(bob, 'example.com', LEAF);
      await signIn();
      await it_.say(anna, 'remind also me');
      await it_.watching(anna, 'mine.example', certificate('mine'), chatOf(anna));
      assert.equal(kindsIn(it_, 'anna').length, 4);
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.deepEqual(kindsIn(it_, 'anna'), []);
      assert.deepEqual(kindsIn(it_, 'bob'), ownAccess ? PAIR : []);
    });

    it('is finished later when Outlook is down, without being asked again', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      await signIn();
      it_.graph.setChaos(() => ({ kind: 'answer', status: 503 }));
      const card = await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.match(textOf(card), /being removed/);
      assert.deepEqual(signing.happened, []);
      await it_.later(HOUR);
      assert.deepEqual(signing.happened, [], 'the token is still needed');
      it_.graph.setChaos(null);
      for (let round = 0; round < 3; round += 1) await it_.later(2 * HOUR);
      assert.deepEqual(kindsIn(it_, 'anna'), []);
      assert.deepEqual(signing.happened, ['signed out']);
      await it_.later(DAY);
      assert.deepEqual(signing.happened, ['signed out']);
    });

    it('may be begun anew after it was ended', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      await signIn();
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      await it_.say(anna, 'calendar connect', chatOf(anna));
      await signIn();
      assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
      assert.deepEqual(await feed(), []);
    });

    it('that ended by itself is told once, in their language, loses nothing, and goes on after the next', async () => {
      const german = personOf('anna', { locale: 'de-DE' });
      await it_.watching(german, 'example.com', LEAF);
      await signIn();
      const ids = it_.graph.events('anna').map(({ id }) => id);
      signing.tokens.clear();
      await it_.say(german, 'settings freeze 2026-12-20..2027-01-10');
      await it_.look('anna');
      await it_.later(DAY);
      const told = it_.said(chatOf(anna)).filter(({ tone }) => tone === 'warning');
      assert.equal(told.length, 1);
      assert.match(textOf(told[0]!), /calendar connect/);
      assert.equal(told[0]!.language, 'de');
      assert.deepEqual(
        it_.graph.events('anna').map(({ id }) => id),
        ids,
      );
      const before = it_.graph.requests.length;
      await signIn();
      await it_.later(2 * HOUR);
      await it_.look('anna');
      it_.pair('anna');
      assert.deepEqual([...tokensUsed(before)], ['token-of-anna']);
      assert.match(it_.pair('anna').renew.body, /Änderungsstopp|Change-Freeze|2026-12-20|20\. Dezember/);
      // A later end is told again.
      signing.tokens.clear();
      await it_.look('anna');
      assert.equal(it_.said(chatOf(anna)).filter(({ tone }) => tone === 'warning').length, 2);
    });

    it('says what is wrong when the token service is out of reach', async () => {
      signing.signIn.token = () => Promise.reject(new DeliveryError('unavailable', 'The token service is away.'));
      const card = await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.equal(card.tone, 'warning');
      assert.match(card.summary, /token service is away/);
      assert.equal(card.signIn, undefined);
    });

    it('is tried again when the token service does not sign out at once', async () => {
      await it_.watching(anna, 'example.com', LEAF);
      await signIn();
      const signOut = signing.signIn.signOut;
      signing.signIn.signOut = () => Promise.reject(new DeliveryError('unavailable', 'away'));
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.deepEqual(kindsIn(it_, 'anna'), []);
      signing.signIn.signOut = signOut;
      await it_.later(HOUR);
      assert.deepEqual(signing.happened, ['signed out']);
    });

    it('keeps a person who disconnected out of copies that others propose, until they connect', async () => {
      await it_.watching(bob, 'example.com', LEAF);
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      await it_.say(bob, 'remind also @anna');
      await it_.press(anna, 'Yes, into my calendar', chatOf(anna));
      assert.deepEqual(kindsIn(it_, 'anna'), []);
    });
  });
}

describe('a sign-in that is being ended', () => {
  it('is not over by that when it was ended once more meanwhile, with events of its own', async () => {
    const signing = createFakeSignIn();
    const it_ = await startWiredOutlook({ people: [anna], signIn: signing.signIn, settings: { ownAccess: false } });
    try {
      const { store } = it_.bot;
      signing.tokens.set(anna.id, 'token-of-anna');
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      const { signOut } = signing.signIn;
      signing.signIn.signOut = async (personId) => {
        signing.signIn.signOut = signOut;
        await signOut(personId);
        const [known] = await store.getConnections(['anna']);
        await store.putConnection({ ...known!, state: 'leaving', changedAt: known!.changedAt + 1 });
      };
      const states = async () => (await store.getConnections(['anna'])).map(({ state }) => state);
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.deepEqual(await states(), ['leaving']);
      await it_.bot.flows.signing.finishLeaving();
      assert.deepEqual(await states(), ['closed']);
    } finally {
      await it_.close();
    }
  });
});

describe('“calendar connect” where there is nothing to sign in to', () => {
  for (const [what, settings, expected] of [
    ['with the bot’s own permission', { ownAccess: true }, /nothing to sign in to/],
    ['without any permission', { ownAccess: false }, /offers no sign-in here/],
    ['without Outlook', { calendar: 'ics' as const }, /writes into no Outlook calendars/],
  ] as const) {
    it(`says so ${what}`, async () => {
      const it_ = await startWiredOutlook({ people: [anna], settings });
      try {
        const card = await it_.say(anna, 'calendar connect', chatOf(anna));
        assert.match(textOf(card), expected);
        assert.equal(card.signIn, undefined);
      } finally {
        await it_.close();
      }
    });
  }
});

describe('“calendar connect” with the bot’s own permission', () => {
  it('takes back an earlier “calendar disconnect”', async () => {
    const it_ = await startWiredOutlook({ people: [anna], settings: { ownAccess: true } });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.deepEqual(kindsIn(it_, 'anna'), []);
      await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
    } finally {
      await it_.close();
    }
  });
});

describe('a sign-in that ended by itself is told in the language', () => {
  const LOST = { channel: 'plain', state: 'connected', changedAt: NOW } as const;

  async function languageOf(prepare: (it_: WiredOutlook) => Promise<unknown>, mailbox = 'anna') {
    const it_ = await startWiredOutlook({ people: [anna, bob], signIn: createFakeSignIn().signIn });
    try {
      await prepare(it_);
      const { store, flows } = it_.bot;
      await store.rememberConversation(chatOf(anna), NOW);
      const connection = { ...LOST, mailbox, personId: anna.id, conversationId: chatOf(anna).id };
      await store.transaction((operations) => operations.putConnection(connection));
      await flows.signing.lost(connection);
      await it_.bot.settled();
      return it_.latest(chatOf(anna)).language;
    } finally {
      await it_.close();
    }
  }
  const speaking = (name: string, locale: string | null, more = {}) => personOf(name, { locale, ...more });

  it('in which they watch something', async () => {
    assert.equal(await languageOf((it_) => it_.watching(speaking('anna', 'de-DE'), 'example.com', LEAF)), 'de');
  });

  it('of themselves, and not of another whose reminders go to the same mailbox', async () => {
    const other = speaking('bob', 'de-DE', { mailbox: 'anna' });
    assert.equal(await languageOf((it_) => it_.watching(other, 'example.com', LEAF)), 'en');
  });

  it('in which they took a copy', async () => {
    assert.equal(
      await languageOf(async (it_) => {
        await it_.watching(bob, 'example.com', LEAF);
        await it_.say(bob, 'remind also @anna');
        await it_.press(speaking('anna', 'de-DE'), 'Yes, into my calendar', chatOf(anna));
      }),
      'de',
    );
  });
});

describe('“calendar disconnect” where no Outlook calendars are written', () => {
  it('says that there is nothing to close, and notes nothing', async () => {
    const it_ = await startWiredOutlook({ people: [anna], settings: { calendar: 'ics' as const } });
    try {
      const card = await it_.say(anna, 'calendar disconnect', chatOf(anna));
      assert.equal(card.tone, 'warning');
      assert.deepEqual(await it_.bot.store.getConnections(['anna']), []);
    } finally {
      await it_.close();
    }
  });
});
