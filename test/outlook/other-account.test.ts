import assert from 'node:assert/strict';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { createFakeSignIn, kindsIn, PAIR, textOf, tokenWith } from '../support/wired-people.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna', { mailbox: 'oid-anna' });
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
/** Her mail address is not her user principal name: her object id decides. */
const OWN = tokenWith({ oid: 'OID-anna', upn: 'a1234@corp.example.com', tid: 'tenant' });
const BOBS = tokenWith({ oid: 'oid-bob', upn: 'bob@example.com', tid: 'tenant' });

for (const ownAccess of [true, false]) {
  describe(`somebody who signs in with another account${ownAccess ? ', beside the bot’s own permission' : ''}`, () => {
    let it_: WiredOutlook;
    let signing: ReturnType<typeof createFakeSignIn>;
    beforeEach(async () => {
      signing = createFakeSignIn();
      it_ = await startWiredOutlook({ people: [anna], signIn: signing.signIn, settings: { ownAccess } });
      await it_.watching(anna, 'example.com', LEAF);
    });
    afterEach(() => it_.close());

    const used = (token: string) => it_.graph.requests.filter((request) => request.token === token);
    const refusals = () => it_.said(chatOf(anna)).filter(({ title }) => title === 'Another account signed in');
    const state = async () => (await it_.bot.store.getConnections(['oid-anna']))[0]?.state;

    async function signedIn(token: string): Promise<void> {
      signing.tokens.set(anna.id, token);
      await it_.bot.inbox.signedIn(chatOf(anna), anna);
      await it_.bot.settled();
    }

    it('is refused, signed out and asked again; nothing is done with that account', async () => {
      await it_.say(anna, 'calendar connect', chatOf(anna));
      await signedIn(BOBS);
      const [card, ...more] = refusals();
      assert.deepEqual(more, []);
      assert.match(textOf(card!), /\(bob@example\.com\) is not your own/);
      assert.equal(card!.signIn?.label, 'Sign in');
      assert.deepEqual(signing.happened, ['signed out']);
      assert.equal(await state(), undefined);
      assert.deepEqual(used(BOBS), []);
      assert.deepEqual(kindsIn(it_, 'oid-anna'), ownAccess ? PAIR : []);
      await signedIn(OWN);
      assert.equal(await state(), 'connected');
      assert.equal(it_.latest(chatOf(anna)).title, 'Your reminders are kept in your own Outlook calendar');
      assert.deepEqual(kindsIn(it_, 'oid-anna'), PAIR);
    });

    it('is refused by “calendar connect” as well, where the token service holds such a token', async () => {
      signing.tokens.set(anna.id, BOBS);
      const card = await it_.say(anna, 'calendar connect', chatOf(anna));
      assert.equal(card.title, 'Another account signed in');
      assert.equal(await state(), undefined);
      assert.deepEqual(used(BOBS), []);
    });

    it('after their own keeps what is there, and the other account opens nothing', async () => {
      await signedIn(OWN);
      const before = Object.values(it_.pair('oid-anna')).map(({ id }) => id);
      await signedIn(BOBS);
      assert.equal(refusals().length, 1);
      assert.equal(await state(), 'lost');
      await it_.look('oid-anna');
      assert.deepEqual(
        Object.values(it_.pair('oid-anna')).map(({ id }) => id),
        before,
      );
      assert.deepEqual(used(BOBS), []);
    });

    it('unnoticed by the channel is noticed when the token is used, and told', async () => {
      await signedIn(OWN);
      signing.tokens.set(anna.id, BOBS);
      await it_.look('oid-anna');
      assert.deepEqual(used(BOBS), []);
      assert.equal(await state(), 'lost');
      assert.equal(it_.latest(chatOf(anna)).title, 'Sign-in ended');
    });

    it('is tried on the calendar also where their own sign-in has ended before', async () => {
      await signedIn(OWN);
      signing.tokens.clear();
      await it_.look('oid-anna');
      assert.equal(await state(), 'lost');
      it_.graph.setChaos(({ token }) =>
        token === 'opaque' ? { kind: 'answer', status: 403, code: 'ErrorAccessDenied' } : null,
      );
      await signedIn('opaque');
      assert.equal(refusals().length, 1);
      assert.equal(await state(), 'lost');
    });

    for (const status of [403, 404]) {
      it(`is refused when the token says nothing and does not open the calendar (${status})`, async () => {
        it_.graph.setChaos(({ token }) =>
          token === 'opaque'
            ? { kind: 'answer', status, code: status === 403 ? 'ErrorAccessDenied' : 'ErrorItemNotFound' }
            : null,
        );
        await it_.say(anna, 'calendar connect', chatOf(anna));
        await signedIn('opaque');
        assert.match(textOf(refusals()[0]!), /cannot open your calendar/);
        assert.deepEqual(signing.happened, ['signed out']);
        assert.equal(await state(), undefined);
        assert.equal(used('opaque').filter(({ path }) => path.includes('/events')).length, 0);
        assert.deepEqual(kindsIn(it_, 'oid-anna'), ownAccess ? PAIR : []);
      });
    }
  });
}

describe('another account of somebody whom the chat knows by an address', () => {
  it('is found out by the object id that the directory has for the address', async () => {
    const signing = createFakeSignIn();
    const known = personOf('anna', { mailbox: 'anna@example.com' });
    const it_ = await startWiredOutlook({ people: [known], signIn: signing.signIn });
    try {
      it_.graph.directory.setPerson('oid-anna', { userPrincipalName: 'anna@example.com', mail: 'anna@example.com' });
      for (const [token, title] of [
        [tokenWith({ oid: 'oid-bob', upn: 'anna@example.com' }), 'Another account signed in'],
        [
          tokenWith({ oid: 'oid-anna', upn: 'a1234@corp.example.com' }),
          'Your reminders are kept in your own Outlook calendar',
        ],
      ] as const) {
        signing.tokens.set(known.id, token);
        await it_.bot.inbox.signedIn(chatOf(known), known);
        await it_.bot.settled();
        assert.equal(it_.latest(chatOf(known)).title, title);
      }
    } finally {
      await it_.close();
    }
  });
});

describe('another account of somebody who speaks German', () => {
  it('is refused in German', async () => {
    const signing = createFakeSignIn();
    const german = personOf('anna', { mailbox: 'oid-anna', locale: 'de-DE' });
    const it_ = await startWiredOutlook({ people: [german], signIn: signing.signIn });
    try {
      signing.tokens.set(german.id, BOBS);
      await it_.bot.inbox.signedIn(chatOf(german), german);
      await it_.bot.settled();
      assert.equal(it_.latest(chatOf(german)).title, 'Ein anderes Konto hat sich angemeldet');
      assert.deepEqual(it_.said(CHANNEL), []);
    } finally {
      await it_.close();
    }
  });
});
