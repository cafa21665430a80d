import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { DeliveryError } from '../../src/core/errors.ts';
import { SETTINGS } from '../../src/core/chat/command.ts';
import { certificate } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR, textOf } from '../support/wired-people.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const nowhere = personOf('anna', { timeZone: null });
/** Its notice is at noon of Christmas Day 2026, a Friday. */
const CHRISTMAS = Date.UTC(2026, 11, 25, 12);
const LEAF = certificate('first', { notBefore: CHRISTMAS - 150 * DAY, notAfter: CHRISTMAS + 30 * DAY });

/** What stands before each in the answer. */
const LABELS: Record<(typeof SETTINGS)[number], string> = {
  timezone: 'Time zone',
  holidays: 'Holidays',
  freeze: 'Freezes',
  mailbox: 'Mailbox',
  operators: 'Operators',
  'alerts-to': 'Alerts to',
  persona: 'Voice',
  admins: 'Admins',
};

function at(instant: number, zone: string): string {
  return DateTime.fromMillis(instant, { zone }).toFormat('yyyy-MM-dd HH:mm');
}

describe('the zone in which somebody is reminded', () => {
  for (const [what, options, zone, start] of [
    ['the mailbox’s', { mailbox: true, setting: 'Asia/Tokyo', person: 'America/New_York' }, 'Europe/Berlin', '08:00'],
    [
      'the conversation’s',
      { mailbox: false, setting: 'Asia/Tokyo', person: 'America/New_York' },
      'Asia/Tokyo',
      '09:00',
    ],
    ['the person’s', { mailbox: false, setting: null, person: 'America/New_York' }, 'America/New_York', '09:00'],
    ['the bot’s own', { mailbox: false, setting: null, person: null }, 'Australia/Sydney', '09:00'],
  ] as const) {
    it(`is ${what}, when nothing better is known (${JSON.stringify(options)})`, async () => {
      const who = personOf('anna', { timeZone: options.person });
      const it_ = await startWiredOutlook({ people: [who], settings: { defaultTimeZone: 'Australia/Sydney' } });
      try {
        if (!options.mailbox) it_.graph.mailbox('anna').setSettings(null);
        if (options.setting) await it_.say(who, `settings timezone ${options.setting}`);
        await it_.watching(who, 'example.com', LEAF);
        assert.equal(at(it_.pair('anna').renew.start, zone).slice(11), start);
      } finally {
        await it_.close();
      }
    });
  }
});

describe('what a conversation is set to', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob], settings: { holidays: 'DE-BY' } });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const start = (): string => at(it_.pair('anna').renew.start, 'Europe/Berlin');

  it('moves its events when the time zone changes, and back', async () => {
    it_.graph.mailbox('anna').setSettings(null);
    it_.pass(2 * DAY);
    await it_.look('anna');
    await it_.say(nowhere, 'settings timezone Asia/Tokyo');
    const { renew } = it_.pair('anna');
    assert.equal(at(renew.start, 'Asia/Tokyo').slice(11), '09:00');
    await it_.say(nowhere, 'settings timezone default');
    assert.equal(start().slice(11), '09:00');
    assert.equal(it_.pair('anna').renew.id, renew.id);
  });

  it('keeps reminders off the public holidays of the bot’s region, of its own, or of none', async () => {
    assert.match(start(), /^2026-12-2[34] 08:00$/);
    assert.match(it_.pair('anna').renew.body, /Moved earlier:.*public holiday/);
    const { id } = it_.pair('anna').renew;
    await it_.say(anna, 'settings holidays none');
    assert.equal(start(), '2026-12-25 08:00');
    assert.doesNotMatch(it_.pair('anna').renew.body, /Moved earlier/);
    await it_.say(anna, 'settings holidays CH-ZH');
    assert.match(start(), /^2026-12-2[34] 08:00$/);
    await it_.say(anna, 'settings holidays JP');
    assert.equal(start(), '2026-12-25 08:00');
    await it_.say(anna, 'settings holidays default');
    assert.match(start(), /^2026-12-2[34] 08:00$/);
    assert.equal(it_.pair('anna').renew.id, id);
  });

  it('keeps reminders out of a freeze, earlier and with the reason, and gives them back', async () => {
    const before = start();
    await it_.say(anna, 'settings freeze 2026-12-14..2027-01-06');
    assert.equal(start(), '2026-12-11 08:00');
    const { body, id } = it_.pair('anna').renew;
    assert.match(body, /Moved earlier/);
    assert.match(body, /change freeze/);
    await it_.look('anna');
    assert.equal(start(), '2026-12-11 08:00');
    await it_.say(anna, 'settings freeze none');
    assert.equal(start(), before);
    assert.equal(it_.pair('anna').renew.id, id);
    assert.doesNotMatch(it_.pair('anna').renew.body, /change freeze/);
  });

  it('of two freezes, both count', async () => {
    await it_.say(anna, 'settings freeze 2026-12-18..2027-01-06 2026-12-10..2026-12-17');
    assert.equal(start(), '2026-12-09 08:00');
    assert.match(textOf(await it_.say(anna, 'settings freeze')), /10 Dec 2026 to 17 Dec 2026/);
  });

  it('concerns nobody else’s conversation', async () => {
    await it_.watching(bob, 'example.com', LEAF, chatOf(bob));
    const before = it_.pair('bob').renew.start;
    await it_.say(anna, 'settings freeze 2026-12-01..2027-01-06');
    await it_.say(anna, 'settings holidays none');
    assert.equal(it_.pair('bob').renew.start, before);
    assert.deepEqual((await it_.bot.store.findConversation(chatOf(bob).id))?.settings, {});
  });

  it('is told without a value, each and all together', async () => {
    const all = await it_.say(anna, 'settings');
    for (const key of SETTINGS) {
      const one = await it_.say(anna, `settings ${key}`);
      assert.deepEqual(
        one.facts?.map(({ label }) => label),
        [LABELS[key]],
      );
      assert.ok(
        all.facts?.some(({ label, value }) => label === LABELS[key] && value !== ''),
        key,
      );
      assert.match(one.footnote ?? '', new RegExp(`settings ${key} `));
    }
    assert.match(textOf(all), /DE-BY/);
    await it_.say(anna, 'settings timezone europe/vienna');
    assert.match(textOf(await it_.say(anna, 'settings timezone')), /Europe\/Vienna/);
  });

  for (const [text, sentence, isPlanned, subject] of [
    [
      'settings timezone america/new york',
      /^Time zone, from now on: America\/New_York\./,
      true,
      'timezone america/new york',
    ],
    ['settings timezone default', /^Time zone, from now on: that of/, true, 'timezone default'],
    ['settings holidays none', /^Holidays, from now on: none/, true, 'holidays none'],
    ['settings holidays default', /^Holidays, from now on: DE-BY/, true, 'holidays default'],
    ['settings freeze off', /^Freezes, from now on: none/, true, 'freeze off'],
    ['settings mailbox mailto:ops@example.com', /go to ops@example\.com/, true, 'mailbox mailto:ops@example.com'],
    ['settings alerts-to none', /^Alerts to, from now on: the owner of each watch/, false, 'alerts-to none'],
  ] as const) {
    it(`is told after “${text}”, and written down`, async () => {
      it_.graph.mailbox('ops@example.com').setPurpose('shared');
      const card = await it_.say(anna, text);
      assert.equal(card.tone, 'good', card.summary);
      assert.match(card.summary, sentence);
      assert.equal(/planned anew/.test(textOf(card)), isPlanned);
      const [last] = await it_.bot.store.listAudit(CHANNEL.id, 1);
      assert.deepEqual([last!.actorId, last!.verb, last!.subject], [anna.id, 'settings', subject]);
    });
  }

  it('keeps what else it is set to, also what is set just before', async () => {
    await it_.say(anna, 'settings timezone Asia/Tokyo');
    await it_.say(anna, 'settings holidays JP');
    const { store } = it_.bot;
    const { transaction } = store;
    const settings = async () => (await store.findConversation(CHANNEL.id))?.settings;
    assert.deepEqual(await settings(), { timeZone: 'Asia/Tokyo', holidays: 'JP' });
    let meanwhile = 'DE-BY';
    store.transaction = (work, options) =>
      transaction(
        (operations) =>
          work({
            ...operations,
            async lockConversation(id) {
              const known = await operations.findConversation(id);
              await operations.setConversationSettings(id, { ...known!.settings, holidays: meanwhile });
              return operations.lockConversation(id);
            },
          }),
        options,
      );
    await it_.say(anna, 'settings timezone default');
    assert.deepEqual(await settings(), { holidays: 'DE-BY' });
    meanwhile = 'DE-HE';
    await it_.say(anna, 'settings alerts-to default');
    assert.deepEqual(await settings(), { holidays: 'DE-HE' });
  });

  for (const [text, expected] of [
    ['settings timezone Middle-earth', /Middle-earth.*Europe\/Berlin/s],
    ['settings holidays Bavaria', /Bavaria.*DE-BY/s],
    ['settings holidays ZZ', /ZZ/],
    ['settings freeze tomorrow', /tomorrow.*\d{4}-\d\d-\d\d\.\.\d{4}/s],
    ['settings freeze 2027-01-06..2026-12-18', /2027-01-06/],
    ['settings freeze 2026-02-30..2026-03-02', /2026-02-30/],
    ['settings mailbox ops', /ops.*e-mail address/s],
    ['settings operators there', /there.*settings operators here/s],
    ['settings colour green', /colour.*timezone/s],
  ] as const) {
    it(`stays as it is for “${text}”, and a sentence says what would be right`, async () => {
      const before = JSON.stringify(it_.graph.events('anna'));
      const card = await it_.say(anna, text);
      assert.equal(card.tone, 'warning');
      assert.match(textOf(card), expected);
      assert.deepEqual((await it_.bot.store.findConversation(CHANNEL.id))?.settings, {});
      assert.equal(JSON.stringify(it_.graph.events('anna')), before);
    });
  }
});

describe('the mailbox of a conversation', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna, bob],
      settings: { mailboxesOpenTo: (_channel, tenantId) => tenantId === 'tenant' },
    });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  for (const purpose of ['shared', 'room', 'equipment']) {
    it(`may be a ${purpose} one: the events move there, and what is watched later goes there, and back`, async () => {
      it_.graph.mailbox('ops@example.com').setPurpose(purpose);
      const card = await it_.say(anna, 'settings mailbox ops@example.com');
      assert.match(card.summary, /ops@example\.com/);
      assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'ops@example.com')], [[], PAIR]);
      await it_.watching(bob, 'other.example', certificate('other'));
      assert.deepEqual([kindsIn(it_, 'bob'), kindsIn(it_, 'ops@example.com').length], [[], 4]);
      await it_.say(anna, 'settings mailbox default');
      assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob'), kindsIn(it_, 'ops@example.com')], [PAIR, PAIR, []]);
    });
  }

  it('gets there even when the service fails in between: old gone, new there', async () => {
    it_.graph.mailbox('ops@example.com').setPurpose('shared');
    it_.graph.inject({ kind: 'error-after' }, { mailbox: 'ops@example.com', method: 'POST' });
    it_.graph.inject({ kind: 'drop-after' }, { mailbox: 'anna', method: 'DELETE' });
    await it_.say(anna, 'settings mailbox ops@example.com');
    await it_.later(HOUR);
    await it_.later(HOUR);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'ops@example.com')], [[], PAIR]);
  });

  it('is no other person’s', async () => {
    it_.graph.mailbox('bob@example.com').setPurpose('user');
    const card = await it_.say(anna, 'settings mailbox bob@example.com');
    assert.equal(card.tone, 'warning');
    assert.match(textOf(card), /remind also bob@example\.com/);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob@example.com'), kindsIn(it_, 'bob')], [PAIR, [], []]);
  });

  it('may be one’s own, by the address as well, and holds one pair then', async () => {
    it_.graph.mailbox('bob@example.com').setPurpose('user');
    const card = await it_.say(bob, 'settings mailbox Bob@example.com');
    assert.equal(card.tone, 'good', card.summary);
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], PAIR]);
    // The same certificate in a conversation of Bob's own is in that pair as well.
    await it_.watching(bob, 'www.example.com', LEAF, chatOf(bob));
    assert.deepEqual([kindsIn(it_, 'bob'), kindsIn(it_, 'bob@example.com')], [PAIR, []]);
  });

  it('does not stay somebody’s own by a later word of others', async () => {
    await it_.say(bob, 'settings mailbox bob@example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [[], PAIR]);
    await it_.say(anna, 'settings mailbox default');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
  });

  it('is none that does not exist', async () => {
    it_.graph.mailbox('gone@example.com').setMissing('ErrorInvalidUser');
    const card = await it_.say(anna, 'settings mailbox gone@example.com');
    assert.equal(card.tone, 'warning');
    assert.match(card.summary, /no mailbox gone@example\.com/);
    assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
  });

  it('is none that cannot be looked at now', async () => {
    it_.graph.inject({ kind: 'answer', status: 503 }, { mailbox: 'ops@example.com', times: 9 });
    const card = await it_.say(anna, 'settings mailbox ops@example.com');
    assert.match(card.summary, /could not be opened, so nothing was changed/);
    assert.deepEqual((await it_.bot.store.findConversation(CHANNEL.id))?.settings, {});
  });

  for (const [what, answer, tone, sentence] of [
    ['one of which it is not said whose it is', null, 'warning', /cannot tell whether ops@example\.com/],
    ['one that Outlook refuses to tell of', new DeliveryError('refused', '403'), 'warning', /could not be opened.*403/],
    ['one that is gone', new DeliveryError('gone', '404'), 'warning', /no mailbox ops@example\.com/],
    ['one with which something goes wrong', new Error('a bug'), 'attention', /^My fault: /],
  ] as const)
    it(`is not ${what}`, async () => {
      it_.bot.context.calendar!.purpose = () =>
        answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      const card = await it_.say(bob, 'settings mailbox ops@example.com');
      assert.equal(card.tone, tone);
      assert.match(card.summary, sentence);
      const { settings } = (await it_.bot.store.findConversation(CHANNEL.id))!;
      assert.deepEqual(settings, {});
    });

  it('is one’s own where it is not said whose it is', async () => {
    const dora = personOf('dora', { mailbox: 'dora@example.com' });
    it_.bot.context.calendar!.purpose = () => Promise.resolve(null);
    assert.equal((await it_.say(bob, 'settings mailbox dora@example.com')).tone, 'warning');
    assert.equal((await it_.say(dora, 'settings mailbox dora@example.com')).tone, 'good');
  });

  it('is one’s own by the id of the directory alone, whatever addresses it tells', async () => {
    const dora = personOf('dora', { mailbox: 'dora@example.com' });
    const { calendar } = it_.bot.context;
    const ids: Record<string, string> = {
      'dora@example.com': 'ID-1',
      'd@example.com': 'id-1',
      'boss@example.com': 'id-2',
    };
    calendar!.purpose = () => Promise.resolve('person');
    // The boss's account has Dora's address as well: mail attributes need not be anybody's alone.
    calendar!.lookUp = async (address) => {
      const id = ids[address];
      return id === undefined ? null : { id, addresses: ['dora@example.com', address] };
    };
    for (const address of ['boss@example.com', 'stranger@example.com'])
      assert.equal((await it_.say(dora, `settings mailbox ${address}`)).tone, 'warning', address);
    assert.equal((await it_.say(dora, 'settings mailbox d@example.com')).tone, 'good');
    assert.deepEqual((await it_.bot.store.findConversation(CHANNEL.id))!.settings, { mailbox: 'dora@example.com' });
  });

  it('is none of another organisation than one’s own', async () => {
    const guest = personOf('guest', { tenantId: 'elsewhere' });
    it_.graph.mailbox('ops@example.com').setPurpose('shared');
    const before = it_.graph.requests.length;
    const card = await it_.say(guest, 'settings mailbox ops@example.com');
    assert.match(card.summary, /another organisation/);
    assert.equal(it_.graph.requests.length, before, 'not even looked at');
    assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
  });

  it('cannot be set where the bot has no permission of its own', async () => {
    const feeds = await startWiredOutlook({ people: [anna], settings: { ownAccess: false } });
    try {
      const card = await feeds.say(anna, 'settings mailbox ops@example.com');
      assert.match(card.summary, /no permission of its own/);
    } finally {
      await feeds.close();
    }
  });

  it('is the bot’s, CALENDAR_MAILBOX, until a conversation has one, in whatever spelling', async () => {
    const shared = await startWiredOutlook({ people: [anna], settings: { calendarMailbox: 'Ops@example.com' } });
    try {
      await shared.watching(anna, 'example.com', LEAF);
      assert.deepEqual([kindsIn(shared, 'anna'), kindsIn(shared, 'Ops@example.com')], [[], PAIR]);
      shared.graph.mailbox('ops@example.com').setPurpose('shared');
      await shared.say(anna, 'settings mailbox ops@example.com');
      await shared.watching(anna, 'www.example.com', LEAF, chatOf(anna));
      assert.deepEqual(kindsIn(shared, 'ops@example.com'), PAIR);
      shared.graph.mailbox('team@example.com').setPurpose('shared');
      await shared.say(anna, 'settings mailbox team@example.com');
      await shared.say(anna, 'settings mailbox team@example.com', chatOf(anna));
      assert.deepEqual([kindsIn(shared, 'ops@example.com'), kindsIn(shared, 'team@example.com')], [[], PAIR]);
    } finally {
      await shared.close();
    }
  });
});
