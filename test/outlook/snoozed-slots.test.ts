import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import type { Actor } from '../../src/core/model/people.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { pressForged } from '../support/wired-people.ts';

const anna = personOf('anna');
const bob = personOf('bob');
/** Notice on 1 December at midnight UTC, urgent on 16 December at noon. */
const LEAF = certificate('soon', { notBefore: NOW - 59 * DAY, notAfter: NOW + 31 * DAY });
const URGENT = LEAF.notAfter - 7 * DAY;
const TUESDAY = Date.UTC(2026, 11, 1);

describe('silence until the next free slot', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
    it_.graph.mailbox('anna').setOwner('anna@example.com');
    it_.graph.mailbox('bob').setOwner('bob@example.com');
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(TUESDAY + 8 * HOUR - NOW);
  });
  afterEach(() => it_.close());

  const taken = (...hours: [from: number, to: number][]): void =>
    it_.graph
      .mailbox('anna')
      .setTaken(hours.map(([from, to]) => ({ start: TUESDAY + from * HOUR, end: TUESDAY + to * HOUR, digit: '2' })));
  const silentUntil = async (): Promise<number | null> =>
    (await it_.bot.store.listIncidents(CHANNEL.id))[0]!.snoozedUntil;

  async function press(who: Actor): Promise<Card | null> {
    const snooze = it_.latest(CHANNEL).actions!.find(({ label }) => label === 'Snooze')!;
    assert.ok(snooze.kind === 'choose' && snooze.options !== 'people');
    assert.ok(snooze.options.some(({ value }) => value === 'slot'));
    const data = { ...snooze.action.data, until: 'slot' };
    return pressForged(it_, who, CHANNEL, { name: 'snooze', data });
  }

  it('is the owner’s own free time, where their calendar is known', async () => {
    taken([8, 14.75]);
    assert.ok(await press(anna));
    assert.equal(await silentUntil(), TUESDAY + 15 * HOUR);
  });

  it('is the same where it is typed', async () => {
    taken([8, 11.5]);
    await it_.say(anna, 'snooze until the next free slot');
    assert.equal(await silentUntil(), TUESDAY + 11.5 * HOUR);
  });

  it('is the next half-hour of working time for anybody else, who is told nothing of the owner’s', async () => {
    taken([8, 15]);
    await press(bob);
    assert.equal(await silentUntil(), TUESDAY + 8 * HOUR + 30 * MINUTE);
  });

  it('is that too where the calendar does not answer', async () => {
    it_.graph.mailbox('anna').setScheduleError('ErrorMailRecipientNotFound');
    await press(anna);
    assert.equal(await silentUntil(), TUESDAY + 8 * HOUR + 30 * MINUTE);
  });

  it('ends at the next stage where nothing is free before it', async () => {
    taken([0, 24 * 40]);
    await press(anna);
    assert.equal(await silentUntil(), URGENT);
  });
});
