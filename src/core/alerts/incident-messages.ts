import type { Incident } from '../model/incident.ts';
import { isOnlyPassing, overOf, shownOf, tell, wake, type Desk, type Outcome, type Telling } from './incident-desk.ts';

/** Incidents that are over, of which whoever has them is still to be told. */
export function closings(desk: Desk): void {
  const { standings, known, ready, now } = desk;
  for (const [cause, incident] of known) {
    if (incident.told.closing !== true) continue;
    const standing = standings.get(cause) ?? { incident, members: [], over: incident.told.named };
    ready.push({ ...standing, news: 'closed', fresh: [], since: incident.closedAt ?? now, isPressing: false });
  }
}

/** One message with everything that is ready, unless it may not be sent yet. */
export function compose(desk: Desk): { send: Outcome['send']; followed: string[] } {
  const { ready, now, rules, known, standings } = desk;
  if (ready.length === 0) return { send: null, followed: [] };
  const lastSent = Math.max(0, ...desk.incidents.map(({ sentAt }) => sentAt ?? 0));
  const isHeld =
    desk.soon < Infinity &&
    !ready.some(({ isPressing }) => isPressing) &&
    ready.every(({ since }) => now - since < rules.siblings + rules.groupWait);
  // Where the clock was set back, nobody waits for it.
  const next = lastSent <= now ? lastSent + rules.sendEvery : 0;
  if (isHeld || now < next) {
    wake(desk, isHeld ? desk.soon : next);
    return { send: null, followed: [] };
  }
  const id = desk.uuid();
  const followed = new Set<string>();
  const parts = ready.map((one): Telling => {
    const { incident, members, news, fresh, isMissed = false } = one;
    if (news === 'closed') {
      const { closing: _, ...told } = incident.told;
      const next = { ...incident, told, sentAt: now };
      known.set(incident.cause, next);
      standings.set(incident.cause, { ...one, incident: next });
      return { incident: next, members, over: one.over, news, fresh };
    }
    if (incident.message !== null) followed.add(incident.message);
    const told = tell(incident, members);
    const taken = news === 'stage' ? { takenBy: null } : {};
    const next: Incident = {
      ...{ ...incident, ...taken, told, message: id, first: incident.first ?? id, sentAt: now, editedAt: now },
      snoozedUntil: null,
      installsAt: news !== 'stage' && (incident.installsAt ?? 0) > now ? incident.installsAt : null,
    };
    const standing = { incident: next, members: standings.get(incident.cause)!.members, over: overOf(next, members) };
    const shown = { ...next, told: { ...told, shown: shownOf(standing) } };
    known.set(incident.cause, shown);
    standings.set(incident.cause, { ...standing, incident: shown });
    return { incident: shown, members, over: standing.over, news, fresh, isMissed };
  });
  return { send: { id, parts }, followed: [...followed] };
}

/** Messages that show something else than what holds. */
export function edited(desk: Desk): Outcome['edits'] {
  const { standings, known, now, rules } = desk;
  const messages = Map.groupBy(
    [...standings.values()].filter(({ incident }) => incident.message !== null),
    ({ incident }) => incident.message!,
  );
  const edits: Outcome['edits'] = [];
  for (const [id, parts] of messages) {
    if (parts.every((part) => part.incident.told.shown === shownOf(part))) continue;
    const last = Math.max(...parts.map(({ incident }) => incident.editedAt ?? 0));
    if (last <= now && now < last + rules.editEvery) {
      wake(desk, last + rules.editEvery);
      continue;
    }
    for (const part of parts) {
      const { incident, members } = part;
      // What a renewal took away is named where it is shown.
      const more = isOnlyPassing(incident.told) ? members.map(({ view }) => view.targetId) : [];
      const named = [...new Set([...incident.told.named, ...more])];
      const next = { ...incident, editedAt: now, told: { ...incident.told, named, shown: shownOf(part) } };
      part.incident = next;
      known.set(incident.cause, next);
    }
    edits.push({ id, parts });
  }
  return edits;
}
