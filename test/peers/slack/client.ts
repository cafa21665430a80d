import { LogLevel, WebClient } from '@slack/web-api';
import type { ChatPostMessageArguments, ChatPostMessageResponse, Logger } from '@slack/web-api';
import type { FakeSlack } from './slack.ts';

/** A logger that says nothing. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Slack's own client for a fake Slack, which tries once and says nothing. */
export function webClient(slack: FakeSlack, token = 'xoxb-acme'): WebClient {
  return new WebClient(token, { slackApiUrl: slack.apiUrl, logger: silent, retryConfig: { retries: 0 } });
}

/** The same without a token. */
export function anonymousClient(slack: FakeSlack): WebClient {
  return new WebClient(undefined, { slackApiUrl: slack.apiUrl, logger: silent, retryConfig: { retries: 0 } });
}

/** Posts a message. */
export async function write(web: WebClient, message: ChatPostMessageArguments): Promise<ChatPostMessageResponse> {
  return await web.apiCall('chat.postMessage', { ...message });
}

/** What Slack answered to a call that it refused; throws when it was accepted. */
export async function refusal(call: Promise<unknown>): Promise<any> {
  try {
    await call;
  } catch (error) {
    return (error as { data?: unknown }).data ?? error;
  }
  throw new Error('the call was accepted');
}

export const header = { type: 'header', text: { type: 'plain_text', text: 'example.com' } };
export const button = {
  type: 'button',
  action_id: 'ack',
  value: '1',
  text: { type: 'plain_text', text: 'Acknowledge' },
};
export const menu = {
  type: 'overflow',
  action_id: 'row',
  options: [
    { text: { type: 'plain_text', text: 'Show' }, value: 'show' },
    { text: { type: 'plain_text', text: 'Unwatch' }, value: 'unwatch' },
  ],
};
export const section = { type: 'section', text: { type: 'mrkdwn', text: '*ok*' }, accessory: menu };
export const richText = {
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'bold', style: { bold: true } },
        { type: 'link', url: 'https://example.com/', text: 'link' },
        { type: 'emoji', name: 'warning' },
        { type: 'user', user_id: 'U0ALICE' },
        { type: 'channel', channel_id: 'C0OPS' },
      ],
    },
    {
      type: 'rich_text_list',
      style: 'bullet',
      indent: 1,
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
    },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a  b' }] },
  ],
};

export function actions(...elements: unknown[]) {
  return { type: 'actions', elements };
}
