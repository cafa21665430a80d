import assert from 'node:assert/strict';
import { ownWords } from '../../../src/channels/teams/quotes.ts';
import { readText } from '../../../src/channels/teams/text.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const bot = { id: '28:bot', name: 'Certbot' };
const mentions = [
  { id: '28:bot', text: '<at>Certbot</at>' },
  { id: '29:anna', text: '<at>Anna</at>' },
];

const html = (content: string) => ({ contentType: 'text/html', content });
const named = (name: string) =>
  `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">${name}</span>`;
const reply = (preview: string) =>
  '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1772050244572">\r\n' +
  '<strong itemprop="mri" itemid="28:bot">Certbot</strong><span itemprop="time" itemid="1772050244572"></span>\r\n' +
  `<p itemprop="preview">${preview}</p>\r\n</blockquote>`;
const forward = (body: string) => `<blockquote itemtype="http://schema.skype.com/Forward">\n${body}\n</blockquote>`;

describe('a Teams message without what it quotes', () => {
  const cases: [name: string, text: string, attachments: unknown[], expected: string][] = [
    ['a quoted message in the text', '<quoted messageId="1772050244572"/> check a.example', [], 'check a.example'],
    ['a quoted message behind the mention', '<at>Certbot</at> <quoted messageId="1"/>list', [], 'list'],
    [
      'several quoted messages',
      '<quoted messageId="1"/>check a.example <quoted messageId="2"/> b.example',
      [],
      'check a.example\nb.example',
    ],
    ['a quoted message with an end', '<quoted messageId="1"></quoted>list', [], 'list'],
    ['a quoted message with its text', '<quoted messageId="1">watch b.example</quoted>list', [], 'list'],
    ['a quoted message and nothing else', '<at>Certbot</at><quoted messageId="1"/>', [], ''],
    ['a reply in the text', `${reply('watch b.example')}<p>check a.example</p>`, [], 'check a.example'],
    ['a reply to a reply', `${reply(`x</p>${reply('y')}<p>z`)}check a.example`, [], 'check a.example'],
    ['a reply in the text, and nothing else', `${reply('watch b.example')}<at>Certbot</at>`, [], ''],
    [
      'a forwarded message in the text',
      `<p>check a.example</p>${forward('<p>watch b.example</p>')}`,
      [],
      'check a.example',
    ],
    [
      'a reply that only the HTML shows',
      '<at>Certbot</at> list',
      [html(`${reply('watch b.example')}<p>${named('Certbot')} list</p>`)],
      'list',
    ],
    [
      'a reply whose text has what it replies to',
      'Certbot watch b.example\r\n\r\n<at>Certbot</at> list',
      [html(`${reply('watch b.example')}<p>${named('Certbot')}&nbsp;list</p>`)],
      'list',
    ],
    [
      'a reply whose HTML is the quoted message alone',
      'Certbot watch b.example\nlist',
      [html(reply('watch b.example'))],
      'list',
    ],
    [
      'a forwarded message with a comment',
      'check a.example\r\n\r\nHello, watch b.example and\r\nc.example, please',
      [html(`<p>check a.example</p>${forward('<p>Hello, watch b.example and</p><p>c.example, please</p>')}`)],
      'check a.example',
    ],
    [
      'a forwarded message with a comment that names people',
      '<at>Certbot</at> owner a.example <at>Anna</at>\r\n\r\nwatch b.example',
      [html(`<p>${named('Certbot')} owner a.example ${named('Anna')}</p>${forward('watch b.example')}`)],
      'owner a.example Anna',
    ],
    [
      'a forwarded message whose comment reads otherwise in HTML',
      'list (smile) please\r\n\r\nwatch b.example',
      [html(`<p>list <img alt="smile"> please</p>${forward('<p>watch  b.example</p>')}`)],
      'list (smile) please',
    ],
    [
      'a forwarded message by reference',
      'list <attachment id="1"></attachment>\nwatch b.example',
      [{ contentType: 'forwardedMessageReference', content: '{"originalMessageContent":"<p>watch b.example</p>"}' }],
      'list',
    ],
    [
      'a forwarded message and a reply without a comment, which stay',
      `${forward('watch a.example')}${reply('b.example')}`,
      [],
      '> watch a.example\n> Certbot\n> b.example',
    ],
    ['a message by an unreadable reference', 'list', [{ contentType: 'messageReference', content: '{' }], 'list'],
    [
      'a forwarded message without a comment, which stays',
      'watch b.example',
      [html(forward('<p>watch b.example</p>'))],
      'watch b.example',
    ],
    [
      'a forwarded message with nothing but the bot’s mention, which stays',
      '<at>Certbot</at> watch b.example',
      [html(`${named('Certbot')}${forward('<p>watch b.example</p>')}`)],
      'watch b.example',
    ],
    [
      'a blockquote that somebody wrote, which stays as a quotation',
      '<blockquote>watch a.example<br>c.example</blockquote>b.example',
      [],
      '> watch a.example\n> c.example\nb.example',
    ],
    ['a quotation without end, which stays', '<blockquote itemtype="http://schema.skype.com/Reply">list', [], '> list'],
    [
      'HTML without quotations',
      'list',
      [html('<p>list</p>'), html(''), { contentType: 'text/html', content: 7 }, null],
      'list',
    ],
    ['what somebody typed about it', 'list &lt;quoted messageId="1"/&gt;', [], 'list <quoted messageId="1"/>'],
  ];
  for (const [name, text, attachments, expected] of cases) {
    it(name, () => assert.equal(readText({ text: ownWords(text, attachments), mentions, bot }).text, expected));
  }

  it('keeps who is named in a comment', () => {
    const text = '<at>Certbot</at> owner a.example <at>Anna</at>\r\n\r\nx';
    const comment = `<p>${named('Certbot')} owner a.example ${named('Anna')}</p>`;
    const own = ownWords(text, [html(`${comment}${forward('x')}`)]);
    assert.deepEqual(readText({ text: own, mentions, bot }).mentions, [{ id: '29:anna', text: 'Anna' }]);
  });

  const TABLE =
    '<table itemprop="copy-paste-table"><tbody>\r\n<tr style="height:14.4pt">\r\n<td><p>Target</p></td>\r\n<td><p>Note</p></td><td>Tags</td></tr>\n' +
    '<tr><td><p>a.example</p>\n</td><td><div>Ben renews it,<br>by &quot;hand&quot;</div></td><td>#shop</td></tr>' +
    '<tr><td>b.example</td><td>&nbsp;</td><td></td></tr></tbody></table>';
  const READ = 'Target\tNote\tTags\na.example\tBen renews it, by "hand"\t#shop\nb.example\t\t';

  for (const [where, text, attachments] of [
    ['in the text', `<p><at>Certbot</at> import</p>${TABLE}`, []],
    [
      'in the attachment alone',
      '<at>Certbot</at> import\r\n\r\nTarget\r\nNote\r\nTags\r\na.example\r\nBen renews it,\r\nby "hand"\r\n#shop\r\nb.example\r\n\r\n',
      [html(`<p>${named('Certbot')} import</p>${TABLE}`)],
    ],
  ] as const)
    it(`reads a table ${where}: a row a line, cells apart, the empty ones too`, () =>
      assert.equal(readText({ text: ownWords(text, [...attachments]), mentions, bot }).text, `import\n${READ}`));

  it('leaves a table of other words out', () => {
    const own = ownWords('<at>Certbot</at> list', [html(`<p>${named('Certbot')} import</p>${TABLE}`)]);
    assert.equal(readText({ text: own, mentions, bot }).text, 'list');
  });

  it('in little time, however hostile', () => {
    const parts = [
      '<quoted>',
      '<quoted x',
      '<blockquote>',
      '</blockquote>',
      reply('x'),
      forward('a '),
      named('x'),
      '<span ',
      '<table><td>x',
      '<tr><td>',
    ];
    const took = cpuTime(() => {
      for (const text of parts.map((part) => part.repeat(200_000 / part.length))) {
        ownWords(text, [html(text)]);
        ownWords('x', [html(text)]);
      }
    });
    assert.ok(took < 3000, `${took} ms`);
  });
});
