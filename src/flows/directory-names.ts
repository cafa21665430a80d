import { DeliveryError } from '../core/errors.ts';
import type { DirectoryNames } from '../core/model/people.ts';
import type { FlowContext } from './context.ts';

/**
 * Whether two names, directory object ids or addresses, are one person's. Addresses change hands, and in places several
 * people have the same: what counts is the object id. False where the directory does not tell.
 */
export async function isSamePerson(
  context: Pick<FlowContext, 'calendar' | 'log'>,
  one: string,
  other: string,
): Promise<boolean> {
  if (one.toLowerCase() === other.toLowerCase()) return true;
  const idOf = async (name: string): Promise<string | undefined> => {
    const id = name.includes('@') ? (await namesOf(context, name))?.id : name;
    return id?.toLowerCase();
  };
  const id = await idOf(one);
  return id !== undefined && id === (await idOf(other));
}

/**
 * Every name of whoever has an address, as far as the directory tells; null when it does not, or cannot be asked just
 * now.
 */
export async function namesOf(
  { calendar, log }: Pick<FlowContext, 'calendar' | 'log'>,
  address: string,
): Promise<DirectoryNames | null> {
  try {
    return (await calendar?.lookUp(address)) ?? null;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    log.debug({ err: error }, 'the directory does not tell who has an address');
    return null;
  }
}
