import assert from 'node:assert/strict';
import { createStates, STATE_LIFETIME } from '../../../src/channels/slack/install-state.ts';

const OPTIONS = { scopes: ['commands'] };
const BEGAN = Date.UTC(2027, 0, 15, 12);
const LIFETIME = STATE_LIFETIME * 1000;

describe('the state of an installation in Slack', () => {
  let now: number;
  beforeEach(() => {
    now = BEGAN;
  });

  const statesOf = (...secrets: string[]) =>
    createStates(
      secrets.length > 0 ? secrets : ['a secret'],
      () => now,
      () => OPTIONS,
    );
  const made = (states = statesOf()): Promise<string> => states.generateStateParam(OPTIONS, new Date(now));
  const verify = (state: string, states = statesOf()) => states.verifyStateParam(new Date(now), state);

  it('is good for whoever has the secret, and says what was asked for', async () => {
    assert.equal(await verify(await made()), OPTIONS);
    assert.equal(STATE_LIFETIME, 600);
  });

  it('is signed by the first of several secrets, and good by any of them', async () => {
    const [old, both, fresh] = [statesOf('old'), statesOf('new', 'old'), statesOf('new')];
    assert.equal(await verify(await made(old), both), OPTIONS);
    assert.equal(await verify(await made(both), fresh), OPTIONS);
    await assert.rejects(verify(await made(both), old));
    await assert.rejects(verify(await made(statesOf('other')), both));
  });

  it('is another one each time, made in the same moment', async () => {
    const states = statesOf();
    assert.notEqual(await made(states), await made(states));
  });

  it('is good for ten minutes', async () => {
    const state = await made();
    now = BEGAN + LIFETIME;
    await verify(state);
    now += 1;
    await assert.rejects(verify(state), /expired/);
  });

  it('is good once, until it is over, whichever others come and go meanwhile', async () => {
    const states = statesOf();
    const [first, second] = [await made(states), await made(states)];
    await verify(first, states);
    now = BEGAN + LIFETIME / 2;
    const later = await made(states);
    now = BEGAN + LIFETIME;
    await verify(second, states);
    await verify(later, states);
    for (const state of [first, second, later]) await assert.rejects(verify(state, states), /used before/);
    now = BEGAN + LIFETIME + 1;
    await assert.rejects(verify(first, states), /expired/);
    await assert.rejects(verify(later, states), /used before/);
  });

  const forgeries: [string, (parts: string[]) => string][] = [
    ['of another time', ([, nonce, mac]) => `${(BEGAN + 1).toString(36)}.${nonce}.${mac}`],
    ['of another number', ([issued, , mac]) => `${issued}.AAAAAAAAAAAAAAAAAAAAAA.${mac}`],
    ['of another signature', ([issued, nonce, mac]) => `${issued}.${nonce}.${'A'.repeat(mac!.length)}`],
    ['of a signature that is cut short', ([issued, nonce, mac]) => `${issued}.${nonce}.${mac!.slice(0, -1)}`],
    ['without a signature', ([issued, nonce]) => `${issued}.${nonce}`],
    ['without anything', () => ''],
    ['of dots', () => '..'],
  ];
  for (const [what, forge] of forgeries)
    it(`is refused when it is one ${what}`, async () =>
      assert.rejects(verify(forge((await made()).split('.'))), /not issued here/));

  it('is refused where the secret is another', async () =>
    assert.rejects(verify(await made(statesOf('another secret'))), /not issued here/));
});
