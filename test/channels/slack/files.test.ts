import assert from 'node:assert/strict';
import { createSlackApi } from '../../../src/channels/slack/api.ts';
import { createSlackChannel, type SlackInbox } from '../../../src/channels/slack/channel.ts';
import { createFiles, filesOf } from '../../../src/channels/slack/files.ts';
import { conversationOf } from '../../../src/channels/slack/payload.ts';
import type { Workspaces } from '../../../src/channels/slack/workspaces.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Attachment, Inbound } from '../../../src/core/model/inbound.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { appMention, directMessage, eventCallback } from '../../peers/slack/events.ts';
import { BOT_SCOPES } from '../../peers/slack/workspaces.ts';

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const OPS = conversationOf({ teamId: 'T0ACME', enterpriseId: null }, 'C0OPS', { name: 'ops' });
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

async function refusalOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => assert.fail('it was handed out'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, String(error));
  return error;
}

describe('files in Slack', () => {
  let slack: FakeSlack;
  const messages: Inbound[] = [];
  const ends: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack();
    messages.length = 0;
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    const { violations } = slack;
    await slack.close();
    assert.deepEqual(violations, []);
  });

  /** The bot in Acme, by Socket Mode. */
  async function start() {
    const inbox = {
      message: async (inbound: Inbound) => void messages.push(inbound),
      recognised: () => {},
    } as unknown as SlackInbox;
    const channel = createSlackChannel({
      settings: {
        botToken: 'xoxb-acme',
        appToken: slack.appToken,
        signingSecret: null,
        apiUrl: slack.apiUrl,
        oauth: null,
        allowedWorkspaces: null,
        graphWorkspaces: [],
      },
      publicUrl: () => 'https://certbot.example',
      store: {} as never,
      inbox,
      log: silentLog,
      now: () => Date.now(),
      random: () => 0.5,
    });
    ends.push(() => channel.close());
    channel.start();
    await slack.socket.connected();
    return channel;
  }

  const workspaces = {
    accessTo: async () => ({ token: 'xoxb-acme', botUserId: null, scopes: [], isConfigured: true }),
  } as unknown as Workspaces;

  function fetcher(options: { apiUrl?: string; deadline?: number } = {}) {
    const { apiUrl = slack.apiUrl, ...rest } = options;
    const api = createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log: silentLog, now: Date.now });
    return createFiles({ api, workspaces, apiUrl, ...rest });
  }

  function attached(name: string, bytes: string | Uint8Array, more: Parameters<FakeSlack['files']['add']>[2] = {}) {
    const file = slack.files.add(name, bytes, more);
    const [attachment] = filesOf([slack.files.shown(file)]);
    return { file, attachment: attachment! };
  }

  it('come with a message in the direct chat and with a mention, and are fetched once', async () => {
    const channel = await start();
    const file = slack.files.add('ca.pem', PEM);
    const files = [slack.files.shown(file)];
    await slack.socket.sendEnvelope(
      'events_api',
      eventCallback(directMessage('trust add', { subtype: 'file_share', files, upload: false })),
    );
    await slack.socket.sendEnvelope('events_api', eventCallback(appMention('<@U0BOT> trust add', { files })));
    await slack.until(() => messages.length === 2, 'both messages');
    for (const { text, attachments } of messages) {
      assert.equal(text, 'trust add');
      assert.deepEqual(
        attachments.map(({ name, type, size }) => [name, type, size]),
        [['ca.pem', 'text/plain', PEM.length]],
      );
    }
    assert.deepEqual(file.downloads, [], 'nothing is fetched unasked');
    const { attachments, conversation } = messages[1]!;
    const stored = JSON.parse(JSON.stringify(attachments[0])) as Attachment;
    assert.equal(Buffer.from(await channel.messenger.download(stored, conversation)).toString(), PEM);
    assert.deepEqual(file.downloads, ['xoxb-acme']);
  });

  it('that are gone, hidden or malformed are none', () => {
    const kept = filesOf([
      { id: 'F1', mode: 'tombstone' },
      { id: 'F2', mode: 'hidden_by_limit' },
      { id: 'F5', mode: 'external', url_private: 'https://docs.example/f' },
      null,
      'F3',
      { name: 'no id' },
      { id: 'F4' },
    ]);
    assert.deepEqual(kept, [{ name: '', type: '', size: null, reference: { id: 'F4', url: null } }]);
    assert.deepEqual(filesOf(undefined), []);
    assert.equal(filesOf(Array.from({ length: 500 }, (_one, index) => ({ id: `F${index}` }))).length, 20);
  });

  it('of which the message tells the id alone are asked for', async () => {
    const { file } = attached('ca.pem', PEM);
    const [attachment] = filesOf([{ id: file.id, file_access: 'check_file_info' }]);
    assert.equal(Buffer.from(await fetcher().download(attachment!, OPS)).toString(), PEM);
    assert.deepEqual(slack.callsOf('files.info').length, 1);
  });

  it('without the scope name it', async () => {
    slack.world.grant(
      'T0ACME',
      'xoxb-acme',
      BOT_SCOPES.filter((scope) => scope !== 'files:read'),
    );
    const { attachment } = attached('ca.pem', PEM);
    const { code, lacks, message } = await refusalOf(fetcher().download(attachment, OPS));
    assert.deepEqual([code, lacks], ['credentials', 'files:read']);
    assert.match(message, /lacks the scope files:read/);
    const [unnamed] = filesOf([{ id: 'F0ELSE' }]);
    assert.equal((await refusalOf(fetcher().download(unnamed!, OPS))).lacks, 'files:read');
  });

  it('of an installation without the scope name it without asking', async () => {
    const { file, attachment } = attached('ca.pem', PEM);
    const granted = { token: 'xoxb-acme', botUserId: null, scopes: ['chat:write'], isConfigured: false };
    const own = createFiles({
      api: createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log: silentLog, now: Date.now }),
      workspaces: { accessTo: async () => granted } as unknown as Workspaces,
      apiUrl: slack.apiUrl,
    });
    assert.equal((await refusalOf(own.download(attachment, OPS))).lacks, 'files:read');
    assert.deepEqual(file.downloads, []);
  });

  it('of an installation whose scopes are not known are asked for', async () => {
    const { attachment } = attached('ca.pem', PEM);
    const granted = { token: 'xoxb-acme', botUserId: null, scopes: [], isConfigured: false };
    const own = createFiles({
      api: createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log: silentLog, now: Date.now }),
      workspaces: { accessTo: async () => granted } as unknown as Workspaces,
      apiUrl: slack.apiUrl,
    });
    assert.equal(Buffer.from(await own.download(attachment, OPS)).toString(), PEM);
  });

  it('are fetched from the address for downloads, where there is one, and as they are', async () => {
    const [both, one, unnamed] = filesOf([
      { id: 'F1', url_private: 'https://files.slack.com/view', url_private_download: 'https://files.slack.com/load' },
      { id: 'F2', url_private: 'https://files.slack.com/view', url_private_download: '' },
      { id: 'F3' },
    ]);
    const asked: [string, unknown, unknown][] = [];
    const own = createFiles({
      api: { call: async () => ({ ok: true, file: { id: 'F3' } }) },
      workspaces,
      apiUrl: 'https://slack.com/api/',
      fetch: async (url, init) => {
        asked.push([String(url), init?.headers, init?.redirect]);
        return new Response(PEM);
      },
    });
    for (const file of [both, one]) await own.download(file!, OPS);
    const headers = { authorization: 'Bearer xoxb-acme', 'accept-encoding': 'identity' };
    assert.deepEqual(asked, [
      ['https://files.slack.com/load', headers, 'manual'],
      ['https://files.slack.com/view', headers, 'manual'],
    ]);
    assert.equal((await refusalOf(own.download(unnamed!, OPS))).message, 'Slack does not say where it lies.');
  });

  it('of exactly 64 kB are fetched', async () => {
    const { attachment } = attached('full.pem', Buffer.alloc(65_536));
    assert.equal((await fetcher().download(attachment, OPS)).length, 65_536);
  });

  it('larger than 64 kB are not fetched, whatever Slack says of their size', async () => {
    const { file, attachment } = attached('big.pem', Buffer.alloc(65_537));
    assert.equal((await refusalOf(fetcher().download(attachment, OPS))).status, 413);
    assert.deepEqual(file.downloads, []);
    for (const size of [null, 10])
      assert.equal((await refusalOf(fetcher().download({ ...attachment, size }, OPS))).status, 413, `told ${size}`);
    const { attachment: endless } = attached('endless.pem', '', {
      instead: (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (response.write(Buffer.alloc(16_384)));
          response.once('drain', more);
        };
        more();
      },
    });
    assert.equal((await refusalOf(fetcher().download({ ...endless, size: null }, OPS))).status, 413);
  });

  it('that do not come in time are given up', async () => {
    const { attachment } = attached('slow.pem', PEM, {
      instead: (response) => void response.writeHead(200).write('x'),
    });
    const { code, message } = await refusalOf(fetcher({ deadline: 100 }).download(attachment, OPS));
    assert.deepEqual([code, message], ['unavailable', 'It did not come in time.']);
  });

  const answers: [what: string, status: number, code: string, isAskedWhy: boolean][] = [
    ['401', 401, 'refused', true],
    ['403', 403, 'refused', true],
    ['404', 404, 'refused', false],
    ['a redirect', 302, 'refused', true],
    ['429', 429, 'unavailable', false],
    ['500', 500, 'unavailable', false],
  ];
  for (const [what, status, code, isAskedWhy] of answers)
    for (const type of ['text/plain', 'text/html; charset=utf-8'])
      it(`answered with ${what} in ${type} are ${code}${isAskedWhy ? ', after asking why' : ''}`, async () => {
        const instead: NonNullable<Parameters<FakeSlack['files']['add']>[2]>['instead'] = (response) =>
          void response.writeHead(status, { location: 'http://169.254.169.254/', 'content-type': type }).end('No.');
        const { attachment, file } = attached('ca.pem', PEM, { instead });
        assert.equal((await refusalOf(fetcher().download(attachment, OPS))).code, code);
        assert.equal(file.downloads.length, 1);
        assert.equal(slack.callsOf('files.info').length, isAskedWhy ? 1 : 0);
      });

  it('are not a sign-in page', async () => {
    const { attachment } = attached('ca.pem', '<title>Sign in</title>', { mimetype: 'text/html; charset=utf-8' });
    assert.match((await refusalOf(fetcher().download(attachment, OPS))).message, /does not hand it out/);
  });

  describe('elsewhere get no token:', () => {
    const places: [url: string, apiUrl: string | null][] = [
      ['https://files.slack.com.evil.example/f', 'https://slack.com/api/'],
      ['https://evil.example/files.slack.com', 'https://slack.com/api/'],
      ['http://files.slack.com/f', 'https://slack.com/api/'],
      ['https://u:p@files.slack.com/f', 'https://slack.com/api/'],
      ['https://u@files.slack.com/f', 'https://slack.com/api/'],
      ['https://:p@files.slack.com/f', 'https://slack.com/api/'],
      ['https://slack.com/f', 'https://slack.com/api/'],
      ['https://slack-gov.com/f', 'https://slack-gov.com/api/'],
      ['https://files.slack.com/f', null],
      ['https://evil.example/f', 'https://slack.internal/api/'],
      ['file:///etc/passwd', null],
      ['nonsense', null],
    ];
    for (const [url, apiUrl] of places)
      it(`${url} with ${apiUrl ?? 'Slack on loopback'}`, async () => {
        const attachment = { name: 'ca.pem', type: '', size: null, reference: { id: 'F1', url } };
        const refusal = await refusalOf(fetcher(apiUrl ? { apiUrl } : {}).download(attachment, OPS));
        assert.equal(refusal.message, 'It does not lie with Slack.');
      });
  });

  for (const [url, apiUrl] of [
    ['https://files.slack.com/f', 'https://slack.com/api/'],
    ['https://files.slack-gov.com/f', 'https://slack-gov.com/api/'],
    ['https://slack.internal/f', 'https://slack.internal/api/'],
  ] as const)
    it(`lie with Slack at ${url} where its Web API is at ${apiUrl}`, async () => {
      const api = createSlackApi({ apiUrl, sendTimeout: 5000, log: silentLog, now: Date.now });
      const own = createFiles({ api, workspaces, apiUrl, fetch: async () => new Response(PEM) });
      const attachment = { name: 'ca.pem', type: '', size: null, reference: { id: 'F1', url } };
      assert.equal(Buffer.from(await own.download(attachment, OPS)).toString(), PEM);
    });
});
