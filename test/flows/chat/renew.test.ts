import assert from 'node:assert/strict';
import { textOf, type Card, type Group } from '../../../src/core/card.ts';
import { certificate, failed, observation, presented } from '../../support/certificate-facts.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';

function seenAt(uri: string) {
  const at = Date.now();
  if (uri.includes('down')) return observation([failed('192.0.2.1', 'refused')], { uri, at });
  const host = uri.replace(/^\w+:\/\/|:\d+$/g, '');
  const life = { notBefore: at - 80 * 86_400_000, notAfter: at + 10 * 86_400_000 };
  const leaf = certificate(host, { ...life, issuer: "Let's Encrypt E7", subject: host, dnsNames: [host] });
  return observation([presented('192.0.2.1', leaf)], { uri, at });
}

function textsOf({ groups = [] }: Card): string[] {
  return groups.flatMap(({ heading, text = [] }) => [heading, ...text.map(textOf)]);
}

describe('how a certificate is renewed', () => {
  let chat: PlainChat;
  let looks: string[];
  beforeEach(async () => {
    const willing = createWillingSource(seenAt);
    looks = willing.looks;
    chat = await startPlainChat({ source: willing.source });
  });
  afterEach(() => chat.bot.close());

  const watchId = async (host: string): Promise<number> =>
    (await chat.bot.store.findWatch('plain:ops', `tls://${host}:443`))!.id;

  it('is told of what is watched, in four steps with commands, from what is known', async () => {
    await chat.say('watch shop.example.com');
    const before = looks.length;
    const card = await chat.say('how do I renew shop.example.com?');
    assert.equal(looks.length, before, 'nobody was looked at');
    assert.equal(card.title, 'How to renew shop.example.com');
    assert.match(card.summary, /^How to renew shop\.example\.com\. Let’s Encrypt issued it/);
    const texts = textsOf(card);
    assert.deepEqual(
      card.groups!.map(({ heading }) => heading),
      ['1. Renew', '2. Install and reload', '3. See that it worked', '4. Next time'],
    );
    assert.ok(texts.includes('certbot: certbot renew'));
    assert.ok(texts.includes('nginx: nginx -t && systemctl reload nginx'));
    assert.ok(texts.includes('here in the chat: check shop.example.com'));
    assert.match(card.footnote ?? '', /best guess/);
  });

  it('is told of what is not watched after a look', async () => {
    const card = await chat.say('renew smtp://mx.example.com');
    assert.deepEqual(looks, ['smtp://mx.example.com:25']);
    assert.ok(textsOf(card).includes('Postfix: postfix check && postfix reload'));
    assert.equal((await chat.bot.store.listWatches('plain:ops')).length, 0);
  });

  it('cannot be told of what nobody has seen', async () => {
    assert.match((await chat.say('renew down.example.com')).summary, /cannot say how it is renewed/);
  });

  it('is told without a name where one target is watched, and asked about where there are more', async () => {
    assert.match((await chat.say('How do I renew this?')).summary, /^Which one\? Type .*“renew example\.com”/);
    await chat.say('watch shop.example.com');
    assert.match((await chat.say('How do I renew this?')).title, /^How to renew shop/);
    await chat.say('watch mail.example.com');
    const asked = await chat.say('renew');
    const [{ rows = [] }] = asked.groups as [Group];
    assert.deepEqual(rows.map(({ name }) => name).toSorted(), ['mail.example.com', 'shop.example.com']);
    const [choose] = rows[0]!.actions!;
    assert.ok(choose?.kind === 'execute' && choose.action.name === 'renew');
  });

  it('is told beside a card when its button is pressed, and that of another conversation is not', async () => {
    const watched = await chat.say('watch shop.example.com');
    const button = watched.actions!.find((each) => each.kind === 'execute' && each.action.name === 'renew');
    assert.ok(button?.kind === 'execute' && button.label === 'How to renew' && !button.isRare);
    const before = chat.posts.length;
    assert.equal(await chat.pressed(button.action), null, 'the pressed card stays');
    assert.match(chat.posts.at(-1)!.title, /^How to renew shop/);
    await chat.pressed({ name: 'renew', data: { watch: await watchId('shop.example.com') } }, 'other');
    assert.equal(chat.posts.length, before + 2);
    assert.doesNotMatch(chat.posts.at(-1)!.title, /How to renew/);
  });

  it('is told in German', async () => {
    const german = await startPlainChat({ source: createWillingSource(seenAt).source, locale: 'de-DE' });
    try {
      const card = await german.say('wie erneuere ich shop.example.com?');
      assert.equal(card.title, 'So wird shop.example.com erneuert');
      assert.match(card.groups![0]!.heading, /^1\. Erneuern$/);
    } finally {
      await german.bot.close();
    }
  });
});

describe('the persona', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource(seenAt).source });
  });
  afterEach(() => chat.bot.close());

  const shown = async (): Promise<string> =>
    (await chat.say('settings persona')).facts!.find(({ label }) => label === 'Voice')!.value;

  for (const [typed, expected] of [
    ['settings persona clippy', /^Clippy/],
    ['einstellungen persona karl klammer', /^Clippy/],
    ['settings persona Plain', /^plain/],
    ['settings persona none', /^plain/],
    ['settings persona default', /^plain/],
  ] as const)
    it(`is set and taken back: ${typed}`, async () => {
      assert.match(await shown(), /^plain/);
      if (expected.source === '^plain') await chat.say('settings persona clippy');
      await chat.say(typed);
      assert.match(await shown(), expected);
    });

  it('is nobody else', async () => {
    assert.match((await chat.say('settings persona hal')).summary, /“hal” is nobody I can be/);
    assert.match(await shown(), /^plain/);
  });
});
