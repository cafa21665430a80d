import assert from 'node:assert/strict';
import { messageOf } from '../../src/channels/slack/blocks.ts';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import type { Card } from '../../src/core/card.ts';

const CARD: Card = {
  language: 'en',
  opening: 'It looks like *your* certificate is about to expire.',
  summary: 'a.example expires 2027-01-21',
  title: 'Certificate expires: a.example',
  tone: 'warning',
};

describe('what a persona says first', () => {
  it('is the first thing of a card in Teams, as text; what a locked phone shows stays', () => {
    const { body, speak, fallbackText } = adaptiveCard(CARD, null);
    assert.match(JSON.stringify(body[0]), /It looks like \*your\* certificate/);
    assert.match(JSON.stringify(body.slice(1)), /Certificate expires/);
    for (const each of [speak, fallbackText]) assert.match(String(each), /^a\\?\.example expires/);
  });

  it('comes after the heading in Slack, of which notifications are made; what a locked phone shows stays', () => {
    const { text, blocks } = messageOf(CARD);
    assert.equal(blocks[0]!.type, 'header');
    assert.match(JSON.stringify(blocks[1]), /It looks like \*your\* certificate/);
    assert.match(text, /^a\.example expires/);
  });

  it('is not there where nobody is played', () => {
    const { opening: _opening, ...plain } = CARD;
    assert.equal(messageOf(plain).blocks[0]!.type, 'header');
    assert.doesNotMatch(JSON.stringify(adaptiveCard(plain, null)), /It looks like/);
  });
});
