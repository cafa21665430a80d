import assert from 'node:assert/strict';
import type { GraphFault } from '../peers/graph/graph.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { AuthenticationRefused } from '../../src/calendars/graph/authentication.ts';
import type { AuthenticationProblem } from '../../src/core/ports/calendar.ts';
import {
  CHANNEL,
  chatOf,
  createOutlookWorld,
  personOf,
  startWiredOutlook,
  type OutlookWorld,
  type WiredOutlook,
} from '../support/wired-outlook.ts';
import { kindsIn, PAIR, textOf } from '../support/wired-people.ts';
import { createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { StoreError } from '../../src/core/errors.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const people = ['anna', 'bob', 'carla'].map((name) => personOf(name));
const oscar = personOf('oscar');
const OPERATORS = chatOf(oscar);
const FORBIDDEN = { kind: 'answer', status: 403, code: 'ErrorAccessDenied' } satisfies GraphFault;
const FULL = { kind: 'answer', status: 507, code: 'ErrorQuotaExceeded' } satisfies GraphFault;

describe('mailboxes that do not let the bot in', () => {
  let world: OutlookWorld;
  let database: TestDatabase;
  let it_: WiredOutlook;

  async function start(): Promise<void> {
    it_ = await startWiredOutlook({ people: [...people, oscar], world, databaseUrl: database.url });
  }

  beforeEach(async () => {
    [world, database] = await Promise.all([createOutlookWorld(), createSqliteFile()]);
    await start();
    await it_.say(oscar, 'settings operators here', OPERATORS);
  });
  afterEach(async () => {
    await it_.close();
    await world.graph.close();
    await database.drop();
  });

  const titled = (title: RegExp) => it_.said(OPERATORS).filter((card) => title.test(card.title));
  const told = () => titled(/keeps this bot out|Full mailboxes/);
  const over = () => titled(/lets this bot in again|have room again/);

  /** Every call about events of these mailboxes meets the fault; settings and people are answered. */
  function strike(fault: GraphFault, what: { mailboxes?: string[]; methods?: string[] } = {}): void {
    world.graph.setChaos(({ mailbox, method, path }) => {
      if (mailbox === null || !path.includes('/events')) return null;
      if (what.mailboxes && !what.mailboxes.includes(mailbox)) return null;
      return !what.methods || what.methods.includes(method) ? fault : null;
    });
  }

  /** The operation fails once, as where the store is away in that moment. */
  function fails(operation: 'openOperatorFinding' | 'closeOperatorFinding'): void {
    const { store } = it_.bot;
    const works = store[operation] as (...given: never[]) => Promise<never>;
    Object.assign(store, {
      [operation]: () => {
        Object.assign(store, { [operation]: works });
        return Promise.reject(new StoreError('away'));
      },
    });
  }

  for (const [operation, what] of [
    ['openOperatorFinding', 'refuses while the store is away is told when it refuses again'],
    ['closeOperatorFinding', 'opens while the store is away is told when it opens again'],
  ] as const)
    it(what, async () => {
      await everybodyWatches();
      if (operation === 'closeOperatorFinding') {
        strike(FORBIDDEN, { mailboxes: ['bob'] });
        await hours(2);
        assert.equal(told().length, 1);
        world.graph.setChaos(() => null);
      } else strike(FORBIDDEN, { mailboxes: ['bob'] });
      fails(operation);
      await assert.rejects(hours(2), StoreError);
      await hours(3);
      assert.equal((operation === 'openOperatorFinding' ? told() : over()).length, 1);
    });

  async function everybodyWatches(): Promise<void> {
    for (const [index, person] of people.entries())
      await it_.watching(person, `h${index}.example`, certificate(`leaf ${index}`, { notAfter: NOW + 60 * DAY }));
    await it_.bot.settled();
  }

  async function hours(number: number): Promise<void> {
    for (let hour = 0; hour < number; hour += 1) {
      await it_.later(HOUR);
      for (const { mailbox } of people) await it_.look(mailbox!);
    }
  }

  it('are one message, however many they are and however long it lasts, and one when it is over', async () => {
    strike(FORBIDDEN);
    await everybodyWatches();
    await hours(5);
    const [card, ...more] = told();
    assert.deepEqual(more, []);
    const text = textOf(card!);
    assert.match(text, /forbids this bot mailboxes: 403 \(ErrorAccessDenied\)/);
    for (const { name } of people) assert.ok(text.includes(name), text);
    assert.match(text, /Calendars\.ReadWrite with admin consent/);
    assert.match(text, /access policy/);
    assert.deepEqual(card!.about, { kind: 'operators', facts: [{ kind: 'finding', value: 'mailbox-forbidden' }] });
    assert.deepEqual(
      it_.said(CHANNEL).filter(({ title }) => /keeps this bot out/.test(title)),
      [],
    );
    world.graph.setChaos(null);
    await hours(3);
    assert.equal(over().length, 1);
    assert.equal(told().length, 1);
    for (const { name } of people) assert.deepEqual(kindsIn(it_, name), PAIR);
  });

  it('go on as soon as they let it in, without waiting for the end of a pause', async () => {
    strike(FORBIDDEN);
    await everybodyWatches();
    await hours(5);
    world.graph.setChaos(null);
    await it_.later(11 * MINUTE);
    for (const { mailbox } of people) await it_.look(mailbox!);
    for (const { name } of people) assert.deepEqual(kindsIn(it_, name), PAIR);
    assert.equal(over().length, 1);
  });

  it('are told in German to operators who speak it', async () => {
    const gerd = personOf('gerd', { locale: 'de-DE' });
    await it_.say(oscar, 'settings operators none', OPERATORS);
    await it_.say(gerd, 'settings operators here', chatOf(gerd));
    strike(FORBIDDEN);
    await everybodyWatches();
    const [card] = it_.said(chatOf(gerd)).filter(({ title }) => /nicht in Postfächer/.test(title));
    assert.match(textOf(card!), /verbietet diesem Bot Postfächer: 403/);
    assert.match(textOf(card!), /Administratorzustimmung/);
  });

  it('are told of when only one of them refuses, by its owner’s name', async () => {
    strike(FORBIDDEN, { mailboxes: ['bob'] });
    await everybodyWatches();
    await hours(3);
    assert.equal(told().length, 1);
    assert.match(textOf(told()[0]!), /forbids this bot a mailbox/);
    assert.match(textOf(told()[0]!), /Concerned: bob/);
    assert.deepEqual(kindsIn(it_, 'anna'), PAIR);
    assert.deepEqual(over(), []);
  });

  it('that can be read but not written to are not said to be open again', async () => {
    strike(FORBIDDEN, { methods: ['POST', 'PATCH'] });
    await everybodyWatches();
    await hours(4);
    assert.equal(told().length, 1);
    assert.deepEqual(over(), []);
  });

  it('that are full are one message, and what waited goes in when there is room', async () => {
    strike(FULL, { methods: ['POST', 'PATCH'], mailboxes: ['anna', 'bob'] });
    await everybodyWatches();
    await hours(4);
    assert.equal(told().length, 1);
    assert.match(textOf(told()[0]!), /Nothing more fits into several mailboxes.*\(ErrorQuotaExceeded\)/);
    assert.match(textOf(told()[0]!), /make room/);
    assert.match(textOf(await it_.say(people[0]!, 'show h0.example')), /mailbox is full/);
    world.graph.setChaos(null);
    await hours(3);
    assert.equal(over().length, 1);
    for (const { name } of people) assert.deepEqual(kindsIn(it_, name), PAIR);
  });

  it('are not told again after a restart, and their end is', async () => {
    strike(FORBIDDEN);
    await everybodyWatches();
    await it_.close();
    await start();
    await hours(2);
    assert.equal(told().length, 1);
    await it_.close();
    world.graph.setChaos(null);
    await start();
    for (const { mailbox } of people) await it_.look(mailbox!);
    assert.equal(over().length, 1);
    for (const { name } of people) assert.deepEqual(kindsIn(it_, name), PAIR);
  });

  it('wait for somebody to tell, also over a restart, and are told to new operators', async () => {
    await it_.say(oscar, 'settings operators none', OPERATORS);
    strike(FORBIDDEN);
    await everybodyWatches();
    assert.deepEqual(told(), []);
    await it_.close();
    await start();
    await it_.look('anna');
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.later(2 * MINUTE);
    assert.equal(told().length, 1);
  });

  it('in which nothing is wanted any more are forgotten without a word', async () => {
    await everybodyWatches();
    strike(FORBIDDEN, { mailboxes: ['bob'], methods: ['GET'] });
    await it_.look('bob');
    assert.equal(told().length, 1);
    world.graph.setChaos(null);
    await it_.bot.store.deleteReminders(await it_.bot.store.listReminderIds('graph', 'bob'));
    await it_.bot.flows.operators.selfCheck();
    assert.deepEqual(over(), []);
    it_.pass(HOUR);
    strike(FORBIDDEN, { mailboxes: ['anna'] });
    await it_.look('anna');
    assert.equal(told().length, 2, 'the next is told anew');
  });

  it('by a policy that Graph names with 403 concern the bot itself, not the mailboxes', async () => {
    const message = 'AADSTS53003: Access has been blocked by Conditional Access policies.';
    world.graph.setChaos(() => ({ ...FORBIDDEN, message }));
    await everybodyWatches();
    await hours(2);
    assert.deepEqual(told(), []);
    const [card, ...more] = titled(/refuses this bot/);
    assert.deepEqual(more, []);
    assert.match(textOf(card!), /Conditional Access.*\(AADSTS53003\)/);
  });
});

describe('Microsoft Entra refusing the bot', () => {
  const cases: [what: AuthenticationProblem['what'], code: string, english: RegExp, german: RegExp][] = [
    [
      'consent',
      'AADSTS65001',
      /consented.*\(AADSTS65001\)[^]*Grant admin consent/,
      /zugestimmt[^]*Administratorzustimmung/,
    ],
    [
      'policy',
      'AADSTS53003',
      /Conditional Access.*\(AADSTS53003\)[^]*sign-in log/,
      /bedingten Zugriff[^]*Anmeldeprotokoll/,
    ],
    [
      'app-disabled',
      'AADSTS7000112',
      /disabled.*\(AADSTS7000112\)[^]*Enterprise applications/,
      /deaktiviert[^]*wieder aktivieren/,
    ],
    [
      'wrong-cloud',
      'AADSTS900382',
      /another cloud.*\(AADSTS900382\)[^]*AZURE_AUTHORITY_HOST/,
      /anderen Cloud[^]*GRAPH_BASE_URL/,
    ],
  ];
  for (const [what, code, english, german] of cases) {
    it(`for ${what} is one message with what helps, in both languages, and reminders go on when it is mended`, async () => {
      for (const [locale, expected] of [
        ['en-GB', english],
        ['de-DE', german],
      ] as const) {
        const boss = personOf('boss', { locale });
        const it_ = await startWiredOutlook({ people: [...people, boss] });
        try {
          await it_.say(boss, 'settings operators here', chatOf(boss));
          it_.setApplication(() => Promise.reject(new AuthenticationRefused({ what, code })));
          for (const person of people) await it_.watching(person, `${person.name}.example`, certificate(person.name));
          for (let round = 0; round < 4; round += 1) await it_.later(2 * HOUR);
          const refusals = it_
            .said(chatOf(boss))
            .filter(({ title }) => /refuses this bot|weist diesen Bot ab/.test(title));
          assert.equal(refusals.length, 1);
          assert.match(textOf(refusals[0]!), expected);
          it_.setApplication(() => Promise.resolve('a-new-token'));
          for (let round = 0; round < 4; round += 1) await it_.later(HOUR);
          for (const { name } of people) assert.equal(kindsIn(it_, name).length, 2);
        } finally {
          await it_.close();
        }
      }
    });
  }

  it('for one reason after the other is one message, in which the last of them stands', async () => {
    const it_ = await startWiredOutlook({ people: [...people, oscar] });
    try {
      await it_.say(oscar, 'settings operators here', OPERATORS);
      for (const problem of [
        { what: 'secret-expired', code: 'AADSTS7000222' },
        { what: 'consent', code: 'AADSTS65001' },
      ] as const) {
        it_.setApplication(() => Promise.reject(new AuthenticationRefused(problem)));
        await it_.watching(people[0]!, `${problem.what}.example`, certificate(problem.what));
        await it_.later(2 * HOUR);
        await it_.later(2 * HOUR);
      }
      const refusals = it_.said(OPERATORS).filter(({ title }) => title === 'Outlook refuses this bot');
      assert.equal(refusals.length, 1);
      assert.match(textOf(refusals[0]!), /AADSTS65001/);
    } finally {
      await it_.close();
    }
  });
});
