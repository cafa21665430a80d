import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { renderFeed } from '../../src/calendars/ics/feed.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { rowsOf } from '../support/said.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const ODD = certificate('odd', { notAfter: NOW + 60 * DAY });
const GOOD = certificate('good', { notAfter: NOW + 61 * DAY });

/** What earlier versions stored for ends that are no date, or stand for none, as JSON; and what is said of it. */
const NONSENSE: [json: string, told: string, date?: string][] = [
  ['null', 'No date'],
  ['"x"', 'No date'],
  ['1e300', 'No date'],
  ['-21830000000000000', 'No date'],
  ['253402300800000', 'No date'],
  ['8640000000000001', 'No date'],
  ['{}', 'No date'],
  ['253402300799000', 'No defined end'],
  ['32503680000000', '', 'Jan 3000'],
];

describe('A row of an earlier version with an instant that is none', () => {
  let folder: string;
  let bot: WiredOutlook;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-instants-'));
    bot = await startWiredOutlook({ people: [anna], databaseUrl: `sqlite:${join(folder, 'store.sqlite')}` });
    await bot.watching(anna, 'odd.example', ODD);
    await bot.watching(anna, 'good.example', GOOD);
  });
  afterEach(async () => {
    await bot.close();
    await rm(folder, { recursive: true, force: true });
  });

  function spoil(statement: string, json: string): void {
    const database = new Sqlite(join(folder, 'store.sqlite'));
    database.prepare(statement).run({ json });
    database.close();
  }

  /** The certificate and what is planned from it, as if they had been stored so. */
  function spoilAll(json: string): void {
    spoil(
      `update certificates set certificate = json_set(certificate, '$.notAfter', json($json))
        where fingerprint = '${ODD.fingerprint}'`,
      json,
    );
    spoil(
      `update target_states set observation = json_set(observation, '$.addresses[0].chain[0].notAfter', json($json))
        where observation like '%${ODD.fingerprint}%'`,
      json,
    );
    spoil(
      `update reminders set event = json_set(event, '$.start', json($json), '$.end', json($json)), basis = 'old'
        where fingerprint = '${ODD.fingerprint}'`,
      json,
    );
  }

  async function feed(): Promise<{ text: string; leftOut: string[] }> {
    const leftOut: string[] = [];
    const reminders = await bot.bot.store.listReminders('graph', 'anna');
    const text = renderFeed({ name: 'feed', reminders, leftOut: (_, { event }) => leftOut.push(event.subject) });
    return { text, leftOut };
  }

  for (const [json, told, date = ''] of NONSENSE)
    it(`breaks nothing: ${json}`, async () => {
      spoilAll(json);
      const list = await bot.say(anna, 'list');
      assert.deepEqual(rowsOf(list).toSorted(), [
        ['good.example', '', '22 Jan', '61 days'],
        ['odd.example', told, date, ''],
      ]);
      assert.equal(list.text, undefined, 'nothing is left out');
      const before = await feed();
      assert.match(before.text, /SUMMARY:Certificate expires: good\.example/);
      assert.doesNotMatch(before.text, /NaN|Invalid|DTSTART[^:]*:(?!20|30)|DT\w+[^:]*:\d{9,}T/);
      assert.doesNotMatch(JSON.stringify(await bot.say(anna, 'show odd.example')), /NaN|Invalid|\b1970|\b10000/);

      // With the next plan what nobody can be reminded of goes, and what was good stays.
      bot.scripted.serve('odd.example', { address: '192.0.2.1', fails: 'timeout' });
      await bot.later();
      const { text, leftOut } = await feed();
      assert.deepEqual(leftOut, []);
      assert.equal(text.match(/BEGIN:VEVENT/g)!.length, 2);
      assert.deepEqual(
        bot.graph.events('anna').map(({ subject }) => subject.includes('odd.example')),
        [false, false],
      );
      const refused = bot.graph.requests.filter(({ status }) => status === 400);
      assert.deepEqual(refused, []);
      for (const card of bot.said(CHANNEL)) assert.doesNotMatch(JSON.stringify(card), /NaN|Invalid/);
    });

  it('is mended by the next plan where only the event has it', async () => {
    const before = bot.graph.events('anna').map(({ start }) => start);
    spoil(`update reminders set event = json_set(event, '$.start', json($json)) where kind = 'renew'`, 'null');
    const { text, leftOut } = await feed();
    assert.equal(leftOut.length, 2);
    assert.match(text, /SUMMARY:Certificate expires: odd\.example/);
    await bot.say(anna, 'settings timezone Europe/Berlin');
    await bot.later();
    assert.deepEqual((await feed()).leftOut, []);
    assert.deepEqual(
      bot.graph.events('anna').map(({ start }) => start),
      before,
    );
  });
});
