import assert from 'node:assert/strict';
import { rowsOf } from '../support/card-texts.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { DAY } from '../../src/core/time.ts';

const A = certificate('a', { notAfter: NOW + 20 * DAY });
const B = certificate('b', { notAfter: NOW + 80 * DAY, notBefore: NOW - 10 * DAY });
const A_NEXT = certificate('a next', { notAfter: NOW + 90 * DAY, notBefore: NOW });
const anna = personOf('Anna');

describe('a host with different certificates at different times, with a calendar', () => {
  let it_: WiredOutlook;

  afterEach(() => it_.close());

  const present = (leaf: typeof A): void => it_.scripted.serve('example.com', { address: '192.0.2.1', presents: leaf });
  const alerts = (): string[] => it_.said(CHANNEL).map(({ title }) => title);
  const states = (): string[] => it_.said(CHANNEL).map(({ state }) => state?.word ?? '');

  async function inTurn(times: number, ...leaves: (typeof A)[]): Promise<void> {
    for (let index = 0; index < times; index += 1)
      for (const leaf of leaves) {
        present(leaf);
        await it_.later();
      }
  }

  it('is told once, its events stay where they are, and it says so everywhere', async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', A);
    await inTurn(4, B, A);
    const writes = it_.pair('Anna');
    const said = alerts().length;
    await inTurn(5, B, A);
    assert.deepEqual(alerts().slice(said), [], 'everything is said by then');
    assert.equal(states().filter((word) => word === 'Renewed').length, 0, 'nobody had to act');
    assert.equal(states().filter((word) => word === 'Different certificates at different times').length, 1);
    const alert = it_.said(CHANNEL).find(({ title }) => title === 'example.com changes its certificate')!;
    assert.match(String(alert.lead), /^It presents different certificates at different times/);
    assert.ok(rowsOf(alert).some(([name]) => name === '192.0.2.1 (at other times)'));
    assert.deepEqual(it_.pair('Anna'), writes, 'nothing is written any more');
    assert.match(writes.renew.subject, /12 Dec 2026/);
    assert.match(JSON.stringify(writes.renew), /example\.com presents different certificates at different times/);

    present(B);
    const checked = await it_.say(anna, 'check example.com');
    assert.match(checked.summary, /12\sDec\s2026/);
    assert.match(String(checked.lead), /at different times: 2 so far, of which the first expires 12\sDec\s2026/);
    assert.match((await it_.say(anna, 'show example.com')).summary, /12\sDec\s2026/);
    assert.match((await it_.say(anna, 'watch example.com')).summary, /12\sDec\s2026/);
    const list = await it_.say(anna, 'list');
    assert.match(rowsOf(list)[0]!.join(' | '), /Different certificates at different times \| 12 Dec/);

    await inTurn(13, B);
    const settled = it_.said(CHANNEL).filter(({ state }) => state?.word === 'Renewed');
    assert.deepEqual(
      settled.map(({ text }) => text),
      [['Fixed: example.com is right again. It has presented the same certificate for some time.']],
    );
    assert.match(it_.pair('Anna').renew.subject, /10 Feb 2027/);
    assert.doesNotMatch(JSON.stringify(it_.pair('Anna')), /at different times/);
    const after = alerts().length;
    await inTurn(10, B);
    assert.deepEqual(alerts().slice(after), []);
  });

  it('is renewed when the one that ends first is gone, and its events move once', async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', A);
    await inTurn(4, B, A);
    await inTurn(20, A_NEXT);
    assert.match(it_.latest(CHANNEL).summary, /^Renewed: example\.com is valid until 20\sFeb\s2027/);
    assert.match(it_.pair('Anna').renew.subject, /20 Feb 2027/);
  });
});
