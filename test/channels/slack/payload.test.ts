import assert from 'node:assert/strict';
import {
  actorOf,
  askerOf,
  commandSchema,
  conversationOf,
  envelopeSchema,
  homeOpenedSchema,
  isPast,
  messageSchema,
  pressSchema,
  workspaceOfCommand,
  workspaceOfEvent,
  workspaceOfPress,
} from '../../../src/channels/slack/payload.ts';
import { REMEMBERED } from '../../../src/core/time.ts';
import { appHomeOpened, appMention, directMessage, eventCallback } from '../../peers/slack/events.ts';
import { blockActions, slashCommand } from '../../peers/slack/requests.ts';

const NOW = Date.parse('2026-08-01T12:00:00Z');
const URL = 'https://hooks.slack.com/commands/T0/1/abc';
const ACME = { teamId: 'T0ACME', enterpriseId: null };

const button = { type: 'button', action_id: 'ack', value: '1', text: { type: 'plain_text', text: 'Acknowledge' } };
const message = {
  channel: 'C0OPS',
  ts: '1700000000.000100',
  blocks: [{ type: 'actions', elements: [button] }],
};

describe('the payloads of Slack', () => {
  it('are read: mentions and direct messages', () => {
    const mention = messageSchema.parse(appMention('<@U0BOT> help', { thread_ts: '1700000000.000001' }));
    assert.deepEqual(
      [mention.type, mention.channel, mention.user, mention.text, mention.thread_ts],
      ['app_mention', 'C0OPS', 'U0ALICE', '<@U0BOT> help', '1700000000.000001'],
    );
    assert.equal(messageSchema.parse(directMessage('help')).channel_type, 'im');
  });

  it('are read: an opened Home tab', () => {
    const { user, tab } = homeOpenedSchema.parse(appHomeOpened());
    assert.deepEqual([user, tab], ['U0ALICE', 'home']);
  });

  it('are read: commands and presses', () => {
    assert.equal(commandSchema.parse(slashCommand('list', URL)).text, 'list');
    assert.equal(pressSchema.parse(blockActions('Acknowledge', { message, responseUrl: URL })).channel?.id, 'C0OPS');
  });

  it('lose only the parts that are not what they should be', () => {
    const odd = messageSchema.parse({ ...directMessage('help'), text: 5, team: 7, thread_ts: '', channel_type: {} });
    assert.deepEqual(
      [odd.text, odd.team, odd.thread_ts, odd.channel_type],
      [undefined, undefined, undefined, undefined],
    );
    const { authorizations, team_id } = envelopeSchema.parse({ team_id: 'T0ACME', authorizations: 'none' });
    assert.deepEqual([authorizations, team_id], [undefined, 'T0ACME']);
  });

  it('are read without an endless address for answers', () => {
    const endless = `${URL}${'x'.repeat(2000)}`;
    assert.equal(commandSchema.parse(slashCommand('list', endless)).response_url, undefined);
    const press = pressSchema.parse(blockActions('Acknowledge', { message, responseUrl: endless }));
    assert.equal(press.response_url, undefined);
  });

  const DAYS = 86_400;
  const ages: [what: string, event: Parameters<typeof isPast>[0], expected: boolean][] = [
    ['a message of now', { ts: String(NOW / 1000), event_ts: String(NOW / 1000) }, false],
    ['a message that is edited days later', { ts: String(NOW / 1000 - 10 * DAYS), event_ts: String(NOW / 1000) }, true],
    ['an opened tab of days ago', { event_ts: String(NOW / 1000 - 10 * DAYS) }, true],
    ['a message just older than is remembered', { ts: String((NOW - REMEMBERED + 3_599_999) / 1000) }, true],
    ['a message an hour younger', { ts: String((NOW - REMEMBERED + 3_600_000) / 1000) }, false],
    ['what has no time', { event_ts: null }, false],
  ];
  for (const [what, event, expected] of ages)
    it(`are ${expected ? '' : 'not '}of the past: ${what}`, () => assert.equal(isPast(event, NOW), expected));

  const incomplete: [string, { safeParse(value: unknown): { success: boolean } }, unknown][] = [
    ['a message without a channel', messageSchema, { ...directMessage('x'), channel: undefined }],
    ['a message without a person', messageSchema, { ...directMessage('x'), user: undefined }],
    ['a message without a timestamp', messageSchema, { ...directMessage('x'), ts: undefined }],
    ['a command without a channel', commandSchema, { ...slashCommand('x', URL), channel_id: '' }],
    ['a command without a trigger', commandSchema, { ...slashCommand('x', URL), trigger_id: undefined }],
    ['a press without actions', pressSchema, { ...blockActions('Acknowledge', { message }), actions: [] }],
    ['a press by nobody', pressSchema, { ...blockActions('Acknowledge', { message }), user: {} }],
    ['nothing', messageSchema, null],
  ];
  for (const [name, schema, value] of incomplete) {
    it(`are not read: ${name}`, () => assert.equal(schema.safeParse(value).success, false));
  }

  describe('come from a workspace', () => {
    it('of the installation that an event came through, though it happened in another', () => {
      const envelope = envelopeSchema.parse(
        eventCallback(appMention('x'), {
          team_id: 'T0THERE',
          authorizations: [
            { enterprise_id: 'E0ORG', team_id: 'T0OURS', user_id: 'U0BOT', is_enterprise_install: true },
          ],
        }),
      );
      assert.deepEqual(workspaceOfEvent(envelope), {
        teamId: 'T0OURS',
        enterpriseId: 'E0ORG',
        isEnterpriseInstall: true,
        botUserId: 'U0BOT',
      });
    });

    for (const authorizations of [undefined, null, [], [{}]]) {
      it(`of the event when its authorizations are ${JSON.stringify(authorizations)}`, () => {
        const envelope = envelopeSchema.parse({ team_id: 'T0ACME', enterprise_id: 'E0ORG', authorizations });
        const { teamId, enterpriseId, botUserId } = workspaceOfEvent(envelope);
        assert.deepEqual([teamId, enterpriseId, botUserId], ['T0ACME', 'E0ORG', null]);
      });
    }

    for (const [flag, expected] of [
      ['false', false],
      ['true', true],
      [false, false],
      [true, true],
      [undefined, false],
      ['', false],
    ] as const) {
      it(`of a command, whose is_enterprise_install is ${JSON.stringify(flag)}`, () => {
        const partial = { enterprise_id: 'E0ORG', is_enterprise_install: flag };
        const command = commandSchema.parse(slashCommand('list', URL, partial));
        const workspace = { teamId: 'T0ACME', enterpriseId: 'E0ORG', isEnterpriseInstall: expected };
        assert.deepEqual(workspaceOfCommand(command), workspace);
      });
    }

    it('of a press: its own, else the person’s', () => {
      const press = (partial: object) => pressSchema.parse(blockActions('Acknowledge', { message, partial }));
      assert.equal(workspaceOfPress(press({})).teamId, 'T0ACME');
      assert.equal(workspaceOfPress(press({ team: null })).teamId, 'T0ACME');
      const inOrg = press({ team: { id: 'T0X', enterprise_id: 'E0ORG' }, enterprise: null });
      assert.deepEqual([workspaceOfPress(inOrg).teamId, workspaceOfPress(inOrg).enterpriseId], ['T0X', 'E0ORG']);
      const wide = press({
        team: null,
        enterprise: { id: 'E0ORG' },
        is_enterprise_install: 'true',
        user: { id: 'U0' },
      });
      assert.deepEqual(workspaceOfPress(wide), { teamId: null, enterpriseId: 'E0ORG', isEnterpriseInstall: true });
    });
  });

  describe('belong to a conversation', () => {
    it('that is known by workspace and channel, whatever the thread', () => {
      assert.deepEqual(conversationOf(ACME, 'C0OPS', { name: 'ops' }), {
        id: 'slack:T0ACME:C0OPS',
        channel: 'slack',
        kind: 'channel',
        tenantId: 'T0ACME',
        name: '#ops',
        reference: { teamId: 'T0ACME', enterpriseId: null, isEnterpriseInstall: false, channelId: 'C0OPS' },
      });
    });

    it('of the organisation where no workspace is named', () => {
      const { id, tenantId } = conversationOf({ teamId: null, enterpriseId: 'E0ORG' }, 'C0OPS', {});
      assert.deepEqual([id, tenantId], ['slack:E0ORG:C0OPS', 'E0ORG']);
    });

    it('of the whole organisation where the installation is that one’s', () => {
      const { id, reference } = conversationOf(
        { teamId: 'T1', enterpriseId: 'E0ORG', isEnterpriseInstall: true },
        'C0OPS',
        {
          userId: 'U0ALICE',
        },
      );
      assert.equal(id, 'slack:E0ORG:C0OPS');
      assert.deepEqual(reference, {
        teamId: 'T1',
        enterpriseId: 'E0ORG',
        isEnterpriseInstall: true,
        channelId: 'C0OPS',
        userId: 'U0ALICE',
      });
    });

    const kinds: [string, { type?: string | null; name?: string | null }, string, string | null][] = [
      ['D0ALICE', { type: 'im' }, 'personal', null],
      ['D0ALICE', {}, 'personal', null],
      ['D0ALICE', { name: 'directmessage' }, 'personal', null],
      ['U0ALICE', { type: 'im' }, 'personal', null],
      ['C0ALICE', { name: 'directmessage' }, 'personal', null],
      ['G0GROUP', { type: 'mpim' }, 'group', null],
      ['C0GROUP', { type: 'mpim' }, 'group', null],
      ['G0GROUP', { name: 'mpdm-alice--bob-1' }, 'group', null],
      ['G0SECRET', { type: 'group' }, 'channel', null],
      ['G0SECRET', { name: 'privategroup' }, 'channel', null],
      ['C0OPS', { type: 'channel' }, 'channel', null],
      ['C0OPS', { name: 'ops' }, 'channel', '#ops'],
      ['C0OPS', { name: '' }, 'channel', null],
      ['C0OPS', { type: null, name: null }, 'channel', null],
    ];
    for (const [id, hint, kind, name] of kinds) {
      it(`${id} with ${JSON.stringify(hint)} is ${kind}, called ${name}`, () => {
        const conversation = conversationOf(ACME, id, hint);
        assert.deepEqual([conversation.kind, conversation.name], [kind, name]);
      });
    }
  });

  it('name people, of whom the rest is not known yet', () => {
    const nobody = { mailbox: null, timeZone: null, locale: null, notice: null };
    assert.deepEqual(actorOf('U0ALICE', null, 'T0ACME'), { ...nobody, id: 'U0ALICE', name: '', tenantId: 'T0ACME' });
    assert.equal(actorOf('U0ALICE', 'alice', null).name, 'alice');
  });

  describe('name who asked, and where to answer', () => {
    it('for less than the half hour that Slack allows', () => {
      const asker = askerOf('U0ALICE', URL, { now: NOW, isTrusted: () => true });
      assert.deepEqual([asker.userId, asker.responseUrl], ['U0ALICE', URL]);
      assert.ok(asker.until > NOW + 25 * 60_000 && asker.until < NOW + 30 * 60_000);
    });

    for (const url of [null, undefined, '']) {
      it(`nowhere when the address is ${JSON.stringify(url)}`, () => {
        assert.equal(askerOf('U0ALICE', url, { now: NOW, isTrusted: () => true }).responseUrl, null);
      });
    }

    it('nowhere when the address is not trusted', () => {
      const isTrusted = (url: string) => url !== URL;
      assert.equal(askerOf('U0ALICE', URL, { now: NOW, isTrusted }).responseUrl, null);
    });
  });
});
