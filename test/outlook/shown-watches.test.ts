import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const NEXT = certificate('next', { notBefore: NOW, notAfter: NOW + 150 * DAY, serialNumber: 'ffff' });

function labels({ actions = [] }: Card): string[] {
  return actions.map(({ label }) => label);
}

function factOf({ facts = [] }: Card, label: string): string | undefined {
  return facts.find((one) => one.label === label)?.value;
}

describe('what is shown of a watch whose reminders are in Outlook', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
  });
  afterEach(() => it_.close());

  const show = () => it_.say(anna, 'show example.com');

  it('is the reminders of the old certificate, as long as another endpoint still presents that', async () => {
    await it_.watching(anna, 'other.example', LEAF);
    const before = factOf(await show(), 'Reminder');
    assert.match(before ?? '', /in Outlook$/);
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: NEXT });
    await it_.later();
    assert.equal(factOf(await show(), 'Reminder'), before);
    it_.scripted.serve('other.example', { address: '192.0.2.1', presents: NEXT });
    await it_.later();
    const after = factOf(await show(), 'Reminder');
    assert.match(after ?? '', /in Outlook$/);
    assert.notEqual(after, before);
  });

  it('offers a slot until the certificate ends, and no file, since the event is in Outlook already', async () => {
    assert.deepEqual(labels(await show()).slice(0, 2), ['Look again now', 'Book a slot']);
    assert.ok(!labels(await show()).some((label) => label.includes('.ics')));
    it_.pass(60 * DAY - HOUR);
    assert.ok(labels(await show()).includes('Book a slot'));
    it_.pass(HOUR);
    assert.ok(!labels(await show()).includes('Book a slot'));
  });

  it('offers a slot also after the time to which somebody has moved the expiry', async () => {
    it_.graph.mailbox('anna').move(it_.pair('anna').expiry.id, NOW + 2 * DAY);
    await it_.look('anna');
    it_.pass(3 * DAY);
    assert.ok(labels(await show()).includes('Book a slot'));
  });

  it('offers a file, and no slot, where it is in the feed', async () => {
    const nobox = personOf('nobox', { mailbox: null });
    await it_.watching(nobox, 'feed.example', NEXT);
    const card = await it_.say(nobox, 'show feed.example');
    assert.ok(!labels(card).includes('Book a slot'));
    assert.ok(labels(card).includes('Calendar file (.ics)'));
  });
});
