import assert from 'node:assert/strict';
import type { AppCredential } from '../../src/core/ports/calendar.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { NOW } from '../support/certificate-facts.ts';
import { chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { textOf } from '../support/wired-people.ts';

const oscar = personOf('oscar');
const OPERATORS = chatOf(oscar);

function credential(kind: AppCredential['kind'], days: number): AppCredential {
  const variable = kind === 'token' ? 'GRAPH_ACCESS_TOKEN' : 'AZURE_CLIENT_CERTIFICATE_PATH';
  return {
    id: `own-${kind}`,
    kind,
    name: 'CN=the bot',
    variable,
    notBefore: NOW - 90 * DAY,
    notAfter: NOW + days * DAY,
  };
}

describe('what the bot itself depends on', () => {
  let it_: WiredOutlook;
  afterEach(() => it_.close());

  const titled = (title: RegExp) => it_.said(OPERATORS).filter((card) => title.test(card.title));

  it('its database is watched in the operators’ conversation from the start, until they end that', async () => {
    it_ = await startWiredOutlook({
      people: [oscar],
      settings: { publicUrl: null, ownDatabase: 'postgres://db.example:5432' },
    });
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.later(HOUR);
    const uris = async () => (await it_.bot.store.listWatches(OPERATORS.id)).map(({ uri }) => uri);
    assert.deepEqual(await uris(), ['postgres://db.example:5432']);
    assert.equal(titled(/My own database/).length, 1);
    assert.match(textOf(titled(/My own database/)[0]!), /postgres:\/\/db\.example:5432/);
    await it_.say(oscar, 'unwatch postgres://db.example:5432', OPERATORS);
    await it_.later(1.2 * DAY);
    assert.deepEqual(await uris(), []);
  });

  for (const kind of ['certificate', 'token'] as const)
    it(`its own ${kind} is told of before it ends, also where the directory may not be read`, async () => {
      it_ = await startWiredOutlook({
        people: [oscar],
        settings: { publicUrl: null },
        ownCredentials: () => Promise.resolve([credential(kind, 40)]),
      });
      it_.graph.directory.allow({ applications: false });
      await it_.say(oscar, 'settings operators here', OPERATORS);
      const told = kind === 'token' ? /own access token/ : /own certificate/;
      assert.equal(titled(told).length, 0);
      await it_.later(36 * DAY);
      assert.equal(titled(told).length, 1);
      await it_.later(DAY);
      assert.equal(titled(told).length, 1, 'once a stage');
    });
});
