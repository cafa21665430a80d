import assert from 'node:assert/strict';
import { sayIn, type Language, type Say } from '../../../src/core/language/language.ts';
import type { ChannelUnderTest, Place, SeenCard, SeenMessage } from './channel-under-test.ts';

/** A message that is new, or not as it was before. */
export interface Sight extends SeenMessage {
  /** Its number in the order of posting, from 1, among those of its place: nothing orders one place and another. */
  number: number;
}

/** What a person did (or what happened), and what was to be seen afterwards that was not before. */
export interface Step {
  did: string;
  sees: Sight[];
}

export type Transcript = Step[];

/** A transcript, and the name of the channel that it is from. */
export interface Told {
  name: string;
  transcript: Transcript;
}

type Label = Parameters<Say>[0];

/** What scenarios are made of: does something in the channel, waits, and writes down what people see. */
export interface Story {
  channel: ChannelUnderTest;
  /** Types a message; in the personal chat unless `place` says otherwise. */
  say(text: string, place?: Place): Promise<void>;
  /** By the button's message, with what stands in it. */
  press(label: Label | [Label, Parameters<Say>[1]], row?: string): Promise<void>;
  later(ms: number, what: string): Promise<void>;
  /** Anything else. With `settle` false the bot is still at work when it is written down. */
  happens(what: string, action: () => Promise<void> | void, options?: { settle: boolean }): Promise<void>;
  /** The same, of which nothing is to be seen. */
  unseen(what: string, action: () => Promise<void> | void): Promise<void>;
}

/** A scenario: the same steps in whichever channel. */
export type Scenario = (story: Story) => Promise<void>;

const PLACES: Record<Place, string> = { personal: '', channel: ' in the channel', thread: ' in the thread' };

/**
 * Runs a scenario in a channel and returns what people saw. Ends the channel. Rejects with the step that failed, and
 * why as its cause. `language`: that of the person, in which buttons are found.
 */
export async function transcribe(
  channel: ChannelUnderTest,
  scenario: Scenario,
  language: Language = 'en',
): Promise<Told> {
  const words = sayIn(language);
  const steps: Transcript = [];
  const before: Record<SeenMessage['place'], string[]> = { personal: [], channel: [] };

  let doing = '';

  function look(did: string): Sight[] {
    const sees: Sight[] = [];
    const messages = channel.messages();
    for (const place of ['personal', 'channel'] as const) {
      const here = messages.filter((message) => message.place === place);
      for (const [index, message] of here.entries())
        if (before[place][index] !== JSON.stringify(message)) sees.push({ number: index + 1, ...message });
      before[place] = here.map((message) => JSON.stringify(message));
    }
    steps.push({ did, sees });
    return sees;
  }

  async function happens(
    what: string,
    action: () => Promise<void> | void,
    { settle } = { settle: true },
  ): Promise<Sight[]> {
    doing = what;
    await action();
    if (settle) await channel.settled();
    return look(what);
  }

  async function unseen(what: string, action: () => Promise<void> | void): Promise<void> {
    const sees = await happens(what, action);
    assert.deepEqual(
      sees.map(({ card }) => card.summary),
      [],
      'nothing was to be seen of it',
    );
  }

  let failure: unknown = null;
  try {
    await scenario({
      channel,
      async say(text, place = 'personal') {
        await happens(`says “${text}”${PLACES[place]}`, () => channel.say(text, place));
      },
      async press(which, row) {
        const label = typeof which === 'string' ? words(which) : words(...which);
        const beside = row === undefined ? '' : ` beside ${row}`;
        await happens(`presses “${label}”${beside}`, () => channel.press(label, row));
      },
      async later(ms, what) {
        await happens(what, () => channel.later(ms));
      },
      async happens(what, action, options) {
        await happens(what, action, options);
      },
      unseen,
    });
  } catch (error) {
    failure = error;
  }
  await channel.end().catch((error: unknown) => (failure ??= error));
  if (failure !== null) throw new Error(`${channel.name} failed at the step “${doing}”`, { cause: failure });
  return { name: channel.name, transcript: steps };
}

function cardLines(card: SeenCard): string[] {
  return [
    `[${card.tone}] ${card.title}`,
    `(${card.summary})`,
    ...card.texts,
    ...card.facts.map(({ label, value }) => `${label}: ${value}`),
    ...card.rows.map((cells) => `| ${cells.join(' | ')} |`),
    ...card.menus.map((labels) => `menu: ${labels.join(' / ')}`),
    ...card.footnotes.map((line) => `~ ${line}`),
    ...card.buttons.map(({ label, url }) =>
      url === null ? `<${label}>` : `<${label}: ${url.replace(/\?.*$/s, '?…')}>`,
    ),
  ];
}

/** A transcript as lines of text, for people to read; queries of links are left out. */
export function transcriptLines(transcript: Transcript): string[] {
  return transcript.flatMap(({ did, sees }) => [
    `* ${did}`,
    ...sees.flatMap(({ number, place, thread, edits, card }) => [
      `  message ${number}, ${place}${thread === null ? '' : `, below “${thread}”`}${edits > 0 ? `, edited (${edits})` : ''}`,
      ...cardLines(card).map((line) => `    ${line}`),
    ]),
  ]);
}
