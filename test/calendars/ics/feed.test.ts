import assert from 'node:assert/strict';
import { sync } from 'node-ical';
import type { VEvent } from 'node-ical';
import { feedEtag, renderEvent, renderFeed as render } from '../../../src/calendars/ics/feed.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import { leaveNothingOut } from '../../support/certificate-facts.ts';
import { bodyOf } from '../../../src/core/reminders/event-text.ts';
import { makeEvent, makeReminder } from '../../peers/graph/reminder.ts';

const ID = '7f3b1c52-6d1e-4f0a-9a57-0123456789ab';

function renderFeed(feed: { name: string; reminders: Reminder[] }): string {
  return render({ ...feed, leftOut: leaveNothingOut });
}

function eventsOf(feed: string): VEvent[] {
  return Object.values(sync.parseICS(feed)).filter((entry): entry is VEvent => entry?.type === 'VEVENT');
}

/** Content lines with their folds undone (RFC 5545, 3.1). */
function linesOf(feed: string): string[] {
  return feed.replaceAll('\r\n ', '').split('\r\n');
}

describe('the calendar feed', () => {
  const reminder = makeReminder({ id: ID, calendar: 'ics', sequence: 3 });

  it('leaves out an event that cannot be written, and tells why', () => {
    const event = makeEvent({ start: Number.NaN });
    const odd = makeReminder({ id: 'odd', calendar: 'ics', event });
    const leftOut: string[] = [];
    const feed = render({ name: 'Certificates', reminders: [odd, reminder], leftOut: (_, { id }) => leftOut.push(id) });
    assert.deepEqual(
      eventsOf(feed).map(({ uid }) => uid),
      [`${ID}@certbot`],
    );
    assert.deepEqual(leftOut, ['odd']);
  });

  it('reads back as what it was made from', () => {
    const [event, ...others] = eventsOf(renderFeed({ name: 'Certificates', reminders: [reminder] }));
    assert.deepEqual(others, []);
    assert.equal(event?.uid, `${ID}@certbot`);
    assert.equal(event?.start.getTime(), reminder.event.start);
    assert.equal(event?.end?.getTime(), reminder.event.end);
    assert.equal(event?.summary, reminder.event.subject);
    assert.equal(event?.description, reminder.event.body.join('\n\n'));
    assert.equal(Number(event?.sequence), 3);
    assert.equal(event?.transparency, 'TRANSPARENT');
    assert.deepEqual(event?.categories, ['Certificate']);
    assert.equal(event?.dtstamp.getTime(), reminder.updatedAt);
    assert.equal(event?.lastmodified?.getTime(), reminder.updatedAt);
    assert.equal(event?.method, 'PUBLISH');
  });

  it('names the zone of whoever is reminded, and says what it is, once, between its properties and its events', () => {
    const tokyo = makeReminder({ event: makeEvent({ zone: 'Asia/Tokyo', zoneName: 'Tokyo Standard Time' }) });
    const feed = renderFeed({ name: 'x', reminders: [reminder, makeReminder(), tokyo] });
    const lines = linesOf(feed);
    const named = lines.flatMap((line) => /;TZID=([^:]+):/.exec(line)?.[1] ?? []);
    assert.deepEqual(new Set(named), new Set(['Europe/Berlin', 'Asia/Tokyo']));
    const told = lines.flatMap((line) => /^TZID:(.+)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(told, ['Asia/Tokyo', 'Europe/Berlin']);
    assert.ok(lines.includes('DTSTART;TZID=Europe/Berlin:20270301T090000'));
    const begins = lines.flatMap((line) => /^BEGIN:(VTIMEZONE|VEVENT)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(begins, ['VTIMEZONE', 'VTIMEZONE', 'VEVENT', 'VEVENT', 'VEVENT']);
    assert.ok(lines.indexOf('X-PUBLISHED-TTL:PT1H') < lines.indexOf('BEGIN:VTIMEZONE'));
    for (const event of eventsOf(feed)) assert.equal(event.start.getTime(), reminder.event.start);
  });

  it('says of a zone what its clocks show until the last event in it, in whatever order zones are met', () => {
    const late = { start: Date.UTC(2031, 8, 9, 9), end: Date.UTC(2031, 8, 9, 9, 30) };
    const chile = { zone: 'America/Santiago', zoneName: 'Pacific SA Standard Time' };
    const events = [makeEvent({ ...chile, ...late }), makeEvent(chile), makeEvent({ zone: 'Africa/Lagos' })];
    const lines = linesOf(renderFeed({ name: 'x', reminders: events.map((event) => makeReminder({ event })) }));
    // The first Sunday from the second of September on is not always the first Sunday, so that each change is told by
    // itself.
    assert.ok(lines.includes('DTSTART:20310907T000000'));
    const told = lines.flatMap((line) => /^TZID:(.+)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(told, ['Africa/Lagos', 'America/Santiago']);
  });

  for (const [zone, midnight] of [
    ['America/New_York', 5],
    ['UTC', 0],
    ['Pacific/Auckland', -13],
  ] as const)
    it(`writes one of a whole day as a date, of whoever is reminded in ${zone}`, () => {
      const [start, end] = [Date.UTC(2027, 2, 1, midnight), Date.UTC(2027, 2, 2, midnight)];
      const event = makeEvent({ zone, zoneName: zone, start, end, allDay: true });
      const feed = renderFeed({ name: 'x', reminders: [makeReminder({ event })] });
      const lines = linesOf(feed).filter((line) => /^(?:DTSTART|DTEND|BEGIN:VTIMEZONE)/.test(line));
      assert.deepEqual(lines, ['DTSTART;VALUE=DATE:20270301', 'DTEND;VALUE=DATE:20270302']);
      assert.deepEqual(
        eventsOf(feed).map(({ datetype }) => datetype),
        ['date'],
      );
    });

  const inUtc: [why: string, change: Parameters<typeof makeEvent>[0]][] = [
    ['has no zone', { zone: 'UTC', zoneName: 'UTC' }],
    ['has UTC for its zone by another name', { zone: 'Etc/GMT', zoneName: 'Etc/GMT' }],
    ['has a zone that nobody knows', { zone: 'Europe/Atlantis', zoneName: 'Atlantis' }],
    ['is in the hour that comes twice', { start: Date.UTC(2026, 9, 25, 1, 15), end: Date.UTC(2026, 9, 25, 1, 45) }],
    ['ends in the hour that comes twice', { start: Date.UTC(2026, 9, 24, 23, 45), end: Date.UTC(2026, 9, 25, 0, 15) }],
  ];
  for (const [why, change] of inUtc) {
    it(`writes an event in UTC that ${why}`, () => {
      const event = makeEvent(change);
      const feed = renderFeed({ name: 'x', reminders: [makeReminder({ event })] });
      assert.doesNotMatch(feed, /TZID|VTIMEZONE/);
      assert.match(feed, /^DTSTART:\d{8}T\d{6}Z$/m);
      const [read] = eventsOf(feed);
      assert.deepEqual([read?.start.getTime(), read?.end?.getTime()], [event.start, event.end]);
    });
  }

  it('has the category of an event in the language of its texts', () => {
    const german = { ...reminder, event: { ...reminder.event, language: 'de' as const } };
    const [event] = eventsOf(renderFeed({ name: 'Zertifikate', reminders: [german] }));
    assert.deepEqual(event?.categories, ['Zertifikat']);
  });

  it('says its name, how often to look again, and when to alarm', () => {
    const lines = linesOf(renderFeed({ name: 'Team A', reminders: [reminder] }));
    for (const line of [
      'METHOD:PUBLISH',
      'X-WR-CALNAME:Team A',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
    ]) {
      assert.ok(lines.includes(line), `no line ${line} in\n${lines.join('\n')}`);
    }
    assert.ok(!lines.some((line) => line.startsWith('PRIORITY')));
    const important = makeReminder({ event: makeEvent({ importance: 'high', reminderMinutes: 1440 }) });
    const others = linesOf(renderFeed({ name: 'Team A', reminders: [important] }));
    assert.ok(others.includes('PRIORITY:1') && others.includes('TRIGGER:-P1D'));
  });

  it('alarms at the start when there are no minutes before', () => {
    const due = makeReminder({ event: makeEvent({ reminderMinutes: 0 }) });
    assert.ok(
      linesOf(renderFeed({ name: 'x', reminders: [due] })).some((line) =>
        /^TRIGGER:-?PT?0[SMHD]$|^TRIGGER:-?PT0S$/.test(line),
      ),
    );
  });

  it('is a calendar also when there is nothing in it', () => {
    const feed = renderFeed({ name: 'Empty', reminders: [makeReminder({ wanted: false })] });
    assert.deepEqual(eventsOf(feed), []);
    assert.match(feed, /^BEGIN:VCALENDAR\r\n(?:.*\r\n)*END:VCALENDAR\r\n$/);
  });

  it('stays the same byte for byte until the content changes, whatever the order and the time', () => {
    const other = makeReminder();
    const feed = renderFeed({ name: 'x', reminders: [reminder, other] });
    const again = renderFeed({ name: 'x', reminders: [{ ...other }, { ...reminder, basis: 'b', etag: 'e' }] });
    assert.equal(again, feed);
    assert.equal(feedEtag(again), feedEtag(feed));
    assert.match(feedEtag(feed), /^"[\w-]{43}"$/);
    const moved = { ...reminder, event: makeEvent({ start: 0 }) };
    assert.notEqual(feedEtag(renderFeed({ name: 'x', reminders: [moved, other] })), feedEtag(feed));
  });

  it('ends lines with CRLF and folds them at 75 octets, not in the middle of a character', () => {
    const long = makeReminder({
      event: makeEvent({ subject: 'Zertifikat läuft ab 😀 '.repeat(20), body: ['ü😀'.repeat(200)] }),
    });
    const feed = renderFeed({ name: 'Prüfstelle '.repeat(20), reminders: [long] });
    assert.doesNotMatch(feed, /[^\r]\n|\r[^\n]/);
    assert.doesNotMatch(feed, /\ufffd/);
    for (const line of feed.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.equal(eventsOf(feed)[0]?.description, 'ü😀'.repeat(200));
  });

  const hostile = [
    'x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged',
    'x\nATTACH:https://evil.example/',
    'x\rDTSTART:20200101T000000Z',
    'x\u2028y\u0085z\u0000\u0007\u001b[0m',
    'a;b,c\\n"d":e',
  ];
  for (const text of hostile) {
    it(`does not let ${JSON.stringify(text)} out of its place`, () => {
      const event = makeEvent({ subject: text, body: [text, text] });
      const feed = renderFeed({ name: text, reminders: [makeReminder({ event })] });
      const plain = renderFeed({ name: 'x', reminders: [makeReminder({ event: makeEvent({ body: ['x'] }) })] });
      const names = (lines: string[]) => lines.map((line) => line.split(/[:;]/)[0]);
      assert.deepEqual(names(linesOf(feed)), names(linesOf(plain)));
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(feed.replaceAll('\r\n', ''), /[\u0000-\u001f\u007f-\u009f\u2028]/);
      assert.equal(eventsOf(feed).length, 1);
    });
  }

  it('escapes text so that it reads back as it was', () => {
    const text = 'a;b,c\\ "d":e\\n';
    const feed = renderFeed({ name: text, reminders: [makeReminder({ event: makeEvent({ subject: text }) })] });
    assert.ok(linesOf(feed).includes('SUMMARY:a\\;b\\,c\\\\ "d":e\\\\n'), feed);
    assert.ok(linesOf(feed).includes('X-WR-CALNAME:a\\;b\\,c\\\\ "d":e\\\\n'), feed);
  });
});

const LINK = {
  text: 'Open the conversation',
  url: 'https://teams.microsoft.com/l/chat/19:a@thread.v2/0?tenantId=1;x,y',
};

describe('an event in the feed', () => {
  const rendered = (overrides: Parameters<typeof makeEvent>[0]) =>
    renderFeed({ name: 'x', reminders: [makeReminder({ id: ID, event: makeEvent(overrides) })] });

  it('links to the conversation: as its URL, and at the end of its description', () => {
    const feed = rendered({ link: LINK, body: ['What to do.', 'Why.'] });
    // In values of type URI nothing is escaped (RFC 5545, 3.3.13).
    const uri = LINK.url.replace(';', '%3B').replace(',', '%2C');
    assert.ok(linesOf(feed).includes(`URL;VALUE=URI:${uri}`), feed);
    assert.equal(eventsOf(feed)[0]?.description, `What to do.\n\nWhy.\n\nOpen the conversation: ${LINK.url}`);
  });

  it('says in its description all that its blocks say, its links among it, and each once', () => {
    const lines = [[{ text: 'Until: today' }], [{ text: 'Open', url: LINK.url }]];
    const blocks = [{ look: 'task' as const, lines: [[{ text: 'What to do.' }]] }, { lines }];
    const feed = rendered({ link: LINK, blocks, body: bodyOf(blocks) });
    assert.equal(eventsOf(feed)[0]?.description, `What to do.\n\nUntil: today\nOpen: ${LINK.url}`);
    assert.equal(feed.match(/^URL/gm)?.length, 1);
  });

  const nowhere = [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'not an address',
    '',
    '//teams.microsoft.com',
  ];
  for (const url of nowhere) {
    it(`does not link to ${JSON.stringify(url)}`, () => {
      const feed = rendered({ link: { text: 'Open', url }, body: ['Text.'] });
      assert.ok(!linesOf(feed).some((line) => line.startsWith('URL')));
      assert.equal(eventsOf(feed)[0]?.description, 'Text.');
    });
  }

  it('is not broken up by an address', () => {
    const feed = rendered({ link: { text: 'Open\r\nX-A:1', url: 'https://example.com/\r\nX-B:1\\;"\u2028' } });
    assert.ok(!linesOf(feed).some((line) => /^X-[AB]/.test(line)), feed);
    assert.equal(eventsOf(feed).length, 1);
    assert.match(feed, /^URL;VALUE=URI:https:\/\/example\.com\/X-B:1/m);
  });

  it('shows as free, and as busy where a person booked the time', () => {
    for (const [showAs, transparency, status] of [
      [undefined, 'TRANSPARENT', 'FREE'],
      ['free', 'TRANSPARENT', 'FREE'],
      ['busy', 'OPAQUE', 'BUSY'],
    ] as const) {
      const lines = linesOf(rendered(showAs ? { showAs } : {}));
      assert.ok(lines.includes(`TRANSP:${transparency}`));
      assert.ok(lines.includes(`X-MICROSOFT-CDO-BUSYSTATUS:${status}`));
    }
  });
});

describe('one event as a file', () => {
  const reminder = makeReminder({
    id: ID,
    calendar: 'graph',
    sequence: 4,
    event: makeEvent({ link: LINK, importance: 'high', showAs: 'busy', reminderMinutes: 90 }),
  });
  const file = renderEvent(reminder);

  it('is the event that is in the feed, line by line', () => {
    const inside = (text: string) =>
      linesOf(text).slice(linesOf(text).indexOf('BEGIN:VEVENT'), linesOf(text).indexOf('END:VEVENT'));
    assert.deepEqual(inside(file), inside(renderFeed({ name: 'x', reminders: [reminder] })));
    assert.ok(inside(file).includes(`UID:${ID}@certbot`));
  });

  it('can be imported, with its alarm', () => {
    const [event] = eventsOf(file);
    assert.equal(event?.method, 'PUBLISH');
    assert.equal(Number(event?.sequence), 4);
    assert.equal(event?.start.getTime(), reminder.event.start);
    assert.equal(event?.summary, reminder.event.subject);
    const lines = linesOf(file);
    for (const line of ['METHOD:PUBLISH', 'TRIGGER:-PT1H30M', 'ACTION:DISPLAY', 'PRIORITY:1', 'TRANSP:OPAQUE'])
      assert.ok(lines.includes(line), `${line} in\n${file}`);
    assert.match(file, /^BEGIN:VCALENDAR\r\n(?:.*\r\n)*END:VCALENDAR\r\n$/);
  });

  it('is nothing that would be subscribed to', () => {
    assert.doesNotMatch(file, /REFRESH-INTERVAL|X-PUBLISHED-TTL|X-WR-CALNAME/);
  });

  it('stays the same byte for byte until the event changes', () => {
    assert.equal(renderEvent({ ...reminder, etag: 'other', basis: 'other' }), file);
    assert.notEqual(renderEvent({ ...reminder, event: makeEvent() }), file);
  });
});
