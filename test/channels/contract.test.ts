import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { ALERT_SCENARIOS } from './contract/alert-scenarios.ts';
import { FIRST, leafFor } from './contract/certificates.ts';
import { BERTA, BOB, type ChannelUnderTest, type Person } from './contract/channel-under-test.ts';
import { COMMAND_SCENARIOS, MENU_SCENARIOS } from './contract/command-scenarios.ts';
import { compare, evened } from './contract/differences.ts';
import { GOLDEN_SCENARIO, GOLDEN_TRANSCRIPT } from './contract/golden.ts';
import { createPlainChannel } from './contract/plain.ts';
import { createSlack } from './contract/slack.ts';
import { transcribe, transcriptLines, type Scenario, type Told } from './contract/story.ts';
import { createTeams } from './contract/teams.ts';
import { DAY } from '../../src/core/time.ts';

type Create = (person: Person) => Promise<ChannelUnderTest>;

const SLACK: Create[] = [(person) => createSlack('Socket Mode', person), (person) => createSlack('HTTP', person)];

const EVERYWHERE: Record<string, Scenario> = { ...COMMAND_SCENARIOS, ...ALERT_SCENARIOS };

/** Scenarios in which nothing is pressed: labels of buttons have languages too. */
const IN_GERMAN = [
  'welcome on installation, once',
  'watch one target',
  'watch several targets in one message, worst first',
  'check',
  'calendar',
  'an endpoint that is unreachable, and reachable again',
];

/**
 * Plays a scenario in the plain channel and in others, all at once. Waits for all of them, so that a failure leaves
 * nothing running.
 */
async function play(scenario: Scenario, others: Create[], person = BOB): Promise<{ plain: Told; told: Told[] }> {
  const played = await Promise.allSettled(
    [createPlainChannel, ...others].map(async (create) => transcribe(await create(person), scenario)),
  );
  const [plain, ...told] = played.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return { plain: plain!, told };
}

async function agree(scenario: Scenario, others: Create[], person = BOB): Promise<Told> {
  const { plain, told } = await play(scenario, others, person);
  assert.ok(
    plain.transcript.some(({ sees }) => sees.length > 0),
    'nobody saw anything',
  );
  for (const each of told) compare(each, plain);
  return plain;
}

describe('the contract of channels: people see the same in Teams, in Slack by Socket Mode and over HTTP, and in plain text', () => {
  for (const [name, scenario] of Object.entries(EVERYWHERE))
    it(name, async () => {
      await agree(scenario, [createTeams, ...SLACK]);
    });

  for (const name of IN_GERMAN)
    it(`${name}, in German`, async () => {
      const { transcript } = await agree(EVERYWHERE[name]!, [createTeams, ...SLACK], BERTA);
      const texts = transcript.flatMap(({ sees }) => sees.flatMap(({ card }) => [card.summary, ...card.texts]));
      assert.match(texts.join('\n'), /\b(?:ist|läuft|und|der|die|das|von)\b/);
    });

  for (const [name, scenario] of Object.entries(MENU_SCENARIOS))
    it(`${name}, where there are any`, async () => {
      await agree(scenario, SLACK);
    });

  it('a whole story, word for word', async () => {
    const { plain, told } = await play(GOLDEN_SCENARIO, [createTeams, ...SLACK]);
    for (const each of [plain, ...told])
      assert.deepEqual(
        transcriptLines(evened(each, plain.transcript)),
        GOLDEN_TRANSCRIPT.trimEnd().split('\n'),
        `${each.name} does not show what is written down`,
      );
  });
});

describe('what programs read of messages', () => {
  it('is the same in every channel: verb, question, targets of a list, and every fact of an alert', async () => {
    const [old, fresh] = [leafFor('example.com', 30, 1), leafFor('example.com', 90, 2)];
    const { plain, told } = await play(
      async ({ channel: { peers }, say, later }) => {
        peers.serve('example.com', { address: FIRST, presents: old });
        await say('watch example.com', 'channel');
        await say('wach example.com', 'channel');
        await say('show other.example', 'channel');
        await say('list', 'channel');
        await later(23 * DAY, '23 days pass');
        peers.serve('example.com', { address: FIRST, presents: fresh, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
        await later(DAY, 'a day passes');
        peers.serve('example.com', { address: FIRST, presents: fresh });
        await later(DAY, 'a day passes');
        await say('list example', 'channel');
        await say('unwatch example.com', 'channel');
      },
      [createTeams, ...SLACK],
    );
    const target = 'tls://example.com:443';
    const all = { targets: [target], total: 1 };
    const expected = [
      { kind: 'answer', answers: 'watch example.com', verb: 'watch' },
      { kind: 'answer', answers: 'wach example.com', verb: 'problem', refused: true },
      { kind: 'answer', answers: 'show other.example', verb: 'show', refused: true },
      { kind: 'answer', answers: 'list', verb: 'list', ...all },
      { kind: 'alert', answers: null, facts: [{ target, kind: 'stage', value: `${old.fingerprint}/urgent` }] },
      { kind: 'alert', answers: null, facts: [{ target, kind: 'renewed', value: fresh.fingerprint }] },
      { kind: 'alert', answers: null, facts: [{ target, kind: 'finding', value: 'incomplete-chain' }] },
      { kind: 'alert', answers: null, facts: [{ target, kind: 'fixed', value: 'incomplete-chain' }] },
      { kind: 'answer', answers: 'list example', verb: 'list', ...all },
      { kind: 'answer', answers: 'unwatch example.com', verb: 'unwatch' },
    ];
    for (const { name, transcript } of [plain, ...told])
      assert.deepEqual(
        transcript.flatMap(({ sees }) => sees.map(({ about }) => about)),
        expected,
        name,
      );
  });
});

describe('the comparison of channels', () => {
  let told: Told;
  before(async () => {
    told = await transcribe(await createPlainChannel(BOB), async ({ channel: { peers }, say }) => {
      peers.serve('example.com', { address: '192.0.2.1', fails: 'timeout' });
      await say('watch example.com');
      await say('list');
    });
  });

  /** The same, as another channel would tell it, with one thing changed. */
  function changed(change: (other: Told) => void): Told {
    const other = { ...structuredClone(told), name: 'Slack over HTTP' };
    change(other);
    return other;
  }

  it('says which channel differs from which, after which step, in which message, and how', () => {
    const other = changed(({ transcript }) => {
      transcript[0]!.sees[0]!.card.texts[0] = 'All is well.';
    });
    assert.throws(
      () => compare(other, told),
      (error: Error) => {
        const message = stripVTControlCharacters(error.message);
        assert.match(
          message,
          /^Slack over HTTP differs from the plain channel after the step “says “watch example\.com””, in message 1, personal \(Unreachable: example\.com does not answer\)\n/,
        );
        assert.match(message, /\+ +'All is well\.'/);
        return true;
      },
    );
  });

  for (const [what, change] of Object.entries<(other: Told) => void>({
    'a message too many': ({ transcript }) => void transcript[0]!.sees.push(transcript[1]!.sees[0]!),
    'a missing message': ({ transcript }) => void (transcript[1]!.sees = []),
    'another number of edits': ({ transcript }) => void (transcript[0]!.sees[0]!.edits = 1),
    'another thread': ({ transcript }) => void (transcript[0]!.sees[0]!.thread = 'help'),
    'a missing button': ({ transcript }) => void transcript[0]!.sees[0]!.card.buttons.pop(),
    'a row that says less': ({ transcript }) => void transcript[1]!.sees[0]!.card.rows[0]!.pop(),
    'a missing menu': ({ transcript }) => void (transcript[1]!.sees[0]!.card.menus = []),
  }))
    it(`finds ${what}`, () => assert.throws(() => compare(changed(change), told), /Slack over HTTP differs/));
});
