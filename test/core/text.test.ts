import assert from 'node:assert/strict';
import { escapeHtml, shorten, visibleLine, visibleText } from '../../src/core/text.ts';

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

  it('shortens without cutting a surrogate pair in half', () => {
    assert.equal(shorten('abc', 3), 'abc');
    assert.equal(shorten('abcd', 3), 'ab…');
    assert.equal(shorten('a😀bc', 3), 'a…');
  });
});
