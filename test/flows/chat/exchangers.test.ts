import assert from 'node:assert/strict';
import type { MailExchangers } from '../../../src/core/ports/source.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';
import { rowsOf, said } from '../../support/said.ts';

const ZONES: Record<string, Awaited<ReturnType<MailExchangers['exchangers']>>> = {
  'two.example': { hosts: ['mx1.two.example', 'mx2.two.example'] },
  'one.example': { hosts: ['mail.one.example'] },
  'same.example': { hosts: ['mail.one.example'] },
  'hosted.example': { hosts: ['mx.provider.test'] },
  'shared.example': { hosts: ['mx1.two.example'] },
  'xn--mller-kva.example': { hosts: ['mail.xn--mller-kva.example'] },
  'null.example': { failure: 'no-mail' },
  'broken.example': { failure: 'resolver' },
};

const MX1 = 'smtp://mx1.two.example:25';
const MX2 = 'smtp://mx2.two.example:25';

describe('the mail exchangers of a domain, in a command', () => {
  let chat: PlainChat & { looks: string[]; asked: string[] };
  async function start(locale = 'en', maxWatches = 2000): Promise<void> {
    const { source, looks } = createWillingSource();
    const asked: string[] = [];
    const mail: MailExchangers = {
      async exchangers(domain) {
        asked.push(domain);
        return ZONES[domain] ?? { failure: 'none' };
      },
    };
    chat = { ...(await startPlainChat({ source, mail, locale, settings: { maxWatches } })), looks, asked };
  }
  beforeEach(() => start());
  afterEach(() => chat.bot.close());

  it('are each watched on port 25, in one answer that names the domain', async () => {
    const card = await chat.say('watch mx:two.example');
    assert.equal(card.summary, '2 targets: 2 watched (mail exchangers of two.example)');
    assert.match(said(card), /They are the mail exchangers of two\.example\./);
    assert.deepEqual(
      rowsOf(card)
        .map(([name]) => name)
        .toSorted(),
      ['smtp://mx1.two.example:25', 'smtp://mx2.two.example:25'],
    );
    assert.deepEqual(await chat.uris(), [MX1, MX2]);
    assert.equal(
      (await chat.say('watch mx:two.example')).summary,
      '2 targets: 2 already watched (mail exchangers of two.example)',
    );
  });

  it('may be only one', async () => {
    assert.equal(
      (await chat.say('watch mx:one.example')).summary,
      '1 target: 1 watched (mail exchangers of one.example)',
    );
    assert.deepEqual(await chat.uris(), ['smtp://mail.one.example:25']);
  });

  it('are looked at by `check`, and by the bare target', async () => {
    assert.match((await chat.say('check mx:two.example')).summary, /^2 targets: 2 checked \(mail exchangers/);
    assert.match((await chat.say('mx:two.example')).summary, /^2 targets: 2 checked \(mail exchangers/);
    assert.deepEqual(await chat.uris(), []);
  });

  it('stand beside other targets, and each counts once', async () => {
    const card = await chat.say(
      `watch a.example mx:two.example smtp://mx1.two.example mx:shared.example mx:nowhere.example`,
    );
    assert.equal(
      card.summary,
      '4 targets: 3 watched, 1 failed (with the mail exchangers of two.example and shared.example)',
    );
    assert.deepEqual(await chat.uris(), [MX1, MX2, 'tls://a.example:443']);
  });

  it('are told with the own letters of their domain', async () => {
    assert.match(said(await chat.say('watch mx:müller.example')), /the mail exchangers of müller\.example\.$/);
  });

  it('count as a watch each', async () => {
    await chat.bot.close();
    await start('en', 1);
    assert.match((await chat.say('watch mx:two.example')).summary, /^2 targets: 1 watched, 1 failed/);
    assert.deepEqual(await chat.uris(), [MX1]);
  });

  const failures: [string, RegExp, RegExp][] = [
    [
      'mx:nowhere.example',
      /^No mail exchanger of nowhere\.example was found: it has neither MX nor address records/,
      /^Für nowhere\.example ist kein Mailserver zu finden/,
    ],
    ['mx:null.example', /^null\.example accepts no mail: its MX record says so/, /^null\.example nimmt keine Mail an/],
    [
      'mx:broken.example',
      /^The mail exchangers of broken\.example could not be found out: the DNS did not answer/,
      /^Die Mailserver von broken\.example ließen sich nicht ermitteln/,
    ],
  ];
  for (const [target, english, german] of failures)
    it(`of ${target} are not there, and the answer says why`, async () => {
      for (const verb of ['watch', 'check']) {
        assert.match(said(await chat.say(`${verb} ${target}`)), english);
        assert.deepEqual(chat.looks, []);
      }
      await chat.bot.close();
      await start('de');
      assert.match(said(await chat.say(`watch ${target}`)), german);
    });

  it('are no longer watched after `unwatch`, as far as they were', async () => {
    await chat.say('watch mx:two.example a.example');
    await chat.say('unwatch smtp://mx1.two.example');
    const card = await chat.say('unwatch mx:two.example');
    assert.equal(card.summary, '1 target: 1 no longer watched (mail exchangers of two.example)');
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
  });

  it('are not asked of the DNS by who is about what is watched', async () => {
    await chat.say('watch mx:hosted.example smtp://mail.two.example a.example');
    chat.asked.length = 0;
    assert.match(said(await chat.say('owner mx:hosted.example')), /smtp:\/\/mx\.provider\.test/);
    assert.match(said(await chat.say('owner mx:two.example')), /smtp:\/\/mail\.two\.example/);
    assert.match(said(await chat.say('remind also me for mx:hosted.example')), /writes into none/);
    assert.match(said(await chat.say('remind not me for mx:hosted.example')), /nothing to end/);
    assert.match(said(await chat.say('unwatch mx:other.example')), /^No mail exchanger of other\.example is watched/);
    const many = Array.from({ length: 900 }, (_, index) => `mx:d${index}.example`).join(' ');
    assert.match(said(await chat.say(`unwatch mx:hosted.example ${many}`)), /(?:1|is) no longer watched/);
    assert.deepEqual(await chat.uris(), ['smtp://mail.two.example:25', 'tls://a.example:443']);
    assert.deepEqual(chat.asked, []);
  });

  it('that were watched before are also meant by another domain of theirs', async () => {
    await chat.say('watch mx:one.example');
    await chat.say('watch mx:same.example');
    assert.match(said(await chat.say('unwatch mx:same.example')), /(?:1|is) no longer watched/);
    assert.deepEqual(await chat.uris(), []);
  });

  it('get an owner and copies where they are watched', async () => {
    await chat.say('watch smtp://mx1.two.example');
    assert.match(said(await chat.say('owner mx:two.example')), /smtp:\/\/mx1/);
    assert.match(
      said(await chat.say('owner mx:one.example')),
      /^No mail exchanger of one\.example is watched in this conversation/,
    );
    assert.match(said(await chat.say('remind not me for mx:two.example')), /no copies of these reminders/);
  });

  for (const verb of ['show', 'calendar'])
    it(`are too many for \`${verb}\`, which says what to type`, async () => {
      const summary = said(await chat.say(`${verb} mx:two.example`));
      assert.match(
        summary,
        new RegExp(
          `“${verb}” takes one target, and two\\.example may have several mail exchangers\\. .*“${verb} smtp://mail\\.example\\.com”`,
        ),
      );
    });

  it('may not make more than a thousand targets of a message', async () => {
    for (let index = 0; index < 60; index += 1)
      ZONES[`d${index}.example`] = { hosts: Array.from({ length: 20 }, (_, host) => `m${host}.d${index}.example`) };
    const domains = Array.from({ length: 60 }, (_, index) => `mx:d${index}.example`);
    assert.match(
      said(await chat.say(`watch ${domains.join(' ')}`)),
      /at most 1,000 targets, and this one names 1,200\. Nothing was done/,
    );
    assert.deepEqual(chat.looks, []);
  });
});
