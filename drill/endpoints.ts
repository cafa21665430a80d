import type { Server } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fact } from '../src/core/about.ts';
import { root, served, sign, type Signed } from '../test/peers/tls/pki.ts';
import { createPeers, type Peer } from '../test/peers/tls/tls-peers.ts';
import { createChance, type Chance } from './chance.ts';
import { keyOf, type Chat } from './chat.ts';
import { until, type Report } from './report.ts';
import { DAY } from '../src/core/time.ts';

/**
 * Of the certificates that end: how long they are good for, and how long until the end. Notice, urgent and critical
 * come 60, 36 and 12 s before.
 */
const SHORT_LIFE = 240_000;
const SHORT_LEFT = 70_000;
const SHORT_STAGES = { notice: 60_000, urgent: 36_000, critical: 12_000, expired: 0 };

type Role = 'ages' | 'renews' | 'breaks' | 'quiet';
const ROLES: Role[] = ['ages', 'renews', 'breaks', 'quiet'];

export interface Endpoint {
  role: Role;
  port: number;
  /** Its URI as the bot writes it. */
  uri: string;
  certificate: Signed;
  /** Ids of the conversations that watch it all the time. */
  watchers: string[];
}

/** Something that has to be told in every conversation that watches the endpoint. */
export interface Happening {
  endpoint: Endpoint;
  fact: Fact;
  at: number;
  /** The how-manieth time that this happens there. */
  ordinal: number;
  toldAt: number | null;
  /**
   * Until when something else takes its place: then it need not be told where looks were disturbed. Null: nothing does.
   */
  overtakenAt: number | null;
  /** It ends this: the message that tells it has to say so, by an edit. */
  ends: Fact | null;
}

interface Told {
  report: Report;
  /** Whether an answer in the conversation has told how the endpoint is, at that instant or later. */
  answered: Answered;
}

export type Answered = (conversation: string, endpoint: Endpoint, at: number) => boolean;

/** Whether somebody in the conversation can know of it: by an alert, by an edit of one, by an answer. */
export function isToldIn(
  conversation: string,
  { endpoint, fact, at, ends }: Happening,
  chat: Chat,
  answered: Answered,
): boolean {
  if (ends) return chat.standing(conversation, ends) !== 'tells it';
  const standing = chat.standing(conversation, fact);
  return standing === 'tells it' || standing === 'followed' || answered(conversation, endpoint, at);
}

/** TLS servers whose certificates age, are renewed and break; what happens to them is to be told. */
export async function startEndpoints(number: number, chat: Chat, { report, answered }: Told) {
  const authority = await root('CN=Drill Root');
  const peers = createPeers();
  const servers = new Map<Endpoint, { peer: Peer; isDown: boolean }>();
  const happenings: Happening[] = [];
  /** By URI and fingerprint. */
  const installed = new Set<string>();
  let serial = 0;

  /** Every certificate ends at an instant of its own, in whole seconds. */
  function issue(request: Partial<Parameters<typeof sign>[0]> = {}): Promise<Signed> {
    serial += 1;
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 60 * DAY + serial * 7_201_000);
    return sign({ subject: 'CN=localhost', issuer: authority, names: ['localhost'], notAfter, ...request });
  }

  async function open(role: Role): Promise<Endpoint> {
    const certificate = await issue();
    const peer = await peers.tls(served(certificate));
    const { port } = peer;
    const endpoint: Endpoint = { role, port, uri: `tls://localhost:${port}`, certificate, watchers: [] };
    const server = { peer, isDown: false };
    servers.set(endpoint, server);
    // Keeps its port while it is out of reach, or somebody else would get it.
    peer.server.prependListener('connection', (socket) => void (server.isDown && socket.destroy()));
    return endpoint;
  }

  function install(endpoint: Endpoint, certificate: Signed): void {
    endpoint.certificate = certificate;
    installed.add(`${endpoint.uri} ${certificate.fingerprint}`);
    const { keyPem, chainPem } = served(certificate);
    (servers.get(endpoint)!.peer.server as Server).setSecureContext({ key: keyPem, cert: chainPem });
  }

  function happens(
    endpoint: Endpoint,
    fact: Omit<Fact, 'target'>,
    { at = Date.now(), overtakenAt = null, ends = null }: Partial<Pick<Happening, 'at' | 'overtakenAt' | 'ends'>> = {},
  ): Happening {
    const whole: Fact = { target: endpoint.uri, ...fact };
    const key = keyOf('', whole);
    const ordinal = happenings.filter((one) => keyOf('', one.fact) === key).length + 1;
    const happening = { endpoint, fact: whole, at, ordinal, toldAt: null, overtakenAt, ends };
    happenings.push(happening);
    report.count(`happened: ${fact.kind === 'stage' ? 'stage' : fact.kind}`);
    return happening;
  }

  const isTold = (happening: Happening): boolean =>
    happening.endpoint.watchers.every((conversation) => isToldIn(conversation, happening, chat, answered));

  /** Waits until it is told everywhere; false when `patience` (milliseconds left) runs out before. */
  async function toldEverywhere(happening: Happening, patience: () => number): Promise<boolean> {
    await until(() => isTold(happening) || patience() <= 0, Infinity);
    if (!isTold(happening)) return false;
    happening.toldAt = Date.now();
    return true;
  }

  interface Life {
    luck: Chance;
    isOver: () => boolean;
    patience: () => number;
  }

  /** A certificate that goes through every stage, then its successor. */
  async function age(endpoint: Endpoint, { luck, isOver, patience }: Life): Promise<void> {
    while (!isOver()) {
      const end = Math.floor(Date.now() / 1000) * 1000 + SHORT_LEFT;
      const certificate = await issue({ notBefore: new Date(end - SHORT_LIFE), notAfter: new Date(end) });
      install(endpoint, certificate);
      const stages = Object.entries(SHORT_STAGES).map(([key, before], index, all) => {
        const next = all[index + 1];
        return happens(
          endpoint,
          { kind: 'stage', value: `${certificate.fingerprint}/${key}` },
          { at: end - before, overtakenAt: next ? end - next[1] : null },
        );
      });
      const expiry = stages.at(-1)!;
      await sleep(Math.max(0, end - Date.now()));
      if (!(await toldEverywhere(expiry, patience))) return;
      await sleep(luck.between(2000, 10_000));
      const next = await issue();
      install(endpoint, next);
      const renewal = happens(endpoint, { kind: 'renewed', value: next.fingerprint }, { ends: expiry.fact });
      if (!(await toldEverywhere(renewal, patience))) return;
    }
  }

  /** Renewed now and then in time, of which nobody is told; sometimes twice at once. */
  async function renewOften(endpoint: Endpoint, { luck, isOver }: Life): Promise<void> {
    while (!isOver()) {
      await sleep(luck.between(6000, 25_000));
      if (luck.is(0.3)) {
        install(endpoint, await issue());
        await sleep(luck.between(100, 6000));
      }
      install(endpoint, await issue());
    }
  }

  /** Out of reach, for the wrong name, by an authority that nobody knows; and well again. */
  async function breakOften(endpoint: Endpoint, { luck, isOver, patience }: Life): Promise<void> {
    const server = servers.get(endpoint)!;
    while (!isOver()) {
      await sleep(luck.between(4000, 18_000));
      const finding = luck.pick(['unreachable', 'wrong-name', 'incomplete-chain']);
      if (finding === 'unreachable') server.isDown = true;
      else if (finding === 'wrong-name') install(endpoint, await issue({ names: ['wrong.example'] }));
      // One authority is one cause, wherever it has issued: each has to be another.
      else install(endpoint, await issue({ issuer: await root(`CN=Stranger Root ${(serial += 1)}`) }));
      const found = happens(endpoint, { kind: 'finding', value: finding });
      if (!(await toldEverywhere(found, patience))) return;
      await sleep(luck.between(1000, 8000));
      if (finding === 'unreachable') server.isDown = false;
      else install(endpoint, await issue());
      const fixed = happens(endpoint, { kind: 'fixed', value: finding }, { ends: found.fact });
      if (!(await toldEverywhere(fixed, patience))) return;
    }
  }

  const lives = { ages: age, renews: renewOften, breaks: breakOften, quiet: async () => {} };
  const endpoints = await Promise.all(Array.from({ length: number }, (_, index) => open(ROLES[index % 4]!)));

  return {
    endpoints,
    happenings,
    installed: installed as ReadonlySet<string>,
    authorityPem: authority.pem,
    /**
     * Lets things happen to all of them until `isOver`; resolves when everything was told, or `patience` has run out.
     */
    async live(seed: number, { isOver, patience }: Omit<Life, 'luck'>): Promise<void> {
      await Promise.all(
        endpoints.map((endpoint, index) =>
          lives[endpoint.role](endpoint, { luck: createChance(seed * 1000 + index), isOver, patience }),
        ),
      );
    },
    close: peers.close,
  };
}

export type Endpoints = Awaited<ReturnType<typeof startEndpoints>>;
