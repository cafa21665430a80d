import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Presented } from '../../../src/core/certificates/certificate.ts';
import type { Attachment } from '../../../src/core/model/inbound.ts';
import type { StoredAnchor } from '../../../src/core/model/anchors.ts';
import { root, sign, type Signed } from '../../peers/tls/pki.ts';
import { createWillingSource, fine, startPlainChat, type PlainChat } from './plain-chat.ts';
import { DAY } from '../../../src/core/time.ts';
import { rowsOf, said } from '../../support/said.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvSECRETSECRETSECRET\n-----END PRIVATE KEY-----';

function textOf(card: Card): string {
  const rows = rowsOf(card).map((cells) => cells.join(' | '));
  return [said(card), card.title, ...(card.text ?? []), ...rows, card.footnote ?? ''].join('\n');
}

function file(name: string, size: number | null = null): Attachment {
  return { name, type: 'application/octet-stream', size, reference: { name } };
}

describe('trust', () => {
  let ca: Signed;
  let second: Signed;
  let device: Signed;
  let past: Signed;
  let chat: PlainChat;
  const files = new Map<string, Uint8Array | Error>();
  const fetched: string[] = [];

  before(async () => {
    [ca, second, device, past] = await Promise.all([
      root('CN=Demo Root R1,O=Demo'),
      root('CN=Demo Root R2,O=Demo'),
      sign({ subject: 'CN=printer.internal' }),
      root('CN=Old Root', { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) }),
    ]);
  });

  beforeEach(async () => {
    files.clear();
    fetched.length = 0;
    chat = await startPlainChat({
      source: createWillingSource().source,
      async download({ name }) {
        fetched.push(name);
        const found = files.get(name);
        if (found instanceof Error) throw found;
        return found!;
      },
    });
  });

  afterEach(() => chat.bot.close());

  async function trusted(place = 'ops'): Promise<string[]> {
    const conversation = await chat.bot.store.findConversation(`plain:${place}`);
    return (conversation?.settings.anchors ?? []).map(({ fingerprint }) => fingerprint);
  }

  it('is not kept busy by a name that looks like very many numbers', async () => {
    const name = `${'1'.repeat(45)}x`;
    for (const { pem } of await Promise.all([root(`CN=${name} R1`), root(`CN=${name} R2`)]))
      await chat.say(`trust add ${pem}`);
    assert.match(said(await chat.say(`trust remove ${name}`)), /2/);
    assert.equal(rowsOf(await chat.say('trust')).length, 2);
  });

  it('says what to send, when nothing is there', async () => {
    assert.match(textOf(await chat.say('trust')), /trusts what everybody trusts, and nothing of its own/);
    assert.match(textOf(await chat.say('trust add')), /Attach its file .* or paste it/);
    assert.match(textOf(await chat.say('trust add ``` ```')), /Attach its file/);
    assert.match(textOf(await chat.say('trust remove 1')), /nothing of its own/);
  });

  it('adds a pasted certificate, lists it with who added it, and removes it', async () => {
    const added = await chat.say(`trust add ${ca.pem}`);
    assert.match(
      added.summary.replaceAll('\u{a0}', ' '),
      /^Trusted in this chat from now on: Demo Root R1 \(until \d+ \w{3} \d{4}, SHA-256 [0-9a-f]{8}…\)\.$/,
    );
    assert.deepEqual(await trusted(), [ca.fingerprint]);
    const listed = await chat.say('trust list');
    const print = ca.x509.fingerprint256.slice(0, 23);
    const [row] = rowsOf(listed);
    assert.equal(row![0], '1. Demo Root R1');
    assert.match(row![1]!, new RegExp(`^Until \\d.* · added by Anna on \\d+ \\w{3} · SHA-256 ${print}$`));
    assert.match(said(await chat.say('trust remove 1')), /^Not trusted here any more\. Demo Root R1/);
    assert.deepEqual(await trusted(), []);
    const audit = await chat.bot.store.listAudit('plain:ops', 9);
    assert.deepEqual(
      audit.map(({ verb, subject, actorId }) => `${actorId} ${verb} ${subject}`),
      ['remove', 'add'].map((what) => `anna trust ${what} ${ca.fingerprint} Demo Root R1`),
    );
  });

  it('adds an attached certificate, with words beside it', async () => {
    files.set('ca.der', new Uint8Array(ca.certificate.rawData));
    const card = await chat.say('trust add our internal authority', 'ops', [file('ca.der')]);
    assert.match(textOf(card), /Demo Root R1/);
    assert.deepEqual(fetched, ['ca.der']);
    assert.deepEqual(await trusted(), [ca.fingerprint]);
  });

  it('adds what text and files hold, each once', async () => {
    files.set('bundle.pem', Buffer.from(ca.pem + second.pem));
    const card = await chat.say(`trust add ${ca.pem}`, 'ops', [file('bundle.pem')]);
    assert.equal(card.title, '2 certificates are trusted here from now on');
    assert.deepEqual(await trusted(), [ca.fingerprint, second.fingerprint]);
    assert.match(
      textOf(await chat.say(`trust add ${ca.pem}`)),
      /Nothing was added\nDemo Root R1 is trusted here already/,
    );
  });

  it('reaches looks that this conversation asks for, or that are made for it, and no others', async () => {
    const given: (readonly string[])[] = [];
    const { source } = createWillingSource();
    await chat.bot.close();
    chat = await startPlainChat({
      source: {
        ...source,
        observe(target, options) {
          given.push(options?.trusted ?? []);
          return source.observe(target, options);
        },
      },
      download: async () => assert.fail('nothing is attached'),
    });
    await chat.say(`trust add ${ca.pem}`);
    const typed = ['check a.example', 'watch a.example', 'check a.example b.example'];
    for (const text of typed) await chat.say(text);
    const own = given.splice(0);
    assert.equal(own.length, 4);
    for (const pems of own) assert.deepEqual(pems, [ca.pem]);
    for (const text of ['check a.example', 'check b.example']) await chat.say(text, 'elsewhere');
    assert.deepEqual(given.splice(0), [[ca.pem], []], 'what one who watches trusts counts for everybody who looks');
    await chat.say('watch private.example');
    await chat.say(`trust add ${second.pem}`);
    given.splice(0);
    await chat.bot.round();
    assert.deepEqual(given.splice(0), [[ca.pem, second.pem]], 'of what is due');
    await chat.say('trust remove all');
    await chat.say('check a.example', 'elsewhere');
    assert.deepEqual(given, [[]]);
  });

  it('is of one conversation alone, and does not take its other settings', async () => {
    await chat.say('settings timezone Europe/Berlin');
    await chat.say(`trust add ${ca.pem}`);
    await chat.say('settings timezone default');
    await chat.say('settings freeze 2030-12-18..2031-01-06');
    assert.deepEqual(await trusted(), [ca.fingerprint]);
    assert.deepEqual(await trusted('elsewhere'), []);
    await chat.say('trust remove all');
    const { settings } = (await chat.bot.store.findConversation('plain:ops'))!;
    assert.deepEqual(Object.keys(settings), ['freezes']);
  });

  it('loses nothing of what is changed at the same time', async () => {
    await Promise.all([
      chat.send(`trust add ${ca.pem}`),
      chat.send('settings timezone Europe/Berlin'),
      chat.send(`trust add ${second.pem}`),
    ]);
    await chat.bot.settled();
    assert.deepEqual((await trusted()).toSorted(), [ca.fingerprint, second.fingerprint].toSorted());
    assert.equal((await chat.bot.store.findConversation('plain:ops'))!.settings.timeZone, 'Europe/Berlin');
  });

  it('says that a certificate that is no authority vouches for itself alone', async () => {
    assert.match(
      textOf(await chat.say(`trust add ${device.pem}`)),
      /printer\.internal is no certificate authority: only this very certificate/,
    );
    assert.match(textOf(await chat.say('trust')), /printer\.internal \(no authority\)/);
  });

  it('does not add what has expired, but what came with it', async () => {
    assert.match(textOf(await chat.say(`trust add ${past.pem}`)), /Old Root was not added: it expired on \d/);
    assert.deepEqual(await trusted(), []);
    const card = await chat.say(`trust add ${past.pem}${ca.pem}`);
    assert.match(textOf(card), /Old Root was not added/);
    assert.deepEqual(await trusted(), [ca.fingerprint]);
  });

  describe('refuses a private key and keeps nothing of it', () => {
    async function assertNothingKept(card: Card): Promise<void> {
      assert.match(textOf(card), /private key.*compromised/s);
      assert.deepEqual(await trusted(), []);
      assert.doesNotMatch(chat.posts.map(textOf).join('\n'), /SECRET/);
    }

    it('in the text, beside a certificate', async () => assertNothingKept(await chat.say(`trust add ${ca.pem}${KEY}`)));
    it('with another command', async () => assertNothingKept(await chat.say(`trsut add ${KEY}`)));
    it('alone', async () => assertNothingKept(await chat.say(KEY)));
    it('in a file, although another is fine', async () => {
      files.set('ca.pem', Buffer.from(ca.pem));
      files.set('server.key', Buffer.from(KEY));
      const card = await chat.say('trust add', 'ops', [file('ca.pem'), file('server.key')]);
      assert.match(textOf(card), /In the file “server\.key” there is a private key/);
      await assertNothingKept(card);
    });

    it('not even until it is answered', async () => {
      const { store } = chat.bot;
      const accepted: string[] = [];
      const { transaction } = store;
      store.transaction = (work) =>
        transaction((operations) =>
          work({
            ...operations,
            acceptInbound: (inbound) => {
              accepted.push(inbound.text);
              return operations.acceptInbound(inbound);
            },
          }),
        );
      await chat.say(`trust add please ${KEY} thanks`);
      assert.deepEqual(accepted, ['trust add please -----BEGIN PRIVATE KEY-----']);
    });
  });

  for (const [what, bytes] of [
    ['a private key beside it, in the text,', null],
    ['a key file beside it', Buffer.from('30080201033003020100', 'hex')],
  ] as const)
    it(`adds nothing of a file that has ${what}`, async () => {
      files.set('ca.pem', Buffer.from(ca.pem));
      if (bytes) files.set('server.p12', bytes);
      const attached = bytes ? [file('server.p12'), file('ca.pem')] : [file('ca.pem')];
      const card = await chat.say(bytes ? 'trust add' : `trust add ${KEY}`, 'ops', attached);
      assert.equal(card.tone, 'warning');
      assert.match(textOf(card), /private key/);
      assert.deepEqual(await trusted(), []);
    });

  it('looks at no further file once one holds a private key', async () => {
    files.set('server.key', Buffer.from(KEY));
    await chat.say('trust add', 'ops', [file('server.key'), file('ca.pem')]);
    assert.deepEqual(fetched, ['server.key']);
  });

  it('looks at ten files of a message, and says that there are more', async () => {
    const names = Array.from({ length: 11 }, (_one, index) => `part ${index}.pem`);
    for (const name of names) files.set(name, Buffer.from(ca.pem));
    const card = await chat.say(
      'trust add',
      'ops',
      names.map((name) => file(name)),
    );
    assert.deepEqual(fetched, names.slice(0, 10));
    assert.match(textOf(card), /at most 10 files here; those after them were not looked at/);
    assert.deepEqual(await trusted(), [ca.fingerprint]);
    fetched.length = 0;
    const ten = names.slice(1).map((name) => file(name));
    assert.doesNotMatch(textOf(await chat.say('trust add', 'ops', ten)), /at most 10 files/);
    assert.equal(fetched.length, 10);
  });

  for (const [length, expected] of [
    [150, /^(?!.*no certificate)/s],
    [250, /no certificate in your message/],
  ] as const)
    it(`takes ${length} characters beside a file ${length < 200 ? 'as a remark on it' : 'as something that should be one'}`, async () => {
      files.set('ca.pem', Buffer.from(ca.pem));
      const card = await chat.say(`trust add ${'word '.repeat(length / 5)}`, 'ops', [file('ca.pem')]);
      assert.match(textOf(card), expected);
      assert.deepEqual(await trusted(), [ca.fingerprint]);
    });

  it('says of its own mistakes with a file that something went wrong, and no more', async () => {
    files.set('ca.pem', new Error('a bug'));
    const { about } = await chat.say('trust add', 'ops', [file('ca.pem')]);
    assert.match(String(about?.kind === 'answer' ? about.error : null), /^[0-9a-f]{8}$/);
  });

  it('says why a file could not be had', async () => {
    files.set('late.pem', new DeliveryError('unavailable', 'It did not come in time.'));
    files.set('secret.pem', new DeliveryError('refused', 'no', { status: 401, lacks: 'files:read' }));
    files.set('large.pem', new DeliveryError('refused', 'no', { status: 413 }));
    files.set('gone.pem', new DeliveryError('refused', 'no', { status: 404 }));
    files.set('forbidden.pem', new DeliveryError('refused', 'Not from there.'));
    files.set('photo.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    const sentences: [string, RegExp][] = [
      [
        'late.pem',
        /could not fetch the file “late\.pem”: it did not come in time, or its server cannot be reached\. Nothing was changed/,
      ],
      ['secret.pem', /lacks the scope files:read: an administrator has to add it/],
      ['gone.pem', /could not fetch the file “gone\.pem”: its server answered 404/],
      ['forbidden.pem', /“forbidden\.pem”: I may not fetch anything from where it lies/],
      ['large.pem', /The file “large\.pem” is larger than 64 kB/],
      ['photo.png', /There is no certificate in the file “photo\.png”/],
    ];
    for (const [name, sentence] of sentences)
      assert.match(textOf(await chat.say('trust add', 'ops', [file(name)])), sentence);
    assert.deepEqual(await trusted(), []);
  });

  it('trusts ten at most', async () => {
    const many = await Promise.all(Array.from({ length: 10 }, (_one, index) => root(`CN=Root ${index}`)));
    await chat.say(
      `trust add ${many
        .slice(0, 9)
        .map(({ pem }) => pem)
        .join('')}`,
    );
    assert.match(
      textOf(await chat.say(`trust add ${ca.pem}${second.pem}`)),
      /here there are 9, and these would be 2 more/,
    );
    await chat.say(`trust add ${many[9]!.pem}`);
    assert.equal((await trusted()).length, 10);
    assert.match(textOf(await chat.say(`trust add ${ca.pem}`)), /there are 10, and this would be one more/);
    await chat.say('trust remove 2, 10');
    assert.equal((await trusted()).length, 8);
    await chat.say('trust remove all');
    assert.deepEqual(await trusted(), []);
  });

  describe('removes by', () => {
    const ways: [what: string, which: () => string, left: () => string[]][] = [
      ['number', () => '#2', () => [ca.fingerprint]],
      ['several numbers', () => '1 2', () => []],
      ['fingerprint', () => second.fingerprint.slice(0, 6), () => [ca.fingerprint]],
      ['fingerprint as OpenSSL prints it', () => second.x509.fingerprint256, () => [ca.fingerprint]],
      ['name', () => '“demo root r2”', () => [ca.fingerprint]],
      ['part of the name', () => 'R1', () => [second.fingerprint]],
    ];
    for (const [what, which, left] of ways)
      it(what, async () => {
        await chat.say(`trust add ${ca.pem}${second.pem}`);
        await chat.say(`trust remove ${which()}`);
        assert.deepEqual(await trusted(), left());
      });

    it('the whole name before a part of others', async () => {
      const short = await root('CN=Demo Root');
      await chat.say(`trust add ${ca.pem}${second.pem}${short.pem}`);
      await chat.say('trust remove demo root');
      assert.deepEqual(await trusted(), [ca.fingerprint, second.fingerprint]);
    });

    it('name, also where that could be the beginning of a fingerprint', async () => {
      const { pem } = await root('CN=Facade');
      await chat.say(`trust add ${ca.pem}${pem}`);
      await chat.say('trust remove facade');
      assert.deepEqual(await trusted(), [ca.fingerprint]);
    });

    it('a number once, however often it is said', async () => {
      await chat.say(`trust add ${ca.pem}${second.pem}`);
      assert.match(said(await chat.say('trust remove 1, 1')), /any more\. Demo Root R1 /);
      const [last, before] = await chat.bot.store.listAudit('plain:ops', 9);
      assert.match(`${last!.subject}, ${before!.subject}`, /^remove .*, add /);
    });

    it('nothing that is unknown, or fits several', async () => {
      await chat.say(`trust add ${ca.pem}${second.pem}`);
      assert.match(textOf(await chat.say('trust remove Demo')), /“Demo” fits 2 of the certificates/);
      for (const which of ['3', '1 3', 'abcdef012345', 'x'.repeat(300), '0'])
        assert.match(textOf(await chat.say(`trust remove ${which}`)), /is none of the certificates/);
      assert.equal((await trusted()).length, 2);
    });
  });

  it('has what is watched looked at anew, where the bot itself does not trust it', async () => {
    await chat.say('watch example.com private.example');
    const dueOf = async (host: string) => (await chat.bot.store.findTarget(`tls://${host}:443`))!.dueAt!;
    const dueAt = () => dueOf('private.example');
    assert.ok((await dueAt()) > Date.now() + 1000);
    await chat.say(`trust add ${ca.pem}`);
    assert.ok((await dueAt()) <= Date.now());
    await chat.bot.round();
    assert.ok((await dueAt()) > Date.now() + 1000);
    await chat.say('trust remove 1');
    assert.ok((await dueAt()) <= Date.now());
    assert.ok((await dueOf('example.com')) > Date.now() + 1000);
  });

  it('has many looked at at the pace at which people may ask for looks, and none later than it was due', async () => {
    await chat.bot.close();
    // One a second.
    chat = await startPlainChat({ source: createWillingSource().source, settings: { probeBudget: 60 } });
    const hosts = ['a', 'b', 'c'].map((name) => `${name}.private.example`);
    await chat.say(`watch ${hosts.join(' ')}`);
    const { store } = chat.bot;
    const ids = await Promise.all(hosts.map(async (host) => (await store.findTarget(`tls://${host}:443`))!.id));
    const dues = async () => (await store.getTargets(ids)).map(({ dueAt }) => dueAt!).toSorted((a, b) => a - b);
    const before = Date.now();
    await chat.say(`trust add ${ca.pem}`);
    const after = Date.now();
    for (const [index, due] of (await dues()).entries())
      assert.ok(due >= before + index * 1000 && due <= after + index * 1000, `${index}: ${due - before} ms`);
    await store.setTargetDue(ids, before - 5000);
    await chat.say('trust remove 1');
    assert.deepEqual(await dues(), [before - 5000, before - 5000, before - 5000]);
  });

  it('has an endpoint looked at anew of whose two certificates the bot trusts one', async () => {
    await chat.bot.close();
    const { source } = createWillingSource((uri) => {
      const seen = fine(uri);
      const other = fine('tls://private:443').addresses[0] as Presented;
      return { ...seen, addresses: seen.addresses.map((one) => ({ ...(one as Presented), other })) };
    });
    chat = await startPlainChat({ source });
    await chat.say('watch example.com');
    await chat.say(`trust add ${ca.pem}`);
    assert.ok((await chat.bot.store.findTarget('tls://example.com:443'))!.dueAt! <= Date.now());
  });

  describe('where somebody else adds certificates just before,', () => {
    /** What is trusted by the time that the next change is stored. */
    function meanwhile(anchors: StoredAnchor[]): void {
      const { store } = chat.bot;
      const { transaction } = store;
      store.transaction = (work, options) =>
        transaction(
          (operations) =>
            work({
              ...operations,
              async lockConversation(id) {
                await operations.setConversationSettings(id, { anchors });
                return operations.lockConversation(id);
              },
            }),
          options,
        );
    }

    async function stored(pems: string[]): Promise<StoredAnchor[]> {
      await chat.say(`trust add ${pems.join('')}`, 'elsewhere');
      return (await chat.bot.store.findConversation('plain:elsewhere'))!.settings.anchors!;
    }

    it('theirs stay, and the same one counts once', async () => {
      meanwhile(await stored([ca.pem, second.pem]));
      await chat.say(`trust add ${ca.pem}${device.pem}`);
      assert.deepEqual(await trusted(), [ca.fingerprint, second.fingerprint, device.fingerprint]);
    });

    it('there are no more than ten all the same', async () => {
      const many = await Promise.all(Array.from({ length: 10 }, (_one, index) => root(`CN=Root ${index}`)));
      const anchors = await stored(many.map(({ pem }) => pem));
      await chat.say('trust');
      meanwhile(anchors);
      const id = await chat.send(`trust add ${ca.pem}`);
      await chat.bot.settled();
      assert.equal(chat.answer(id), undefined, 'it is run again');
      assert.deepEqual(await trusted(), []);
    });
  });

  it('is said in German', async () => {
    await chat.bot.close();
    chat = await startPlainChat({ source: createWillingSource().source, locale: 'de-DE' });
    for (const text of [
      'trust',
      'trust add',
      `trust add ${device.pem}${past.pem}`,
      'trust list',
      'trust remove 9',
      'trust remove 1',
      KEY,
    ]) {
      const card = await chat.say(text);
      assert.equal(card.language, 'de');
      assert.doesNotMatch(textOf(card), /\b(?:this|certificate|not|the)\b(?! (?:add|remove))/, text);
    }
  });
});
