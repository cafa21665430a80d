import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/model/people.ts';
import { ask } from '../../src/flows/people/recipients.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { carriedBy, pressForged } from '../support/wired-people.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const carla = personOf('carla');
/** Two people of whom the chat tells no mailbox. */
const dora = personOf('dora', { mailbox: null });
const emil = personOf('emil', { mailbox: null });
const YES = 'Yes, into my calendar';

type Data = Record<string, string | number | boolean>;

describe('a yes to reminders', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob, carla, dora, emil] });
    await it_.watching(anna, 'example.com', certificate('first', { notAfter: NOW + 60 * DAY }));
    await it_.watching(anna, 'other.example', certificate('other', { notAfter: NOW + 70 * DAY }));
  });
  afterEach(() => it_.close());

  /** What somebody's events are about. */
  function targets(mailbox: string): string[] {
    const named = it_.graph.events(mailbox).map(({ subject }) => /(example\.com|other\.example)/.exec(subject)?.[0]);
    return [...new Set(named)].map(String).toSorted();
  }

  /** Anna says it; resolves with what the buttons of the question carry that somebody gets. */
  async function asks(text: string, who: Actor): Promise<Data> {
    it_.pass(1000);
    await it_.say(anna, text);
    const question = it_.latest(chatOf(who));
    // Where nothing would be in a calendar of their own.
    return (carriedBy(question, YES) ?? carriedBy(question, 'Yes'))!;
  }

  function answers(who: Actor, data: Data, yes = true): ReturnType<typeof pressForged> {
    return pressForged(it_, who, chatOf(who), { name: yes ? 'accept-recipient' : 'decline-recipient', data });
  }

  /** Messages, with their later forms as one, in Bob's chat. */
  function messages(): number {
    return it_.said(chatOf(bob)).length;
  }

  async function states(): Promise<string[]> {
    const rows = await it_.bot.store.listRecipients([CHANNEL.id]);
    return rows.map(({ personId, uri, state }) => `${personId} ${uri ?? 'all'} ${state}`).toSorted();
  }

  it('is to all that is open: what is asked besides goes into the same question, whose earlier form counts no more', async () => {
    const first = await asks('remind also @bob for example.com', bob);
    const second = await asks('remind also @bob for other.example', bob);
    assert.match(it_.latest(chatOf(bob)).summary, /example\.com and other\.example|other.*example\.com/);
    await answers(bob, first);
    assert.deepEqual(targets('bob'), []);
    await answers(bob, second);
    assert.deepEqual(targets('bob'), ['example.com', 'other.example']);
  });

  it('is asked for by one message, however often somebody types it; another role is another question', async () => {
    for (let time = 0; time < 40; time += 1) await asks('remind also @bob', bob);
    assert.equal(messages(), 1);
    await asks('owner example.com @bob', bob);
    await asks('owner other.example @bob', bob);
    assert.equal(messages(), 2);
  });

  it('is asked for five times a day by new questions, also where each is taken back, and again on the next day', async () => {
    for (let time = 0; time < 6; time += 1) {
      await it_.say(anna, 'remind also @bob');
      await it_.say(anna, 'remind not @bob');
    }
    assert.equal(messages(), 5);
    assert.equal(it_.latest(chatOf(bob)).title, 'This question was taken back');
    assert.match((await it_.say(anna, 'remind also @bob')).summary, /bob has been asked several times today/i);
    assert.deepEqual(await states(), []);
    it_.pass(DAY);
    await it_.say(anna, 'remind also @bob');
    assert.equal(messages(), 6);
  });

  it('is not asked for again from where its person does not want to be asked, in either role', async () => {
    const data = await asks('remind also @bob for example.com', bob);
    const card = await pressForged(it_, bob, chatOf(bob), { name: 'never-ask', data });
    assert.match(card!.text!.join(' '), /Nobody asks you in “.*” again/);
    assert.match(it_.latest(CHANNEL).text!.join(' '), /bob does not want to be asked from here again/i);
    for (const text of ['remind also @bob', 'owner example.com @bob', 'remind not @bob', 'remind also @bob'])
      await it_.say(anna, text);
    assert.match((await it_.say(anna, 'owner all @bob')).summary, /does not want to be asked from here again/);
    assert.equal(messages(), 1);
    await it_.say(bob, 'remind also me');
    assert.deepEqual(targets('bob'), ['example.com', 'other.example']);
  });

  it('is its person’s alone where two are asked at once', async () => {
    await asks('remind also @bob @carla', carla);
    await it_.press(bob, YES, chatOf(bob));
    assert.deepEqual([targets('bob'), targets('carla')], [['example.com', 'other.example'], []]);
    assert.deepEqual(await states(), ['id-bob all accepted', 'id-carla all asked']);
  });

  it('is not asked for again, and not lost, where something else is asked for beside it', async () => {
    await asks('remind also @bob for example.com', bob);
    await it_.press(bob, YES, chatOf(bob));
    const more = await asks('remind also @bob for example.com other.example', bob);
    await it_.look('bob');
    assert.deepEqual(targets('bob'), ['example.com'], 'before the second answer');
    assert.doesNotMatch(it_.latest(chatOf(bob)).summary, /example\.com/);
    await answers(bob, more, false);
    assert.deepEqual(targets('bob'), ['example.com'], 'a no is to what was asked');
  });

  it('that was given while somebody asked once more stays, and nobody is asked about nothing', async () => {
    await asks('remind also @bob', bob);
    await it_.press(bob, YES, chatOf(bob));
    const said = it_.said(chatOf(bob)).length;
    const context = { ...it_.bot.context, deliverer: it_.bot.flows.deliverer, planner: it_.bot.flows.planner };
    const conversation = (await it_.bot.store.findConversation(CHANNEL.id))!;
    const proposal = { conversation, by: carla, role: 'copy' as const, uris: null };
    await it_.bot.store.transaction((operations) =>
      ask(context, operations, proposal, { actor: bob, conversation: chatOf(bob) }),
    );
    await it_.bot.settled();
    assert.equal(it_.said(chatOf(bob)).length, said);
    assert.deepEqual(await states(), ['id-bob all accepted']);
  });

  it('of one person is not another’s', async () => {
    await asks('remind also @bob', bob);
    await it_.press(bob, YES, chatOf(bob));
    await asks('remind also @carla', carla);
    await it_.press(carla, YES, chatOf(carla));
    assert.deepEqual(targets('carla'), ['example.com', 'other.example']);
  });

  it('can be asked for anew after a no', async () => {
    await answers(bob, await asks('remind also @bob', bob), false);
    const again = await asks('remind also @bob', bob);
    assert.equal(it_.said(chatOf(bob)).length, 2, 'it is a question of its own');
    await answers(bob, again);
    assert.deepEqual(targets('bob'), ['example.com', 'other.example']);
  });

  it('is taken back by the “no” of an earlier question as well', async () => {
    const first = await asks('remind also @bob', bob);
    await answers(bob, first, false);
    await answers(bob, await asks('remind also @bob', bob));
    await answers(bob, first, false);
    assert.deepEqual(targets('bob'), []);
  });

  it('may come from somebody without a mailbox, and from nobody else without one', async () => {
    const data = await asks('owner example.com @dora', dora);
    assert.equal((await answers(emil, data))?.tone, 'warning');
    assert.deepEqual(targets('anna'), ['example.com', 'other.example']);
    await answers(dora, data);
    const watch = (await it_.bot.store.listWatches(CHANNEL.id)).find(({ uri }) => uri.includes('example.com'));
    assert.equal(watch?.ownerId, dora.id);
  });
});
