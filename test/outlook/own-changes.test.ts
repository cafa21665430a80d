import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { certificate, NOW } from '../support/certificate-facts.ts';
import type { FakeEvent } from '../peers/graph/graph.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const RENEWED = certificate('second', { notBefore: NOW, notAfter: NOW + 150 * DAY });

describe('what people changed in an event of ours', () => {
  let it_: WiredOutlook;
  let renew: FakeEvent;
  const hands = () => it_.graph.mailbox('anna');

  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
    renew = it_.pair('anna').renew;
  });
  afterEach(() => it_.close());

  async function renewal(): Promise<FakeEvent> {
    it_.scripted.serve('example.com', { address: '192.0.2.1', presents: RENEWED });
    await it_.later();
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assert.equal(after.id, renew.id);
    assert.ok(after.start > LEAF.notAfter, 'the times are ours');
    assert.notEqual(after.subject, renew.subject, 'and so is the subject');
    return after;
  }

  const valid = (leaf: typeof LEAF): string =>
    String(DateTime.fromMillis(leaf.notAfter, { locale: 'en' }).toFormat('d LLL yyyy'));
  const until = (body: string): string => body.replaceAll(/&#160;|&nbsp;|\u00a0/g, ' ');
  function assertFresh({ body }: FakeEvent): void {
    assert.ok(until(body).includes(valid(RENEWED)), 'our text is brought up to date');
    assert.ok(!until(body).includes(valid(LEAF)), 'and the old one goes');
    assert.equal(body.match(/Serial number/g)?.length, 1);
  }

  it('stays: notes above, between and below our text', async () => {
    hands().edit(renew.id, (shown) =>
      shown
        .replace('<body>', '<body><p>Ask <b>Bob</b> first</p>')
        .replace('<p><span', '<p>Paid until 2030</p><p><span')
        .replace('</body>', '<p>Change 4711</p></body>'),
    );
    const after = await renewal();
    assertFresh(after);
    for (const note of ['<p>Ask <b>Bob</b> first</p>', '<p>Paid until 2030</p>', '<p>Change 4711</p>'])
      assert.ok(after.body.includes(note), note);
  });

  it('stays over further changes, and nothing is there twice', async () => {
    hands().edit(renew.id, (shown) => shown.replace('</body>', '<p>Change 4711</p></body>'));
    await renewal();
    await it_.watching(anna, 'www.example.com', RENEWED);
    await it_.look('anna');
    const after = it_.pair('anna').renew;
    assertFresh(after);
    assert.match(after.body, /www\.example\.com/);
    assert.equal(after.body.match(/Change 4711/g)?.length, 1);
  });

  it('stays: a Teams meeting', async () => {
    hands().makeMeeting(renew.id);
    const after = await renewal();
    assertFresh(after);
    assert.equal(after.sent['isOnlineMeeting'], true);
    assert.ok(after.body.includes('https://teams.example/join'));
  });

  it('stays: our text, where somebody took it out', async () => {
    hands().edit(renew.id, () => '<html><body><p>Nothing but this</p></body></html>');
    assert.equal((await renewal()).body, '<html><body><p>Nothing but this</p></body></html>');
  });

  it('stays: categories, privacy, importance, how it shows and its reminder', async () => {
    const changes = {
      categories: ['Blue', 'Certificate'],
      sensitivity: 'private',
      importance: 'low',
      showAs: 'busy',
      reminderMinutesBeforeStart: 2880,
    };
    hands().set(renew.id, changes);
    const { sent } = await renewal();
    for (const [name, value] of Object.entries(changes)) assert.deepEqual(sent[name], value, name);
    assert.equal(sent['isReminderOn'], true);
  });

  it('stays: a reminder that was turned off', async () => {
    hands().set(renew.id, { isReminderOn: false });
    assert.equal((await renewal()).sent['isReminderOn'], false);
  });

  it('stays: no category at all', async () => {
    hands().set(renew.id, { categories: [] });
    assert.deepEqual((await renewal()).sent['categories'], []);
  });

  it('is not written over by a look that repairs the subject', async () => {
    hands().set(renew.id, { showAs: 'busy', importance: 'high', categories: [], reminderMinutesBeforeStart: 5 });
    hands().edit(renew.id, (shown) => shown.replace('</body>', '<p>Change 4711</p></body>'));
    hands().rename(renew.id, 'mine');
    await it_.look('anna');
    const { subject, sent, body } = it_.pair('anna').renew;
    assert.equal(subject, renew.subject);
    assert.deepEqual(
      [sent['showAs'], sent['importance'], sent['categories'], sent['reminderMinutesBeforeStart']],
      ['busy', 'high', [], 5],
    );
    assert.ok(body.includes('Change 4711'));
  });

  it('is nothing where nobody changed anything: the text is replaced as a whole, and the alarm is ours', async () => {
    const before = it_.pair('anna').expiry;
    const after = await renewal();
    assertFresh(after);
    assert.equal(after.body.match(/<html>/g)?.length, 1);
    assert.equal(it_.pair('anna').expiry.id, before.id);
    assert.equal(it_.said(CHANNEL).filter(({ summary }) => summary.includes('Outlook')).length, 0);
  });

  it('is known also where an earlier version wrote the event, which did not tell what it wrote', async () => {
    hands().edit(renew.id, (shown) => shown.replace('</body>', '<p>Change 4711</p></body>'));
    hands().set(renew.id, { showAs: 'busy' });
    hands().forgetDetails(renew.id);
    await it_.look('anna');
    assert.equal(it_.graph.requests.filter(({ method }) => method === 'PATCH').length, 1);
    await it_.look('anna');
    assert.equal(it_.graph.requests.filter(({ method }) => method === 'PATCH').length, 1, 'once');
    const after = await renewal();
    assertFresh(after);
    assert.ok(after.body.includes('Change 4711'));
    assert.equal(after.showAs, 'busy');
  });
});
