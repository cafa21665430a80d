import type { Card, CardAction, Tone } from '../card.ts';
import { isCertificate } from '../certificates/certificate.ts';
import type { AlertItem } from '../alerts/alerts.ts';
import type { Say } from '../language/language.ts';
import type { MessageKey } from '../language/messages/en.ts';
import type { Persona } from '../model/conversation.ts';

function openingKey(item: AlertItem, tone: Tone): MessageKey {
  if (item.kind === 'renewed' && tone !== 'good') return 'clippy.replaced';
  if (item.kind === 'renewed' && !isCertificate(item.to)) return 'clippy.date-renewed';
  if (item.kind === 'stage') {
    const isOver = item.boundary.stage === 'expired';
    if (!isCertificate(item.certificate)) return isOver ? 'clippy.date-expired' : 'clippy.date';
    return isOver ? 'clippy.expired' : 'clippy.stage';
  }
  if (item.kind === 'finding') return item.finding === 'unreachable' ? 'clippy.unreachable' : 'clippy.finding';
  return `clippy.${item.kind}`;
}

/** What a persona says before an alert, by what weighs most in it, and how it looks; nothing where nobody is played. */
export function openingOf(
  persona: Persona | undefined,
  { item, tone }: { item: AlertItem; tone: Tone },
  say: Say,
): Pick<Card, 'opening'> {
  return persona === 'clippy' ? { opening: say(openingKey(item, tone)) } : {};
}

/** The buttons of an alert; whoever asked “Would you like help with that?” has the answer as the first of them. */
export function helpFirst({ opening, tone }: Pick<Card, 'opening' | 'tone'>, actions: CardAction[]): CardAction[] {
  const isHelp = (each: CardAction): boolean => each.kind === 'execute' && each.action.name === 'renew';
  const help = actions.find((each) => isHelp(each));
  if (opening === undefined || tone === 'good' || help?.kind !== 'execute') return actions;
  const { isRare: _isRare, ...visible } = help;
  return [{ ...visible, style: 'positive' }, ...actions.filter((each) => each !== help)];
}
