import assert from 'node:assert/strict';
import { appMention, eventCallback } from '../../peers/slack/events.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';
import { DAY } from '../../../src/core/time.ts';

const GROUP = '<!subteam^S0OPS|@ops>';

describe('alerts in Slack', () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await startSlackStage();
    stage.serve('example.com', 60);
  });
  afterEach(() => stage.end());

  /** Elements of the message that mention somebody. */
  function mentionsIn(message: Record<string, any>): object[] {
    const blocks: Record<string, any>[] = message['blocks'] ?? [];
    return blocks
      .filter(({ type }) => type === 'rich_text')
      .flatMap(({ elements }) => elements.flatMap((section: any) => section.elements))
      .filter(({ type }) => /^user/.test(type));
  }

  /** The messages that come while so much time passes. */
  async function alerts(days: number, channel = 'C0OPS') {
    const before = stage.cards(channel).length;
    await stage.later(days * DAY);
    return stage.cards(channel).slice(before);
  }

  it('mention the owner of the watch, once a message', async () => {
    await stage.say('watch example.com');
    const [alert, ...more] = await alerts(39);
    assert.match(alert!.summary, /expires/);
    assert.deepEqual(mentionsIn(alert!.message), [{ type: 'user', user_id: 'U0BOB' }]);
    assert.deepEqual(more, []);
    assert.doesNotMatch(alert!.message['text'], /<@/);
  });

  it('mention the new owner, once somebody else took over', async () => {
    await stage.say('watch example.com');
    await stage.say('owner example.com me', { user: 'U0ALICE' });
    const [alert] = await alerts(39);
    assert.deepEqual(mentionsIn(alert!.message), [{ type: 'user', user_id: 'U0ALICE' }]);
  });

  it('mention nobody in a direct chat, in answers, and in good news', async () => {
    await stage.say('watch example.com', { channel: 'D0ALICE', user: 'U0ALICE' });
    await stage.say('watch example.com');
    await stage.say('show example.com');
    const [direct] = await alerts(39, 'D0ALICE');
    assert.deepEqual(mentionsIn(direct!.message), []);
    stage.serve('example.com', 90, 'second');
    await alerts(1);
    assert.ok(stage.cards('C0OPS').some(({ summary }) => /^Renewed: /.test(summary)));
    const others = stage.cards('C0OPS').filter(({ summary }) => !/expires/.test(summary) || /issued/.test(summary));
    for (const { message } of others.filter((each) => !/Certificate expires/.test(each.text)))
      assert.deepEqual(mentionsIn(message), []);
  });

  it('notify nobody again when they change: a press replaces the alert by a card that mentions nobody', async () => {
    await stage.say('watch example.com');
    const [alert] = await alerts(39);
    const updated = stage.slack.next(({ method }) => method === 'chat.update');
    await stage.press('Look again now', alert!);
    assert.deepEqual(mentionsIn((await updated).arguments), []);
  });

  it('notify nobody again when Slack is given the same message once more', async () => {
    await stage.say('watch example.com');
    const [alert] = await alerts(39);
    const conversation = (await stage.bot.store.findConversation('slack:T0ACME:C0OPS'))!;
    const card = {
      language: 'en' as const,
      summary: 'x',
      title: 'x',
      tone: 'warning' as const,
      mentions: [{ kind: 'person' as const, id: 'U0BOB', name: 'bob' }],
    };
    const options = { deliveryId: 'b', thread: null };
    await stage.channel.messenger.update(conversation, alert!.ts, card, options);
    const edited = stage.cards('C0OPS').at(-1)!;
    assert.deepEqual([mentionsIn(edited.message), edited.text.includes('For @bob')], [[], true]);
  });

  it('are sent though an owner has an id that Slack would not take', async () => {
    await stage.say('watch example.com');
    const conversation = (await stage.bot.store.findConversation('slack:T0ACME:C0OPS'))!;
    const mentions = [{ kind: 'person' as const, id: 'nobody', name: '<!channel>' }];
    const card = { language: 'de' as const, summary: 'x', title: 'x', tone: 'warning' as const, mentions };
    await stage.channel.messenger.send(conversation, card, { deliveryId: 'a', thread: null });
    const { text, message } = stage.cards('C0OPS').at(-1)!;
    assert.match(text, /Für @<!channel>/);
    assert.deepEqual(mentionsIn(message), []);
  });

  describe('that a group is to be told of', () => {
    it('mention it beside the owner, until it is taken back', async () => {
      await stage.say('watch example.com');
      const answer = await stage.say(`settings alerts-to ${GROUP}`);
      assert.match(answer!.text, /mention the owner of each watch, and @ops/);
      assert.deepEqual(mentionsIn(answer!.message), []);
      assert.match((await stage.say('settings'))!.text, /Alerts to: the owner of each watch, and @ops/);
      const [alert] = await alerts(39);
      assert.deepEqual(mentionsIn(alert!.message), [
        { type: 'user', user_id: 'U0BOB' },
        { type: 'usergroup', usergroup_id: 'S0OPS' },
      ]);
      await stage.say('settings alerts-to none');
      assert.match((await stage.say('settings alerts-to'))!.text, /the owner of each watch$/m);
      const [later] = await alerts(15);
      assert.deepEqual(mentionsIn(later!.message), [{ type: 'user', user_id: 'U0BOB' }]);
    });

    const typed: [string, string][] = [
      [`settings alerts-to ${GROUP}`, 'S0OPS'],
      [`settings alerts to ${GROUP}`, 'S0OPS'],
      [`Settings Alerts-To: ${GROUP}`, 'S0OPS'],
      ['settings alerts-to <!subteam^S0DEV>', 'S0DEV'],
    ];
    for (const [text, id] of typed)
      it(`as ${text}`, async () => {
        await stage.say(text);
        const conversation = await stage.bot.store.findConversation('slack:T0ACME:C0OPS');
        assert.equal(conversation?.settings.alertsTo?.id, id);
      });

    it('by a slash command', async () => {
      await stage.command(`settings alerts-to ${GROUP}`);
      const conversation = await stage.bot.store.findConversation('slack:T0ACME:C0OPS');
      assert.deepEqual(conversation?.settings.alertsTo, { id: 'S0OPS', name: '@ops' });
    });

    for (const word of ['none', 'off', 'default'])
      it(`and no more after ${word}`, async () => {
        await stage.say(`settings alerts-to ${GROUP}`);
        await stage.say('settings timezone Asia/Tokyo');
        await stage.say(`settings alerts-to ${word}`);
        const conversation = await stage.bot.store.findConversation('slack:T0ACME:C0OPS');
        assert.deepEqual(conversation?.settings, { timeZone: 'Asia/Tokyo' });
      });

    const wrong: [string, RegExp][] = [
      ['settings alerts-to @ops', /“@ops” is no user group.*choose the group from the list/s],
      ['settings alerts-to ops', /“ops” is no user group/],
      ['settings alerts-to <!here>', /“@here” is no user group/],
      ['settings alerts-to <@U0ALICE>', /make them the owner: “owner example\.com @person”/],
      [`settings alerts-to ${GROUP} <!subteam^S0DEV|@dev>`, /is no user group/],
    ];
    for (const [text, answer] of wrong)
      it(`is told what to type instead of ${text}`, async () => {
        assert.match((await stage.say(text))!.text, answer);
        const conversation = await stage.bot.store.findConversation('slack:T0ACME:C0OPS');
        assert.deepEqual(conversation?.settings, {});
      });

    it('is told so in German, and that a direct chat has nobody else to tell', async () => {
      const german = await stage.say('settings alerts-to @ops', { user: 'U0ALICE' });
      assert.match(german!.text, /ist keine Benutzergruppe/);
      const direct = await stage.say(`settings alerts-to ${GROUP}`, { channel: 'D0ALICE' });
      assert.match(direct!.text, /Nobody else reads this direct chat/);
    });

    it('and are no people: a group cannot own a watch', async () => {
      await stage.say('watch example.com');
      await stage.slack.socket.sendEnvelope(
        'events_api',
        eventCallback(appMention(`<@U0BOT> owner example.com ${GROUP}`, { user: 'U0BOB' })),
      );
      await stage.settled();
      assert.match(stage.cards('C0OPS').at(-1)!.text, /“@ops” is nobody I can find/);
      assert.equal((await stage.bot.store.listWatches('slack:T0ACME:C0OPS'))[0]?.ownerId, 'U0BOB');
    });
  });
});
