import assert from 'node:assert/strict';
import type { FlowContext } from '../../src/flows/context.ts';
import { AuthenticationRefused } from '../../src/calendars/graph/authentication.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR, textOf } from '../support/wired-people.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const oscar = personOf('oscar');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const OPERATORS = chatOf(oscar);

function start(settings: Partial<FlowContext['settings']> = {}): Promise<WiredOutlook> {
  return startWiredOutlook({ people: [anna, oscar], settings: { publicUrl: 'http://localhost:3978', ...settings } });
}

const EXPIRED = (): Promise<string> =>
  Promise.reject(new AuthenticationRefused({ what: 'secret-expired', code: 'AADSTS7000222' }));

describe('the bot’s own secret that has expired (AADSTS7000222)', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await start();
  });
  afterEach(() => it_.close());

  const refusals = (place = OPERATORS) => it_.said(place).filter(({ title }) => title === 'Outlook refuses this bot');
  const fixed = (place = OPERATORS) => it_.said(place).filter(({ title }) => /accepts this bot again/.test(title));

  it('is told once, in the operators’ conversation alone, with what to do', async () => {
    await it_.say(oscar, 'settings operators here', OPERATORS);
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    await it_.watching(anna, 'other.example', certificate('other'));
    for (let round = 0; round < 4; round += 1) await it_.later(3 * HOUR);
    assert.equal(refusals().length, 1);
    assert.equal(refusals(CHANNEL).length, 0);
    const facts = [{ kind: 'finding', value: 'graph-credentials' }];
    assert.deepEqual(refusals()[0]!.about, { kind: 'operators', facts });
    const text = textOf(refusals()[0]!);
    assert.match(text, /AADSTS7000222/);
    assert.match(text, /client secret has expired/);
    assert.match(text, /AZURE_CLIENT_SECRET/);
    assert.match(text, /restart/);
    assert.match(text, /queued/);
  });

  it('stops the calls, and what was queued goes out once it is mended, which is told once', async () => {
    await it_.say(oscar, 'settings operators here', OPERATORS);
    let asked = 0;
    it_.setApplication(() => {
      asked += 1;
      return EXPIRED();
    });
    await it_.watching(anna, 'example.com', LEAF);
    const before = asked;
    assert.ok(before >= 1 && before <= 3, `${before} questions for a token`);
    for (let round = 0; round < 10; round += 1) {
      await it_.watching(anna, `h${round}.example`, certificate(`leaf ${round}`));
      await it_.later(1000);
    }
    assert.equal(asked, before, 'nobody asks while the circuit is open');
    assert.deepEqual(
      it_.graph.requests.filter(({ mailbox }) => mailbox !== null),
      [],
    );
    assert.match(textOf(await it_.say(anna, 'show example.com')), /queued|tried/);
    it_.setApplication(() => Promise.resolve('a-new-token'));
    for (let round = 0; round < 4; round += 1) await it_.later(2 * HOUR);
    assert.equal(kindsIn(it_, 'anna').length, 22);
    assert.equal(fixed().length, 1);
    assert.equal(refusals().length, 1);
  });

  it('is told again when it comes back after it was mended', async () => {
    await it_.say(oscar, 'settings operators here', OPERATORS);
    for (const round of [1, 2]) {
      it_.setApplication(EXPIRED);
      await it_.say(anna, `settings freeze 2026-12-2${round}..2027-01-10`);
      await it_.watching(anna, `h${round}.example`, certificate(`leaf ${round}`));
      await it_.later(HOUR);
      assert.equal(refusals().length, round);
      it_.setApplication(() => Promise.resolve('a-new-token'));
      await it_.later(2 * HOUR);
      await it_.later(2 * HOUR);
      assert.equal(fixed().length, round);
    }
  });

  it('waits for somebody to tell, and is told as soon as there is one', async () => {
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(HOUR);
    assert.deepEqual(it_.said(OPERATORS), []);
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.later(5 * MINUTE);
    assert.equal(refusals().length, 1);
  });

  it('is told to new operators as well, while it lasts', async () => {
    await it_.say(oscar, 'settings operators here', OPERATORS);
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    await it_.say(oscar, 'settings operators none', OPERATORS);
    await it_.say(anna, 'settings operators here', chatOf(anna));
    await it_.later(5 * MINUTE);
    assert.equal(refusals(chatOf(anna)).length, 1);
    it_.setApplication(() => Promise.resolve('a-new-token'));
    await it_.later(2 * HOUR);
    await it_.later(2 * HOUR);
    assert.deepEqual([fixed().length, fixed(chatOf(anna)).length], [0, 1]);
  });

  it('is nothing any more once it is mended: neither who was not there to be told nor new operators hear of it', async () => {
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    it_.setApplication(() => Promise.resolve('a-new-token'));
    for (let round = 0; round < 2; round += 1) await it_.later(2 * HOUR);
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.later(5 * MINUTE);
    await it_.say(oscar, 'settings operators none', OPERATORS);
    await it_.say(anna, 'settings operators here', chatOf(anna));
    await it_.later(5 * MINUTE);
    assert.deepEqual([refusals(), refusals(chatOf(anna)), fixed()], [[], [], []]);
  });

  it('is over in German for operators who speak it', async () => {
    const gerd = personOf('gerd', { locale: 'de-DE' });
    await it_.say(gerd, 'settings operators here', chatOf(gerd));
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    it_.setApplication(() => Promise.resolve('a-new-token'));
    for (let round = 0; round < 2; round += 1) await it_.later(2 * HOUR);
    const { language, about } = it_.latest(chatOf(gerd));
    const facts = [{ kind: 'fixed', value: 'graph-credentials' }];
    assert.deepEqual([language, about], ['de', { kind: 'operators', facts }]);
  });

  it('stops no alert in the chat', async () => {
    it_.setApplication(EXPIRED);
    await it_.watching(anna, 'example.com', LEAF);
    const before = it_.said(CHANNEL).length;
    it_.scripted.serve('example.com', {
      address: '192.0.2.1',
      presents: certificate('next', { notBefore: NOW, notAfter: NOW + 90 * DAY }),
      trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    await it_.later();
    assert.equal(it_.said(CHANNEL).length, before + 1);
  });
});

describe('what the bot is refused for', () => {
  for (const [what, code, expected] of [
    ['secret-wrong', 'AADSTS7000215', /AZURE_CLIENT_SECRET to the value of the secret/],
    ['certificate', 'AADSTS700027', /AZURE_CLIENT_CERTIFICATE_PATH/],
    ['app-unknown', 'AADSTS700016', /AZURE_CLIENT_ID/],
    ['tenant-unknown', 'AADSTS90002', /AZURE_TENANT_ID/],
  ] as const) {
    it(`is said with what to do: ${what}`, async () => {
      const it_ = await start();
      try {
        await it_.say(oscar, 'settings operators here', OPERATORS);
        it_.setApplication(() => Promise.reject(new AuthenticationRefused({ what, code })));
        await it_.watching(anna, 'example.com', LEAF);
        await it_.later(HOUR);
        const text = textOf(it_.latest(OPERATORS));
        assert.match(text, new RegExp(code));
        assert.match(text, expected);
      } finally {
        await it_.close();
      }
    });
  }
});

describe('the operators’ conversation', () => {
  it('is the configured one (OPERATOR_CONVERSATION), and nobody can take it away', async () => {
    const it_ = await start({ operatorConversation: CHANNEL.id });
    try {
      await it_.watching(anna, 'example.com', LEAF);
      const card = await it_.say(oscar, 'settings operators here', OPERATORS);
      assert.equal(card.tone, 'warning');
      assert.match(card.summary, /OPERATOR_CONVERSATION/);
      it_.setApplication(EXPIRED);
      await it_.watching(anna, 'other.example', certificate('other'));
      await it_.later(HOUR);
      assert.equal(it_.said(CHANNEL).filter(({ title }) => title === 'Outlook refuses this bot').length, 1);
      assert.match(textOf(await it_.say(anna, 'settings operators')), /this conversation/);
      assert.match(textOf(await it_.say(oscar, 'settings operators', OPERATORS)), /another conversation/);
    } finally {
      await it_.close();
    }
  });

  for (const channel of ['teams', 'slack']) {
    it(`may be configured by the id that ${channel} has for it, and is nobody’s while the bot is not in it`, async () => {
      const it_ = await start({ operatorConversation: 'C0OPS' });
      try {
        const { store, flows } = it_.bot;
        const id = `${channel}:C0OPS`;
        await store.rememberConversation({ ...CHANNEL, id, channel }, NOW);
        assert.equal((await flows.operators.conversation())?.id, id);
        await store.setConversationGone(id, NOW);
        assert.equal(await flows.operators.conversation(), null);
      } finally {
        await it_.close();
      }
    });
  }

  it('that is configured and not known yet is told as soon as it is', async () => {
    const it_ = await start({ operatorConversation: OPERATORS.id });
    try {
      it_.setApplication(EXPIRED);
      await it_.watching(anna, 'example.com', LEAF);
      await it_.later(HOUR);
      assert.match(textOf(await it_.say(anna, 'settings operators')), /OPERATOR_CONVERSATION/);
      await it_.say(oscar, 'help', OPERATORS);
      await it_.later(5 * MINUTE);
      assert.equal(it_.said(OPERATORS).filter(({ title }) => title === 'Outlook refuses this bot').length, 1);
    } finally {
      await it_.close();
    }
  });

  it('is none that is shared with another organisation', async () => {
    const it_ = await start();
    try {
      const card = await it_.say(oscar, 'settings operators here', { ...CHANNEL, isShared: true });
      assert.equal(card.tone, 'warning');
      assert.match(card.summary, /other organisations read this conversation/);
      assert.equal(await it_.bot.flows.operators.conversation(), null);
      assert.deepEqual(await it_.bot.store.listAudit(CHANNEL.id, 9), []);
    } finally {
      await it_.close();
    }
  });

  it('has what the bot finds out about itself at once, and who named it is written down', async () => {
    const it_ = await start({ publicUrl: 'https://certbot.example' });
    try {
      it_.scripted.serve('certbot.example', { address: '192.0.2.9', presents: LEAF });
      await it_.say(oscar, 'settings operators here', OPERATORS);
      const titles = () => it_.said(OPERATORS).map(({ title }) => title);
      while (!titles().includes('My own endpoint')) await it_.bot.settled();
      const audit = await it_.bot.store.listAudit(OPERATORS.id, 9);
      assert.ok(audit.some((one) => one.actorId === oscar.id && one.subject === 'operators here'));
      await it_.say(oscar, 'settings operators none', OPERATORS);
      const [last] = await it_.bot.store.listAudit(OPERATORS.id, 1);
      assert.deepEqual([last!.verb, last!.subject], ['settings', 'operators default']);
    } finally {
      await it_.close();
    }
  });

  it('is not taken over by somebody elsewhere while it stands', async () => {
    const it_ = await start();
    try {
      await it_.say(oscar, 'settings operators here', OPERATORS);
      const card = await it_.say(anna, 'settings operators here');
      assert.equal(card.tone, 'warning');
      assert.equal((await it_.bot.flows.operators.conversation())?.id, OPERATORS.id);
    } finally {
      await it_.close();
    }
  });
});

describe('a credential of the bot that is about to end', () => {
  it('is told once per stage, with what to do', async () => {
    const it_ = await start();
    try {
      const iso = (at: number): string => new Date(at).toISOString();
      it_.graph.directory.addApplication('app-id', {
        secrets: [
          {
            keyId: 'ending',
            displayName: 'certbot prod',
            startDateTime: iso(NOW - 340 * DAY),
            endDateTime: iso(NOW + 20 * DAY),
          },
        ],
      });
      await it_.say(oscar, 'settings operators here', OPERATORS);
      const told = () => it_.said(OPERATORS).filter(({ summary }) => summary.includes('AZURE_CLIENT_SECRET'));
      for (let day = 0; day < 5; day += 1) await it_.later(1.1 * DAY);
      assert.equal(told().length, 1);
      assert.match(textOf(told()[0]!), /certbot prod/);
      assert.match(textOf(told()[0]!), /12 Dec 2026/);
      assert.match(textOf(told()[0]!), /Create a new client secret/);
      for (let day = 0; day < 9; day += 1) await it_.later(1.1 * DAY);
      assert.equal(told().length, 2);
      for (let day = 0; day < 9; day += 1) await it_.later(1.1 * DAY);
      assert.equal(told().length, 4, 'critical, and expired');
    } finally {
      await it_.close();
    }
  });

  it('is asked about again within minutes when the directory does not answer', async () => {
    const it_ = await start();
    try {
      const endDateTime = new Date(NOW + 20 * DAY).toISOString();
      it_.graph.directory.addApplication('app-id', {
        secrets: [{ keyId: 'ending', startDateTime: new Date(NOW - 340 * DAY).toISOString(), endDateTime }],
      });
      it_.graph.setChaos(({ path }) => (path.includes('/applications') ? { kind: 'answer', status: 503 } : null));
      const told = () => it_.said(OPERATORS).filter(({ summary }) => summary.includes('AZURE_CLIENT_SECRET'));
      await it_.say(oscar, 'settings operators here', OPERATORS);
      const { operators } = it_.bot.flows;
      // Nothing else waits to be told.
      await operators.retell();
      await operators.selfCheck();
      await it_.bot.settled();
      assert.deepEqual(told(), []);
      it_.graph.setChaos(null);
      for (let minute = 0; minute < 10; minute += 1) {
        it_.pass(MINUTE);
        await operators.retell();
      }
      await it_.bot.settled();
      assert.equal(told().length, 1);
    } finally {
      await it_.close();
    }
  });

  it('is nobody’s concern while it is good for long, nor where the directory tells nothing', async () => {
    for (const readable of [true, false]) {
      const it_ = await start();
      try {
        it_.graph.directory.allow({ applications: readable });
        const endDateTime = new Date(NOW + (readable ? 200 : 5) * DAY).toISOString();
        it_.graph.directory.addApplication('app-id', {
          secrets: [{ keyId: 'good', startDateTime: new Date(NOW).toISOString(), endDateTime }],
        });
        await it_.say(oscar, 'settings operators here', OPERATORS);
        const before = it_.said(OPERATORS).length;
        await it_.later(2 * DAY);
        assert.equal(it_.said(OPERATORS).length, before);
      } finally {
        await it_.close();
      }
    }
  });
});

describe('the bot’s own endpoint', () => {
  it('is watched in the operators’ conversation when it is reached by https, and not again once they end that', async () => {
    const it_ = await start({ publicUrl: 'https://certbot.example' });
    try {
      it_.scripted.serve('certbot.example', { address: '192.0.2.9', presents: LEAF });
      await it_.say(oscar, 'settings operators here', OPERATORS);
      await it_.later(HOUR);
      const own = await it_.bot.store.listWatches(OPERATORS.id);
      assert.deepEqual(
        own.map(({ uri }) => uri),
        ['tls://certbot.example:443'],
      );
      assert.deepEqual([own[0]!.ownerLocale, own[0]!.ownerTenantId], ['en-GB', 'tenant']);
      assert.equal(it_.said(OPERATORS).filter(({ title }) => title === 'My own endpoint').length, 1);
      // Its stages are told there like any other's.
      await it_.later(45 * DAY);
      assert.match(textOf(it_.latest(OPERATORS)), /certbot\.example expires in 14 days/);
      await it_.say(oscar, 'unwatch certbot.example', OPERATORS);
      for (let day = 0; day < 3; day += 1) await it_.later(1.2 * DAY);
      await it_.say(oscar, 'settings operators here', OPERATORS);
      await it_.later(DAY);
      assert.deepEqual(await it_.bot.store.listWatches(OPERATORS.id), []);
    } finally {
      await it_.close();
    }
  });

  it('is not watched when it is not reached by https', async () => {
    const it_ = await start();
    try {
      await it_.say(oscar, 'settings operators here', OPERATORS);
      await it_.later(DAY);
      assert.deepEqual(await it_.bot.store.listWatches(OPERATORS.id), []);
    } finally {
      await it_.close();
    }
  });

  it('that they watch already stays theirs', async () => {
    const it_ = await start({ publicUrl: 'https://certbot.example' });
    try {
      await it_.watching(oscar, 'certbot.example', LEAF, OPERATORS);
      await it_.say(oscar, 'settings operators here', OPERATORS);
      await it_.later(DAY);
      const [watch, ...more] = await it_.bot.store.listWatches(OPERATORS.id);
      assert.deepEqual([watch?.ownerId, more], [oscar.id, []]);
      assert.ok(!it_.said(OPERATORS).some(({ title }) => title === 'My own endpoint'));
      assert.deepEqual(kindsIn(it_, 'oscar'), PAIR);
    } finally {
      await it_.close();
    }
  });
});
