import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { helpCard } from '../../../src/core/chat/cards/help.ts';
import { errorCard, problemCard, sentenceCard, welcomeCard } from '../../../src/core/chat/cards/replies.ts';
import { COMMANDS, parseCommand } from '../../../src/core/chat/command.ts';
import type { Verb } from '../../../src/core/chat/verbs.ts';
import { DE, EN } from '../../support/certificate-facts.ts';

function typed(card: Card): string[] {
  return card.groups!.flatMap(({ rows = [] }) => rows.map(({ name }) => textOf(name)));
}

describe('a reply', () => {
  it('says it in its title and adds a sentence, without Markdown', () => {
    const card = sentenceCard('It is so', 'Type `list`.', EN, { more: ['Or `help`.'] });
    assert.equal(card.summary, 'It is so. Type “list”.');
    assert.equal(card.title, 'It is so');
    assert.deepEqual(card.text, ['Type “list”.', 'Or “help”.']);
    assert.equal(card.tone, 'neutral');
    assert.ok(!('actions' in card) && !('state' in card));
  });

  it('has a word for each colour', () => {
    const words = (['good', 'notice', 'warning', 'attention'] as const).map(
      (tone) => sentenceCard('It is so', '', EN, { tone }).state!.word,
    );
    assert.deepEqual(words, ['Done', 'A question', 'Please note', 'To be mended']);
  });

  it('shows on a locked phone as much as there is room for', () => {
    const long = `It is ${'very '.repeat(40)}long.`;
    assert.equal(sentenceCard('It is so', `First. ${long}`, EN).summary, 'It is so. First.');
    assert.equal(sentenceCard('It is so', long, EN).summary, 'It is so.');
    assert.ok(sentenceCard('x'.repeat(300), '', EN).summary.length <= 160);
  });

  const problems: [string, string, string[]][] = [
    ['“wacth” is not a command. Did you mean `watch`?', '“wacth” is not a command', ['Did you mean “watch”?']],
    ['“a. B” is not a command. Type `help`.', '“a. B” is not a command', ['Type “help”.']],
    ['Who? Type `forget me`.', 'Who?', ['Type “forget me”.']],
    ['There is nothing to stop.', 'There is nothing to stop', []],
    ['Am 1.\u{a0}Dez ist Schluss. Bitte warten.', 'Am 1.\u{a0}Dez ist Schluss', ['Bitte warten.']],
    ['Es gibt 65535. Mehr nicht.', 'Es gibt 65535', ['Mehr nicht.']],
    ['Es geht nicht, z. B. heute. Bitte warten.', 'Es geht nicht, z. B. heute', ['Bitte warten.']],
    [`${'x'.repeat(120)}. Type it.`, 'That did not work', [`${'x'.repeat(120)}. Type it.`]],
  ];
  for (const [sentence, title, text] of problems)
    it(`to what cannot be done says what, then what to type: ${sentence.slice(0, 40)}`, () => {
      const card = problemCard(sentence, EN);
      assert.deepEqual([card.title, card.text ?? []], [title, text]);
      assert.deepEqual(card.state, { symbol: '⚠️', word: 'Nothing was done' });
      assert.equal(card.tone, 'warning');
      assert.deepEqual(card.about, { kind: 'answer', refused: true });
      assert.ok(card.summary.startsWith('Nothing was done: '), card.summary);
    });

  it('to a mistyped command has a button that types the right one', () => {
    const command = parseCommand('wtach shop.example.com', EN);
    assert.ok(command.verb === 'problem');
    assert.equal(command.suggestion, 'watch shop.example.com');
    const [yes, help] = problemCard(command.sentence, EN, command).actions!;
    assert.deepEqual(yes, {
      kind: 'execute',
      label: 'Yes, do that',
      action: { name: 'type', data: { text: 'watch shop.example.com' } },
      style: 'positive',
    });
    assert.equal(help!.label, 'What you can type');
    const long = parseCommand(`wtach ${'shop.example.com '.repeat(30)}`, EN);
    assert.ok(long.verb === 'problem' && long.suggestion === undefined, 'what is cut is not what was meant');
  });

  it('to our own fault says whose it is, and carries the id under which the log tells more', () => {
    const card = errorCard('0a1b2c3d', EN, { typed: 'list' });
    assert.equal(card.summary, 'My fault: I could not finish this. Please try again in a minute.');
    assert.match(card.footnote!, /error 0a1b2c3d\.$/);
    assert.equal(card.tone, 'attention');
    assert.deepEqual(
      card.actions!.map(({ label }) => label),
      ['Try again'],
    );
    assert.deepEqual(card.about, { kind: 'answer', error: '0a1b2c3d' });
    assert.ok(!('actions' in errorCard('0a1b2c3d', EN, { typed: 'x'.repeat(301) })));
  });

  for (const [kind, first] of [
    ['personal', 'watch example.com'],
    ['group', '@certbot watch example.com'],
    ['channel', '@certbot watch example.com'],
  ] as const) {
    it(`on installation in a ${kind} chat says to type “${first}”`, () => {
      const card = welcomeCard(kind, 'graph', EN);
      assert.ok(card.summary.endsWith(`type: ${first}`), card.summary);
      assert.equal(card.title, 'I watch TLS certificates');
      assert.equal(card.tone, 'neutral');
      assert.equal(card.text![0], `To begin, type “${first}”.`);
    });
  }

  it('on installation promises no calendar where reminders go into none', () => {
    assert.match(textOf(welcomeCard('channel', 'ics', EN).lead!), /and keep reminders in the calendar\.$/);
    assert.match(textOf(welcomeCard('channel', 'none', EN).lead!), /before one expires or breaks\.$/);
  });
});

describe('help', () => {
  it('has five commands first, with buttons to the rest', () => {
    const card = helpCard('', EN);
    assert.deepEqual(typed(card), [
      'watch example.com',
      'check example.com',
      'list',
      'show example.com',
      'remind 30d 7d 2d',
    ]);
    assert.deepEqual(
      card.actions!.map((action) => action.kind === 'execute' && action.action.data['text']),
      ['help topics', 'list'],
    );
    assert.match(card.footnote!, /“help topics”/);
  });

  for (const verb of Object.keys(COMMANDS) as Verb[])
    it(`about ${verb} has examples that are understood`, () => {
      const command = parseCommand(`help ${verb}`, EN);
      assert.deepEqual(command, { verb: 'help', about: verb });
      const card = helpCard(verb, EN);
      assert.equal(card.title, `How to use “${verb}”`);
      assert.ok(card.footnote!.startsWith(`In full: ${verb}`), card.footnote);
      const examples = typed(card);
      assert.ok(examples.length >= 2);
      const verbs = examples.map((example) => parseCommand(example, EN).verb);
      // A message that mentions nobody names nobody.
      const spelled = examples.map((example, index) => (/@/.test(example) ? verb : verbs[index]));
      assert.ok(
        spelled.every((one) => one === verb || (one === 'problem' && verb === 'trust')),
        verbs.join(),
      );
    });

  const topics: [string, string, string][] = [
    ['topics', 'Help by topic', 'help watching'],
    ['Themen', 'Help by topic', 'help watching'],
    ['all', 'Help by topic', 'help watching'],
    ['targets', 'What can be watched', 'example.com'],
    ['Ziele', 'What can be watched', 'example.com'],
    ['watching', 'Watching and looking', 'watch example.com'],
    ['alerts', 'When to alert, and what to say to an alert', 'remind 30d 7d 2d'],
    ['erinnern', 'How to use “remind”', 'remind 30d 7d 2d'],
    ['Kalender', 'How to use “calendar”', 'calendar'],
    ['überwachen', 'How to use “watch”', 'watch example.com'],
    ['me, please', 'What you can type', 'watch example.com'],
  ];
  for (const [about, title, first] of topics)
    it(`about “${about}” is “${title}”`, () => {
      const card = helpCard(about, EN);
      assert.deepEqual([card.title, typed(card)[0]], [title, first]);
    });

  it('names every topic that it has, and every command that belongs to none', () => {
    const rows = typed(helpCard('topics', EN)).map((row) => row.slice('help '.length));
    const first = helpCard('', EN).title;
    for (const topic of rows) assert.notEqual(helpCard(topic, EN).title, first, topic);
    const reached = rows.flatMap((topic) => [topic, ...typed(helpCard(topic, EN)).map((row) => row.split(' ')[0])]);
    for (const verb of Object.keys(COMMANDS)) assert.ok(reached.includes(verb), verb);
  });

  it('is told in German, with commands as they are typed', () => {
    const card = helpCard('', DE);
    assert.equal(card.title, 'Mögliche Eingaben');
    assert.equal(typed(card)[1], 'check example.com');
    assert.match(textOf(helpCard('remind', DE).lead!), /z\. B\. „remind 60d 14d 3d 12h“ oder „remind 25% 5%“;/);
  });
});
