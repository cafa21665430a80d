import assert from 'node:assert/strict';
import { accountOf, claimsOf, isSomebodyElse, type TokenAccount } from '../../../src/core/reminders/token-account.ts';
import type { DirectoryNames } from '../../../src/core/model/people.ts';
import { tokenWith } from '../../support/wired-people.ts';

const ID = 'D3B0C8A0-0000-4000-8000-000000000001';
const OTHER = 'ffffffff-0000-4000-8000-000000000002';

describe('whose token it is', () => {
  const cases: [what: string, token: string, expected: TokenAccount | null][] = [
    [
      'says id and names, each once and in lower case',
      tokenWith({ oid: ID, upn: 'A1@Corp.example', unique_name: 'a1@corp.example', email: 'anna@example.com' }),
      { id: ID.toLowerCase(), addresses: ['a1@corp.example', 'anna@example.com'] },
    ],
    ['says a name alone', tokenWith({ preferred_username: 'a@x.example' }), { id: null, addresses: ['a@x.example'] }],
    ['says an id alone', tokenWith({ oid: ID }), { id: ID.toLowerCase(), addresses: [] }],
    [
      'says no id where that is empty',
      tokenWith({ oid: '', email: 'a@x.example' }),
      { id: null, addresses: ['a@x.example'] },
    ],
    [
      'says a name under each claim that may have one',
      tokenWith({
        upn: 'a@x.example',
        preferred_username: 'b@x.example',
        unique_name: 'c@x.example',
        email: 'd@x.example',
      }),
      { id: null, addresses: ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'] },
    ],
    ['leaves out what is no text or no address', tokenWith({ oid: 7, upn: ['a'], unique_name: 'live.com#a' }), null],
    ['says nothing in one without claims', tokenWith({}), null],
    ['says nothing in one that is opaque', 'EwBgA8l6BAAU', null],
    ['says nothing in nonsense with dots', 'a.b.c', null],
    ['says nothing in a list', `a.${Buffer.from('["oid"]').toString('base64url')}.c`, null],
  ];
  for (const [what, token, expected] of cases) it(what, () => assert.deepEqual(accountOf(token), expected));

  for (const payload of ['7', 'null', 'true', '"text"', '{', ''])
    it(`is not claimed by ${payload || 'nothing'}`, () => {
      assert.equal(claimsOf(`a.${Buffer.from(payload).toString('base64url')}.c`), null);
    });
});

describe('the account that signed in', () => {
  const names: DirectoryNames = { id: ID, addresses: ['anna@example.com', 'a1@corp.example'] };
  const account = (id: string | null, ...addresses: string[]): TokenAccount => ({ id, addresses });
  const cases: [what: string, TokenAccount, mailbox: string, DirectoryNames | null, expected: boolean][] = [
    ['is theirs by its id', account(ID.toLowerCase()), ID, null, false],
    ['is theirs by its id, whatever its names', account(ID.toLowerCase(), 'x@y.example'), ID, names, false],
    ['is another by its id', account(OTHER, 'anna@example.com'), ID, names, true],
    ['is another by its id, where nobody knows names', account(OTHER), ID, null, true],
    [
      'is theirs by the id that the directory tells of an address',
      account(ID.toLowerCase()),
      'anna@example.com',
      names,
      false,
    ],
    ['is another by the id that the directory tells of an address', account(OTHER), 'anna@example.com', names, true],
    ['is theirs by an address', account(null, 'anna@example.com'), 'Anna@Example.com', null, false],
    ['is theirs by another name of an address', account(null, 'a1@corp.example'), 'anna@example.com', names, false],
    ['is theirs by one name of several', account(null, 'x@y.example', 'a1@corp.example'), ID, names, false],
    [
      'is theirs by an address that the directory does not tell',
      account(null, 'alias@example.com'),
      'alias@example.com',
      names,
      false,
    ],
    ['is another by all its names', account(null, 'bob@example.com'), 'anna@example.com', names, true],
    ['is another by all its names, of an id', account(null, 'bob@example.com'), ID, names, true],
    ['cannot be told where nobody knows its names', account(null, 'a1@corp.example'), 'anna@example.com', null, false],
    [
      'cannot be told where the directory knows no name',
      account(null, 'a@x.example'),
      ID,
      { id: ID, addresses: [] },
      false,
    ],
    ['cannot be told by one that says nothing of itself', account(null), ID, names, false],
    ['cannot be told by an id of which nobody knows the address', account(OTHER), 'anna@example.com', null, false],
  ];
  for (const [what, who, mailbox, known, expected] of cases)
    it(what, () => assert.equal(isSomebodyElse(who, mailbox, known), expected));
});
