import assert from 'node:assert/strict';
import { outlookLink, outlookSubscriptionLink, webcalLink } from '../../../src/core/reminders/outlook-link.ts';
import { makeEvent } from '../../peers/graph/reminder.ts';

describe('the Outlook link', () => {
  it('opens a new event with subject, times and body', () => {
    const link = outlookLink(makeEvent());
    assert.ok(
      link.startsWith(
        'https://outlook.office.com/calendar/0/deeplink/compose?path=/calendar/action/compose&rru=addevent&',
      ),
    );
    const { searchParams } = new URL(link);
    assert.deepEqual([...searchParams.keys()], ['path', 'rru', 'subject', 'startdt', 'enddt', 'body']);
    assert.equal(searchParams.get('subject'), 'Renew certificate: example.com (expires 2027-03-31)');
    assert.equal(searchParams.get('startdt'), '2027-03-01T08:00:00Z');
    assert.equal(searchParams.get('enddt'), '2027-03-01T08:30:00Z');
    assert.equal(
      searchParams.get('body'),
      'The certificate of example.com:443 expires on 2027-03-31.<br><br>Issued by Let&#39;s Encrypt E7.',
    );
  });

  it('opens one of a whole day by its dates', () => {
    const zone = 'America/New_York';
    const [start, end] = [Date.UTC(2027, 2, 1, 5), Date.UTC(2027, 2, 2, 5)];
    const { searchParams } = new URL(outlookLink(makeEvent({ start, end, allDay: true, zone })));
    assert.deepEqual(
      ['startdt', 'enddt', 'allday'].map((name) => searchParams.get(name)),
      ['2027-03-01', '2027-03-02', 'true'],
    );
  });

  it('leads to Outlook of the cloud where the mailboxes are', () => {
    const link = outlookLink(makeEvent(), 'https://outlook.office365.us');
    assert.ok(link.startsWith('https://outlook.office365.us/calendar/0/deeplink/compose?path='));
  });

  const hostile = [
    '&enddt=2020-01-01',
    '#fragment',
    'a)b](c',
    "it's +1 50% <b>",
    'a*b!',
    'line\r\nbreak',
    'lone \ud800 half',
    '\u0000',
  ];
  for (const text of hostile) {
    it(`keeps ${JSON.stringify(text)} inside its parameter`, () => {
      const link = outlookLink(makeEvent({ subject: `s${text}`, body: [text] }));
      const { searchParams, hash } = new URL(link);
      assert.equal(hash, '');
      assert.deepEqual([...searchParams.keys()], ['path', 'rru', 'subject', 'startdt', 'enddt', 'body']);
      assert.doesNotMatch(link, /[\s<>"'()[\]*!]/);
      assert.doesNotMatch(link, /%.?[a-f]/, 'as RFC 3986 would have it');
      assert.doesNotMatch(searchParams.get('body') ?? '', /<(?!br>)/);
    });
  }

  const long: [string, string, string[]][] = [
    ['a long body', 'short', ['x'.repeat(5000)]],
    ['a long body of emoji', 'short', ['😀'.repeat(2000)]],
    ['a long body of quotes', 'short', ["'".repeat(3000)]],
    ['a long subject of emoji as well', '😀'.repeat(500), ['x'.repeat(5000)]],
    ['many paragraphs', 'short', Array.from({ length: 300 }, (_, index) => `name${index}.example.com`)],
  ];
  for (const [name, subject, body] of long) {
    it(`stays within 1,900 characters with ${name}, and uses them`, () => {
      const link = outlookLink(makeEvent({ subject, body }));
      assert.ok(link.length <= 1900 && link.length > 1800, String(link.length));
      assert.match(new URL(link).searchParams.get('subject') ?? '', /^(?:short|😀+…)$/u);
    });
  }

  it('takes 1,900 characters for good, and shortens at the next one', () => {
    const linkWith = (length: number): string => outlookLink(makeEvent({ body: ['x'.repeat(length)] }));
    const room = 1900 - linkWith(0).length;
    assert.equal(linkWith(room).length, 1900);
    assert.match(linkWith(room), /=x+$/);
    assert.equal(linkWith(room + 1).length, 1900);
    assert.match(linkWith(room + 1), /x%E2%80%A6$/);
  });

  it('leaves room for a body, whatever the subject is made of', () => {
    for (const character of ['x', '&', 'ü', '€', '😀', '\ud800']) {
      const address = outlookLink(makeEvent({ subject: character.repeat(1000), body: ['y'.repeat(5000)] }));
      assert.ok(address.length <= 1900, String(address.length));
      assert.match(address, /body=y{300,}%E2%80%A6$/);
    }
  });

  const link = {
    text: 'Open the conversation',
    url: 'https://teams.microsoft.com/l/channel/19%3Aabc%40thread/x?a=1&b=2',
  };

  it('says at its end where the conversation is', () => {
    const { searchParams } = new URL(outlookLink(makeEvent({ link, body: ['One.', 'Two.'] })));
    const shown = link.url.replace('&', '&amp;');
    assert.equal(searchParams.get('body'), `One.<br><br>Two.<br><br>Open the conversation: ${shown}`);
  });

  it('says so also where the body had to be shortened', () => {
    const address = outlookLink(makeEvent({ link, body: ['x'.repeat(5000)] }));
    assert.ok(address.length <= 1900 && address.length > 1800, String(address.length));
    assert.match(new URL(address).searchParams.get('body') ?? '', /^x+…<br><br>Open the conversation: https:.*b=2$/);
  });

  it('says so while 300 characters are left for the body, and not at all with one less', () => {
    const linkWith = (length: number): string =>
      outlookLink(makeEvent({ body: [], link: { ...link, url: `https://example.com/${'x'.repeat(length)}` } }));
    const room = 1600 - linkWith(0).length;
    assert.equal(linkWith(room).length, 1600);
    assert.ok(linkWith(room + 1).endsWith('&body='));
  });

  it('says nothing rather than half an address', () => {
    const long = { ...link, url: `https://example.com/${'x'.repeat(1500)}` };
    const address = outlookLink(makeEvent({ link: long, body: ['y'.repeat(3000)] }));
    assert.ok(address.length <= 1900);
    assert.match(new URL(address).searchParams.get('body') ?? '', /^y+…$/);
  });
});

describe('the links by which a feed is subscribed to', () => {
  const url = 'https://certbot.example/base/calendar/a_b-c.ics';

  it('let Outlook on the web ask for it under its name, whatever that is', () => {
    const link = outlookSubscriptionLink({ url, name: 'Ops & (dev) “ü”\n#1' });
    assert.ok(link.startsWith('https://outlook.office.com/calendar/0/addfromweb?url=https%3A%2F%2Fcertbot.example%2F'));
    const { searchParams } = new URL(link);
    assert.deepEqual(
      [...searchParams],
      [
        ['url', url],
        ['name', 'Ops & (dev) “ü” #1'],
      ],
    );
    assert.doesNotMatch(link, /[()'\s]/);
  });

  it('name it by 80 characters at most', () => {
    const nameOf = (name: string) => new URL(outlookSubscriptionLink({ url, name })).searchParams.get('name');
    assert.equal(nameOf('x'.repeat(80)), 'x'.repeat(80));
    assert.equal(nameOf('x'.repeat(81)), `${'x'.repeat(79)}…`);
  });

  it('are in the cloud where the mailboxes are', () => {
    const link = outlookSubscriptionLink({ url, name: 'x' }, 'https://outlook.office365.us');
    assert.equal(new URL(link).origin, 'https://outlook.office365.us');
  });

  it('say webcal instead of http or https', () => {
    assert.equal(webcalLink(url), 'webcal://certbot.example/base/calendar/a_b-c.ics');
    assert.equal(webcalLink('http://localhost:3978/calendar/x.ics'), 'webcal://localhost:3978/calendar/x.ics');
  });
});
