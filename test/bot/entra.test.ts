import assert from 'node:assert/strict';
import { DAY } from '../../src/core/time.ts';
import { startFakeGraph, type FakeGraph } from '../peers/graph/graph.ts';
import { startFakeConnector, type FakeConnector } from '../peers/teams/connector.ts';
import { application, secret } from '../support/applications.ts';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation } from '../support/conversation.ts';

describe('the whole bot with applications of Entra', () => {
  let connector: FakeConnector;
  let graph: FakeGraph;
  let bot: BotProcess | undefined;

  before(async () => {
    [connector, graph] = await Promise.all([startFakeConnector(), startFakeGraph()]);
    const env = { CALENDAR: 'graph', GRAPH_ACCESS_TOKEN: 'a-token', GRAPH_BASE_URL: graph.url };
    bot = await startBot({ trusted: [graph.caPem], env });
  });
  after(async () => {
    await bot?.dispose();
    await Promise.all([connector?.close(), graph?.close()]);
  });

  it('shows them where an operator has allowed it, each by itself, and tells of a new one', async () => {
    const operators = createConversation(connector, bot!.url);
    const team = createConversation(connector, bot!.url, { kind: 'groupChat', name: 'Payments' });
    const now = Date.now();
    const app = (name: string, days: number) =>
      application(name, {
        passwordCredentials: [secret(`of ${name}`, { from: now - 90 * DAY + days, to: now + days * DAY })],
      });
    graph.applications.set('applications', [app('Payroll', 5), app('Wages', 300)]);
    assert.match((await operators.say('settings operators here')).text, /./);
    assert.match((await team.say('watch entra')).text, /operators allow entra here/);
    await team.say('operators allow entra here');
    const question = await operators.next(/asks whether/);
    const allow: any = question.buttons.find(({ title }: { title: string }) => title === 'Allow');
    assert.match((await operators.press({ verb: allow.verb, data: allow.data })).text, /has allowed/);
    assert.match((await team.say('watch entra')).text, /2 applications/);
    assert.match((await team.next(/needs somebody now/)).text, /entra:Payroll\nurgent/);
    assert.match((await team.say('show entra:Payroll')).text, /Nobody owns this application/);
    graph.applications.set('applications', [app('Payroll', 5), app('Wages', 300), app('Travel', 200)]);
    await team.next(/New in “entra”: entra:Travel/);
    graph.applications.set('applications', [app('Payroll', 400), app('Wages', 300), app('Travel', 200)]);
    await team.next(/Renewed.*\n.*entra:Payroll/);
    assert.match((await operators.say('operators status')).text, /entra/);
    assert.deepEqual(graph.violations, []);
  });
});
