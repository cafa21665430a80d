import assert from 'node:assert/strict';
import type { FakeSlack } from '../peers/slack/slack.ts';
import { appMention, directMessage, eventCallback } from '../peers/slack/events.ts';
import { blockActions, postToBot, slashCommand } from '../peers/slack/requests.ts';
import type { SlackMessage } from '../peers/slack/workspaces.ts';

type Payload = Record<string, any>;

/** A message of the bot as a person sees it. */
export interface SlackCard {
  ts: string;
  threadTs: string | undefined;
  /** The one plain sentence: `text`, entities undone. */
  summary: string;
  /** Every text of the blocks, one per line. */
  text: string;
  /** Value of a fact by its label. */
  fact: (label: string) => string | undefined;
  buttons: string[];
  message: Payload;
}

function textsIn(node: any): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  if (['rich_text_section', 'rich_text_preformatted'].includes(node.type))
    return node.elements
      .map((each: any) => each.text ?? '')
      .join('')
      .split('\n');
  if (typeof node.text === 'string') return node.text.split('\n');
  return Object.values(node).flatMap(textsIn);
}

/** A space that does not break is a space. */
function asRead(text: string): string {
  return text.replaceAll('\u{a0}', ' ');
}

/** What a person reads on a button, or in the menu behind “…”. */
function labelsOf({ type, text, options, placeholder }: any): string[] {
  if (type === 'overflow') return options.map((option: any) => option.text.text);
  return [type === 'button' ? text.text : placeholder.text];
}

/** What a message shows. */
export function readSlack(message: Payload): SlackCard {
  const blocks: Payload[] = message['blocks'] ?? [];
  const shown = blocks.filter(({ type }) => type !== 'actions').map(({ accessory: _menu, ...block }) => block);
  const lines = textsIn(shown).map(asRead);
  return {
    ts: message['ts'],
    threadTs: message['thread_ts'],
    summary: String(message['text'] ?? '')
      .replaceAll('\u2060', '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
    text: lines.join('\n'),
    fact: (label) => lines.find((line) => line.startsWith(`${label}: `))?.slice(label.length + 2),
    buttons: blocks.flatMap(({ type, elements }) => (type === 'actions' ? elements.flatMap(labelsOf).map(asRead) : [])),
    message,
  };
}

/** How payloads get to the bot. */
export type Way = 'socket' | 'http';

/** People in a Slack that talk with the bot at `botUrl`, by Socket Mode or by HTTP. */
export function createSlackChat(slack: FakeSlack, botUrl: string, way: Way) {
  /** Resolves once the bot has acknowledged; how long that took, milliseconds. */
  async function deliver(kind: 'event' | 'command' | 'interaction', payload: Payload): Promise<number> {
    if (way === 'socket') {
      const envelope = ({ event: 'events_api', command: 'slash_commands', interaction: 'interactive' } as const)[kind];
      const delivery = await slack.socket.sendEnvelope(envelope, payload);
      if (kind === 'command' && delivery.answer?.['text'])
        slack.showAnswer({ channel: payload['channel_id'], user: payload['user_id'] }, delivery.answer);
      return delivery.ms!;
    }
    const { status, body, ms } = await postToBot(`${botUrl}/api/slack/events`, payload, { kind });
    assert.equal(status, 200);
    if (kind === 'command' && body?.text)
      slack.showAnswer({ channel: payload['channel_id'], user: payload['user_id'] }, body);
    return ms;
  }

  /** The bot's own messages in a conversation. */
  function answers(channel: string): SlackCard[] {
    return slack
      .messages(channel)
      .filter((message: SlackMessage) => message.bot_id !== undefined)
      .map((message) => readSlack(message as unknown as Payload));
  }

  /** The next message of the bot there that matches, counted from `after` messages on. */
  function answer(
    channel: string,
    after: number,
    matches: (card: SlackCard) => boolean = () => true,
  ): Promise<SlackCard> {
    return slack.until(() => answers(channel).slice(after).find(matches), `an answer in ${channel}`);
  }

  /** Types something and waits for the answer; in channels with a mention. */
  async function say(
    text: string,
    { channel = 'D0ALICE', user = 'U0BOB', ...partial }: Payload & { channel?: string; user?: string } = {},
  ): Promise<SlackCard> {
    const before = answers(channel).length;
    const event = channel.startsWith('D')
      ? directMessage(text, { channel, user, ...partial })
      : appMention(`<@U0BOT> ${text}`, { channel, user, ...partial });
    await deliver('event', eventCallback(event));
    return answer(channel, before, ({ summary }) => !/^\w+: \d+ of \d+ targets done$/.test(summary));
  }

  /** Types `/certbot …`; resolves once it was acknowledged. */
  async function command(text: string, partial: Payload = {}): Promise<void> {
    const { channel_id: channel = 'C0OPS', user_id: user = 'U0BOB' } = partial;
    const url = slack.responseUrl({ channel, user });
    await deliver('command', slashCommand(text, url, { user_id: 'U0BOB', user_name: 'bob', ...partial }));
  }

  /** The newest thing that only this person sees, once there are more than `after` of them. */
  function whisper(user: string, after: number): Promise<SlackCard> {
    return slack.until(() => {
      const all = slack.ephemerals(user);
      return all.length > after ? readSlack(all.at(-1) as unknown as Payload) : undefined;
    }, `something that only ${user} sees`);
  }

  /** Presses a button or chooses a menu entry. */
  async function press(
    label: string,
    card: SlackCard,
    options: { user?: string; team?: string; occurrence?: number; isEphemeral?: boolean; partial?: Payload } = {},
  ) {
    const { user = 'U0BOB' } = options;
    const { channel } = card.message;
    const responseUrl = slack.responseUrl({ channel, user, messageTs: card.ts });
    await deliver('interaction', blockActions(label, { message: card.message, responseUrl, ...options, user }));
  }

  return { deliver, answers, answer, say, command, whisper, press };
}

export type SlackChat = ReturnType<typeof createSlackChat>;
