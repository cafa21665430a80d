/** The secret part of an address of a feed or an event's file, as it stands in a message, percent-encoded or not. */
const SECRET_PART = /(calendar(?:\/|%2F)(?:event(?:\/|%2F)[\w-]+(?:\/|%2F))?)[\w-]{16,}(?=\.ics)/gi;

/**
 * A card as JSON without what opens a calendar: it has been sent, or never will be, and a copy of the database is not to
 * hold it for as long as the row is kept.
 */
export function withoutFeedLinks(card: string): string {
  return card.replaceAll(SECRET_PART, '$1…');
}
