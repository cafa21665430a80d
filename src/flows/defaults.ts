import type { Freeze } from '../core/model/reminder.ts';
import type { StoreOperations } from '../core/ports/store.ts';
import type { FlowContext } from './context.ts';

/** Name of the value in the store. */
const KEY = 'default-settings';

/** What holds wherever a conversation has set nothing itself; what is missing is as configured. */
export interface DefaultSettings {
  timeZone?: string;
  /** "none": none at all. */
  holidays?: string;
  freezes?: Freeze[];
}

export interface Defaults {
  current(operations: StoreOperations): Promise<DefaultSettings>;
  set(operations: StoreOperations, settings: DefaultSettings): Promise<void>;
  /** Takes over what is stored, perhaps by another replica. True: it is another than before. */
  refresh(): Promise<boolean>;
}

/** The defaults that the operators set, over those of the configuration. */
export function createDefaults(context: FlowContext): Defaults {
  const { store, settings } = context;
  const { defaultTimeZone, holidays, freezes } = settings;
  let applied = '{}';

  async function read(operations: StoreOperations): Promise<string> {
    return (await operations.getValue(KEY)) ?? '{}';
  }

  return {
    current: async (operations) => JSON.parse(await read(operations)) as DefaultSettings,
    set: (operations, next) => operations.setValue(KEY, Object.keys(next).length === 0 ? null : JSON.stringify(next)),
    async refresh() {
      const text = await read(store);
      if (text === applied) return false;
      applied = text;
      const stored = JSON.parse(text) as DefaultSettings;
      settings.defaultTimeZone = stored.timeZone ?? defaultTimeZone;
      settings.holidays = stored.holidays === 'none' ? null : (stored.holidays ?? holidays);
      settings.freezes = stored.freezes ?? freezes;
      return true;
    },
  };
}
