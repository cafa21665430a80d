import assert from 'node:assert/strict';
import type { Card, CardAction, Row } from '../../../src/core/card.ts';
import { adaptiveCard, ROOM_OF_OLDER } from '../../../src/channels/teams/cards.ts';
import { alertLike, reportLike } from '../../support/family-cards.ts';

type Json = Record<string, any>;

const render = (card: Partial<Card>): Json =>
  adaptiveCard({ language: 'en', summary: 's', title: 't', tone: 'neutral', ...card }, null) as Json;
const textOf = ({ inlines = [], text }: Json): string => text ?? inlines.map((run: Json) => run['text']).join('');
/** Texts of an element and all in it, spaces that do not break as spaces. */
function textsIn(node: any): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (['TextBlock', 'RichTextBlock'].includes(node.type)) return [textOf(node).replaceAll('\u{a0}', ' ')];
  return Object.values(node).flatMap(textsIn);
}
const show: CardAction = { kind: 'execute', label: 'Show', action: { name: 'show-row', data: { watch: 12 } } };
const groupOf = (...rows: Row[]): Json => render({ groups: [{ heading: 'Soon', rows }] })['body'][1];

describe('what an Adaptive Card is made of', () => {
  it('stands in the order in which it is read', () => {
    const { body, actions } = adaptiveCard(alertLike('en'), 'id') as Json;
    assert.deepEqual(textsIn(body.slice(0, 5)), [
      '⚠️ Urgent',
      'shop.example.com expires in 7 days',
      'Sun 1 Nov, 23:59 Berlin time',
      '3 Aug ═══════════════════●── 1 Nov',
      'Renew it and install it on both addresses. I notice by myself.',
      'Owner',
      'Ada Lovelace',
      'Next alert',
      'critical, on Fri 30 Oct',
    ]);
    const [head] = body;
    assert.deepEqual([head.type, head.style, head.bleed], ['Container', 'warning', true]);
    const [state, title] = head.items;
    assert.deepEqual([state.weight, title.size, title.style, title.spacing], ['Bolder', 'Large', 'heading', 'Small']);
    assert.deepEqual(
      actions.map((action: Json) => [action['type'], action['title'], action['style']]),
      [
        ['Action.Execute', 'I have it', 'positive'],
        ['Action.Execute', 'Book a slot', undefined],
        ['Action.ToggleVisibility', 'More', undefined],
      ],
    );
    const hidden = body.at(-1);
    assert.deepEqual([hidden.id, hidden.isVisible, actions[2].targetElements], ['more', false, ['more']]);
    assert.deepEqual(
      hidden.items.map(({ type }: Json) => type),
      [
        'ColumnSet',
        'ColumnSet',
        'ColumnSet',
        'ColumnSet',
        ...['Input.ChoiceSet', 'ActionSet'],
        ...['Input.ChoiceSet', 'ActionSet'],
        'ActionSet',
      ],
    );
  });

  it('colours the container by the tone, and says a tone without a state by a symbol before the title', () => {
    for (const [tone, style, symbol] of [
      ['good', 'good', '✅'],
      ['notice', 'accent', '🔔'],
      ['warning', 'warning', '⚠️'],
      ['attention', 'attention', '🚨'],
      ['held', 'emphasis', '👀'],
      ['neutral', undefined, undefined],
    ] as const) {
      const [head] = render({ tone })['body'];
      assert.equal(head.style, style);
      assert.equal(head.items[0].text, symbol ? `${symbol} t` : 't');
    }
  });

  const bars: [gone: number, shown: string][] = [
    [0, '●─────────────────────'],
    [0.5, '═══════════●──────────'],
    [0.999, '════════════════════●─'],
    [1, '═════════════════════●'],
    [7, '═════════════════════●'],
    [-1, '●─────────────────────'],
    [Number.NaN, '●─────────────────────'],
  ];
  for (const [gone, shown] of bars)
    it(`shows a lifetime of which ${gone} is gone in 22 characters`, () => {
      const [, line] = render({ bar: { from: '', to: 'x', gone } })['body'];
      const mono = line.inlines.filter(({ fontType }: Json) => fontType === 'Monospace');
      assert.equal(mono.map((run: Json) => run['text']).join(''), shown);
    });

  it('puts a label beside its value, and above it where it is too long', () => {
    const facts = [
      { label: 'Owner', value: 'Ada' },
      { label: 'Responsibility', value: 'Ada', mono: true },
    ];
    const [, short, long] = render({ facts })['body'];
    assert.deepEqual(
      short.columns.map((column: Json) => column['width']),
      ['84px', 'stretch'],
    );
    assert.deepEqual(
      long.columns.map((column: Json) => [column['width'], ...textsIn(column)]),
      [['stretch', 'Responsibility', 'Ada']],
    );
    assert.equal(long.columns[0].items[1].inlines[0].fontType, 'Monospace');
  });

  it('leaves what somebody may copy as it is, also where a word of it has no room on a line', () => {
    const command = String.raw`openssl req -subj "/CN=*.a_b" -addext "subjectAltName=DNS:shop.example.com,DNS:www.example.com"`;
    const text = [
      ['OpenSSL: ', { text: command, mono: true }],
      ['nginx: ', { text: 'nginx -t', mono: true }],
    ];
    const { items } = render({ groups: [{ heading: 'Renew', text }] } as Partial<Card>)['body'][1];
    assert.deepEqual(items.slice(1), [
      { type: 'RichTextBlock', spacing: 'Small', inlines: [{ type: 'TextRun', text: 'OpenSSL: ' }] },
      {
        type: 'TextBlock',
        spacing: 'None',
        text: command.replace('*', String.raw`\*`).replace('_', String.raw`\_`),
        wrap: true,
        fontType: 'Monospace',
      },
      {
        type: 'RichTextBlock',
        spacing: 'Small',
        inlines: [
          { type: 'TextRun', text: 'nginx: ' },
          { type: 'TextRun', text: 'nginx -t', fontType: 'Monospace' },
        ],
      },
    ]);
    const value = 'k'.repeat(43);
    const [, fact] = render({ facts: [{ label: 'Key', value, mono: true }] })['body'];
    assert.deepEqual(fact.columns[1].items, [{ type: 'TextBlock', text: value, wrap: true, fontType: 'Monospace' }]);
    assert.doesNotMatch(JSON.stringify(items), /\u200b/);
  });

  it('puts the date of a row beside its name, and below it where the name needs the whole line', () => {
    const row = { sub: 'Ada', date: '1 Nov', distance: '7 days' };
    const name = `${'x'.repeat(27)}.com`;
    const { items } = groupOf({ ...row, name: 'a.example.com' }, { ...row, name }, { ...row, name: `my-${name}` });
    const columns = items.slice(1).map((set: Json) => set['columns'].map((column: Json) => textsIn(column)));
    assert.deepEqual(columns.slice(0, 1), [
      [
        ['a.example.com', 'Ada'],
        ['1 Nov', '7 days'],
      ],
    ]);
    assert.deepEqual(columns[1].length, 1);
    assert.equal(columns[1][0][1], '1 Nov, 7 days · Ada');
    assert.equal(columns[2].length, 1);
    const short = groupOf({ ...row, name: 'payments-gateway.eu-central-1.example.com' }).items[1];
    assert.deepEqual(short.columns[1].width, '80px');
  });

  it('lets a row be selected, and reads out all that it says', () => {
    const row = { name: [{ text: 'a.example', mono: true }], sub: 'Expired · Ada', date: '1 Nov', distance: '7 days' };
    const [, set] = groupOf({ ...row, actions: [show] }).items;
    const { title, verb, data, fallback, style } = set.selectAction;
    assert.equal(title.replaceAll('\u{a0}', ' '), 'a.example, Expired, Ada, 1 Nov, 7 days: Show');
    assert.deepEqual([verb, data.watch, style], ['show-row', 12, undefined]);
    assert.deepEqual([fallback.type, fallback.title, fallback.data], ['Action.Submit', title, data]);
    const choose = {
      kind: 'choose',
      label: 'x',
      prompt: 'y',
      input: 'z',
      options: [],
      action: show.action,
    } as CardAction;
    assert.equal(groupOf({ ...row, actions: [choose] }).items[1].selectAction, undefined);
  });

  it('lets no row be selected where that has no room, rather than leave rows out', () => {
    const rows = Array.from({ length: 15 }, (_each, index) => ({ name: `h${index}.example`, actions: [show] }));
    const card: Card = { language: 'en', summary: 's', title: 't', tone: 'neutral', groups: [{ heading: 'x', rows }] };
    const heavy = { ...show, action: { name: 'show-row', data: { note: 'n'.repeat(400) } } };
    const long = { ...card, groups: [{ heading: 'x', rows: rows.map((row) => ({ ...row, actions: [heavy] })) }] };
    for (const [each, selectable] of [
      [card, 15],
      [long, 0],
    ] as const) {
      const content = JSON.stringify(adaptiveCard(each, null, { room: ROOM_OF_OLDER }));
      assert.equal(content.match(/"selectAction"/g)?.length ?? 0, selectable);
      assert.equal(content.match(/"ColumnSet"/g)?.length, 15);
    }
  });

  it('hides a group until its button is pressed, beside the primary one', () => {
    const have: CardAction = { ...show, label: 'Go', style: 'positive' } as CardAction;
    const { body, actions } = render({
      groups: [{ heading: 'The rest', toggle: 'The rest of it', rows: [{ name: 'x' }] }],
      actions: [show, have],
    });
    assert.deepEqual(
      actions.map(({ title }: Json) => title),
      ['Go', 'The rest of it', 'Show'],
    );
    assert.deepEqual([body[1].isVisible, actions[1].targetElements], [false, [body[1].id]]);
  });

  it('has no More where nothing is hidden', () => {
    const { actions, body } = render({ actions: [show, show, show] });
    assert.equal(actions.length, 3);
    assert.equal(body.length, 1);
  });

  it('has one primary button', () => {
    const primary = { ...show, style: 'positive' } as CardAction;
    const { actions } = render({ actions: [primary, primary] });
    assert.deepEqual(
      actions.map(({ style }: Json) => style),
      ['positive', undefined],
    );
  });

  it('sends choices with their own button alone, where one may choose people of the conversation too', () => {
    const { body, actions } = adaptiveCard(alertLike('en'), null) as Json;
    const items: Json[] = body.at(-1).items;
    const [until, owner] = items.filter(({ type }) => type === 'Input.ChoiceSet') as [Json, Json];
    assert.deepEqual(
      [until['id'], until['value'], until['choices'], until['isRequired']],
      ['until', 'P1D', [{ title: 'tomorrow, 09:00', value: 'P1D' }], undefined],
    );
    assert.deepEqual(
      [owner['id'], owner['choices'], owner['choices.data']],
      ['owner', [], { type: 'Data.Query', dataset: 'graph.microsoft.com/users?scope=currentContext' }],
    );
    const sets = items.filter(({ type }) => type === 'ActionSet').map(({ actions: some }) => some[0]);
    const inputs = ({ associatedInputs, fallback }: Json) => [associatedInputs, fallback.associatedInputs];
    assert.deepEqual(sets.map(inputs), [
      [undefined, undefined],
      [undefined, undefined],
      ['none', 'none'],
    ]);
    assert.deepEqual(actions.slice(0, 2).map(inputs), [
      ['none', 'none'],
      ['none', 'none'],
    ]);
  });

  it('draws a chart with the same as text where it cannot be drawn, and as text where it is hidden', () => {
    const card = reportLike('en');
    const [, { items }] = (adaptiveCard(card, null) as Json)['body'];
    const [, chart] = items;
    assert.deepEqual([chart.type, chart.data[1], chart.title], ['Chart.VerticalBar', { x: 'Nov', y: 8 }, undefined]);
    assert.deepEqual(textsIn(chart.fallback).slice(0, 2), ['Oct █ 1', 'Nov ████ 8']);
    const hidden = { ...card, groups: card.groups!.map((group) => ({ ...group, toggle: 'Numbers' })) };
    assert.doesNotMatch(JSON.stringify(adaptiveCard(hidden, null)), /Chart\./);
  });

  it('keeps dates and lengths of time on one line, and lets long words end it', () => {
    const [, line] = render({ text: [`on 1 Nov 2026, in 7 days: ${'a'.repeat(20)}.${'b'.repeat(45)}`] })['body'];
    assert.equal(
      textOf(line),
      `on 1\u{a0}Nov\u{a0}2026, in 7\u{a0}days: ${'a'.repeat(20)}.\u{200b}${'b'.repeat(30)}\u{200b}${'b'.repeat(15)}`,
    );
  });

  it('keeps a long address one word, which can be copied, where words are broken', () => {
    const address = `https://certbot.example/calendar/${'ab'.repeat(32)}.ics`;
    const [, line] = render({ text: [`Subscribe: ${address}`] })['body'];
    assert.deepEqual([line.type, line.text, line.wrap], ['TextBlock', `Subscribe: ${address}`, true]);
    const [, fact] = render({ facts: [{ label: 'Chain', value: 'not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)' }] })[
      'body'
    ];
    assert.match(textsIn(fact)[1]!, /DEPTH_\u{200b}ZERO_\u{200b}SELF/u);
  });

  it('shows what can be typed as such, and text of others in runs alone', () => {
    const { body } = render({
      lead: ['Type ', { text: '*list*', mono: true }, { text: ' now', bold: true }],
      todo: { task: '*Renew*', then: '[it](x)' },
      groups: [{ heading: '*Soon*', text: ['*a*'], more: '*b*' }],
    });
    const [, lead] = body[0].items;
    assert.deepEqual(
      lead.inlines.map(({ text, fontType, weight }: Json) => [text, fontType, weight]),
      [
        ['Type ', undefined, undefined],
        ['*list*', 'Monospace', undefined],
        [' now', undefined, 'Bolder'],
      ],
    );
    assert.deepEqual(textsIn(body.slice(1)), ['*Renew* [it](x)', '\\*Soon\\*', '*a*', '*b*']);
    assert.equal(body[2].items[0].size, 'Default');
  });
});
