import type { ConversationInput } from '../../src/core/model/conversation.ts';
import type { Actor } from '../../src/core/model/people.ts';
import type { SignIn } from '../../src/core/ports/channel.ts';
import { textOf as lineText, type Card, type CardFact } from '../../src/core/card.ts';
import type { WiredOutlook } from './wired-outlook.ts';

/** Subjects, up to what they are about, of a pair of events. */
export const PAIR = ['Certificate expires', 'Renew certificate'];
export const PAAR = ['Zertifikat erneuern', 'Zertifikat läuft ab'];

/** What our events in a mailbox are, sorted, without what they are about. */
export function kindsIn(it_: WiredOutlook, mailbox: string): string[] {
  return it_.graph
    .events(mailbox)
    .filter(({ tag }) => tag !== null)
    .map(({ subject }) => subject.replace(/:.*/s, ''))
    .toSorted();
}

/** Everything a reader can see of a card, with spaces that may break. */
export function textOf(card: Card): string {
  const { summary, state, title, lead, todo, text = [], facts = [], groups = [], details = [], footnote = '' } = card;
  const told = (list: CardFact[]): string[] => list.map(({ label, value }) => `${label}: ${value}`);
  const grouped = groups.flatMap(({ heading, text: lines = [], rows = [], facts: own = [], more }) => [
    heading,
    ...lines.map(lineText),
    ...rows.map(({ name, sub, date, distance }) =>
      [lineText(name), sub, date, distance].filter((part) => part !== undefined).join(' | '),
    ),
    ...told(own),
    more,
  ]);
  const lines = [summary, state?.word, title, lineText(lead ?? ''), todo?.task, todo?.then, ...text, ...told(facts)];
  return [...lines, ...grouped, ...told(details), footnote]
    .filter((line) => line !== undefined && line !== '')
    .join('\n')
    .replaceAll('\u{a0}', ' ');
}

/** What a button of a card carries; undefined when it has no such button. */
export function carriedBy(card: Card, label: string | RegExp): Record<string, string | number | boolean> | undefined {
  for (const one of card.actions ?? []) {
    const matches = typeof label === 'string' ? one.label === label : label.test(one.label);
    if (matches && one.kind === 'execute') return one.action.data;
  }
  return undefined;
}

/** A press as it comes over the wire, whatever stands in the chat. `ephemeral`: only the presser sees what they pressed. */
export async function pressForged(
  it_: WiredOutlook,
  actor: Actor,
  conversation: ConversationInput,
  action: { name: string; data?: Record<string, string | number | boolean> },
  { ephemeral = null }: { ephemeral?: unknown } = {},
): Promise<Card | null> {
  const { name, data = {} } = action;
  const inbound = { conversation, thread: null, ephemeral, actor, action: { name, data }, receivedAt: it_.now() };
  const card = await it_.bot.inbox.action(inbound);
  await it_.bot.settled();
  return card;
}

/** People sign in and out at once; `happened` keeps the order of what happened. */
export function createFakeSignIn(happened: string[] = []) {
  const tokens = new Map<string, string>();
  const signIn: SignIn = {
    channel: 'plain',
    token: (personId) => Promise.resolve(tokens.get(personId) ?? null),
    signOut(personId) {
      happened.push('signed out');
      tokens.delete(personId);
      return Promise.resolve();
    },
  };
  return { tokens, happened, signIn };
}

/** An access token as Microsoft Entra gives it, which says whose it is; nobody checks its signature. */
export function tokenWith(claims: Record<string, unknown>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part({ aud: 'https://graph.microsoft.com', ...claims })}.signature`;
}
