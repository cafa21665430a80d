import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { MailboxRefusal } from '../../../src/core/ports/calendar.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { createOperators } from '../../../src/flows/chat/operators.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { textOf } from '../../support/wired-people.ts';
import { SECOND, MINUTE, DAY } from '../../../src/core/time.ts';

const REFUSED = new DeliveryError('credentials', 'no', { status: 401, peerCode: 'invalid_auth' });
const FORBIDDEN: MailboxRefusal = { why: 'forbidden', what: 'write', code: 'ErrorAccessDenied' };

function place(name: string, overrides: Partial<ConversationInput> = {}): ConversationInput {
  return { id: `plain:${name}`, channel: 'plain', kind: 'channel', tenantId: null, name, reference: {}, ...overrides };
}

const TEAMS = place('general', { channel: 'teams' });

/** A bot whose operators are told in a chat that takes everything. */
async function start(settings: Partial<FlowContext['settings']> = {}) {
  let now = NOW;
  const bot = await createWiredBot({
    sources: [],
    now: () => now,
    settings: { publicUrl: 'http://localhost', ...settings },
  });
  afterTest(() => bot.close());
  const { store, context } = bot;
  const posts = new Map<string, { where: string; versions: Card[] }>();
  await bot.join({
    channel: 'plain',
    async send({ name }, card, { deliveryId }) {
      posts.set(deliveryId, { where: name!, versions: [card] });
      return { activityId: deliveryId };
    },
    update: async (_conversation, activityId, card) => void posts.get(activityId)!.versions.push(card),
    remove: () => Promise.resolve(),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  });
  const first = bot.flows.operators;
  return {
    store,
    operators: first,
    /** The same of the next process. */
    restarted: () => createOperators(context, bot.flows.deliverer),
    pass: (ms: number) => void (now += ms),
    meet: (name: string) => store.rememberConversation(place(name), now),
    /** From now on this conversation is theirs. */
    async move(name: string, locale = 'en', operators = first): Promise<void> {
      await operators.move(await store.rememberConversation(place(name), now), locale);
    },
    /** What every message there says by now, oldest first. */
    async told(where: string): Promise<string[]> {
      await bot.settled();
      return [...posts.values()].filter((one) => one.where === where).map(({ versions }) => textOf(versions.at(-1)!));
    },
    /** How often a message was shown or changed there. */
    async changes(where: string): Promise<number> {
      await bot.settled();
      return [...posts.values()].reduce((sum, one) => sum + (one.where === where ? one.versions.length : 0), 0);
    },
  };
}

describe('somebody to tell', () => {
  it('is looked for once a minute', async () => {
    const { operators, meet, pass, told } = await start({ operatorConversation: 'plain:ops' });
    await operators.chatRefuses(TEAMS, REFUSED);
    await operators.retell();
    await meet('ops');
    for (const expected of [0, 0, 1]) {
      pass(20 * SECOND);
      await operators.retell();
      assert.equal((await told('ops')).length, expected);
    }
  });

  it('is told at once when somebody says that they are it', async () => {
    const { operators, move, told } = await start();
    await operators.chatRefuses(TEAMS, REFUSED);
    await operators.retell();
    await move('ops');
    await operators.retell();
    assert.equal((await told('ops')).length, 1);
  });

  it('is told in the language of whoever named them', async () => {
    const { operators, move, told } = await start();
    await move('ops', 'de');
    await operators.chatRefuses(TEAMS, REFUSED);
    assert.match((await told('ops'))[0]!, /Zugangsdaten/);
    assert.equal(await operators.locale(), 'de');
  });
});

describe('what could not be stored', () => {
  /** The store is away during one attempt. */
  async function whileAway(store: Awaited<ReturnType<typeof start>>['store'], attempt: () => Promise<void>) {
    const { transaction, putMessages } = store;
    const away = () => Promise.reject(new Error('away'));
    Object.assign(store, { transaction: away, putMessages: away });
    await assert.rejects(attempt(), /away/);
    Object.assign(store, { transaction, putMessages });
  }

  it('is told later: a refusal', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    await whileAway(store, () => operators.chatRefuses(TEAMS, REFUSED));
    await operators.retell();
    assert.equal((await told('ops')).length, 1);
  });

  it('is told later: that another reason holds', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    await operators.graphRefuses({ what: 'secret-expired', code: null });
    await whileAway(store, () => operators.graphRefuses({ what: 'consent', code: null }));
    await operators.retell();
    assert.match((await told('ops')).join('\n'), /consent/);
  });

  it('is told later: that a refusal is over', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    await operators.graphRefuses({ what: 'secret-expired', code: null });
    await whileAway(store, () => operators.graphAccepts());
    await operators.retell();
    assert.equal((await told('ops')).length, 2);
  });

  it('is told later: what did not arrive', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    const { id } = await store.rememberConversation(place('general'), NOW);
    await whileAway(store, () => operators.undelivered(id, 'refused', null));
    await operators.retell();
    assert.match((await told('ops')).join('\n'), /general/);
  });

  it('is not told as over when it holds again', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    await operators.chatRefuses(TEAMS, REFUSED);
    await whileAway(store, () => operators.chatAccepts(TEAMS));
    await operators.chatRefuses(TEAMS, REFUSED);
    await operators.retell();
    assert.equal((await told('ops')).length, 1);
  });
});

describe('new operators', () => {
  it('are told what still holds, and when it is over, and the old ones are not', async () => {
    const { operators, move, told } = await start();
    await move('ops');
    await operators.chatRefuses(TEAMS, REFUSED);
    await operators.mailboxRefuses('anna', FORBIDDEN);
    assert.equal((await told('ops')).length, 2);
    await move('others');
    await operators.retell();
    assert.equal((await told('others')).length, 2);
    await operators.chatAccepts(TEAMS);
    await operators.mailboxAccepts('anna', 'write');
    assert.deepEqual([(await told('ops')).length, (await told('others')).length], [2, 4]);
  });

  it('are told what did not arrive today, the old ones’ part of it as well, and not what did not arrive before', async () => {
    const { operators, move, meet, pass, told } = await start();
    for (const name of ['early', 'one', 'two']) await meet(name);
    await move('ops');
    await operators.undelivered('plain:early', 'refused', null);
    pass(DAY);
    await operators.undelivered('plain:one', 'refused', null);
    await move('others');
    await operators.retell();
    const [first, ...more] = await told('others');
    assert.deepEqual(more, []);
    assert.match(first!, /one: /);
    assert.doesNotMatch(first!, /early/);
    await operators.undelivered('plain:two', 'refused', null);
    const [grown, ...others] = await told('others');
    assert.deepEqual(others, []);
    assert.match(grown!, /one: .*two: /s);
  });

  it('hear of a mailbox’s end that the process before found shut', async () => {
    const { operators, restarted, move, told } = await start();
    await move('ops');
    await operators.mailboxRefuses('anna', FORBIDDEN);
    await move('others');
    await operators.retell();
    await restarted().mailboxAccepts('anna', 'write');
    assert.match((await told('others')).at(-1)!, /in again/);
  });
});

describe('a chat that does not take the credentials', () => {
  for (const [what, one, two, expected] of [
    ['each workspace of Slack', { channel: 'slack', tenantId: 'T1' }, { channel: 'slack', tenantId: 'T2' }, 2],
    [
      'every conversation of one workspace',
      { channel: 'slack', tenantId: 'T1' },
      { channel: 'slack', tenantId: 'T1' },
      1,
    ],
    ['every organisation in Teams', { channel: 'teams', tenantId: 'A' }, { channel: 'teams', tenantId: 'B' }, 1],
    ['Teams and Slack', { channel: 'teams', tenantId: 'A' }, { channel: 'slack', tenantId: 'T1' }, 2],
  ] as const)
    it(`is one matter for ${what}`, async () => {
      const { operators, move, told } = await start();
      await move('ops');
      await operators.chatRefuses(place('one', one), REFUSED);
      await operators.chatRefuses(place('two', two), REFUSED);
      assert.equal((await told('ops')).length, expected);
      await operators.chatAccepts(place('three', one));
      await operators.chatAccepts(place('three', one));
      assert.equal((await told('ops')).length, expected + 1);
      await operators.chatAccepts(place('four', two));
      assert.equal((await told('ops')).length, 2 * expected);
    });

  it('stays a matter however long that is, also when the bot looks after itself', async () => {
    const { operators, move, pass, told } = await start();
    await move('ops');
    await operators.chatRefuses(TEAMS, REFUSED);
    assert.equal((await told('ops')).length, 1);
    pass(9 * DAY);
    await operators.selfCheck();
    await operators.chatAccepts(TEAMS);
    assert.equal((await told('ops')).length, 2);
  });
});

describe('many mailboxes that do not let the bot in', () => {
  const NAMES = Array.from({ length: 12 }, (_one, index) => `box${index + 10}`);
  const named = (text: string): string[] => text.match(/box\d+/g) ?? [];

  it('are ten by name, and that there are more; those that follow change nothing', async () => {
    const { operators, move, told, changes } = await start();
    await move('ops');
    for (const mailbox of NAMES.slice(0, 10)) await operators.mailboxRefuses(mailbox, FORBIDDEN);
    const [ten] = await told('ops');
    assert.deepEqual(named(ten!), NAMES.slice(0, 10));
    assert.doesNotMatch(ten!, /others/);
    await operators.mailboxRefuses(NAMES[10]!, FORBIDDEN);
    const [eleven] = await told('ops');
    assert.deepEqual(named(eleven!), NAMES.slice(0, 10));
    assert.match(eleven!, /others/);
    const before = await changes('ops');
    await operators.mailboxRefuses(NAMES[11]!, FORBIDDEN);
    await operators.mailboxRefuses(NAMES[0]!, FORBIDDEN);
    assert.equal(await changes('ops'), before);
  });

  it('are told by name again as soon as they are ten, down to the last', async () => {
    const { operators, move, told } = await start();
    await move('ops');
    for (const mailbox of NAMES) await operators.mailboxRefuses(mailbox, FORBIDDEN);
    for (const [index, mailbox] of NAMES.entries()) {
      const left = NAMES.slice(index);
      const [text, ...more] = await told('ops');
      assert.deepEqual(more, []);
      if (left.length > 10) assert.match(text!, /others/);
      else assert.deepEqual([named(text!), /others/.test(text!)], [left, false]);
      await operators.mailboxAccepts(mailbox, 'write');
    }
    assert.equal((await told('ops')).length, 2, 'and its end');
  });

  it('are no matter any more in which nothing is wanted, once the bot has looked after itself', async () => {
    const { operators, move, told } = await start();
    await move('ops');
    await operators.mailboxRefuses('anna', FORBIDDEN);
    await operators.selfCheck();
    await operators.mailboxAccepts('anna', 'write');
    assert.equal((await told('ops')).length, 1);
  });

  for (const [refused, accepted, isOver] of [
    ['read', 'read', true],
    ['read', 'write', true],
    ['write', 'read', false],
    ['write', 'write', true],
  ] as const)
    it(`${isOver ? 'let' : 'do not let'} it in again when one that refuses to be ${refused === 'read' ? 'read' : 'written to'} lets it ${accepted}, also in the next process`, async () => {
      for (const restarts of [false, true]) {
        const { operators, restarted, move, told } = await start();
        await move('ops');
        await operators.mailboxRefuses('anna', { ...FORBIDDEN, what: refused });
        await (restarts ? restarted() : operators).mailboxAccepts('anna', accepted);
        assert.equal((await told('ops')).length, isOver ? 2 : 1);
      }
    });

  it('that refuse to be read and then to be written to are over when they can be written to', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    await operators.mailboxRefuses('anna', { ...FORBIDDEN, what: 'read' });
    await operators.mailboxRefuses('anna', { ...FORBIDDEN, what: 'write' });
    await operators.mailboxAccepts('anna', 'read');
    assert.equal((await told('ops')).length, 1);
    await operators.mailboxAccepts('anna', 'write');
    assert.equal((await told('ops')).length, 2);
    assert.deepEqual(await store.listOperatorFindings(), [], 'nothing is left of either');
  });

  it('that refuse to be written to and then to be read are not over when they can be read', async () => {
    const { operators, move, told } = await start();
    await move('ops');
    await operators.mailboxRefuses('anna', { ...FORBIDDEN, what: 'write' });
    await operators.mailboxRefuses('anna', { ...FORBIDDEN, what: 'read' });
    await operators.mailboxAccepts('anna', 'read');
    assert.equal((await told('ops')).length, 1);
  });

  it('that are no longer remembered because the store was away are asked for again', async () => {
    const { store, operators, restarted, move, told } = await start();
    await move('ops');
    await operators.mailboxRefuses('anna', FORBIDDEN);
    const next = restarted();
    const { listOperatorFindings } = store;
    store.listOperatorFindings = () => Promise.reject(new Error('away'));
    await assert.rejects(next.mailboxAccepts('anna', 'write'), /away/);
    store.listOperatorFindings = listOperatorFindings;
    await next.mailboxAccepts('anna', 'write');
    assert.equal((await told('ops')).length, 2);
  });

  it('are told also after one of them could not be', async () => {
    const { store, operators, move, told } = await start();
    await move('ops');
    const { openOperatorFinding } = store;
    store.openOperatorFinding = () => Promise.reject(new Error('away'));
    await assert.rejects(operators.mailboxRefuses('anna', FORBIDDEN), /away/);
    store.openOperatorFinding = openOperatorFinding;
    await operators.mailboxRefuses('bob', FORBIDDEN);
    assert.match((await told('ops'))[0]!, /bob/);
  });

  for (const [what, settings] of [
    ['to tell', {}],
    ['whom the configuration names', { operatorConversation: 'plain:ops' }],
  ] as const)
    it(`wait for somebody ${what}`, async () => {
      const { operators, meet, move, pass, told } = await start(settings);
      await operators.mailboxRefuses('anna', FORBIDDEN);
      await (what === 'to tell' ? move('ops') : meet('ops'));
      pass(MINUTE);
      await operators.retell();
      assert.match((await told('ops'))[0]!, /anna/);
      pass(MINUTE);
      await operators.retell();
      assert.equal((await told('ops')).length, 1);
    });
});

describe('what did not arrive', () => {
  it('in the operators’ own conversation is not told there, beside what is', async () => {
    const { operators, meet, move, told } = await start();
    await meet('one');
    await move('ops');
    await operators.undelivered('plain:ops', 'refused', null);
    assert.deepEqual(await told('ops'), []);
    await operators.undelivered('plain:one', 'refused', null);
    const [text, ...more] = await told('ops');
    assert.deepEqual(more, []);
    assert.match(
      text!,
      /^To be mended: Messages that did not arrive\. One conversation did not get everything.*one: /s,
    );
    assert.doesNotMatch(text!, /ops: /);
  });
});
