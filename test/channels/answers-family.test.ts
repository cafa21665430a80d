import assert from 'node:assert/strict';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { homeView, messageOf } from '../../src/channels/slack/blocks.ts';
import { textOf, type Card } from '../../src/core/card.ts';
import type { Certificate, Observation } from '../../src/core/certificates/certificate.ts';
import { advance } from '../../src/core/certificates/state.ts';
import { bulkCard, progressCard, type BulkResult } from '../../src/core/chat/cards/bulk.ts';
import { backCard, copiedCard, deletedCard, movedCard } from '../../src/core/chat/cards/edits.ts';
import { elsewhereCard, leavingCard } from '../../src/core/chat/cards/elsewhere.ts';
import { helpCard } from '../../src/core/chat/cards/help.ts';
import { homeCard } from '../../src/core/chat/cards/home.ts';
import { listCard, type WatchView } from '../../src/core/chat/cards/list.ts';
import {
  chatRefusesCard,
  credentialCard,
  mailboxesCard,
  undeliveredCard,
} from '../../src/core/chat/cards/operators.ts';
import { conversationsCard, orphanedCard } from '../../src/core/chat/cards/overview.ts';
import { answeredCard, ownerlessCard, questionCard } from '../../src/core/chat/cards/people.ts';
import { courtesyCard, errorCard, problemCard, sentenceCard, welcomeCard } from '../../src/core/chat/cards/replies.ts';
import { bookedCard, slotsCard } from '../../src/core/chat/cards/slots.ts';
import { trustAddedCard, trustListCard, trustRemovedCard } from '../../src/core/chat/cards/trust.ts';
import { unwatchAllCard, unwatchedAllCard } from '../../src/core/chat/cards/unwatch-all.ts';
import { COMMANDS, parseCommand } from '../../src/core/chat/command.ts';
import { inZone, sayIn, type Language, type Say } from '../../src/core/language/language.ts';
import type { StoredAnchor } from '../../src/core/model/anchors.ts';
import type { Recipient } from '../../src/core/model/people.ts';
import type { Reminder } from '../../src/core/model/reminder.ts';
import { DAY, ENDLESS, HOUR, MINUTE } from '../../src/core/time.ts';
import { adaptiveFaults, slackFaults } from '../support/card-rules.ts';
import {
  certificate,
  conversationOf,
  failed,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  watchOf,
} from '../support/certificate-facts.ts';

/** As long as a name in DNS can be, in parts as long as they can be. */
const LONGEST = `${Array(3).fill('n'.repeat(63)).join('.')}.${'n'.repeat(57)}.de`;

function viewOf(id: number, host: string, leaf: Certificate | null, over: Partial<Observation> = {}): WatchView {
  const uri = `tls://${host}:443`;
  const seen = observation([leaf ? presented('192.0.2.1', leaf) : failed('192.0.2.1', 'refused')], { uri, ...over });
  const known = new Map(leaf ? [[leaf.fingerprint, leaf]] : []);
  return {
    watch: watchOf({ id, uri, ownerName: id % 2 === 0 ? 'Ada Lovelace' : 'Ben Okafor', ownerId: `29:${id % 2}` }),
    target: { id, uri, dueAt: NOW, state: advance(null, seen, known).state, observation: seen },
    leaves: leaf ? [leaf] : [],
    policy: null,
    since: leaf ? new Map() : new Map([['unreachable', NOW - 7 * HOUR]]),
  };
}

/** What can be the matter with one of very many. */
function some(number: number, host: (index: number) => string): WatchView[] {
  const ends = [-3 * DAY, -5 * HOUR, 5 * HOUR, 17 * DAY, 31 * DAY, 200 * DAY, 60 * DAY, 61 * DAY, 62 * DAY, 63 * DAY];
  return Array.from({ length: number }, (_, index) => {
    const end = ends[index % ends.length]!;
    const leaf = certificate(`c${index}`, { notAfter: NOW + end + index * MINUTE });
    return viewOf(index + 1, host(index), index % 11 === 4 ? null : leaf);
  });
}

function causes(number: number, say: Say): BulkResult[] {
  return Array.from({ length: number }, (_, index): BulkResult => {
    const base = { target: { uri: `tls://app-${String(index + 1).padStart(3, '0')}.corp.example.com:443` } } as const;
    const notAfter = NOW + 200 * DAY;
    if (index % 20 === 7) return { ...base, outcome: 'watched', notAfter: NOW - 3 * DAY };
    if (index % 20 === 9) return { ...base, outcome: 'watched', notAfter };
    const authority = { name: 'Example Corp Root G2', isMissing: true };
    const cause = { heading: say('bulk.authority'), tone: 'attention', sentence: 'x', authority } as const;
    return { ...base, outcome: 'watched', cause, notAfter };
  });
}

const ANCHOR: StoredAnchor = {
  fingerprint: 'ab'.repeat(32),
  subject: 'Example Corp Root G2',
  notBefore: NOW - 100 * DAY,
  notAfter: NOW + 900 * DAY,
  isCa: true,
  pem: '',
  addedBy: { id: '29:ada', name: 'Ada Lovelace' },
  addedAt: NOW - 400 * DAY,
} as unknown as StoredAnchor;

const RECIPIENT = {
  id: '5b0f8a2e-7a55-4c3f-8f0e-1d7a5d7a5d7a',
  role: 'owner',
  askedBy: 'Ben Okafor',
  askedAt: NOW,
} as unknown as Recipient;

const REMINDER = {
  kind: 'renew',
  fingerprint: 'a',
  event: { targets: ['tls://shop.example.com:443'], zone: 'Europe/Berlin' },
} as unknown as Reminder;

const LEAF = certificate('leaf', { notAfter: NOW + 40 * DAY });
const PLACE = { kind: 'channel', name: 'Ops' } as const;
const COUNT = { id: 'x', channel: 'teams', kind: 'channel', goneAt: null, seenAt: NOW - DAY } as const;

/** As many as a conversation may trust. */
const anchors = Array.from({ length: 10 }, (_, index) => ({
  ...ANCHOR,
  fingerprint: String(index).repeat(64),
  notAfter: index === 3 ? ENDLESS : ANCHOR.notAfter + index * 100 * DAY,
}));

/** Times of day and what may be typed stay as they are, and two hosts may well end on one day. */
function meant(faults: string[], name: string): string[] {
  const isTyped = /^(?:targets|help)/.test(name);
  return faults.filter((fault) => !/^said twice: “\d/.test(fault) && !(isTyped && fault.startsWith('a date as only')));
}

function cardsIn(say: Say): [string, Card][] {
  const page = { filter: '', page: 1, now: NOW, say, reader: '29:1', leftOut: leaveNothingOut };
  const many = some(2000, (index) => `h${index}.example.com`);
  const long = some(15, (index) => LONGEST.replace(/^../, `${index}x`.slice(0, 2)));
  const about = { subject: 'shop.example.com', calendar: 'graph', place: PLACE, say } as const;
  const end = {
    id: 'x',
    kind: 'secret',
    name: 'bot',
    variable: 'AZURE_CLIENT_SECRET',
    notBefore: NOW - DAY,
    notAfter: NOW + 9 * DAY,
  } as const;
  const slots = { watch: watchOf(), zone: 'Europe/Berlin', now: NOW, until: NOW + 9 * DAY, say };
  const error = problemCard(parseCommandProblem('wtach shop.example.com', say), say, {
    suggestion: 'watch shop.example.com',
  });
  return [
    ['a list of nothing', listCard([], page)],
    ['a list without a match', listCard(many, { ...page, filter: 'zzz' })],
    [
      'a short list',
      listCard(
        some(7, (index) => `h${index}.example.com`),
        page,
      ),
    ],
    [
      'a list of what is fine',
      listCard([viewOf(1, 'a.example', LEAF), viewOf(2, 'b.example', certificate('e', { notAfter: ENDLESS }))], page),
    ],
    ['the first page of very many', listCard(many, page)],
    ['a later page of very many', listCard(many, { ...page, page: 70 })],
    ['the last page of very many', listCard(many, { ...page, page: 100_000 })],
    ['those of one person', listCard(many, { ...page, filter: 'mine' })],
    [
      'a home page',
      homeCard(
        many.map((view) => ({ ...view, conversation: conversationOf({ name: 'Ops' }) })),
        { ...page },
      ),
    ],
    ['an empty home page', homeCard([], page)],
    ['a question about all', unwatchAllCard(many, { upTo: 9, stopped: true, now: NOW, say, leftOut: leaveNothingOut })],
    ['all stopped', unwatchedAllCard(58, 2, say)],
    ['many of one cause', bulkCard(causes(40, say), { now: NOW, say })],
    ['a thousand of one cause', bulkCard(causes(1000, say), { now: NOW, say })],
    ['many that could not be read', bulkCard(unread(100, say), { now: NOW, say })],
    [
      'many that are fine',
      bulkCard(
        causes(400, say).map(({ cause: _cause, ...one }) => one),
        { now: NOW, say },
      ),
    ],
    ['progress', progressCard('watch', 12, 40, say)],
    ['help', helpCard('', say)],
    ['topics', helpCard('topics', say)],
    ['targets', helpCard('targets', say)],
    ['watching', helpCard('watching', say)],
    ['people', helpCard('people', say)],
    ...Object.keys(COMMANDS).map((verb): [string, Card] => [`help ${verb}`, helpCard(verb, say)]),
    ['a welcome', welcomeCard('channel', 'graph', say)],
    ['a greeting', courtesyCard('greeting', 3, say)],
    ['a mistyped command', error],
    ['a refusal', problemCard(say('trust.private-key'), say)],
    ['our own fault', errorCard('7f3k21', say, { typed: 'list' })],
    ['trust of nothing', trustListCard([], NOW, say)],
    ['trust', trustListCard(anchors, NOW, say)],
    ['trust added', trustAddedCard([ANCHOR], [say('trust.known', { name: 'x' })], NOW, say)],
    ['trust removed', trustRemovedCard([ANCHOR], NOW, say)],
    [
      'conversations',
      conversationsCard(
        Array.from({ length: 300 }, (_, watches) => ({ ...COUNT, name: `#${watches}`, watches })),
        { page: 2, now: NOW, say },
      ),
    ],
    [
      'orphans',
      orphanedCard(
        Array.from({ length: 40 }, (_, id) => ({
          uri: `tls://h${id}.example:443`,
          conversationId: 'x',
          kind: 'channel' as const,
          conversation: 'Ops',
          ownerName: 'Ada',
          state: 'missing' as const,
        })),
        { page: 1, say },
      ),
    ],
    ['a credential', credentialCard(end, { stage: 'urgent', now: NOW, say })],
    [
      'a chat that refuses',
      chatRefusesCard({ channel: 'slack', tenantId: 'T1' }, { peerCode: 'invalid_auth', lacks: null }, say),
    ],
    ['full mailboxes', mailboxesCard('full', { code: null, shown: ['a@example.com'], isMore: true, say })],
    ['messages that did not arrive', undeliveredCard([{ where: 'Ops', reason: 'refused', code: '403' }], say)],
    ['a question', questionCard(RECIPIENT, about)],
    ['a question about copies', questionCard({ ...RECIPIENT, role: 'copy' }, about)],
    ['a question answered', answeredCard(RECIPIENT, { ...about, yes: true, reached: true })],
    ['a question declined', answeredCard(RECIPIENT, { ...about, yes: false, never: true, reached: false })],
    [
      'an owner without a mailbox',
      ownerlessCard(
        {
          state: 'missing',
          name: 'Ada',
          manager: { id: 'm', name: 'Ben Okafor von und zu Example', address: null },
        } as never,
        { subject: 'shop.example.com', owner: 'ada', watch: 1, say },
      ),
    ],
    ['slots', slotsCard([NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY], slots)],
    ['no slots', slotsCard([], slots)],
    ['booked', bookedCard({ watch: watchOf(), start: NOW + DAY, zone: 'Europe/Berlin', now: NOW, written: true, say })],
    [
      'an event moved',
      movedCard(REMINDER, { found: NOW + DAY, start: NOW + DAY, allDay: false, certificate: LEAF, now: NOW, say }),
    ],
    [
      'an event moved back',
      movedCard(REMINDER, { found: NOW + 9 * DAY, start: NOW + DAY, allDay: false, certificate: LEAF, now: NOW, say }),
    ],
    ['events deleted', deletedCard([REMINDER], { question: RECIPIENT.id, say })],
    ['events back', backCard([REMINDER], say)],
    ['events copied', copiedCard([REMINDER], say)],
    [
      'something told elsewhere',
      elsewhereCard(
        listCard(
          some(7, (index) => `h${index}.example.com`),
          page,
        ),
        { where: 'Ops', link: 'https://example.com', why: 'answer', peerCode: null },
      ),
    ],
    [
      'what will be deleted',
      leavingCard(
        { name: 'Ops', goneAt: NOW - 20 * DAY },
        { uris: ['tls://shop.example.com:443'], until: NOW + 7 * DAY, now: NOW },
        say,
      ),
    ],
    [
      'something done',
      sentenceCard(say('unwatch.title', { target: 'shop.example.com' }), say('unwatch'), say, { tone: 'good' }),
    ],
    ['a list of very long names', listCard(long, page)],
  ];
}

/** What a bulk command could not read, each with a sentence of its own or of many. */
function unread(number: number, say: Say): BulkResult[] {
  return Array.from({ length: number }, (_, index): BulkResult => {
    const sentence = say('target.not-a-host', { text: index % 3 === 0 ? String(index) : 'x' }).replaceAll('`', '');
    return {
      target: { text: `x${index}` },
      outcome: 'failed',
      cause: { heading: say('bulk.not-looked'), tone: 'warning', sentence },
      notAfter: null,
    };
  });
}

function parseCommandProblem(text: string, say: Say): string {
  const command = parseCommand(text, say);
  assert.equal(command.verb, 'problem');
  return command.verb === 'problem' ? command.sentence : '';
}

/** Very long names are not in sight as a whole anywhere else. */
const LONG = /very long/;

/** English that slipped through: words that German texts of this product never have, what may be typed apart. */
const ENGLISH =
  /\b(?:the|is|are|and|expires?|expired|watch(?:es|ed|ing)|issued|certificate|chain|reminder|ago|days?)\b/;

describe('cards that are not about one item, in German', () => {
  for (const [name, { summary, title, text = [], groups = [], footnote = '', actions = [] }] of cardsIn(
    inZone(sayIn('de'), 'Europe/Berlin'),
  ))
    it(`are German: ${name}`, () => {
      const rows = groups.flatMap(({ rows: all = [] }) => all.map(({ sub = '' }) => sub));
      const lines = groups.flatMap(({ heading, text: more = [] }) => [heading, ...more.map(textOf)]);
      const labels = actions.map(({ label }) => label);
      for (const line of [summary, title, footnote, ...text, ...rows, ...lines, ...labels]) {
        const said = line.replaceAll(/„[^“]*“/g, '').replace(/(?<=Vollständig: |Zum Beispiel: ).*/, '');
        assert.doesNotMatch(said, ENGLISH);
        assert.doesNotMatch(line, /(?<!\d)\.\.|undefined|null|NaN|\[object|`|\(\)| {2}|”/);
      }
    });
});

for (const language of ['en', 'de'] satisfies Language[]) {
  describe(`cards that are not about one item (${language})`, () => {
    for (const [name, card] of cardsIn(inZone(sayIn(language), 'Europe/Berlin'))) {
      const allowed = LONG.test(name) ? { bytes: 40_000, speak: 300 } : {};
      it(`keep the rules of the family in Teams: ${name}`, () =>
        assert.deepEqual(meant(adaptiveFaults(adaptiveCard(card, 'x'.repeat(36)), allowed), name), []));
      it(`keep the rules of the family in Slack: ${name}`, () =>
        assert.deepEqual(
          meant(slackFaults(/home/.test(name) ? { text: card.summary, ...homeView(card) } : messageOf(card)), name),
          [],
        ));
    }
  });
}
