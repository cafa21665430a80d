import { FIRST, leafFor } from './certificates.ts';
import type { Scenario } from './story.ts';
import { DAY } from '../../../src/core/time.ts';

/**
 * A short story of everything: welcome, a slip, a watch in a channel, a repeated message, several targets, an alert, a
 * renewal, the list, a button.
 */
export const GOLDEN_SCENARIO: Scenario = async ({ channel, say, press, later, happens, unseen }) => {
  const { peers } = channel;
  peers.serve('shop.example', { address: FIRST, presents: leafFor('shop.example', 23) });
  peers.serve('old.example', { address: FIRST, presents: leafFor('old.example', -3) });
  await happens('adds the bot', () => channel.install(true));
  await say('wach shop.example');
  await say('watch shop.example', 'channel');
  await unseen('the message is repeated', () => channel.repeat());
  await say('watch shop.example old.example gone.example', 'thread');
  await later(2 * DAY, 'two days pass');
  peers.serve('shop.example', { address: FIRST, presents: leafFor('shop.example', 90, 2) });
  await later(DAY, 'a day passes');
  await say('list', 'thread');
  await press('button.again');
};

/** What people see of it: `[tone] title`, `(summary)`, then the card line by line. */
export const GOLDEN_TRANSCRIPT = `* adds the bot
  message 1, personal
    [neutral] I watch TLS certificates
    (I watch TLS certificates. To begin, type: watch example.com)
    I alert this chat before one expires or breaks, and keep reminders in the calendar.
    To begin, type “watch example.com”.
    Many at once work too: one per line, or a list that you paste.
    ~ This is not EFF's Certbot: it reminds, it does not issue certificates.
    <What you can type>
* says “wach shop.example”
  message 2, personal
    [warning] Nothing was done: “wach” is not a command
    (Nothing was done: “wach” is not a command. Did you mean “watch shop.example”?)
    Did you mean “watch shop.example”?
    <What you can type>
    <Yes, do that>
* says “watch shop.example” in the channel
  message 1, channel, below “watch shop.example”
    [good] Fine, and watched from now on: shop.example is valid until 15 Dec
    (Watching shop.example: fine, valid until Tue 15 Dec 2026, in 23 days.)
    23 days left; name and chain are good.
    16 Sep 15 Dec
    Reminder: Mon 23 Nov, 09:00 Berlin time, in the calendar feed
    Next alert: notice, on Mon 23 Nov, 01:00
    Addresses: 192.0.2.1
    Expires: Tue 15 Dec, 13:00
    Names: shop.example
    Issued by: Demo CA E7
    Chain: 1. shop.example (until 15 Dec): trusted
    Key: EC P-256, TLS 1.3
    Valid from: Wed 16 Sep, 14:00
    Serial: 0a 1b
    SHA-256: 3120 7368 6f70 2e65 7861 6d70 6c65 0000 0000 0000 0000 0000 0000 0000 0000 0000
    On expiry: Tue 15 Dec, 13:00, in the calendar feed
    All alerts: Mon 23 Nov, 01:00; Tue 8 Dec; Sun 13 Dec, and when it expires
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Calendar file (.ics): https://certbot.example/calendar/<secret>.ics>
    <How to renew>
    <Look again now>
    <Stop watching>
* the message is repeated
* says “watch shop.example old.example gone.example” in the thread
  message 2, channel, below “watch shop.example”
    [attention] Unreachable: 2 of 3 need attention
    (3 targets: 2 watched, 1 already watched. Unreachable: 1; Expired: 1; Within 30 days: 1.)
    2 watched, 1 already watched.
    ⛔ Unreachable: 1
    ⛔ Expired: 1
    Clients refuse it. Renew it now.
    🔔 Within 30 days: 1
    | gone.example | The host name does not exist in DNS |
    | old.example | 19 Nov | 3 days ago |
    | shop.example | 15 Dec | 23 days |
    menu: Show
    menu: Show
    menu: Show
    ~ Targets that could not be reached are watched all the same; the bot says when it can reach them.
    <Show the list>
* two days pass
  message 3, channel
    [notice] Notice: shop.example expires in 21 days
    (Notice: shop.example expires in 21 days, on Tue 15 Dec 2026.)
    Tue 15 Dec, 13:00 Berlin time
    16 Sep 15 Dec
    Plan the renewal. I notice by myself.
    For @somebody
    Next alert: urgent, on Tue 8 Dec
    Addresses: 192.0.2.1
    Names: shop.example
    Issued by: Demo CA E7
    Chain: 1. shop.example (until 15 Dec): trusted
    Key: EC P-256, TLS 1.3
    Valid from: Wed 16 Sep, 14:00
    Serial: 0a 1b
    SHA-256: 3120 7368 6f70 2e65 7861 6d70 6c65 0000 0000 0000 0000 0000 0000 0000 0000 0000
    All alerts: Tue 8 Dec; Sun 13 Dec, and when it expires
    <Assign>
    <I have it>
    <Look again now>
    <Snooze>
    <Stop watching>
* a day passes
  message 3, channel, edited (1)
    [good] Renewed: shop.example is valid until 20 Feb
    (Renewed: shop.example is valid until 20 Feb 2027, in 87 days. Its address presents the new certificate.)
    87 days left; its address presents the new certificate.
    22 Nov 20 Feb
    Changed: new key, same authority, same names
    Was: valid until 15 Dec, serial 0a 1b
    Addresses: 192.0.2.1
    Names: shop.example
    Issued by: Demo CA E7
    Chain: 1. shop.example (until 20 Feb): trusted
    Key: EC P-256, TLS 1.3
    Valid from: Sun 22 Nov, 13:00 Berlin time
    Serial: 0a 1b
    SHA-256: 3220 7368 6f70 2e65 7861 6d70 6c65 0000 0000 0000 0000 0000 0000 0000 0000 0000
    All alerts: 29 Jan; 13 Feb; 18 Feb, and when it expires
    <Show>
* says “list” in the thread
  message 4, channel, below “watch shop.example”
    [neutral] 2 of 3 need attention
    (2 of 3 need attention, 1 is fine.)
    ⛔ Now, and since when
    ✅ Fine: 1
    | old.example | 19 Nov | 6 days ago | Expired |
    | gone.example | 22 Nov | 3 days ago | Unreachable |
    | shop.example | 20 Feb | 87 days |
    menu: Show / Look again now / Stop watching
    menu: Show / Look again now / Stop watching
    menu: Show / Look again now / Stop watching
    ~ Everything about one: select it, or type “show” and its name.
    <Refresh>
* presses “Look again now”
  message 1, channel, below “watch shop.example”, edited (1)
    [good] Fine: shop.example is valid until 20 Feb
    (Fine: shop.example is valid until 20 Feb 2027, in 87 days.)
    87 days left; name and chain are good.
    22 Nov 20 Feb
    Owner: Bob
    Reminder: Thu 28 Jan, 09:00 Berlin time, in the calendar feed
    Next alert: notice, on 29 Jan
    Looked at: Wed 25 Nov, 13:00, just now; again in 6 hours
    Addresses: 192.0.2.1
    Expires: Sat 20 Feb, 13:00
    Names: shop.example
    Issued by: Demo CA E7
    Chain: 1. shop.example (until 20 Feb): trusted
    Key: EC P-256, TLS 1.3
    Valid from: Sun 22 Nov, 13:00
    Serial: 0a 1b
    SHA-256: 3220 7368 6f70 2e65 7861 6d70 6c65 0000 0000 0000 0000 0000 0000 0000 0000 0000
    On expiry: Sat 20 Feb, 13:00, in the calendar feed
    All alerts: 29 Jan; 13 Feb; 18 Feb, and when it expires
    Watched: since Sun 22 Nov, 13:00
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Calendar file (.ics): https://certbot.example/calendar/<secret>.ics>
    <How to renew>
    <Look again now>
    <Stop watching>
`;
