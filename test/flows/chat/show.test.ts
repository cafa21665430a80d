import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import { failed, observation } from '../../support/certificate-facts.ts';
import { root } from '../../peers/tls/pki.ts';
import { createWillingSource, fine, startPlainChat, type PlainChat } from './plain-chat.ts';
import { factOf } from '../../support/card-texts.ts';
import { rowsOf, said } from '../../support/said.ts';

describe('a target that is not watched here', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  it('is said to be none of nothing, where nothing is watched', async () => {
    for (const verb of ['show', 'unwatch', 'calendar'])
      assert.match(
        said(await chat.say(`${verb} a.example`)),
        /^a\.example is not watched in this conversation\. Nothing is yet/,
      );
  });

  for (const [typed, expected] of [
    ['betta.example', /Did you mean beta\.example\?$/],
    ['alpa.example', /Did you mean alpha\.example\?$/],
    ['beta123456.example', /Did you mean beta\.example\?$/],
    ['beta1234567.example', /Type “list” to see what is, or “check beta1234567\.example”/],
  ] as const)
    it(`is told with the nearest that is, when that is near enough: ${typed}`, async () => {
      await chat.say('watch alpha.example beta.example gamma-with-a-long-name.example');
      for (const verb of ['show', 'unwatch']) assert.match(said(await chat.say(`${verb} ${typed}`)), expected);
      const card = await chat.say(`unwatch ${typed} alpha.example`);
      const row = rowsOf(card).find(([name]) => name!.startsWith(typed));
      assert.match(row![1]!, expected);
    });
});

describe('what is shown of a watch', () => {
  let chat: PlainChat;
  let see: (uri: string) => Observation;
  beforeEach(async () => {
    see = fine;
    chat = await startPlainChat({ source: createWillingSource((uri) => see(uri)).source });
  });
  afterEach(() => chat.bot.close());

  it('is who began it and when, its thresholds, the last look and the next', async () => {
    await chat.say('watch a.example remind 20d');
    const card = await chat.say('show a.example');
    assert.match(card.title, /^a\.example is valid until /);
    assert.equal(factOf(card, 'Owner'), 'Anna');
    assert.match(factOf(card, 'Watched') ?? '', /^since \w{3} \d{1,2} \w{3}, \d\d:\d\d$/);
    assert.match(factOf(card, 'All alerts') ?? '', /^(?:\w{3} )?\d{1,2} \w{3}, and when it expires$/);
    assert.match(factOf(card, 'Looked at') ?? '', /just now; again in \d hours$/);
    assert.equal(factOf(card, 'Last known'), undefined);
    const { id } = (await chat.bot.store.findTarget('tls://a.example:443'))!;
    await chat.bot.store.setTargetDue([id], Date.now());
    assert.match(factOf(await chat.say('show a.example'), 'Looked at') ?? '', /; again now$/);
  });

  it('is the certificate that was known last, while none can be seen', async () => {
    await chat.say('watch a.example');
    see = (uri) => observation([failed('192.0.2.1', 'refused')], { uri, at: Date.now() });
    const { id } = (await chat.bot.store.findTarget('tls://a.example:443'))!;
    await chat.bot.store.setTargetDue([id], Date.now());
    await chat.bot.round();
    const card = await chat.say('show a.example');
    assert.match(factOf(card, 'Last known') ?? '', /^example\.com, expires .* issued by Demo CA E7$/);
  });

  it('is there also when it cannot be judged by what its conversation trusts, and that is written down', async () => {
    await chat.say('watch private.example');
    await chat.say(`trust add ${(await root('CN=Own Root')).pem}`);
    const errors: string[] = [];
    chat.bot.context.log.error = (_fields: object, message?: string) => void errors.push(String(message));
    chat.bot.context.anchors.judge = () => {
      throw new Error('a bug');
    };
    const card = await chat.say('list');
    assert.deepEqual(
      rowsOf(card).map(([name]) => name),
      ['private.example'],
    );
    assert.equal((await chat.say('show private.example')).title, 'Clients refuse private.example');
    const message = 'a look could not be judged by what its conversation trusts';
    assert.deepEqual(errors, [message, message]);
  });

  it('has a button that fills in the event as it is planned, out of a freeze', async () => {
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await chat.say(`settings freeze ${day(15)}..${day(58)}`);
    await chat.say('watch a.example');
    const urls = ({ actions = [] }: Card): string[] =>
      actions.flatMap((one) => (one.kind === 'open' && one.url.startsWith('https://outlook') ? [one.url] : []));
    const [shown, ...more] = urls(await chat.say('show a.example'));
    assert.deepEqual(more, []);
    assert.equal(shown, urls(await chat.say('calendar a.example'))[0]);
    assert.notEqual(shown, urls(await chat.say('check a.example'))[0]);
  });

  it('has no button that fills in an event once the certificate has ended, nor has what is looked at once', async () => {
    see = (uri) => {
      const seen = fine(uri);
      for (const one of seen.addresses) if (one.kind === 'presented') one.chain[0].notAfter = Date.now() - 1000;
      return seen;
    };
    const labels = ({ actions = [] }: Card): string[] => actions.map(({ label }) => label);
    await chat.say('watch a.example');
    assert.deepEqual(labels(await chat.say('show a.example')), [
      'Look again now',
      'How to renew',
      'Calendar file (.ics)',
      'Stop watching',
    ]);
    assert.deepEqual(labels(await chat.say('check a.example')), []);
    see = fine;
    assert.equal(labels(await chat.say('check b.example')).length, 1);
  });
});

describe('a look by hand', () => {
  let chat: PlainChat & { looks: string[] };
  let see: (uri: string) => Observation;
  beforeEach(async () => {
    see = fine;
    const { source, looks } = createWillingSource((uri) => see(uri));
    chat = { ...(await startPlainChat({ source })), looks };
  });
  afterEach(() => chat.bot.close());

  it('tells to watch what is not watched here yet, and that alone', async () => {
    await chat.say('watch a.example', 'elsewhere');
    assert.match((await chat.say('check a.example')).footnote ?? '', /To be reminded, type “watch a\.example”/);
    await chat.say('watch a.example');
    assert.doesNotMatch((await chat.say('check a.example')).footnote ?? '', /To be reminded/);
  });

  it('counts as the look of whoever watches the target, and is kept for nobody else', async () => {
    await chat.say('watch a.example', 'elsewhere');
    const { store } = chat.bot;
    const lookedAt = async () => (await store.findTarget('tls://a.example:443'))!.observation!.at;
    const before = await lookedAt();
    see = (uri) => ({ ...fine(uri), at: before + 60_000 });
    for (const host of ['a.example', 'b.example']) await chat.say(`check ${host}`);
    assert.equal(await lookedAt(), before + 60_000);
    assert.equal(await store.findTarget('tls://b.example:443'), null);
  });

  it('at addresses that policy forbids is nobody’s look', async () => {
    await chat.say('watch a.example');
    const { store } = chat.bot;
    const before = (await store.findTarget('tls://a.example:443'))!.observation!.at;
    see = (uri) => observation([failed('192.0.2.1', 'policy')], { uri, at: before + 60_000 });
    await chat.say('check a.example');
    assert.equal((await store.findTarget('tls://a.example:443'))!.observation!.at, before);
    see = (uri) =>
      observation([failed('192.0.2.1', 'policy'), failed('192.0.2.2', 'refused')], { uri, at: before + 60_000 });
    await chat.say('check a.example');
    assert.equal((await store.findTarget('tls://a.example:443'))!.observation!.at, before + 60_000);
  });
});
