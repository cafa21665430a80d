import assert from 'node:assert/strict';
import type { ActionRequest } from '../../../src/core/card.ts';
import { choiceId, isBare, pressValue, readPress } from '../../../src/channels/slack/press.ts';

const button = (value: unknown) => ({ type: 'button', action_id: 'act:0', block_id: 'b', action_ts: '1.2', value });
const option = (value: unknown) => ({ type: 'overflow', action_id: 'row:0', selected_option: { value } });

describe('a press in Slack', () => {
  const actions: ActionRequest[] = [
    { name: 'show', data: { watch: 12 } },
    { name: 'list-page', data: { page: 2, filter: '“a” & <b> ünï 😀\n' } },
    { name: 'snooze', data: { watch: 7, fresh: true, until: '' } },
    { name: 'home', data: {} },
  ];
  for (const action of actions) {
    const value = pressValue(action);
    it(`of a button brings ${value} back`, () => assert.deepEqual(readPress(button(value)), { action }));
    it(`of a menu entry brings ${value} back`, () => assert.deepEqual(readPress(option(value)), { action }));
  }

  it('is short enough for a menu entry', () => {
    const action = { name: 'unwatch-row', data: { watch: 1_234_567_890, page: 1000, filter: 'f'.repeat(40) } };
    assert.ok(pressValue(action).length <= 150);
  });

  it('keeps only texts, numbers and truth values', () => {
    const value = '["show",{"watch":1,"on":false,"name":"x","list":[1],"deep":{"a":1},"none":null,"far":1e999}]';
    assert.deepEqual(readPress(button(value)), {
      action: { name: 'show', data: { watch: 1, on: false, name: 'x' } },
    });
  });

  it('cannot reach what objects inherit', () => {
    const press = readPress(button('["show",{"__proto__":{"watch":1},"constructor":"x"}]'));
    assert.equal(Object.getPrototypeOf(press!.action.data), Object.prototype);
    assert.equal(press!.action.data['watch'], undefined);
  });

  const choose = { action: { name: 'snooze', data: { watch: 7 } }, input: 'until' };
  const menu = (choice: object, id = choiceId(choose, 3)) => ({
    type: 'static_select',
    action_id: id,
    ...choice,
  });

  it('of a menu brings what was chosen in it, or who', () => {
    for (const [choice, until] of [
      [{ selected_option: { value: 'P1D' } }, 'P1D'],
      [{ selected_user: 'U0ADA' }, 'U0ADA'],
    ] as const) {
      assert.deepEqual(readPress(menu(choice)), { action: { name: 'snooze', data: { watch: 7, until } } });
      assert.equal(isBare(menu(choice)), false);
    }
  });

  it('of a menu with nothing chosen, or with an id that is not of ours, is none', () => {
    assert.equal(readPress(menu({ selected_user: null })), null);
    for (const id of ['choose:0:', 'choose:0:{}', 'choose:0:["snooze",{}]', 'choose:0:["snooze",{},""]', 'choose:0:[1'])
      assert.equal(readPress(menu({ selected_user: 'U0ADA' }, id)), null, id);
    assert.equal(readPress(menu({ selected_option: { value: 'P1D' } }, 'other')), null);
  });

  it('of a menu cannot reach what objects inherit', () => {
    const press = readPress(menu({ selected_user: 'U0ADA' }, 'choose:0:["x",{"__proto__":{"a":1}},"__proto__"]'));
    assert.equal(Object.getPrototypeOf(press!.action.data), Object.prototype);
  });

  const nothing: [name: string, element: unknown][] = [
    ['a link button', { type: 'button', action_id: 'link:0', url: 'https://example.com' }],
    ['a menu with nothing chosen', { type: 'overflow', selected_option: null }],
    ['no JSON', button('show')],
    ['an object', button('{"name":"show"}')],
    ['no data', button('["show"]')],
    ['data that is a list', button('["show",[1]]')],
    ['an empty name', button('["",{}]')],
    ['a name of 101 characters', button(JSON.stringify(['n'.repeat(101), {}]))],
    ['a name that is a number', button('[1,{}]')],
    ['too many parts', button('["show",{},{}]')],
    ['a value that is no text', button(12)],
    ['a value longer than Slack takes', button(JSON.stringify(['show', { x: 'x'.repeat(2000) }]))],
    ['no element', undefined],
    ['null', null],
    ['a text', 'show'],
  ];
  for (const [name, element] of nothing) it(`with ${name} is none`, () => assert.equal(readPress(element), null));

  it('carries nothing where it is a link, and only there', () => {
    assert.equal(isBare({ type: 'button', action_id: 'link:0', url: 'https://example.com' }), true);
    for (const element of [button('["show",{}]'), option('["show",{}]'), button('odd'), null, 'show'])
      assert.equal(isBare(element), false);
  });
});
