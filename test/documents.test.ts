import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { createAdapter } from '../src/channels/teams/adapter.ts';
import { BOT_SCOPES } from '../src/channels/slack/channel.ts';
import { VARIABLES } from '../src/config/config.ts';
import { COMMANDS, parseCommand, SETTINGS } from '../src/core/chat/command.ts';
import { type Verb, verbOf } from '../src/core/chat/verbs.ts';
import { MOST_TARGETS } from '../src/core/chat/with-targets.ts';
import { sayIn } from '../src/core/language/language.ts';
import { STARTTLS_SCHEMES } from '../src/core/targets/endpoint.ts';
import { displayTarget } from '../src/core/targets/target.ts';
import {
  anchors,
  code,
  documents,
  linkProblem,
  links,
  PROJECT,
  read,
  section,
  tableRows,
} from './support/documents.ts';

const say = sayIn('en');

/** What Node.js and @azure/identity read by themselves. */
const READ_BY_OTHERS = ['NODE_EXTRA_CA_CERTS', 'AZURE_CLIENT_CERTIFICATE_PATH'];

/** Every variable that this project's code asks an environment for, by its name in the code. */
function namedInCode(): string[] {
  const files = globSync('src/**/*.ts', { cwd: PROJECT });
  return files.flatMap((file) => [...read(file).matchAll(/\benv\['(\w+)'\]/g)].map(([, name]) => name!));
}

/** What the Bot Framework's adapter asks its environment for, among it names that it has in a table. */
function askedByAdapter(): string[] {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_target, name) {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  createAdapter({ credentials: null, env, connector: { httpClient: {} } as never });
  return [...asked];
}

/** Names that are read in lower case as well are one variable. */
function distinct(names: string[]): string[] {
  const upper = new Set(names);
  return [...upper].filter((name) => !(name === name.toLowerCase() && upper.has(name.toUpperCase()))).toSorted();
}

describe('the documents and the code', () => {
  it('name the same variables: the code, docs/configuration.md and .env.example', () => {
    const inCode = distinct([...VARIABLES, ...namedInCode(), ...askedByAdapter(), ...READ_BY_OTHERS]);
    const rows = tableRows(read('docs/configuration.md')).filter(([first]) => first !== 'variable');
    const documented = rows.map(([first]) => code(first) ?? `not one variable: ${first}`);
    const example = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name!);
    assert.deepEqual(documented.toSorted(), inCode);
    assert.deepEqual(example.toSorted(), inCode);
  });

  it('name the same commands, with the same usage and in the same order', () => {
    const text = read('docs/commands.md');
    const headings = [...text.matchAll(/^## `(\w+)`$/gm)].map(([, name]) => name!);
    assert.deepEqual(headings, Object.keys(COMMANDS));
    for (const [name, { usage }] of Object.entries(COMMANDS)) {
      const [, shown] = /```\n([\s\S]*?)```/.exec(section(text, `## \`${name}\``)) ?? [];
      // The table puts both ways of a command into one line.
      const ways = usage.split(' · ').join('\n');
      assert.equal(shown?.trim(), ways, name);
    }
  });

  it('name the same settings', () => {
    const rows = tableRows(section(read('docs/commands.md'), '## `settings`'));
    assert.deepEqual(
      rows.slice(1).map(([first]) => code(first)),
      [...SETTINGS],
    );
  });

  it('say the same of how many targets a message may name', () => {
    const watch = section(read('docs/commands.md'), '## `watch`');
    assert.ok(watch.replaceAll(/\s+/g, ' ').includes(`up to ${MOST_TARGETS.toLocaleString('en')} targets`));
  });

  it('mean the same by what people type as a target', () => {
    const rows = tableRows(read('docs/targets.md')).slice(1);
    const schemes = new Set<string>();
    for (const [typed, checked] of rows) {
      const text = code(typed);
      assert.ok(text, `${typed} is not one target`);
      const command = parseCommand(`check ${text}`, say);
      assert.ok(command.verb === 'check', text);
      const [target, more] = command.targets;
      assert.ok(target && !more, text);
      if ('exchangersOf' in target) continue;
      assert.ok('uri' in target, `${text}: ${'problem' in target ? target.problem : ''}`);
      // The documents say the usual port, which answers leave out.
      const shown = code(checked)!.replace(/:443(?= |$)/, '');
      assert.equal(displayTarget(target.uri).replace(/:443(?= |$)/, ''), shown, text);
      schemes.add(target.uri.replace(/:.*$/, ''));
    }
    assert.deepEqual([...schemes].toSorted(), ['tls', ...STARTTLS_SCHEMES].toSorted());
  });

  it('give examples of commands that are understood', () => {
    const verbs = Object.keys(COMMANDS).join('|');
    const example = new RegExp(String.raw`\`(?:@certbot |/certbot )?((?:${verbs}) [^\`<[…]+)\``, 'g');
    const texts = documents()
      .filter((document) => /^(?:README|docs\/[a-z-]+)\.md$/.test(document))
      .flatMap((document) => [...read(document).matchAll(example)].map(([, text]) => text!.replaceAll(/\s+/g, ' ')));
    assert.ok(texts.length > 30, `${texts.length} examples`);
    for (const text of texts) {
      const command = parseCommand(text, say, text.match(/@[a-z]+/g) ?? []);
      assert.ok(command.verb !== 'problem', `${text}: ${'sentence' in command ? command.sentence : ''}`);
      const targets = 'targets' in command && Array.isArray(command.targets) ? command.targets : [];
      for (const target of targets) assert.ok(!('problem' in target), text);
    }
  });

  it('name the same scopes of Slack', () => {
    const rows = tableRows(section(read('docs/security.md'), '### Slack'));
    assert.deepEqual(
      rows.slice(1).map(([first]) => code(first)),
      BOT_SCOPES,
    );
  });

  it('name scripts of npm that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const document of documents())
      for (const [, script] of read(document).matchAll(/npm(?:\.cmd)? run (?:-- )?(\w[\w:-]*)/g))
        if (!document.startsWith('CHANGELOG')) assert.ok(scripts[script!], `${document}: npm run ${script}`);
  });
});

describe('the documents', () => {
  it('link to files and headings that are there', () => {
    const problems = documents().flatMap((document) => {
      const { targets, pictures, undefinedLabels } = links(read(document));
      return [
        ...[...targets, ...pictures].map((target) => linkProblem(document, target)),
        ...undefinedLabels.map((label) => `${document}: [${label}] is defined nowhere`),
      ].filter((problem) => problem !== null);
    });
    assert.deepEqual(problems, []);
  });

  it('show every picture of docs/, and only pictures that are there', () => {
    const shown = documents().flatMap((document) =>
      links(read(document)).pictures.map((target) => posix.join(dirname(document), target)),
    );
    const there = globSync('docs/**/*.{png,jpg,svg,gif}', { cwd: PROJECT }).map((file) => file.replaceAll('\\', '/'));
    assert.deepEqual([...new Set(shown)].toSorted(), there.toSorted());
  });

  it('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const document of reached)
      for (const target of links(read(document)).targets) {
        const file = posix.join(dirname(document), target.split('#', 1)[0]!);
        if (file.endsWith('.md') && !target.includes(':') && existsSync(join(PROJECT, file))) reached.add(file);
      }
    const pages = documents().filter((document) => !/^(?:src|test)\//.test(document));
    assert.deepEqual(
      pages.filter((page) => !reached.has(page)),
      [],
    );
  });

  for (const [document, most] of [
    ['README.md', 150],
    ['ARCHITECTURE.md', 200],
  ] as const)
    it(`keep ${document} to ${most} lines of 120 columns`, () => {
      const lines = read(document).trimEnd().split('\n');
      assert.ok(lines.length <= most, `${lines.length} lines`);
      assert.deepEqual(
        lines.filter((line) => line.length > 120),
        [],
      );
    });

  it('name a German word of every command that has one', () => {
    const [, sentence = ''] = /German words work as well: ([^.]+)\./.exec(read('docs/commands.md')) ?? [];
    const named = new Set([...sentence.matchAll(/`([^`]+)`/g)].map(([, word]) => verbOf(word!)));
    assert.ok(!named.has(null), sentence);
    const others = Object.keys(COMMANDS).filter((verb) => !named.has(verb as Verb));
    assert.deepEqual(others, ['untag']);
  });

  it('wrap at 120 columns', () => {
    const long = [...documents(), '.env.example'].flatMap((document) =>
      read(document)
        .split('\n')
        .filter((line) => line.length > 120)
        .map((line) => `${document}: ${line}`),
    );
    assert.deepEqual(long, []);
  });

  it('tell decisions one a page, numbered and dated, each with its context and its consequences', () => {
    const pages = documents().filter((document) => /^docs\/decisions\/\d/.test(document));
    const index = read('docs/decisions/README.md');
    for (const [at, page] of pages.entries()) {
      const name = posix.basename(page);
      assert.match(name, /^\d{4}-[a-z\d]+(?:-[a-z\d]+)*\.md$/);
      assert.equal(Number(name.slice(0, 4)), at + 1, name);
      const text = read(page);
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
      assert.equal(Number(number), at + 1, name);
      assert.match(text.split('\n')[2]!, /^\d{4}-\d{2}-\d{2}$/, name);
      assert.deepEqual(
        [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading),
        ['Context', 'Decision', 'Consequences'],
      );
      assert.ok(index.includes(`[${number}. ${title}](${name})`), `the list has not “${number}. ${title}”`);
    }
  });
});

describe('what holds the documents together', () => {
  it('finds a heading by the anchor that GitHub gives it', () => {
    const text = "# A. By the bot's own `permission`\n\n```\n# not a heading\n```\n\n## Limits\n\n### Limits\n";
    assert.deepEqual([...anchors(text)], ['a-by-the-bots-own-permission', 'limits', 'limits-1']);
  });

  it('notices links to what is not there', () => {
    assert.match(linkProblem('docs/teams.md', 'nothing.md')!, /there is no docs\/nothing\.md/);
    assert.match(linkProblem('docs/teams.md', 'slack.md#nothing')!, /has no such heading/);
    assert.equal(linkProblem('docs/teams.md', '../README.md'), null);
    assert.equal(linkProblem('docs/teams.md', 'https://example.com/nothing'), null);
  });

  it('sees every way to write a link, and none in code', () => {
    const text = [
      'A [link](a.md), [another][b], [b], `[no](c.md)` and [lost].',
      '```\n[no](d.md)\n```',
      '- [ ] a box',
      '![picture](e.png) <img width="1" src="f.png"> <source srcset="h.png">',
      '',
      '[b]: g.md',
    ].join('\n');
    assert.deepEqual(links(text), {
      targets: ['a.md', 'e.png', 'g.md'],
      pictures: ['e.png', 'f.png', 'h.png'],
      undefinedLabels: ['lost'],
    });
  });
});
