import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { constants, getPriority } from 'node:os';
import sinon from 'sinon';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import type { AddressResult, Observation } from '../../../src/core/certificates/certificate.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import { createTlsSource, type TlsSourceOptions } from '../../../src/sources/tls/source.ts';
import { startDnsServer } from '../../peers/dns/dns-server.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';
import { ended, observeProcesses } from './probers.ts';
import { silentLog } from './silent-log.ts';
import { skipOn } from '../../support/skips.ts';

const MB = 1024 * 1024;

function failedAt(address: string): AddressResult {
  return { kind: 'failed', address, failure: { code: 'refused' } };
}

function kindOf(observation: Observation): string {
  return observation.failure?.code ?? observation.addresses.map(({ kind }) => kind).join(' ');
}

describe('The prober processes of the TLS source', () => {
  const peers = createPeers();
  let identity: Issued;
  let processes: ReturnType<typeof observeProcesses>;
  let sources: Source[];

  before(async () => {
    identity = await selfSigned({ ips: ['127.0.0.1'] });
  });
  beforeEach(() => {
    processes = observeProcesses();
    sources = [];
  });
  afterEach(async () => {
    await Promise.all([peers.close(), ...sources.map((source) => source.close())]);
    processes.stop();
    assert.deepEqual(processes.alive(), [], 'a process was left behind');
  });

  it('look at 16 addresses of a name upon somebody’s word, from all over them, and say so', async () => {
    const zone = Array.from({ length: 100 }, (_, index) => `127.0.1.${index + 1}`);
    const dns = await startDnsServer((_name, type) => ({ addresses: type === 'A' ? zone : [] }));
    try {
      const source = create({ dnsServers: [dns.server] });
      const target = { scheme: 'tls', host: 'many.example', port: 1 };
      const awaited = await source.observe(target, { thorough: true, asked: true });
      const asked = awaited.addresses.map(({ address }) => Number(address.split('.')[3]));
      assert.equal(asked.length, 16);
      assert.equal(awaited.outOf, 100);
      assert.ok(asked.at(-1)! > 50, `none of the last of them: ${asked.join(' ')}`);
      assert.ok(awaited.duration >= 200, `all within ${awaited.duration} ms`);
      const regular = await source.observe(target, { thorough: false });
      assert.equal(regular.addresses.length, 64);
      assert.equal(regular.outOf, undefined);
      const single = await source.observe({ ...target, host: '127.0.0.1' }, { thorough: true, asked: true });
      assert.equal(single.outOf, undefined);
    } finally {
      await dns.close();
    }
  });

  function create(options: Partial<TlsSourceOptions> = {}): Source {
    const source = createTlsSource({
      timeout: 5000,
      concurrency: 16,
      allow: ['127.0.0.0/8'],
      deny: [],
      dnsServers: [],
      log: silentLog,
      env: process.env,
      ...options,
    });
    sources.push(source);
    return source;
  }

  function look(source: Source, port: number): Promise<Observation> {
    return source.observe({ scheme: 'tls', host: '127.0.0.1', port });
  }

  /** Has the first process retire: after one look it is worn, and its successor is ready when this resolves. */
  async function retireFirst(source: Source, port: number): Promise<ChildProcess> {
    await look(source, port);
    const another = look(source, port);
    const [retiring, next] = processes.started;
    assert.ok(next, 'no successor was started');
    await Promise.all([once(next, 'message'), another]);
    return retiring!;
  }

  /** Leaves the first `count` connections without an answer, and tells of each; those after them get a handshake. */
  async function silentAtFirst(count: number): Promise<{ port: number; met: (index: number) => Promise<void> }> {
    const tls = await peers.tls(identity);
    const meetings = Array.from({ length: count }, () => Promise.withResolvers<void>());
    let accepted = 0;
    const { port } = await peers.tcp((socket: Socket) => {
      if (accepted < count) meetings[accepted]!.resolve();
      else tls.server.emit('connection', socket);
      accepted += 1;
    });
    return { port, met: (index) => meetings[index]!.promise };
  }

  it('begin with one, before the first look', async () => {
    create();
    assert.equal(processes.started.length, 1);
  });

  it('get nothing of the environment but what Node needs', async function () {
    if (process.platform !== 'linux') skipOn(this, 'only Linux shows the environment of a process');
    const { port } = await peers.tls(identity);
    const source = create({
      env: { PATH: process.env['PATH'], TZ: 'UTC', MicrosoftAppPassword: 'secret', HOME: '/x' },
    });
    assert.equal(kindOf(await look(source, port)), 'presented');
    const environment = await readFile(`/proc/${processes.started[0]!.pid}/environ`, 'latin1');
    // What measures the tests goes to every process: Node hands on where coverage goes, and scripts/pass-mutant.cjs the
    // change that is at work.
    const measured = process.env['__STRYKER_ACTIVE_MUTANT__'] ? ['__STRYKER_ACTIVE_MUTANT__', 'NODE_OPTIONS'] : [];
    if (process.env['NODE_V8_COVERAGE']) measured.push('NODE_V8_COVERAGE');
    const variables = environment.split('\0');
    assert.ok(variables.includes('UV_THREADPOOL_SIZE=32'), 'names are resolved by threads');
    const names = variables
      .filter((line) => line !== '')
      .map((line) => line.split('=')[0]!)
      .filter((name) => !name.startsWith('NODE_CHANNEL_') && !measured.includes(name));
    assert.deepEqual(names.toSorted(), ['NODE_COMPILE_CACHE', 'PATH', 'TZ', 'UV_THREADPOOL_SIZE']);
  });

  it('hold little garbage', () => {
    create();
    const { spawnargs } = processes.started[0]!;
    for (const flag of ['--max-semi-space-size=2', '--max-old-space-size=128']) assert.ok(spawnargs.includes(flag));
  });

  it('stand back behind the bot itself', async function () {
    if (process.platform === 'win32') skipOn(this, 'Windows has other priorities');
    const { port } = await peers.tls(identity);
    const source = create();
    await look(source, port);
    const [bot, prober] = [getPriority(process.pid), getPriority(processes.started[0]!.pid)];
    assert.ok(prober > bot || prober === constants.priority.PRIORITY_LOW, `${prober} behind ${bot}`);
  });

  it('outlive the signals of their group', async () => {
    const { port } = await peers.tls(identity);
    const source = create();
    await look(source, port);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) processes.started[0]!.kill(signal);
    assert.equal(kindOf(await look(source, port)), 'presented');
    assert.equal(processes.started.length, 1);
    assert.equal(processes.alive().length, 1);
  });

  it('end when the channel to the bot closes, whatever they are doing', async () => {
    const source = create({ timeout: 600_000 });
    const { port, met } = await silentAtFirst(1);
    const looking = look(source, port);
    await met(0);
    const [child] = processes.started;
    child!.disconnect();
    assert.deepEqual(await ended(child!), { code: 0, signal: null });
    assert.equal(kindOf(await looking), 'presented');
  });

  it('end quietly when the source closes before they were ready, which then waits for nothing else', async () => {
    const source = create();
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await source.close();
    } finally {
      clock.restore();
    }
    assert.deepEqual(await ended(processes.started[0]!), { code: 0, signal: null });
  });

  it('are replaced when killed in the middle of a look, which is made again', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_, message) => warnings.push(message) };
    const source = create({ log });
    const { port, met } = await silentAtFirst(1);
    const looking = look(source, port);
    await met(0);
    processes.started[0]!.kill('SIGKILL');
    assert.equal(kindOf(await looking), 'presented');
    assert.equal(processes.started.length, 2);
    assert.deepEqual(warnings, ['a prober process ended unexpectedly; its looks are made again']);
  });

  it('give a look up as internal when killed a second time', async () => {
    const source = create();
    const { port, met } = await silentAtFirst(2);
    const looking = look(source, port);
    await met(0);
    processes.started[0]!.kill('SIGKILL');
    await met(1);
    processes.started[1]!.kill('SIGKILL');
    const observation = await looking;
    assert.equal(kindOf(observation), 'internal');
    assert.deepEqual(observation.addresses, []);
    assert.equal(kindOf(await look(source, port)), 'presented');
  });

  it('are replaced when killed while idle, which nobody has to know', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_, message) => warnings.push(message) };
    const { port } = await peers.tls(identity);
    const source = create({ log });
    await look(source, port);
    processes.started[0]!.kill('SIGKILL');
    await ended(processes.started[0]!);
    assert.equal(kindOf(await look(source, port)), 'presented');
    assert.deepEqual(warnings, []);
  });

  it('leave their looks to the next one when killed before it is ready', async () => {
    const { port } = await peers.tls(identity);
    const source = create({ recycleAfter: 1 });
    await look(source, port);
    const another = look(source, port);
    processes.started[0]!.kill('SIGKILL');
    await ended(processes.started[0]!);
    assert.equal(kindOf(await another), 'presented');
    assert.equal(processes.started.length, 2);
  });

  describe('that stand still', () => {
    let clock: sinon.SinonFakeTimers;
    let errors: string[];
    let log: Log;

    before(function () {
      if (process.platform === 'win32') skipOn(this, 'Windows knows no SIGSTOP');
    });
    beforeEach(() => {
      // The beats alone: processes and sockets go on in their own time.
      clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      errors = [];
      log = { ...silentLog, error: (_, message) => errors.push(message) };
    });
    afterEach(() => {
      clock.restore();
      // A test that fails leaves nobody standing.
      for (const child of processes.alive()) child.kill('SIGCONT');
    });

    it('in the middle of a look are replaced within ten seconds, and the look is made again', async () => {
      const source = create({ log, timeout: 60_000 });
      const { port, met } = await silentAtFirst(1);
      const looking = look(source, port);
      await met(0);
      processes.started[0]!.kill('SIGSTOP');
      clock.tick(10_000);
      assert.equal(kindOf(await looking), 'presented');
      assert.equal((await ended(processes.started[0]!)).signal, 'SIGKILL');
      assert.equal(processes.started.length, 2);
      assert.deepEqual(errors, ['a prober process stands still and is replaced']);
    });

    it('while idle are replaced as well', async () => {
      const { port } = await peers.tls(identity);
      const source = create({ log });
      await look(source, port);
      processes.started[0]!.kill('SIGSTOP');
      clock.tick(10_000);
      assert.equal((await ended(processes.started[0]!)).signal, 'SIGKILL');
      assert.equal(kindOf(await look(source, port)), 'presented');
    });

    it('make a look end as internal when the next one stands still too', async () => {
      const source = create({ log, timeout: 60_000 });
      const { port, met } = await silentAtFirst(2);
      const looking = look(source, port);
      for (const index of [0, 1]) {
        await met(index);
        processes.started[index]!.kill('SIGSTOP');
        clock.tick(10_000);
        await ended(processes.started[index]!);
      }
      assert.equal(kindOf(await looking), 'internal');
    });

    it('do not keep the end waiting', async () => {
      const { port } = await peers.tls(identity);
      const source = create({ log });
      await look(source, port);
      processes.started[0]!.kill('SIGSTOP');
      await source.close();
      assert.equal((await ended(processes.started[0]!)).signal, 'SIGKILL');
      assert.equal(clock.countTimers(), 0, 'nobody is asked any more');
    });

    it('are replaced at the eighth question without an answer, and at the twenty-first while they start', async () => {
      const source = create({ log });
      processes.started[0]!.kill('SIGSTOP');
      clock.tick(20_000);
      assert.deepEqual(errors, []);
      clock.tick(1000);
      assert.equal(errors.length, 1);
      assert.equal((await ended(processes.started[0]!)).signal, 'SIGKILL');
      const { port } = await peers.tls(identity);
      assert.equal(kindOf(await look(source, port)), 'presented');
      processes.started[1]!.kill('SIGSTOP');
      clock.tick(7000);
      assert.equal(errors.length, 1);
      clock.tick(1000);
      assert.equal(errors.length, 2);
      assert.equal((await ended(processes.started[1]!)).signal, 'SIGKILL');
    });

    for (const [what, pass] of [
      ['for a few seconds only', () => clock.tick(5000)],
      ['together with the machine, for an hour', () => clock.jump(3_600_000)],
    ] as const) {
      it(`${what} are left alone`, async () => {
        const { port } = await peers.tls(identity);
        const source = create({ log });
        await look(source, port);
        processes.started[0]!.kill('SIGSTOP');
        const looking = look(source, port);
        pass();
        processes.started[0]!.kill('SIGCONT');
        assert.equal(kindOf(await looking), 'presented');
        // Having answered, it has as long as before.
        pass();
        assert.equal(kindOf(await look(source, port)), 'presented');
        assert.equal(processes.started.length, 1);
        assert.deepEqual(errors, []);
      });
    }
  });

  it('are recycled, without a look being lost or made twice', async () => {
    const peer = await peers.tls(identity);
    const source = create({ recycleAfter: 20 });
    let looks = 0;
    // Each round is given to the old process while the next one starts.
    while (processes.started.length < 4 && looks < 5000) {
      const round = await Promise.all(Array.from({ length: 10 }, () => look(source, peer.port)));
      looks += round.length;
      for (const observation of round) assert.equal(kindOf(observation), 'presented');
    }
    assert.equal(peer.accepted(), looks);
    for (const retired of processes.started.slice(0, 2))
      assert.deepEqual(await ended(retired), { code: 0, signal: null });
  });

  it('are replaced after six thousand handshakes, the first after five hundred', async () => {
    const { port } = await peers.tls(identity);
    const source = create();
    for (const [index, most] of [500, 6000].entries()) {
      const child = processes.started[index]!;
      await look(source, port);
      // As if it had made all the others but one: a thorough look makes two at each address.
      const addresses = Array.from({ length: most / 2 - 1 }, (_, at) => failedAt(`192.0.2.${at}`));
      const observation = { uri: 'tls://x', at: 0, duration: 0, addresses, thorough: true };
      child.emit('message', { seen: [{ id: -1, observation }], rss: 0 });
      await look(source, port);
      assert.equal(processes.started.length, index + 1);
      const meanwhile = [look(source, port), look(source, port)];
      assert.equal(processes.started.length, index + 2);
      await Promise.all([...meanwhile, once(processes.started[index + 1]!, 'message')]);
      assert.deepEqual(await ended(child), { code: 0, signal: null });
    }
  });

  it('tell how many bytes they take, and are replaced at 250 MB', async () => {
    const { port } = await peers.tls(identity);
    const source = create();
    const [child] = processes.started;
    await look(source, port);
    const told = once(child!, 'message');
    await look(source, port);
    const [{ rss }] = await told;
    assert.ok(rss > 16 * MB && rss < 250 * MB, `${rss} bytes`);
    child!.emit('message', { seen: [], rss: 250 * MB - 1 });
    await look(source, port);
    assert.equal(processes.started.length, 1);
    child!.emit('message', { seen: [], rss: 250 * MB });
    await look(source, port);
    assert.equal(processes.started.length, 2);
    assert.deepEqual(await ended(child!), { code: 0, signal: null });
  });

  it('end as soon as the next one is ready, when they have nothing to do', async () => {
    const { port } = await peers.tls(identity);
    const source = create({ recycleAfter: 1 });
    await look(source, port);
    await look(source, port);
    assert.equal(processes.started.length, 2);
    assert.deepEqual(await ended(processes.started[0]!), { code: 0, signal: null });
  });

  it('have another next one when the next one ends before it is ready', async () => {
    const { port } = await peers.tls(identity);
    const source = create({ recycleAfter: 1 });
    await look(source, port);
    const meanwhile = look(source, port);
    processes.started[1]!.kill('SIGKILL');
    await Promise.all([ended(processes.started[1]!), meanwhile]);
    assert.equal(kindOf(await look(source, port)), 'presented');
    assert.equal(processes.started.length, 3);
    assert.deepEqual(await ended(processes.started[0]!), { code: 0, signal: null });
    assert.equal(kindOf(await look(source, port)), 'presented');
  });

  for (const thorough of [false, true]) {
    it(`hand over what silent hosts hold up when they are retired (${thorough ? 'a thorough look' : 'a look'})`, async () => {
      const { port, met } = await silentAtFirst(1);
      const peer = await peers.tls(identity);
      const source = create({ recycleAfter: 1, timeout: 600_000 });
      const slow = source.observe({ scheme: 'tls', host: '127.0.0.1', port }, { thorough });
      await met(0);
      const retiring = await retireFirst(source, peer.port);
      const send = sinon.spy(processes.started[1]!, 'send');
      assert.equal((await ended(retiring)).code, 0);
      const messages = send.args as unknown as [{ looks?: { options: object }[] }][];
      const handedOver = messages.flatMap(([{ looks = [] }]) => looks.map((one) => one.options));
      assert.deepEqual(handedOver, [{ thorough, silent: true }]);
      // The second connection is answered.
      assert.equal(kindOf(await slow), 'presented');
    });
  }

  it('hand over a look once: where it is held up again it ends', async () => {
    const { port, met } = await silentAtFirst(2);
    const peer = await peers.tls(identity);
    const source = create({ recycleAfter: 1, timeout: 5000 });
    const slow = look(source, port);
    await met(0);
    await ended(await retireFirst(source, peer.port));
    await met(1);
    await look(source, peer.port);
    const another = look(source, peer.port);
    await Promise.all([once(processes.started[2]!, 'message'), another]);
    const { addresses } = await slow;
    assert.equal(addresses[0]!.kind === 'failed' && addresses[0]!.failure.code, 'timeout');
  });

  it('finish what somebody waits for when they are retired', async () => {
    const { port, met } = await silentAtFirst(1);
    const peer = await peers.tls(identity);
    const source = create({ recycleAfter: 1, timeout: 2000 });
    const slow = source.observe({ scheme: 'tls', host: '127.0.0.1', port }, { thorough: true, awaited: true });
    await met(0);
    const retiring = await retireFirst(source, peer.port);
    await look(source, peer.port);
    await look(source, peer.port);
    assert.equal(retiring.exitCode, null);
    assert.equal(processes.started.length, 2, 'a third one only when the second has lasted twice as long');
    await look(source, peer.port);
    assert.equal(processes.started.length, 3);
    const { addresses } = await slow;
    assert.equal(addresses[0]!.kind === 'failed' && addresses[0]!.failure.code, 'timeout');
    assert.equal((await ended(retiring)).code, 0);
  });

  it('let all looks under way finish when the source closes, and no more', async () => {
    const { port, met } = await silentAtFirst(1);
    const peer = await peers.tls(identity);
    const source = create({ timeout: 500 });
    const looking = look(source, port);
    await met(0);
    const another = look(source, peer.port);
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await source.close();
    } finally {
      clock.restore();
    }
    assert.equal(kindOf(await another), 'presented');
    const { addresses } = await looking;
    assert.equal(addresses[0]!.kind === 'failed' && addresses[0]!.failure.code, 'timeout');
  });

  it('do not keep the end waiting for long, nor call it unexpected', async () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_, message) => warnings.push(message) };
    const { port, met } = await silentAtFirst(1);
    const source = create({ log, timeout: 60_000 });
    const looking = look(source, port);
    await met(0);
    const begun = performance.now();
    await source.close();
    assert.ok(performance.now() - begun < 20_000);
    assert.equal(kindOf(await looking), 'internal');
    assert.deepEqual(warnings, []);
  });

  it('are not started again by a look after the end', async () => {
    const source = create();
    await source.close();
    assert.equal(kindOf(await look(source, 1)), 'internal');
    await source.close();
    assert.equal(processes.started.length, 1);
  });

  it('leave every look an answer when they cannot even start', async () => {
    const errors: string[] = [];
    const log: Log = { ...silentLog, error: (_, message) => errors.push(message) };
    const { execPath } = process;
    process.execPath = '/nonexistent/node';
    try {
      const source = create({ log });
      assert.equal(kindOf(await look(source, 1)), 'internal');
      assert.ok(errors.length > 0);
      await source.close();
    } finally {
      process.execPath = execPath;
    }
  });

  it('are not started again at every look when they cannot start', async () => {
    const { execPath } = process;
    process.execPath = '/nonexistent/node';
    try {
      const source = create();
      for (let count = 0; count < 10; count += 1) assert.equal(kindOf(await look(source, 1)), 'internal');
      assert.ok(processes.started.length <= 3, `${processes.started.length} were started`);
      await source.close();
    } finally {
      process.execPath = execPath;
    }
  });

  it('are tried again after pauses that double, up to a minute, and begin anew once one was ready', async () => {
    const { execPath } = process;
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    const { port } = await peers.tls(identity);
    try {
      process.execPath = '/nonexistent/node';
      const source = create();
      await look(source, port);
      assert.equal(processes.started.length, 2);
      for (const [index, pause] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
        clock.tick(pause - 1);
        assert.equal(kindOf(await look(source, port)), 'internal');
        assert.equal(processes.started.length, index + 2);
        clock.tick(1);
        assert.equal(kindOf(await look(source, port)), 'internal');
        assert.equal(processes.started.length, index + 3);
      }
      clock.tick(60_000);
      process.execPath = execPath;
      assert.equal(kindOf(await look(source, port)), 'presented');
      const started = processes.started.length;
      process.execPath = '/nonexistent/node';
      processes.started.at(-1)!.kill('SIGKILL');
      await ended(processes.started.at(-1)!);
      await look(source, port);
      assert.equal(processes.started.length, started + 2);
    } finally {
      clock.restore();
      process.execPath = execPath;
    }
  });

  it('take no range that is none', () => {
    assert.throws(() => create({ allow: ['10.0.0.0/99'] }));
    assert.equal(processes.started.length, 0);
  });
});
