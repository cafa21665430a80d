import assert from 'node:assert/strict';
import { planReminders, type PlanInput } from '../../src/core/calendar-plan.ts';
import type { Reminder } from '../../src/core/ports.ts';
import { defaultWorkingTime, renewStart, type Wanted } from '../../src/core/reminder.ts';
import { boundaries } from '../../src/core/policy.ts';
import { certificate, DAY, HOUR, NOW, thresholds } from '../support/certificate-facts.ts';
import { none, wantedOf } from '../support/wanted.ts';

const A = 'tls://a.example:443';
const B = 'tls://b.example:443';
const OLD = certificate('old');
const NEW = certificate('new', { notBefore: NOW, notAfter: NOW + 150 * DAY });
const BERLIN = defaultWorkingTime('Europe/Berlin');

function want(leaf: typeof OLD, targets: string[], policies: Wanted['policies'] = [null]): Wanted {
  return wantedOf(leaf, targets, { policies });
}

/** One mailbox and its rows from plan to plan, stored as the store keeps them. */
function mailbox() {
  let rows: Reminder[] = [];
  let ids = 0;

  function plan(wanted: Wanted[], options: Partial<PlanInput> = {}): Reminder[] {
    const changed = planReminders({
      calendar: 'graph',
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
    rows: () => rows,
    row: (kind: Reminder['kind']) => {
      const found = rows.filter((row) => row.kind === kind);
      assert.equal(found.length, 1, `${found.length} rows of kind ${kind}`);
      return found[0]!;
    },
  };
}

describe('the reminders of a mailbox', () => {
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
});
