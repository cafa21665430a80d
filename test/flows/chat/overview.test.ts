import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Card, Group } from '../../../src/core/card.ts';
import { textOf } from '../../../src/core/card.ts';
import { DAY } from '../../../src/core/time.ts';
import { exportedList } from '../../../src/flows/chat/commands/export.ts';
import { certificate, observation, presented } from '../../support/certificate-facts.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';

/** Each host has a certificate of its own, for as many days as its first label says; those called down do not answer. */
function createSource() {
  const changed = new Map<string, number>();
  const made = createWillingSource((uri) => {
    const at = Date.now();
    const host = /\/\/([^:/]+)/.exec(uri)![1]!;
    const days = changed.get(host) ?? Number(/^d(\d+)/.exec(host)?.[1] ?? 60);
    const notAfter = Math.floor(at / DAY) * DAY + days * DAY + DAY / 2;
    const leaf = certificate(`${host} ${days}`, {
      notBefore: notAfter - 398 * DAY,
      notAfter,
      issuer: host.includes('le.') ? 'Let’s Encrypt E7' : 'Example CA',
      dnsNames: [host],
      publicPolicy: true,
    });
    return observation([presented('192.0.2.1', leaf)], { uri, at });
  });
  return { ...made, changed };
}

/** Everything that a card says, a line each. */
function linesOf(card: Card): string[] {
  const group = ({ heading, text = [], rows = [], more }: Group): string[] => [
    heading,
    ...text.map(textOf),
    ...rows.map(({ name, sub, date }) => [textOf(name), sub, date].filter((part) => part !== undefined).join(' | ')),
    ...(more === undefined ? [] : [more]),
  ];
  const facts = (card.facts ?? []).map(({ label, value }) => `${label}: ${value}`);
  return [card.title, ...(card.text ?? []), ...facts, ...(card.groups ?? []).flatMap(group)].map((line) =>
    line.replaceAll('\u00a0', ' '),
  );
}

describe('what a conversation can see at a glance', () => {
  let chat: PlainChat;
  let source: ReturnType<typeof createSource>;
  beforeEach(async () => {
    source = createSource();
    chat = await startPlainChat({ source: source.source });
    await chat.say('watch d3.example d20.example d90le.example');
  });
  afterEach(() => chat.bot.close());

  const said = async (text: string, place?: string): Promise<string> => linesOf(await chat.say(text, place)).join('\n');

  const watchOf = async (uri: string) => (await chat.bot.store.findWatch('plain:ops', uri))!;

  it('is a list of what is meant, in words, with how it was understood', async () => {
    assert.match(await said('list in the next 30 days'), /^2 of 3 expire by /);
    assert.match(await said('list in 30 Tagen'), /^2 of 3 expire by /);
    assert.match(await said('list urgent'), /^1 of 3: urgent\n(?:.*\n)*d3\.example/);
    assert.match(await said("list issuer Let's Encrypt"), /^1 of 3: issuer let's encrypt\n(?:.*\n)*d90le\.example/);
    assert.match(await said('list mine'), /^3 of 3: owner Anna/);
    assert.match(await said('list without owner'), /^None of the 3 watches here matches “without an owner”/);
    assert.match(await said('list nonsense words'), /matches? “nonsense words”/);
    assert.match(await said('list d20'), /^1 of 3: “d20”/);
    assert.match(await said('list'), /^2 of 3 expire within 30 days/);
  });

  it('keeps what was asked for when pages are turned, and whose it was', async () => {
    await chat.say(`watch ${Array.from({ length: 20 }, (_one, index) => `d${index + 300}.example`).join(' ')}`);
    const card = await chat.say('list mine in the next 9 years');
    const next = card.actions!.find(({ kind }) => kind === 'execute')!;
    assert.ok(next.kind === 'execute');
    assert.match(String(next.action.data.filter), /^person:anna in the next 9 years$/);
    const page = await chat.pressed(next.action);
    assert.match(page!.title, /^23 of 23: owner Anna, expiry by /);
    assert.match(page!.footnote!, /Page 2 of 3/);
  });

  it('is what people noted, until that is taken back', async () => {
    assert.match(
      await said('note d3.example, d20.example: Ben renews it, see https://wiki.example/x'),
      /d3\.example and d20\.example: “Ben renews it, see https:\/\/wiki\.example\/x”/,
    );
    assert.equal((await watchOf('tls://d20.example:443')).note, 'Ben renews it, see https://wiki.example/x');
    assert.match(await said('show d3.example'), /Note: Ben renews it/);
    assert.match(await said('list Ben renews'), /^2 of 3/);
    assert.match(await said('note d3.example'), /Ben renews it/);
    await chat.say('note d3.example none');
    assert.equal((await watchOf('tls://d3.example:443')).note, undefined);
    assert.match(await said(`note d3.example ${'x'.repeat(501)}`), /at most 500 characters, and this one has 501/);
    assert.match(await said('note'), /The target is missing/);
    assert.match(await said('note d4.example hello'), /d4\.example/);
  });

  it('is told in one sentence each where there is nothing, or not all of it', async () => {
    const empty = await chat.say('export', 'elsewhere');
    assert.deepEqual(
      [empty.title, empty.text],
      ['Nothing is watched here yet', ['Type for example “watch example.com”.']],
    );
    assert.match(await said('export #none'), /^Nothing here fits “#none”, so there is nothing to export/);
    const table = await chat.say('import target,tags\nd3.example,#a.b\nd20.example,#shop\nno..example,');
    assert.equal(table.title, 'Imported 1 of 3 lines');
    assert.ok(!JSON.stringify(table).includes('Nothing was changed'));
    assert.ok(table.groups!.every(({ rows = [] }) => rows.every(({ date }) => date === undefined)));
    const pasted = await chat.say('import\nNotiz\tZiel\n\td3.example\nBen, "by hand"\td20.example\nx\td90le.example');
    assert.equal(pasted.title, 'Imported 3 lines');
    assert.equal((await watchOf('tls://d20.example:443')).note, 'Ben, "by hand"');
    assert.match(await said('report', 'elsewhere'), /^Nothing is watched here yet\nType for example/);
    assert.match(await said('untag all', 'elsewhere'), /^Nothing is watched here yet/);
    for (const typed of ['report next month', 'report nächster Monat'])
      assert.match(await said(typed), /is no period I can tell about/);
    for (const typed of ['export as CSV', 'export als Datei', 'export to a csv file'])
      assert.match(await said(typed), /^What this conversation watches, as a file/);
    assert.match(await said('export #shop as csv'), /"d20\.example"/);
    const history = await chat.say('history of d3.example');
    assert.equal(history.title, 'What became of d3.example');
    assert.ok(!JSON.stringify(history).includes('Not taken'));
    const which = await chat.say('renew');
    assert.deepEqual(
      [which.title, which.summary],
      ['Which one?', 'Which one? Type what is to be renewed, such as “renew example.com”.'],
    );
  });

  it('is words by which targets are found together', async () => {
    assert.match(
      await said('tag d3.example d20.example #shop #EU'),
      /d3\.example and d20\.example: #shop #eu from now on/,
    );
    assert.match(await said('tag d3.example prod'), /#prod/);
    assert.deepEqual((await watchOf('tls://d3.example:443')).tags, ['shop', 'eu', 'prod']);
    assert.match(await said('list #shop'), /^2 of 3: #shop/);
    assert.match(await said('list #shop urgent'), /^1 of 3: urgent, #shop/);
    assert.match(await said('list untagged'), /^1 of 3/);
    assert.match(await said('tags'), /#shop \| 2/);
    await chat.say('untag all #shop');
    assert.deepEqual((await watchOf('tls://d20.example:443')).tags, ['eu']);
    await chat.say('untag d20.example');
    assert.equal((await watchOf('tls://d20.example:443')).tags, undefined);
    assert.match(await said('tag d3.example #a.b'), /is no tag/);
    assert.match(await said('tag d3.example #1 #2 #3 #4 #5 #6 #7 #8 #9 #10'), /would have more than 10 tags/);
    assert.doesNotMatch(await said('Guten Tag'), /no tag|Which target/);
  });

  it('is what became of a target, and who did what, here alone', async () => {
    await chat.say('watch d3.example', 'elsewhere');
    await chat.say('note d3.example secret of elsewhere', 'elsewhere');
    await chat.say('tag d3.example #shop');
    await chat.say('note d3.example Ben renews it');
    await chat.say('remind 10d for d3.example');
    source.changed.set('d3.example', 300);
    await chat.press((await watchOf('tls://d3.example:443')).id);
    await chat.say('unwatch d3.example');
    const text = await said('history d3.example');
    assert.match(text, /What became of d3\.example/);
    const order = [
      'No longer watched',
      'Renewed, now until',
      'Alerts changed: 10d',
      'Noted: “Ben renews it”',
      'Tagged #shop',
      'First certificate seen',
    ];
    const places = order.map((one) => text.indexOf(one));
    assert.ok(
      places.every((at, index) => at >= 0 && at >= (places[index - 1] ?? 0)),
      `${places.join()} ${text}`,
    );
    assert.match(text, /[23] days before the old one ended/);
    assert.match(text, /Anna/);
    assert.doesNotMatch(text, /elsewhere/);
    assert.match(await said('history d4.example'), /d4\.example/);
    assert.doesNotMatch(await said('history d3.example', 'third'), /Watched|Renewed/);
  });

  it('is a report of what lapsed, what was renewed, and what is to come', async () => {
    source.changed.set('d20.example', 400);
    await chat.press((await watchOf('tls://d20.example:443')).id);
    source.changed.set('d3.example', -2);
    await chat.press((await watchOf('tls://d3.example:443')).id);
    const card = await chat.say('report');
    const text = linesOf(card).join('\n');
    assert.match(text, /^1 of 3 lapsed in the last 90 days/);
    assert.match(text, /Renewed: 1 in time, (?:19|20) days before expiry on average/);
    assert.match(text, /Let’s Encrypt \| 1/);
    assert.match(text, /My best guess: 3 targets are renewed by hand/);
    const charts = card.groups!.flatMap(({ chart }) => chart ?? []);
    assert.equal(charts[0]!.bars.length, 6);
    assert.ok(card.groups!.some(({ toggle }) => toggle === 'Numbers'));
    assert.match(await said('report 30 days'), /in the last 30 days/);
    assert.match(await said('report 30 Tage'), /in the last 30 days/);
    assert.match(await said(`report ${new Date().getUTCFullYear()}`), /from 1 Jan/);
    assert.match(await said('report last month'), /from 1 /);
    assert.match(await said('report nonsense'), /“nonsense” is no period/);
  });

  it('goes out as a table and comes back without loss', async () => {
    await chat.say('tag d3.example #shop');
    await chat.say('note d3.example =1+1, "quoted"');
    const { context } = chat.bot;
    const card = await chat.say('export');
    const [button] = card.actions!;
    assert.ok(button?.kind === 'open');
    const csv = (await exportedList(context, /export\/(\w+)\.csv$/.exec(button.url)![1]!))!;
    assert.match(await said('export #shop'), /^"d3\.example","urgent",.*"#shop"/m);
    assert.match(csv, /"d3\.example"|"d3\.example"/);
    assert.match(csv, /"'=1\+1, ""quoted"""/);
    const same = await said(`import\n${csv}`);
    assert.match(same, /As they were: 3/);
    assert.doesNotMatch(same, /Changed|Not taken|Newly/);
    const table =
      'target;tags;note;thresholds;owner\nd3.example;eu;;60d 14d;Bob\nd40.example;eu;hello;;\nno target;;;;\nd40.example;;;;\nd20.example;a.b;;;\n';
    const changed = await said(`import ${table}`);
    assert.match(changed, /Changed: 1/);
    assert.match(changed, /Newly watched: 1/);
    assert.match(changed, /Not taken: 3/);
    assert.match(changed, /stands in line 3 already/);
    const d3 = await watchOf('tls://d3.example:443');
    assert.deepEqual(d3.tags, ['shop', 'eu']);
    assert.equal(d3.note, '=1+1, "quoted"');
    assert.equal(d3.policy?.length, 2);
    const d40 = await watchOf('tls://d40.example:443');
    assert.deepEqual([d40.note, d40.tags], ['hello', ['eu']]);
    assert.match(await said(`import ${table}`), /As they were: 2/);
    assert.match(await said('import'), /There is no table/);
    assert.match(await said('import d3.example\nd4.example'), /first line has to name the columns/);
    assert.equal(await exportedList(context, 'nobody-knows-it'), null);
  });

  it('is a file for an hour', async () => {
    const { context, store } = chat.bot;
    const hash = createHash('sha256').update('a-token').digest('hex');
    await store.putExport({ hash, conversationId: 'plain:ops', language: 'de', until: Date.now() + 1000 });
    assert.match((await exportedList(context, 'a-token'))!, /^\uFEFF"Ziel","Zustand"/);
    await store.putExport({ hash, conversationId: 'plain:ops', language: 'en', until: Date.now() - 1 });
    assert.equal(await exportedList(context, 'a-token'), null);
  });
});
