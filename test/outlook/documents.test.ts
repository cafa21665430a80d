import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, X509Certificate, type JsonWebKey } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Issued } from '../../demo/certificates.ts';
import { textOf, type Card } from '../../src/core/card.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';
import { createJwksSource } from '../../src/sources/jwks/source.ts';
import { createSamlSource } from '../../src/sources/saml/source.ts';
import { readCertificate } from '../../src/sources/tls/x509.ts';
import { createDocumentPeers, derOf, json } from '../peers/web/document-peers.ts';
import { entity, keyDescriptor, signature } from '../peers/web/saml-metadata.ts';
import type { WebPeer } from '../peers/web/web-peers.ts';
import { NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

const anna = personOf('anna');
const annaDe = personOf('anna', { locale: 'de-DE' });

/** Everything that a card makes people read. */
function reading(card: Card): string {
  const { title, summary, lead = '', todo, text = [], facts = [], details = [], groups = [] } = card;
  const rows = groups.flatMap(({ heading, rows: all = [], text: lines = [], more = '' }) => [
    heading,
    ...lines.map(textOf),
    ...all.map(({ name, sub, date, distance }) => [textOf(name), sub, date, distance].join(' | ')),
    more,
  ]);
  const told = [...facts, ...details].map(({ label, value }) => `${label}: ${value}`);
  return [title, summary, textOf(lead), todo?.task ?? '', ...text, ...told, ...rows].join('\n');
}

describe('documents that are watched', () => {
  let peers: Awaited<ReturnType<typeof createDocumentPeers>>;
  let first: Issued;
  let second: Issued;
  let third: Issued;
  let it_: WiredOutlook;
  let peer: WebPeer;
  let answer: RequestListener;
  let asked = 0;
  before(async () => {
    peers = await createDocumentPeers();
    const issue = (days: number): Promise<Issued> =>
      peers.authority.issue({
        names: [`key${days}.example`],
        subject: `CN=Key ${days}`,
        notBefore: new Date(NOW - 30 * DAY),
        notAfter: new Date(NOW + days * DAY),
      });
    [first, second, third] = [await issue(60), await issue(200), await issue(400)];
    peer = await peers.serve((request, response) => {
      asked += 1;
      answer(request, response);
    });
  });
  after(() => peers.close());
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna, annaDe],
      sources: (now) => {
        const download = peers.download({}, now);
        return [createJwksSource({ download, now }), createSamlSource({ download, now })];
      },
    });
  });
  afterEach(() => it_.close());

  const certified = (leaf: Issued, use = 'sig', kid = 'a'): JsonWebKey => ({
    ...createPublicKey(leaf.certPem).export({ format: 'jwk' }),
    use,
    kid,
    x5c: [derOf(leaf)],
  });
  const bare = (kid: string): JsonWebKey => ({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    use: 'sig',
    kid,
  });
  const serve = (...keys: unknown[]): void => void (answer = json({ keys }));
  const target = (): string => `jwks+${peer.url}/keys`;
  const say = (text: string): Promise<Card> => it_.say(anna, text);
  const events = () => it_.graph.events('anna').toSorted((a, b) => a.start - b.start);
  const told = (): Card[] => it_.said(CHANNEL).slice(1);

  it('have the reminders of all that they list, in one watch', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    const card = await say(`watch ${target()}`);
    assert.match(card.title, /^127\.0\.0\.1:\d+ \(JWKS: signing, key “a”\) is valid until 21\sJan$/);
    assert.match(card.state!.word, /watched from now on/);
    assert.match(card.summary, /valid until .*21\sJan\s2027/);
    assert.match(reading(card), /everything in it can be read and is valid\./);
    assert.match(
      reading(card),
      /What it lists \(2\)\nSigning, key “a” \| Key 60 \| 21\sJan \| 60\sdays\nEncryption, key “b” \| Key 200/,
    );
    assert.equal(events().length, 4, 'two pairs');
    assert.match(events()[0]!.subject, /^Renew/);
    assert.match(events()[0]!.body, /publish it beside this one in every document below/);
    assert.doesNotMatch(events()[0]!.body, /Chain:|install/);
    const list = await say('list');
    assert.match(JSON.stringify(list), /21\sJan/);
    assert.match(reading(await say(`check ${target()}`)), /What it lists/);
  });

  it('tell each stage once, with what to do', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    await say(`watch ${target()}`);
    await it_.later(40 * DAY);
    const [alert, ...more] = told();
    assert.equal(more.length, 0);
    assert.equal(alert!.title, `${new URL(peer.url).host} (JWKS: signing, key “a”) expires in 20 days`);
    assert.match(reading(alert!), /publish it beside this one/);
    await it_.later();
    assert.equal(told().length, 1);
  });

  it('move reminders when a key is replaced, and say so where an alert told of it', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    await say(`watch ${target()}`);
    await it_.later(40 * DAY);
    const [alert, ...others] = it_.posts.slice(1);
    assert.equal(others.length, 0);
    serve(certified(third, 'sig', 'c'), certified(second, 'enc', 'b'));
    for (let minutes = 0; minutes < 20; minutes += 1) await it_.later(MINUTE);
    await it_.later();
    assert.match(alert!.card.title, /\(JWKS: signing, key “c”\) is valid until/);
    assert.equal(alert!.card.state!.word, 'Renewed');
    assert.doesNotMatch(reading(alert!.card), /address|Its other certificate/);
    assert.equal(events().length, 4, 'moved, not made anew');
    assert.equal(told().length, 1);
  });

  it('move reminders when a key is replaced of which nobody had to hear, and remember that', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    await say(`watch ${target()}`);
    serve(certified(third, 'sig', 'c'), certified(second, 'enc', 'b'));
    await it_.later();
    assert.deepEqual(told(), []);
    assert.equal(events().length, 4, 'moved, not made anew');
    assert.match(reading(await say(`history ${target()}`)), /Renewed/);
  });

  it('take a key that was announced before for the successor of one that goes', async () => {
    const [now, next] = [bare('a'), bare('b')];
    serve(now);
    await say(`watch ${target()}`);
    serve(now, next);
    await it_.later();
    serve(next);
    await it_.later();
    assert.deepEqual(told(), []);
    await it_.later(MINUTE);
    assert.deepEqual(told(), []);
    assert.match(reading(await say(`history ${target()}`)), /Renewed/);
    assert.equal(events().length, 0, 'a key without an end has no events');
  });

  it('and handshakes that show the same certificate have one alert about it, which names both', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    await say(`watch ${target()}`);
    await it_.watching(anna, 'mail.example.com', readCertificate(new X509Certificate(first.certPem)));
    const before = told().length;
    await it_.later(40 * DAY);
    await it_.later(MINUTE);
    const [alert, ...more] = told().slice(before);
    assert.equal(more.length, 0);
    assert.match(alert!.title, /^2 targets share one certificate, which expires in 20 days/);
    assert.match(reading(alert!), /127\.0\.0\.1:\d+ \(JWKS\)/);
    assert.match(reading(alert!), /mail\.example\.com/);
  });

  it('say of a key that ends and is gone that it is, and nothing when that is a day ago', async () => {
    serve(certified(first), certified(second, 'enc', 'b'));
    await say(`watch ${target()}`);
    await it_.later(40 * DAY);
    serve(certified(second, 'enc', 'b'));
    for (const wait of [7 * 60 * MINUTE, MINUTE, MINUTE, DAY, 20 * MINUTE, DAY]) await it_.later(wait);
    assert.deepEqual(
      told().map(({ title }) => title.replace(/^\S+/, '')),
      [' (JWKS: signing, key “a”) expires in 20 days', ' (JWKS) lists one key less'],
    );
    const [open] = (await it_.bot.store.listIncidents(CHANNEL.id)).filter(({ closedAt }) => closedAt === null);
    assert.equal(open, undefined);
    assert.match(reading(await say(`history ${target()}`)), /no longer listed/);
  });

  it('say of what is gone that it is, once another look has missed it too', async () => {
    const [one, two] = [certified(first), certified(second, 'enc', 'b')];
    serve(one, two);
    await say(`watch ${target()}`);
    serve(two);
    await it_.later();
    assert.deepEqual(told(), [], 'one of several servers may have been behind');
    const before = asked;
    await it_.later(MINUTE);
    assert.equal(asked, before + 1, 'it is looked at again soon');
    const [gone, ...more] = told();
    assert.equal(more.length, 0);
    assert.match(gone!.title, /lists one key less$/);
    assert.match(reading(gone!), /does not list Key 60 any more\. Nothing has taken its place/);
    assert.equal(events().length, 2);
    serve(one, two);
    await it_.later();
    serve(two);
    await it_.later();
    serve(one, two);
    await it_.later(MINUTE);
    assert.equal(told().length, 1, 'back before it was missed twice');
  });

  it('warn of private keys, and say when they are gone', async () => {
    serve(bare('a'));
    await say(`watch ${target()}`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const open = { ...privateKey.export({ format: 'jwk' }), kid: 'open', use: 'enc' };
    serve(bare('a'), open);
    await it_.later();
    const alert = told().find(({ title }) => title.startsWith('Something is wrong'));
    assert.match(reading(alert!), /publishes a private key: open\. Whoever has read it can sign as its owner/);
    assert.doesNotMatch(JSON.stringify(it_.posts), new RegExp(open.d!));
    const german = await it_.say(annaDe, `check ${target()}`);
    assert.match(reading(german), /veröffentlicht einen privaten Schlüssel: open/);
    serve(bare('a'));
    await it_.later();
    await it_.later(MINUTE);
    assert.ok(told().some((card) => /does not publish a private key any more/.test(reading(card))));
  });

  it('are told when they cannot be read, and when they can', async () => {
    serve(certified(first));
    await say(`watch ${target()}`);
    answer = (_request, response) => void response.end('<html>');
    for (let looks = 0; looks < 3; looks += 1) await it_.later();
    await it_.later(MINUTE);
    assert.match(reading(told()[0]!), /cannot be read: what came is not JSON/);
    assert.equal(events().length, 2, 'what is known stays');
    serve(certified(first));
    await it_.later();
    await it_.later();
    assert.match(told()[0]!.title, /can be read again$/);
    assert.equal(told().length, 1, 'where it was told');
  });

  it('are not asked before they want to be', async () => {
    serve(certified(first));
    await say(`watch ${target()}`);
    answer = (_request, response) => void response.writeHead(429, { 'retry-after': '36000' }).end();
    await it_.later();
    const before = asked;
    await it_.later(5 * 60 * MINUTE);
    assert.equal(asked, before);
    await it_.later(6 * 60 * MINUTE);
    assert.equal(asked, before + 1);
  });

  it('say in one word why nothing is watched that may not be looked at', async () => {
    const card = await say('watch jwks+https://10.0.0.1/keys');
    assert.match(reading(card), /is not watched: this bot's policy does not allow connecting to 10\.0\.0\.1/);
    const many = await say('watch jwks+https://169.254.169.254/latest, jwks+https://10.0.0.1');
    assert.match(JSON.stringify(many), /policy/);
  });

  it('and handshakes that show the same certificate share one pair of events, and name each other', async () => {
    const leaf = readCertificate(new X509Certificate(first.certPem));
    const rekeyed = { ...leaf, fingerprint: 'e'.repeat(64), notAfter: NOW + 500 * DAY };
    serve(certified(first));
    await say(`watch ${target()}`);
    await it_.watching(anna, 'mail.example.com', leaf);
    await it_.watching(anna, 'old.example.com', rekeyed);
    const about = events().filter(({ body }) => body.includes('mail.example.com'));
    assert.equal(about.length, 2, 'one pair');
    assert.ok(about.every(({ body }) => body.includes(target())));
    assert.match(
      reading(await say('show mail.example.com')),
      new RegExp(`Also here: ${target().replace('+', '\\+')} \\(signing, key “a”\\)`),
    );
    const shown = reading(await say(`show ${target()}`));
    assert.match(shown, /Also here: mail\.example\.com/);
    assert.match(shown, /old\.example\.com \(another certificate of the same key\)/);
  });

  describe('as SAML metadata', () => {
    const metadata = (): string => `saml+${peer.url}/metadata`;
    const publish = (text: string): void =>
      void (answer = (_request, response) => response.setHeader('content-type', 'text/xml').end(text));
    const until = (end: number, ...parts: string[]): void =>
      publish(
        entity('https://idp.example', ...parts).replace(
          'entityID',
          `validUntil="${new Date(end).toISOString()}" entityID`,
        ),
      );

    it('have reminders, stages and successors as key sets have', async () => {
      publish(entity('https://idp.example', signature(third), keyDescriptor(first, 'signing'), keyDescriptor(second)));
      const card = await say(`watch ${metadata()}`);
      assert.match(card.title, /\(SAML: signing, https:\/\/idp\.example\) is valid until 21\sJan/);
      assert.match(reading(card), /What it lists \(3\)/);
      assert.match(reading(card), /Signature of the document, https:\/\/idp\.example \| Key 400/);
      assert.equal(events().length, 6);
      publish(entity('https://idp.example', signature(third), keyDescriptor(third, 'signing'), keyDescriptor(second)));
      await it_.later();
      assert.deepEqual(told(), []);
      assert.match(
        reading(await say(`show ${metadata()}`)),
        /Signature of the document, https:\/\/idp\.example and signing/,
      );
      assert.equal(events().length, 4, 'the one that took over had its own already');
      assert.match(reading(await it_.say(annaDe, `show ${metadata()}`)), /Signatur des Dokuments/);
    });

    it('tell that nobody publishes them anew, and leave those in peace who do', async () => {
      until(NOW + 14 * DAY, keyDescriptor(third));
      await say(`watch ${metadata()}`);
      for (let days = 1; days < 9; days += 1) {
        until(NOW + (14 + days) * DAY, keyDescriptor(third));
        await it_.later(DAY);
      }
      assert.deepEqual(told(), []);
      await it_.later(12 * DAY);
      assert.match(
        reading(told()[0]!),
        /The document is valid until Mon\s14\sDec\s2026, 13:00 .* not been published anew since/,
      );
      await it_.later(3 * DAY);
      assert.ok(
        told().some((card) =>
          /was valid until Mon\s14\sDec\s2026, 13:00.*others do not use it any more/.test(reading(card)),
        ),
      );
      until(NOW + 60 * DAY, keyDescriptor(third));
      await it_.later(DAY);
      assert.match(reading(told().at(-1)!), /The document was published anew/);
    });

    it('are refused with a DTD, with the reason', async () => {
      publish(`<!DOCTYPE x [<!ENTITY a "b">]>${entity('e', keyDescriptor(first))}`);
      const card = await say(`watch ${metadata()}`);
      assert.match(reading(card), /It has a DTD, which is never read/);
    });

    it('share a certificate with handshakes and key sets: one pair, all named', async () => {
      answer = (request, response) => {
        if (request.url === '/keys') json({ keys: [certified(first)] })(request, response);
        else response.end(entity('https://idp.example', keyDescriptor(first, 'signing')));
      };
      await say(`watch ${target()} ${metadata()}`);
      await it_.watching(anna, 'mail.example.com', readCertificate(new X509Certificate(first.certPem)));
      assert.equal(events().length, 2);
      const shown = reading(await say('show mail.example.com'));
      assert.ok(
        shown.includes(`Also here: ${target()} (signing, key “a”) and ${metadata()} (signing, https://idp.example)`),
        shown,
      );
    });
  });
});
