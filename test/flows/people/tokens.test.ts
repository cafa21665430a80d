import assert from 'node:assert/strict';
import type { Connection } from '../../../src/core/model/people.ts';
import type { SignIn } from '../../../src/core/ports/channel.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { createTokens } from '../../../src/flows/people/tokens.ts';
import { tokenWith } from '../../support/wired-people.ts';

const MAILBOX = 'object-of-anna';
const OWN = tokenWith({ oid: 'object-of-anna', upn: 'anna@example.com' });
const OTHERS = tokenWith({ oid: 'object-of-bob', upn: 'bob@example.com' });

/** Tokens where this is known of Anna's mailbox, and the token service gives this. */
function start(options: {
  state?: Connection['state'];
  given?: string | null;
  ownAccess?: boolean;
  signIns?: boolean;
}) {
  const { state, given = null, ownAccess = true, signIns = true } = options;
  const lost: Connection[] = [];
  const forgotten: string[] = [];
  const asked: string[] = [];
  const connection: Connection = {
    mailbox: MAILBOX,
    channel: 'plain',
    personId: 'anna',
    conversationId: 'plain:anna',
    state: state ?? 'connected',
    changedAt: 0,
  };
  const store = {
    async getConnections(mailboxes: string[]) {
      asked.push(...mailboxes);
      return state ? [connection] : [];
    },
  };
  const signIn = { channel: 'plain', token: async (id: string) => (id === 'anna' ? given : null) } as SignIn;
  const tokens = createTokens(
    {
      store,
      signIns: new Map(signIns ? [['plain', signIn]] : []),
      settings: { ownAccess },
    } as unknown as FlowContext,
    {
      application: { get: async () => 'application', forget: (token) => void forgotten.push(token) },
      lost: async (one) => void lost.push(one),
    },
  );
  return { tokens, lost, forgotten, asked };
}

describe('the token for a mailbox', () => {
  for (const [what, options, expected, isLost] of [
    ['of somebody who never signed in', {}, 'application', false],
    ['of somebody who is signed in', { state: 'connected', given: OWN }, 'person', false],
    ['of somebody whose token does not say whose it is', { state: 'connected', given: 'opaque' }, 'person', false],
    ['of somebody who is about to leave', { state: 'leaving', given: OWN }, 'person', false],
    ['of somebody whose sign-in had ended, and is there again', { state: 'lost', given: OWN }, 'person', false],
    ['of somebody who has left', { state: 'closed', given: OWN }, 'application', false],
    ['of somebody whose sign-in has ended', { state: 'connected' }, 'application', true],
    ['of somebody who has signed in with another account', { state: 'connected', given: OTHERS }, 'application', true],
    ['of somebody who is about to leave, with no token left', { state: 'leaving' }, 'application', false],
    ['of somebody whose sign-in is known to have ended', { state: 'lost' }, 'application', false],
  ] as const)
    it(`${what} is ${expected === 'person' ? 'their own' : 'the bot’s'}${isLost ? ', and they are told' : ''}`, async () => {
      const { tokens, lost } = start(options);
      const token = 'given' in options && expected === 'person' ? options.given : 'application';
      assert.deepEqual(await tokens.get(MAILBOX), { token, kind: expected });
      assert.equal(lost.length, isLost ? 1 : 0);
      const only = await start(options).tokens.get(MAILBOX, { personOnly: true });
      assert.deepEqual(only, expected === 'person' ? { token, kind: 'person' } : null);
      const without = start({ ...options, ownAccess: false }).tokens.get(MAILBOX);
      if (expected === 'person') assert.equal((await without)?.token, token);
      else await assert.rejects(without, { code: 'refused', message: /calendar connect/ });
    });

  it('of nobody is the bot’s, as everywhere that offers no sign-in, and no person is looked for', async () => {
    const { tokens, asked } = start({ state: 'connected', given: OWN });
    assert.equal((await tokens.get(null))?.kind, 'application');
    const none = start({ state: 'connected', given: OWN, signIns: false });
    assert.equal((await none.tokens.get(MAILBOX))?.kind, 'application');
    assert.deepEqual([...asked, ...none.asked], []);
  });

  it('that was refused is not used again', () => {
    const { tokens, forgotten } = start({});
    tokens.refused(MAILBOX, 'application');
    assert.deepEqual(forgotten, ['application']);
  });
});
