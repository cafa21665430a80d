import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { textOf } from '../../support/wired-people.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { rowsOf, said } from '../../support/said.ts';

const A = 'tls://a.example:443';
const B = 'tls://b.example:443';

describe('`unwatch all`', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
    await chat.say('watch a.example b.example');
  });
  afterEach(() => chat.bot.close());

  async function press(question: Card): Promise<Card | null> {
    const [button] = question.actions!;
    assert.ok(button?.kind === 'execute');
    return chat.pressed(button.action);
  }

  it('asks first, and lists what would go, when it expires and whose it is', async () => {
    const card = await chat.say('unwatch all');
    assert.match(said(card), /^Stop watching both targets here\? Nothing has been removed yet/);
    assert.match(textOf(card), /Nothing has been removed yet.* type “unwatch all yes”/);
    assert.deepEqual(
      rowsOf(card).map(([target, owner]) => [target, owner]),
      [
        ['a.example', 'Anna'],
        ['b.example', 'Anna'],
      ],
    );
    assert.deepEqual(
      card.actions!.map(({ label }) => label),
      ['Stop watching both'],
    );
    assert.deepEqual(await chat.uris(), [A, B]);
  });

  it('lists fifteen of more, and says how many there are besides', async () => {
    await chat.say(`watch ${Array.from({ length: 21 }, (_, index) => `h${index}.example`).join(' ')}`);
    const card = await chat.say('unwatch all');
    assert.equal(rowsOf(card).length, 15);
    assert.equal(card.groups![0]!.more, 'And 8 more: “list” shows all.');
  });

  for (const typed of ['unwatch all yes', 'UNWATCH ALL ja!'])
    it(`is answered by “${typed}”, once`, async () => {
      await chat.say('unwatch all');
      assert.match(said(await chat.say(typed)), /^Nothing is watched here any more\. The reminders of both targets/);
      assert.deepEqual(await chat.uris(), []);
      assert.match(said(await chat.say(typed)), /watches nothing/);
      await chat.say('watch a.example');
      assert.match(said(await chat.say(typed)), /^Stop watching the one target here\?/);
      assert.deepEqual(await chat.uris(), [A]);
    });

  it('is answered by its button, once', async () => {
    const question = await chat.say('unwatch all');
    const card = await press(question);
    assert.equal(card!.title, 'Nothing is watched here any more');
    assert.deepEqual(await chat.uris(), []);
    assert.equal(await press(question), null);
  });

  it('takes no yes without a question for one', async () => {
    assert.match(said(await chat.say('unwatch all yes')), /Stop watching both targets/);
    assert.deepEqual(await chat.uris(), [A, B]);
  });

  for (const how of ['typed', 'pressed'])
    it(`stops what was asked about and nothing that came later, also in place of it (${how})`, async () => {
      const question = await chat.say('unwatch all');
      await chat.say('unwatch b.example');
      await chat.say('watch c.example b.example');
      const card = how === 'typed' ? await chat.say('unwatch all yes') : await press(question);
      assert.equal(card!.title, 'One target is no longer watched here');
      assert.match(said(card!), /^One target is no longer watched here\./);
      assert.match(textOf(card!), /2 targets that you were not asked about are still watched/);
      assert.deepEqual((await chat.uris()).toSorted(), [B, 'tls://c.example:443']);
    });
});
