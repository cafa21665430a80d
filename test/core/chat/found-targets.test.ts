import assert from 'node:assert/strict';
import { findTargets, watchText } from '../../../src/core/chat/found-targets.ts';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { sayIn } from '../../../src/core/language/language.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const say = sayIn('en');

describe('what a text names that was not written for the bot', () => {
  const texts: [text: string, found: string[]][] = [
    ['', []],
    ['Good morning, see you at 12:30 or 12.30, e.g. tomorrow, z.B. um 9.', []],
    ['Please look at www.example.com.', ['www.example.com']],
    ['(see https://example.com/path,with;commas?x=y#z)', ['example.com']],
    ['https://example.com:8443/x and http://other.example/', ['example.com:8443', 'other.example']],
    ['smtps://mail.example.com, imap://mail.example.com', ['mail.example.com:465', 'imap://mail.example.com:143']],
    [
      '**bold.example**, `code.example`, "quoted.example" <angle.example>',
      ['bold.example', 'code.example', 'quoted.example', 'angle.example'],
    ],
    ['me@mail.example wrote to you@mail.example', []],
    ['mailto:me@mail.example tel:+4912345', []],
    ['see report.pdf, server.pem, list.csv and config.yaml', []],
    ['https://example.com/report.pdf', ['example.com']],
    ['It is done.Please look at v1.2.3 of node.js', []],
    ['10.0.0.1, 10.0.0.2:8443 but not 10.0.0.0/24 nor 1.2.3', ['10.0.0.1', '10.0.0.2:8443']],
    ['[2001:db8::1]:8443', ['[2001:db8::1]:8443']],
    ['localhost:8443 and db:5432, Port:443, at 8:30', ['localhost:8443', 'postgres://db:5432']],
    ['# old.example\nnew.example # was older.example\n// gone.example', ['new.example']],
    ['Ticket #12 about new.example', ['new.example']],
    [
      'a.example,8443\nb.example 9443\nc.example\t10443\nd.example port 11443\ne.example;12443;prod',
      ['a.example:8443', 'b.example:9443', 'c.example:10443', 'd.example:11443', 'e.example:12443'],
    ],
    ['| a.example | prod |\n| b.example:8443 | test |', ['a.example', 'b.example:8443']],
    ['["a.example", "b.example:8443"]', ['a.example', 'b.example:8443']],
    ['a.example @203.0.113.7\nb.example', ['a.example @203.0.113.7', 'b.example']],
    ['10.1.2.3 as www.example.com', ['10.1.2.3 as www.example.com']],
    ['a.example A.EXAMPLE https://a.example/', ['a.example']],
    ['müller.example and xn--mller-kva.example', ['müller.example']],
    ['mx:example.com', ['mx:example.com']],
    ['date:2031-03-01 Code-signing token', ['date:2031-03-01 Code-signing token']],
    ['unwatch all\nwatch a.example\nremind 30d', ['a.example']],
  ];
  for (const [text, expected] of texts)
    it(JSON.stringify(text), () => {
      const found = findTargets(text, say).map(({ typed }) => typed);
      assert.deepEqual(found, expected);
    });

  it('is found quickly in text of any kind, and never throws', () => {
    const kinds = [
      'a.example ',
      ',',
      '[',
      'x'.repeat(1999) + ' ',
      '#',
      'date:',
      ' as ',
      '@',
      '<',
      '*',
      '|',
      '.',
      'a.b\n',
    ];
    for (const kind of kinds) {
      const text = kind.repeat(300_000 / kind.length);
      const took = cpuTime(() => assert.ok(findTargets(text, say).length <= 1000));
      assert.ok(took < 2000, `${kind}: ${took} ms`);
    }
    const many = Array.from({ length: 5000 }, (_one, index) => `h${index}.example`).join('\n');
    assert.equal(findTargets(many, say).length, 1000);
  });

  it('is typed so that it parses to itself', () => {
    for (const [text] of texts)
      for (const { typed } of findTargets(text, say))
        assert.deepEqual(
          findTargets(typed, say)
            .map((one) => one.typed)
            .slice(0, 1),
          [typed],
        );
  });
});

describe('the command of a form', () => {
  it('is a watch in one line', () => {
    const form = { ticked: ['b.example'], typed: 'https://a.example/x\nc.example', when: '60d, 14d' };
    assert.deepEqual(watchText(form, say), {
      text: 'watch b.example a.example c.example remind 60d 14d',
    });
  });

  it('puts names behind hosts, each apart', () => {
    const ticked = ['date:2031-03-01 Token', 'a.example', 'date:2031-04-01 Other token'];
    const written = watchText({ ticked, typed: '', when: '7d' }, say);
    assert.ok('text' in written);
    const command = parseCommand(written.text, say);
    assert.ok(command.verb === 'watch');
    assert.deepEqual(
      command.targets.map((target) => ('named' in target ? target.named.name : target.text)),
      ['a.example', 'Token', 'Other token'],
    );
    assert.equal(command.policy?.length, 1);
  });

  const wrong: [name: string, form: Parameters<typeof watchText>[0], field: string][] = [
    ['nothing', { ticked: [], typed: ' \n', when: '' }, 'targets'],
    ['a wildcard', { ticked: ['*.example'], typed: '', when: '' }, 'targets'],
    ['a private key', { ticked: [], typed: '-----BEGIN PRIVATE KEY-----\nx', when: '' }, 'targets'],
    [
      'too many',
      { ticked: [], typed: Array.from({ length: 1001 }, (_o, n) => `h${n}.example`).join('\n'), when: '' },
      'targets',
    ],
    ['no length of time', { ticked: ['a.example'], typed: '', when: 'soon' }, 'when'],
    ['another command', { ticked: ['a.example'], typed: '', when: 'also me' }, 'when'],
    [
      'more lengths of time than there may be',
      { ticked: ['a.example'], typed: '', when: '1d 2d 3d 4d 5d 6d 7d' },
      'when',
    ],
  ];
  for (const [name, form, field] of wrong)
    it(`is refused with a sentence at its field: ${name}`, () => {
      const written = watchText(form, say);
      assert.ok('sentence' in written && written.sentence !== '');
      assert.equal(written.field, field);
    });

  it('leaves the thresholds of the conversation for “default”', () => {
    assert.deepEqual(watchText({ ticked: ['a.example'], typed: '', when: 'default' }, say), {
      text: 'watch a.example',
    });
  });
});
