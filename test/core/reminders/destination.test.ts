import assert from 'node:assert/strict';
import type { Connection, MailboxState, Recipient } from '../../../src/core/model/people.ts';
import { addresseesOf, distinctDestinations, type Circumstances } from '../../../src/core/reminders/destination.ts';
import { conversationOf, watchOf } from '../../support/certificate-facts.ts';

const NONE: Circumstances = {
  calendar: 'graph',
  calendarMailbox: null,
  ownAccess: true,
  mailboxesOpenTo: () => true,
  connections: new Map(),
  states: new Map(),
};

const watch = watchOf({
  ownerMailbox: 'alice',
  ownerTenantId: 'here',
  ownerLocale: 'de-DE',
  ownerTimeZone: 'Europe/Berlin',
});
const place = conversationOf();

function copy(overrides: Partial<Recipient> = {}): Recipient {
  return {
    id: 'r1',
    conversationId: watch.conversationId,
    uri: null,
    role: 'copy',
    personId: '29:bob',
    name: 'Bob',
    mailbox: 'bob',
    timeZone: null,
    locale: 'en-GB',
    tenantId: null,
    state: 'accepted',
    askedBy: 'Alice',
    askedAt: 1,
    ...overrides,
  };
}

function connection(mailbox: string, state: Connection['state']): Circumstances['connections'] {
  return new Map([
    [mailbox, { mailbox, channel: 'teams', personId: 'p', conversationId: 'teams:p', state, changedAt: 1 }],
  ]);
}

function known(mailbox: string, state: MailboxState['state']): Circumstances['states'] {
  return new Map([[mailbox, { mailbox, state, name: null, manager: null, checkedAt: 1 }]]);
}

/** Where they go, as `graph alice`; null while it is not known. */
function destinations(
  circumstances: Partial<Circumstances>,
  options: { recipients?: Recipient[]; mailbox?: string; owner?: string | null } = {},
): string[] | null {
  const settings = options.mailbox ? { mailbox: options.mailbox } : {};
  const owned = options.owner === undefined ? watch : { ...watch, ownerMailbox: options.owner };
  const found = addresseesOf(owned, { ...place, settings }, options.recipients ?? [], { ...NONE, ...circumstances });
  return found && found.map(({ destination }) => `${destination.calendar} ${destination.mailbox}`);
}

/** Mailboxes are open to those people of Teams who are of that organisation; of `unknown` it is not known. */
function openTo(organisation: string): Circumstances['mailboxesOpenTo'] {
  return (channel, tenantId) => (tenantId === 'unknown' ? undefined : channel === 'teams' && tenantId === organisation);
}

const FEED = `ics ${watch.conversationId}`;

describe('the reminders of a watch', () => {
  const cases: [string, Parameters<typeof destinations>, string[] | null][] = [
    ['go to its owner', [{}], ['graph alice']],
    ['go into the feed when its owner has no known mailbox', [{}, { owner: null }], [FEED]],
    ['go into the feed where nothing is written to Outlook', [{ calendar: 'ics' }], [FEED]],
    ['go nowhere when calendars are off', [{ calendar: 'none' }], []],
    ['go to the mailbox for everybody', [{ calendarMailbox: 'all' }], ['graph all']],
    ['go to the conversation’s shared mailbox first', [{ calendarMailbox: 'all' }, { mailbox: 'ops' }], ['graph ops']],
    ['are not routed while it is not known who may', [{ mailboxesOpenTo: () => undefined }], null],
    ['go to an owner of the organisation that may', [{ mailboxesOpenTo: openTo('here') }], ['graph alice']],
    ['go into the feed for an owner of another organisation', [{ mailboxesOpenTo: openTo('there') }], [FEED]],
    [
      'go into the feed of who has no mailbox, though it is not known who may',
      [{ mailboxesOpenTo: () => undefined }, { owner: null }],
      [FEED],
    ],
    ['go into the feed for people of elsewhere', [{ mailboxesOpenTo: () => false }], [FEED]],
    ['go into the feed without a permission of any kind', [{ ownAccess: false }], [FEED]],
    [
      'go to a person who signed in, without any other permission',
      [{ ownAccess: false, connections: connection('alice', 'connected') }],
      ['graph alice'],
    ],
    [
      'go to a person who signed in, from wherever they are',
      [{ mailboxesOpenTo: () => false, connections: connection('alice', 'connected') }],
      ['graph alice'],
    ],
    ['leave the mailbox of who is leaving', [{ connections: connection('alice', 'leaving') }], [FEED]],
    ['stay out of a mailbox that its person closed', [{ connections: connection('alice', 'closed') }], [FEED]],
    [
      'wait for a sign-in that ended',
      [{ ownAccess: false, connections: connection('alice', 'lost') }],
      ['graph alice'],
    ],
    [
      'go on by the bot’s own permission when a sign-in ended',
      [{ connections: connection('alice', 'lost') }],
      ['graph alice'],
    ],
    ['go into the feed when the mailbox is missing', [{ states: known('alice', 'missing') }], [FEED]],
    ['go into the feed when the account is disabled', [{ states: known('alice', 'disabled') }], [FEED]],
    ['go back to a mailbox that is fine again', [{ states: known('alice', 'fine') }], ['graph alice']],
    ['also go to who accepted a copy', [{}, { recipients: [copy()] }], ['graph alice', 'graph bob']],
    [
      'also go to who accepted a copy and is of the organisation that may',
      [{ mailboxesOpenTo: openTo('here') }, { recipients: [copy({ tenantId: 'here' })] }],
      ['graph alice', 'graph bob'],
    ],
    [
      'do not go to who accepted a copy and is of another organisation',
      [{ mailboxesOpenTo: openTo('here') }, { recipients: [copy({ tenantId: 'there' })] }],
      ['graph alice'],
    ],
    [
      'are not routed while it is not known whether who accepted a copy may have one',
      [{ mailboxesOpenTo: openTo('here') }, { recipients: [copy({ tenantId: 'unknown' })] }],
      null,
    ],
    [
      'do not go to who accepted a copy in another conversation',
      [{}, { recipients: [copy({ conversationId: 'teams:19:other' })] }],
      ['graph alice'],
    ],
    ['do not go to who was only asked', [{}, { recipients: [copy({ state: 'asked' })] }], ['graph alice']],
    ['do not go to who declined', [{}, { recipients: [copy({ state: 'declined' })] }], ['graph alice']],
    ['do not go to who was asked to own it', [{}, { recipients: [copy({ role: 'owner' })] }], ['graph alice']],
    [
      'go to a copy of this very target',
      [{}, { recipients: [copy({ uri: watch.uri })] }],
      ['graph alice', 'graph bob'],
    ],
    [
      'do not go to a copy of another target',
      [{}, { recipients: [copy({ uri: 'tls://other.example:443' })] }],
      ['graph alice'],
    ],
    ['go to one mailbox once', [{}, { recipients: [copy({ mailbox: 'alice' })] }], ['graph alice']],
    ['are no copies without a mailbox', [{}, { recipients: [copy({ mailbox: null })] }], ['graph alice']],
    [
      'are no copies in a closed mailbox, and no feed for them either',
      [{ connections: connection('bob', 'closed') }, { recipients: [copy()] }],
      ['graph alice'],
    ],
    ['are no copies where nothing is written to Outlook', [{ calendar: 'ics' }, { recipients: [copy()] }], [FEED]],
  ];
  for (const [name, args, expected] of cases) it(name, () => assert.deepEqual(destinations(...args), expected));

  it('are written in the language and zone of whom they go to', () => {
    const found = addresseesOf(watch, place, [copy()], NONE);
    assert.deepEqual(
      found?.map(({ personId, locale, timeZone }) => [personId, locale, timeZone]),
      [
        ['29:alice', 'de-DE', 'Europe/Berlin'],
        ['29:bob', 'en-GB', null],
      ],
    );
  });
});

describe('distinct destinations', () => {
  it('tell a mailbox from a feed of the same name', () => {
    const [graph, ics] = [
      { calendar: 'graph' as const, mailbox: 'x' },
      { calendar: 'ics' as const, mailbox: 'x' },
    ];
    assert.deepEqual(distinctDestinations([graph, null, ics, { ...graph }]), [graph, ics]);
  });
});
