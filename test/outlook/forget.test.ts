import assert from 'node:assert/strict';
import { sentenceCard } from '../../src/core/chat/cards/replies.ts';
import { DAY } from '../../src/core/time.ts';
import { certificate, EN } from '../support/certificate-facts.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { found, wholeDatabase } from '../support/whole-database.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { createFakeSignIn, kindsIn, PAIR, pressForged, textOf } from '../support/wired-people.ts';

const ADDRESS = 'zoe.quirk@example.com';
const zoe = personOf('Zoë Quirkenbaum', { id: 'id-zq9f', mailbox: 'zq9f-directory' });
const bert = personOf('bert');
const oscar = personOf('oscar');
const ROOM = { ...CHANNEL, id: 'plain:room', name: 'Room' };
const OPERATORS = { ...CHANNEL, id: 'plain:operators', name: 'Operators' };
/** By what she must not be found. */
const TRACES = [zoe.name, 'Quirkenbaum', zoe.id, zoe.mailbox!, ADDRESS];
const LEAF = certificate('first');

for (const kind of databaseKinds)
  describe(`being forgotten (${kind.name})`, () => {
    let database: TestDatabase;
    let it_: WiredOutlook;
    let signIn: ReturnType<typeof createFakeSignIn>;
    beforeEach(async function () {
      database = await createOrSkip(kind, this);
      signIn = createFakeSignIn();
      signIn.tokens.set(zoe.id, 'token-of-zoe');
      const options = { people: [zoe, bert, oscar], signIn: signIn.signIn, databaseUrl: database.url };
      it_ = await startWiredOutlook(options);
      it_.graph.directory.setPerson(zoe.mailbox!, { displayName: zoe.name, mail: ADDRESS, userPrincipalName: ADDRESS });
      await leaveTraces();
    });
    afterEach(async () => {
      await it_?.close();
      await database?.drop();
    });

    const rest = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) await it_.later(1000);
    };
    const whole = (): Promise<string> => wholeDatabase(database.url);

    /** Everything that she can leave. */
    async function leaveTraces(): Promise<void> {
      const { store } = it_.bot;
      await it_.watching(zoe, 'example.com', LEAF);
      await it_.watching(zoe, 'own.example', LEAF, chatOf(zoe));
      await it_.watching(bert, 'other.example', LEAF);
      await it_.watching(bert, 'room.example', LEAF, ROOM);
      await it_.say(bert, `remind also @${zoe.name}`, ROOM);
      await it_.press(zoe, 'Yes, into my calendar', chatOf(zoe));
      await it_.say(bert, `owner other.example @${zoe.name}`);
      await it_.say(zoe, `remind also @bert`, ROOM);
      await it_.say(zoe, 'settings timezone UTC');
      await it_.say(zoe, 'settings admins @bert');
      await it_.say(zoe, `owner example.com ${ADDRESS}`);
      await store.putConnection({
        mailbox: zoe.mailbox!,
        channel: 'plain',
        personId: zoe.id,
        conversationId: chatOf(zoe).id,
        state: 'connected',
        changedAt: it_.now(),
      });
      const manager = { id: zoe.mailbox!, name: zoe.name, address: ADDRESS };
      await store.putMailboxState({ mailbox: 'm', state: 'disabled', name: 'M', manager, checkedAt: it_.now() });
      await store.openOperatorFinding({ key: `mailbox-forbidden/write/${zoe.mailbox}`, openedAt: it_.now() });
      await store.setValue('copy/event-1', `${zoe.mailbox} some-id`);
      // Still to be sent, since its conversation is gone.
      const gone = { ...CHANNEL, id: 'plain:gone' };
      await store.rememberConversation(gone, it_.now());
      await store.setConversationGone(gone.id, it_.now());
      const card = {
        ...sentenceCard('Hello', `${zoe.name} has asked.`, EN),
        mentions: [{ kind: 'person' as const, ...zoe }],
      };
      await store.putMessages([{ id: 'waiting', conversationId: gone.id, thread: null, card }], it_.now());
      assert.deepEqual(kindsIn(it_, zoe.mailbox!).slice(0, 1), PAIR.slice(0, 1));
      for (const trace of TRACES) assert.notDeepEqual(found(await whole(), [trace]), [], trace);
    }

    async function checkForgotten(): Promise<void> {
      assert.deepEqual(found(await whole(), TRACES), []);
      assert.deepEqual(kindsIn(it_, zoe.mailbox!), []);
      assert.deepEqual(signIn.happened, ['signed out']);
      const { store } = it_.bot;
      const [watch] = await store.listWatches(CHANNEL.id);
      assert.deepEqual([watch?.uri, watch?.ownerId, watch?.ownerName], ['tls://example.com:443', '', '']);
      assert.equal(await store.findConversation(chatOf(zoe).id), null);
      assert.equal(await store.findTarget('tls://own.example:443'), null);
      assert.match(await whole(), /somebody who left has asked\./);
      assert.match(textOf(await it_.say(bert, 'owner example.com')), /^Nobody owns example\.com/);
      const history = await store.listAudit(CHANNEL.id, 50);
      assert.ok(history.some(({ actorName, verb }) => actorName === 'somebody who left' && verb === 'watch'));
      assert.deepEqual((await store.findConversation(CHANNEL.id))?.settings.admins, {
        by: null,
        people: [{ id: bert.id, name: 'bert' }],
      });
    }

    it('asks once, and leaves nothing of the person anywhere', async () => {
      const question = await it_.say(zoe, 'forget me', chatOf(zoe));
      assert.match(textOf(question), /This cannot be taken back[\s\S]*the one watch in it[\s\S]*One watch of yours/);
      assert.notDeepEqual(found(await whole(), [zoe.name]), [], 'nothing is done before the answer');
      const done = await it_.press(zoe, 'Yes, forget me', chatOf(zoe));
      assert.match(textOf(done!), /Removed: name[\s\S]*events are being deleted/);
      await rest();
      await checkForgotten();
    });

    it('does the same at a word, in a channel', async () => {
      assert.match(textOf(await it_.say(zoe, 'forget me yes')), /^You are forgotten\. Removed: name/);
      await rest();
      await checkForgotten();
    });

    it('can be brought about by the operators, for somebody whom no channel knows any more', async () => {
      await it_.say(oscar, 'settings operators here', OPERATORS);
      it_.forget(zoe);
      assert.match(textOf(await it_.say(bert, `operators forget ${ADDRESS}`)), /conversation of whoever runs this bot/);
      assert.match(textOf(await it_.say(oscar, 'operators forget x@example.com', OPERATORS)), /nobody called/);
      assert.match(
        textOf(await it_.say(oscar, `operators forget ${ADDRESS}`, OPERATORS)),
        /^That person is forgotten\. Removed: name/,
      );
      await rest();
      await checkForgotten();
    });

    it('leaves no word of what the operators were told in their own chat', async () => {
      const { store } = it_.bot;
      const keys = ['operators', 'own-endpoint', 'own-database'];
      for (const key of keys) await store.setValue(key, `${chatOf(zoe).id} tls://bot.example:443`);
      await it_.say(zoe, 'forget me yes', chatOf(zoe));
      assert.deepEqual(await Promise.all(keys.map((key) => store.getValue(key))), [null, null, null]);
    });

    it('begins anew when they come back', async () => {
      await it_.say(zoe, 'forget me yes', chatOf(zoe));
      await rest();
      assert.deepEqual(found(await whole(), TRACES), []);
      await it_.watching(zoe, 'new.example', LEAF, chatOf(zoe));
      assert.deepEqual(kindsIn(it_, zoe.mailbox!), PAIR);
      await it_.later(2 * DAY);
      assert.deepEqual(kindsIn(it_, zoe.mailbox!), PAIR);
      const watches = await it_.bot.store.listWatches(chatOf(zoe).id);
      assert.deepEqual(
        watches.map(({ uri, ownerName }) => [uri, ownerName]),
        [['tls://new.example:443', zoe.name]],
      );
    });

    it('leaves a chat of two people to the other one', async () => {
      const both = { ...chatOf(bert), id: 'plain:two' };
      await it_.watching(zoe, 'hers.example', LEAF, both);
      await it_.watching(bert, 'his.example', LEAF, both);
      await it_.say(zoe, 'forget me yes', both);
      await rest();
      assert.deepEqual(found(await whole(), TRACES), []);
      assert.deepEqual(
        (await it_.bot.store.listWatches(both.id)).map(({ uri, ownerName }) => [uri, ownerName]),
        [
          ['tls://hers.example:443', ''],
          ['tls://his.example:443', 'bert'],
        ],
      );
    });

    it('is for nobody else to press', async () => {
      await it_.say(zoe, 'forget me');
      assert.equal(await it_.press(bert, 'Yes, forget me'), null);
      assert.match(textOf(it_.latest(CHANNEL)), /Only the person who asked/);
      await pressForged(it_, bert, CHANNEL, { name: 'forget-me' });
      assert.match(textOf(await it_.say(bert, `forget @${zoe.name}`)), /Type “forget me”/);
      assert.equal((await it_.bot.store.listWatches(CHANNEL.id))[0]?.ownerName, zoe.name);
    });
  });
