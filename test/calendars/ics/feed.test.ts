import assert from 'node:assert/strict';
import { sync } from 'node-ical';
import type { VEvent } from 'node-ical';
import { feedEtag, renderFeed } from '../../../src/calendars/ics/feed.ts';
import { makeEvent, makeReminder } from '../../support/graph-reminder.ts';

const ID = '7f3b1c52-6d1e-4f0a-9a57-0123456789ab';

function eventsOf(feed: string): VEvent[] {
  return Object.values(sync.parseICS(feed)).filter((entry): entry is VEvent => entry?.type === 'VEVENT');
}

/** Content lines with their folds undone (RFC 5545, 3.1). */
function linesOf(feed: string): string[] {
  return feed.replaceAll('\r\n ', '').split('\r\n');
}

describe('the calendar feed', () => {
  const reminder = makeReminder({ id: ID, calendar: 'ics', sequence: 3 });

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
