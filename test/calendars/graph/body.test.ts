import assert from 'node:assert/strict';
import { plainOf, printOf, withOurLines } from '../../../src/calendars/graph/body.ts';

const OURS = [
  'Renew this “certificate” now.',
  'Valid until: 2027-03-31',
  'Aussteller: Müller & Söhne',
  'Open the chat',
];
const KNOWN = new Set(OURS.flatMap((line) => printOf(line) ?? []));
const FRESH = ['new &amp; one', '<a href="https://x">two</a>'];
const NEW = '<p>new &amp; one</p>\n<p><a href="https://x">two</a></p>';
const [A, B, C, D] = OURS.map((line) => line.replace('&', '&amp;')) as [string, string, string, string];

describe('our lines in the body of an event', () => {
  const bodies: [string, string, string | null][] = [
    ['nothing else', `<p>${A}</p>\n<p>${B}</p>`, NEW],
    [
      'a document and empty lines',
      `<html><head><style>p {}</style></head><body><p>${A}</p><p>&nbsp;</p></body></html>`,
      NEW,
    ],
    [
      'a note below',
      `<body><p>${A}</p>\r\n<p>${B}</p>\r\n<p>Call Bob</p></body>`,
      `<body>${NEW}\r\n\r\n<p>Call Bob</p></body>`,
    ],
    ['a note above', `<p>Call Bob</p><p>${A}</p>`, `<p>Call Bob</p>${NEW}`],
    ['a note in between', `<p>${A}</p><p>Call <b>Bob</b></p><p>${B}</p>`, `${NEW}<p>Call <b>Bob</b></p>`],
    ['a note without letters', `<p>${A}</p><p>!!!</p>`, `${NEW}<p>!!!</p>`],
    ['a picture', `<p>${A}</p><p><img src="x"></p>`, `${NEW}<p><img src="x"></p>`],
    ['a picture in a line of ours', `<p>${A}<img src="x"></p>`, NEW],
    ['text behind the document', `<p>${A}</p>mine`, `${NEW}mine`],
    [
      'a note in one of our lines, which is theirs then',
      `<p>${A}</p><p>${B} (call Bob)</p>`,
      `${NEW}<p>${B} (call Bob)</p>`,
    ],
    [
      'lines that a client keeps in divs',
      `<div><div>${A}</div><div>${B}</div><div>mine</div></div>`,
      `<div>${NEW}<div>mine</div></div>`,
    ],
    [
      'lines that a client keeps in one paragraph',
      `<p>${A}<br>${B}<br>mine</p>`,
      '<p>new &amp; one<br><a href="https://x">two</a><br>mine</p>',
    ],
    [
      'the last lines of one paragraph',
      `<p>mine<br>${A}<br>${B}</p>`,
      '<p>mine<br>new &amp; one<br><a href="https://x">two</a><br></p>',
    ],
    [
      'the last line of a paragraph',
      `<p>mine<br>${A}</p>`,
      '<p>mine<br>new &amp; one<br><a href="https://x">two</a></p>',
    ],
    [
      'lines above and below in one paragraph',
      `<p>mine<br>${A}<br>mine<br>${B}</p>`,
      '<p>mine<br>new &amp; one<br><a href="https://x">two</a><br>mine</p>',
    ],
    ['the last line of a div', `<div>mine<br>${A}</div>`, `<div>mine${NEW}</div>`],
    ['a line below a paragraph', `<p>mine</p>${A}<br>mine`, `<p>mine</p>${NEW}mine`],
    [
      'a paragraph that nothing ends',
      `<div><p>${A}</div><p>mine</p>`,
      '<div><p>new &amp; one<br><a href="https://x">two</a></div><p>mine</p>',
    ],
    [
      'markup in our lines',
      `<p class="x"><span style="a:b"><b>Renew</b> this certificate </span>now.</p><p>mine</p>`,
      `${NEW}<p>mine</p>`,
    ],
    ['entities', '<p>Aussteller: M&uuml;ller &amp; S&#246;hne</p><p>mine</p>', `${NEW}<p>mine</p>`],
    ['comments', `<!-- <p> --><p>${D}<!-- x --></p><p>mine</p>`, `<!-- <p> -->${NEW}<p>mine</p>`],
    [
      'comments that Word wrote for other programs',
      `<p><![if !supportLists]>${A}<![endif]></p><p>mine</p>`,
      `${NEW}<p>mine</p>`,
    ],
    ['a comment that nothing ends', `<p>${A}</p>mine<!-- <p>${B}</p>`, `${NEW}mine<!-- <p>${B}</p>`],
    ['markup of another kind that nothing ends', `<p>${A}</p>mine<![if ${B}`, `${NEW}mine<![if ${B}`],
    [
      'a table',
      `<table><tr><td>${A}</td><td>mine</td></tr></table>`,
      `<table><tr><td>${NEW}</td><td>mine</td></tr></table>`,
    ],
    [
      'a meeting',
      `<p>${C}</p><div>____<br>Teams<br><a href="j">Join</a></div>`,
      `${NEW}<div>____<br>Teams<br><a href="j">Join</a></div>`,
    ],
    ['no line of ours', '<p>mine</p>', null],
    ['nothing', '', null],
    ['our words in a style', `<style>${A}</style><p>mine</p>`, null],
    ['our words in a style that another element ends', `<style></script>${A}</style><p>mine</p>`, null],
    ['our words in a style that nothing ends', `<p>mine</p><style>${A}`, null],
  ];
  for (const [what, body, expected] of bodies) {
    it(`are replaced, and nothing else: ${what}`, () => assert.equal(withOurLines(body, KNOWN, FRESH), expected));
  }

  it('are looked for in no body without end', () => {
    assert.equal(withOurLines(`<p>${A}</p>${'x'.repeat(1_000_001)}`, KNOWN, FRESH), null);
  });

  for (const part of ['<a', '<a "', "<a '", '<!--', '<p ', '&#', '<!['])
    it(`are not looked for for ever in one that is broken: ${part}${part}…`, () => {
      const began = performance.now();
      withOurLines(part.repeat(100_000), KNOWN, FRESH);
      assert.ok(performance.now() - began < 10_000);
    });

  it('are known by their letters and digits alone', () => {
    assert.equal(printOf('Don’t  panic!'), printOf('dont PANIC'));
    assert.equal(printOf(' – '), null);
    assert.notEqual(printOf('a1'), printOf('a2'));
    assert.equal(plainOf('&lt;&#x41;&#0;&unknown;&#99999999;'), '<A&unknown;&#99999999;');
    assert.equal(plainOf('a&#1114112;&#x110000;b'), 'ab');
  });
});
