import assert from 'node:assert/strict';
import { parseCommand, type Command } from '../../../src/core/chat/command.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { MINUTE } from '../../../src/core/time.ts';
import { changesWhatHolds } from '../../../src/flows/chat/rights.ts';
import { certificate, EN, watchOf } from '../../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';
import { pressForged, textOf } from '../../support/wired-people.ts';

const GROUP = '6e3d4f1e-57a2-4b8e-9a52-0d9cbe5c2a11';
const anna = personOf('anna', { mailbox: 'A-DIRECTORY-ID' });
const bert = personOf('bert');
const carl = personOf('carl');
const ROOM = { ...CHANNEL, id: 'plain:room', kind: 'group' as const };
const REFUSED = /Nothing was changed: in this conversation only (.*) may end watches and change settings/;

describe('what changes what holds in a conversation', () => {
  const watches = [watchOf({ uri: 'tls://example.com:443' })];
  for (const [text, expected] of [
    ['unwatch example.com', true],
    ['unwatch all', true],
    ['settings timezone UTC', true],
    ['settings admins everybody', true],
    ['settings', false],
    ['settings timezone', false],
    ['trust add', true],
    ['trust remove all', true],
    ['trust', false],
    ['remind 1h', true],
    ['remind default', true],
    ['remind', false],
    ['remind also me', false],
    ['watch example.com remind 1h', true],
    ['watch new.example remind 1h', false],
    ['watch example.com', false],
    ['check example.com', false],
    ['list', false],
    ['owner example.com me', false],
    ['forget me', false],
  ] as const)
    it(`${expected ? 'is' : 'is not'} “${text}”`, () => {
      const command = parseCommand(text, EN) as Command;
      assert.notEqual(command.verb, 'problem');
      assert.equal(changesWhatHolds(command, watches), expected);
    });

  it('is another day for what is watched', () => {
    const uri = 'date://here/token';
    const command: Command = { verb: 'watch', policy: null, targets: [{ text: '', uri, given: '2030-01-01' }] };
    assert.equal(changesWhatHolds(command, [{ uri }]), true);
    assert.equal(changesWhatHolds(command, []), false);
  });
});

describe('“settings admins” in a team', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bert, carl], messenger: { groupOf: async () => GROUP } });
    it_.graph.directory.setTeam(GROUP, { owners: ['a-directory-id'], members: ['m-1', 'm-2', 'bert'] });
    await it_.watching(bert, 'example.com', certificate('one'));
  });
  afterEach(() => it_.close());

  const watched = async (): Promise<number> => it_.bot.store.countWatches(CHANNEL.id);

  it('leaves unwatch, settings and trust to its owners, also by a button', async () => {
    assert.match(textOf(await it_.say(anna, 'settings admins only')), /only the owners of this team may/);
    for (const text of ['unwatch example.com', 'unwatch all', 'settings timezone UTC', 'trust remove all', 'remind 1h'])
      assert.match(textOf(await it_.say(bert, text)), REFUSED, text);
    assert.match(textOf(await it_.say(bert, 'settings admins everybody')), REFUSED);
    const [watch] = await it_.bot.store.listWatches(CHANNEL.id);
    for (const name of ['unwatch-row', 'unwatch-all', 'unwatch-left']) {
      await pressForged(it_, bert, CHANNEL, { name, data: { watch: watch!.id, upTo: watch!.id } });
      assert.match(textOf(it_.latest(CHANNEL)), REFUSED, name);
    }
    assert.equal(await watched(), 1);
    assert.equal((await it_.say(bert, 'watch other.example')).tone === 'warning', false);
    assert.match(textOf(await it_.say(anna, 'unwatch example.com')), /No longer watching/);
    assert.match(textOf(await it_.say(anna, 'settings admins everybody')), /Everybody here may/);
    assert.match(textOf(await it_.say(bert, 'unwatch other.example')), /No longer watching/);
  });

  it('lets people who are named do it as well, and tells who may', async () => {
    await it_.say(anna, 'settings admins @bert');
    assert.match(textOf(await it_.say(carl, 'unwatch all')), REFUSED);
    const told = await it_.say(carl, 'settings admins');
    assert.equal(told.facts?.[0]?.value, 'the owners of this team and bert');
    assert.match(textOf(await it_.say(bert, 'unwatch all')), /Stop watching the one target here/);
  });

  it('does not count who switched it on where the owners are known', async () => {
    assert.match(textOf(await it_.say(bert, 'settings admins only')), /You are not among them yourself/);
    assert.match(textOf(await it_.say(bert, 'unwatch all')), REFUSED);
  });

  it('asks again after minutes', async () => {
    await it_.say(anna, 'settings admins only');
    it_.graph.directory.setTeam(GROUP, { owners: ['bert'] });
    assert.match(textOf(await it_.say(bert, 'settings timezone UTC')), REFUSED);
    it_.pass(6 * MINUTE);
    assert.match(textOf(await it_.say(bert, 'settings timezone UTC')), /Time zone, from now on: UTC/);
    assert.match(textOf(await it_.say(anna, 'settings timezone UTC')), REFUSED);
  });

  it('fails closed while Graph does not answer, and says what to do', async () => {
    await it_.say(anna, 'settings admins only');
    it_.pass(6 * MINUTE);
    it_.graph.inject({ kind: 'answer', status: 503 }, { path: /teams/, times: 9 });
    assert.match(textOf(await it_.say(anna, 'unwatch all')), /does not tell just now who they are\. Try again/);
    assert.equal(await watched(), 1);
    it_.graph.clearFaults();
    assert.match(textOf(await it_.say(anna, 'unwatch all')), /Stop watching the one target here/);
  });

  it('counts who switched it on and whom they name where the permission was not granted', async () => {
    it_.graph.directory.setTeam(GROUP, null);
    const card = await it_.say(bert, 'settings admins @carl');
    assert.match(textOf(card), /only bert and carl may[\s\S]*TeamMember\.Read\.Group/);
    assert.match(textOf(await it_.say(anna, 'unwatch all')), /only bert and carl may/);
    assert.match(textOf(await it_.say(carl, 'settings timezone UTC')), /Time zone, from now on: UTC/);
    assert.match(textOf(await it_.say(bert, 'unwatch all')), /Stop watching the one target here/);
  });

  it('knows nobody by another organisation’s directory', async () => {
    await it_.say(anna, 'settings admins only');
    const guest = personOf('guest', { mailbox: 'a-directory-id', outsider: true });
    assert.doesNotMatch(textOf(await it_.say(guest, 'unwatch all')), /Stop watching/);
    assert.match(textOf(await it_.say(personOf('nobody', { mailbox: null }), 'unwatch all')), REFUSED);
  });

  it('is nothing for one’s own chat, and no word for what is nobody', async () => {
    assert.match(textOf(await it_.say(bert, 'settings admins only', chatOf(bert))), /Nobody but you reads this chat/);
    assert.match(textOf(await it_.say(bert, 'settings admins dave')), /“dave” is nobody I can find/);
    assert.deepEqual((await it_.bot.store.findConversation(CHANNEL.id))?.settings, {});
  });
});

describe('“settings admins” in a group chat', () => {
  it('counts who switched it on and whom they name', async () => {
    const messenger = { groupOf: () => assert.fail('a group chat has no owners') };
    const it_ = await startWiredOutlook({ people: [anna, bert, carl], messenger });
    try {
      await it_.watching(anna, 'example.com', certificate('one'), ROOM);
      assert.match(textOf(await it_.say(bert, 'settings admins only', ROOM)), /only bert may/);
      assert.match(textOf(await it_.say(anna, 'unwatch all', ROOM)), /only bert may/);
      await it_.say(bert, 'settings admins @carl', ROOM);
      assert.match(textOf(await it_.say(carl, 'unwatch all', ROOM)), /Stop watching the one target here/);
      const german = personOf('dora', { locale: 'de-DE' });
      assert.match(textOf(await it_.say(german, 'settings admins everybody', ROOM)), /nur bert und carl/);
    } finally {
      await it_.close();
    }
  });
});

describe('“settings admins” where the channel tells who administers', () => {
  for (const [what, answer, sentence] of [
    ['they do', async () => true, /Stop watching the one target here/],
    ['they do not', async () => false, REFUSED],
    [
      'it does not answer',
      () => Promise.reject(new DeliveryError('unavailable', 'away')),
      /does not tell just now who they are/,
    ],
  ] as const)
    it(`goes by that: ${what}`, async () => {
      const messenger = { administers: answer };
      const it_ = await startWiredOutlook({ people: [anna, bert], messenger });
      try {
        await it_.watching(anna, 'example.com', certificate('one'));
        await it_.say(bert, 'settings admins only');
        assert.match(textOf(await it_.say(anna, 'unwatch all')), sentence);
      } finally {
        await it_.close();
      }
    });
});
