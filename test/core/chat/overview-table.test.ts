import assert from 'node:assert/strict';
import { changeOf } from '../../../src/core/chat/overview/import-plan.ts';
import { readTable } from '../../../src/core/chat/overview/table.ts';
import { importedText, parseNote, parseTag } from '../../../src/core/chat/typed-overview.ts';
import { withPersons } from '../../../src/flows/chat/commands/list-filter.ts';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { sayIn } from '../../../src/core/language/language.ts';
import type { Watch } from '../../../src/core/model/watch.ts';

const say = sayIn('en');

describe('a table that comes back', () => {
  const tables: [string, string, object][] = [
    [
      'with quotes',
      '"target","note"\r\n"a.example","one, ""two"""\r\n',
      [{ line: 2, target: 'a.example', note: 'one, "two"' }],
    ],
    ['with semicolons', 'host;tags\na.example;#x y\n', [{ line: 2, target: 'a.example', tags: '#x y' }]],
    ['with tabs', 'Ziel\tNotiz\na.example\teins\n', [{ line: 2, target: 'a.example', note: 'eins' }]],
    [
      'with typographic quotes',
      '“target”,“note”\n“a.example”,“b, c”',
      [{ line: 2, target: 'a.example', note: 'b, c' }],
    ],
    ['with a mark of UTF-8', '\uFEFFtarget\na.example', [{ line: 2, target: 'a.example' }]],
    [
      'with a formula that was made text',
      "target,note\na.example,'=1+1",
      [{ line: 2, target: 'a.example', note: '=1+1' }],
    ],
    [
      'with a cell of two lines',
      'target,note\na.example,"b\nc"\nd.example,',
      [
        { line: 2, target: 'a.example', note: 'b\nc' },
        { line: 4, target: 'd.example', note: '' },
      ],
    ],
    [
      'with lines that are too short',
      'target,note,tags\na.example\n',
      [{ line: 2, target: 'a.example', note: '', tags: '' }],
    ],
    ['with columns that are not known', 'color,target\nred,a.example', [{ line: 2, target: 'a.example' }]],
  ];
  for (const [name, text, rows] of tables)
    it(`is read ${name}`, () => {
      assert.deepEqual(readTable(text), { rows });
    });

  it('is refused where nothing is in it, or no targets are', () => {
    assert.deepEqual(readTable(' \n'), { problem: 'nothing' });
    assert.deepEqual(readTable('a.example\nb.example'), { problem: 'no-column' });
  });

  const watch = { note: 'old', tags: ['eu'], policy: null } as unknown as Watch;
  const changes: [string, object, object][] = [
    ['nothing, by empty cells', { note: '', tags: '', thresholds: '' }, {}],
    ['nothing, by what holds', { note: 'old', tags: '#EU' }, {}],
    ['the note', { note: 'new  one' }, { note: 'new one' }],
    ['the note, which goes', { note: 'none' }, { note: null }],
    ['tags, by adding', { tags: '#shop, eu' }, { tags: ['shop'] }],
    ['thresholds', { thresholds: '10d' }, { policy: [{ kind: 'duration', ms: 864_000_000 }] }],
  ];
  for (const [name, cells, change] of changes)
    it(`changes ${name}`, () => {
      assert.deepEqual(changeOf({ line: 2, target: 'a.example', ...cells }, watch, say), change);
    });

  it('is refused for a cell that is none', () => {
    assert.ok('problem' in changeOf({ line: 2, target: 'a.example', tags: 'a.b' }, watch, say));
    assert.ok('problem' in changeOf({ line: 2, target: 'a.example', thresholds: 'soon' }, watch, say));
    assert.ok('problem' in changeOf({ line: 2, target: 'a.example', note: 'x'.repeat(501) }, watch, say));
  });
});

describe('notes and tags as they are typed', () => {
  const uris = (command: { targets?: unknown }): unknown =>
    Array.isArray(command.targets) ? command.targets.map((one: { uri?: string }) => one.uri) : command.targets;

  const notes: [string, unknown, string | null | undefined][] = [
    ['a.example renewed by Ben', ['tls://a.example:443'], 'renewed by Ben'],
    ['a.example: see https://b.example', ['tls://a.example:443'], 'see https://b.example'],
    ['a.example b.example:8443 both', ['tls://a.example:443', 'tls://b.example:8443'], 'both'],
    ['a.example, b.example – both', ['tls://a.example:443', 'tls://b.example:443'], 'both'],
    ['all everything', 'all', 'everything'],
    ['a.example | b', ['tls://a.example:443'], '| b'],
    ['a.example none', ['tls://a.example:443'], null],
    ['a.example löschen', ['tls://a.example:443'], null],
    ['a.example', ['tls://a.example:443'], undefined],
  ];
  for (const [typed, targets, note] of notes)
    it(`note ${typed}`, () => {
      const command = parseNote(typed, say, 1000);
      assert.ok(command.verb === 'note');
      assert.deepEqual([uris(command), command.note], [targets, note]);
    });

  for (const typed of [
    '"date:Signing key" in the safe',
    'date:Signing key: in the safe',
    '„date:Signing key“ in the safe',
  ])
    it(`note ${typed}`, () => {
      const command = parseNote(typed, say, 1000);
      assert.ok(command.verb === 'note');
      const [target] = command.targets as { named: { name: string } }[];
      assert.deepEqual([target!.named.name, command.note], ['Signing key', 'in the safe']);
    });

  const tags: [string, unknown, string[]][] = [
    ['a.example #shop #EU', ['tls://a.example:443'], ['shop', 'eu']],
    ['#shop a.example b.example', ['tls://a.example:443', 'tls://b.example:443'], ['shop']],
    ['a.example with shop and eu', ['tls://a.example:443'], ['shop', 'eu']],
    ['all #müller_1', 'all', ['müller_1']],
    ['a.example', ['tls://a.example:443'], []],
    ['', null, []],
  ];
  for (const [typed, targets, found] of tags)
    it(`tag ${typed}`, () => {
      const command = parseTag('tag', typed, say, 1000);
      assert.ok(command.verb === 'tag');
      assert.deepEqual([uris(command), command.tags], [targets, found]);
    });

  const verbs: [string, string][] = [
    ['Guten Tag', 'courtesy'],
    ['tag', 'tag'],
    ['tags', 'tag'],
    ['Guten Tag, liste', 'list'],
    ['Tag, watch a.example', 'watch'],
    ['tag a.example #shop', 'tag'],
    ['notiz a.example hallo', 'note'],
    ['verlauf a.example', 'history'],
    ['bericht', 'report'],
    ['exportiere', 'export'],
    ['was läuft vor Weihnachten ab?', 'list'],
    ['which certificates expire this month', 'list'],
    ['import target\nwatch.example', 'import'],
  ];
  for (const [text, verb] of verbs)
    it(`“${text.replace('\n', ' ')}” is ${verb}`, () => {
      assert.equal(parseCommand(text, say).verb, verb);
    });

  it('keeps a mentioned person as one word of a filter', () => {
    const command = parseCommand('list expired @Anna Muster before Christmas', say, ['Anna Muster']);
    assert.deepEqual(command, { verb: 'list', filter: 'expired \uE0000\uE000 before christmas' });
    const mentions = [{ text: 'Anna Muster', id: '29:1aB' }] as never;
    assert.equal(withPersons('mine \uE0000\uE000', mentions, 'U0X'), 'person:U0X person:29:1aB');
  });

  it('keeps the columns of a pasted table, without what fences it', () => {
    assert.equal(importedText('@bot import:\n```\ntarget\tnote\na\tb\n```'), 'target\tnote\na\tb');
  });
});
