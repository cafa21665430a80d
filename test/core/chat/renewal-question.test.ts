import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { EN } from '../../support/certificate-facts.ts';

describe('the question how something is renewed', () => {
  for (const [typed, uri] of [
    ['renew example.com', 'tls://example.com:443'],
    ['renew the certificate of example.com', 'tls://example.com:443'],
    ['how example.com', 'tls://example.com:443'],
    ['how do I renew example.com?', 'tls://example.com:443'],
    ['How can we renew the certificate for mail.example.com:993 ?', 'tls://mail.example.com:993'],
    ['Hi, how do I renew smtp://mx.example.com', 'smtp://mx.example.com:25'],
    ['how to renew example.com', 'tls://example.com:443'],
    ['wie erneuere ich example.com', 'tls://example.com:443'],
    ['Wie erneuere ich das Zertifikat von example.com?', 'tls://example.com:443'],
    ['wie kann ich example.com erneuern?', 'tls://example.com:443'],
    ['wie wird example.com verlängert?', 'tls://example.com:443'],
    ['erneuere example.com', 'tls://example.com:443'],
    ['example.com bitte erneuern', 'tls://example.com:443'],
  ] as const)
    it(`is about ${uri}: ${typed}`, () => {
      const command = parseCommand(typed, EN);
      assert.ok(command.verb === 'renew' && 'uri' in command.target, JSON.stringify(command));
      assert.equal(command.target.uri, uri);
    });

  for (const typed of [
    'renew',
    'How do I renew this?',
    'how do I renew it',
    'wie erneuere ich das?',
    'Wie geht das Erneuern?',
  ])
    it(`does not say what: ${typed}`, () => assert.equal(parseCommand(typed, EN).verb, 'renew-what'));

  for (const [typed, verb] of [
    ['how are you?', 'problem'],
    ['how do I watch example.com?', 'problem'],
    ['wie geht das', 'help'],
    ['how does this work?', 'help'],
    ['renew a.example b.example', 'problem'],
    ['renew mx:example.com', 'problem'],
    ['renew intranet', 'problem'],
  ] as const)
    it(`is another one: ${typed}`, () => assert.equal(parseCommand(typed, EN).verb, verb));

  it('names a date with all of its words', () => {
    const command = parseCommand('how do I renew date:Token for the build?', EN);
    assert.ok(command.verb === 'renew' && 'named' in command.target);
    assert.equal(command.target.named.name, 'Token for the build');
  });
});
