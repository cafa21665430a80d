import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import ical from 'node-ical';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { spaced } from '../support/card-texts.ts';
import { createConversation, feedIn } from '../support/conversation.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { sendActivity, startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, startEndpoint, type Endpoint, type TestAuthority } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** In the zone that the card names. */
function localMinute(date: Date): string {
  return DateTime.fromJSDate(date, { zone: 'Europe/Berlin' }).toFormat('ccc d LLL, HH:mm');
}

/** Nine o'clock of the last working day at or before the instant, in Berlin. */
function startOfWork(at: number): number {
  let day = DateTime.fromMillis(at, { zone: 'Europe/Berlin' }).set({ hour: 9, minute: 0, second: 0, millisecond: 0 });
  while (day.toMillis() > at || day.weekday > 5) day = day.minus({ days: 1 });
  return day.toMillis();
}

async function feed(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers: { connection: 'close', ...headers } });
  const body = await response.text();
  const events = Object.values(response.status === 200 ? ical.sync.parseICS(body) : {}).filter(
    (entry) => entry?.type === 'VEVENT',
  );
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body,
    events: events.map(({ summary, start, end }) => ({ summary, start: start.getTime(), end: end?.getTime() })),
  };
}

/** The feed once it holds both events of a certificate: on a busy machine they follow the answer. */
async function filled(url: string) {
  let answer = await feed(url);
  while (answer.events.length < 2) {
    await sleep(50);
    answer = await feed(url);
  }
  return answer;
}

for (const kind of databaseKinds) {
  describe(`the commands of the whole bot on ${kind.name}`, function () {
    let connector: FakeConnector;
    let authority: TestAuthority;
    let endpoint: Endpoint;
    let database: TestDatabase;
    let bot: BotProcess;
    let leaf: Awaited<ReturnType<TestAuthority['leaf']>>;

    before(async function () {
      database = await createOrSkip(kind, this);
      [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
      leaf = await authority.leaf(60 * DAY);
      endpoint = await startEndpoint(leaf);
      const env = { LOG_LEVEL: 'debug' };
      bot = await startBot({ env, trusted: [authority.rootPem], databaseUrl: database.url });
    });
    after(async () => {
      await bot?.dispose();
      await Promise.all([connector?.close(), endpoint?.close()]);
      await database?.drop();
    });

    function chat(options: Parameters<typeof createConversation>[2] = {}) {
      return createConversation(connector, bot.url, options);
    }

    it('answer `watch` of a day that is typed, and put its reminders into the feed', async () => {
      const day = isoDate(new Date(Date.now() + 100 * DAY));
      const ops = chat();
      const card = await ops.say(`watch date:${day} Code-signing token`);
      assert.match(card.summary, /^Watching Code-signing token: fine, valid until .*20\d\d, in 99\sdays\.$/);
      assert.match(card.fact('On expiry') ?? '', /in the calendar feed$/);
      const url = /https?:\S+\.ics/.exec((await ops.say('calendar')).text)![0];
      const { events } = await filled(url);
      assert.match(events.map(({ summary }) => summary).join(), /Renew: Code-signing token/);
    });

    it('answer `watch` with the dates of the certificate', async () => {
      const card = await chat().say(`watch ${endpoint.target}`);
      assert.match(
        card.summary,
        new RegExp(`^Watching ${endpoint.target}: fine, valid until .*20\\d\\d, in 59\\sdays\\.$`),
      );
      assert.match(card.text, new RegExp(`^✅ Fine, and watched from now on\n${endpoint.target} is valid until `));
      assert.equal(spaced(card.fact('Expires')), localMinute(leaf.notAfter));
      assert.equal(spaced(card.fact('Valid from')), localMinute(leaf.notBefore));
      assert.match(card.fact('Reminder') ?? '', /\d\d:\d\d(?:\s\w+\stime)?, in the calendar feed$/);
      assert.match(card.fact('On expiry') ?? '', /\d\d:\d\d(?:\s\w+\stime)?, in the calendar feed$/);
    });

    it('say of a target that it is watched already, and by whom', async () => {
      const team = chat({ kind: 'groupChat' });
      await team.say(`watch ${endpoint.target}`);
      const bob = createConversation(connector, bot.url, {
        id: team.id,
        kind: 'groupChat',
        person: { id: '29:bob', name: 'Bob' },
      });
      const card = await bob.say(`watch ${endpoint.target}`);
      assert.match(card.text, new RegExp(`^✅ Fine, and watched already\n${endpoint.target}`));
      assert.match(card.fact('Watched') ?? '', /, by Alice$/);
    });

    it('list what is watched', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const card = await conversation.say('list');
      assert.deepEqual(card.rows, [
        [endpoint.target, DateTime.fromJSDate(leaf.notAfter, { zone: 'Europe/Berlin' }).toFormat('d LLL'), '59 days'],
      ]);
      assert.match(card.summary, /^The one that is watched is fine/);
      assert.match((await conversation.say('list nothing-like-it')).summary, /^The one watch here does not match/);
    });

    it('show names, issuer, fingerprint and the next look', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const card = await conversation.say(`show ${endpoint.target}`);
      assert.equal(card.fact('Names'), 'localhost, 127.0.0.1, ::1');
      assert.equal(card.fact('Issued by'), 'Test Intermediate E1');
      const shown = (card.fact('SHA-256') ?? '').replaceAll(' ', '');
      assert.equal(shown, leaf.fingerprint);
      assert.match(card.fact('Looked at') ?? '', /; again (?:now|in \d\sseconds?)$/);
      assert.equal(card.fact('Owner'), 'Alice');
    });

    it('look again when the button of the card is pressed', async () => {
      const conversation = chat();
      const card = await conversation.say(`watch ${endpoint.target}`);
      const [again] = card.buttons;
      assert.equal(again?.title, 'Look again now');
      const pressed = await conversation.press(again!);
      assert.match(pressed.fact('Looked at') ?? '', /, just now;/);
      assert.match(pressed.text, /name and chain are good/);
    });

    it('store nothing on `check`, not even for a bare target', async () => {
      const conversation = chat();
      for (const text of [`check ${endpoint.target}`, endpoint.target]) {
        const card = await conversation.say(text);
        assert.equal(spaced(card.fact('Expires')), `${localMinute(leaf.notAfter)} Berlin time`);
        assert.match(card.text, /Looked once\. To be reminded, type “watch /);
      }
      assert.match((await conversation.say('list')).summary, /^Nothing is watched here yet/);
      assert.match((await conversation.say('calendar')).text, /There is no event in it yet/);
    });

    it('empty the feed on `unwatch`', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const url = feedIn(await conversation.say('calendar'));
      assert.equal((await filled(url)).events.length, 2);
      const card = await conversation.say(`unwatch ${endpoint.target}`);
      assert.match(card.summary, /^No longer watching 127\.0\.0\.1/);
      // A look that was on its way plans for what it still saw watched; that is put right at once.
      while ((await feed(url)).events.length > 0) await sleep(20);
      assert.match((await conversation.say('list')).summary, /^Nothing is watched here yet/);
      assert.match(
        (await conversation.say(`unwatch ${endpoint.target}`)).summary,
        /is not watched in this conversation/,
      );
    });

    it('help, and answer what they do not know with the nearest command', async () => {
      const conversation = chat();
      const help = await conversation.say('help');
      for (const verb of ['watch', 'check', 'list', 'show', 'remind'])
        assert.ok(
          help.rows.some(([usage]) => usage!.startsWith(verb)),
          `${verb} is missing in ${JSON.stringify(help.rows)}`,
        );
      for (const verb of ['unwatch', 'calendar'])
        assert.match((await conversation.say(`help ${verb}`)).text, new RegExp(`^${verb} `, 'm'));
      assert.match((await conversation.say('wach example.com')).summary, /Did you mean “watch example\.com”\?/);
      assert.match((await conversation.say('make me a sandwich')).summary, /“make” is not a command\. Type “help”/);
    });

    it('say what is wrong with a target that does not parse', async () => {
      const conversation = chat();
      const card = await conversation.say('watch example.com:99999');
      assert.match(card.summary, /“99999” is not a number from 1 to 65535\. Type it after the host/);
      assert.match((await conversation.say('list')).summary, /^Nothing is watched here yet/);
    });

    it('fill a feed with both events at the right instants', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const calendar = await conversation.say('calendar');
      const { status, body, events } = await filled(feedIn(calendar));
      assert.equal(status, 200);
      const notice = leaf.notAfter.getTime() - 22.5 * DAY;
      const renew = startOfWork(notice);
      const minutes = 30 * 60_000;
      assert.deepEqual(
        events.toSorted((a, b) => a.start - b.start).map(({ start, end }) => ({ start, end })),
        [
          { start: renew, end: renew + minutes },
          { start: leaf.notAfter.getTime(), end: leaf.notAfter.getTime() + minutes },
        ],
      );
      assert.match(body, /SUMMARY:Certificate expires: 127\.0\.0\.1/);
      assert.match(calendar.text, /2 events\. The next is “Renew certificate: /);
    });

    it('keep a feed’s ETag while nothing changes, through every look', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const url = feedIn(await conversation.say('calendar'));
      const first = await filled(url);
      const looks = endpoint.connections();
      while (endpoint.connections() < looks + 2) await new Promise((resolve) => setTimeout(resolve, 50));
      const again = await feed(url, { 'if-none-match': first.etag });
      assert.deepEqual([again.status, again.etag, again.body], [304, first.etag, '']);
    });

    it('revoke the old address of a feed on `calendar reset`, and no log line has any', async () => {
      const conversation = chat();
      await conversation.say(`watch ${endpoint.target}`);
      const before = feedIn(await conversation.say('calendar'));
      assert.equal(feedIn(await conversation.say('calendar')), before);
      const after = feedIn(await conversation.say('calendar reset'));
      assert.notEqual(after, before);
      assert.deepEqual([(await feed(before)).status, (await feed(after)).status], [404, 200]);
      for (const url of [before, after]) {
        const token = /calendar\/(\w+)\.ics$/.exec(url)![1]!;
        assert.equal(bot.output().includes(token), false, 'a token stands in the log');
      }
    });

    it('act once on a message that is delivered twice, and anew on one that is edited, in place of the answer', async () => {
      const conversation = chat();
      const { replyId, activity } = await conversation.send(`watch ${endpoint.target}`);
      await conversation.answerTo(replyId);
      const edited = {
        ...activity,
        type: 'messageUpdate',
        channelData: { ...activity['channelData'], eventType: 'editMessage' },
      };
      assert.equal((await sendActivity(bot.url, activity)).status, 200);
      assert.equal((await sendActivity(bot.url, { ...edited, text: `please watch ${endpoint.target}` })).status, 200);
      assert.equal((await conversation.say('list')).rows.length, 1);
      assert.equal(conversation.calls().length, 2);
      for (let delivery = 0; delivery < 2; delivery += 1)
        assert.equal((await sendActivity(bot.url, { ...edited, text: `unwatch ${endpoint.target}` })).status, 200);
      assert.equal((await conversation.say('list')).rows.length, 0);
      const [first, , second, ...more] = conversation.calls();
      assert.deepEqual([first?.method, second?.method, more.length], ['POST', 'PUT', 1]);
    });

    it('work in a group chat and in a channel, where the mention comes as HTML and the answer goes into the thread', async () => {
      const mention = { type: 'mention', mentioned: { id: '28:bot', name: 'Certbot' }, text: '<at>Certbot</at>' };
      const group = chat({ kind: 'groupChat' });
      const first = await group.say(
        `<p><at>Certbot</at>&nbsp;watch <a href="https://${endpoint.target}/">${endpoint.target}</a></p>`,
        {
          entities: [mention],
          textFormat: 'xml',
        },
      );
      assert.match(first.summary, new RegExp(`^Watching ${endpoint.target}`));

      const channel = chat({ kind: 'channel', name: 'General' });
      const thread = `${channel.id};messageid=1700000000123`;
      const base = channel.activity();
      const { activity } = await channel.send(`<div><at>Certbot</at> watch&nbsp;${endpoint.target}</div>`, {
        entities: [mention],
        conversation: { ...base['conversation'], id: thread },
      });
      const answer = await channel.next(/Watching /);
      assert.equal(answer.call.conversationId, thread);
      assert.equal(activity['conversation'].id, thread);
      assert.equal((await channel.say('list')).rows.length, 1, 'the watch belongs to the channel as a whole');
    });

    it('keep conversations apart', async () => {
      const own = chat();
      const other = chat({ person: { id: '29:mallory', name: 'Mallory' } });
      const watched = await own.say(`watch ${endpoint.target}`);
      assert.match((await other.say('list')).summary, /^Nothing is watched here yet/);
      assert.match((await other.say(`show ${endpoint.target}`)).summary, /is not watched in this conversation/);
      assert.match((await other.say(`unwatch ${endpoint.target}`)).summary, /is not watched in this conversation/);
      assert.match((await other.say('unwatch all')).summary, /watches nothing/);
      const { verb, data } = watched.buttons[0]!;
      for (const forged of [data, { ...data, fresh: false }, { ...data, watch: String(data!['watch']) }]) {
        const from = connector.calls.length;
        await other.press({ verb, data: forged });
        const answer = await other.next(/belongs to something that is no longer there/, { from });
        assert.equal(answer.text.includes(endpoint.target), false);
      }
      const from = connector.calls.length;
      await other.press({ verb: 'unwatch', data });
      await other.next(/no longer there/, { from });
      assert.equal((await own.say('list')).rows.length, 1);
    });

    it('leave nothing behind: no error in the log, nothing on standard error, a quick end', async () => {
      assert.deepEqual(bot.errors(), []);
      assert.equal(bot.stderr(), '');
      assert.ok((await bot.stop()) < 2000);
    });
  });
}
