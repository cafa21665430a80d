import assert from 'node:assert/strict';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type SeenCard, type TestConversation } from '../support/conversation.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { createTestAuthority, startEndpoint, type Endpoint, type TestAuthority } from '../support/endpoint.ts';
import { DAY } from '../../src/core/time.ts';

const GERMAN = { locale: 'de-DE' };
const ENGLISH = { locale: 'en-US' };

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

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
    const date = isoDate(leaf.notAfter);
    assert.equal(
      answers.german.summary,
      `${endpoint.target} läuft am ${date} ab (in 19 Tagen), ausgestellt von Test Intermediate E1`,
    );
    assert.match(answers.german.text, new RegExp(`${endpoint.target} wird überwacht`));
    assert.match(answers.german.fact('Erinnerung zum Erneuern') ?? '', /\d\d:\d\d, im Kalender-Feed$/);
    assert.deepEqual(
      answers.german.buttons.map(({ title }) => title),
      ['Jetzt erneut prüfen', 'In Outlook eintragen', 'Erneuern: Kalenderdatei (.ics)'],
    );
    assert.equal(langOf(answers.german), 'de');
    assert.equal(
      answers.english.summary,
      `${endpoint.target} expires ${date} (in 19 days), issued by Test Intermediate E1`,
    );
    assert.match(answers.english.text, new RegExp(`Watching ${endpoint.target}`));
    assert.equal(langOf(answers.english), 'en');
  });

  it('are those of each asker in one conversation', async () => {
    assert.match((await german.say('list', ENGLISH)).summary, /^1 watch; the first to expire is /);
    assert.match((await german.say('list', GERMAN)).summary, /^1 überwachtes Ziel; zuerst läuft /);
    assert.match(
      (await german.say('wacth x.example', GERMAN)).summary,
      /^„wacth“ ist kein Befehl\. War „watch x\.example“/,
    );
  });

  it('are those of whoever presses a button', async () => {
    const [button] = answers.english.buttons;
    assert.match((await english.press(button!, GERMAN)).text, /Zuständig: Alice, seit /);
    assert.match((await english.press(button!, ENGLISH)).text, /Owner: Alice, since /);
  });

  it('are those of the owner in the calendar', async () => {
    const subjects = async (chat: TestConversation, locale: { locale: string }): Promise<string[]> => {
      const { buttons } = await chat.say('calendar', locale);
      const body = await (await fetch(buttons[0]!.url!, { headers: { connection: 'close' } })).text();
      return [...body.replaceAll('\r\n ', '').matchAll(/^SUMMARY:(\S+ \S+):?/gm)].map(([, subject]) => subject!);
    };
    assert.deepEqual((await subjects(german, ENGLISH)).toSorted(), ['Zertifikat erneuern:', 'Zertifikat läuft']);
    assert.deepEqual((await subjects(english, GERMAN)).toSorted(), ['Certificate expires:', 'Renew certificate:']);
  });

  it('are those of the owner in alerts, whoever spoke last', async () => {
    endpoint.present(await authority.leaf(80 * DAY));
    const [inGerman, inEnglish] = await Promise.all([
      german.next(/Zertifikat erneuert: /),
      english.next(/Certificate renewed: /),
    ]);
    assert.match(inGerman.summary, new RegExp(`^${endpoint.target} wurde erneuert: Das neue Zertifikat läuft am `));
    assert.match(inEnglish.summary, new RegExp(`^${endpoint.target} was renewed: the new certificate expires `));
    assert.deepEqual([langOf(inGerman), langOf(inEnglish)], ['de', 'en']);
  });
});
