import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { AdminsArgument } from '../../../core/chat/typed-rights.ts';
import { DeliveryError } from '../../../core/errors.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Admins, Conversation } from '../../../core/model/conversation.ts';
import { administeredBy, adminsInWords } from '../rights.ts';
import { nameOf } from '../../people/recipients.ts';
import { personOf } from './people.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';

/** Whether the asker administers the conversation's team or workspace; null also while that cannot be found out. */
async function isChief({ rights }: CommandContext, { inbound }: Request, conversation: Conversation) {
  try {
    return await rights.administers(inbound.actor, conversation);
  } catch (error) {
    if (error instanceof DeliveryError) return null;
    throw error;
  }
}

/** Who may change settings here, in words. */
export async function shownAdmins(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
): Promise<string> {
  const { admins } = conversation.settings;
  const { say } = request;
  if (!admins) return say('settings.admins.everybody');
  return adminsInWords(admins, conversation, (await isChief(context, request, conversation)) !== null, say);
}

/** What is worth knowing of what has been set: that it is no good to the asker, or how others come to count. */
function hints(conversation: Conversation, told: boolean | null, people: Admins['people'], say: Say): string[] {
  const administered = administeredBy(conversation);
  if (told === false && people.length === 0) return [say('settings.admins.not-you')];
  if (told !== null) return [];
  return [
    ...(people.length === 0 ? [say('settings.admins.name-others')] : []),
    ...(administered === 'nothing' ? [] : [say(`settings.admins.grant-${administered}`)]),
  ];
}

/** `settings admins`: who may end watches and change settings here. */
export async function setAdmins(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  value: AdminsArgument,
): Promise<Reply> {
  const { say, inbound } = request;
  const { id, name } = inbound.actor;
  if (conversation.kind === 'personal') return forAsker(problemCard(say('settings.admins.direct'), say));
  const people: Admins['people'] = [];
  for (const argument of value.who === 'only' ? value.people : []) {
    const mention = argument.kind === 'mention' ? inbound.mentions[argument.index] : undefined;
    // Who is mentioned need not be written to.
    if (mention) people.push({ id: mention.id, name: mention.text.replace(/^@/, '') });
    else {
      const actor = (await personOf(context, request, argument))?.actor ?? inbound.actor;
      people.push({ id: actor.id, name: nameOf(actor) });
    }
  }
  const admins: Admins | null = value.who === 'everybody' ? null : { by: { id, name }, people };
  const told = admins && (await isChief(context, request, conversation));
  const title =
    admins === null
      ? say('settings.admins.unset')
      : say('settings.admins.changed', { who: adminsInWords(admins, conversation, told !== null, say) });
  const subject = admins === null ? 'everybody' : ['only', ...people.map((one) => one.name)].join(' ');
  return {
    card: sentenceCard(title, '', say, {
      tone: 'good',
      more: admins === null ? [] : hints(conversation, told, people, say),
    }),
    async commit(operations) {
      await operations.recordAudit([auditOf(context, inbound, 'settings', `admins ${subject}`.slice(0, 200))]);
      const { settings } = (await operations.lockConversation(conversation.id)) ?? conversation;
      const { admins: _before, ...others } = settings;
      await operations.setConversationSettings(conversation.id, admins === null ? others : { ...others, admins });
    },
  };
}
