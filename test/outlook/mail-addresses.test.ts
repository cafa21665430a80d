import assert from 'node:assert/strict';
import { DeliveryError } from '../../src/core/errors.ts';
import type { Messenger } from '../../src/core/ports/channel.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR, textOf } from '../support/wired-people.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const ID = 'object-of-anna';
/** Known by her mail address, as in Slack, which is not her user principal name. */
const anna = personOf('anna', { mailbox: 'anna@example.com' });
const bob = personOf('bob');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });

describe('an owner whose mail address is not the user principal name', () => {
  let it_: WiredOutlook;
  const told = () => it_.said(CHANNEL).filter(({ title }) => /^No calendar for/.test(title));
  const feed = async () => (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted);

  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    it_.graph.directory.setPerson(ID, {
      displayName: 'Anna',
      userPrincipalName: 'a1234@corp.example.com',
      mail: 'anna@example.com',
      proxyAddresses: ['SMTP:anna@example.com', 'smtp:anna.alt@example.com'],
    });
  });
  afterEach(() => it_.close());

  async function days(number: number): Promise<void> {
    for (let day = 0; day < number; day += 1) {
      await it_.later(DAY);
      await it_.look('anna@example.com');
    }
  }

  for (const readable of [true, false]) {
    for (const takes of readable ? [true, false] : [true]) {
      const how = `${readable ? '' : 'where the directory lets nobody look, '}${takes ? '' : 'where Exchange takes no such address, '}`;
      it(`${how}keeps the same two events, and nobody is told otherwise`, async () => {
        it_.graph.directory.allow({ people: readable });
        it_.graph.directory.setTakesAddresses(takes);
        await it_.watching(anna, 'example.com', LEAF);
        const { renew, expiry } = it_.pair(ID);
        await days(4);
        assert.deepEqual([it_.pair(ID).renew.id, it_.pair(ID).expiry.id], [renew.id, expiry.id]);
        assert.deepEqual([told(), await feed()], [[], []]);
      });
    }
  }

  it('keeps them while the directory knows nobody at all by that name', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    const { renew } = it_.pair(ID);
    it_.graph.setChaos(({ method, path }) =>
      method === 'GET' && /^\/v1\.0\/users(?:\/[^/]+)?\?/.test(path)
        ? { kind: 'answer', status: 404, code: 'Request_ResourceNotFound' }
        : null,
    );
    await days(3);
    assert.equal(it_.pair(ID).renew.id, renew.id);
    assert.deepEqual(told(), []);
  });

  it('may set the mailbox to another address of hers, and no others may', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    assert.match((await it_.say(anna, 'settings mailbox anna.alt@example.com')).summary, /anna\.alt@example\.com/);
    await it_.say(anna, 'settings mailbox default');
    assert.equal((await it_.say(bob, 'settings mailbox anna.alt@example.com')).tone, 'warning');
  });

  for (const [what, mailbox] of [
    ['by her mail address', 'anna@example.com'],
    ['by the directory’s id', ID],
  ] as const)
    it(`who is known ${what} may set the mailbox to an address of hers that the chat does not know`, async () => {
      const who = personOf('anna', { mailbox });
      it_.graph.mailbox(ID).setPurpose('user');
      await it_.watching(bob, 'example.com', LEAF);
      const card = await it_.say(who, 'settings mailbox anna.alt@example.com');
      assert.equal(card.tone, 'good', card.summary);
      assert.match(card.summary, /anna\.alt@example\.com/);
      assert.equal((await it_.bot.store.findConversation(CHANNEL.id))?.settings.mailbox, mailbox);
      assert.deepEqual([kindsIn(it_, ID), kindsIn(it_, 'bob')], [PAIR, []]);
      const refused = await it_.say(bob, 'settings mailbox anna.alt@example.com');
      assert.match(textOf(refused), /remind also anna\.alt@example\.com/);
    });

  it('is not asked when she names herself by another address of hers', async () => {
    await it_.watching(bob, 'example.com', LEAF);
    await it_.say(anna, 'owner example.com anna.alt@example.com');
    assert.deepEqual(it_.said(chatOf(anna)), []);
    assert.deepEqual([kindsIn(it_, ID), kindsIn(it_, 'bob')], [PAIR, []]);
  });

  it('is not looked for by other addresses while the chat cannot be asked, nor by what the directory cannot tell', async () => {
    await it_.watching(bob, 'example.com', LEAF);
    const asked: (string | null)[] = [];
    const messenger = it_.bot.context.messengers.get('plain')!;
    let error = new DeliveryError('unavailable', 'The chat is away.');
    const refuse: Messenger['direct'] = ({ address }) => {
      asked.push(address);
      return Promise.reject(error);
    };
    messenger.direct = refuse;
    assert.match((await it_.say(bob, 'owner example.com anna.alt@example.com')).summary, /The chat is away/);
    assert.deepEqual(asked, ['anna.alt@example.com']);
    error = new DeliveryError('refused', 'Nobody of that name is here.');
    assert.match((await it_.say(bob, 'owner example.com anna.alt@example.com')).summary, /Nobody of that name/);
    assert.deepEqual(asked.slice(1).toSorted(), ['a1234@corp.example.com', 'anna.alt@example.com', 'anna@example.com']);
    messenger.direct = ({ address }) =>
      Promise.reject(address === 'anna.alt@example.com' ? error : new DeliveryError('unavailable', 'away by then'));
    assert.match((await it_.say(bob, 'owner example.com anna.alt@example.com')).summary, /away by then/);
    messenger.direct = refuse;
    it_.bot.context.calendar!.lookUp = () => Promise.reject(new DeliveryError('unavailable', 'away'));
    assert.match((await it_.say(bob, 'owner example.com anna.alt@example.com')).summary, /Nobody of that name/);
    assert.equal(asked.length, 5);
    it_.bot.context.calendar!.lookUp = () => Promise.reject(new Error('a bug'));
    assert.match(
      (await it_.say(bob, 'owner example.com anna.alt@example.com')).summary,
      /^My fault: I could not finish this/,
    );
  });

  it('is looked for by five other addresses at most', async () => {
    await it_.watching(bob, 'example.com', LEAF);
    const asked: (string | null)[] = [];
    it_.bot.context.messengers.get('plain')!.direct = ({ address }) => {
      asked.push(address);
      return Promise.reject(new DeliveryError('refused', 'nobody'));
    };
    const addresses = Array.from({ length: 8 }, (_one, index) => `anna.${index}@example.com`);
    it_.bot.context.calendar!.lookUp = () => Promise.resolve({ id: ID, addresses });
    await it_.say(bob, 'owner example.com anna.7@example.com');
    assert.deepEqual(asked, ['anna.7@example.com', ...addresses.slice(0, 5)]);
  });

  it('is found by another address of hers when somebody names her', async () => {
    await it_.watching(bob, 'example.com', LEAF);
    await it_.say(bob, 'owner example.com anna.alt@example.com');
    await it_.press(anna, 'Yes, into my calendar', chatOf(anna));
    assert.deepEqual([kindsIn(it_, ID), kindsIn(it_, 'bob')], [PAIR, []]);
  });
});

describe('a mailbox that is said not to be there', () => {
  let it_: WiredOutlook;
  const feed = async () => (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted);
  const ids = () => Object.values(it_.pair('bob')).map(({ id }) => id);

  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    await it_.watching(bob, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  for (const code of [
    'MailboxNotEnabledForRESTAPI',
    'ErrorMailboxNotFound',
    'Request_ResourceNotFound',
    'ErrorInvalidUser',
  ]) {
    it(`by ${code}, keeps its events: the feed takes over until it is back`, async () => {
      const before = ids();
      it_.graph.mailbox('bob').setMissing(code);
      await it_.look('bob');
      await it_.later(HOUR);
      assert.equal((await feed()).length, 2);
      assert.equal(it_.said(CHANNEL).filter(({ title }) => /^No calendar for/.test(title)).length, 1);
      it_.graph.mailbox('bob').setMissing(null);
      for (let hour = 0; hour < 30; hour += 1) await it_.later(HOUR);
      assert.deepEqual(ids(), before);
      assert.deepEqual(await feed(), []);
      assert.deepEqual(
        it_.graph.requests.filter(({ method }) => method === 'DELETE'),
        [],
      );
    });
  }

  it('for a moment, by whatever it is asked, keeps its events', async () => {
    const before = ids();
    for (const times of [1, 2, 3]) {
      it_.graph.inject({ kind: 'answer', status: 404, code: 'MailboxNotEnabledForRESTAPI' }, { mailbox: 'bob', times });
      await it_.look('bob');
      for (let hour = 0; hour < 5; hour += 1) await it_.later(HOUR);
      assert.deepEqual(ids(), before);
      assert.deepEqual(await feed(), []);
    }
    assert.deepEqual(
      it_.graph.requests.filter(({ method }) => method === 'DELETE'),
      [],
    );
  });

  it('loses what somebody unwatched meanwhile once it is back, and nothing else', async () => {
    await it_.watching(bob, 'other.example', certificate('other'));
    it_.graph.mailbox('bob').setMissing('MailboxNotEnabledForRESTAPI');
    await it_.look('bob');
    await it_.say(bob, 'unwatch other.example');
    it_.graph.mailbox('bob').setMissing(null);
    for (let hour = 0; hour < 30; hour += 1) await it_.later(HOUR);
    assert.match(
      Object.values(it_.pair('bob'))
        .map(({ subject }) => subject)
        .join(),
      /example\.com/,
    );
    assert.doesNotMatch(textOf(await it_.say(bob, 'list')), /other/);
  });
});
