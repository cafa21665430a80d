import { escapeHtml } from '../core/language/text.ts';
import { page } from './page.ts';

/** The start page: says what this is, and what it is not. */
export function homePage(): string {
  return page(
    'Certbot for Teams and Slack',
    `<p>This is a chat bot. It watches when TLS certificates expire, reminds people in Microsoft Teams or Slack, and puts renewal reminders into Outlook.
In a chat, write <code>@certbot help</code>.</p>
<p>It is not the Electronic Frontier Foundation's Certbot, which obtains and renews certificates, and it has no connection with it. This bot renews nothing: it looks, and it reminds.</p>
<p><a href="/privacy">Privacy</a> · <a href="/terms">Terms of use</a></p>`,
  );
}

/** The privacy page. `host` is the host name of the public URL. */
export function privacyPage(host: string): string {
  return page(
    'Privacy',
    `<p>This copy of the bot runs at ${escapeHtml(host)}. It is run by the organisation that installed it there, not by the authors of the software. That
organisation is responsible for the data below; your Microsoft 365 or Slack administrator can tell you who to ask.</p>
<h2>What is stored</h2>
<ul>
<li>Of a conversation that uses the bot: its identifier, its name, its tenant or workspace, and what is needed to write to it again.</li>
<li>What you asked to have watched: host names and ports, reminder times, and who asked, with the identifier, the display name, the mailbox identifier and the time zone that
Teams or Slack passes on; notes and tags that people put on it.</li>
<li>What was seen at those hosts: certificates and connection results. These are public to everyone who can reach the host.</li>
<li>Certificates that somebody asked a conversation to trust, with who did.</li>
<li>What a conversation was alerted about, who said that they see to it, and what became of each host: renewals, findings, alerts.</li>
<li>The calendar reminders that the bot wrote, and a record of who changed which watch.</li>
<li>The text of a message to the bot, and where a file lies that came with it, until it is answered; after that only the fact that it was answered. Other messages are not stored.</li>
</ul>
<h2>Where it goes</h2>
<p>Messages go back through Microsoft Teams or Slack. Reminders go to Outlook through Microsoft Graph, if the organisation has set that up, or into a calendar feed that whoever
has its address can read. To look at a certificate, the bot connects to the host that you named. Nothing is sold, and nothing is sent to the authors of the software.</p>
<h2>How long it is kept</h2>
<p>As long as the bot is in the conversation. 30 days after the bot was removed from a conversation, the conversation, its watches and its reminders are deleted. Within those 30
days, adding the bot again brings everything back. The log of the server names no messages and no access tokens.</p>`,
  );
}

/** The terms of use. `host` is the host name of the public URL. */
export function termsPage(host: string): string {
  return page(
    'Terms of use',
    `<p>This copy of the bot runs at ${escapeHtml(host)}. The terms between you and the organisation that runs it are that organisation's own; your administrator can tell you. The
software adds the following.</p>
<ul>
<li>The bot reminds; it does not renew. It comes without warranty: a reminder can fail to arrive, so do not let it be the only thing that stands between you and an expired
certificate.</li>
<li>Only have hosts watched that you may connect to. The bot makes ordinary TLS connections to them, a few times a day.</li>
<li>This is not the Electronic Frontier Foundation's Certbot, and it has no connection with it.</li>
</ul>`,
  );
}
