import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createSqliteFile, type TestDatabase } from '../../support/databases.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { said } from '../../support/said.ts';

const FAKED = ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] as const;
const START = Date.UTC(2026, 10, 22, 12);

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `h${String(index + 1).padStart(4, '0')}.example`);
}

function urisOf(hosts: string[]): string[] {
  return hosts.map((host) => `tls://${host}:443`);
}

describe('looks that people cause, beyond the budget', () => {
  let clock: sinon.SinonFakeTimers;
  let opened: PlainChat[] = [];
  let database: TestDatabase | null = null;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: START, toFake: [...FAKED] });
  });
  afterEach(async () => {
    clock.restore();
    await Promise.all(opened.map(({ bot }) => bot.close()));
    opened = [];
    await database?.drop();
    database = null;
  });

  async function chatWith(probeBudget: number, options: { locale?: string; databaseUrl?: string } = {}) {
    const { source, looks } = createWillingSource();
    const chat = await startPlainChat({ source, settings: { probeBudget }, ...options });
    opened.push(chat);
    return { ...chat, looks };
  }

  /** Storing and planning let others go ahead, by turns of the loop that are not of the clock. */
  async function turns(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Lets time pass, second by second, with all that follows. What goes through a file takes as long as the disk and the
   * machine do, and a second of this clock lasts a millisecond: leases would end, and looks be made again, in the
   * middle of a write. So no second passes while one is under way.
   */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await clock.tickAsync(1000);
      do await turns();
      while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')));
    }
  }

  /** Lets time pass until it is so: ten minutes of this clock at the most, however long they take. */
  async function passUntil(isSo: () => boolean): Promise<void> {
    for (let second = 0; !isSo(); second += 1) {
      assert.ok(second < 600, 'it is not so after ten minutes');
      await pass(1);
    }
  }

  it('`check` says in how many seconds to try again, and what to type', async () => {
    const { say, looks } = await chatWith(2);
    assert.match((await say('check a.example')).summary, /^Fine: a\.example is valid/);
    assert.match((await say('a.example')).summary, /^Fine: a\.example is valid/);
    const refused = await say('check a.example');
    assert.equal(
      said(refused),
      'a.example was not looked at: this conversation may look at 2 targets a minute, and has done so. In 30 seconds, type “check a.example” again.',
    );
    assert.equal(looks.length, 2);
    await clock.tickAsync(30_000);
    assert.match((await say('check a.example')).summary, /^Fine: a\.example is valid/);
  });

  it('`check` says so in German', async () => {
    const { say } = await chatWith(1, { locale: 'de-DE' });
    await say('check a.example');
    assert.equal(
      said(await say('check a.example')),
      'a.example wurde nicht geprüft: Diese Unterhaltung darf ein Ziel pro Minute prüfen, und das hat sie getan. In 60 Sekunden noch einmal „check a.example“ eingeben.',
    );
  });

  it('`watch` waits where a look comes within five seconds', async () => {
    const { say, send, answer, uris } = await chatWith(20);
    for (let index = 0; index < 20; index += 1) await say('check a.example');
    const id = await send('watch a.example');
    await clock.tickAsync(2000);
    assert.equal(answer(id), undefined);
    await pass(2);
    assert.match(answer(id)!.title, /^a\.example is valid/);
    assert.deepEqual(await uris(), ['tls://a.example:443']);
  });

  it('`watch` says otherwise that nothing was changed, and what to type', async () => {
    const { say, uris } = await chatWith(1);
    await say('check a.example');
    assert.match(
      said(await say('watch a.example')),
      /nothing was changed: .* In 60 seconds, type “watch a\.example” again\.$/,
    );
    assert.match(said(await say('watch a.example remind 5d 10%')), /type “watch a\.example remind 5d 10%” again\.$/);
    assert.deepEqual(await uris(), []);
  });

  it('“Look again now” says so beside the message, which stays', async () => {
    const { say, press, posts, looks, bot } = await chatWith(2);
    await say('watch a.example');
    const [watch] = await bot.store.listWatches('plain:ops');
    assert.match((await press(watch!.id))!.title, /^a\.example is valid/);
    const before = posts.length;
    assert.equal(await press(watch!.id), null);
    assert.match(said(posts[before]!), /may look at 2 targets a minute, and has done so\. Try again in 30 seconds\.$/);
    assert.equal(await press(watch!.id, 'show-row'), null);
    assert.match(said(posts.at(-1)!), /Try again in 30 seconds/);
    assert.equal(looks.length, 2);
  });

  it('a look of another conversation, and showing what is known, goes on', async () => {
    const { say } = await chatWith(1);
    await say('watch a.example');
    assert.match((await say('check b.example', 'other')).summary, /^Fine: b\.example is valid/);
    assert.match((await say('show a.example')).summary, /^Fine: a\.example is valid/);
    assert.match(said(await say('list')), /^The one that is watched is fine/);
  });

  it('the tick looks all the same', async () => {
    const { say, bot, looks } = await chatWith(1);
    await say('watch a.example');
    await bot.store.setTargetDue([(await bot.store.findTarget('tls://a.example:443'))!.id], START);
    await bot.store.beat(0);
    const looked = looks.length;
    clock.restore();
    await bot.round();
    assert.equal(looks.length, looked + 1);
  });

  it('a bulk command is never refused: it goes on slowly, says so, and ends with everything', async () => {
    const { send, answer, versions, uris, looks, posts } = await chatWith(60);
    const hosts = names(150);
    const id = await send(`watch ${hosts.join('\n')}`);
    await pass(10);
    assert.match(answer(id)!.summary, /^Watching: \d+ of 150 targets done$/);
    assert.match(
      answer(id)!.text!.join(' '),
      /It goes slowly: this conversation may look at 60 targets a minute\. Every target will be looked at\./,
    );
    assert.ok(looks.length >= 54 && looks.length <= 65, `${looks.length} looks`);
    await pass(81);
    assert.ok(looks.length < 150);
    await pass(10);
    assert.equal(answer(id)!.summary, '150 targets: 150 watched');
    assert.deepEqual(await uris(), urisOf(hosts));
    assert.equal(looks.length, 150);
    assert.ok(versions(id).length > 10);
    assert.equal(posts.length, versions(id).length, 'it is one message');
  });

  it('a bulk command of a thousand takes its eight minutes, on one lease after the other', async () => {
    const { send, answer, uris, looks } = await chatWith(120);
    const hosts = names(1000);
    const id = await send(`watch ${hosts.join('\n')}`);
    await pass(430);
    assert.match(answer(id)!.summary, /^Watching: 9\d\d of 1000 targets done$/);
    await pass(30);
    assert.equal(answer(id)!.summary, '1000 targets: 1000 watched');
    assert.equal(looks.length, 1000);
    assert.equal((await uris()).length, 1000);
  }).timeout(60_000);

  it('a bulk command that waits does not hold up its conversation', async () => {
    const { send, answer, looks } = await chatWith(30);
    const id = await send(`check ${names(60).join('\n')}`);
    await pass(4);
    const list = await send('list');
    const single = await send('check single.example');
    await pass(3);
    assert.match(answer(list)!.summary, /watched here|Nothing|nothing/);
    assert.match(answer(single)!.summary, /^Fine: single\.example is valid/);
    assert.match(answer(id)!.summary, /^Checking: \d+ of 60/);
    await pass(90);
    assert.match(answer(id)!.summary, /^60 targets: 60 checked$/);
    assert.equal(looks.length, 61);
  });

  it('a bulk command for one person alone tells them once that it goes slowly, and at last how it came out', async () => {
    const { send, answer, posts } = await chatWith(30);
    const id = await send(`check ${names(60).join('\n')}`, 'ops', 'for Anna alone');
    await pass(80);
    assert.match(answer(id)!.summary, /^60 targets: 60 checked$/);
    assert.equal(posts.length, 2);
    assert.match(posts[0]!.summary, /^Checking: \d+ of 60 targets done$/);
    assert.equal(posts[0]!.about?.kind, 'progress');
    assert.deepEqual(posts[0]!.text, [
      'It goes slowly: this conversation may look at 30 targets a minute. Every target will be looked at.',
    ]);
  });

  it('as many bulk commands as may be under way at once do not hold up anybody else while they wait', async () => {
    const { send, answer } = await chatWith(1);
    const waiting: string[] = [];
    for (let place = 0; place < 64; place += 1) waiting.push(await send('check a.example b.example', `place ${place}`));
    await pass(4);
    const help = await send('help', 'another place');
    await pass(2);
    assert.match(answer(help)?.title ?? 'no answer', /^What you can type/);
    for (const id of waiting) assert.match(answer(id)?.summary ?? 'no answer', /^Checking: 1 of 2 targets done$/);
  });

  it('a second bulk command waits for the first, and both end', async () => {
    const { send, answer } = await chatWith(30);
    const first = await send(`check ${names(60).join('\n')}`);
    const second = await send(`check ${names(60).join('\n')}`);
    await pass(6);
    const third = await send('help');
    await pass(2);
    assert.match(answer(first)!.summary, /^Checking/);
    assert.equal(answer(third), undefined);
    await pass(240);
    assert.match(answer(first)!.summary, /60 checked/);
    assert.match(answer(second)!.summary, /60 checked/);
    assert.match(said(answer(third)!), /^What you can type/);
  });

  it('`unwatch all` ends a bulk command that waits, and asks about what that has added', async () => {
    const { send, answer, uris, looks } = await chatWith(30);
    const id = await send(`watch ${names(100).join('\n')}`);
    await pass(30);
    const all = await send('unwatch all');
    await pass(4);
    assert.match(
      answer(all)!.text!.join(' ') + said(answer(all)!),
      /The command that was still at work in this conversation was stopped\./,
    );
    assert.match(answer(id)!.summary, /^100 targets: .*failed$/);
    const { length: added } = await uris();
    assert.ok(added > 0 && added < 100, String(added));
    assert.match(said(answer(all)!), new RegExp(`^Stop watching all ${added} targets here\\?`));
    const made = looks.length;
    await pass(60);
    assert.equal(looks.length, made);
    assert.equal((await uris()).length, added);
    await send('unwatch all yes');
    await pass(4);
    assert.deepEqual(await uris(), []);
  });

  it('a bulk command is left to the next start when the process ends, which goes on where it was', async () => {
    database = await createSqliteFile();
    const first = await chatWith(30, { databaseUrl: database.url });
    const id = await first.send(`watch ${names(100).join('\n')}`);
    await passUntil(() => first.looks.length > 30);
    const closing = first.bot.close();
    await clock.tickAsync(0);
    await closing;
    opened = [];
    const done = first.looks.length;
    assert.ok(done > 30 && done < 60);

    const second = await chatWith(30, { databaseUrl: database.url });
    await second.bot.store.voidLeases();
    second.bot.flows.commander.kick();
    await passUntil(() => second.answer(id)?.summary === '100 targets: 100 watched');
    assert.equal(first.looks.length + second.looks.length, 100);
    assert.equal((await second.uris()).length, 100);
  });

  it('the end of the process does not count as a failed try', async () => {
    database = await createSqliteFile();
    let id = '';
    for (let start = 0; start < 5; start += 1) {
      const chat = await chatWith(2, { databaseUrl: database.url });
      if (start === 0) id = await chat.send(`check ${names(8).join('\n')}`);
      else chat.bot.flows.commander.kick();
      await pass(5);
      await chat.bot.close();
      opened = [];
    }
    const last = await chatWith(100, { databaseUrl: database.url });
    last.bot.flows.commander.kick();
    await passUntil(() => last.answer(id) !== undefined && !last.answer(id)!.summary.startsWith('Checking'));
    assert.equal(last.answer(id)!.summary, '8 targets: 8 checked');
  });
});
