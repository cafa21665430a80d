import assert from 'node:assert/strict';
import { alertRules } from '../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

/** Whose computer is not where their mailbox is. */
const anna = { ...personOf('anna'), timeZone: 'America/New_York' };

describe('the zone of an alert in somebody’s own chat', () => {
  let it_: WiredOutlook | undefined;
  afterEach(async () => {
    await it_?.close();
    it_ = undefined;
  });

  const cases: [string, calendar: 'graph' | 'ics', set: string | null, expected: RegExp][] = [
    ['is that of the answer to “watch”: of their calendar', 'graph', null, /Berlin.time/],
    ['is the one that they have set, where the reminders are in no mailbox', 'ics', 'Europe/Berlin', /Berlin.time/],
    ['is theirs otherwise', 'ics', null, /New.York.time/],
  ];
  for (const [name, calendar, set, expected] of cases)
    it(name, async () => {
      it_ = await startWiredOutlook({
        people: [anna],
        settings: { alerts: alertRules(6 * HOUR, MINUTE), calendar },
      });
      const chat = chatOf(anna);
      it_.scripted.serve('example.com', {
        address: '192.0.2.1',
        presents: certificate('leaf', { notAfter: NOW + 60 * DAY }),
      });
      if (set) await it_.say(anna, `settings timezone ${set}`, chat);
      await it_.say(anna, 'watch example.com', chat);
      const [answer] = it_.said(chat).slice(-1);
      assert.match(JSON.stringify(answer), expected);
      await it_.later(38 * DAY);
      for (let passed = 0; passed < 10; passed += 1) await it_.later(MINUTE);
      const [alert] = it_.said(chat).slice(-1);
      assert.match(alert!.title, /expires in/);
      assert.match(JSON.stringify(alert), expected);
    });
});
