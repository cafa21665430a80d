import assert from 'node:assert/strict';
import ical from 'node-ical';
import { renderEvent } from '../../../src/calendars/ics/feed.ts';
import type { Card } from '../../../src/core/card.ts';
import { eventFile, fileUrl } from '../../../src/flows/reminders/event-file.ts';
import { certificate, failed, NOW, observation } from '../../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook } from '../../support/wired-outlook.ts';
import { textOf } from '../../support/wired-people.ts';
import { createWillingSource, startPlainChat, type PlainChat } from '../chat/plain-chat.ts';
import { DAY } from '../../../src/core/time.ts';

const FILE = /^https:\/\/certbot\.example\/calendar\/event\/([\da-f-]{36})\/([\w-]+)\.ics$/;
const RENEWAL = 'Reminder as a file';
const EXPIRY = 'Expiry as a file';

/** Where each button of a card leads that opens something. */
function links({ actions = [] }: Card): Record<string, string> {
  return Object.fromEntries(actions.flatMap((one) => (one.kind === 'open' ? [[one.label, one.url]] : [])));
}

function partsOf(url: string): [id: string, seal: string] {
  const [, id, seal] = FILE.exec(url) ?? assert.fail(url);
  return [id!, seal!];
}

describe('the calendar events of one watch', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  it('are told with both dates, and each as a file and a link that puts it into Outlook', async () => {
    await chat.say('watch example.com');
    const card = await chat.say('calendar example.com');
    assert.equal(card.summary, '2 calendar events for example.com.');
    assert.deepEqual(
      card.facts!.map(({ label, value }) =>
        `${label}: ${value}`.replaceAll(/\w{3}\s\d{1,2}\s\w{3}, \d\d:\d\d/g, 'then'),
      ),
      ['Reminder: then UTC, in the calendar feed', 'On expiry: then, in the calendar feed'],
    );
    // Each time is told once.
    assert.equal(textOf(card).match(/\d\d:\d\d/g)!.length, 2);
    const found = links(card);
    assert.deepEqual(Object.keys(found).toSorted(), [EXPIRY, 'Expiry into Outlook', RENEWAL, 'Reminder into Outlook']);
    for (const [label, kind] of [
      [RENEWAL, /Renew certificate: /],
      [EXPIRY, /Certificate expires: /],
    ] as const) {
      const reminder = await eventFile(chat.bot.context, ...partsOf(found[label]!));
      assert.match(reminder!.event.subject, kind);
      const [event] = Object.values(ical.sync.parseICS(renderEvent(reminder!))).filter(
        (entry) => entry?.type === 'VEVENT',
      );
      assert.equal(event?.start.getTime(), Math.floor(reminder!.event.start / 1000) * 1000);
    }
    assert.match(links(await chat.say('show example.com'))['Calendar file (.ics)'] ?? '', FILE);
  });

  it('are told in German', async () => {
    const german = await startPlainChat({ source: createWillingSource().source, locale: 'de' });
    try {
      await german.say('watch example.com');
      const card = await german.say('calendar example.com');
      assert.match(textOf(card), /Erinnerung: .*\nBei Ablauf: /);
    } finally {
      await german.bot.close();
    }
  });

  it('are none where the endpoint was never seen, nor watched, nor a target at all: a sentence says so', async () => {
    const silent = await startPlainChat({
      source: createWillingSource((uri) => observation([failed('192.0.2.1', 'refused')], { uri, at: Date.now() }))
        .source,
    });
    try {
      await silent.say('watch example.com');
      assert.match((await silent.say('calendar example.com')).summary, /No certificate has been seen there yet/);
    } finally {
      await silent.bot.close();
    }
    await chat.say('watch example.com', 'elsewhere');
    assert.match((await chat.say('calendar example.com')).summary, /not watched in this conversation/);
    assert.match((await chat.say('calendar example.com:99999')).summary, /from 1 to 65535/);
  });

  it('are none where the bot keeps no calendar', async () => {
    const source = createWillingSource().source;
    const without = await startPlainChat({ source, settings: { calendar: 'none' } });
    try {
      await without.say('watch example.com');
      assert.match((await without.say('calendar example.com')).summary, /keeps no calendar reminders/);
    } finally {
      await without.bot.close();
    }
  });

  it('are in Outlook without a file, where they are written there', async () => {
    const it_ = await startWiredOutlook({ people: [personOf('anna')] });
    try {
      await it_.watching(personOf('anna'), 'example.com', certificate('first', { notAfter: NOW + 60 * DAY }));
      const card = await it_.say(personOf('anna'), 'calendar example.com', CHANNEL);
      assert.deepEqual(Object.keys(links(card)).toSorted(), ['Expiry into Outlook', 'Reminder into Outlook']);
      assert.match(textOf(card), /, in Outlook/);
      const { context, store } = it_.bot;
      const reminders = await store.listReminders('graph', 'anna');
      assert.equal(reminders.length, 2);
      for (const reminder of reminders)
        assert.equal(await eventFile(context, ...partsOf((await fileUrl(context, store, reminder))!)), null);
    } finally {
      await it_.close();
    }
  });

  it('are told as the next one while they are to come, and as past afterwards', async () => {
    const nobody = personOf('nobody', { mailbox: null });
    const it_ = await startWiredOutlook({ people: [nobody] });
    try {
      await it_.watching(nobody, 'example.com', certificate('first', { notAfter: NOW + 60 * DAY }));
      const told = async (): Promise<string> => textOf(await it_.say(nobody, 'calendar', CHANNEL));
      assert.match(await told(), /2 events\. The next is “Renew certificate: /);
      await it_.later(60 * DAY + 60_000);
      assert.match(await told(), /2 events, all of them past\. It fills/);
    } finally {
      await it_.close();
    }
  });

  describe('as a file', () => {
    let renewal: [id: string, seal: string];
    let expiry: [id: string, seal: string];
    const opened = async (id: string, seal: string): Promise<boolean> =>
      (await eventFile(chat.bot.context, id, seal)) !== null;

    beforeEach(async () => {
      await chat.say('watch example.com');
      const found = links(await chat.say('calendar example.com'));
      renewal = partsOf(found[RENEWAL]!);
      expiry = partsOf(found[EXPIRY]!);
    });

    it('are opened by their own seal alone', async () => {
      const [id, seal] = renewal;
      assert.equal(await opened(id, seal), true);
      const others: [string, string][] = [
        ['the seal of the other event', expiry[1]],
        ['one of the same length', 'A'.repeat(seal.length)],
        ['its beginning', seal.slice(0, -1)],
        ['more than it', `${seal}A`],
        ['one that differs in its first letter', (seal.startsWith('A') ? 'B' : 'A') + seal.slice(1)],
        ['none', ''],
      ];
      for (const [name, other] of others) assert.equal(await opened(id, other), false, name);
    });

    it('are not opened by a seal that another conversation got', async () => {
      await chat.say('watch example.com', 'elsewhere');
      const there = partsOf(links(await chat.say('calendar example.com', 'elsewhere'))[RENEWAL]!);
      assert.equal(await opened(...there), true);
      assert.deepEqual([await opened(renewal[0], there[1]), await opened(there[0], renewal[1])], [false, false]);
    });

    it('do not tell the address of the feed', async () => {
      const token = /calendar\/(\w+)\.ics/.exec(textOf(await chat.say('calendar')))![1]!;
      for (const [, seal] of [renewal, expiry]) assert.ok(!seal.includes(token) && !token.includes(seal));
    });

    it('are gone with “calendar reset”, and there again under their new address', async () => {
      assert.equal((await chat.say('calendar reset')).title, 'The calendar feed of this chat has a new address');
      assert.equal(await opened(...renewal), false);
      const again = links(await chat.say('calendar example.com'));
      assert.equal(await opened(...partsOf(again[RENEWAL]!)), true);
    });

    it('are gone as soon as they are not wanted any more, whenever the row goes', async () => {
      const { context } = chat.bot;
      const getReminder = async (id: string) => ({ ...(await context.store.getReminder(id))!, wanted: false });
      assert.equal(await eventFile({ ...context, store: { ...context.store, getReminder } }, ...renewal), null);
    });

    it('are gone with the watch', async () => {
      await chat.say('unwatch example.com');
      assert.deepEqual([await opened(...renewal), await opened(...expiry)], [false, false]);
    });
  });
});
