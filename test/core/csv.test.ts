import assert from 'node:assert/strict';
import { csvLine } from '../../src/core/csv.ts';

describe('a line of comma-separated values', () => {
  for (const [text, cell] of [
    ['plain', '"plain"'],
    ['', '""'],
    ['a "word", and more', '"a ""word"", and more"'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['  =1', '"\'  =1"'],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['＝1', '"\'＝1"'],
    ['a=1', '"a=1"'],
    ['29:abc', '"29:abc"'],
  ] as const)
    it(`has ${JSON.stringify(text)} as ${JSON.stringify(cell)}`, () => {
      assert.equal(csvLine([text]), `${cell}\r\n`);
      assert.equal(csvLine(['x', text]), `"x",${cell}\r\n`);
    });
});
