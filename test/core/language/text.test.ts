import assert from 'node:assert/strict';
import { escapeHtml, shorten, visibleLine, visibleText } from '../../../src/core/language/text.ts';

describe('calendar texts', () => {
  const cases: { input: string; text: string; line: string; html: string }[] = [
    { input: 'plain', text: 'plain', line: 'plain', html: 'plain' },
    { input: ' a  b\t\tc\n', text: ' a  b\t\tc\n', line: 'a b c', html: ' a  b\t\tc\n' },
    { input: 'a\r\nb\rc', text: 'a\nb\nc', line: 'a b c', html: 'a\nb\nc' },
    { input: 'bell\u0007 and\u0000 nul', text: 'bell and nul', line: 'bell and nul', html: 'bell and nul' },
    { input: 'evil\u202Emoc.elpmaxe', text: 'evilmoc.elpmaxe', line: 'evilmoc.elpmaxe', html: 'evilmoc.elpmaxe' },
    { input: 'lone \ud800 half', text: 'lone \ufffd half', line: 'lone \ufffd half', html: 'lone \ufffd half' },
    {
      input: '<b onclick="x">O\'Neil & Co',
      text: '<b onclick="x">O\'Neil & Co',
      line: '<b onclick="x">O\'Neil & Co',
      html: '&lt;b onclick=&quot;x&quot;&gt;O&#39;Neil &amp; Co',
    },
  ];
  for (const { input, text, line, html } of cases) {
    it(`makes ${JSON.stringify(input)} safe to show`, () => {
      assert.equal(visibleText(input), text);
      assert.equal(visibleLine(input), line);
      assert.equal(escapeHtml(input), html);
    });
  }

  const unseen: [string, number, number][] = [
    ['control characters', 0x00, 0x08],
    ['control characters after the line feed', 0x0b, 0x0c],
    ['control characters after the carriage return', 0x0e, 0x1f],
    ['DEL and the C1 controls', 0x7f, 0x9f],
    ['the Arabic letter mark', 0x06_1c, 0x06_1c],
    ['marks of direction', 0x20_0e, 0x20_0f],
    ['separators of lines and paragraphs, embeddings and overrides', 0x20_28, 0x20_2e],
    ['isolates', 0x20_66, 0x20_69],
  ];
  for (const [what, first, last] of unseen) {
    it(`leave out ${what}, and nothing beside them`, () => {
      for (let code = first; code <= last; code += 1)
        assert.equal(visibleText(`a${String.fromCharCode(code)}b`), 'ab', code.toString(16));
    });
  }

  it('keep what is seen: tabs, line feeds, spaces that do not break, joiners', () => {
    const seen = '\t\n ~\u00a0\u061b\u061d\u200d\u2010\u2027\u202f\u2065\u206a';
    assert.equal(visibleText(seen), seen);
  });

  it('shortens without cutting a surrogate pair in half', () => {
    assert.equal(shorten('abc', 3), 'abc');
    assert.equal(shorten('abcd', 3), 'ab…');
    assert.equal(shorten('a😀bc', 3), 'a…');
    assert.equal(shorten('😀😀bc', 4), '😀…');
    assert.equal(shorten('😀bcd', 4), '😀b…');
    assert.equal(shorten('abc', 0), '…');
  });
});
