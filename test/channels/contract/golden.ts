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
  await press('Look again now');
};

/** What people see of it: `[tone] title`, `(summary)`, then the card line by line. */
export const GOLDEN_TRANSCRIPT = `* adds the bot
  message 1, personal
    [good] Never again an outage over a forgotten certificate
    (certbot watches TLS certificates and reminds you before they expire. Type “watch example.com” to begin.)
    certbot watches TLS certificates and reminds you before they expire. Type “watch example.com” to begin.
    It looks at the certificate, puts renewal reminders into the calendar, and alerts this conversation before it expires, when something breaks, and when the renewal has arrived.
    “help” shows everything else. This is not EFF's Certbot: it reminds, it does not issue certificates.
* says “wach shop.example”
  message 2, personal
    [warning] That did not work
    (“wach” is not a command. Did you mean “watch shop.example”?)
    “wach” is not a command. Did you mean “watch shop.example”?
* says “watch shop.example” in the channel
  message 1, channel, below “watch shop.example”
    [good] Watching shop.example:443
    (shop.example:443 expires 2026-12-15 (in 23 days), issued by Demo CA E7)
    ✓ The name matches, the chain is trusted, and the certificate is valid.
    Expires: 2026-12-15 13:00 (in 23 days)
    Valid from: 2026-09-16 14:00
    Issuer: Demo CA E7
    Subject: shop.example
    Names: shop.example
    Key: EC P-256
    Chain: 1. shop.example (until 2026-12-15): trusted
    Serial number: 0a1b
    Fingerprint: SHA-256 31:20:73:68:6F:70:2E:65 78:61:6D:70:6C:65:00:00 00:00:00:00:00:00:00:00 00:00:00:00:00:00:00:00
    Reminder: 2026-11-23 09:00, in the calendar feed
    On expiry: 2026-12-15 13:00, in the calendar feed
    Alerts: 2026-11-23 01:00, 2026-12-08, 2026-12-13, and when it expires
    Time zone: Europe/Berlin
    | 192.0.2.1 | 2026-12-15 | 31207368… | EC P-256 | TLSv1.3 | ✓ fine |
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Look again now>
    <Renewal: calendar file (.ics): https://certbot.example/calendar/<secret>.ics>
* the message is repeated
* says “watch shop.example old.example gone.example” in the thread
  message 2, channel, below “watch shop.example”
    [attention] 3 targets: 2 watched, 1 already watched
    (3 targets: 2 watched, 1 already watched)
    | gone.example:443 | watched: the host name does not exist in DNS | – |
    | old.example:443 | 2026-11-19 | watched: ✖ expired |
    | shop.example:443 | 2026-12-15 | already watched: ✓ fine |
    ~ Targets that could not be reached are watched all the same; the bot says when it can reach them.
* two days pass
  message 3, channel
    [notice] Certificate expires (notice): shop.example:443
    (shop.example:443 expires 2026-12-15 (in 21 days), issued by Demo CA E7)
    shop.example:443 expires 2026-12-15 (in 21 days), issued by Demo CA E7.
    Renew it and install the new certificate; the bot notices by itself.
    For @somebody
    Expires: 2026-12-15 12:00 UTC, issued by Demo CA E7
    Alerts: 2026-12-08, 2026-12-13, and when it expires
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Look again now>
* a day passes
  message 3, channel, edited (1)
    [good] Certificate renewed: shop.example:443
    (shop.example:443 was renewed: the new certificate expires 2027-02-20 (in 87 days), issued by Demo CA E7)
    shop.example:443 was renewed: the new certificate expires 2027-02-20 (in 87 days), issued by Demo CA E7.
    It arrived on every address that answers. The key is new as well.
    Expires: 2027-02-20 12:00 UTC, issued by Demo CA E7
    Alerts: 2027-01-29, 2027-02-13, 2027-02-18, and when it expires
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Look again now>
* says “list” in the thread
  message 4, channel, below “watch shop.example”
    [neutral] 3 watches
    (3 watches; the first to expire is old.example:443, which expired 2026-11-19 (6 days ago))
    | old.example:443 | 2026-11-19 (6 days ago) | Bob | ✖ expired |
    | shop.example:443 | 2027-02-20 (in 87 days) | Bob | ✓ fine |
    | gone.example:443 | Bob | – | ✖ unreachable |
    menu: Show / Look again now / Stop watching
    menu: Show / Look again now / Stop watching
    menu: Show / Look again now / Stop watching
* presses “Look again now”
  message 3, channel, edited (2)
    [good] shop.example:443
    (shop.example:443 expires 2027-02-20 (in 87 days), issued by Demo CA E7)
    ✓ The name matches, the chain is trusted, and the certificate is valid.
    Expires: 2027-02-20 13:00 (in 87 days)
    Valid from: 2026-11-22 13:00
    Issuer: Demo CA E7
    Subject: shop.example
    Names: shop.example
    Key: EC P-256
    Chain: 1. shop.example (until 2027-02-20): trusted
    Serial number: 0a1b
    Fingerprint: SHA-256 32:20:73:68:6F:70:2E:65 78:61:6D:70:6C:65:00:00 00:00:00:00:00:00:00:00 00:00:00:00:00:00:00:00
    Looked at: 2026-11-25 13:00 (just now)
    Next look: 2026-11-25 19:00 (in 6 hours)
    Reminder: 2027-01-28 09:00, in the calendar feed
    On expiry: 2027-02-20 13:00, in the calendar feed
    Alerts: 2027-01-29, 2027-02-13, 2027-02-18, and when it expires
    Owner: Bob, since 2026-11-22 13:00
    Time zone: Europe/Berlin
    | 192.0.2.1 | 2027-02-20 | 32207368… | EC P-256 | TLSv1.3 | ✓ fine |
    <Add to Outlook: https://outlook.office.com/calendar/0/deeplink/compose?…>
    <Look again now>
    <Renewal: calendar file (.ics): https://certbot.example/calendar/<secret>.ics>
`;
