import { escapeHtml } from '../../core/language/text.ts';
import { page } from '../../http/page.ts';

/** How an installation in the browser ended. Names are untrusted text. */
export type InstallOutcome =
  | { kind: 'installed'; name: string; appUrl: string; webUrl: string; isOrganisation: boolean }
  /** The person pressed Cancel on Slack's page. */
  | { kind: 'declined' }
  /** The state is missing, forged, too old, used before, or another browser's. */
  | { kind: 'stale' }
  /** Slack did not accept the code, or gave no bot token for it. */
  | { kind: 'refused' }
  /** The workspace is not among those that may use this bot. */
  | { kind: 'forbidden'; name: string }
  | { kind: 'unreachable' }
  /** Our own fault; the error id is in the log. */
  | { kind: 'failed'; errorId: string };

function installedBody({ name, appUrl, webUrl, isOrganisation }: InstallOutcome & { kind: 'installed' }): string {
  const where = isOrganisation
    ? `<p>The bot is installed for the organisation ${escapeHtml(name)}. An administrator of the organisation chooses the workspaces that get it.</p>`
    : `<p>The bot is installed in ${escapeHtml(name)}.</p>`;
  return `${where}
<p>Next, write it a direct message:</p>
<p><code>watch example.com</code></p>
<p>In a channel, invite it first with <code>/invite @certbot</code>, then write <code>@certbot watch example.com</code>. <code>help</code> tells the rest.</p>
<p><a href="${escapeHtml(appUrl)}">Open Slack</a> · <a href="${escapeHtml(webUrl)}">Open Slack in the browser</a></p>`;
}

/**
 * The page that answers a finished or failed installation, with its HTTP status. `installUrl` is where an installation
 * starts. The pages hold no script and no secret, and everything that is not ours is escaped.
 */
export function installPage(outcome: InstallOutcome, installUrl: string): { status: number; html: string } {
  const again = `<p><a href="${escapeHtml(installUrl)}">Start again</a></p>`;
  switch (outcome.kind) {
    case 'installed':
      return { status: 200, html: page('Installed', installedBody(outcome)) };
    case 'declined':
      return {
        status: 200,
        html: page(
          'Not installed',
          `<p>The installation was cancelled on Slack’s page. Nothing was changed or stored.</p>\n${again}`,
        ),
      };
    case 'stale':
      return {
        status: 400,
        html: page(
          'Not installed: this link is no longer good',
          `<p>An installation has to be finished within ten minutes, once, and in the browser where it was started (with cookies allowed).</p>\n${again}`,
        ),
      };
    case 'refused':
      return {
        status: 502,
        html: page(
          'Not installed: Slack refused',
          `<p>Slack did not accept this installation. If it happens again, the person who runs this bot finds Slack’s reason in the log.</p>\n${again}`,
        ),
      };
    case 'forbidden':
      return {
        status: 403,
        html: page(
          'Not installed: this workspace may not use the bot',
          `<p>${escapeHtml(outcome.name)} is not among the workspaces that this copy of the bot serves. Nothing was stored. The person who runs the bot can allow the workspace.</p>`,
        ),
      };
    case 'unreachable':
      return {
        status: 503,
        html: page(
          'Not installed: Slack did not answer',
          `<p>Slack could not be reached just now. Please try again in a few minutes.</p>\n${again}`,
        ),
      };
    case 'failed':
      return {
        status: 500,
        html: page(
          'Not installed: something went wrong here',
          `<p>The installation could not be stored. The person who runs this bot finds the cause in the log under the error id <code>${escapeHtml(outcome.errorId)}</code>.</p>\n${again}`,
        ),
      };
  }
}
