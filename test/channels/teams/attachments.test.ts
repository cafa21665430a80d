import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attachmentsOf, fetchAttachment } from '../../../src/channels/teams/attachments.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Attachment } from '../../../src/core/model/inbound.ts';
import { type FakeConnector, sendActivity, startFakeConnector, teamsActivity } from '../../peers/teams/connector.ts';
import { type Bot, startBot } from './bot.ts';

const FILE = 'application/vnd.microsoft.teams.file.download.info';
const HTML = { contentType: 'text/html', content: '<div>trust add<attachment id="1"></attachment></div>' };
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvSECRETSECRET\n-----END PRIVATE KEY-----\n';

function never(): Promise<never> {
  return Promise.reject(new Error('nothing is to be downloaded'));
}

function teamsFile(name: string, downloadUrl: string): Record<string, unknown> {
  return {
    contentType: FILE,
    contentUrl: `https://contoso.sharepoint.com/personal/alice/Documents/${name}`,
    name,
    content: { downloadUrl, uniqueId: '1150D938-8870-4044-9F2C-5BBDEBA70C9D', fileType: 'pem' },
  };
}

describe('files in Teams', () => {
  describe('of a message', () => {
    it('are those of a personal chat, by their own address for downloads', () => {
      assert.deepEqual(
        attachmentsOf({ attachments: [HTML, teamsFile('ca.pem', 'https://files.example/1?tempauth=x')] }),
        [{ name: 'ca.pem', type: FILE, size: null, reference: { url: 'https://files.example/1?tempauth=x' } }],
      );
    });

    it('are those with a content address, also inside of the message', () => {
      const data = `data:application/x-pem-file;base64,${Buffer.from(PEM).toString('base64')}`;
      const files = attachmentsOf({
        attachments: [
          { contentType: 'application/x-pem-file', name: 'a.pem', contentUrl: 'http://localhost:3979/a' },
          { contentType: 'application/x-pem-file', name: 'b.pem', contentUrl: data },
          { contentType: 'text/plain', name: 'c.pem', contentUrl: `data:,${encodeURIComponent(PEM)}` },
        ],
      });
      assert.deepEqual(
        files.map(({ name, size }) => [name, size]),
        [
          ['a.pem', null],
          ['b.pem', PEM.length],
          ['c.pem', PEM.length],
        ],
      );
      assert.deepEqual(files[0]!.reference, { url: 'http://localhost:3979/a' });
    });

    it('are those for which Teams gives a content address alone, as the Playground does', () => {
      const attachment = {
        contentType: FILE,
        name: 'ca.pem',
        contentUrl: 'http://localhost:3979/a',
        content: { uniqueId: '1' },
      };
      const [file] = attachmentsOf({ attachments: [attachment] });
      assert.deepEqual(file!.reference, { url: 'http://localhost:3979/a' });
    });

    const none: [what: string, attachment: unknown][] = [
      ['the message once more as HTML', HTML],
      ['the message once more as HTML that lies somewhere', { ...HTML, contentUrl: 'https://files.example/1' }],
      [
        'a card that lies somewhere',
        { contentType: 'application/vnd.microsoft.card.hero', contentUrl: 'https://a.example' },
      ],
      [
        'a card of Office that lies somewhere',
        { contentType: 'application/vnd.microsoft.teams.card.o365connector', contentUrl: 'https://a.example' },
      ],
      ['a quoted message that lies somewhere', { contentType: 'MessageReference', contentUrl: 'https://a.example' }],
      [
        'something with an endless address',
        { contentType: 'x/y', contentUrl: `https://a.example/${'x'.repeat(8000)}` },
      ],
      [
        'a file with an endless content address alone',
        { contentType: FILE, contentUrl: `https://a.example/${'x'.repeat(8000)}` },
      ],
      ['a data URL with a broken escape', { contentType: 'text/plain', contentUrl: 'data:,%zz' }],
      ['a card', { contentType: 'application/vnd.microsoft.card.adaptive', content: {} }],
      ['a quoted message', { contentType: 'messageReference', content: '{}' }],
      ['a file without an address', { contentType: FILE, name: 'ca.pem', content: { uniqueId: '1' } }],
      ['something without content', { contentType: 'image/png' }],
      ['a broken data URL', { contentType: 'image/png', contentUrl: 'data:nonsense' }],
      ['nothing', null],
      ['a number', 7],
    ];
    for (const [what, attachment] of none)
      it(`are not ${what}`, () => assert.deepEqual(attachmentsOf({ attachments: [attachment] }), []));

    it('are none where there are none, and twenty at most', () => {
      assert.deepEqual(attachmentsOf({}), []);
      assert.deepEqual(attachmentsOf({ attachments: null }), []);
      const many = Array.from({ length: 500 }, () => teamsFile('ca.pem', 'https://files.example/1'));
      assert.equal(attachmentsOf({ attachments: many }).length, 20);
    });
  });

  it('inside of a message are taken from it, byte for byte', async () => {
    const bytes = Buffer.from([0x30, 0x82, 0x00, 0xff, 0x0a]);
    const contentUrl = `data:application/octet-stream;base64,${bytes.toString('base64')}`;
    const [file] = attachmentsOf({ attachments: [{ contentType: 'x/y', contentUrl }] });
    assert.deepEqual(Buffer.from(await fetchAttachment(JSON.parse(JSON.stringify(file)), never)), bytes);
  });

  const written: [how: string, contentUrl: string, text: string][] = [
    ['in capitals', `DATA:text/plain;BASE64,${Buffer.from(PEM).toString('base64')}`, PEM],
    ['with parameters', `data:text/plain;charset=utf-8;name=ca.pem;base64,${Buffer.from(PEM).toString('base64')}`, PEM],
    ['with a parameter that only begins like it', 'data:text/plain;base64ish=1,UEVN', 'UEVN'],
    ['of exactly 64 kB', `data:,${'%41'.repeat(65_536)}`, 'A'.repeat(65_536)],
  ];
  for (const [how, contentUrl, text] of written)
    it(`inside of a message are taken from it where its address is written ${how}`, async () => {
      const [file] = attachmentsOf({ attachments: [{ contentType: 'text/plain', contentUrl }] });
      assert.equal(Buffer.from(await fetchAttachment(file!, never)).toString(), text);
    });

  it('inside of a message that hold a private key are not kept either where Windows wrote them', async () => {
    const bytes = Buffer.from(`\ufeff${PEM}${KEY}`, 'utf16le');
    const contentUrl = `data:x/y;base64,${bytes.toString('base64')}`;
    const [file] = attachmentsOf({ attachments: [{ contentType: 'x/y', contentUrl }] });
    const kept = Buffer.from(await fetchAttachment(file!, never));
    assert.match(kept.toString(), /BEGIN PRIVATE KEY/);
    for (const encoding of ['utf8', 'utf16le'] as const) assert.doesNotMatch(kept.toString(encoding), /SECRET/);
  });

  it('inside of a message that are too large, or hold a private key, are not kept', async () => {
    const urls = [Buffer.alloc(65_537), Buffer.alloc(900_000)].map(
      (bytes) => `data:x/y;base64,${bytes.toString('base64')}`,
    );
    for (const contentUrl of urls) {
      const [file] = attachmentsOf({ attachments: [{ contentType: 'x/y', contentUrl }] });
      assert.ok(JSON.stringify(file).length < 200);
      await assert.rejects(fetchAttachment(file!, never), { code: 'refused', status: 413 });
    }
    const contentUrl = `data:x/y;base64,${Buffer.from(PEM + KEY).toString('base64')}`;
    const [file] = attachmentsOf({ attachments: [{ contentType: 'x/y', contentUrl }] });
    const kept = Buffer.from(await fetchAttachment(file!, never)).toString();
    assert.match(kept, /BEGIN PRIVATE KEY/);
    assert.doesNotMatch(kept, /SECRET/);
  });

  it('that cannot be read back are refused', async () => {
    const file: Attachment = { name: 'a', type: '', size: null, reference: { path: '/etc/passwd' } };
    await assert.rejects(fetchAttachment(file, never), DeliveryError);
  });

  describe('attached to “trust add”', () => {
    let connector: FakeConnector;
    let bot: Bot;
    let files: Server;
    const asked: (string | undefined)[] = [];

    beforeEach(async () => {
      asked.length = 0;
      files = createServer((request, response) => {
        asked.push(request.headers.authorization);
        response.end(PEM);
      }).listen(0, '127.0.0.1');
      [connector, bot] = await Promise.all([startFakeConnector(), startBot(), once(files, 'listening')]);
    });
    afterEach(async () => {
      await Promise.all([bot.close(), connector.close(), (files.close(), once(files, 'close'))]);
    });

    it('arrive with it, and are downloaded once, when asked for, without a token', async () => {
      const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}/ca.pem`;
      const attachments = [teamsFile('ca.pem', url), HTML];
      const { status } = await sendActivity(
        bot.url,
        teamsActivity(connector.serviceUrl, { text: 'trust add', attachments }),
      );
      assert.equal(status, 200);
      const [inbound] = bot.messages;
      assert.equal(inbound!.text, 'trust add');
      assert.deepEqual(asked, []);
      const bytes = await bot.channel.messenger.download(inbound!.attachments[0]!, inbound!.conversation);
      assert.equal(Buffer.from(bytes).toString(), PEM);
      assert.deepEqual(asked, [undefined]);
    });

    it('arrive without text as well, and odd ones do no harm', async () => {
      for (const attachments of [[teamsFile('ca.pem', 'https://files.example/1')], 'odd', [null, { contentType: 1 }]])
        assert.equal(
          (await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: '', attachments }))).status,
          200,
        );
      assert.deepEqual(
        bot.messages.map(({ attachments }) => attachments.length),
        [1, 0, 0],
      );
    });
  });
});
