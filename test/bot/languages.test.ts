import assert from 'node:assert/strict';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type SeenCard, type TestConversation, feedIn } from '../support/conversation.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, startEndpoint, type Endpoint, type TestAuthority } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

const GERMAN = { locale: 'de-DE' };
const ENGLISH = { locale: 'en-US' };

function langOf({ call }: SeenCard): unknown {
  return call.activity['attachments'][0].content.lang;
}

describe('the languages of the whole bot', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let endpoint: Endpoint;
  let leaf: Awaited<ReturnType<TestAuthority['leaf']>>;
  let bot: BotProcess;
  let german: TestConversation;
  let english: TestConversation;
  let answers: { german: SeenCard; english: SeenCard };

  before(async () => {
    [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
    leaf = await authority.leaf(20 * DAY);
    endpoint = await startEndpoint(leaf);
    bot = await startBot({ trusted: [authority.rootPem] });
    german = createConversation(connector, bot.url);
    english = createConversation(connector, bot.url);
    answers = {
      german: await german.say(`watch ${endpoint.target}`, GERMAN),
      english: await english.say(`watch ${endpoint.target}`, ENGLISH),
    };
  });
  after(async () => {
    await bot?.dispose();
    await Promise.all([connector?.close(), endpoint?.close()]);
  });

  it('are those of the asker', () => {
    assert.match(
      answers.german.summary,
      new RegExp(`^${endpoint.target} wird ab jetzt überwacht: Hinweis, läuft in 19\\sTagen ab, am .*20\\d\\d\\.$`),
    );
    assert.match(answers.german.text, /^🔔 Hinweis, ab jetzt überwacht\n/);
    assert.match(answers.german.fact('Erinnerung') ?? '', /\d\d:\d\d Uhr, im Kalender-Feed$/);
    assert.deepEqual(
      answers.german.buttons.map(({ title }) => title),
      [
        'Jetzt erneut prüfen',
        'So wird erneuert',
        'In Outlook eintragen',
        'Kalenderdatei (.ics)',
        'Nicht mehr überwachen',
      ],
    );
    assert.equal(langOf(answers.german), 'de');
    assert.match(
      answers.english.summary,
      new RegExp(`^Watching ${endpoint.target}: notice, it expires in 19\\sdays, on .*20\\d\\d\\.$`),
    );
    assert.match(answers.english.text, /^🔔 Notice, and watched from now on\n/);
    assert.equal(langOf(answers.english), 'en');
  });

  it('are those of each asker in one conversation', async () => {
    assert.match(
      (await german.say('list', ENGLISH)).summary,
      /^1 of 1 expires within 30 days\. The first to expire is /,
    );
    assert.match((await german.say('list', GERMAN)).summary, /^1 von 1 läuft in 30 Tagen ab\. Zuerst läuft /);
    assert.match(
      (await german.say('wacth x.example', GERMAN)).summary,
      /^Nichts geändert: „wacth“ ist kein Befehl\. War „watch x\.example“/,
    );
  });

  it('are those of whoever presses a button', async () => {
    const [button] = answers.english.buttons;
    assert.match((await english.press(button!, GERMAN)).text, /^Zuständig: Alice$/m);
    assert.match((await english.press(button!, ENGLISH)).text, /^Owner: Alice$/m);
  });

  it('are those of the owner in the calendar', async () => {
    const subjects = async (chat: TestConversation, locale: { locale: string }): Promise<string[]> => {
      const card = await chat.say('calendar', locale);
      const body = await (await fetch(feedIn(card), { headers: { connection: 'close' } })).text();
      return [...body.replaceAll('\r\n ', '').matchAll(/^SUMMARY:(\S+ \S+):?/gm)].map(([, subject]) => subject!);
    };
    assert.deepEqual((await subjects(german, ENGLISH)).toSorted(), ['Zertifikat erneuern:', 'Zertifikat läuft']);
    assert.deepEqual((await subjects(english, GERMAN)).toSorted(), ['Certificate expires:', 'Renew certificate:']);
  });

  it('are those of the owner in alerts, whoever spoke last', async () => {
    endpoint.present(await authority.leaf(80 * DAY));
    const [inGerman, inEnglish] = await Promise.all([german.next(/^Erneuert: /), english.next(/^Renewed: /)]);
    assert.match(inGerman.summary, new RegExp(`^Erneuert: ${endpoint.target} ist gültig bis `));
    assert.match(inEnglish.summary, new RegExp(`^Renewed: ${endpoint.target} is valid until `));
    assert.deepEqual([langOf(inGerman), langOf(inEnglish)], ['de', 'en']);
  });
});
