import assert from 'node:assert/strict';
import { conversationOf } from '../../../src/channels/slack/payload.ts';
import { createPlaces } from '../../../src/channels/slack/places.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';

const ACME = { teamId: 'T0ACME', enterpriseId: null };
const OTHER = { teamId: 'T0OTHER', enterpriseId: null };
/** Two workspaces of one organisation. */
const MEMBER = { teamId: 'T0MEMBER', enterpriseId: 'E0ORG' };
const SIBLING = { teamId: 'T0SIBLING', enterpriseId: 'E0ORG' };
/** The organisation that installed the bot for all of them; what happens names one of them. */
const ORGANISATION = { ...MEMBER, isEnterpriseInstall: true };

type Where = Parameters<typeof conversationOf>[0];

/** The channel as it is known in each of these. */
function knownIn(...wheres: Where[]): ConversationInput[] {
  return wheres.map((where) => conversationOf(where, 'C0OPS', { name: 'known' }));
}

function placesOf(known: ConversationInput[]) {
  return createPlaces({
    async conversationsIn(channelId: string) {
      assert.equal(channelId, 'C0OPS');
      return known;
    },
  });
}

describe('what was said in a channel of Slack', () => {
  const cases: [string, Where, known: Where[], id: string][] = [
    ['belongs where nothing is known yet', ACME, [], 'slack:T0ACME:C0OPS'],
    ['belongs to the workspace, though another shares it', ACME, [OTHER], 'slack:T0ACME:C0OPS'],
    ['belongs to the workspace, though another of its organisation has it', MEMBER, [SIBLING], 'slack:T0MEMBER:C0OPS'],
    ['belongs to the organisation', ORGANISATION, [], 'slack:E0ORG:C0OPS'],
    [
      'stays with the workspace of the organisation that had it before',
      ORGANISATION,
      [SIBLING],
      'slack:T0SIBLING:C0OPS',
    ],
    ['belongs to the organisation, once that has it', ORGANISATION, [SIBLING, ORGANISATION], 'slack:E0ORG:C0OPS'],
    ['belongs to the organisation, though a stranger has it', ORGANISATION, [OTHER], 'slack:E0ORG:C0OPS'],
  ];
  for (const [what, where, known, id] of cases)
    it(what, async () => {
      const placed = await placesOf(knownIn(...known)).placed(where, 'C0OPS', { name: 'now' });
      // By whatever name it is known: it is reached through the installation by which it was said.
      assert.deepEqual(placed, { ...conversationOf(where, 'C0OPS', { name: 'now' }), id });
    });
});

describe('what was pressed in a channel of Slack', () => {
  interface Case {
    /** The workspace that the press names. */
    by: Where;
    postedBy?: string;
    known: Where[];
    /** Where it is; nothing: where the press says. */
    at?: Where;
  }
  const cases: Record<string, Case> = {
    'is where it says, when nothing is known': { by: ACME, known: [] },
    'is where it says, when that is known': { by: ACME, known: [OTHER, ACME], postedBy: 'T0OTHER' },
    'is where the bot posted that': { by: ACME, known: [MEMBER, OTHER], postedBy: 'T0OTHER', at: OTHER },
    'is where the bot posted that, and not with another of the organisation': {
      by: { ...SIBLING, teamId: 'T0THIRD' },
      known: [MEMBER, SIBLING],
      postedBy: 'T0SIBLING',
      at: SIBLING,
    },
    'is with the organisation of whoever pressed': { by: SIBLING, known: [OTHER, MEMBER], at: MEMBER },
    'is with their organisation where who posted it is not known': {
      by: SIBLING,
      known: [OTHER, MEMBER],
      postedBy: 'T0GONE',
      at: MEMBER,
    },
    'is in the one place where it can be': { by: ACME, known: [OTHER], at: OTHER },
    'is where it says, when it can be in several places': { by: ACME, known: [OTHER, MEMBER] },
    'is in no place of an unnamed workspace because nobody says who posted it': {
      by: ACME,
      known: [OTHER, { teamId: null, enterpriseId: 'E0ORG' }],
    },
  };
  for (const [what, { by, postedBy, known, at }] of Object.entries(cases))
    it(what, async () => {
      const pressed = await placesOf(knownIn(...known)).pressed(by, 'C0OPS', { name: 'now' }, postedBy ?? null);
      assert.deepEqual(pressed, conversationOf(at ?? by, 'C0OPS', { name: 'now' }));
    });
});
