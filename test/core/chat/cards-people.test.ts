import assert from 'node:assert/strict';
import { answeredCard, ownerlessCard, questionCard } from '../../../src/core/chat/cards/people.ts';
import { backCard, copiedCard, deletedCard, movedCard } from '../../../src/core/chat/cards/edits.ts';
import { bookedCard, slotsCard } from '../../../src/core/chat/cards/slots.ts';
import type { MailboxState, Recipient } from '../../../src/core/model/people.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import { certificate, DE, EN, NOW, watchOf } from '../../support/certificate-facts.ts';
import { makeEvent, makeReminder } from '../../peers/graph/reminder.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

function recipientOf(overrides: Partial<Recipient> = {}): Recipient {
  return {
    id: 'question-1',
    conversationId: 'teams:19:ops',
    uri: null,
    role: 'owner',
    personId: '29:bob',
    name: 'Bob',
    mailbox: 'bob@example.com',
    timeZone: null,
    locale: null,
    tenantId: null,
    state: 'asked',
    askedBy: 'Alice',
    askedAt: NOW,
    ...overrides,
  };
}

/** With spaces that break. */
function spaced(text: string): string {
  return text.replaceAll('\u{a0}', ' ');
}

const PLACE = { kind: 'channel' as const, name: 'Ops' };
const SUBJECT = 'example.com';
const ABOUT = { subject: SUBJECT, calendar: 'graph' as const, place: PLACE, say: EN };

function button(name: string, label: string, style?: 'positive') {
  const data = { recipient: 'question-1', asked: NOW };
  return { kind: 'execute' as const, label, action: { name, data }, ...(style ? { style } : {}) };
}

const DECLINE = button('decline-recipient', 'No');
const NEVER = button('never-ask', 'Never ask from there');

describe('the question whether somebody wants reminders', () => {
  it('to an owner says who asked for it where, and can be answered either way', () => {
    const card = questionCard(recipientOf(), ABOUT);
    assert.equal(card.title, 'Will you take over example.com?');
    assert.match(card.text![0]!, /^Alice proposes it in “Ops”\. The reminders would then be in your Outlook/);
    assert.ok(card.summary.startsWith(`${card.title} Alice`), card.summary);
    assert.equal(card.tone, 'neutral');
    assert.match(card.footnote!, /^Nothing is in your calendar yet/);
    assert.deepEqual(card.actions, [button('accept-recipient', 'Yes, into my calendar', 'positive'), DECLINE, NEVER]);
  });

  for (const [calendar, words] of [
    ['shared', /The reminders stay in the shared mailbox/],
    ['ics', /The reminders stay in the calendar feed/],
    ['none', /Alice proposes it in “Ops”\.$/],
  ] as const)
    it(`to an owner speaks of nobody's Outlook where it would not be there: ${calendar}`, () => {
      const question = questionCard(recipientOf(), { ...ABOUT, calendar });
      const answer = answeredCard(recipientOf(), { ...ABOUT, calendar, yes: true, reached: false });
      assert.match(question.summary, words);
      for (const card of [question, answer]) assert.doesNotMatch(JSON.stringify(card), /Outlook|your calendar|  /);
      assert.deepEqual(question.actions![0], button('accept-recipient', 'Yes', 'positive'));
    });

  it('to somebody who is to get copies asks for that', () => {
    const card = questionCard(recipientOf({ role: 'copy' }), ABOUT);
    assert.equal(card.title, 'May I remind you of example.com as well?');
    assert.match(card.text![0]!, /^Alice proposes in “Ops” that you get copies of the reminders/);
  });

  const places: [string, Parameters<typeof questionCard>[1]['place'], string][] = [
    ['a direct chat', { kind: 'personal', name: null }, 'in a direct chat with me'],
    ['a group without a name', { kind: 'group', name: null }, 'in a chat with me'],
    ['a channel without a name', { kind: 'channel', name: '' }, 'in a chat with me'],
    ['a chat with a long name', { kind: 'group', name: 'x'.repeat(61) }, `in “${'x'.repeat(59)}…”`],
  ];
  for (const [name, place, words] of places)
    it(`from ${name} says so`, () => {
      const { text } = questionCard(recipientOf(), { ...ABOUT, place });
      assert.ok(text![0]!.startsWith(`Alice proposes it ${words}.`), text![0]);
    });

  it('shortens a long name of whoever asked', () => {
    const { text } = questionCard(recipientOf({ askedBy: 'y'.repeat(81) }), ABOUT);
    assert.ok(text![0]!.startsWith(`${'y'.repeat(79)}… proposes`), text![0]);
  });
});

describe('the answered question', () => {
  const cases: [string, 'owner' | 'copy', { yes: boolean; reached: boolean }, RegExp, boolean][] = [
    [
      'an owner whose calendar is reached',
      'owner',
      { yes: true, reached: true },
      /^You own .* now\n.* in your calendar/,
      false,
    ],
    [
      'an owner whose calendar is not',
      'owner',
      { yes: true, reached: false },
      /^You own .*\n.* not in your own/,
      false,
    ],
    ['a copy in a calendar that is reached', 'copy', { yes: true, reached: true }, /^You get copies/, true],
    [
      'a copy in one that is not',
      'copy',
      { yes: true, reached: false },
      /^You get copies .*\nYour Outlook calendar cannot/,
      true,
    ],
    [
      'an owner who said no',
      'owner',
      { yes: false, reached: true },
      /^You do not take over example.*\nNothing has changed/,
      false,
    ],
    ['no to copies', 'copy', { yes: false, reached: true }, /^You get no copies of .*$/, false],
  ];
  for (const [name, role, answer, sentence, canEnd] of cases)
    it(`of ${name} says what holds now${canEnd ? ', and can be taken back' : ''}`, () => {
      const card = answeredCard(recipientOf({ role }), { ...ABOUT, ...answer });
      assert.match([card.title, ...(card.text ?? [])].join('\n'), sentence);
      assert.equal(card.tone, answer.yes ? 'good' : 'neutral');
      assert.deepEqual(card.actions, canEnd ? [button('decline-recipient', 'Stop these reminders')] : []);
    });
});

describe('the message about an owner without a mailbox', () => {
  const state: MailboxState = {
    mailbox: 'bob@example.com',
    state: 'missing',
    name: 'Bob',
    manager: null,
    checkedAt: NOW,
  };
  const options = { subject: SUBJECT, owner: 'bob-id', watch: 7, say: EN };

  it('without a manager says how to name a new one', () => {
    const card = ownerlessCard(state, options);
    assert.equal(card.title, 'No calendar for Bob');
    assert.equal(card.text![0], 'There is no mailbox (any more) that could hold the reminders for example.com.');
    assert.equal(card.tone, 'warning');
    assert.match(card.text![1]!, /^They are in the calendar feed/);
    assert.match(card.text![2]!, /^To name a new owner/);
    assert.deepEqual(card.actions, []);
  });

  it('of a disabled account says that, and calls them by their id where no name is known', () => {
    const card = ownerlessCard({ ...state, state: 'disabled', name: null }, options);
    assert.equal(card.title, 'No calendar for bob-id');
    assert.match(card.text![0]!, /^The account is disabled/);
  });

  it('shortens a long name', () => {
    assert.equal(
      ownerlessCard({ ...state, name: 'z'.repeat(81) }, options).title,
      `No calendar for ${'z'.repeat(79)}…`,
    );
  });

  const managers: [string, NonNullable<MailboxState['manager']>, string][] = [
    ['by name', { id: 'm-1', name: 'Carol', address: 'carol@example.com' }, 'Carol'],
    ['else by address', { id: 'm-1', name: '', address: 'c@example.com' }, 'c@example.com'],
    ['else by id', { id: 'm-1', name: '', address: null }, 'm-1'],
  ];
  for (const [how, manager, called] of managers)
    it(`proposes the manager, ${how}, with a button that asks them`, () => {
      const card = ownerlessCard({ ...state, manager }, options);
      assert.equal(card.text![2], `Proposed as the new owner: ${called}, according to the directory.`);
      assert.deepEqual(card.actions, [
        {
          kind: 'execute',
          label: `Ask ${called}`,
          action: { name: 'ask-owner', data: { watch: 7 } },
        },
      ]);
    });

  it('shortens a manager’s long name, on the button more than in the text', () => {
    const manager = { id: 'm-1', name: 'w'.repeat(81), address: null };
    const card = ownerlessCard({ ...state, manager }, options);
    assert.ok(card.text![2]!.includes(`: ${'w'.repeat(79)}…,`), card.text![2]);
    assert.equal(card.actions![0]!.label, `Ask ${'w'.repeat(15)}…`);
  });
});

describe('what people did to events in Outlook', () => {
  const leaf = certificate('leaf', { notAfter: NOW + 90 * DAY });
  const start = Date.UTC(2027, 1, 3, 8);

  function reminderOf(targets: string[], overrides: Partial<Reminder> = {}): Reminder {
    const event = makeEvent({ targets: targets.map((host) => `tls://${host}:443`) });
    return makeReminder({ event, ...overrides });
  }

  it('is respected where it can be', () => {
    const card = movedCard(reminderOf(['a.example']), {
      found: start,
      start,
      allDay: false,
      certificate: leaf,
      now: NOW,
      say: EN,
    });
    assert.equal(spaced(card.title), 'I keep to Wed 3 Feb, 09:00 Berlin time');
    assert.deepEqual(card.text, ['The renewal reminder for a.example was moved there.']);
    assert.deepEqual(card.state, { symbol: '✅', word: 'Moved in Outlook' });
    assert.equal(card.tone, 'good');
  });

  it('is respected for a whole day as well', () => {
    const reminder = reminderOf(['a.example'], { kind: 'expiry' });
    const midnight = Date.UTC(2027, 1, 2, 23);
    const card = movedCard(reminder, {
      found: midnight,
      start: midnight,
      allDay: true,
      certificate: leaf,
      now: NOW,
      say: EN,
    });
    assert.equal(spaced(card.title), 'I keep to Wed 3 Feb');
    assert.match(card.text![0]!, /^The expiry reminder/);
  });

  it('is taken back where it would be too late, with both times', () => {
    const found = start + 30 * DAY;
    const card = movedCard(reminderOf(['a.example']), {
      found,
      start,
      allDay: false,
      certificate: leaf,
      now: NOW,
      say: EN,
    });
    assert.equal(spaced(card.title), 'I have put it at Wed 3 Feb, 09:00 Berlin time');
    assert.equal(
      spaced(card.text![0]!),
      'The renewal reminder for a.example was moved in Outlook to Fri 5 Mar, 09:00. The certificate expires 20 Feb 2027: later would be too late to act.',
    );
    assert.equal(card.tone, 'warning');
  });

  it('names three targets of an event, and counts the others', () => {
    const reminder = reminderOf(['a.example', 'b.example', 'c.example', 'd.example', 'e.example']);
    assert.match(copiedCard([reminder], EN).text![0]!, /^For a\.example, b\.example, c\.example and 2 more\./);
  });

  it('names each certificate once, whichever of its events are concerned', () => {
    const ofA = ['renew', 'expiry'].map((kind) => reminderOf(['a.example'], { kind: kind as Reminder['kind'] }));
    const ofB = reminderOf(['b.example'], { fingerprint: 'cd'.repeat(32) });
    const { text, title, tone } = backCard([...ofA, ofB], EN);
    assert.deepEqual(text, ['For a.example and b.example. I go on reminding there.']);
    assert.equal(title, '3 reminders are back in Outlook');
    assert.equal(tone, 'good');
  });

  it('names ten certificates, and counts the others', () => {
    const reminders = Array.from({ length: 12 }, (_, index) =>
      reminderOf([`h${index}.example`], { fingerprint: String(index).padStart(64, '0') }),
    );
    assert.match(backCard(reminders, EN).text![0]!, /h9\.example and 2 more\. I go on/);
  });

  it('is asked about when events were deleted, once for all of them', () => {
    const reminders = [reminderOf(['a.example']), reminderOf(['b.example'], { fingerprint: 'cd'.repeat(32) })];
    const card = deletedCard(reminders, { question: 'q-1', say: EN });
    assert.equal(card.text![0], '2 reminders for a.example and b.example were deleted there.');
    assert.equal(card.summary, `A question: ${card.title} ${card.text![0]}`);
    assert.equal(card.title, 'Keep reminding in Outlook?');
    assert.equal(card.tone, 'warning');
    assert.match(card.text![1]!, /^Until you answer/);
    const data = { question: 'q-1' };
    assert.deepEqual(card.actions, [
      { kind: 'execute', label: 'Keep reminding', action: { name: 'keep-event', data }, style: 'positive' },
      { kind: 'execute', label: 'No, alerts are enough', action: { name: 'drop-event', data } },
    ]);
  });

  it('leaves copies to whoever made them', () => {
    const card = copiedCard([reminderOf(['a.example'])], EN);
    assert.equal(card.title, 'A reminder was copied in Outlook');
    assert.match(card.text![0]!, /^For a\.example\. The copy is yours/);
    assert.equal(card.tone, 'neutral');
  });
});

describe('free times to renew', () => {
  const watch = watchOf({ id: 7 });
  const slots = [Date.UTC(2026, 10, 30, 9), Date.UTC(2026, 11, 1, 14, 30)];
  const until = NOW + 9 * DAY + HOUR;
  const options = { watch, zone: 'Europe/Berlin', now: NOW, until, say: EN };

  it('are offered with a button each, in the zone of the calendar', () => {
    const card = slotsCard(slots, options);
    assert.equal(card.title, 'When will you renew example.com?');
    assert.match(spaced(card.text![0]!), /before the next alert on Tue 1 Dec\. Choosing one/);
    assert.equal(spaced(card.footnote!), 'Times are Berlin time.');
    assert.equal(card.tone, 'neutral');
    assert.equal(card.text!.length, 1);
    assert.deepEqual(
      card.actions!.map((action) => ({ ...action, label: spaced(action.label) })),
      [['Mon 30 Nov, 10:00', slots[0]!] as const, ['Tue 1 Dec, 15:30', slots[1]!] as const].map(([label, start]) => ({
        kind: 'execute',
        label,
        action: { name: 'choose-slot', data: { watch: 7, start } },
      })),
    );
  });

  it('are written as the language has them', () => {
    const labels = slotsCard(slots, { ...options, say: DE }).actions!.map(({ label }) => spaced(label));
    assert.deepEqual(labels, ['Mo 30. Nov., 10:00 Uhr', 'Di 1. Dez., 15:30 Uhr']);
  });

  it('may be one alone', () => {
    assert.match(slotsCard(slots.slice(1), options).text![0]!, /^Free in your calendar/);
  });

  it('may be none, which is said', () => {
    const card = slotsCard([], options);
    assert.equal(card.title, 'There is no free half-hour to renew example.com');
    assert.match(spaced(card.text![0]!), /^Until the next alert on Tue 1 Dec/);
    assert.ok(!('actions' in card));
  });

  it('may be others than before, with a word about it', () => {
    assert.equal(slotsCard(slots, { ...options, note: 'That one was taken.' }).text![1], 'That one was taken.');
  });

  for (const written of [true, false])
    it(`are ${written ? 'booked in Outlook' : 'booked, though Outlook does not have it yet'}`, () => {
      const card = bookedCard({ watch, start: slots[0]!, zone: 'Europe/Berlin', now: NOW, written, say: EN });
      assert.equal(spaced(card.title), 'example.com is to be renewed on Mon 30 Nov');
      assert.equal(card.tone, 'good');
      assert.match(
        spaced(card.text![0]!),
        written ? /^At 10:00 Berlin time, in Outlook/ : /^At 10:00 Berlin time; Outlook gets it/,
      );
    });
});
