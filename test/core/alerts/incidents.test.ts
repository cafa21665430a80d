import assert from 'node:assert/strict';
import { certificateCause, hostCause, openItems, type OpenItem } from '../../../src/core/alerts/causes.ts';
import { incidentsOf } from '../../../src/core/alerts/incidents.ts';
import type { Network, WatchView } from '../../../src/core/alerts/incident-desk.ts';
import { alertRules, type AlertRules } from '../../../src/core/alerts/rules.ts';
import type { Item } from '../../../src/core/certificates/item.ts';
import { boundaries } from '../../../src/core/certificates/stages.ts';
import { UNSEEN } from '../../../src/core/certificates/state.ts';
import type { Incident } from '../../../src/core/model/incident.ts';
import type { Episode } from '../../../src/core/model/watch.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';

/** 90 days: its stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notBefore: NOW - 70 * DAY, notAfter: NOW + 20 * DAY });
const NEXT = certificate('next', { notBefore: NOW, notAfter: NOW + 90 * DAY });
const TWIN = certificate('twin', { key: 'RSA 2048', notBefore: NOW - 70 * DAY, notAfter: NOW + 20 * DAY });
/** Six days, of which three are over: clients renew it now. */
const SHORT = certificate('short', { notBefore: NOW - 3 * DAY, notAfter: NOW + 3 * DAY });

/** What a target shows now; its certificates by the ones that it presents. */
interface Target {
  leaves?: Item[];
  findings?: (Omit<Episode, 'watchId' | 'openedAt'> | string)[];
  failures?: number;
  lookedAt?: number;
  isQuiet?: boolean;
  /** Remembered leaves that the last look did not see. */
  away?: Item[];
}

/** A conversation of which the notifier decides again and again: what it sends, edits and wants to be looked at. */
function conversation(rules: AlertRules = alertRules(6 * HOUR, MINUTE)) {
  let now = NOW;
  let incidents: Incident[] = [];
  let serial = 0;
  let network: Network = { state: 'fine', isDoubtful: () => false };
  const sent: { at: number; parts: string[] }[] = [];
  const edits: { at: number; id: string; parts: string[] }[] = [];
  const targets = new Map<string, Target>();
  const ids = new Map<string, number>();

  function viewOf(name: string, target: Target): WatchView {
    const id = ids.get(name) ?? ids.size + 1;
    ids.set(name, id);
    const { leaves = [], findings = [], failures = 0, lookedAt = now, away = [], isQuiet = false } = target;
    const uri = `tls://${name}:443`;
    const seen = away.map(({ fingerprint }) => {
      return {
        ...{ leaf: fingerprint, cameAt: 0, lastAt: 0, run: -1, away: 0 },
        recurs: true,
        told: true,
        other: false,
      };
    });
    const episodes = findings.map((one): Episode => {
      const known = typeof one === 'string' ? { finding: one, cause: causeOf(one, uri, leaves), sureAt: now } : one;
      return { watchId: id, openedAt: now, ...known };
    });
    const state = { ...UNSEEN, leaves: [...leaves, ...away].map(({ fingerprint }) => fingerprint), seen };
    const certificates = new Map([...leaves, ...away].map((item) => [item.fingerprint, item]));
    const items: OpenItem[] = openItems({ state, episodes }, { certificates, policy: null, now });
    return { watchId: id, targetId: id, lookedAt, failures, items, isQuiet };
  }

  /** Decides once; resolves to what was sent, as `cause news` with the number of targets. */
  function step(): string[] {
    const watches = [...targets].map(([name, target]) => viewOf(name, target));
    const given = { conversationId: 'c', watches, incidents, network, rules, now };
    const outcome = incidentsOf({ ...given, uuid: () => `id-${(serial += 1)}` });
    incidents = [
      ...incidents.filter(
        ({ id }) => !outcome.dropped.includes(id) && !outcome.changed.some((changed) => changed.id === id),
      ),
      ...outcome.changed.filter(({ id }) => !outcome.dropped.includes(id)),
    ];
    const parts = (outcome.send?.parts ?? []).map(({ incident, members, over, news }) => {
      const cause = incident.cause.replace(/:.*/, '');
      return `${cause} ${news} ${news === 'closed' ? over.length : members.length}`;
    });
    if (outcome.send) sent.push({ at: now, parts });
    for (const edit of outcome.edits) {
      const about = edit.parts.map(({ incident, members, over }) => {
        return `${incident.closedAt === null ? 'open' : incident.how} ${members.length}/${members.length + over.length}`;
      });
      edits.push({ at: now, id: edit.id, parts: about });
    }
    return parts;
  }

  return {
    targets,
    sent,
    edits,
    step,
    incidents: () => incidents,
    now: () => now,
    network(next: Network): void {
      network = next;
    },
    /** Decides again after so long, at a clip of ten seconds. */
    pass(ms: number): string[] {
      const news: string[] = [];
      for (const end = now + ms; now < end;) {
        now = Math.min(end, now + Math.max(10 * SECOND, Math.floor(ms / 500)));
        news.push(...step());
      }
      return news;
    },
    take(name: string): void {
      incidents = incidents.map((one) => ({ ...one, takenBy: { id: name, name } }));
    },
    snooze(until: number): void {
      incidents = incidents.map((one) => ({ ...one, snoozedUntil: until }));
    },
  };
}

function causeOf(finding: string, uri: string, leaves: Item[]): string {
  if (finding === 'unreachable' || finding.startsWith('address:')) return hostCause(uri);
  if (finding === 'private-ca') return 'issuer:root';
  return certificateCause(leaves[0]!.fingerprint);
}

function many(number: number, target: Target): [string, Target][] {
  return Array.from({ length: number }, (_, index) => [`host-${index}.example.com`, { ...target }]);
}

type Conversation = ReturnType<typeof conversation>;

function serve(chat: Conversation, all: [string, Target][]): void {
  for (const [name, target] of all) chat.targets.set(name, target);
}

describe('one cause', () => {
  it('is one message: a stage of one certificate on 44 endpoints', () => {
    const chat = conversation();
    serve(chat, many(44, { leaves: [LEAF] }));
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate stage 44']);
    assert.deepEqual(chat.pass(HOUR), []);
  });

  it('is one message: a private authority on 40 hosts with a certificate each', () => {
    const chat = conversation();
    for (const [index, [name]] of many(40, {}).entries()) {
      const leaf = certificate(`own ${index}`, { notAfter: NOW + 300 * DAY });
      chat.targets.set(name, { leaves: [leaf], findings: ['private-ca'] });
    }
    assert.deepEqual(chat.pass(2 * MINUTE), ['issuer finding 40']);
  });

  it('is told for each of its stages once, with the last of those that were missed', () => {
    const chat = conversation();
    serve(chat, many(3, { leaves: [LEAF] }));
    const news = chat.pass(21 * DAY);
    assert.deepEqual(
      news,
      Array.from({ length: 4 }, () => 'certificate stage 3'),
    );
    const ends = boundaries(LEAF, null).map(({ at }) => at);
    for (const [index, { at }] of chat.sent.entries())
      if (index > 0) assert.ok(at >= ends[index]! && at - ends[index]! <= HOUR + MINUTE, `stage ${index} at ${at}`);
    const late = conversation();
    late.targets.set('late.example', { leaves: [{ ...LEAF, notAfter: NOW + DAY }] });
    assert.deepEqual(late.pass(HOUR), ['certificate stage 1']);
  });

  it('is shown of those as well that turn out to have it after the message was sent', () => {
    const chat = conversation();
    const young = { finding: 'private-ca', cause: 'issuer:root', sureAt: null };
    chat.targets.set('a.example', { leaves: [NEXT], findings: ['private-ca'] });
    chat.targets.set('b.example', { leaves: [NEXT], findings: [young] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['issuer finding 1']);
    chat.targets.set('b.example', { leaves: [NEXT], findings: ['private-ca'] });
    assert.deepEqual(chat.pass(2 * MINUTE), []);
    assert.deepEqual(
      chat.edits.map(({ parts }) => parts),
      [['open 2/2']],
    );
  });

  it('of two at once makes one digest, and another kind of finding a message of its own', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF], findings: ['private-ca'] });
    chat.pass(2 * MINUTE);
    assert.deepEqual(
      chat.sent.map(({ parts }) => parts),
      [['certificate stage 1', 'issuer finding 1']],
    );
    chat.targets.set('a.example', { leaves: [LEAF], findings: ['private-ca', 'wrong-name'] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate finding 1']);
  });

  it('has one message a minute: what is more waits, and comes together', () => {
    const chat = conversation();
    for (let index = 0; index < 120; index += 1) {
      const leaf = certificate(`expired ${index}`, { notAfter: NOW - HOUR });
      chat.targets.set(`host-${index}.example`, { leaves: [leaf] });
      if (index % 10 === 0) chat.pass(10 * SECOND);
    }
    chat.pass(5 * MINUTE);
    const gaps = chat.sent.slice(1).map(({ at }, index) => at - chat.sent[index]!.at);
    assert.ok(
      gaps.every((gap) => gap >= MINUTE),
      `${gaps.join(', ')} ms apart`,
    );
    assert.equal(chat.sent.flatMap(({ parts }) => parts).length, 120);
    assert.ok(chat.sent.length <= 4, `${chat.sent.length} messages`);
  });
});

describe('what a message has told already', () => {
  const short = { ...SHORT, notAfter: NOW + 30 * HOUR, notBefore: NOW - 130 * HOUR };

  it('of a short life is its notice and urgent at once; critical and expired are told by themselves', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [short] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate stage 1']);
    assert.deepEqual(chat.pass(21 * HOUR), [], 'urgent');
    assert.deepEqual(chat.pass(HOUR + 10 * MINUTE), ['certificate stage 1'], 'critical');
    assert.deepEqual(chat.pass(9 * HOUR), ['certificate stage 1'], 'expired');
  });

  it('is told again to whom only an answer, or another target, has told it', () => {
    const typed = conversation();
    typed.targets.set('a.example', { leaves: [short], isQuiet: true });
    typed.step();
    typed.targets.set('a.example', { leaves: [short] });
    assert.deepEqual(typed.pass(21 * HOUR), ['certificate stage 1']);
    const joined = conversation();
    joined.targets.set('a.example', { leaves: [short] });
    joined.pass(2 * MINUTE);
    joined.targets.set('b.example', { leaves: [short] });
    assert.deepEqual(joined.pass(21 * HOUR), ['certificate stage 2']);
  });

  const calm = { ...LEAF, notAfter: NOW + 24 * DAY };
  const cases: [string, { before: string[]; leaf: Item; after: string[]; sends: number }][] = [
    ['notice, where it is partly renewed', { before: ['partly-renewed'], leaf: calm, after: [], sends: 0 }],
    ['notice, where two alternate', { before: ['alternating'], leaf: calm, after: [], sends: 0 }],
    ['notice, where something else is wrong', { before: ['weak-key'], leaf: calm, after: [], sends: 1 }],
    ['that two alternate, where a stage is', { before: [], leaf: LEAF, after: ['alternating'], sends: 0 }],
    ['that it is partly renewed, where a stage is', { before: [], leaf: LEAF, after: ['partly-renewed'], sends: 1 }],
  ];
  for (const [name, { before, leaf, after, sends }] of cases)
    it(`${name}: ${sends === 0 ? 'is not sent' : 'is sent'}`, () => {
      const chat = conversation();
      chat.targets.set('a.example', { leaves: [leaf], findings: before });
      assert.equal(chat.pass(2 * MINUTE).length, 1);
      chat.targets.set('a.example', { leaves: [leaf], findings: [...before, ...after] });
      assert.equal(chat.pass(2 * DAY).length, sends);
      assert.ok(sends > 0 || chat.edits.length > 0, 'it is shown');
      assert.ok(chat.pass(18 * DAY).length > 0, 'what is more urgent is sent');
    });
});

describe('what an answer tells', () => {
  it('is told: a stage, and a host that has failed once', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF], isQuiet: true });
    chat.targets.set('b.example', {
      findings: [{ finding: 'unreachable', cause: 'host:b.example', sureAt: null }],
      failures: 1,
      isQuiet: true,
    });
    chat.step();
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.targets.set('b.example', { findings: ['unreachable'], failures: 3 });
    assert.deepEqual(chat.pass(HOUR), []);
    assert.deepEqual(chat.edits, []);
  });

  it('does not tell of others, nor of the stages to come', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF], isQuiet: true });
    chat.step();
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.targets.set('b.example', { leaves: [certificate('other', { notAfter: NOW - HOUR })] });
    assert.deepEqual(chat.pass(MINUTE), ['certificate stage 1']);
    assert.deepEqual(chat.pass(14 * DAY), ['certificate stage 1']);
  });
});

describe('a renewal', () => {
  it('of which nobody was told says nothing, with six days and with ninety', () => {
    for (const [old, next] of [
      [SHORT, certificate('short 2', { notBefore: NOW, notAfter: NOW + 6 * DAY })],
      [certificate('calm', { notAfter: NOW + 60 * DAY }), NEXT],
    ] as const) {
      const chat = conversation();
      serve(chat, many(5, { leaves: [old] }));
      chat.pass(HOUR);
      serve(chat, many(5, { leaves: [next] }));
      chat.pass(HOUR);
      assert.deepEqual(chat.sent, []);
      assert.deepEqual(chat.edits, []);
      assert.deepEqual(chat.incidents(), []);
    }
  });

  it('endpoint by endpoint edits the message, and closes it with the last when it has been gone for a while', () => {
    const chat = conversation();
    serve(chat, many(44, { leaves: [LEAF] }));
    chat.pass(2 * MINUTE);
    for (const [name] of many(31, {})) chat.targets.set(name, { leaves: [NEXT] });
    chat.pass(20 * MINUTE);
    assert.deepEqual(chat.edits.at(-1)?.parts, ['open 13/44']);
    serve(chat, many(44, { leaves: [NEXT] }));
    chat.pass(5 * MINUTE);
    assert.deepEqual(chat.edits.at(-1)?.parts, ['open 0/44'], 'they may come back');
    chat.pass(30 * MINUTE);
    assert.deepEqual(chat.edits.at(-1)?.parts, ['fixed 0/44']);
    assert.equal(chat.sent.length, 1);
  });

  it('of one of two keys leaves the other’s incident open', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF, TWIN] });
    chat.pass(2 * MINUTE);
    assert.equal(chat.sent.length, 1);
    chat.targets.set('a.example', { leaves: [NEXT, TWIN] });
    chat.pass(HOUR);
    const open = chat.incidents().filter(({ closedAt }) => closedAt === null);
    assert.deepEqual(
      open.map(({ cause }) => cause),
      [certificateCause(TWIN.fingerprint)],
    );
    assert.equal(chat.sent.length, 1);
  });

  it('says once what it took away, for all endpoints, and nothing when a day has passed', () => {
    const chat = conversation();
    serve(chat, many(8, { leaves: [NEXT], findings: ['lost-names'] }));
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate finding 8']);
    serve(chat, many(8, { leaves: [NEXT] }));
    chat.pass(2 * HOUR);
    assert.equal(chat.sent.length, 1);
    assert.deepEqual(chat.edits, []);
  });
});

describe('what comes and goes', () => {
  it('is the same outage within half an hour, and another one after it', () => {
    const chat = conversation();
    const down: Target = { findings: ['unreachable'], failures: 3 };
    chat.targets.set('a.example', down);
    assert.deepEqual(chat.pass(MINUTE), ['host finding 1']);
    for (let number = 0; number < 5; number += 1) {
      chat.targets.set('a.example', {});
      chat.pass(10 * MINUTE);
      chat.targets.set('a.example', down);
      chat.pass(10 * MINUTE);
    }
    assert.equal(chat.sent.length, 1);
    chat.targets.set('a.example', {});
    chat.pass(HOUR);
    assert.deepEqual(chat.edits.at(-1)?.parts, ['fixed 0/1']);
    chat.targets.set('a.example', down);
    assert.deepEqual(chat.pass(MINUTE), ['host finding 1']);
  });

  it('is told only when a look has just seen it: one of two certificates in turn', () => {
    const chat = conversation();
    const old = { ...LEAF, notAfter: NOW + 7 * DAY + MINUTE };
    chat.targets.set('a.example', { leaves: [old] });
    chat.pass(50 * SECOND);
    chat.targets.set('a.example', { leaves: [NEXT], away: [old] });
    chat.pass(HOUR);
    assert.equal(chat.sent.length, 1, 'urgent begins while it is away');
    chat.targets.set('a.example', { leaves: [old] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate stage 1']);
  });

  it('is told of a finding that was over and is back, while the certificate has a stage as well', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF], findings: ['wrong-name'] });
    chat.pass(2 * MINUTE);
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.pass(5 * MINUTE);
    chat.targets.set('a.example', { leaves: [LEAF], findings: ['wrong-name'] });
    chat.pass(5 * MINUTE);
    assert.equal(chat.sent.length, 1);
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.pass(20 * MINUTE);
    chat.targets.set('a.example', { leaves: [LEAF], findings: ['wrong-name'] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate finding 1']);
  });
});

describe('hosts that fall silent', () => {
  it('make one digest when those that follow are known', () => {
    const chat = conversation();
    const failing = (name: string, failures: number): void =>
      void chat.targets.set(name, {
        failures,
        findings: [{ finding: 'unreachable', cause: `host:${name}`, sureAt: failures >= 3 ? chat.now() : null }],
      });
    const names = many(30, {}).map(([name]) => name);
    for (const [index, name] of names.entries()) failing(name, index < 3 ? 3 : 1);
    chat.pass(MINUTE);
    assert.equal(chat.sent.length, 0);
    for (const name of names) failing(name, 3);
    chat.pass(MINUTE);
    assert.deepEqual(
      chat.sent.map(({ parts }) => parts.length),
      [30],
    );
  });

  it('are one cause where it is the network, and none by themselves', () => {
    const chat = conversation();
    const all = many(30, { findings: ['unreachable'], failures: 3 });
    chat.network({ state: 'suspected', isDoubtful: () => false });
    serve(chat, all);
    chat.pass(2 * MINUTE);
    assert.deepEqual(chat.sent, []);
    chat.network({ state: 'open', isDoubtful: () => false });
    assert.deepEqual(chat.pass(2 * MINUTE), ['network finding 30']);
    chat.network({ state: 'fine', isDoubtful: () => true });
    chat.pass(2 * MINUTE);
    serve(chat, many(30, {}));
    chat.network({ state: 'fine', isDoubtful: () => false });
    chat.pass(HOUR);
    assert.equal(chat.sent.length, 1);
    assert.match(chat.edits.at(-1)!.parts[0]!, /^fixed/);
  });
});

describe('the network that is back', () => {
  it('is over at once, whenever its targets are looked at', () => {
    const chat = conversation();
    chat.network({ state: 'open', isDoubtful: () => false });
    serve(chat, many(30, { findings: ['unreachable'], failures: 3, lookedAt: NOW }));
    assert.deepEqual(chat.pass(2 * MINUTE), ['network finding 30']);
    chat.network({ state: 'fine', isDoubtful: () => true });
    chat.pass(MINUTE);
    assert.equal(chat.edits.at(-1)?.parts[0], 'fixed 0/30');
  });
});

describe('who has it', () => {
  it('is told in a message that it is over, where it was critical; others are told by the edit', () => {
    for (const isTaken of [true, false]) {
      const chat = conversation();
      chat.targets.set('a.example', { leaves: [{ ...LEAF, notAfter: NOW + DAY }] });
      chat.pass(2 * MINUTE);
      if (isTaken) chat.take('Ada');
      chat.targets.set('a.example', { leaves: [NEXT] });
      chat.pass(HOUR);
      assert.deepEqual(
        chat.sent.slice(1).map(({ parts }) => parts),
        isTaken ? [['certificate closed 1']] : [],
      );
    }
  });

  it('does not keep the next stage from being told, which is to be taken anew', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.pass(2 * MINUTE);
    chat.take('Ada');
    chat.pass(14 * DAY);
    assert.equal(chat.sent.length, 2);
    assert.equal(chat.incidents()[0]!.takenBy, null);
  });

  it('is reminded when a snooze ends, once', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [LEAF] });
    chat.pass(2 * MINUTE);
    chat.snooze(NOW + DAY);
    assert.deepEqual(chat.pass(2 * DAY), ['certificate snooze 1']);
  });

  it('who joins at a critical stage is named in a message', () => {
    const chat = conversation();
    const critical = { ...LEAF, notAfter: NOW + DAY };
    chat.targets.set('a.example', { leaves: [critical] });
    chat.pass(2 * MINUTE);
    chat.targets.set('b.example', { leaves: [critical] });
    assert.deepEqual(chat.pass(2 * MINUTE), ['certificate members 2']);
  });
});

describe('before a stage is told', () => {
  it('what was not looked at lately is looked at, and waited for, five minutes at most', () => {
    const chat = conversation();
    chat.targets.set('a.example', { leaves: [{ ...LEAF, notAfter: NOW - HOUR }], lookedAt: NOW - 2 * HOUR });
    assert.deepEqual(chat.pass(4 * MINUTE), []);
    chat.targets.set('a.example', { leaves: [NEXT] });
    assert.deepEqual(chat.pass(10 * MINUTE), [], 'it was replaced while the bot was stopped');
    const other = conversation();
    other.targets.set('a.example', { leaves: [{ ...LEAF, notAfter: NOW - HOUR }], lookedAt: NOW - 2 * HOUR });
    assert.deepEqual(other.pass(6 * MINUTE), ['certificate stage 1']);
  });
});
