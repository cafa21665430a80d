import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import type { OutgoingMessage } from '../../../src/core/model/delivery.ts';
import { createElsewhere } from '../../../src/flows/chat/elsewhere.ts';
import { afterTest } from '../../support/after-test.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { SECOND, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const HOST = 'tls://example.com:443';

function place(name: string, kind: ConversationInput['kind'] = 'channel'): ConversationInput {
  const reference = kind === 'personal' ? { person: name } : {};
  return { id: `plain:${name}`, channel: 'plain', kind, tenantId: null, name, reference };
}

function alertOf(title: string, target = HOST): Card {
  const about = { kind: 'alert' as const, facts: [{ target, kind: 'finding' as const, value: 'unreachable' }] };
  return { language: 'en', summary: `${title}.`, title, tone: 'attention', about };
}

interface Sent {
  where: string;
  title: string;
  text: string;
  buttons: string[];
  edits: string | null;
}

/**
 * A bot whose chat does what `answers` says of each message; alice owns what "ops" watches, and has a chat of her own.
 */
async function start(answers: (where: string, card: Card, isEdit: boolean) => DeliveryError | null) {
  let now = NOW;
  const bot = await createWiredBot({
    sources: [],
    now: () => now,
    settings: { operatorConversation: 'plain:operators' },
  });
  afterTest(() => bot.close());
  const sent: Sent[] = [];
  const tries: { where: string; at: number }[] = [];
  let serial = 0;

  function take(where: string, card: Card, edits: string | null): void {
    tries.push({ where, at: now - NOW });
    const error = answers(where, card, edits !== null);
    if (error) throw error;
    const text = (card.text ?? []).join('\n');
    sent.push({ where, title: card.title, text, buttons: (card.actions ?? []).map(({ label }) => label), edits });
  }

  const messenger: Messenger = {
    channel: 'plain',
    async send({ name }, card) {
      take(name!, card, null);
      return { activityId: `m${++serial}` };
    },
    async update({ name }, activityId, card) {
      take(name!, card, activityId);
    },
    remove: () => Promise.resolve(),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: ({ kind, reference }) => (kind === 'personal' ? (reference as { person: string }).person : null),
    link: ({ id }) => `https://plain.example/${id}`,
  };
  await bot.join(messenger);
  const { store } = bot;
  for (const name of ['ops', 'operators']) await store.rememberConversation(place(name), NOW);
  await store.rememberConversation(place('alice', 'personal'), NOW);
  const target = await store.ensureTarget(HOST);
  const owner = { ownerName: '', ownerMailbox: null, ownerTimeZone: null, ownerLocale: 'de', ownerTenantId: null };
  const watch = {
    conversationId: 'plain:ops',
    targetId: target.id,
    uri: HOST,
    policy: null,
    createdAt: NOW,
    createdBy: '',
  };
  await store.addWatch({ ...watch, ownerId: 'alice', ...owner });

  async function put(card: Card, more: Partial<OutgoingMessage> = {}): Promise<string> {
    const id = more.id ?? crypto.randomUUID();
    await store.putMessages([{ id, conversationId: 'plain:ops', thread: null, card, ...more }], now);
    await settle();
    return id;
  }

  async function settle(): Promise<void> {
    await bot.settled();
    await bot.settled();
  }

  return {
    bot,
    sent,
    tries,
    put,
    seenIn: (where: string) => sent.filter((one) => one.where === where),
    /** Lets time pass, a step at a time, and everything happen that is due. */
    async later(ms: number, step = SECOND): Promise<void> {
      for (let passed = 0; passed < ms; passed += step) {
        now += step;
        await settle();
      }
    },
  };
}

function refusing(code: DeliveryError['code'], peerCode: string, where = 'ops') {
  return (name: string): DeliveryError | null =>
    name === where ? new DeliveryError(code, 'no', { status: 403, peerCode }) : null;
}

describe('an alert that its conversation does not take', () => {
  it('is told its owner and the operators once, with the reason, and its conversation when that is open again', async () => {
    let isShut = true;
    const { seenIn, put, later } = await start((where) =>
      isShut ? refusing('unreachable', 'is_archived')(where) : null,
    );
    await put(alertOf('Down'));
    await later(MINUTE);
    await later(2 * DAY, HOUR);
    for (const where of ['alice', 'operators']) {
      const [told, ...more] = seenIn(where);
      assert.deepEqual(more, []);
      assert.equal(told?.title, 'Down');
      assert.match(told.text, /belongs in ops, where I cannot write at the moment \(is_archived\)/);
      assert.deepEqual(told.buttons, ['Open that conversation']);
    }
    isShut = false;
    await later(DAY + HOUR, HOUR);
    assert.deepEqual(
      seenIn('ops').map(({ title }) => title),
      ['Down'],
    );
  });

  it('and one that fails once alone is nobody else’s business', async () => {
    let tries = 0;
    const { sent, put, later } = await start(() => {
      tries += 1;
      return tries === 1 ? new DeliveryError('unreachable', 'no', { peerCode: 'ServiceError' }) : null;
    });
    await put(alertOf('Down'));
    await later(MINUTE);
    assert.deepEqual(
      sent.map(({ where }) => where),
      ['ops'],
    );
  });

  it('is told at once where its conversation is known to take none', async () => {
    const { seenIn, put, later } = await start(refusing('unreachable', 'is_archived'));
    await put(alertOf('Down'));
    await later(3 * MINUTE);
    await put(alertOf('Still down'));
    assert.deepEqual(
      seenIn('alice').map(({ title }) => title),
      ['Down', 'Still down'],
    );
  });

  it('is tried with growing pauses, a day at last', async () => {
    const { tries, put, later } = await start(refusing('unreachable', 'is_archived'));
    await put(alertOf('Down'));
    await later(10 * MINUTE, 5 * SECOND);
    await later(6 * DAY, HOUR);
    const own = tries.filter(({ where }) => where === 'ops').map(({ at }) => at);
    const gaps = own.slice(1).map((at, index) => at - own[index]!);
    assert.ok(gaps[0]! <= 10 * SECOND, `the first pause is ${gaps[0]} ms`);
    assert.ok(
      gaps.every((gap, index) => index === 0 || gap >= 0.8 * gaps[index - 1]!),
      JSON.stringify(gaps),
    );
    assert.ok(gaps.every((gap) => gap <= DAY + HOUR) && gaps.at(-1)! > 0.7 * DAY, JSON.stringify(gaps));
  });

  it('and is refused itself holds up nothing behind it, and is told elsewhere', async () => {
    const isBad = ({ title }: Card): boolean => title === 'Bad';
    const { seenIn, put } = await start((where, card) =>
      where === 'ops' && isBad(card)
        ? new DeliveryError('refused', 'no', { status: 400, peerCode: 'BadArgument' })
        : null,
    );
    await put(alertOf('Bad'));
    await put(alertOf('Good'));
    assert.deepEqual(
      seenIn('ops').map(({ title }) => title),
      ['Good'],
    );
    assert.match(seenIn('alice')[0]!.text, /was not accepted \(BadArgument\)/);
    assert.equal(seenIn('operators').length, 1);
  });

  it('and is told elsewhere is not told on from there when that fails as well', async () => {
    const { seenIn, put, later } = await start((where) =>
      where === 'operators' ? null : refusing('refused', 'x', where)(where),
    );
    await put(alertOf('Down'));
    await later(2 * MINUTE, SECOND);
    assert.equal(seenIn('operators').length, 1);
  });

  it('is not put again into the very chat that refused it', async () => {
    const { bot, tries, seenIn, put } = await start(refusing('refused', 'x', 'alice'));
    const [watch] = await bot.store.listWatches('plain:ops');
    const { id: _id, ...rest } = watch!;
    await bot.store.addWatch({ ...rest, conversationId: 'plain:alice' });
    await put(alertOf('Down'), { conversationId: 'plain:alice' });
    assert.equal(tries.filter(({ where }) => where === 'alice').length, 1);
    assert.equal(seenIn('operators').length, 1);
  });

  it('is not told the operators in the very conversation that refused it', async () => {
    const { tries, put } = await start(refusing('refused', 'x', 'operators'));
    await put(alertOf('Down', 'tls://other.example:443'), { conversationId: 'plain:operators' });
    assert.equal(tries.length, 1);
  });

  it('is told only those who own what it speaks of', async () => {
    const { seenIn, put } = await start(refusing('refused', 'x'));
    await put(alertOf('Down', 'tls://other.example:443'));
    assert.deepEqual([seenIn('alice').length, seenIn('operators').length], [0, 1]);
  });

  it('is due as soon as the conversation is heard of', async () => {
    let isShut = true;
    const { bot, seenIn, put, later } = await start((where) => (isShut ? refusing('unreachable', 'x')(where) : null));
    await put(alertOf('Down'));
    await later(HOUR, MINUTE);
    isShut = false;
    await bot.inbox.seen(place('ops'));
    await bot.settled();
    assert.equal(seenIn('ops').length, 1);
  });
});

describe('an answer that its conversation does not take', () => {
  const answer: Card = {
    language: 'de',
    summary: 'Liste.',
    title: 'Liste',
    tone: 'neutral',
    about: { kind: 'answer', verb: 'list' },
  };

  it('is told to whoever asked, in their own chat, and not to the operators', async () => {
    const { seenIn, tries, put, later } = await start(refusing('unreachable', 'restricted_action'));
    await put(answer, { asker: 'alice', until: NOW + HOUR });
    await later(2 * MINUTE);
    assert.match(seenIn('alice')[0]!.text, /Die Frage kam aus „ops“.*\(restricted_action\)/);
    assert.equal(seenIn('operators').length, 0);
    const own = tries.filter(({ where }) => where === 'ops').length;
    await later(HOUR, MINUTE);
    assert.equal(tries.filter(({ where }) => where === 'ops').length, own, 'an answer is told once');
  });

  it('is told when it is whole, not while it is in progress', async () => {
    const { seenIn, put, later } = await start(refusing('unreachable', 'restricted_action'));
    const about = { kind: 'progress' as const, verb: 'check' };
    const given = { asker: 'alice', until: NOW + HOUR };
    const id = await put({ ...answer, title: 'In Arbeit', about }, given);
    await later(MINUTE);
    await put(answer, { ...given, id });
    await later(MINUTE);
    assert.deepEqual(
      seenIn('alice').map(({ title }) => title),
      ['Liste'],
    );
  });

  it('is told to nobody where it answers nobody and alerts of nothing', async () => {
    const { sent, put } = await start(refusing('refused', 'x'));
    await put({ ...answer, about: { kind: 'progress', verb: 'list' } });
    assert.deepEqual(sent, []);
  });

  it('counts as told there also when that was put just before the process ended, and is put once', async () => {
    const { bot, seenIn } = await start(() => null);
    const { shutOut } = createElsewhere(bot.context, bot.flows.deliverer, { conversation: async () => null });
    await bot.store.putMessages(
      [{ id: crypto.randomUUID(), conversationId: 'plain:ops', thread: null, card: answer, asker: 'alice' }],
      NOW,
    );
    const [delivery] = await bot.store.claimDeliveries(NOW, 1, 'lease', 60_000);
    for (let time = 0; time < 2; time += 1) {
      assert.equal(await shutOut(delivery!, { why: 'refused', peerCode: null }), true);
      await bot.settled();
    }
    assert.equal(seenIn('alice').length, 1);
  });

  it('is of use in their own chat for an hour', async () => {
    let isAway = true;
    const { seenIn, put, later } = await start((where) => {
      if (where === 'ops') return new DeliveryError('refused', 'no');
      return isAway ? new DeliveryError('unavailable', 'no') : null;
    });
    await put(answer, { asker: 'alice' });
    await later(20 * MINUTE, MINUTE);
    isAway = false;
    await later(20 * MINUTE, MINUTE);
    assert.equal(seenIn('alice').length, 1);
  });

  it('is not told there after an hour', async () => {
    let isAway = true;
    const { seenIn, put, later } = await start((where) => {
      if (where === 'ops') return new DeliveryError('refused', 'no');
      return isAway ? new DeliveryError('unavailable', 'no') : null;
    });
    await put(answer, { asker: 'alice' });
    await later(HOUR, MINUTE);
    isAway = false;
    await later(HOUR, MINUTE);
    assert.equal(seenIn('alice').length, 0);
  });

  it('waits where there is nobody to tell, and is told to the operators as lost in the end', async () => {
    const { seenIn, put, later } = await start(refusing('unreachable', 'restricted_action'));
    await put(answer, { asker: 'bob', until: NOW + HOUR });
    await later(2 * HOUR, MINUTE);
    assert.match(seenIn('operators')[0]!.text, /ops: a message could not be delivered for so long/);
  });
});

describe('a change of a message', () => {
  const progress = (done: number): Card => ({
    language: 'en',
    summary: `${done} of 40.`,
    title: `${done}`,
    tone: 'neutral',
    about: { kind: 'progress', verb: 'check' },
  });
  const whole: Card = { ...progress(40), title: 'All', about: { kind: 'answer', verb: 'check' } };

  for (const [why, code, status] of [
    ['is refused', 'refused', 400],
    ['comes too late to be one', 'refused', 404],
    ['is not let into a conversation that takes new messages', 'unreachable', 403],
  ] as const) {
    it(`that ${why} becomes one new message, at the end of what is still in progress`, async () => {
      const { sent, put } = await start((_where, _card, isEdit) =>
        isEdit ? new DeliveryError(code, 'no', { status, peerCode: 'edit_window_closed' }) : null,
      );
      const id = await put(progress(0));
      for (const done of [10, 20, 30]) await put(progress(done), { id });
      await put(whole, { id });
      assert.deepEqual(
        sent.map(({ title }) => title),
        ['0', 'All'],
      );
    });
  }
});

describe('credentials that a chat does not take', () => {
  it('are one message to the operators, and what waits goes out as soon as they are taken', async () => {
    let isWrong = true;
    const { seenIn, put, later } = await start((where) =>
      isWrong && where !== 'operators'
        ? new DeliveryError('credentials', 'no', { status: 401, peerCode: 'invalid_auth' })
        : null,
    );
    await put(alertOf('Down'));
    await put(alertOf('Down too'), { conversationId: 'plain:alice' });
    await later(2 * HOUR, 10 * SECOND);
    const [told, ...more] = seenIn('operators');
    assert.deepEqual(more, []);
    assert.match(told!.text, /Its credentials are refused \(invalid_auth\)/);
    isWrong = false;
    await later(31 * SECOND);
    assert.deepEqual([seenIn('ops').length, seenIn('alice').length], [1, 1]);
    assert.match(seenIn('operators').at(-1)!.title, /accepts this bot again/);
    assert.equal(seenIn('operators').length, 2);
  });
});

describe('a conversation that removed the bot', () => {
  it('is deleted after 30 days, and its owners are told a week before, once', async () => {
    const { bot, seenIn, later } = await start(() => null);
    await bot.inbox.removed({ id: 'plain:ops', team: null });
    await later(22 * DAY, DAY);
    await bot.round();
    assert.equal(seenIn('alice').length, 0);
    await later(2 * DAY, DAY);
    for (let day = 0; day < 3; day += 1) {
      await later(DAY + 2 * HOUR, DAY + 2 * HOUR);
      await bot.round();
    }
    const [told, ...more] = seenIn('alice');
    assert.deepEqual(more, []);
    assert.match(told!.text, /Am 15\.\sJan\. wurde ich aus „ops“ entfernt, und was davon noch da ist, lösche ich dann/);
    assert.match(told!.text, /example\.com/);
    assert.equal((await bot.store.listWatches('plain:ops')).length, 1);
    await later(5 * DAY, DAY);
    await bot.round();
    assert.equal(await bot.store.findConversation('plain:ops'), null);
    assert.equal(seenIn('alice').length, 1);
  });

  it('is told to the operators where its owners have no chat', async () => {
    const { bot, seenIn, later } = await start(() => null);
    await bot.store.setConversationGone('plain:alice', NOW);
    await bot.inbox.removed({ id: 'plain:ops', team: null });
    await later(24 * DAY, DAY);
    await bot.round();
    assert.match(seenIn('operators')[0]!.text, /I was removed from ops on 15\sJan/);
  });

  it('is told with everything that is watched there, in the language of whom it is told', async () => {
    const { bot, seenIn, later } = await start(() => null);
    const [known] = await bot.store.listWatches('plain:ops');
    const { id: _id, ...rest } = known!;
    for (const [ownerId, host] of [
      ['alice', 'second.example'],
      ['bob', 'third.example'],
      ['carla', 'fourth.example'],
    ] as const) {
      const uri = `tls://${host}:443`;
      await bot.store.addWatch({ ...rest, ownerId, uri, targetId: (await bot.store.ensureTarget(uri)).id });
    }
    await bot.store.setValue('operators-locale', 'de');
    await bot.inbox.removed({ id: 'plain:ops', team: null });
    await later(24 * DAY, DAY);
    await bot.round();
    const told = (where: string) => seenIn(where).filter(({ text }) => /wurde ich aus „ops“ entfernt/.test(text));
    const hosts = (where: string) => told(where).map(({ text }) => [...new Set(text.match(/\w+\.(?:example|com)/g))]);
    assert.deepEqual(hosts('alice'), [['example.com', 'second.example']]);
    assert.deepEqual(hosts('operators'), [['third.example', 'fourth.example']]);
  });

  it('is nobody else’s business when it was somebody’s own', async () => {
    const { bot, sent, later } = await start(() => null);
    const [known] = await bot.store.listWatches('plain:ops');
    const { id: _id, ...rest } = known!;
    await bot.store.addWatch({ ...rest, conversationId: 'plain:alice' });
    await bot.inbox.removed({ id: 'plain:alice', team: null });
    await later(24 * DAY, DAY);
    await bot.round();
    assert.deepEqual(
      sent.filter(({ text }) => /entfernt|removed/.test(text)),
      [],
    );
  });
});
