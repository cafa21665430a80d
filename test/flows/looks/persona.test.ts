import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { plainText } from '../../../src/core/chat/cards/plain-text.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const anna = personOf('anna');
const FIRST = '192.0.2.1';
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('renewed', { notBefore: NOW + 41 * DAY, notAfter: NOW + 150 * DAY });

describe('Clippy', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna], settings: { calendar: 'ics' } });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const last = (): Card => it_.said(CHANNEL).at(-1)!;

  it('is not there unless somebody asks for it', async () => {
    await it_.later(40 * DAY);
    assert.equal(last().opening, undefined);
  });

  it('begins alerts, says the same facts, and has its help as the first button', async () => {
    await it_.say(anna, 'settings persona clippy');
    await it_.later(40 * DAY);
    const card = last();
    assert.equal(card.opening, 'It looks like your certificate is about to expire. Would you like help with that?');
    assert.match(card.summary, /^Notice: example\.com expires in 20\sdays, on Thu\s21\sJan\s2027\.$/);
    const [first, ...others] = card.actions!;
    assert.ok(first?.kind === 'execute' && first.action.name === 'renew' && first.style === 'positive');
    assert.ok(others.length > 0 && others.every((each) => each.kind !== 'execute' || each.action.name !== 'renew'));
    assert.ok(plainText(card).startsWith('It looks like'));
    const { opening: _opening, actions: _actions, ...rest } = card;
    await it_.say(anna, 'settings persona plain');
    await it_.later(14 * DAY);
    const plain = last();
    assert.equal(plain.opening, undefined);
    assert.deepEqual(
      Object.keys(rest),
      Object.keys({ ...plain, actions: undefined }).filter((key) => key !== 'actions'),
    );
  });

  it('has a word for every turn', async () => {
    await it_.say(anna, 'settings persona clippy');
    await it_.later(40 * DAY);
    it_.scripted.serve('example.com', { address: FIRST, presents: LEAF, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await it_.later(7 * HOUR);
    assert.match(last().opening!, /something is wrong with your certificate/);
    it_.scripted.serve('example.com', { address: FIRST, presents: RENEWED });
    await it_.later(2 * DAY);
    assert.match(last().opening!, /^It looks like .* Nicely done!$/);
    assert.notEqual(last().actions![0]!.label, 'How to renew');
  });

  it('speaks German as Karl Klammer does', async () => {
    const bert = { ...personOf('bert'), locale: 'de-DE' };
    await it_.say(bert, 'einstellungen persona clippy');
    await it_.say(anna, 'unwatch example.com');
    await it_.say(bert, 'watch zwei.example');
    it_.scripted.serve('zwei.example', { address: FIRST, presents: LEAF });
    await it_.later(50 * DAY);
    const openings = it_.said(CHANNEL).map(({ opening }) => opening);
    assert.ok(
      openings.includes('Sieht so aus, als würde dein Zertifikat bald ablaufen. Möchtest du Hilfe dabei?'),
      JSON.stringify(openings),
    );
  });
});
