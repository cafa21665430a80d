import assert from 'node:assert/strict';
import { isFromElsewhere, type Origin } from '../../../src/channels/slack/outsiders.ts';

describe('somebody in a Slack channel', () => {
  const people: [where: [team: string | null, enterprise: string | null], person: Origin, isOutsider: boolean][] = [
    [['T1', null], { teams: ['T1'] }, false],
    [['T1', null], { teams: ['T2'] }, true],
    [['T1', null], { teams: ['T1', 'T2'] }, true],
    [['T1', null], { teams: [null, undefined] }, false],
    [['T1', null], { teams: [] }, false],
    [['T1', null], { teams: ['T2'], enterpriseId: null }, true],
    [['T1', 'E1'], { teams: ['T2'], enterpriseId: 'E1' }, false],
    [['T1', 'E1'], { teams: ['T2'], enterpriseId: 'E2' }, true],
    [['T1', 'E1'], { teams: ['E1'] }, false],
    [[null, 'E1'], { teams: ['E1'] }, false],
    [[null, 'E1'], { teams: ['T2'] }, true],
    [[null, null], { teams: ['T2'] }, false],
  ];
  for (const [[teamId, enterpriseId], person, isOutsider] of people)
    it(`${isOutsider ? 'is from elsewhere' : 'belongs there'}: ${JSON.stringify(person)} at ${teamId} of ${enterpriseId}`, () =>
      assert.equal(isFromElsewhere({ teamId, enterpriseId }, person), isOutsider));
});
