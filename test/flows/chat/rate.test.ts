import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { replyIdOf } from '../../../src/flows/chat/inbox.ts';
import { said } from '../../support/said.ts';

const MINUTE = 60_000;
const RATE = { person: 20, conversation: 60 };

describe('who sends very many messages', () => {
  let clock: sinon.SinonFakeTimers;
  let chat: PlainChat & { looks: string[] };

  async function start(locale = 'en'): Promise<void> {
    const { source, looks } = createWillingSource();
    chat = { ...(await startPlainChat({ source, locale, settings: { messageRate: RATE } })), looks };
  }

  beforeEach(async () => {
    clock = sinon.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12), toFake: ['Date'] });
    await start();
  });
  afterEach(async () => {
    clock.restore();
    await chat.bot.close();
  });

  /** Messages of so many people, each once; the ids of their answers. */
  async function send(number: number, { person = 'anna', place = 'ops', text = 'list' } = {}): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < number; index += 1) {
      const id = `plain:${person}-${place}-${Date.now()}-${index}`;
      ids.push(replyIdOf(id));
      await chat.bot.inbox.message({
        id,
        conversation: {
          id: `plain:${place}`,
          channel: 'plain',
          kind: 'channel',
          tenantId: null,
          name: place,
          reference: {},
        },
        thread: null,
        ephemeral: null,
        actor: {
          id: person,
          name: person,
          mailbox: null,
          timeZone: null,
          locale: 'en',
          tenantId: null,
          notice: null,
        },
        text,
        mentions: [],
        attachments: [],
        receivedAt: Date.now(),
      });
    }
    await chat.bot.settled();
    return ids;
  }

  const answers = (ids: string[]): string[] =>
    ids.flatMap((id) => {
      const card = chat.answer(id);
      return card ? [said(card)] : [];
    });

  it('is answered 20 times a minute, told once, and what is beyond is never run', async () => {
    await send(19);
    const ids = await send(4, { text: 'watch a.example', place: 'other' });
    assert.equal(answers(ids).length, 2);
    assert.match(answers(ids)[1]!, /^That was a lot at once: I answer 20 messages and buttons of one person a minute/);
    clock.tick(MINUTE);
    await chat.bot.settled();
    assert.equal(answers(ids).length, 2);
    assert.deepEqual(await chat.uris('other'), ['tls://a.example:443']);
    assert.equal(answers(await send(1)).length, 1, 'a minute later all is as before');
  });

  it('leaves room to others in the conversation, of whom 60 are answered', async () => {
    await send(50);
    const told: string[] = [];
    for (const person of ['bob', 'carla', 'dora']) told.push(...answers(await send(15, { person })));
    assert.equal(told.length, 41, '60 but for 20 of Anna, and the sentence');
    assert.match(told[40]!, /60 messages and buttons of one conversation a minute/);
    assert.equal(answers(await send(1, { person: 'emil', place: 'elsewhere' })).length, 1);
  });

  it('counts a message once, however often it is delivered', async () => {
    const fixed = Date.now();
    for (let time = 0; time < 30; time += 1) await send(1);
    assert.equal(Date.now(), fixed);
    assert.equal(answers(await send(15)).filter((text) => text.startsWith('That was a lot')).length, 0);
  });

  it('is told so for buttons as well, beside the message, once', async () => {
    await chat.say('watch a.example');
    const [watch] = await chat.bot.store.listWatches('plain:ops');
    chat.looks.length = 0;
    for (let time = 0; time < 30; time += 1) await chat.press(watch!.id);
    assert.equal(chat.looks.length, 19);
    assert.equal(chat.posts.filter((card) => said(card).startsWith('That was a lot at once')).length, 1);
  });

  it('is told so in German', async () => {
    await chat.bot.close();
    await start('de');
    for (let time = 0; time < 20; time += 1) await chat.say('list');
    assert.match(said(await chat.say('list')), /^Das war viel auf einmal: Von einer Person beantworte ich 20/);
  });
});
