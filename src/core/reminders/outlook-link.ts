import { DateTime } from 'luxon';
import type { Instant } from '../time.ts';
import { GLOBAL_CLOUD } from '../model/cloud.ts';
import { languageOf, sayIn } from '../language/language.ts';
import type { ReminderEvent } from '../model/reminder.ts';
import { escapeHtml, shorten, visibleLine } from '../language/text.ts';
import { bodyWithoutLinks, takenAway } from './event-text.ts';
import { localDate } from './working-days.ts';

const COMPOSE = '/calendar/0/deeplink/compose?path=/calendar/action/compose&rru=addevent';

/** Chat clients and proxies cut links at about 2,000 characters. */
const LINK_LIMIT = 1_900;
/** Encoded it has 1,350 characters at most. */
const SUBJECT_LIMIT = 150;
/** What a link to the conversation leaves of it for the body. */
const BODY_LEAST = 300;

/**
 * A link by which Outlook on the web subscribes to a calendar feed, under a name ("Import or subscribe to a calendar in
 * Outlook": add from web). The same address is what Outlook's own pages use; `outlook` as in `outlookLink`.
 */
export function outlookSubscriptionLink(feed: { url: string; name: string }, outlook = GLOBAL_CLOUD.outlook): string {
  return `${outlook}/calendar/0/addfromweb?url=${encode(feed.url)}&name=${encode(shorten(visibleLine(feed.name), 80))}`;
}

/** The address of a feed under the scheme that calendar programs register for subscriptions. */
export function webcalLink(url: string): string {
  return url.replace(/^https?:/i, 'webcal:');
}

/** Also the marks that `encodeURIComponent` leaves alone: brackets would end a Markdown link. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function utc(instant: Instant): string {
  return DateTime.fromMillis(instant, { zone: 'utc' }).toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

/** A whole day is told by its dates, whatever zone Outlook shows it in. */
function datesOf({ start, end, allDay, zone }: ReminderEvent): string {
  const date = (at: Instant): string => encode(allDay ? localDate(at, zone) : utc(at));
  return `&startdt=${date(start)}&enddt=${date(end)}${allDay ? '&allday=true' : ''}`;
}

/** The longest beginning of a text whose link fits: found by halving, since every character encodes differently. */
function longestFitting(text: string, linkFor: (text: string) => string): string {
  if (linkFor(text).length <= LINK_LIMIT) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (linkFor(shorten(text, middle)).length <= LINK_LIMIT) fits = middle;
    else tooLong = middle;
  }
  return shorten(text, fits);
}

/**
 * A link that opens Outlook on the web with a new event, filled in but not saved. At most 1,900 characters: a subject
 * leaves room for a body, which says that it is a copy, and the body is shortened,
 * but for its last lines, which say so, and where the conversation is.
 * Outlook takes the body for HTML, so its text is escaped as HTML and then, like everything else, percent-encoded.
 * `outlook` is the address of Outlook on the web in the cloud where people have their mailboxes.
 */
export function outlookLink(event: ReminderEvent, outlook = GLOBAL_CLOUD.outlook): string {
  const dates = datesOf(event);
  function linkFor(subject: string, body: string): string {
    const html = escapeHtml(body).replaceAll('\n', '<br>');
    return `${outlook}${COMPOSE}&subject=${encode(subject)}${dates}&body=${encode(html)}`;
  }
  const subject = shorten(visibleLine(event.subject), SUBJECT_LIMIT);
  const paragraphs = bodyWithoutLinks(takenAway(event));
  const copied = paragraphs.at(-1) === sayIn(languageOf(event.language))('event.copy') ? paragraphs.pop() : undefined;
  const text = paragraphs.join('\n\n');
  const note = copied === undefined ? '' : `\n\n${copied}`;
  const ending = event.link ? `${note}\n\n${visibleLine(event.link.text)}: ${visibleLine(event.link.url)}` : note;
  // A link cut short would lead nowhere: rather none.
  const last = linkFor(subject, ending).length <= LINK_LIMIT - BODY_LEAST ? ending : note;
  const body = longestFitting(text, (part) => linkFor(subject, part + last));
  return linkFor(subject, body + last);
}
