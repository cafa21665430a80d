import assert from 'node:assert/strict';
import { UNSEEN } from '../../../src/core/certificates/state.ts';
import type { Certificate } from '../../../src/core/certificates/certificate.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';
import type { StoreOperations } from '../../../src/core/ports/store.ts';
import type { Watch } from '../../../src/core/model/watch.ts';
import type { Wanted } from '../../../src/core/model/reminder.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { gatherWanted } from '../../../src/flows/reminders/wanted.ts';
import { certificate, conversationOf, NOW, thresholds, watchOf } from '../../support/certificate-facts.ts';

const LEAF = certificate('leaf');
const NEXT = certificate('next');

interface Watched {
  id: number;
  conversation?: Partial<Conversation>;
  watch?: Partial<Watch>;
  replaced?: string | null;
  leaf?: Certificate;
}

function messageLink(_conversation: Conversation, inbound: string): string | null {
  return inbound.startsWith('teams:') ? `message ${inbound}` : null;
}

/**
 * What should be reminded of where these watches go, which all present the leaf; the bot itself has that
 * region.
 */
async function wantedFor(watched: Watched[], region: string | null = 'DE'): Promise<Wanted[]> {
  const context = {
    settings: { holidays: region, freezes: [] },
    messengers: new Map([['teams', { link: ({ id }: Conversation) => `link to ${id}`, messageLink }]]),
    anchors: { judge: (observation: unknown) => observation },
    log: { error: (fields: object) => assert.fail(JSON.stringify(fields)) },
    now: () => NOW,
  } as unknown as FlowContext;
  const { add, finish } = gatherWanted(context);
  for (const { id, conversation, watch, replaced = null, leaf = LEAF } of watched) {
    const uri = `tls://h${id}.example:443`;
    const state = { ...UNSEEN, leaf: leaf.fingerprint, leaves: [leaf.fingerprint], replaced };
    add({
      watch: watchOf({ id, targetId: id, uri, ...watch }),
      conversation: conversationOf(conversation),
      target: { id, uri, dueAt: NOW, state, observation: null },
      addressee: { locale: id === 1 ? 'de-DE' : 'en-US' } as Parameters<typeof add>[0]['addressee'],
    });
  }
  const operations = {
    getCertificates: async (prints: string[]) => [LEAF].filter(({ fingerprint }) => prints.includes(fingerprint)),
  } as unknown as StoreOperations;
  return finish(operations, () => Promise.resolve());
}

describe('what a calendar should remind of', () => {
  it('is a certificate once, with all that present it in order, and in the words of the first watch', async () => {
    const [wanted, ...others] = await wantedFor([
      { id: 1, conversation: { id: 'teams:a' } },
      { id: 3, conversation: { id: 'teams:b' } },
      { id: 2 },
    ]);
    assert.deepEqual(others, []);
    assert.deepEqual(wanted!.targets, ['tls://h1.example:443', 'tls://h2.example:443', 'tls://h3.example:443']);
    assert.deepEqual([wanted!.language, wanted!.link], ['de', 'link to teams:a']);
  });

  it('says who takes care of it, each once, and nobody who has left', async () => {
    const named = ['Anna', 'Bert', 'Anna', ''].map((ownerName, index) => ({ id: index + 1, watch: { ownerName } }));
    assert.deepEqual((await wantedFor(named))[0]!.owners, ['Anna', 'Bert']);
  });

  it('leads to the message with which the first watch began, and says what to type there', async () => {
    const [wanted] = await wantedFor([{ id: 1, watch: { createdBy: 'teams:a:17' } }, { id: 2 }]);
    assert.equal(wanted!.message, 'message teams:a:17');
    assert.deepEqual(wanted!.show, { command: 'show h1.example', url: null });
    const [unknown] = await wantedFor([{ id: 1, watch: { createdBy: 'form' } }]);
    assert.equal(unknown!.message, undefined);
  });

  it('is reminded of by the thresholds of each, equal ones once', async () => {
    const policy = thresholds('10d');
    const [wanted] = await wantedFor([
      { id: 1 },
      { id: 2, watch: { policy } },
      { id: 3, watch: { policy } },
      { id: 4 },
    ]);
    assert.deepEqual(wanted!.policies, [null, policy]);
  });

  it('has no link in a channel that is not configured', async () => {
    const [wanted] = await wantedFor([{ id: 1, conversation: { channel: 'slack' } }]);
    assert.equal(wanted!.link, null);
  });

  it('leaves out a certificate that is not stored (any more)', async () => {
    assert.deepEqual(await wantedFor([{ id: 1, leaf: NEXT }]), []);
  });

  it('tells each certificate that it replaces, once', async () => {
    const watched = ['old', null, 'older', 'old'].map((replaced, index) => ({ id: index + 1, replaced }));
    assert.deepEqual((await wantedFor(watched))[0]!.replaced, ['old', 'older']);
  });

  const regions: [name: string, bots: string | null, theirs: (string | undefined)[], holidays: string[]][] = [
    ['of the bot where nobody says another', 'DE', [undefined, undefined], ['DE']],
    ['of the conversation in place of the bot’s', 'DE', ['CH'], ['CH']],
    ['of every conversation, once', 'DE', ['CH', undefined, 'CH', 'DE'], ['CH', 'DE']],
    ['of nobody who wants none', 'DE', ['none'], []],
    ['of nobody where none is known', null, [undefined], []],
  ];
  for (const [name, bots, theirs, expected] of regions)
    it(`regards the holidays ${name}`, async () => {
      const watched = theirs.map((holidays, index) => ({
        id: index + 1,
        conversation: { settings: holidays === undefined ? {} : { holidays } },
      }));
      assert.deepEqual((await wantedFor(watched, bots))[0]!.holidays, expected);
    });

  it('regards the freezes of every conversation, those of the same days once', async () => {
    const freeze = (from: string, to: string) => ({ from, to, name: null });
    const [a, b, c] = [
      freeze('2026-12-20', '2027-01-02'),
      freeze('2026-12-20', '2027-01-03'),
      freeze('2026-12-19', '2027-01-02'),
    ];
    const watched = [[a], [{ ...a }, b], [c], undefined].map((freezes, index) => ({
      id: index + 1,
      conversation: { settings: (freezes ? { freezes } : {}) as Conversation['settings'] },
    }));
    assert.deepEqual((await wantedFor(watched))[0]!.freezes, [a, b, c]);
  });
});
