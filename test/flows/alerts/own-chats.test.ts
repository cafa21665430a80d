import assert from 'node:assert/strict';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import { application, owner, secret } from '../../support/applications.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';
import { textOf } from '../../support/wired-people.ts';

const anna = personOf('anna');
const oscar = personOf('oscar');
const BERTA = '0b1c2d3e-0000-4000-8000-00000000be7a';
const berta = personOf('berta', { mailbox: BERTA });
const OPERATORS = chatOf(oscar);
const HERS = chatOf(berta);

const until = (name: string, days: number) => secret(name, { from: NOW - 320 * DAY, to: NOW + days * DAY });
const owned = { owners: [owner(BERTA, 'berta')] };

describe('alerts about applications', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna, oscar, berta],
      settings: { calendar: 'none', publicUrl: null, alerts: alertRules(6 * HOUR, MINUTE) },
    });
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.say(anna, 'operators allow entra here');
    await it_.press(oscar, 'Allow', OPERATORS);
  });
  afterEach(() => it_.close());

  const serve = (...apps: ReturnType<typeof application>[]): void => it_.graph.applications.set('applications', apps);

  async function adopted(): Promise<{ here: number; hers: number }> {
    await it_.say(anna, 'watch entra');
    await it_.later(0);
    await it_.press(berta, /^(?:Yes|Accept|I take)/, HERS);
    await it_.passing(2 * MINUTE, MINUTE);
    return { here: it_.said(CHANNEL).length, hers: it_.said(HERS).length };
  }

  it('go to who owns them, and those about others to the conversation, also where both come up at once', async () => {
    serve(
      application('Hers', { ...owned, passwordCredentials: [until('h', 40)] }),
      application('Nobodys', { passwordCredentials: [until('n', 40)] }),
    );
    const { here, hers } = await adopted();
    await it_.later(15 * DAY);
    await it_.passing(3 * MINUTE, MINUTE);
    const [told, ...more] = it_.said(HERS).slice(hers);
    assert.equal(more.length, 0);
    assert.match(told!.title, /^entra:Hers \(secret “h”\) expires in/);
    assert.ok(told!.actions!.every(({ kind }) => kind === 'open'));
    assert.equal(told!.mentions, undefined);
    const [other, ...others] = it_.said(CHANNEL).slice(here);
    assert.equal(others.length, 0);
    assert.match(other!.title, /^entra:Nobodys/);
    assert.doesNotMatch(textOf(other!), /Hers/);
  });

  it('are brought up to date where they were sent', async () => {
    serve(application('Hers', { ...owned, passwordCredentials: [until('h', 40)] }));
    const { here, hers } = await adopted();
    await it_.later(15 * DAY);
    await it_.passing(3 * MINUTE, MINUTE);
    serve(
      application('Hers', {
        ...owned,
        passwordCredentials: [secret('next', { from: NOW + 15 * DAY, to: NOW + 400 * DAY })],
      }),
    );
    await it_.later(7 * HOUR);
    await it_.passing(20 * MINUTE, MINUTE);
    const [told, ...more] = it_.posts.filter(({ conversationId }) => conversationId === HERS.id).slice(hers);
    assert.equal(more.length, 0);
    assert.equal(told!.card.state?.word, 'Renewed');
    assert.deepEqual(told!.card.actions, []);
    assert.equal(it_.said(CHANNEL).length, here);
  });

  it('say that what was told of is deleted', async () => {
    serve(application('Nobodys', { passwordCredentials: [until('n', 40), until('later', 300)] }));
    await it_.say(anna, 'watch entra:Nobodys');
    const before = it_.posts.length;
    await it_.later(15 * DAY);
    await it_.passing(3 * MINUTE, MINUTE);
    serve(application('Nobodys', { passwordCredentials: [until('later', 300)] }));
    await it_.later(7 * HOUR);
    await it_.passing(20 * MINUTE, MINUTE);
    const [told, ...more] = it_.posts.slice(before);
    assert.equal(more.length, 0);
    assert.equal(told!.card.state?.word, 'Deleted');
    assert.match(textOf(told!.card), /secret “n”.*deleted/s);
  });

  it('are one where the directory answers for none of them', async () => {
    const names = ['Ada', 'Bob', 'Cleo', 'Dan'];
    serve(...names.map((name) => application(name, { passwordCredentials: [until(name, 300)] })));
    await it_.say(anna, `watch ${names.map((name) => `entra:${name}`).join(' ')}`);
    const before = it_.said(CHANNEL).length;
    it_.graph.applications.refuse({ status: 403, code: 'Authorization_RequestDenied' });
    await it_.later(7 * HOUR);
    await it_.passing(15 * MINUTE, MINUTE);
    const [told, ...more] = it_.said(CHANNEL).slice(before);
    assert.equal(more.length, 0, more.map(textOf).join('\n---\n'));
    for (const name of names) assert.match(textOf(told!), new RegExp(`entra:${name}`));
    assert.equal(told!.title, '4 targets cannot be read');
    assert.match(String(told!.lead), /lacks the permission Application\.Read\.All/);
    assert.match(told!.todo!.task, /permission granted/);
  });
});
