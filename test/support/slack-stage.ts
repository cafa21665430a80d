import assert from 'node:assert/strict';
import { createSlackChannel, type SlackChannelOptions } from '../../src/channels/slack/channel.ts';
import { type WiredBotOptions, createWiredBot } from './wired-bot.ts';
import { certificate } from './certificate-facts.ts';
import { startFakeSlack, type FakeSlackOptions } from '../peers/slack/slack.ts';
import { createScriptedSource } from './scripted-source.ts';
import { readSlack, type SlackCard } from './slack-chat.ts';
import { appMention, directMessage, eventCallback } from '../peers/slack/events.ts';
import { blockActions, slashCommand } from '../peers/slack/requests.ts';
import { nextTs } from '../peers/slack/workspaces.ts';
import { DAY } from '../../src/core/time.ts';

type Payload = Record<string, any>;

export interface SlackStageOptions extends FakeSlackOptions {
  settings?: Partial<SlackChannelOptions['settings']>;
  bot?: Partial<WiredBotOptions>;
  channel?: Partial<Pick<SlackChannelOptions, 'sendTimeout'>>;
}

/**
 * The real flows and the real Slack channel in this process, by Socket Mode, with a strict Slack on loopback; their
 * clock runs, and can be put ahead.
 */
export async function startSlackStage(options: SlackStageOptions = {}) {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const logged: { fields: Payload; message: string }[] = [];
  const keep = (fields: object, message: string): void => void logged.push({ fields, message });
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const slack = await startFakeSlack(options);
  const peers = createScriptedSource(now);
  const bot = await createWiredBot({ sources: [peers.source], now, log, ...options.bot });
  const channel = createSlackChannel({
    settings: {
      botToken: 'xoxb-acme',
      appToken: slack.appToken,
      signingSecret: null,
      apiUrl: slack.apiUrl,
      oauth: null,
      allowedWorkspaces: null,
      graphWorkspaces: [],
      ...options.settings,
    },
    publicUrl: () => 'https://certbot.example',
    store: bot.store,
    inbox: bot.slackInbox,
    log,
    now,
    random: bot.context.random,
    ...options.channel,
  });
  await bot.join(channel.messenger);
  channel.start();
  await slack.socket.connected();

  /** What the bot has said there, as it stands now. */
  function cards(place: string): SlackCard[] {
    return slack
      .messages(place)
      .filter(({ bot_id }) => bot_id !== undefined)
      .map((message) => readSlack(message));
  }

  async function event(payload: Payload, envelope: Payload = {}): Promise<void> {
    await slack.socket.sendEnvelope('events_api', eventCallback(payload, envelope));
    await bot.settled();
  }

  /** Types something; in channels with a mention. Resolves with the answer that stands there last. */
  async function say(
    text: string,
    { channel: place = 'C0OPS', user = 'U0BOB', envelope = {}, ...partial }: Payload = {},
  ): Promise<SlackCard | undefined> {
    const ts = (Number(nextTs()) + ahead / 1000).toFixed(6);
    const given = { channel: place, user, ts, ...partial };
    const message = place.startsWith('D') ? directMessage(text, given) : appMention(`<@U0BOT> ${text}`, given);
    await event(message, envelope);
    return cards(place).at(-1);
  }

  async function command(text: string, partial: Payload = {}): Promise<void> {
    const { channel_id: place = 'C0OPS', user_id: user = 'U0BOB' } = partial;
    const url = slack.responseUrl({ channel: place, user });
    await slack.socket.sendEnvelope('slash_commands', slashCommand(text, url, { user_id: user, ...partial }));
    await bot.settled();
  }

  /**
   * Presses a button (or chooses from a menu) of a message, or of a Home tab (`view`). Resolves when it was
   * acknowledged, not when it was answered.
   */
  async function press(
    label: string,
    source: { message: Payload } | { view: Payload },
    pressing: Omit<Parameters<typeof blockActions>[1], 'message' | 'view'> = {},
  ): Promise<void> {
    const user = pressing.user ?? 'U0BOB';
    const responseUrl =
      'message' in source
        ? slack.responseUrl({ channel: source.message['channel'], user, messageTs: source.message['ts'] })
        : undefined;
    const given = { ...source, ...(responseUrl ? { responseUrl } : {}), ...pressing, user };
    await slack.socket.sendEnvelope('interactive', blockActions(label, given));
  }

  return {
    slack,
    bot,
    channel,
    peers,
    logged,
    cards,
    event,
    say,
    command,
    press,
    settled: bot.settled,
    /** Works off what there is to do until this holds; fails after ten seconds. */
    async until(holds: () => boolean | Promise<boolean>): Promise<void> {
      const end = performance.now() + 10_000;
      while (!(await holds())) {
        if (performance.now() > end) assert.fail(`gave up waiting for ${holds.toString()}`);
        await bot.settled();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    /** What only this person sees, oldest first. */
    whispers: (user: string): SlackCard[] =>
      slack.ephemerals(user).map((message) => readSlack(message as unknown as Payload)),
    /** From now on `host` has one address that presents a certificate with so many days to go. */
    serve(host: string, days: number, serial = 'first'): void {
      const validity = { notBefore: now() - 30 * DAY, notAfter: now() + days * DAY };
      const names = { subject: host, dnsNames: [host] };
      peers.serve(host, {
        address: '192.0.2.1',
        presents: certificate(`${serial} ${host}`, { ...names, ...validity }),
      });
    },
    /** From now on `host` refuses connections. */
    refuse: (host: string): void => peers.serve(host, { address: '192.0.2.1', fails: 'refused' }),
    /** Lets so many milliseconds pass and the bot look at what is due. */
    async later(milliseconds: number): Promise<void> {
      ahead += milliseconds;
      await bot.round();
    },
    /** Frees everything. Fails when the bot did what Slack forbids. */
    async end(): Promise<void> {
      await channel.close();
      await bot.close();
      await slack.close();
      assert.deepEqual(slack.violations, []);
    },
  };
}

export type SlackStage = Awaited<ReturnType<typeof startSlackStage>>;
