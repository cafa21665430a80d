import type { Card } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { enumerate, shorten } from '../../language/wording.ts';
import type { Watch } from '../../model/watch.ts';
import { briefTarget } from '../../targets/target.ts';
import { sentenceCard } from './replies.ts';

const MOST_ROWS = 30;

function targetsOf(watches: Watch[], say: Say): string {
  return enumerate(
    watches.map(({ uri }) => briefTarget(uri)),
    5,
    say,
  );
}

/** Tags as people type them. */
export function tagWords(tags: string[]): string {
  return tags.map((tag) => `#${tag}`).join(' ');
}

/** The facts of `show` that people have put there. */
export function ownFacts({ note, tags }: Watch, say: Say): { label: string; value: string }[] {
  return [
    ...(note ? [{ label: say('label.note'), value: shorten(note, 500) }] : []),
    ...(tags && tags.length > 0 ? [{ label: say('label.tags'), value: tagWords(tags) }] : []),
  ];
}

/** What is noted of targets. */
export function notesCard(watches: Watch[], say: Say): Card {
  const noted = watches.filter(({ note }) => note);
  if (noted.length === 0)
    return sentenceCard(say('note.title'), say('note.none', { targets: targetsOf(watches, say) }), say);
  const [only] = noted;
  const summary =
    noted.length === 1
      ? say('note.tell', { target: briefTarget(only!.uri), note: shorten(only!.note!, 300) })
      : say('note.tell-many', { number: noted.length });
  if (noted.length === 1) return sentenceCard(say('note.title'), summary, say);
  return {
    language: say.language,
    summary,
    title: say('note.title'),
    tone: 'neutral',
    groups: [
      {
        heading: say('note.noted', { number: noted.length }),
        rows: noted.slice(0, MOST_ROWS).map(({ uri, note }) => ({ name: briefTarget(uri), sub: shorten(note!, 200) })),
        ...(noted.length > MOST_ROWS ? { more: say('report.more', { number: noted.length - MOST_ROWS }) } : {}),
      },
    ],
  };
}

/** A note was made or removed. */
export function notedCard(watches: Watch[], note: string | null, say: Say): Card {
  const targets = targetsOf(watches, say);
  const sentence =
    note === null ? say('note.removed', { targets }) : say('note.done', { targets, note: shorten(note, 500) });
  return sentenceCard(say(note === null ? 'note.removed.title' : 'note.done.title'), sentence, say, { tone: 'good' });
}

/** Which tags there are, with how many targets have them. */
export function tagsCard(watches: Watch[], say: Say): Card {
  const groups = Map.groupBy(
    watches.flatMap(({ tags = [] }) => tags),
    (tag) => tag,
  );
  const counted = [...groups]
    .map(([tag, { length }]) => ({ tag, length }))
    .toSorted((a, b) => b.length - a.length || a.tag.localeCompare(b.tag));
  if (counted.length === 0) return sentenceCard(say('tag.title'), say('tag.nowhere'), say);
  return {
    language: say.language,
    summary: say('tag.summary', { number: counted.length, tags: tagWords(counted.slice(0, 5).map(({ tag }) => tag)) }),
    title: say('tag.title'),
    tone: 'neutral',
    groups: [
      {
        heading: say('tag.heading', { number: counted.length }),
        rows: counted.slice(0, MOST_ROWS).map(({ tag, length }) => ({
          name: `#${tag}`,
          date: String(length),
          actions: [
            {
              kind: 'execute',
              label: say('tag.list', { tag }),
              action: { name: 'list-page', data: { page: 1, filter: `#${tag}` } },
            },
          ],
        })),
        ...(counted.length > MOST_ROWS ? { more: say('report.more', { number: counted.length - MOST_ROWS }) } : {}),
      },
    ],
  };
}

/** Which tags targets have. */
export function tagsOfCard(watches: Watch[], say: Say): Card {
  const [only] = watches;
  if (watches.length > 1 || !only) return tagsCard(watches, say);
  const values = { target: briefTarget(only.uri), tags: tagWords(only.tags ?? []) };
  return sentenceCard(say('tag.title'), say(only.tags?.length ? 'tag.tell' : 'tag.none', values), say);
}

/** Tags were put on targets, or taken off. */
export function taggedCard(change: 'tag' | 'untag', watches: Watch[], tags: string[], say: Say): Card {
  const values = { targets: targetsOf(watches, say), tags: tagWords(tags) };
  const [first] = tags;
  const more = change === 'tag' && first !== undefined ? [say('tag.find', { tag: first })] : [];
  return sentenceCard(
    say(`${change}.done.title`),
    say(first === undefined ? 'untag.all' : `${change}.done`, values),
    say,
    { tone: 'good', more },
  );
}
