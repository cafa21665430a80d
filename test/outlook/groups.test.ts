import assert from 'node:assert/strict';
import { certificate } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';

const anna = personOf('anna');
const LEAF = certificate('first');

describe('a group of people that a message mentions', () => {
  const TEAM = { id: 'S0TEAM', text: '@team', isGroup: true } as const;
  const UNNAMED = { ...TEAM, text: '@subteam' };
  const ANNA = { id: anna.id, text: '@anna' };
  let it_: WiredOutlook;
  let asked: (string | null)[];
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna] });
    await it_.watching(anna, 'example.com', LEAF);
    const messenger = it_.bot.context.messengers.get('plain')!;
    Object.assign(messenger, { mentionsGroups: true });
    const { direct } = messenger;
    asked = [];
    messenger.direct = (person, near) => {
      asked.push(person.id);
      return direct(person, near);
    };
  });
  afterEach(() => it_.close());

  it('is nobody who could own or get reminders', async () => {
    for (const text of ['owner example.com @team', 'remind also @team'])
      assert.equal((await it_.say(anna, text, CHANNEL, [TEAM])).tone, 'warning', text);
    assert.deepEqual(asked, []);
    assert.deepEqual(await it_.bot.store.listRecipients([CHANNEL.id]), []);
  });

  it('does not take the place of a person who is named after it', async () => {
    const bob = personOf('bob');
    await it_.say(bob, 'help');
    await it_.say(anna, 'owner example.com @bob', CHANNEL, [TEAM, { id: bob.id, text: '@bob' }]);
    assert.deepEqual(asked, [bob.id]);
  });

  for (const [text, mentions, tone] of [
    ['@team', [TEAM], 'good'],
    ['@subteam', [UNNAMED], 'good'],
    ['@anna', [ANNA], 'warning'],
    ['@team @other', [TEAM, { ...TEAM, id: 'S0OTHER', text: '@other' }], 'warning'],
    ['team', [], 'warning'],
  ] as const)
    it(`${tone === 'good' ? 'may' : 'may not'} be mentioned by alerts as “${text}”`, async () => {
      const card = await it_.say(anna, `settings alerts-to ${text}`, CHANNEL, [...mentions]);
      assert.equal(card.tone, tone, card.summary);
      const { settings } = (await it_.bot.store.findConversation(CHANNEL.id))!;
      assert.deepEqual(
        settings,
        tone === 'good' ? { alertsTo: { id: 'S0TEAM', name: text === '@team' ? text : TEAM.id } } : {},
      );
    });
});
