import assert from 'node:assert/strict';
import { chosenStart, planReminders, type PlanInput } from '../../../src/core/reminders/plan.ts';
import type { Reminder, Wanted } from '../../../src/core/model/reminder.ts';
import { defaultWorkingTime, renewStart } from '../../../src/core/reminders/plan-event.ts';
import { boundaries } from '../../../src/core/certificates/stages.ts';
import { certificate, leaveNothingOut, NOW, thresholds } from '../../support/certificate-facts.ts';
import { none, wantedOf } from '../../support/wanted.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const A = 'tls://a.example:443';
const B = 'tls://b.example:443';
const OLD = certificate('old');
const NEW = certificate('new', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const BERLIN = defaultWorkingTime('Europe/Berlin');

function want(leaf: typeof OLD, targets: string[], policies: Wanted['policies'] = [null]): Wanted {
  return wantedOf(leaf, targets, { policies });
}

function inOneGo(input: PlanInput): Reminder[] {
  const steps = planReminders(input);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** One mailbox and its rows from plan to plan, stored as the store keeps them. */
function mailbox() {
  let rows: Reminder[] = [];
  let ids = 0;

  function plan(wanted: Wanted[], options: Partial<PlanInput> = {}): Reminder[] {
    const changed = inOneGo({
      calendar: 'graph',
      leftOut: leaveNothingOut,
      mailbox: 'alice@example.com',
      wanted,
      existing: structuredClone(rows),
      workingTime: BERLIN,
      holidays: none,
      now: NOW,
      uuid: () => `id-${(ids += 1)}`,
      ...options,
    });
    const stored = structuredClone(changed);
    rows = [...rows.filter(({ id }) => !stored.some((row) => row.id === id)), ...stored];
    return changed;
  }

  return {
    plan,
    /** What a calendar does with what it was given: notes what was written, and forgets what was deleted. */
    written() {
      rows = rows
        .filter(({ wanted }) => wanted)
        .map((row) => ({ ...row, writtenHash: 'hash', eventId: `event of ${row.id}`, etag: 'etag' }));
    },
    /** Stores a row as it is. */
    put(row: Reminder) {
      rows = rows.map((each) => (each.id === row.id ? row : each));
    },
    shuffle() {
      rows = rows.toReversed();
    },
    rows: () => rows,
    row: (kind: Reminder['kind']) => {
      const found = rows.filter((row) => row.kind === kind);
      assert.equal(found.length, 1, `${found.length} rows of kind ${kind}`);
      return found[0]!;
    },
  };
}

describe('the reminders of a mailbox', () => {
  it('of one certificate that cannot be planned stay as they are, and those of the others are planned', () => {
    const alice = mailbox();
    alice.plan([want(OLD, ['tls://a.example:443'])]);
    const before = alice.rows();
    const odd: Wanted = { ...want(OLD, ['tls://a.example:443']), policies: null as never };
    const leftOut: string[] = [];
    const changed = alice.plan([odd, want(NEW, ['tls://b.example:443'])], {
      leftOut: (_, { certificate: { fingerprint } }) => leftOut.push(fingerprint),
    });
    assert.deepEqual([...new Set(leftOut)], [OLD.fingerprint]);
    assert.deepEqual(
      changed.map(({ fingerprint }) => fingerprint),
      [NEW.fingerprint, NEW.fingerprint],
    );
    assert.deepEqual(alice.rows().slice(0, 2), before);
  });

  it('are a pair for a certificate', () => {
    const alice = mailbox();
    const changed = alice.plan([want(OLD, [A])]);
    assert.deepEqual(
      changed.map(({ kind, fingerprint, wanted, sequence, mailbox: owner }) => [
        kind,
        fingerprint,
        wanted,
        sequence,
        owner,
      ]),
      [
        ['renew', OLD.fingerprint, true, 0, 'alice@example.com'],
        ['expiry', OLD.fingerprint, true, 0, 'alice@example.com'],
      ],
    );
    const ids = changed.flatMap(({ id, transactionId }) => [id, transactionId]);
    assert.equal(new Set(ids).size, 4, 'ids and transaction ids are all different');
  });

  it('are one pair for a certificate on twelve targets', () => {
    const alice = mailbox();
    const targets = Array.from({ length: 12 }, (_, index) => `tls://h${String(index).padStart(2, '0')}.example:443`);
    alice.plan([
      want(
        OLD,
        targets,
        targets.map(() => null),
      ),
    ]);
    assert.equal(alice.rows().length, 2);
    assert.deepEqual(alice.row('renew').event.targets, targets);
  });

  it('are a pair for each of two certificates', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A]), want(NEW, [B])]);
    assert.equal(alice.rows().length, 4);
  });

  it('stay as they are while nothing changes', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A])]);
    assert.deepEqual(alice.plan([want(OLD, [A])]), []);
    assert.deepEqual(alice.plan([want(OLD, [A])], { now: NOW + 5 * HOUR }), []);
  });

  it('follow the earliest notice of two policies', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A, B], [thresholds('3d'), thresholds('30d', '1d')])]);
    const notice = OLD.notAfter - 30 * DAY;
    assert.equal(alice.row('renew').event.start, renewStart(notice, OLD.notAfter, BERLIN, NOW));
    alice.plan([want(OLD, [A], [thresholds('3d')])]);
    assert.equal(alice.row('renew').event.start, renewStart(OLD.notAfter - 3 * DAY, OLD.notAfter, BERLIN, NOW));
  });

  describe('with a planned start', () => {
    const start = renewStart(boundaries(OLD, null)[0]!.at, OLD.notAfter, BERLIN, NOW);

    it('keep it once it lies in the past', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      assert.equal(alice.row('renew').event.start, start);
      const late = { now: OLD.notAfter - HOUR };
      const [pressing] = alice.plan([want(OLD, [A])], late);
      assert.deepEqual([pressing!.event.start, pressing!.event.importance], [start, 'high']);
      assert.deepEqual(alice.plan([want(OLD, [A])], late), []);
      const [renew] = alice.plan([want(OLD, [A, B])], late);
      assert.equal(renew!.kind, 'renew');
      assert.equal(renew!.event.start, start, 'another target is no reason to move it');
      assert.equal(renew!.event.reminderMinutes, 0, 'nor to change its alarm');
    });

    it('keep one that was the next working slot', () => {
      const alice = mailbox();
      const now = OLD.notAfter - 5 * DAY;
      alice.plan([want(OLD, [A])], { now });
      assert.deepEqual(alice.plan([want(OLD, [A])], { now: now + 2 * DAY }), []);
    });

    it('get another when the thresholds change', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const changed = alice.plan([want(OLD, [A], [thresholds('5d')])]);
      assert.deepEqual(
        changed.map(({ kind, sequence }) => [kind, sequence]),
        [['renew', 1]],
      );
      assert.notEqual(alice.row('renew').event.start, start);
    });

    it('get another when the working time changes', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      alice.plan([want(OLD, [A])], { workingTime: { ...BERLIN, start: 8 * 60 } });
      assert.equal(alice.row('renew').event.start, start - HOUR);
    });
  });

  it('of an earlier version, which did not say how they show, stay as they are', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A])]);
    const { showAs, link, ...event } = alice.row('renew').event;
    assert.deepEqual([showAs, link], ['free', null]);
    alice.put({ ...alice.row('renew'), event });
    assert.deepEqual(alice.plan([want(OLD, [A])]), []);
  });

  it('of which a certificate has more than one are the oldest, in whatever order they come; the others go', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A])]);
    const oldest = alice.row('renew');
    const rows = [
      { ...oldest, id: 'a younger one', createdAt: oldest.createdAt + 1 },
      oldest,
      { ...oldest, id: `${oldest.id}, of the same time` },
      alice.row('expiry'),
    ];
    for (const first of rows.keys()) {
      const existing = [...rows.slice(first), ...rows.slice(0, first)];
      for (const order of [existing, existing.toReversed()])
        assert.deepEqual(
          alice
            .plan([want(OLD, [A])], { existing: order })
            .map(({ id, wanted }) => [id, wanted])
            .toSorted(),
          [
            [rows[0]!.id, false],
            [rows[2]!.id, false],
          ],
        );
    }
  });

  it('are planned in steps of at most four certificates, between which others have their turn', () => {
    const wanted = Array.from({ length: 100 }, (_, index) => want(certificate(`leaf ${index}`), [A]));
    const made: number[] = [];
    let uuids = 0;
    const steps = planReminders({
      calendar: 'graph',
      leftOut: leaveNothingOut,
      mailbox: 'alice@example.com',
      wanted,
      existing: [],
      workingTime: BERLIN,
      holidays: none,
      now: NOW,
      uuid: () => `id-${(uuids += 1)}`,
    });
    for (let before = 0; !steps.next().done; before = uuids) made.push((uuids - before) / 2);
    assert.equal(uuids, 400);
    assert.ok(Math.max(...made) <= 4, `up to ${Math.max(...made)} at a time`);
    assert.ok(made.length < 60, `${made.length} steps`);
  });

  describe('after a renewal', () => {
    it('are the same events, moved', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      alice.written();
      const before = [alice.row('renew'), alice.row('expiry')];
      const changed = alice.plan([want(NEW, [A])], { now: NOW + HOUR });
      assert.equal(changed.length, 2);
      for (const [index, row] of changed.entries()) {
        const { id, eventId, etag, transactionId, createdAt, kind } = before[index]!;
        assert.deepEqual(
          [row.id, row.eventId, row.etag, row.transactionId, row.createdAt, row.kind],
          [id, eventId, etag, transactionId, createdAt, kind],
        );
        assert.equal(row.fingerprint, NEW.fingerprint);
        assert.equal(row.sequence, 1);
        assert.equal(row.updatedAt, NOW + HOUR);
        assert.equal(row.wanted, true);
      }
      assert.equal(alice.row('expiry').event.start, NEW.notAfter);
      assert.equal(alice.row('renew').event.start, renewStart(boundaries(NEW, null)[0]!.at, NEW.notAfter, BERLIN, NOW));
    });

    it('on one of two targets are two pairs, and one again when the other follows', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A, B])]);
      const pair = alice.rows().map(({ id }) => id);
      alice.plan([want(OLD, [B]), want(NEW, [A])]);
      const old = alice.rows().filter(({ fingerprint }) => fingerprint === OLD.fingerprint);
      assert.deepEqual(
        old.map(({ id }) => id),
        pair,
        'the old certificate keeps its events while it is presented',
      );
      alice.plan([want(NEW, [A, B])]);
      alice.written();
      assert.deepEqual(
        alice
          .rows()
          .map(({ kind, fingerprint }) => [kind, fingerprint])
          .toSorted(),
        [
          ['expiry', NEW.fingerprint],
          ['renew', NEW.fingerprint],
        ],
      );
      assert.deepEqual(alice.row('renew').event.targets, [A, B]);
    });

    it('do not take over the events of a certificate on other targets', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const before = alice.row('renew').id;
      alice.plan([want(NEW, [B])]);
      const [renew] = alice.rows().filter((row) => row.kind === 'renew' && row.wanted);
      assert.notEqual(renew!.id, before);
      assert.equal(alice.rows().find(({ id }) => id === before)!.wanted, false);
    });

    it('give each new certificate at most one of the old events', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A, B])]);
      const other = certificate('other new', { notAfter: NOW + 80 * DAY });
      alice.plan([want(NEW, [A]), want(other, [B])]);
      const ids = alice.rows().map(({ id }) => id);
      assert.equal(new Set(ids).size, 4);
      assert.equal(alice.rows().length, 4);
    });
  });

  describe('that nobody wants any more', () => {
    it('are marked so, once', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const changed = alice.plan([]);
      assert.deepEqual(
        changed.map(({ wanted, sequence }) => [wanted, sequence]),
        [
          [false, 1],
          [false, 1],
        ],
      );
      assert.deepEqual(alice.plan([]), []);
    });

    it('stay while another target presents the certificate', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A, B])]);
      alice.plan([want(OLD, [B])]);
      assert.deepEqual(
        alice.rows().map(({ wanted, event, sequence }) => [wanted, event.targets, sequence]),
        [
          [true, [B], 1],
          [true, [B], 1],
        ],
      );
    });

    it('come back to life when the target is watched again', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const before = alice.rows();
      alice.plan([]);
      const changed = alice.plan([want(OLD, [A])], { now: NOW + HOUR });
      assert.deepEqual(
        changed.map(({ id, wanted, sequence, event }) => [id, wanted, sequence, event.start]),
        before.map(({ id, event }) => [id, true, 2, event.start]),
      );
    });

    it('come back as what a calendar takes for new, since it may have removed the others', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      alice.put({ ...alice.row('renew'), createBody: 'body' });
      const { transactionId } = alice.row('renew');
      alice.plan([]);
      const [renew] = alice.plan([want(OLD, [A])]);
      assert.equal(renew!.createBody, null);
      assert.notEqual(renew!.transactionId, transactionId);
    });

    it('come back for the renewed certificate of that target', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const ids = alice.rows().map(({ id }) => id);
      alice.plan([]);
      const changed = alice.plan([want(NEW, [A])]);
      assert.deepEqual(
        changed.map(({ id, wanted, fingerprint }) => [id, wanted, fingerprint]),
        ids.map((id) => [id, true, NEW.fingerprint]),
      );
    });
  });

  describe('whose time a person chose', () => {
    const start = Date.UTC(2026, 11, 8, 13, 30);
    const choose = (alice: ReturnType<typeof mailbox>) => {
      const row = alice.row('renew');
      alice.put({ ...row, chosen: { start, showAs: 'busy' } });
    };

    it('go there, and stay there whatever the thresholds and the working time', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      choose(alice);
      const changed = alice.plan([want(OLD, [A])]);
      assert.deepEqual(
        changed.map(({ kind, event, sequence, chosen }) => [kind, event.start, event.showAs, sequence, chosen]),
        [['renew', start, 'busy', 1, { start, showAs: 'busy' }]],
      );
      assert.deepEqual(alice.plan([want(OLD, [A])]), []);
      alice.plan([want(OLD, [A], [thresholds('5d')])], { workingTime: { ...BERLIN, start: 8 * 60 } });
      assert.equal(alice.row('renew').event.start, start);
      assert.deepEqual(alice.row('renew').chosen, { start, showAs: 'busy' });
    });

    it('are written anew when only how they show has changed', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      alice.put({ ...alice.row('renew'), chosen: { start: alice.row('renew').event.start, showAs: 'busy' } });
      assert.deepEqual(
        alice.plan([want(OLD, [A])]).map(({ kind, event }) => [kind, event.showAs]),
        [['renew', 'busy']],
      );
    });

    it('go back to the plan when the choice is taken back', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const { start: planned } = alice.row('renew').event;
      choose(alice);
      alice.plan([want(OLD, [A])]);
      alice.put({ ...alice.row('renew'), chosen: null, basis: '' });
      alice.plan([want(OLD, [A])]);
      assert.deepEqual([alice.row('renew').event.start, alice.row('renew').event.showAs], [planned, 'free']);
    });

    it('are planned anew for the renewed certificate', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      choose(alice);
      alice.plan([want(OLD, [A])]);
      const { id } = alice.row('renew');
      alice.plan([want(NEW, [A])]);
      const row = alice.row('renew');
      assert.deepEqual([row.id, row.chosen, row.event.showAs], [id, null, 'free']);
      assert.equal(row.event.start, renewStart(boundaries(NEW, null)[0]!.at, NEW.notAfter, BERLIN, NOW));
    });
  });

  describe('whose event a person deleted', () => {
    for (const deleted of ['asked', 'declined'] as const) {
      it(`are planned on while that is ${deleted}, for the renewed certificate too`, () => {
        const alice = mailbox();
        alice.plan([want(OLD, [A])]);
        alice.put({ ...alice.row('renew'), deleted, question: 'question 1' });
        assert.deepEqual(alice.plan([want(OLD, [A])]), []);
        alice.plan([want(OLD, [A, B])]);
        assert.deepEqual(alice.row('renew').event.targets, [A, B]);
        alice.plan([want(NEW, [A, B])]);
        const { fingerprint, wanted, deleted: still, question } = alice.row('renew');
        assert.deepEqual([fingerprint, wanted, still, question], [NEW.fingerprint, true, deleted, 'question 1']);
        assert.equal(alice.row('expiry').deleted, null);
      });
    }
  });

  it('whose event a person cleared away when it was over are none of the next certificate', () => {
    const alice = mailbox();
    alice.plan([want(OLD, [A])]);
    alice.put({ ...alice.row('renew'), deleted: 'over' });
    const { id } = alice.row('renew');
    const [renew] = alice.plan([{ ...want(NEW, [A]), replaced: [OLD.fingerprint] }]);
    assert.deepEqual([renew!.kind, renew!.fingerprint, renew!.deleted], ['renew', NEW.fingerprint, null]);
    assert.notEqual(renew!.id, id);
    assert.equal(alice.rows().find((row) => row.id === id)!.wanted, false);
  });

  describe('while endpoints are renewed one by one', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => `tls://h${String(index).padStart(2, '0')}.example:443`);
    const halves = (renewed: number) => [
      ...(renewed < 12 ? [want(OLD, twelve.slice(renewed))] : []),
      ...(renewed > 0 ? [{ ...want(NEW, twelve.slice(0, renewed)), replaced: [OLD.fingerprint] }] : []),
    ];

    it('are the one pair of the old certificate, which tells of the others, until none presents it', () => {
      const alice = mailbox();
      alice.plan(halves(0));
      alice.written();
      const ids = alice.rows().map(({ id, eventId }) => [id, eventId]);
      for (let renewed = 1; renewed < 12; renewed += 1) {
        const wanted = renewed % 2 ? halves(renewed) : halves(renewed).toReversed();
        assert.equal(alice.plan(wanted).length, 2);
        assert.equal(alice.rows().length, 2);
        for (const { event, fingerprint } of alice.rows()) {
          assert.equal(fingerprint, OLD.fingerprint);
          assert.equal(event.targets.length, 12 - renewed);
          const told = event.body
            .flatMap((each) => each.split('\n'))
            .find((line) => line.startsWith('Already renewed: '));
          // Three and more that follow one another are one range.
          const range = /h\d\d to h\d\d\.example \((\d+)\)$/.exec(told ?? '');
          assert.equal(range ? Number(range[1]) : told?.match(/h\d\d\.example/g)?.length, renewed);
        }
        assert.deepEqual(alice.plan(wanted), []);
      }
      alice.plan(halves(12));
      assert.deepEqual(
        alice.rows().map(({ id, eventId }) => [id, eventId]),
        ids,
        'the same events, moved',
      );
      for (const { event, fingerprint, wanted } of alice.rows()) {
        assert.deepEqual([fingerprint, wanted, event.targets.length], [NEW.fingerprint, true, 12]);
        assert.ok(!event.body.some((each) => each.includes('Already renewed')));
      }
    });

    it('are two pairs once the old certificate has expired', () => {
      const alice = mailbox();
      alice.plan(halves(3));
      alice.plan(halves(3), { now: OLD.notAfter });
      const prints = alice.rows().map(({ kind, fingerprint, wanted }) => `${kind} ${fingerprint} ${wanted}`);
      assert.deepEqual(prints.toSorted(), [
        `expiry ${NEW.fingerprint} true`,
        `expiry ${OLD.fingerprint} true`,
        `renew ${NEW.fingerprint} true`,
        `renew ${OLD.fingerprint} true`,
      ]);
    });

    it('are two pairs when the new certificate is due before the old one ends', () => {
      const alice = mailbox();
      const short = certificate('short', { notBefore: NOW, notAfter: OLD.notAfter + DAY });
      alice.plan([want(OLD, [B]), { ...want(short, [A]), replaced: [OLD.fingerprint] }]);
      assert.equal(alice.rows().length, 4);
    });

    it('are one pair only when the old certificate ends before the new one is due, and be it by a millisecond', () => {
      const due = renewStart(boundaries(NEW, null)[0]!.at, NEW.notAfter, BERLIN, NOW);
      for (const [notAfter, pairs] of [
        [due - 1, 1],
        [due, 2],
      ] as const) {
        const alice = mailbox();
        const old = certificate('old', { notAfter });
        alice.plan([want(old, [B]), { ...want(NEW, [A]), replaced: [old.fingerprint] }]);
        assert.equal(alice.rows().length, 2 * pairs);
      }
    });

    it('are one pair also when the second renewal comes before the first is everywhere', () => {
      const alice = mailbox();
      const newer = certificate('newer', { notBefore: NOW, notAfter: NOW + 400 * DAY });
      const third = 'tls://c.example:443';
      alice.plan([
        { ...want(newer, [A]), replaced: [NEW.fingerprint] },
        { ...want(NEW, [B]), replaced: [OLD.fingerprint] },
        want(OLD, [third]),
      ]);
      assert.equal(alice.row('renew').fingerprint, OLD.fingerprint);
      assert.match(alice.row('renew').event.body.join('\n'), /^Already renewed: a\.example and b\.example$/m);
      const { id } = alice.row('renew');
      alice.plan([
        { ...want(newer, [A, third]), replaced: [NEW.fingerprint, OLD.fingerprint] },
        { ...want(NEW, [B]), replaced: [OLD.fingerprint] },
      ]);
      assert.deepEqual([alice.row('renew').id, alice.row('renew').fingerprint], [id, NEW.fingerprint]);
    });

    it('give up a pair of the new certificate that an earlier plan made', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [B]), want(NEW, [A])]);
      alice.plan([want(OLD, [B]), { ...want(NEW, [A]), replaced: [OLD.fingerprint] }]);
      const kept = alice.rows().filter(({ wanted }) => wanted);
      assert.deepEqual(
        kept.map(({ fingerprint }) => fingerprint),
        [OLD.fingerprint, OLD.fingerprint],
      );
    });

    it('do not stand for a certificate that replaced one this mailbox has nothing of', () => {
      const alice = mailbox();
      alice.plan([{ ...want(NEW, [A]), replaced: [OLD.fingerprint] }]);
      assert.equal(alice.row('renew').fingerprint, NEW.fingerprint);
    });
  });

  describe('that are free to adopt', () => {
    it('go to the certificate that replaced theirs, though none of its targets was among them', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const { id } = alice.row('renew');
      alice.plan([{ ...want(NEW, [B]), replaced: [OLD.fingerprint] }]);
      assert.deepEqual([alice.row('renew').id, alice.row('renew').fingerprint], [id, NEW.fingerprint]);
    });

    const others: [string, number][] = [
      ['that ends first', NOW + 80 * DAY],
      ['whose fingerprint is the lower one, of two that end together', NEW.notAfter],
    ];
    for (const [which, notAfter] of others) {
      it(`go to the one ${which}, in whatever order everything comes`, () => {
        const other = certificate('a new one', { notAfter });
        const wanted = [
          { ...want(NEW, [A]), replaced: [OLD.fingerprint] },
          { ...want(other, [B]), replaced: [OLD.fingerprint] },
        ];
        for (const order of [wanted, wanted.toReversed()]) {
          const alice = mailbox();
          alice.plan([want(OLD, [A, B])]);
          const pair = alice.rows().map(({ id }) => id);
          alice.shuffle();
          alice.plan(order);
          const adopted = alice.rows().filter(({ id }) => pair.includes(id));
          assert.deepEqual(
            adopted.map(({ fingerprint }) => fingerprint),
            [other.fingerprint, other.fingerprint],
          );
          assert.equal(alice.rows().length, 4);
        }
      });
    }

    it('are the oldest of those that it replaced, whatever is named first, be some unknown', () => {
      const second = certificate('second');
      for (const replaced of [
        ['unknown', OLD.fingerprint, second.fingerprint],
        [second.fingerprint, OLD.fingerprint],
      ]) {
        const alice = mailbox();
        alice.plan([want(OLD, [A])]);
        const { id } = alice.row('renew');
        alice.plan([want(OLD, [A]), want(second, [A])], { now: NOW + HOUR });
        alice.plan([{ ...want(NEW, [B]), replaced }], { now: NOW + 2 * HOUR });
        const row = alice.rows().find(({ fingerprint, kind }) => fingerprint === NEW.fingerprint && kind === 'renew')!;
        assert.equal(row.id, id);
      }
    });

    it('go to both of two certificates that come after two on the same target', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A]), want(certificate('old twin'), [A])]);
      const ids = alice.rows().map(({ id }) => id);
      alice.plan([want(NEW, [A]), want(certificate('new twin', { notAfter: NEW.notAfter }), [A])]);
      assert.deepEqual(
        alice
          .rows()
          .filter(({ wanted }) => wanted)
          .map(({ id }) => id)
          .toSorted(),
        ids.toSorted(),
      );
    });

    it('are never those of another certificate of the target that is still there', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const ids = alice.rows().map(({ id }) => id);
      alice.plan([want(OLD, [A]), want(NEW, [A])]);
      const kept = alice.rows().filter(({ id }) => ids.includes(id));
      assert.deepEqual(
        kept.map(({ fingerprint }) => fingerprint),
        [OLD.fingerprint, OLD.fingerprint],
      );
      assert.equal(alice.rows().length, 4);
    });

    it('are of no use to a certificate that has events of its own', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      const ids = alice.rows().map(({ id }) => id);
      alice.plan([want(OLD, [A]), want(NEW, [A])]);
      alice.plan([want(OLD, [A])]);
      const kept = alice.rows().filter(({ wanted }) => wanted);
      assert.deepEqual(
        kept.map(({ id }) => id),
        ids,
      );
    });

    it('are rather those that stand than those on their way out', () => {
      const alice = mailbox();
      alice.plan([want(OLD, [A])]);
      alice.plan([]);
      const second = certificate('second');
      alice.plan([want(second, [B])], { now: NOW + HOUR });
      const standing = alice.rows().find(({ wanted, kind }) => wanted && kind === 'renew')!.id;
      alice.plan([want(NEW, [A, B])], { now: NOW + 2 * HOUR });
      const row = alice.rows().find(({ fingerprint, kind }) => fingerprint === NEW.fingerprint && kind === 'renew')!;
      assert.equal(row.id, standing);
    });
  });
});

describe('the start that a person chose', () => {
  const last = OLD.notAfter - DAY;
  const planned = OLD.notAfter - 20 * DAY;
  const cases: [string, number, number, number, number][] = [
    ['stays in good time', last - DAY, planned, NOW, last - DAY],
    ['stays a day before the end', last, planned, NOW, last],
    ['is a day before the end when it was later', last + 1, planned, NOW, last],
    ['is a day before the end when it was after the end', OLD.notAfter + DAY, planned, NOW, last],
    ['is as planned on the last day when it was later', last + 5 * HOUR, last + 2 * HOUR, last + HOUR, last + 2 * HOUR],
    ['stays a day before the end when that is over', last, planned, last + HOUR, last],
    ['stays on the last day when it was earlier', last + HOUR, last + 2 * HOUR, last, last + HOUR],
  ];
  for (const [name, found, plan, now, start] of cases) {
    it(name, () => {
      assert.equal(chosenStart({ start: found, allDay: false }, { certificate: OLD, planned: plan, now }), start);
    });
  }

  it('may be the beginning of the very day for which it was planned, and no later day', () => {
    const asked = { certificate: OLD, planned: OLD.notAfter, now: NOW };
    assert.equal(chosenStart({ start: OLD.notAfter - 12 * HOUR, allDay: true }, asked), OLD.notAfter - 12 * HOUR);
    assert.equal(chosenStart({ start: OLD.notAfter, allDay: true }, asked), OLD.notAfter);
    assert.equal(chosenStart({ start: OLD.notAfter + 12 * HOUR, allDay: true }, asked), last);
    assert.equal(chosenStart({ start: OLD.notAfter, allDay: true }, { ...asked, planned: OLD.notAfter + DAY }), last);
    const shortly = { ...asked, planned: OLD.notAfter + DAY - 1 };
    assert.equal(chosenStart({ start: OLD.notAfter, allDay: true }, shortly), OLD.notAfter);
    assert.equal(chosenStart({ start: OLD.notAfter - 12 * HOUR, allDay: true }, { ...asked, planned }), last);
  });
});
