import assert from 'node:assert/strict';
import { ownWords } from '../../src/channels/teams/quotes.ts';
import { readText as readTeams } from '../../src/channels/teams/text.ts';
import { readText as readSlack } from '../../src/channels/slack/text.ts';
import { parseCommand } from '../../src/core/chat/command.ts';
import type { Threshold } from '../../src/core/certificates/stages.ts';
import type { TypedTarget } from '../../src/core/chat/typed-targets.ts';
import { EN } from '../support/certificate-facts.ts';
import { IN_SLACK, IN_TEAMS } from './pasted-texts.ts';

const BOT = { id: '28:bot', name: 'Certbot' };

interface Read {
  text: string;
  mentions: { text: string }[];
}

function inTeams(raw: string): Read {
  return readTeams({ text: ownWords(raw, []), mentions: [{ id: BOT.id, text: '<at>Certbot</at>' }], bot: BOT });
}

function inSlack(raw: string): Read {
  return readSlack({ text: raw, botUserId: 'UBOT' });
}

function shownTarget(target: TypedTarget): string {
  if ('problem' in target) return `[${target.text}]`;
  if ('named' in target) return `date:${target.named.given} ${target.named.name}`;
  if ('exchangersOf' in target) return `mx:${target.exchangersOf}`;
  return target.uri.replace(/^tls:\/\//, '').replace(/:443(?=$|\?)/, '');
}

function shownPolicy(policy: Threshold[] | 'default'): string {
  if (policy === 'default') return policy;
  return policy.map((one) => (one.kind === 'share' ? `${one.percent}%` : `${one.ms / 60_000}m`)).join(' ');
}

/** What was understood, in one line. */
function meaning({ text, mentions }: Read): string {
  const command = parseCommand(
    text,
    EN,
    mentions.map((mention) => mention.text),
  );
  if (command.verb === 'problem') return `! ${command.sentence}`;
  const parts: string[] = [command.verb];
  if ('targets' in command && command.targets)
    parts.push(command.targets === 'all' ? 'all' : command.targets.map(shownTarget).join(' '));
  if ('target' in command) parts.push(shownTarget(command.target));
  if ('filter' in command && command.filter !== '') parts.push(command.filter);
  if ('policy' in command && command.policy) parts.push(`remind ${shownPolicy(command.policy)}`);
  if (command.ignored) parts.push(`~ ${command.ignored.join(' / ')}`);
  return parts.join(' ');
}

describe('what people paste', () => {
  for (const [where, read, texts] of [
    ['Teams', inTeams, IN_TEAMS],
    ['Slack', inSlack, IN_SLACK],
  ] as const)
    for (const [raw, meant] of texts)
      it(`into ${where}: ${JSON.stringify(raw)}`, () => {
        const understood = meaning(read(raw));
        assert.equal(meant.startsWith('! ') ? understood.slice(0, meant.length) : understood, meant);
      });
});
