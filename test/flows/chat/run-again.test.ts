import assert from 'node:assert/strict';
import type { Observation } from '../../../src/core/certificates/certificate.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { failed, observation } from '../../support/certificate-facts.ts';
import { UNSEEN } from '../../../src/core/certificates/state.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import { DAY } from '../../../src/core/time.ts';
import { createDateSource } from '../../../src/sources/date/source.ts';
import { createWillingSource, fine, startPlainChat, type PlainChat } from './plain-chat.ts';
import { rowsOf, said } from '../../support/said.ts';

describe('a command that is run again', () => {
  let chat: PlainChat;
  let looks: string[];
  let trouble: { host: string; times: number };
  beforeEach(async () => {
    trouble = { host: 'c.example', times: 1 };
    const willing = createWillingSource((uri): Observation => {
      if (uri.includes(trouble.host) && trouble.times > 0) {
        trouble.times -= 1;
        throw new StoreError('away');
      }
      if (uri.includes('silent')) return observation([failed('192.0.2.1', 'timeout')], { uri, at: Date.now() });
      return fine(uri);
    });
    looks = willing.looks;
    const dates = createDateSource({ now: () => Date.now() });
    const source: Source = {
      schemes: ['date', ...willing.source.schemes],
      observe: (target, options) => (target.scheme === 'date' ? dates : willing.source).observe(target, options),
      close: () => Promise.resolve(),
    };
    chat = await startPlainChat({ source, settings: { maxWatches: 5 } });
  });
  afterEach(() => chat.bot.close());

  const numberOf = (host: string): number => looks.filter((uri) => uri === `tls://${host}:443`).length;

  it('looks only at what it has not seen yet, and tells of all of it as of its own', async () => {
    const card = await chat.say('watch a.example silent.example c.example');
    assert.equal(card.summary, '3 targets: 3 watched. Unreachable: 1; Fine: 2.');
    assert.deepEqual([numberOf('a.example'), numberOf('silent.example'), numberOf('c.example')], [1, 1, 2]);
    const rows = rowsOf(card).map((cells) => cells.join(' '));
    assert.deepEqual(
      card.groups!.map(({ heading }) => heading),
      ['Unreachable: 1', 'Fine: 2'],
    );
    assert.match(
      rows.find((row) => row.startsWith('silent.example'))!,
      /no answer|did not answer|time/i,
    );
  });

  it('looks again at what others began to watch, and says of it that it is watched already', async () => {
    trouble.times = 0;
    await chat.say('watch a.example');
    trouble.times = 1;
    const card = await chat.say('watch a.example b.example c.example');
    assert.equal(card.summary, '3 targets: 2 watched, 1 already watched');
    assert.deepEqual([numberOf('a.example'), numberOf('b.example')], [3, 1]);
  });

  it('takes up the days that were typed, though the tick has been at their targets', async () => {
    const { store } = chat.bot;
    const { commitObservations } = store;
    let isAway = true;
    store.commitObservations = async (commits, now) => {
      if (!isAway) return commitObservations(commits, now);
      isAway = false;
      const ticked = commits.map((one) => ({ ...one, state: UNSEEN, observation: { ...one.observation, item: null } }));
      await commitObservations(ticked, now);
      throw new StoreError('away');
    };
    const [day, next] = [100, 101].map((days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10));
    const card = await chat.say(`watch date:${day} A\ndate:${next} B`);
    assert.equal(isAway, false);
    assert.deepEqual(
      rowsOf(card).map(([name, , , distance]) => [name, distance]),
      [
        ['A', '99 days'],
        ['B', '100 days'],
      ],
    );
    assert.deepEqual(
      rowsOf(await chat.say('list')).map(([name]) => name),
      ['A', 'B'],
    );
  });

  it('counts what it has added once towards the most watches', async () => {
    const card = await chat.say('watch a.example b.example c.example d.example e.example f.example');
    assert.equal(card.summary, '6 targets: 5 watched, 1 failed');
    assert.equal((await chat.uris()).length, 5);
  });

  it('for one target alone says that it begins to watch it, as it did', async () => {
    trouble.times = 0;
    const { store } = chat.bot;
    const { transaction } = store;
    let failures = 1;
    store.transaction = (work, options) =>
      transaction(
        (operations) =>
          work({
            ...operations,
            completeInbound(id, leaseId) {
              failures -= 1;
              if (failures >= 0) throw new StoreError('away');
              return operations.completeInbound(id, leaseId);
            },
          }),
        options,
      );
    const card = await chat.say('watch a.example remind 30d');
    assert.equal(numberOf('a.example'), 2);
    assert.match(card.summary, /^Watching a\.example: /);
    assert.match((await chat.say('watch a.example')).summary, /^Already watching/);
    await chat.say('watch a.example remind 20d');
    const subjects = (await store.listAudit('plain:ops', 9)).map(({ subject }) => subject);
    assert.equal(subjects[0], 'tls://a.example:443 remind 20d');
    assert.ok(subjects.slice(1).every((subject) => subject === 'tls://a.example:443 remind 30d'));
  });

  it('of `check` keeps nothing, and looks at all again', async () => {
    const card = await chat.say('check a.example c.example');
    assert.equal(card.summary, '2 targets: 2 checked');
    assert.deepEqual([numberOf('a.example'), numberOf('c.example')], [2, 2]);
    assert.deepEqual(await chat.uris(), []);
  });
});

describe('what is no longer watched', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
    await chat.say('watch a.example b.example c.example');
    await chat.say('watch a.example', 'elsewhere');
  });
  afterEach(() => chat.bot.close());

  const reminders = async (place = 'ops') =>
    (await chat.bot.store.listReminders('ics', `plain:${place}`)).filter(({ wanted }) => wanted).length;
  const written = async () =>
    (await chat.bot.store.listAudit('plain:ops', 99)).flatMap(({ verb, subject }) =>
      verb === 'unwatch' ? [subject] : [],
    );

  it('is what is named and watched here, and it is written down', async () => {
    const card = await chat.say('unwatch a.example b.example x.example bad..example');
    assert.equal(card.summary, '4 targets: 2 no longer watched, 1 not watched here, 1 failed');
    assert.deepEqual(await chat.uris(), ['tls://c.example:443']);
    assert.deepEqual((await written()).toSorted(), ['tls://a.example:443', 'tls://b.example:443']);
    assert.deepEqual(await chat.uris('elsewhere'), ['tls://a.example:443']);
  });

  it('loses its reminders here, and elsewhere they stay', async () => {
    assert.deepEqual([await reminders(), await reminders('elsewhere')], [2, 2]);
    assert.match(
      said(await chat.say('unwatch all')),
      /^Stop watching all 3 targets here\? Nothing has been removed yet/,
    );
    assert.deepEqual([await reminders(), await reminders('elsewhere')], [2, 2]);
    assert.match(
      said(await chat.say('unwatch all yes')),
      /^Nothing is watched here any more\. The reminders of the 3 targets/,
    );
    assert.deepEqual([await reminders(), await reminders('elsewhere')], [0, 2]);
    assert.equal((await written()).length, 3);
    assert.match(said(await chat.say('unwatch all')), /watches nothing, so there is nothing to stop/);
  });
});
