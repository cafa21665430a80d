import assert from 'node:assert/strict';
import { sayFor } from '../../../src/flows/chat/speaking.ts';

const CONTEXT = { settings: { defaultTimeZone: 'Europe/Vienna' } } as Parameters<typeof sayFor>[0];

describe('the zone in which somebody is answered', () => {
  const cases: [string, 'personal' | 'group' | 'channel', string | null, string | undefined, string][] = [
    ['is their own in their own chat', 'personal', 'America/New_York', undefined, 'America/New_York'],
    ['is the one that they have set there', 'personal', 'America/New_York', 'Europe/Berlin', 'Europe/Berlin'],
    ['is the one that is set where theirs is not known', 'personal', null, 'Europe/Berlin', 'Europe/Berlin'],
    ['is the default where theirs is none', 'personal', 'Mars/Base', undefined, 'Europe/Vienna'],
    ['is the default where nothing is known', 'personal', null, undefined, 'Europe/Vienna'],
    [
      'is that of the conversation where others read as well',
      'channel',
      'America/New_York',
      'Asia/Tokyo',
      'Asia/Tokyo',
    ],
    ['is the default in a group that has set none', 'group', 'America/New_York', undefined, 'Europe/Vienna'],
  ];
  for (const [name, kind, timeZone, set, expected] of cases)
    it(name, () => {
      const stored = { settings: set === undefined ? {} : { timeZone: set } };
      const say = sayFor(CONTEXT, { locale: 'de-DE', timeZone }, { kind }, stored);
      assert.equal(say.zone, expected);
      assert.equal(say.language, 'de');
    });

  it('is the default while the conversation is not known', () =>
    assert.equal(sayFor(CONTEXT, { locale: null, timeZone: null }, { kind: 'channel' }, null).zone, 'Europe/Vienna'));
});
