import assert from 'node:assert/strict';
import {
  chatAcceptsCard,
  chatRefusesCard,
  credentialCard,
  graphRefusesCard,
  mailboxesCard,
  undeliveredCard,
} from '../../../src/core/chat/cards/operators.ts';
import type { Card } from '../../../src/core/card.ts';
import type { Stage } from '../../../src/core/certificates/stages.ts';
import type { AppCredential, MailboxRefusal } from '../../../src/core/ports/calendar.ts';
import { EN, NOW } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

function assertUrgent(card: Card): void {
  assert.equal(card.tone, 'attention');
}

describe('the operators are told', () => {
  it('that Microsoft does not take the bot for who it says it is, with its code and what to do', () => {
    const card = graphRefusesCard({ what: 'secret-expired', code: 'AADSTS7000222' }, EN);
    assertUrgent(card);
    assert.equal(card.title, 'Outlook refuses this bot');
    assert.equal(
      card.summary,
      "To be mended: Outlook refuses this bot. The bot's own client secret has expired (AADSTS7000222).",
    );
    assert.match(card.text![1]!, /^Create a new client secret/);
    assert.match(card.text![2]!, /^Until then no reminder is written/);
    assert.match(graphRefusesCard({ what: 'consent', code: null }, EN).summary, /Microsoft 365\.$/);
  });

  const mailboxes: [MailboxRefusal['why'], string | null, string[], boolean, string, string, RegExp][] = [
    [
      'forbidden',
      'ErrorAccessDenied',
      ['a@example.com'],
      false,
      'Microsoft Graph forbids this bot a mailbox: 403 (ErrorAccessDenied).',
      'Concerned: a@example.com.',
      /^Check in Microsoft Entra/,
    ],
    [
      'full',
      null,
      ['a@example.com', 'b'.repeat(121)],
      true,
      'Nothing more fits into several mailboxes, so Outlook refuses reminders there.',
      `Concerned: a@example.com, ${'b'.repeat(119)}…, and others, which the log names.`,
      /^Whoever has such a mailbox/,
    ],
  ];
  for (const [why, code, shown, isMore, sentence, list, advice] of mailboxes)
    it(`which mailboxes are ${why}, and what to do`, () => {
      const card = mailboxesCard(why, { code, shown, isMore, say: EN });
      assertUrgent(card);
      assert.equal(card.text![0], sentence);
      assert.ok(card.summary.endsWith(sentence), card.summary);
      assert.equal(card.text![1], list);
      assert.match(card.text![2]!, advice);
      assert.match(card.text![3]!, /^Until then reminders for these mailboxes wait/);
    });

  const credential: AppCredential = {
    id: 'key-1',
    kind: 'secret',
    name: 'for the bot',
    variable: 'AZURE_CLIENT_SECRET',
    notBefore: NOW - 90 * DAY,
    notAfter: NOW + 7 * DAY,
  };
  const looks: [Stage, Card['tone']][] = [
    ['notice', 'notice'],
    ['urgent', 'warning'],
    ['expired', 'attention'],
  ];
  for (const [stage, tone] of looks)
    it(`that a credential of the bot ends, in stage ${stage}`, () => {
      const card = credentialCard(credential, { stage, now: NOW, say: EN });
      assert.equal(card.tone, tone);
      assert.equal(card.title, "The bot's own client secret for the bot expires in 7 days");
      assert.match(card.text![0]!, /^On 29\u00a0Nov\u00a02026 \(AZURE_CLIENT_SECRET\)\. From then on/);
      assert.equal(card.state!.word.toLowerCase(), stage);
      assert.match(card.text![1]!, /^Create a new client secret .* set AZURE_CLIENT_SECRET,/);
    });

  it('of a credential without a name, and of one with a long name', () => {
    const options = { stage: 'urgent' as const, now: NOW, say: EN };
    const certificate = { ...credential, kind: 'certificate' as const, name: '' };
    const card = credentialCard(certificate, options);
    assert.equal(card.title, "The bot's own certificate – expires in 7 days");
    assert.match(card.text![1]!, /^Upload a new certificate/);
    const long = credentialCard({ ...credential, name: 'n'.repeat(81) }, options);
    assert.equal(long.title, `The bot's own client secret ${'n'.repeat(79)}… expires in 7 days`);
  });

  const chats: [string, Parameters<typeof chatRefusesCard>, string, string, RegExp][] = [
    [
      'Teams does not take its credentials',
      [{ channel: 'teams', tenantId: null }, { peerCode: '401', lacks: null }, EN],
      'Microsoft Teams does not accept this bot',
      'Its credentials are refused (401).',
      /^Check MicrosoftAppId/,
    ],
    [
      'Slack does not take its credentials',
      [{ channel: 'slack', tenantId: 'T1' }, { peerCode: null, lacks: null }, EN],
      'Slack does not accept this bot',
      'Its credentials are refused.',
      /in the workspace T1 again/,
    ],
    [
      'it lacks a permission, which is named rather than the code',
      [{ channel: 'slack', tenantId: null }, { peerCode: 'missing_scope', lacks: 'x'.repeat(61) }, EN],
      'Slack does not accept this bot',
      `The app in Slack lacks a permission (${'x'.repeat(59)}…).`,
      /in the workspace – again/,
    ],
    [
      'another chat does not take its credentials',
      [{ channel: 'other', tenantId: null }, { peerCode: null, lacks: null }, EN],
      'other does not accept this bot',
      'Its credentials are refused.',
      /^Check MicrosoftAppId/,
    ],
  ];
  for (const [name, given, title, sentence, advice] of chats)
    it(`that ${name}`, () => {
      const card = chatRefusesCard(...given);
      assertUrgent(card);
      assert.equal(card.title, title);
      assert.ok(card.text![0]!.startsWith(sentence), card.text![0]);
      assert.match(card.text![1]!, advice);
    });

  it('that a chat takes it again', () => {
    const card = chatAcceptsCard({ channel: 'slack', tenantId: 'T1' }, EN);
    assert.equal(card.title, 'Slack accepts this bot again');
    assert.equal(card.tone, 'good');
  });

  describe('of messages that did not arrive', () => {
    it('which conversations they were for, and why, each conversation counted once', () => {
      const card = undeliveredCard(
        [
          { where: 'Ops', reason: 'refused', code: 'channel_not_found' },
          { where: 'Ops', reason: 'outlived', code: null },
          { where: 'w'.repeat(81), reason: 'refused', code: null },
        ],
        EN,
      );
      assertUrgent(card);
      assert.deepEqual(card.text, [
        '2 conversations did not get everything this bot had to say today.',
        'Ops: the service refused a message for a day (channel_not_found); the log says more.',
        'Ops: a message could not be delivered for so long that it is of no use any more; the log says why.',
        `${'w'.repeat(79)}…: the service refused a message for a day; the log says more.`,
      ]);
    });

    for (const [number, more] of [
      [10, []],
      [11, ['And 1 more, which the log names.']],
      [12, ['And 2 more, which the log names.']],
    ] as const)
      it(`of ${number} names ten`, () => {
        const missed = Array.from({ length: number }, (_, index) => ({
          where: `chat ${index}`,
          reason: 'refused' as const,
          code: null,
        }));
        const { text } = undeliveredCard(missed, EN);
        assert.match(text![0]!, new RegExp(`^${number} conversations`));
        assert.match(text![10]!, /^chat 9:/);
        assert.deepEqual(text!.slice(11), more);
      });
  });
});
