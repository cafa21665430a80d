import assert from 'node:assert/strict';
import { clip, escapeText, plain } from '../../../src/channels/slack/markup.ts';
import { readText } from '../../../src/channels/slack/text.ts';

function plainText(message: Parameters<typeof readText>[0]): string {
  return readText(message).text;
}

describe('text of a Slack message', () => {
  describe('without the mention of the bot', () => {
    const cases: [text: string, expected: string][] = [
      ['<@UBOT> watch example.com', 'watch example.com'],
      ['<@UBOT|certbot> watch example.com', 'watch example.com'],
      ['<@UBOT>watch example.com', 'watch example.com'],
      ['<@UBOT>\u00a0watch example.com', 'watch example.com'],
      ['watch example.com <@UBOT>', 'watch example.com'],
      ['<@UBOT> <@UBOT> help <@UBOT>', 'help'],
      ['<@UBOT>\nwatch\r\na.example\nb.example', 'watch\na.example\nb.example'],
      ['*<@UBOT>* watch example.com', 'watch example.com'],
      ['*<@UBOT> watch example.com*', 'watch example.com'],
      ['<@UBOT>*watch* example.com', 'watch example.com'],
      ['<@UBOT>', ''],
    ];
    for (const [text, expected] of cases) {
      it(JSON.stringify(text), () => assert.equal(plainText({ text, botUserId: 'UBOT' }), expected));
    }

    it('taken for the first mention while nobody knows the id of the bot', () => {
      const text = '<@UBOT> ask <@UADA> and <@UBOT>';
      assert.equal(plainText({ text, botUserId: null }), 'ask @UADA and');
      assert.equal(plainText({ text: 'ask <@UADA>', botUserId: null }), 'ask @UADA');
    });
  });

  describe('as it was typed', () => {
    const cases: [text: string, expected: string][] = [
      ['ask <@UADA|ada>', 'ask @ada'],
      ['ask <@UADA>', 'ask @UADA'],
      ['ask <@UBOTTOM>', 'ask @UBOTTOM'],
      ['in <#C1|general>', 'in #general'],
      ['in <#C1|>', 'in #C1'],
      ['<!here> list', '@here list'],
      ['<!here|here> list', '@here list'],
      ['<!channel|@channel> list', '@channel list'],
      ['<!everyone> list', '@everyone list'],
      ['<!subteam^S1|@ops> list', '@ops list'],
      ['<!subteam^S1> list', '@subteam list'],
      ['since <!date^1392734382^{date}^https://example.com/|2014-02-18>', 'since 2014-02-18'],
      ['watch <https://example.com|example.com>', 'watch example.com'],
      ['watch <http://example.com>', 'watch http://example.com'],
      ['watch <https://example.com:8443/x?a=1&amp;b=2>', 'watch https://example.com:8443/x?a=1&b=2'],
      ['watch <https://example.com/|Our shop>', 'watch https://example.com/'],
      ['watch <https://example.com/|shop>', 'watch https://example.com/'],
      ['watch <http://example.com|example.com>:8443', 'watch example.com:8443'],
      ['tell <mailto:a@b.example|a@b.example>', 'tell a@b.example'],
      ['tell <mailto:a@b.example|write to us>', 'tell a@b.example'],
      ['tell <mailto:a@b.example>', 'tell a@b.example'],
      ['watch [2001:db8::1]:443', 'watch [2001:db8::1]:443'],
      ['list R&amp;D', 'list R&D'],
      ['list &amp;lt;', 'list &lt;'],
      ['list &lt;https://example.com&gt;', 'list <https://example.com>'],
      ['list &quot;x&quot;', 'list &quot;x&quot;'],
      ['`watch example.com`', 'watch example.com'],
      ['watch ```a.example\nb.example```', 'watch a.example\nb.example'],
      ['watch *`example.com`*', 'watch example.com'],
      ['*watch* example.com', 'watch example.com'],
      ['*watch example.com*', 'watch example.com'],
      ['*watch *.example.com*', 'watch *.example.com'],
      ['_list_', 'list'],
      ['~watch~ watch *_~example.com~_*', 'watch watch example.com'],
      ['watch _dmarc.example.com', 'watch _dmarc.example.com'],
      ['watch *.example.com', 'watch *.example.com'],
      ['watch *.a.example *.b.example', 'watch *.a.example *.b.example'],
      ['watch my_host.example other_host.example', 'watch my_host.example other_host.example'],
      ['watch\n• a.example\n• b.example\n    ◦ c.example', 'watch\na.example\nb.example\nc.example'],
      ['watch\n1. a.example\n2. b.example', 'watch\na.example\nb.example'],
      ['watch 192.0.2.1', 'watch 192.0.2.1'],
      ['watch exam\u200bple\ufeff.com\u2060 \u202emoc', 'watch example.com moc'],
      ['watch exam\u00adple.com', 'watch example.com'],
      ['watch\u0000\u001bexample.com', 'watch example.com'],
      ['watch müller.example', 'watch müller.example'],
      ['  watch \t example.com  ', 'watch example.com'],
      ['watch\u2028a.example\n\n \nb.example', 'watch\na.example\nb.example'],
      ['a < b > c', 'a < b > c'],
      ['<>', '<>'],
      ['', ''],
    ];
    for (const [text, expected] of cases) {
      it(JSON.stringify(text), () => assert.equal(plainText({ text, botUserId: 'UBOT' }), expected));
    }
  });

  const hostile = [
    '<',
    '<@',
    '<@UBOT|',
    '<!',
    '<a|',
    '|<',
    '*',
    ' *',
    '*a ',
    ' _x',
    '&amp;',
    '`',
    '\u0000 ',
    '\n*',
    '•',
  ];
  for (const part of hostile) {
    it(`of 200 KB of ${JSON.stringify(part)} takes little time`, () => {
      const started = performance.now();
      plainText({ text: part.repeat(200_000 / part.length), botUserId: 'UBOT' });
      const took = performance.now() - started;
      assert.ok(took < 2500, `${took} ms`);
    });
  }

  it('of one angle bracket before 200 KB takes little time', () => {
    const started = performance.now();
    plainText({ text: `<${'a'.repeat(200_000)}`, botUserId: null });
    assert.ok(performance.now() - started < 2500);
  });

  it('is not cut where a list of targets is long', () => {
    const text = `watch ${Array.from({ length: 3000 }, (_each, index) => `host${index}.example`).join(' ')}`;
    assert.equal(plainText({ text, botUserId: 'UBOT' }), text);
  });
});

describe('escaping for Slack', () => {
  it('leaves a sentence as it is', () => {
    const sentence = 'example.com:443 expires 2027-03-14 (in 112 days), issued by Let\u2019s Encrypt E7';
    assert.equal(escapeText(sentence), sentence);
  });

  const forms: [text: string, expected: string][] = [
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1> & <https://evil.example|bank>', '&lt;@U1&gt; &amp; &lt;https://evil.example|bank&gt;'],
    ['&lt;', '&amp;lt;'],
    ['moc.elpmaxe\u202e \u200bx', 'moc.elpmaxe x'],
  ];
  for (const [text, expected] of forms) {
    it(`of ${JSON.stringify(text)} makes neither mention nor link`, () => assert.equal(escapeText(text), expected));
  }

  for (const text of ['*bold*', '_it_', '~no~', '`code`', '*.example.com']) {
    it(`of ${text} leaves no mark beside a word`, () => {
      const escaped = escapeText(text);
      assert.doesNotMatch(escaped, /[*_~`][\w.]|\w[*_~`]/);
      assert.equal(escaped.replaceAll('\u2060', ''), text);
    });
  }

  it('for plain places takes out what deceives the eye and nothing else', () => {
    assert.equal(plain('moc.elpmaxe\u202e \u200bx\r\n*y* <b>\ud83d'), 'moc.elpmaxe x \n*y* <b>\ufffd');
  });

  it('cuts no character in two', () => {
    assert.equal(clip('ab😀cd', 4), 'ab…');
    assert.equal(clip('abcd', 4), 'abcd');
  });
});
