import assert from 'node:assert/strict';
import { clip, escapeText, plain } from '../../../src/channels/slack/markup.ts';
import { readText } from '../../../src/channels/slack/text.ts';
import { cpuTime } from '../../support/cpu-time.ts';

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
      ['<!everyone|@all of you> list', '@everyone list'],
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

  describe('tells whom it mentions, as they stand in it', () => {
    const cases: [text: string, expected: string, mentions: [id: string, text: string][]][] = [
      ['<@UBOT> owner a.example <@UADA>', 'owner a.example @UADA', [['UADA', '@UADA']]],
      ['owner a.example <@UADA|ada>', 'owner a.example @ada', [['UADA', '@ada']]],
      ['owner <@WADA|Ada Lovelace>', 'owner @Ada Lovelace', [['WADA', '@Ada Lovelace']]],
      [
        'remind also <@UBOB|bob>, <@UADA|ada> <@UBOB|bob>',
        'remind also @bob, @ada @bob',
        [
          ['UBOB', '@bob'],
          ['UADA', '@ada'],
          ['UBOB', '@bob'],
        ],
      ],
      ['ask <@UADA|@ada>', 'ask @ada', [['UADA', '@ada']]],
      ['ask <@UADA|>', 'ask @UADA', [['UADA', '@UADA']]],
      ['ask <@UADA| @ >', 'ask @UADA', [['UADA', '@UADA']]],
      ['ask <@UADA|Ada &amp; Co>', 'ask @Ada & Co', [['UADA', '@Ada & Co']]],
      ['ask <@UADA|&amp;lt;ada&amp;gt;>', 'ask @&lt;ada&gt;', [['UADA', '@&lt;ada&gt;']]],
      ['ask *<@UADA|ada>*', 'ask @ada', [['UADA', '@ada']]],
      ['*ask <@UADA|ada> now*', 'ask @ada now', [['UADA', '@ada']]],
      ['ask _<@UADA|a_d_a>_', 'ask @a_d_a', [['UADA', '@a_d_a']]],
      ['ask <@UADA|*ada*>', 'ask @*ada*', [['UADA', '@*ada*']]],
      [
        'ask <@UADA|_ada> and <@UBOB|bob_>',
        'ask @_ada and @bob_',
        [
          ['UADA', '@_ada'],
          ['UBOB', '@bob_'],
        ],
      ],
      ['ask <@UADA|a`d`a>', 'ask @a`d`a', [['UADA', '@a`d`a']]],
      ['`ask` <@UADA|ada>', 'ask @ada', [['UADA', '@ada']]],
      ['ask <@UADA|Ada \u2003 \t Lovelace >', 'ask @Ada Lovelace', [['UADA', '@Ada Lovelace']]],
      ['ask <@UADA|a\u200bd\u202ea>', 'ask @ada', [['UADA', '@ada']]],
      ['ask <@UADA|a\u00010\u0001>', 'ask @a 0', [['UADA', '@a 0']]],
      [
        'ask\n• <@UADA|ada>\n• <@UBOB|1. bob>',
        'ask\n@ada\n@1. bob',
        [
          ['UADA', '@ada'],
          ['UBOB', '@1. bob'],
        ],
      ],
      ['<@UADA|1. ada> help', '@1. ada help', [['UADA', '@1. ada']]],
      ['ask <@UBOTTOM>', 'ask @UBOTTOM', [['UBOTTOM', '@UBOTTOM']]],
      ['ask <@UADA|here>', 'ask @here', [['UADA', '@here']]],
      [
        '<!here> <!channel|@channel> <!everyone> <!subteam^S1|@ops> <#C1|general>',
        '@here @channel @everyone @ops #general',
        [],
      ],
      ['ask <@S1|ada> and <@uada>', 'ask @ada and @uada', []],
      ['ask &lt;@UADA&gt;', 'ask <@UADA>', []],
      ['ask @ada \u00010\u0001', 'ask @ada 0', []],
    ];
    it('tells user groups apart from people', () => {
      const text =
        '<@UBOT> settings alerts-to <!subteam^S0OPS|@ops> <!subteam^S0DEV> <@UADA|ada> <!here> <!subteam^x|@x>';
      const { text: plain, mentions, groups } = readText({ text, botUserId: 'UBOT' });
      assert.equal(plain, 'settings alerts-to @ops @subteam @ada @here @x');
      assert.deepEqual(mentions, [{ id: 'UADA', text: '@ada' }]);
      assert.deepEqual(groups, [
        { id: 'S0OPS', text: '@ops', isGroup: true },
        { id: 'S0DEV', text: '@subteam', isGroup: true },
      ]);
    });

    for (const [text, expected, mentions] of cases) {
      it(JSON.stringify(text), () => {
        const read = readText({ text, botUserId: 'UBOT' });
        assert.equal(read.text, expected);
        assert.deepEqual(
          read.mentions.map((each) => [each.id, each.text]),
          mentions,
        );
        let from = 0;
        for (const mention of read.mentions) {
          const at = read.text.indexOf(mention.text, from);
          assert.ok(at >= from, mention.text);
          from = at + mention.text.length;
        }
      });
    }

    it('without the bot, whoever it is', () => {
      const text = '<@UBOT|certbot> ask <@UADA> and <@UBOT>';
      const mentions = [{ id: 'UADA', text: '@UADA' }];
      assert.deepEqual(readText({ text, botUserId: null }), { text: 'ask @UADA and', mentions });
    });

    it('up to a number that nobody means', () => {
      const text = Array.from({ length: 1000 }, (_each, index) => `<@U${index}|p${index}>`).join(' ');
      const read = readText({ text, botUserId: 'UBOT' });
      assert.deepEqual([read.mentions.length, read.mentions.at(-1)?.text], [100, '@p99']);
      assert.ok(read.text.startsWith('@p0 @p1 ') && read.text.endsWith(' @p998 @p999'));
    });
  });

  const hostile = [
    '<',
    '<@UADA|a>',
    '<@UADA> *',
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
      const took = cpuTime(() => plainText({ text: part.repeat(200_000 / part.length), botUserId: 'UBOT' }));
      assert.ok(took < 2500, `${took} ms`);
    });
  }

  it('of one angle bracket before 200 KB takes little time', () => {
    const took = cpuTime(() => plainText({ text: `<${'a'.repeat(200_000)}`, botUserId: null }));
    assert.ok(took < 2500, `${took} ms`);
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
