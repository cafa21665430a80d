import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import type { OutgoingMessage } from '../../../src/core/model/delivery.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import type { Deliverer } from '../../../src/flows/delivery/deliver.ts';
import { home } from '../../../src/flows/chat/home.ts';
import { install } from '../../../src/flows/chat/membership.ts';
import { identified, identifiedOrAsGiven } from '../../../src/flows/people/identify.ts';
import { afterTest } from '../../support/after-test.ts';
import { rowsOf } from '../../support/said.ts';
import { root } from '../../peers/tls/pki.ts';
import { createWillingSource, startPlainChat } from '../chat/plain-chat.ts';

const ALICE: Actor = {
  id: 'U1',
  name: '',
  mailbox: null,
  timeZone: null,
  locale: null,
  tenantId: 'T1',
  notice: null,
};
const DIRECT: ConversationInput = {
  id: 'slack:T1/D1',
  channel: 'slack',
  kind: 'personal',
  tenantId: 'T1',
  name: null,
  reference: {},
};

/** A context whose channel tells that somebody speaks German, or cannot be asked. */
function contextWith(identify: Messenger['identify']) {
  const warnings: string[] = [];
  const posted: OutgoingMessage[] = [];
  const operations = {
    findConversation: async () => null,
    rememberConversation: async () => ({ goneAt: null }),
    countWithin: async () => 1,
    putMessages: async (messages: OutgoingMessage[]) => void posted.push(...messages),
  };
  const context = {
    messengers: new Map([['slack', { identify } as Messenger]]),
    store: {
      ...operations,
      listWatchesByOwner: async () => [],
      listEpisodes: async () => new Map(),
      getCertificates: async () => [],
      transaction: (work: (inside: typeof operations) => Promise<unknown>) => work(operations),
    } as unknown as Store,
    uuid: () => 'id',
    log: { warn: (_fields: object, message: string) => void warnings.push(message) },
    now: () => 0,
    settings: { calendar: 'graph' },
  } as unknown as FlowContext;
  return { context, warnings, posted };
}

const german = () => contextWith(async (actor) => ({ ...actor, locale: 'de-DE' }));
const down = () =>
  contextWith(async () => {
    throw new DeliveryError('unavailable', 'no answer');
  });

describe('a person', () => {
  it('is completed by their channel', async () => {
    const { context } = german();
    assert.equal((await identified(context, ALICE, DIRECT)).locale, 'de-DE');
    assert.equal((await identifiedOrAsGiven(context, ALICE, DIRECT)).locale, 'de-DE');
  });

  it('of a channel that is not configured any more stays as given', async () => {
    const { context } = german();
    assert.equal(await identified(context, ALICE, { ...DIRECT, channel: 'teams' }), ALICE);
  });

  it('whose channel cannot be asked makes the caller wait, or stays as given', async () => {
    const { context, warnings } = down();
    await assert.rejects(identified(context, ALICE, DIRECT), { code: 'unavailable' });
    assert.equal(await identifiedOrAsGiven(context, ALICE, DIRECT), ALICE);
    assert.equal(warnings.length, 1);
  });
});

describe('the page of a person', () => {
  const request = { channel: 'slack', tenantId: 'T1', actor: ALICE, page: 1, conversation: DIRECT };

  it('speaks the language their channel tells', async () => {
    const { context } = german();
    assert.equal((await home(context, request)).title, 'Noch nichts überwacht');
  });

  it('speaks English where nothing is known', async () => {
    const { context } = down();
    assert.equal((await home(context, request)).title, 'You watch nothing yet');
  });

  it('speaks the language that came with the request', async () => {
    const { context } = down();
    const actor = { ...ALICE, locale: 'de-AT' };
    assert.equal((await home(context, { ...request, actor })).language, 'de');
  });
});

describe('a row of the page of a person', () => {
  it('says when the certificate expires, and is judged by the thresholds and the authorities of its conversation', async () => {
    const chat = await startPlainChat({ source: createWillingSource().source });
    afterTest(() => chat.bot.close());
    const actor = { ...ALICE, id: 'anna', tenantId: null };
    const request = { channel: 'plain', tenantId: null, actor, page: 1, conversation: DIRECT };
    const row = async (context = chat.bot.context): Promise<string> => {
      return rowsOf(await home(context, request))
        .map((cells) => cells.join(' | '))
        .join('\n');
    };
    await chat.say('watch private.example fine.example');
    const { state } = (await chat.bot.store.findTarget('tls://fine.example:443'))!;
    const [leaf] = await chat.bot.store.getCertificates(state!.leaves);
    const expiry = DateTime.fromMillis(leaf!.notAfter, { zone: 'utc', locale: 'en' }).toFormat('d MMM');
    assert.match(await row(), /^private\.example \| Private authority · ops \|/);
    assert.match(await row(), new RegExp(`^fine\\.example \\| Ops \\| ${expiry} \\| `, 'm'));
    await chat.say('remind 90d');
    assert.match(await row(), /^fine\.example \| Notice · ops/m);
    const { pem } = await root('CN=Own Root');
    await chat.say(`trust add ${pem}`);
    const judged: string[][] = [];
    const anchors = {
      judge(seen: Observation, pems: string[]) {
        judged.push(pems);
        return seen;
      },
    };
    await row({ ...chat.bot.context, anchors });
    assert.deepEqual(judged, [[pem], [pem]]);
  });
});

describe('the welcome', () => {
  const deliverer = { kick: () => undefined } as unknown as Deliverer;

  const people: [string, ReturnType<typeof contextWith>, Actor | null, string][] = [
    ['of whoever adds the bot', german(), ALICE, 'de'],
    ['that came with the news', down(), { ...ALICE, locale: 'de-DE' }, 'de'],
    ['that is left when the channel cannot be asked', down(), ALICE, 'en'],
    ['that is left when nobody knows who it was', german(), null, 'en'],
  ];
  for (const [name, { context, posted }, actor, language] of people) {
    it(`speaks the language ${name}`, async () => {
      await install(context, deliverer, DIRECT, actor);
      assert.deepEqual(
        posted.map(({ card }) => card.language),
        [language],
      );
    });
  }
});
