import { randomUUID } from 'node:crypto';
import { answerFaults } from './socket.ts';
import { nextTs, type SlackEphemeral, type SlackMessage, type Workspaces } from './workspaces.ts';

/** Where a `response_url` leads: the conversation, who asked, and the message that was clicked. */
export interface ResponsePlace {
  channel: string;
  user: string;
  /** Of the message with the button; none for a slash command. */
  messageTs?: string;
  threadTs?: string;
}

/** A call of a `response_url`. */
export interface SlackResponse {
  id: string;
  place: ResponsePlace | undefined;
  body: Record<string, any>;
  status: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** Up to five times within thirty minutes; docs.slack.dev/interactivity/handling-user-interaction. */
const USES = 5;
const LIFETIME = 30 * 60_000;

/** The `response_url` endpoints, and what answering through them does to the conversation. */
export function createResponses(config: { world: Workspaces; appId: string; violate: (what: string) => void }) {
  const { world, appId, violate } = config;
  const places = new Map<string, { place: ResponsePlace; left: number; at: number }>();
  const responses: SlackResponse[] = [];

  function replace(place: ResponsePlace, body: Record<string, any>): boolean {
    const content = { text: body['text'] ?? '', ...(body['blocks'] ? { blocks: body['blocks'] } : {}) };
    for (const list of [world.messages, world.ephemerals] as (SlackMessage | SlackEphemeral)[][]) {
      const index = list.findIndex((each) => each.channel === place.channel && each.ts === place.messageTs);
      if (index < 0) continue;
      const { blocks: _blocks, ...rest } = list[index]!;
      list.splice(index, 1, ...(body['delete_original'] === true ? [] : [{ ...rest, ...content }]));
      return true;
    }
    return false;
  }

  /** Posts what a command or a `response_url` is answered with. */
  function show(place: ResponsePlace, body: Record<string, any>): void {
    const threadTs = body['thread_ts'] ?? place.threadTs;
    const shown = {
      channel: place.channel,
      ts: nextTs(),
      text: body['text'] ?? '',
      ...(body['blocks'] ? { blocks: body['blocks'] } : {}),
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    };
    if (body['response_type'] !== 'in_channel') return void world.ephemerals.push({ ...shown, user: place.user });
    const workspace = world.workspaces.get(world.conversations.get(place.channel)?.teams[0] ?? '');
    if (!workspace) return;
    const { botUserId: user, botId: bot_id, id: team } = workspace;
    world.messages.push({ ...shown, type: 'message', user, bot_id, app_id: appId, team, options: {} });
  }

  function faultsOf(place: ResponsePlace, body: unknown): string[] {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return ['not a JSON object'];
    const values = body as Record<string, any>;
    const faults = answerFaults(values);
    const alters = values['replace_original'] === true || values['delete_original'] === true;
    if (alters && place.messageTs === undefined) faults.push('there is no original message');
    if (values['delete_original'] !== true && !values['text'] && !values['blocks']?.length) faults.push('no_text');
    return faults;
  }

  return {
    responses,
    show,
    /** Makes a place to answer to; the id is the last part of its URL. */
    open(place: ResponsePlace): string {
      const id = randomUUID();
      places.set(id, { place, left: USES, at: Date.now() });
      return id;
    },
    /** A POST to `/response/<id>`. */
    post(id: string, contentType: string, text: string): { status: number; body: string } {
      const at = Date.now();
      const known = places.get(id);
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        body = undefined;
      }
      function answer(status: number, error?: string) {
        const recorded = (body ?? {}) as Record<string, any>;
        responses.push({ id, place: known?.place, body: recorded, status, at });
        return { status, body: error === undefined ? 'ok' : JSON.stringify({ ok: false, error }) };
      }
      if (!known || at - known.at > LIFETIME) return answer(404, 'expired_url');
      if (known.left === 0) return answer(404, 'used_url');
      if (world.conversations.get(known.place.channel)?.archived) return answer(404, 'is_archived');
      const faults = faultsOf(known.place, body);
      if (!contentType.startsWith('application/json')) faults.push(`content type ${contentType}`);
      for (const fault of faults) violate(`response_url: ${fault}`);
      if (faults.length > 0) return answer(400, 'invalid_payload');
      known.left -= 1;
      const values = body as Record<string, any>;
      const alters = values['replace_original'] === true || values['delete_original'] === true;
      if (!alters) show(known.place, values);
      else if (!replace(known.place, values)) return answer(404, 'message_not_found');
      return answer(200);
    },
  };
}
