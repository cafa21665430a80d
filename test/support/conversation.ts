import assert from 'node:assert/strict';
import { replyIdOf } from '../../src/flows/chat/inbox.ts';
import {
  type ConnectorCall,
  type FakeConnector,
  PERSON,
  sendActivity,
  teamsActivity,
} from '../peers/teams/connector.ts';

const PATIENCE = 120_000;
/** The summary of a card that is still being worked on. */
const PROGRESS = /^\w+: \d+ of \d+ targets done$/;

/** A card as it arrived at the connector. */
export interface SeenCard {
  /** The one plain sentence. */
  summary: string;
  /** Every text of the card, one per line, with spaces that may break. */
  text: string;
  /** Value of a fact by its label, those behind _More_ as well. */
  fact: (label: string) => string | undefined;
  /** Rows of the card's groups: name, parts of the quiet line, date, distance. */
  rows: string[][];
  /** All that do something by themselves, those behind _More_ as well. */
  buttons: { title: string; verb?: string; data?: Record<string, unknown>; url?: string }[];
  deliveryId: string | undefined;
  call: ConnectorCall;
}

/** As people read it: escapes of Markdown, breaks that nobody sees and spaces that do not break undone. */
function asRead(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll('\u{a0}', ' ');
}

function textIn({ type, text, inlines }: any): string {
  if (type === 'RichTextBlock') return asRead(inlines.map((run: any) => run.text).join(''));
  return asRead(text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~&])/g, '$1'));
}

/** A label (quiet, and not small) beside or above its value. */
function factIn({ columns }: any): [label: string, value: string] | null {
  const [first, second] = columns.flatMap(({ items }: any) => items);
  const [run] = first?.inlines ?? [];
  return run?.isSubtle && !run.size && second ? [textIn(first), textIn(second)] : null;
}

/** Cells of a row: the name, the parts of its quiet line, date and distance. */
function cellsIn({ columns }: any): string[] {
  return columns.flatMap(({ items }: any) => items.flatMap((item: any) => textIn(item).split(' · ')));
}

function textsIn(node: any, found: string[]): string[] {
  if (Array.isArray(node)) for (const each of node) textsIn(each, found);
  else if (typeof node === 'object' && node !== null) {
    const fact = node.type === 'ColumnSet' ? factIn(node) : null;
    if (fact) found.push(fact.join(': '));
    else if (['RichTextBlock', 'TextBlock'].includes(node.type)) found.push(textIn(node));
    else for (const each of Object.values(node)) textsIn(each, found);
  }
  return found;
}

function nodesOf(node: any, type: string, found: any[] = []): any[] {
  if (typeof node !== 'object' || node === null) return found;
  if (node.type === type) found.push(node);
  for (const each of Object.values(node)) nodesOf(each, type, found);
  return found;
}

/** What an Adaptive Card shows, what is hidden at first as well. */
export function readCard(content: any, call: ConnectorCall): SeenCard {
  const sets = nodesOf(content.body, 'ColumnSet');
  const facts = new Map(sets.map(factIn).filter((fact) => fact !== null));
  const buttons = [...(content.actions ?? []), ...nodesOf(content.body, 'ActionSet').flatMap(({ actions }) => actions)];
  return {
    summary: call.activity['summary'] ?? '',
    text: textsIn(content.body, []).join('\n'),
    fact: (label) => facts.get(label),
    rows: sets.filter((set) => factIn(set) === null).map(cellsIn),
    buttons: buttons.filter(({ type }) => type !== 'Action.ToggleVisibility'),
    deliveryId: call.activity['channelData']?.certbotDeliveryId,
    call,
  };
}

/** The card that a call carries. */
export function cardOf(call: ConnectorCall): SeenCard {
  const content = call.activity['attachments']?.[0]?.content;
  assert.ok(content, `no card in ${call.method} ${JSON.stringify(call.activity)}`);
  return readCard(content, call);
}

/** The address of the calendar feed that the card of `calendar` opens. */
export function feedIn({ buttons }: SeenCard): string {
  const url = buttons.find((button) => button.url?.endsWith('.ics'))?.url;
  assert.ok(url, `no feed among ${buttons.map(({ title }) => title).join(', ')}`);
  return url;
}

export interface ConversationOptions {
  id?: string;
  kind?: 'personal' | 'groupChat' | 'channel';
  person?: { id: string; name: string; aadObjectId?: string };
  name?: string;
}

let serial = 0;

/** One chat with the bot, seen from the side of Teams. */
export function createConversation(connector: FakeConnector, botUrl: string, options: ConversationOptions = {}) {
  const { kind = 'personal', person = PERSON, id = `a:chat-${++serial}-${process.pid}` } = options;
  let url = botUrl;

  function activity(partial: Record<string, unknown> = {}): Record<string, any> {
    const base = teamsActivity(connector.serviceUrl);
    const conversation = {
      ...base['conversation'],
      id,
      conversationType: kind,
      ...(options.name ? { name: options.name } : {}),
    };
    return { ...base, conversation, from: person, ...partial };
  }

  function calls(): ConnectorCall[] {
    return connector.calls.filter(({ conversationId }) => conversationId.replace(/;messageid=.*$/, '') === id);
  }

  /**
   * The first call of this conversation from position `from` on (in `connector.calls`) that matches; fails when none
   * comes in time.
   */
  async function wait(
    matches: (call: ConnectorCall) => boolean,
    { from = 0, within = PATIENCE, what = 'a message' }: { from?: number; within?: number; what?: string } = {},
  ): Promise<ConnectorCall> {
    const until = performance.now() + within;
    for (let position = from; ;) {
      for (; position < connector.calls.length; position += 1) {
        const call = connector.calls[position]!;
        if (call.conversationId.replace(/;messageid=.*$/, '') === id && matches(call)) return call;
      }
      const left = until - performance.now();
      if (left <= 0) {
        const seen = calls().map((call) => `${call.method} ${call.activity['summary'] ?? ''}`);
        throw new Error(`${what} did not come within ${within} ms; what came:\n  ${seen.join('\n  ')}`);
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, left)));
      await Promise.race([connector.received(connector.calls.length + 1), late]);
      clearTimeout(timer);
    }
  }

  /** Sends a message without waiting for its answer; resolves once the bot has taken it. */
  async function send(
    text: string,
    partial: Record<string, unknown> = {},
  ): Promise<{ replyId: string; activity: Record<string, any> }> {
    const message = activity({ text, ...partial });
    const { status } = await sendActivity(url, message);
    assert.equal(status, 200, `the bot answered ${status}`);
    return { replyId: replyIdOf(`teams:${id}:${message['id']}`), activity: message };
  }

  /** The (first) card with this delivery id that is more than progress of a bulk command. */
  async function answerTo(replyId: string, options: { within?: number; what?: string } = {}): Promise<SeenCard> {
    const what = options.what ?? 'the answer';
    return cardOf(
      await wait(
        ({ activity }) => activity['channelData']?.certbotDeliveryId === replyId && !PROGRESS.test(activity['summary']),
        { ...options, what },
      ),
    );
  }

  /** Types a message and resolves to the answering card. */
  async function say(text: string, partial: Record<string, unknown> = {}): Promise<SeenCard> {
    const { replyId } = await send(text, partial);
    return answerTo(replyId, { what: `the answer to “${text.slice(0, 60)}”` });
  }

  /** The next card whose text or summary matches, of those that come from position `from` on. */
  async function next(
    pattern: RegExp,
    { from = 0, within = PATIENCE }: { from?: number; within?: number } = {},
  ): Promise<SeenCard> {
    const call = await wait(
      (one) => one.method !== 'DELETE' && pattern.test(`${one.activity['summary']}\n${cardOf(one).text}`),
      { from, within, what: `a message like ${pattern}` },
    );
    return cardOf(call);
  }

  /** Presses a button: an `adaptiveCard/action` invoke. Resolves to the card that replaces the pressed one. */
  async function press(
    action: { verb?: string | undefined; data?: Record<string, unknown> | undefined },
    partial: Record<string, unknown> = {},
  ): Promise<SeenCard> {
    const invoke = activity({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: action.verb, data: action.data ?? {} }, trigger: 'manual' },
      ...partial,
    });
    const { status, body } = await sendActivity(url, invoke);
    assert.equal(status, 200);
    assert.equal(body.statusCode, 200, JSON.stringify(body));
    const call = { activity: { summary: body.value.speak ?? '' } } as unknown as ConnectorCall;
    return readCard(body.value, call);
  }

  return {
    id,
    person,
    activity,
    calls,
    /** Cards that came, oldest first. */
    cards: () =>
      calls()
        .filter(({ method }) => method !== 'DELETE')
        .map(cardOf),
    send,
    answerTo,
    say,
    next,
    press,
    wait,
    /** Talks to another process from now on, such as one that was started anew. */
    moveTo(next: string) {
      url = next;
    },
  };
}

export type TestConversation = ReturnType<typeof createConversation>;
