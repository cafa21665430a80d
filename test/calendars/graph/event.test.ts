import assert from 'node:assert/strict';
import {
  createBodyOf,
  eventContent,
  eventHash,
  detailsOf,
  eventTimes,
  updateBodyOf,
  writtenIn,
  EVENT_PROPERTY,
  INSTALLATION_PROPERTY,
  TAG_PROPERTY,
  copiesPath,
  eventPath,
  inCalendar,
  listPath,
  type GraphEntry,
} from '../../../src/calendars/graph/event.ts';
import { bodyOf } from '../../../src/core/reminders/event-text.ts';
import type { EventBlock, ReminderEvent, Reminder } from '../../../src/core/model/reminder.ts';
import { makeEvent, makeReminder } from '../../peers/graph/reminder.ts';
import { HOUR } from '../../../src/core/time.ts';

/** What was written of the event that tests make, by its property. */
const TOLD = `time;15;normal;free;${detailsOf(makeEvent()).body};${detailsOf(makeEvent()).lines.join('.')}`;

/** An event as it was written for a reminder, with overrides. */
function entryFor({ event, id }: Reminder, overrides: Partial<GraphEntry> = {}): GraphEntry {
  const { reminderMinutes, showAs = 'free', importance } = event;
  const state = { body: eventContent(event).body!.content!, isReminderOn: true, reminderMinutes, showAs, importance };
  const written = { start: event.start, hash: eventHash(event), about: ABOUT, details: detailsOf(event) };
  const { start, subject, allDay = false } = event;
  return {
    reminderId: id,
    eventId: 'e',
    etag: null,
    createdAt: 1,
    isMadeByApp: true,
    start,
    allDay,
    subject,
    written,
    state,
    ...overrides,
  };
}

/** The beginning of the fingerprint of the reminders that tests make. */
const ABOUT = 'ab'.repeat(8);

describe('the Graph event of a reminder', () => {
  const times: { name: string; start: number; zone: string; zoneName: string; dateTime: string; timeZone: string }[] = [
    {
      name: 'winter in Berlin, by its Windows name',
      start: Date.UTC(2027, 0, 15, 8),
      zone: 'Europe/Berlin',
      zoneName: 'W. Europe Standard Time',
      dateTime: '2027-01-15T09:00:00',
      timeZone: 'W. Europe Standard Time',
    },
    {
      name: 'summer in Berlin, by its IANA name',
      start: Date.UTC(2027, 6, 15, 7),
      zone: 'Europe/Berlin',
      zoneName: 'Europe/Berlin',
      dateTime: '2027-07-15T09:00:00',
      timeZone: 'Europe/Berlin',
    },
    {
      name: 'half an hour off in Kolkata',
      start: Date.UTC(2027, 6, 15, 3, 30),
      zone: 'Asia/Kolkata',
      zoneName: 'India Standard Time',
      dateTime: '2027-07-15T09:00:00',
      timeZone: 'India Standard Time',
    },
    {
      name: 'the day before in Los Angeles',
      start: Date.UTC(2027, 0, 1, 4, 59, 59),
      zone: 'America/Los_Angeles',
      zoneName: 'Pacific Standard Time',
      dateTime: '2026-12-31T20:59:59',
      timeZone: 'Pacific Standard Time',
    },
    {
      name: 'just after clocks went forward',
      start: Date.UTC(2027, 2, 28, 1),
      zone: 'Europe/Berlin',
      zoneName: 'W. Europe Standard Time',
      dateTime: '2027-03-28T03:00:00',
      timeZone: 'W. Europe Standard Time',
    },
    {
      name: 'the first of two hours of the same name when clocks go back',
      start: Date.UTC(2027, 9, 31, 0, 30),
      zone: 'Europe/Berlin',
      zoneName: 'W. Europe Standard Time',
      dateTime: '2027-10-31T00:30:00',
      timeZone: 'UTC',
    },
    {
      name: 'the second of them',
      start: Date.UTC(2027, 9, 31, 1, 30),
      zone: 'Europe/Berlin',
      zoneName: 'W. Europe Standard Time',
      dateTime: '2027-10-31T01:30:00',
      timeZone: 'UTC',
    },
    {
      name: 'an unknown zone',
      start: Date.UTC(2027, 0, 15, 8),
      zone: 'Mars/Olympus',
      zoneName: 'Mars Standard Time',
      dateTime: '2027-01-15T08:00:00',
      timeZone: 'UTC',
    },
  ];
  for (const { name, start, zone, zoneName, dateTime, timeZone } of times) {
    it(`starts right in ${name}`, () => {
      const event = makeEvent({ start, end: start + 6 * HOUR, zone, zoneName });
      assert.deepEqual(eventTimes(event).start, { dateTime, timeZone });
      assert.equal(eventTimes(event).end.timeZone, timeZone);
    });
  }

  it('takes a whole day from midnight to midnight of the zone, also by a name that only the service knows the rules of', () => {
    const event = makeEvent({
      start: Date.UTC(2027, 2, 27, 23),
      end: Date.UTC(2027, 2, 28, 22),
      allDay: true,
    });
    const at = (date: string, timeZone: string) => ({ dateTime: `2027-03-${date}T00:00:00`, timeZone });
    const name = 'W. Europe Standard Time';
    assert.deepEqual(eventTimes(event), { start: at('28', name), end: at('29', name) });
    assert.deepEqual(eventTimes(event, { utc: true }), { start: at('28', 'UTC'), end: at('29', 'UTC') });
    assert.equal(eventContent(event).isAllDay, true);
    assert.ok(!('isAllDay' in eventContent(makeEvent())));
  });

  it('says that it takes no whole day any more, or that it does, only with its times', () => {
    const bodyFor = (times: object | null, wanted: boolean, allDay: boolean) => {
      const reminder = makeReminder({ event: makeEvent(wanted ? { allDay: true } : {}) });
      return JSON.parse(updateBodyOf(reminder, 'here', { times, entry: entryFor(reminder, { allDay }) })) as Record<
        string,
        unknown
      >;
    };
    assert.equal(bodyFor({}, false, true)['isAllDay'], false);
    assert.equal(bodyFor({}, true, false)['isAllDay'], true);
    for (const body of [bodyFor({}, true, true), bodyFor({}, false, false), bodyFor(null, true, true)])
      assert.ok(!('isAllDay' in body));
    assert.ok(!('start' in bodyFor(null, true, true)) && !('end' in bodyFor(null, true, true)));
  });

  it('tells its times in UTC where the service does not know the zone, and a whole day too where we do not', () => {
    const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
    const times = { start: at('2027-03-01T08:00:00'), end: at('2027-03-01T08:30:00') };
    assert.deepEqual(eventTimes(makeEvent(), { utc: true }), times);
    assert.deepEqual(eventTimes(makeEvent({ zone: 'Mars/Olympus', allDay: true })), times);
  });

  it('uses UTC for both ends when only the end is ambiguous', () => {
    const event = makeEvent({ start: Date.UTC(2027, 9, 30, 23, 45), end: Date.UTC(2027, 9, 31, 0, 15) });
    assert.deepEqual(eventTimes(event), {
      start: { dateTime: '2027-10-30T23:45:00', timeZone: 'UTC' },
      end: { dateTime: '2027-10-31T00:15:00', timeZone: 'UTC' },
    });
  });

  it('holds everything that Outlook is to show, and invites nobody', () => {
    assert.deepEqual(eventContent(makeEvent({ importance: 'high', reminderMinutes: 1440 })), {
      subject: 'Renew certificate: example.com (expires 2027-03-31)',
      body: {
        contentType: 'html',
        content:
          '<p>The certificate of example.com:443 expires on 2027-03-31.</p>\n<p>Issued by Let&#39;s Encrypt E7.</p>',
      },
      start: { dateTime: '2027-03-01T09:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2027-03-01T09:30:00', timeZone: 'W. Europe Standard Time' },
      isReminderOn: true,
      reminderMinutesBeforeStart: 1440,
      showAs: 'free',
      importance: 'high',
      categories: ['Certificate'],
      responseRequested: false,
    });
  });

  it('has its category in the language of its texts', () => {
    assert.deepEqual(eventContent(makeEvent({ language: 'de' })).categories, ['Zertifikat']);
    assert.deepEqual(eventContent(makeEvent({ language: 'en' })).categories, ['Certificate']);
  });

  it('escapes untrusted text in the body and keeps its line breaks', () => {
    const { body } = eventContent(makeEvent({ body: ['<script>alert(1)</script>\n& "more"\u0000'] }));
    assert.equal(body?.content, '<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>&amp; &quot;more&quot;</p>');
  });

  describe('of blocks', () => {
    const evil = '<img src=x onerror=alert(1)>\n&';
    const blocks: EventBlock[] = [
      { look: 'task', lines: [[{ text: `Renew it ${evil}` }]] },
      { lines: [[{ text: 'Until: Fri' }], [{ text: '1. Run: ' }, { text: evil, mono: true }, { text: ' (x)' }]] },
      {
        lines: [[{ text: evil, url: 'https://chat.example/?a=1&b="2"' }], [{ text: 'x', url: 'javascript:alert(1)' }]],
      },
      { look: 'small', lines: [[{ text: 'Serial number: 0a' }]] },
    ];
    const event = makeEvent({ blocks, body: bodyOf(blocks) });
    const html = eventContent(event).body!.content!;

    it('is simple, escaped, without colours, and leads to the web alone', () => {
      assert.equal(
        html,
        [
          '<p><b style="font-size:13pt">Renew it &lt;img src=x onerror=alert(1)&gt; &amp;</b></p>',
          '<p><b>Until:</b> Fri<br>1. Run: <code>&lt;img src=x onerror=alert(1)&gt; &amp;</code> (x)</p>',
          '<p><a href="https://chat.example/?a=1&amp;b=%222%22">&lt;img src=x onerror=alert(1)&gt; &amp;</a></p>',
          '<p><span style="font-size:9pt">Serial number: 0a</span></p>',
        ].join('\n'),
      );
      assert.doesNotMatch(html, /color|background|class=/);
    });

    it('replaces the body of an earlier version whole, and leaves what people wrote beside it', () => {
      const before = makeEvent();
      const reminder = makeReminder({ event });
      const entry = entryFor(makeReminder({ id: reminder.id, event: before }));
      const patch = (body: string) =>
        JSON.parse(
          updateBodyOf(reminder, 'here', { times: null, entry: { ...entry, state: { ...entry.state, body } } }),
        );
      const written = eventContent(before).body!.content!;
      assert.equal(patch(written).body.content, html);
      assert.equal(
        patch(`<p>Ask Bob</p>${written}<p>Change 4711</p>`).body.content,
        `<p>Ask Bob</p>${html}\n<p>Change 4711</p>`,
      );
      const after = writtenIn(patch(written))!;
      assert.deepEqual(after.details, detailsOf(event), 'it knows its new lines again');
    });

    it('takes its own lines out again, whatever stands between them', () => {
      const reminder = makeReminder({ event: makeEvent({ body: ['new'] }) });
      const entry = entryFor(makeReminder({ id: reminder.id, event }));
      const noted = html.replace('<p><span', '<p>Paid until 2030</p><p><span');
      const patch = JSON.parse(
        updateBodyOf(reminder, 'here', { times: null, entry: { ...entry, state: { ...entry.state, body: noted } } }),
      );
      assert.match(patch.body.content, /^<p>new<\/p>/);
      assert.match(patch.body.content, /Paid until 2030/);
      assert.doesNotMatch(patch.body.content, /Serial|Until|Renew it/);
    });
  });

  it('keeps the subject on one line of at most 255 characters', () => {
    const { subject } = eventContent(makeEvent({ subject: `Renew\r\ncertificate: ${'x'.repeat(300)}` }));
    assert.match(subject ?? '', /^Renew certificate: x+…$/);
    assert.equal(subject?.length, 255);
  });

  const links: [string, ReminderEvent['link'], string][] = [
    [
      'an https address',
      { text: 'Open the chat', url: 'https://teams.example/l/chat?a=1&b="2"' },
      '<p><a href="https://teams.example/l/chat?a=1&amp;b=%222%22">Open the chat</a></p>',
    ],
    [
      'text that looks like markup',
      { text: '<b>\n"x"', url: 'http://x.example/' },
      '<p><a href="http://x.example/">&lt;b&gt; &quot;x&quot;</a></p>',
    ],
    ['a script', { text: 'x', url: 'javascript:alert(1)' }, ''],
    ['a data address', { text: 'x', url: 'data:text/html,x' }, ''],
    ['no address', { text: 'x', url: 'chat' }, ''],
    ['nothing', null, ''],
  ];
  for (const [name, link, expected] of links) {
    it(`ends with a link, if it leads to the web: ${name}`, () => {
      const { body } = eventContent(makeEvent({ body: ['text'], link }));
      assert.equal(body?.content, ['<p>text</p>', expected].filter(Boolean).join('\n'));
    });
  }

  it('shows as free unless the time was booked', () => {
    assert.equal(eventContent(makeEvent()).showAs, 'free');
    assert.equal(eventContent(makeEvent({ showAs: 'busy' })).showAs, 'busy');
  });

  it('is created with the transaction id, the tag, the installation and what was written', () => {
    const reminder = makeReminder();
    const { start } = reminder.event;
    const body = JSON.parse(createBodyOf(reminder, 'tx', 'here'));
    assert.equal(body.transactionId, 'tx');
    assert.deepEqual(body.singleValueExtendedProperties, [
      { id: TAG_PROPERTY, value: reminder.id },
      { id: INSTALLATION_PROPERTY, value: 'here' },
      {
        id: EVENT_PROPERTY,
        value: `${reminder.id}/${start}/${eventHash(reminder.event)}/${ABOUT}/${TOLD}`,
      },
    ]);
    assert.ok(!('attendees' in body));
    assert.deepEqual(writtenIn(body), {
      reminderId: reminder.id,
      start,
      hash: eventHash(reminder.event),
      about: ABOUT,
      details: detailsOf(makeEvent()),
    });
  });

  it('is changed without touching identity', () => {
    const reminder = makeReminder();
    const body = JSON.parse(updateBodyOf(reminder, 'here', { times: {}, entry: entryFor(reminder) }));
    assert.ok(!('transactionId' in body) && !('attendees' in body));
    assert.deepEqual(body.singleValueExtendedProperties, [
      { id: INSTALLATION_PROPERTY, value: 'here' },
      {
        id: EVENT_PROPERTY,
        value: `${reminder.id}/${reminder.event.start}/${eventHash(reminder.event)}/${ABOUT}/${TOLD}`,
      },
    ]);
  });

  describe('when it is changed', () => {
    const written = makeReminder();
    const renewed = makeReminder({
      id: written.id,
      event: makeEvent({ body: ['new text', 'kept'], reminderMinutes: 60, showAs: 'busy', importance: 'high' }),
    });
    const changed = (overrides: Partial<GraphEntry> = {}, reminder = renewed) =>
      JSON.parse(updateBodyOf(reminder, 'here', { times: null, entry: entryFor(written, overrides) }));
    const { state } = entryFor(written);

    it('follows in all that nobody touched', () => {
      const { singleValueExtendedProperties: properties, ...rest } = changed();
      assert.deepEqual(rest, {
        subject: renewed.event.subject,
        body: eventContent(renewed.event).body,
        reminderMinutesBeforeStart: 60,
        showAs: 'busy',
        importance: 'high',
      });
      assert.deepEqual(writtenIn({ singleValueExtendedProperties: properties })?.details, detailsOf(renewed.event));
    });

    const theirs: [string, Partial<GraphEntry['state']>, string, keyof ReturnType<typeof detailsOf>][] = [
      ['reminder', { reminderMinutes: 5 }, 'reminderMinutesBeforeStart', 'reminderMinutes'],
      ['reminder, which they turned off', { isReminderOn: false }, 'reminderMinutesBeforeStart', 'reminderMinutes'],
      ['way to show it', { showAs: 'oof' }, 'showAs', 'showAs'],
      ['importance', { importance: 'low' }, 'importance', 'importance'],
    ];
    for (const [what, change, property, detail] of theirs) {
      it(`leaves a person’s own ${what} alone, then and later`, () => {
        const body = changed({ state: { ...state, ...change } });
        assert.ok(!(property in body));
        assert.ok(!('isReminderOn' in body));
        assert.equal(writtenIn(body)?.details?.[detail], detailsOf(written.event)[detail]);
      });
    }

    it('never touches categories, privacy, attendees or the meeting', () => {
      for (const body of [changed(), changed({ written: null }), changed({ state: { ...state, showAs: 'oof' } })])
        for (const name of [
          'categories',
          'sensitivity',
          'attendees',
          'isOnlineMeeting',
          'location',
          'responseRequested',
        ])
          assert.ok(!(name in body), name);
    });

    it('sends nothing that is as it is wanted', () => {
      assert.deepEqual(Object.keys(changed({}, written)), ['subject', 'singleValueExtendedProperties']);
    });

    it('sends no body where the service tells none', () => {
      assert.ok(!('body' in changed({ state: { ...state, body: null } })));
    });

    it('takes lines for its own that an earlier write brought, of which nobody knows', () => {
      const body = '<p>new text</p><p>Mine</p>';
      assert.equal(changed({ state: { ...state, body } }).body.content, '<p>new text</p>\n<p>kept</p><p>Mine</p>');
    });

    const days: [what: string, times: object | null, entry: Partial<GraphEntry>, wanted: boolean, told: boolean][] = [
      ['is as it is wanted when its times are written', {}, { allDay: false }, true, true],
      ['is as it stands when they are not', null, { allDay: true }, false, true],
      ['is as it is wanted when nothing tells what was written', null, { allDay: true, written: null }, false, false],
    ];
    for (const [what, times, entry, wanted, told] of days)
      it(`says whether it takes a whole day, which ${what}`, () => {
        const reminder = makeReminder({ event: makeEvent(wanted ? { allDay: true } : {}) });
        const body = JSON.parse(updateBodyOf(reminder, 'here', { times, entry: entryFor(reminder, entry) }));
        assert.equal(writtenIn(body)?.details?.allDay, told);
      });

    it('takes for its own what the service adds to a creating POST that does not say it', () => {
      const { details: _details, ...old } = entryFor(written).written!;
      const { importance, showAs, reminderMinutesBeforeStart, ...sent } = JSON.parse(
        createBodyOf(written, 'tx', 'here'),
      );
      assert.deepEqual([importance, showAs, reminderMinutesBeforeStart], ['normal', 'free', 15]);
      const entry = { written: old, state: { ...state, reminderMinutes: 0 } };
      const body = changed(entry, { ...renewed, createBody: JSON.stringify(sent) });
      assert.deepEqual([body.importance, body.showAs, body.reminderMinutesBeforeStart], ['high', 'busy', 60]);
    });

    it('sends no body that says what it said', () => {
      assert.ok(!('body' in changed({}, written)));
      const link = { text: 'Open', url: 'https://chat.example/' };
      const linked = makeReminder({ event: makeEvent({ link }) });
      assert.match(changed({}, linked).body.content, /chat\.example/);
    });

    it('takes the text of an earlier version for its own by the creating POST, and by what is wanted', () => {
      const { details: _details, ...old } = entryFor(written).written!;
      const doc = `<html><body>${state.body}<p>Mine</p></body></html>`;
      const createBody = createBodyOf(written, 'tx', 'here');
      const known = changed({ written: old, state: { ...state, body: doc } }, { ...renewed, createBody });
      assert.equal(known.body.content, '<html><body><p>new text</p>\n<p>kept</p>\n<p>Mine</p></body></html>');
      assert.equal(known.reminderMinutesBeforeStart, 60);
      for (const createBody of [null, '{nonsense', createBodyOf(renewed, 'tx', 'here')]) {
        const unknown = changed({ written: old, state: { ...state, body: doc } }, { ...renewed, createBody });
        for (const name of ['body', 'reminderMinutesBeforeStart', 'showAs', 'importance'])
          assert.ok(!(name in unknown), name);
      }
      assert.ok(!('body' in changed({ written: old }, written)), 'what is wanted still');
    });
  });

  const changes: Parameters<typeof makeEvent>[0][] = [
    { subject: 'other' },
    { start: 1 },
    { end: Date.UTC(2028, 0, 1) },
    { reminderMinutes: 16 },
    { body: ['other'] },
    { importance: 'high' },
    { showAs: 'busy' },
    { link: { text: 'chat', url: 'https://chat.example/' } },
    { zoneName: 'Romance Standard Time' },
    { language: 'de' },
  ];
  for (const change of changes) {
    it(`has another hash with another ${Object.keys(change ?? {}).join()}`, () => {
      assert.equal(eventHash(makeEvent()), eventHash(makeEvent()));
      assert.notEqual(eventHash(makeEvent(change)), eventHash(makeEvent()));
    });
  }

  it('says what was written, whatever letter case the service answers in', () => {
    const hash = 'ab'.repeat(32);
    const read = (value: unknown, id = EVENT_PROPERTY) => writtenIn({ singleValueExtendedProperties: [{ id, value }] });
    const read5 = { reminderId: 'r', start: 5, hash, about: ABOUT };
    assert.deepEqual(read(`r/5/${hash}/${ABOUT}`, EVENT_PROPERTY.toUpperCase()), read5);
    const bad = ['', null, 7, hash, `r/${hash}`, `r//${hash}`, `r/5/${hash}0`, `/5/${hash}`, `r/5/${hash}/`];
    for (const value of [...bad, `r/5/${hash}`, `r/5/${hash}/${ABOUT}0`, `/5/${hash}/${ABOUT}`]) {
      assert.equal(read(value), null);
    }
    assert.deepEqual(read(`r/5/${hash}/${ABOUT}/day;90;high;busy;0123abcd;aa.bb`), {
      ...read5,
      details: {
        allDay: true,
        reminderMinutes: 90,
        importance: 'high',
        showAs: 'busy',
        body: '0123abcd',
        lines: ['aa', 'bb'],
      },
    });
    assert.deepEqual(read(`r/5/${hash}/${ABOUT}/time;0;low;free;0123abcd;`)?.details?.lines, []);
    for (const told of ['', 'week;90;high;busy;0123abcd;', 'day;x;high;busy;0123abcd;', 'day;90;high;busy']) {
      assert.equal(read(`r/5/${hash}/${ABOUT}/${told}`), null);
    }
    assert.equal(read(`r/5/${hash}/${ABOUT}`, TAG_PROPERTY), null);
    assert.equal(writtenIn({ singleValueExtendedProperties: 'nonsense' }), null);
    assert.equal(writtenIn(null), null);
  });

  it('is listed by installation, many at a time, with one property beside it', () => {
    const { searchParams } = new URL(`https://graph.test/users/x${listPath('here')}`);
    assert.deepEqual(Object.fromEntries(searchParams), {
      $filter: `singleValueExtendedProperties/Any(ep: ep/id eq '${INSTALLATION_PROPERTY}' and ep/value eq 'here')`,
      $expand: `singleValueExtendedProperties($filter=id eq '${EVENT_PROPERTY}')`,
      $select: 'id,createdDateTime,transactionId,start,isAllDay,subject',
      $top: '500',
    });
    assert.doesNotMatch(listPath('here'), /[ "{}]/);
  });

  it('is looked up by a filter that is one encoded query parameter', () => {
    const url = new URL(`https://graph.test/users/x${copiesPath("id'&x")}`);
    assert.equal(
      url.searchParams.get('$filter'),
      `singleValueExtendedProperties/Any(ep: ep/id eq '${TAG_PROPERTY}' and ep/value eq 'id''&x')`,
    );
    assert.equal(eventPath('a/b+c='), '/events/a%2Fb%2Bc%3D');
    assert.equal(inCalendar('a/b+c=', eventPath('x')), '/calendars/a%2Fb%2Bc%3D/events/x');
  });
});
