import { DAY, REMEMBERED } from '../time.ts';

/** How long what is known is kept, in milliseconds. docs/security.md says the same to whoever approves the bot. */
export const RETENTION = {
  /** Ids of messages that were answered. */
  inbound: REMEMBERED,
  /** How often somebody wrote, or was asked. */
  rates: 2 * DAY,
  /** Messages of the bot that were sent or given up, and certificates that nothing refers to. */
  sent: 30 * DAY,
  /** Conversations that the bot was removed from, with all that belongs to them. */
  gone: 30 * DAY,
  /** Where a certificate was seen, since it was last seen there. */
  sightings: 365 * DAY,
  /** What became of targets: renewals, findings, stages. */
  history: 400 * DAY,
  /** Who changed what. */
  audit: 730 * DAY,
  /** Questions to people that nobody answered. */
  questions: 90 * DAY,
  /** What is known of a mailbox that nothing refers to any more: its person, and when they work. */
  mailboxes: 30 * DAY,
} as const;
