import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import type { ConversationInput } from '../../src/core/model/conversation.ts';
import type { Actor } from '../../src/core/model/people.ts';
import { MINUTE } from '../../src/core/time.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

const HOME = 'tenant';
const eve = personOf('eve', { tenantId: 'elsewhere' });
const anna = personOf('anna');
const ELSEWHERE: ConversationInput = { ...CHANNEL, id: 'plain:elsewhere', tenantId: 'elsewhere' };

describe('what concerns the bot, told in a conversation of another organisation', () => {
  let it_: WiredOutlook;
  const logged: string[] = [];

  beforeEach(async () => {
    logged.splice(0);
    it_ = await startWiredOutlook({
      people: [anna, eve],
      settings: { isHome: (_channel, tenantId) => tenantId === HOME },
      log: { debug() {}, info() {}, warn: (_fields, text) => void logged.push(text), error() {} },
    });
  });
  afterEach(() => it_.close());

  const say = (text: string, who: Actor = eve, place = ELSEWHERE): Promise<Card> => it_.say(who, text, place);
  const told = async (): Promise<string | undefined> => (await it_.bot.flows.operators.conversation())?.id;
  function codes(): string[] {
    return logged.flatMap((text) => /settings operators here ([\w-]+)$/.exec(text)?.[1] ?? []);
  }

  it('needs no code in one’s own', async () => {
    assert.equal((await say('settings operators here', anna, CHANNEL)).tone, 'good');
    assert.deepEqual([await told(), codes()], [CHANNEL.id, []]);
  });

  for (const [what, who, place] of [
    ['a conversation of another organisation', eve, ELSEWHERE],
    ['somebody of another organisation in a conversation of ours', eve, CHANNEL],
    ['somebody of ours in a conversation of another organisation', anna, ELSEWHERE],
    ['one of nobody in particular', personOf('gus', { tenantId: null }), { ...CHANNEL, id: 'plain:x', tenantId: null }],
  ] as const)
    it(`needs the code from the log in ${what}`, async () => {
      const card = await say('settings operators here', who, place);
      assert.match(card.summary, /log shows a code/);
      assert.equal(await told(), undefined);
      const [code] = codes();
      assert.match(code!, /^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
      assert.ok(!JSON.stringify(card).includes(code!), 'the answer does not say it');
      assert.equal((await say(`settings operators here ${code}`, who, place)).tone, 'good');
      assert.equal(await told(), place.id);
    });

  it('takes the code in whatever letters', async () => {
    await say('settings operators here');
    await say(`settings operators here ${codes()[0]!.toLowerCase().replace('-', '')}`);
    assert.equal(await told(), ELSEWHERE.id);
  });

  it('takes the code once', async () => {
    await say('settings operators here');
    const [code] = codes();
    await say(`settings operators here ${code}`);
    await say('settings operators none');
    assert.match((await say(`settings operators here ${code}`)).summary, /is not the code/);
    assert.equal(await told(), undefined);
  });

  it('takes it for a quarter of an hour', async () => {
    await say('settings operators here');
    await it_.later(15 * MINUTE);
    assert.match((await say(`settings operators here ${codes()[0]}`)).summary, /older than 15 minutes/);
    await say('settings operators here');
    await it_.later(14 * MINUTE);
    assert.equal((await say(`settings operators here ${codes()[1]}`)).tone, 'good');
  });

  it('takes none that was shown for another conversation', async () => {
    await say('settings operators here');
    const [code] = codes();
    assert.match((await say(`settings operators here ${code}`, eve, chatOf(eve))).summary, /is not the code/);
    assert.equal(await told(), undefined);
    assert.equal((await say(`settings operators here ${code}`)).tone, 'good', 'and it stays good where it belongs');
  });

  it('takes no guess, and shows no more than one code a minute', async () => {
    for (let time = 0; time < 5; time += 1) await say('settings operators here');
    assert.equal(codes().length, 1);
    const [code] = codes();
    for (const guess of ['0000000000', `${code}A`, code!.slice(0, -1), 'here', 'null', '--', `${code} ${code}`])
      assert.equal((await say(`settings operators here ${guess}`)).tone, 'warning', guess);
    assert.equal(await told(), undefined);
    await it_.later(2 * MINUTE);
    await say('settings operators here');
    assert.equal(codes().length, 2);
    assert.match((await say(`settings operators here ${code}`)).summary, /is not the code/);
    assert.equal((await say(`settings operators here ${codes()[1]}`)).tone, 'good');
  });

  it('keeps the code out of the store and of the record of who changed what', async () => {
    await say('settings timezone Europe/Berlin');
    await say('settings operators here');
    const [code] = codes();
    const bare = code!.replace('-', '');
    const kept = JSON.stringify(await it_.bot.store.findConversation(ELSEWHERE.id));
    assert.ok(!kept.includes(code!) && !kept.includes(bare), kept);
    await say(`settings operators here ${code}`);
    assert.ok(!JSON.stringify(await it_.bot.store.listAudit(ELSEWHERE.id, 9)).includes(bare.slice(0, 5)));
    const { settings } = (await it_.bot.store.findConversation(ELSEWHERE.id))!;
    assert.deepEqual(settings, { timeZone: 'Europe/Berlin' });
  });

  it('is not taken from those who are told now, code or no code', async () => {
    await say('settings operators here', anna, CHANNEL);
    assert.match((await say('settings operators here')).summary, /Another conversation/);
    assert.deepEqual(codes(), []);
  });
});
