import assert from 'node:assert/strict';
import { readText } from '../../../src/channels/teams/text.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const bot = { id: '28:bot', name: 'Certbot' };
const botMention = { id: '28:bot', text: '<at>Certbot</at>' };
const NBSP = '\u00a0';

describe('text of a Teams message', () => {
  describe('without the mention of the bot', () => {
    const cases: [text: string, expected: string][] = [
      ['<at>Certbot</at> watch example.com', 'watch example.com'],
      ['<at>Certbot</at>&nbsp;watch example.com', 'watch example.com'],
      [`<at>Certbot</at>${NBSP}watch${NBSP}example.com`, 'watch example.com'],
      ['<AT>CERTBOT</AT> watch example.com', 'watch example.com'],
      ['<at id="0">Certbot</at> watch example.com', 'watch example.com'],
      ["<at id='0' class='x'>certbot</at >watch example.com", 'watch example.com'],
      ['<p><at>Certbot</at>&nbsp;watch example.com</p>', 'watch example.com'],
      ['<div><div><span itemid="0"><at>Certbot</at></span> list</div></div>', 'list'],
      ['watch example.com <at>Certbot</at>', 'watch example.com'],
      ['<at>Certbot</at> watch certbot.eff.org', 'watch certbot.eff.org'],
      ['<at>Certbot</at> <at>Certbot</at> help', 'help'],
      ['<at>Certbot</at>\nwatch\r\na.example\nb.example', 'watch\na.example\nb.example'],
      ['<at>Certbot</at>', ''],
    ];
    for (const [text, expected] of cases) {
      it(JSON.stringify(text), () => assert.equal(readText({ text, mentions: [botMention], bot }).text, expected));
    }

    it('a mention written without markup, once', () => {
      const mentions = [{ id: '28:bot', text: '@Certbot' }];
      assert.equal(readText({ text: '@certbot watch @certbot.example', mentions, bot }).text, 'watch @certbot.example');
    });

    it('a mention that stands twice and is listed once', () => {
      const text = 'help <at>Certbot</at> me <at>Certbot</at>';
      assert.equal(readText({ text, mentions: [botMention], bot }).text, 'help me');
    });

    it('a mention written without markup, and not what only begins like it', () => {
      const mentions = [{ id: '28:bot', text: '@Certbot' }];
      assert.equal(readText({ text: 'watch @certbot.example', mentions, bot }).text, 'watch @certbot.example');
    });

    it('a mention that no entity lists, by the name of the bot', () => {
      assert.equal(readText({ text: '<at>Certbot</at> help', mentions: [], bot }).text, 'help');
    });
  });

  describe('with the names of other people kept', () => {
    const ada = { id: '29:ada', text: '<at>Ada &amp; Co</at>' };
    const namesake = { id: '29:namesake', text: '<at>Certbot</at>' };
    it('beside the bot', () => {
      const text = '<at>Certbot</at> ask <at>Ada &amp; Co</at> please';
      assert.equal(readText({ text, mentions: [botMention, ada], bot }).text, 'ask Ada & Co please');
    });
    it('a person who has the bot\u2019s name', () => {
      const text = '<at>Certbot</at> ask <at>Certbot</at>';
      assert.equal(readText({ text, mentions: [botMention, namesake], bot }).text, 'ask Certbot');
    });
    it('written without markup', () => {
      const read = readText({ text: 'list @Ada', mentions: [{ id: '29:ada', text: '@Ada' }], bot });
      assert.deepEqual(read, { text: 'list @Ada', mentions: [{ id: '29:ada', text: '@Ada' }] });
    });
    it('twice, where they are listed once', () => {
      const read = readText({ text: 'a <at>Ada &amp; Co</at> b <at>Ada &amp; Co</at>', mentions: [ada], bot });
      assert.deepEqual([read.text, read.mentions.map(({ id }) => id)], ['a Ada & Co b Ada & Co', ['29:ada', '29:ada']]);
    });
    it('a hundred of them as people, and more as text', () => {
      const many = Array.from({ length: 101 }, (_each, index) => ({ id: `29:${index}`, text: `<at>P${index}</at>` }));
      const read = readText({ text: many.map(({ text }) => text).join(' '), mentions: many, bot });
      assert.equal(read.text, many.map((_each, index) => `P${index}`).join(' '));
      assert.deepEqual(
        read.mentions.map(({ id }) => id),
        many.slice(0, 100).map(({ id }) => id),
      );
    });
    it('without any mention of the bot', () => {
      assert.equal(readText({ text: '<at>Ada &amp; Co</at> hi', mentions: [ada], bot }).text, 'Ada & Co hi');
    });
  });

  describe('without those who are called to it beside the bot', () => {
    const onCall = { id: 'tag-1', text: '<at>On call</at>' };
    const anna = { id: '29:anna', text: '<at>Anna</at>' };
    const cases: [text: string, mentions: { id: string; text: string }[], expected: string, named?: string[]][] = [
      ['<at>On call</at> <at>Certbot</at> check a.example', [onCall, botMention], 'check a.example'],
      ['<at>On call</at>&nbsp;<at>Certbot</at>&nbsp;check a.example', [onCall, botMention], 'check a.example'],
      ['<p><at>On call</at>, <at>Certbot</at>: check a.example</p>', [onCall, botMention], 'check a.example'],
      ['<at>On call</at> and <at>Certbot</at> list', [onCall, botMention], 'list'],
      ['<at>On call</at> & <at>Anna</at> <at>Certbot</at> list', [onCall, anna, botMention], 'list'],
      ['<at>On call</at>\n<at>Certbot</at> list', [onCall, botMention], 'list'],
      ['<at>Certbot</at> <at>On call</at> list', [botMention, onCall], 'list'],
      ['<at>On call</at> list <at>Certbot</at>', [onCall, botMention], 'list'],
      ['<at>On call</at> <at>Certbot</at> list', [botMention], 'list'],
      [
        '@On call @Certbot list',
        [
          { id: 'tag-1', text: '@On call' },
          { id: '28:bot', text: '@Certbot' },
        ],
        'list',
      ],
      ['<at>On call</at> <at>Certbot</at>', [onCall, botMention], ''],
      ['<at>Certbot</at> ::1', [botMention], '::1'],
      [
        '<at>On call</at> <at>Certbot</at> owner a.example <at>Anna</at>',
        [onCall, botMention, anna],
        'owner a.example Anna',
        ['29:anna'],
      ],
      [
        '<at>Anna</at> <at>Certbot</at> owner a.example <at>Anna</at>',
        [anna, botMention, anna],
        'owner a.example Anna',
        ['29:anna'],
      ],
      ['<at>On call</at> remind also <at>Anna</at>', [onCall, anna], 'On call remind also Anna', ['tag-1', '29:anna']],
    ];
    for (const [text, mentions, expected, named = []] of cases) {
      it(JSON.stringify(text), () => {
        const read = readText({ text, mentions, bot });
        assert.equal(read.text, expected);
        assert.deepEqual(
          read.mentions.map(({ id }) => id),
          named,
        );
      });
    }
  });

  describe('as plain text', () => {
    const cases: [text: string, expected: string][] = [
      ['watch <a href="https://example.com/x">https://example.com/x</a>', 'watch https://example.com/x'],
      ['watch <a href="http://example.com" rel="x">example.com</a>', 'watch example.com'],
      ['watch <a href="https://example.com/">Our shop</a>', 'watch https://example.com/'],
      ['watch <a href="javascript:alert(1)">Our shop</a>', 'watch Our shop'],
      ['<div>watch</div><div>a.example</div><div>b.example</div>', 'watch\na.example\nb.example'],
      ['<p>watch a.example<br>b.example<br/>c.example</p>', 'watch a.example\nb.example\nc.example'],
      ['<ul><li>a.example</li><li>b.example</li></ul>', 'a.example\nb.example'],
      ['watch <b>example</b>.com', 'watch example.com'],
      ['watch <https://example.com>', 'watch <https://example.com>'],
      ['watch <https://example.com|example.com>', 'watch <https://example.com|example.com>'],
      ['watch &lt;https://example.com&gt;', 'watch <https://example.com>'],
      ['list R&amp;D', 'list R&D'],
      ['list &amp;lt;', 'list &lt;'],
      ['list &amp;amp;nbsp;', 'list &amp;nbsp;'],
      ['list caf&#233; &#x2713; &#0; &bogus;', 'list café ✓ &#0; &bogus;'],
      ['watch exam\u200bple\ufeff.com\u2060', 'watch example.com'],
      ['watch exam&shy;ple.com', 'watch example.com'],
      ['list &#xfdd0;0&#xfdd0; &#64977;x', 'list 0 x'],
      ['watch m\u00fcller.example', 'watch müller.example'],
      ['  watch \t example.com  ', 'watch example.com'],
      ['watch\u2028a.example\n\n\nb.example', 'watch\na.example\nb.example'],
      ['https://example.com/x?a=1&b=2&copy=3', 'https://example.com/x?a=1&b=2&copy=3'],
      ['', ''],
    ];
    for (const [text, expected] of cases) {
      it(JSON.stringify(text), () => assert.equal(readText({ text, mentions: [], bot }).text, expected));
    }

    it('in little time, however hostile', () => {
      const took = cpuTime(() => {
        for (const text of ['<at>', '<a x>', '<a ', '&#', '<'].map((part) => part.repeat(50_000)))
          readText({ text, mentions: [botMention], bot });
      });
      assert.ok(took < 3000, `${took} ms`);
    });
  });
});
