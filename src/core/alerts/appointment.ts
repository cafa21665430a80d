import type { Incident } from '../model/incident.ts';
import { MINUTE } from '../time.ts';
import { wake, type Desk, type Member } from './incident-desk.ts';

/** So long after its beginning an appointment is not missed: that is how long its event is. */
const LENGTH = 30 * MINUTE;

/**
 * How the appointment stands at which somebody installs what mends an incident: still `ahead` or under way, when nothing
 * is said of stages; `missed`, when it was looked at afterwards and nothing has changed; null: there is none. From its
 * beginning on it is looked at every few minutes.
 */
export function appointmentOf(
  desk: Desk,
  { installsAt }: Pick<Incident, 'installsAt'>,
  members: Member[],
): 'ahead' | 'missed' | null {
  const { now, rules, looks } = desk;
  if (installsAt === null) return null;
  wake(desk, installsAt);
  if (now < installsAt) return 'ahead';
  const end = installsAt + LENGTH;
  const isOver = now >= end;
  let isSeen = true;
  for (const { view } of members) {
    const lookedAt = view.lookedAt ?? 0;
    if (lookedAt >= end) continue;
    isSeen = false;
    if (isOver || lookedAt < installsAt || now - lookedAt >= rules.partly.every) looks.add(view.targetId);
  }
  wake(desk, isOver ? now + rules.editEvery : Math.min(end, now + rules.partly.every));
  // Where a look does not end, nobody waits for ever.
  return isOver && (isSeen || now >= end + rules.lookWait) ? 'missed' : 'ahead';
}
