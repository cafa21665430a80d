import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { DAY, HOUR } from '../../src/core/time.ts';
import { exportedAudit } from '../../src/flows/audit-export.ts';
import { certificate } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { rowsOf } from '../support/said.ts';
import { textOf } from '../support/wired-people.ts';

const anna = personOf('anna');
const bert = personOf('bert');
const oscar = personOf('oscar');
const OPERATORS = { ...CHANNEL, id: 'plain:operators', name: 'Operators' };
/** Its notice is at noon of a Friday. */
const CHRISTMAS = Date.UTC(2026, 11, 25, 12);
const LEAF = certificate('first', { notBefore: CHRISTMAS - 150 * DAY, notAfter: CHRISTMAS + 30 * DAY });

describe('“operators”', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bert, oscar] });
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const fact = async (label: RegExp): Promise<string> => {
    const { facts = [] } = await it_.say(oscar, 'operators status', OPERATORS);
    return facts.find((one) => label.test(one.label))?.value ?? assert.fail(`no ${label}`);
  };

  for (const text of ['status', 'conversations', 'orphaned', 'default', 'default timezone UTC', 'audit export', ''])
    it(`does nothing for others: “operators ${text}”`, async () => {
      assert.match(textOf(await it_.say(anna, `operators ${text}`)), /conversation of whoever runs this bot alone/);
      assert.equal(it_.bot.context.settings.defaultTimeZone, 'UTC');
      assert.equal(await it_.bot.store.getValue('audit-export'), null);
    });

  it('tells what it does not know, and what it does', async () => {
    assert.match(textOf(await it_.say(oscar, 'operators everything', OPERATORS)), /“everything” is not something/);
    assert.match(textOf(await it_.say(oscar, 'operators', OPERATORS)), /How to use “operators”/);
  });

  it('tells version, replicas, and that all is well', async () => {
    await it_.later(1000);
    assert.match(textOf(await it_.say(oscar, 'operators status', OPERATORS)), /All is well/);
    assert.equal(await fact(/^Replicas/), '1: host:1');
    await it_.bot.store.setValue('replica/host:2', `${it_.now()} 1.2.2`);
    await it_.bot.store.setValue('replica/host:3', `${it_.now() - HOUR} 1.2.3`);
    assert.equal(await fact(/^Replicas/), '2: host:1 and host:2 (1.2.2)');
  });

  it('tells what is late, what failed, and which calendars refuse', async () => {
    const { store } = it_.bot;
    await store.openOperatorFinding({ key: 'mailbox-forbidden write carl@example.com', openedAt: it_.now() });
    await store.openOperatorFinding({ key: 'graph-credentials', openedAt: it_.now() });
    await it_.bot.store.rememberConversation({ ...CHANNEL, id: 'nowhere:x', channel: 'nowhere' }, it_.now());
    const card = { language: 'en', summary: 'x', title: 'x', tone: 'good' } as const;
    await store.putMessages([{ id: 'm', conversationId: 'nowhere:x', thread: null, card }], it_.now());
    await it_.bot.settled();
    it_.pass(11 * 60_000);
    const told = await it_.say(oscar, 'operators status', OPERATORS);
    assert.match(textOf(told), /Something needs a look/);
    assert.match(await fact(/^Late$/), /one message, by more than 10 minutes$/);
    assert.equal(await fact(/^Calendars$/), 'carl@example.com');
    assert.match(await fact(/^To mend$/), /graph-credentials/);
    assert.match(await fact(/^Failed/), /1 × message: ./);
  });

  it('lists all conversations, without names of direct chats', async () => {
    await it_.watching(bert, 'own.example', LEAF, chatOf(bert));
    await it_.watching(bert, 'more.example', LEAF);
    const card = await it_.say(oscar, 'operators conversations', OPERATORS);
    assert.match(textOf(card), /3 conversations with 4 watches\./);
    // In the operators' own the bot watches itself.
    assert.deepEqual(rowsOf(card), [
      ['Operations', '', '2', ''],
      ['A direct chat', '', '1', ''],
      ['Operators', '', '1', ''],
    ]);
  });

  it('lists watches whose owner has left, or that nobody owns', async () => {
    assert.match(textOf(await it_.say(oscar, 'operators orphaned', OPERATORS)), /Every watch has an owner/);
    await it_.watching(bert, 'gone.example', LEAF);
    await it_.say(anna, 'forget me yes');
    const state = { mailbox: 'bert', state: 'disabled' as const, name: null, manager: null, checkedAt: it_.now() };
    await it_.bot.store.putMailboxState(state);
    const card = await it_.say(oscar, 'operators orphaned', OPERATORS);
    assert.match(textOf(card), /2 watches have no owner/);
    assert.deepEqual(rowsOf(card).toSorted(), [
      ['example.com', 'No owner · Operations', '', ''],
      ['gone.example', 'Bert, whose account is disabled · Operations', '', ''],
    ]);
  });

  it('sets what holds where a conversation has set nothing, and takes it back', async () => {
    const start = (): string =>
      DateTime.fromMillis(it_.pair('anna').renew.start, { zone: 'Europe/Berlin' }).toISODate()!;
    const before = start();
    await it_.say(oscar, 'operators default freeze 2026-12-18..2027-01-06', OPERATORS);
    await it_.later(1000);
    assert.ok(start() < '2026-12-18', start());
    assert.match(textOf(await it_.say(anna, 'settings freeze')), /18 Dec 2026 to 6 Jan 2027 \(default of this bot\)/);
    assert.match(textOf(await it_.say(oscar, 'operators default', OPERATORS)), /Freezes: 18 Dec 2026 to 6 Jan 2027/);
    await it_.say(anna, 'settings freeze 2026-11-30');
    assert.equal(start(), before);
    await it_.say(anna, 'settings freeze default');
    await it_.say(oscar, 'operators default freeze default', OPERATORS);
    assert.equal(start(), before);
    await it_.say(oscar, 'operators default timezone asia/tokyo', OPERATORS);
    await it_.say(oscar, 'operators default holidays DE-BY', OPERATORS);
    assert.match(textOf(await it_.say(anna, 'settings')), /Asia\/Tokyo[\s\S]*DE-BY \(default of this bot\)/);
    assert.match(textOf(await it_.say(oscar, 'operators default timezone x', OPERATORS)), /not a time zone/);
    assert.match(textOf(await it_.say(oscar, 'operators default colour red', OPERATORS)), /There are defaults for/);
  });

  it('takes over what another replica was told', async () => {
    await it_.bot.store.setValue('default-settings', JSON.stringify({ timeZone: 'Asia/Tokyo' }));
    await it_.later(1000);
    assert.equal(it_.bot.context.settings.defaultTimeZone, 'Asia/Tokyo');
  });

  it('gives who changed what as a file, for an hour and to whoever has the address', async () => {
    const mallory = personOf('mallory', { name: '=cmd|"/c calc"!A1' });
    await it_.say(mallory, 'settings timezone UTC');
    await it_.say(anna, 'forget me yes');
    const open = async (): Promise<string> => {
      const { actions: [action] = [] } = await it_.say(oscar, 'operators audit export', OPERATORS);
      assert.ok(action?.kind === 'open');
      return /^https:\/\/certbot\.example\/audit\/([\w-]+)\.csv$/.exec(action.url)![1]!;
    };
    const token = await open();
    const text = (await exportedAudit(it_.bot.context, token))!;
    assert.match(text, /^\uFEFF"time","conversation","conversation id","person","person id","what","of what"\r\n/);
    assert.match(text, /"Operations","plain:channel","somebody who left","left","watch","tls:\/\/example\.com:443"/);
    assert.ok(text.includes(`"'=cmd|""/c calc""!A1","id-mallory","settings","timezone UTC"`), text);
    assert.equal(await exportedAudit(it_.bot.context, `${token}x`), null);
    const next = await open();
    assert.equal(await exportedAudit(it_.bot.context, token), null);
    assert.match((await exportedAudit(it_.bot.context, next))!, /"operators","audit export"/);
    it_.pass(HOUR);
    assert.equal(await exportedAudit(it_.bot.context, next), null);
  });

  it('says what is missing for a file where its own address is not known', async () => {
    it_.bot.context.settings.publicUrl = null;
    assert.match(textOf(await it_.say(oscar, 'operators audit export', OPERATORS)), /set PUBLIC_URL/);
  });
});
