import assert from 'node:assert/strict';
import { certificate, observation, presented } from '../../support/certificate-facts.ts';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import { afterTest } from '../../support/after-test.ts';
import { createWillingSource, fine, startPlainChat, type PlainChat } from '../chat/plain-chat.ts';
import { DAY } from '../../../src/core/time.ts';

const TARGET = 'tls://overtaken.example:443';

/** A source of which one look can be held back after it has seen something. */
function createHeldSource(see: (uri: string) => Observation) {
  const held = Promise.withResolvers<void>();
  let isHolding = false;
  const { source, looks } = createWillingSource(async (uri) => {
    const seen = see(uri);
    if (isHolding) {
      isHolding = false;
      await held.promise;
    }
    return seen;
  });
  return {
    source,
    looks,
    holdNext: () => void (isHolding = true),
    /** Resolves once a look is held, and what is seen from then on is later. */
    async holding(): Promise<void> {
      while (isHolding) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
    release: () => held.resolve(),
  };
}

describe('A look of the tick that a command overtakes', () => {
  let chat: PlainChat;
  afterEach(() => chat.bot.close());

  it('gives its target back, which comes due when the newer look says, not when the lease ends', async () => {
    const look = createHeldSource((uri) => fine(uri));
    chat = await startPlainChat({ source: look.source });
    await chat.say('watch overtaken.example');
    const { bot } = chat;
    const [target] = await bot.store.getTargets([1]);
    assert.equal(target?.uri, TARGET);
    await bot.store.setTargetDue([target.id], bot.context.now());
    look.holdNext();
    const round = bot.round();
    await look.holding();
    await chat.press(1);
    look.release();
    await round;
    assert.equal(look.looks.length, 3);
    const [row] = await bot.store.getTargets([target.id]);
    const claimed = await bot.store.claimTargets(row!.dueAt!, 10, 'the-next', 30_000);
    assert.deepEqual(
      claimed.map(({ uri }) => uri),
      [TARGET],
    );
  });

  it('is no news: the certificate that is there by now stays, and nobody is told of a renewal backwards', async () => {
    let leaf = certificate('old leaf', { notAfter: Date.now() + 60 * DAY });
    const renewed = certificate('new leaf', { notAfter: Date.now() + 80 * DAY });
    const look = createHeldSource((uri) => observation([presented('192.0.2.1', leaf)], { uri, at: Date.now() }));
    chat = await startPlainChat({ source: look.source });
    await chat.say('watch overtaken.example');
    const { bot } = chat;
    await bot.store.setTargetDue([1], bot.context.now());
    look.holdNext();
    const round = bot.round();
    await look.holding();
    leaf = renewed;
    await chat.press(1);
    const said = chat.posts.length;
    look.release();
    await round;
    const [row] = await bot.store.getTargets([1]);
    assert.equal(row?.state?.leaf, renewed.fingerprint);
    assert.equal(row?.observation?.addresses.length, 1);
    assert.equal(chat.posts.length, said);
  });
});

describe('A look of a command that the tick overtakes', () => {
  it('leaves nobody without reminders where others watch the target already', async () => {
    const look = createHeldSource((uri) => ({ ...fine(uri), at: Date.now() }));
    const chat = await startPlainChat({ source: look.source });
    afterTest(() => chat.bot.close());
    await chat.say('watch overtaken.example');
    const { bot } = chat;
    look.holdNext();
    const answer = chat.say('watch overtaken.example', 'second');
    await look.holding();
    const observation = { ...fine(TARGET), at: Date.now() };
    const newer = { targetId: 1, leaseId: null, observation, quiet: new Set<number>() };
    await bot.flows.observer.commitLook(newer, { urgent: true });
    look.release();
    await answer;
    await bot.flows.planner.run();
    const reminders = await bot.store.listReminders('ics', 'plain:second');
    assert.deepEqual(reminders.map(({ kind }) => kind).toSorted(), ['expiry', 'renew']);
  });

  const due = certificate('due', { notBefore: Date.now() - 80 * DAY, notAfter: Date.now() + 10 * DAY });
  // What is news is told to both conversations.
  const cases: [string, { trust?: string; expected: number }][] = [
    ['is not told again where the answer tells what holds', { expected: 0 }],
    ['is told where the answer does not tell what holds', { trust: 'SELF_SIGNED_CERT_IN_CHAIN', expected: 2 }],
  ];
  for (const [name, { trust, expected }] of cases)
    it(name, async () => {
      const look = createHeldSource((uri) => observation([presented('192.0.2.1', due)], { uri, at: Date.now() }));
      const chat = await startPlainChat({ source: look.source });
      afterTest(() => chat.bot.close());
      await chat.say('watch overtaken.example');
      const { bot } = chat;
      look.holdNext();
      const id = await chat.send('watch overtaken.example', 'second');
      await look.holding();
      const shown = presented('192.0.2.1', due, trust === undefined ? {} : { trust });
      const newer = observation([shown], { uri: TARGET, at: Date.now() });
      const seen = { targetId: 1, leaseId: null, observation: newer, quiet: new Set<number>() };
      await bot.flows.observer.commitLook(seen, { urgent: true });
      const before = chat.posts.length;
      look.release();
      await bot.settled();
      assert.match(chat.answer(id)!.summary, /expires/);
      const [second] = await bot.store.listWatches('plain:second');
      await bot.store.mark('alerts', [{ key: second!.conversationId, part: 'look' }], { now: Date.now() });
      await bot.settled();
      const alerts = chat.posts.slice(before).filter(({ about }) => about?.kind === 'alert');
      assert.equal(alerts.length, expected, alerts.map(({ summary }) => summary).join());
    });
});
