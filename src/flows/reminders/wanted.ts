import type { Observation } from '../../core/certificates/certificate.ts';
import { currentLeaves } from '../../core/certificates/state.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import { verdictOf } from '../../core/alerts/findings.ts';
import { languageOf, sayIn } from '../../core/language/language.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { JoinedTarget } from '../../core/model/watch.ts';
import type { Wanted } from '../../core/model/reminder.ts';
import { typedTarget } from '../../core/targets/target.ts';
import { sound } from '../../core/sound.ts';
import type { Addressee } from '../../core/reminders/destination.ts';
import type { FlowContext } from '../context.ts';
import { ownView } from '../trusted-view.ts';
import { chunksOf } from './chunks.ts';

/** A watch with its conversation and target, whose reminders go to a place, and for whom. */
export interface Destined extends JoinedTarget {
  addressee: Addressee;
}

type Draft = Omit<Wanted, 'certificate' | 'targets'> & { targets: Set<string>; owners: string[] };

function merge(into: string[], more: string[]): void {
  for (const one of more) if (!into.includes(one)) into.push(one);
}

/** Where to read on: the message that began the watch, and everything about its target. */
function readOn({ watch, conversation }: Destined, context: FlowContext): Pick<Wanted, 'link' | 'message' | 'show'> {
  const messenger = context.messengers.get(conversation.channel);
  const message = messenger?.messageLink?.(conversation, watch.createdBy) ?? null;
  const command = `show ${typedTarget(watch.uri)}`;
  return {
    link: messenger?.link(conversation) ?? null,
    ...(message === null ? {} : { message }),
    show: { command, url: messenger?.draftLink?.(conversation, command) ?? null },
  };
}

function draftOf(one: Destined, context: FlowContext): Draft {
  const { addressee } = one;
  return {
    targets: new Set<string>(),
    policies: [],
    language: languageOf(addressee.locale),
    replaced: [],
    verdict: [],
    ...readOn(one, context),
    owners: [],
    holidays: [],
    freezes: [],
  };
}

/**
 * Gathers what one place should be reminded of. Watches are added in the order of their ids: the first of a certificate
 * decides in which language its events are written and what they link to.
 */
export function gatherWanted(context: FlowContext) {
  const byPrint = new Map<string, Draft>();

  function add(one: Destined): void {
    const { watch, conversation, target } = one;
    for (const { leaf, replaced } of currentLeaves(target.state)) {
      const draft = byPrint.get(leaf) ?? draftOf(one, context);
      byPrint.set(leaf, draft);
      draft.targets.add(target.uri);
      const policy = policyOf({ watch, conversation });
      // Equal ones say nothing new, and a certificate may be on thousands of targets.
      if (!draft.policies.includes(policy)) draft.policies.push(policy);
      if (replaced) merge(draft.replaced, [replaced]);
      if (watch.ownerName !== '') merge(draft.owners, [watch.ownerName]);
      const verdict = (seen: Observation | null): string[] =>
        verdictOf(ownView(context, conversation, seen), target.uri, { now: context.now(), say: sayIn(draft.language) });
      // Without its words an event is still there: left out altogether it would be taken for one that nobody wants.
      const leftOut = (error: unknown): void =>
        context.log.error(
          { err: error, target: target.id },
          'an event is planned without what is wrong with the chain',
        );
      for (const sentences of sound([target.observation], verdict, leftOut)) merge(draft.verdict, sentences);
      const region = conversation.settings.holidays ?? context.settings.holidays;
      if (region !== null && region !== 'none') merge(draft.holidays, [region]);
      for (const freeze of conversation.settings.freezes ?? context.settings.freezes) {
        if (!draft.freezes.some(({ from, to }) => from === freeze.from && to === freeze.to)) draft.freezes.push(freeze);
      }
    }
  }

  async function finish(operations: StoreOperations, pause: () => Promise<unknown>): Promise<Wanted[]> {
    const wanted: Wanted[] = [];
    for (const drafts of chunksOf([...byPrint])) {
      const stored = await operations.getCertificates(drafts.map(([fingerprint]) => fingerprint));
      const certificates = new Map(stored.map((one) => [one.fingerprint, one]));
      for (const [fingerprint, { targets, ...draft }] of drafts) {
        const certificate = certificates.get(fingerprint);
        if (certificate) wanted.push({ certificate, targets: [...targets].toSorted(), ...draft });
      }
      await pause();
    }
    return wanted;
  }

  return { add, finish };
}
