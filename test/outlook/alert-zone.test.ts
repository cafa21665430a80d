import assert from 'node:assert/strict';
import { alertRules } from '../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

/** Whose computer is not where their mailbox is. */
const anna = { ...personOf('anna'), timeZone: 'America/New_York' };

describe('the zone of an alert in somebody’s own chat', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna], settings: { alerts: alertRules(6 * HOUR, MINUTE) } });
  });
  afterEach(() => it_.close());

  it('is that of the answer to “watch”: of their calendar', async () => {
    const chat = chatOf(anna);
    it_.scripted.serve('example.com', {
      address: '192.0.2.1',
      presents: certificate('leaf', { notAfter: NOW + 60 * DAY }),
    });
    await it_.say(anna, 'watch example.com', chat);
    const [answer] = it_.said(chat).slice(-1);
    assert.match(JSON.stringify(answer), /Berlin.time/);
    await it_.later(38 * DAY);
    for (let passed = 0; passed < 10; passed += 1) await it_.later(MINUTE);
    const [alert] = it_.said(chat).slice(-1);
    assert.match(alert!.title, /expires in/);
    assert.match(JSON.stringify(alert), /Berlin.time/);
  });
});
