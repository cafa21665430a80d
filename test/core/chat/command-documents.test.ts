import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { displayTarget, typedTarget } from '../../../src/core/targets/target.ts';
import { DE, EN } from '../../support/certificate-facts.ts';

function targetsOf(text: string): string[] {
  const command = parseCommand(text, EN);
  if (command.verb === 'problem') return [`!! ${command.sentence}`];
  const targets = 'target' in command ? [command.target] : 'targets' in command ? command.targets : null;
  assert.ok(Array.isArray(targets), command.verb);
  return targets.map((target) => {
    if ('problem' in target) return `! ${target.problem}`;
    return 'uri' in target ? target.uri : target.text;
  });
}

const TAKEN: [string, ...string[]][] = [
  ['watch jwks+https://login.example/keys', 'jwks+https://login.example/keys'],
  ['watch jwks+https://login.example', 'jwks+https://login.example/'],
  ['jwks+https://login.example', 'jwks+https://login.example/'],
  ['check JWKS+HTTPS://Login.Example:443/Keys?B=C#d', 'jwks+https://login.example/Keys?B=C'],
  ['watch jwks+https://login.example:8443/a,b', 'jwks+https://login.example:8443/a,b'],
  ['watch jwks+https://login.example 8443', 'jwks+https://login.example:8443/'],
  ['watch jwks+<https://login.example/keys|https://login.example/keys>', 'jwks+https://login.example/keys'],
  ['watch jwks+<https://login.example/keys>', 'jwks+https://login.example/keys'],
  ['watch <jwks+https://login.example/keys|jwks+https://login.example/keys>', 'jwks+https://login.example/keys'],
  ['watch jwks+[login](https://login.example/keys)', 'jwks+https://login.example/keys'],
  ['watch jwks+ https://login.example/keys', 'jwks+https://login.example/keys'],
  ['watch jwks:https://login.example/keys', 'jwks+https://login.example/keys'],
  ['watch jwks+login.example/keys', 'jwks+https://login.example/keys'],
  ['watch `jwks+https://login.example/keys`.', 'jwks+https://login.example/keys'],
  ['watch "jwks+https://login.example/keys"', 'jwks+https://login.example/keys'],
  ['watch (jwks+https://login.example/keys)', 'jwks+https://login.example/keys'],
  ['watch jwks+https://müller.example', 'jwks+https://xn--mller-kva.example/'],
  ['watch jwks+https://[2001:db8::1]:8443/keys', 'jwks+https://[2001:db8::1]:8443/keys'],
  [
    'watch jwks+https://a.example/keys, jwks+https://b.example/keys remind 30d',
    'jwks+https://a.example/keys',
    'jwks+https://b.example/keys',
  ],
  ['watch\njwks+https://a.example/keys\nb.example', 'jwks+https://a.example/keys', 'tls://b.example:443'],
  ['unwatch jwks+https://login.example', 'jwks+https://login.example/'],
  ['watch jwks.example.com', 'tls://jwks.example.com:443'],
  ['watch jwks:443', 'tls://jwks:443'],
];

const REFUSED: [string, RegExp][] = [
  ['watch jwks+http://login.example/keys', /^! .*https only.*`jwks\+https:\/\/login\.example\/keys`/],
  ['watch jwks+https://anna:secret@login.example/keys', /^! .*password/],
  ['watch jwks+ftp://login.example/keys', /^! .*not the address of a document/],
  ['watch jwks+https://', /^!/],
  [`watch jwks+https://login.example/${'x'.repeat(1200)}`, /^! .*1000/],
  ['watch jwks+https://login.example/keys as other.example', /^! .*for servers/],
  ['watch jwks+https://login.example/keys @192.0.2.1', /^! .*for servers/],
];

describe('documents in commands', () => {
  for (const [text, ...uris] of TAKEN)
    it(text.replaceAll('\n', '⏎'), () => {
      assert.deepEqual(targetsOf(text), uris);
    });
  for (const [text, problem] of REFUSED)
    it(`refuses ${text.slice(0, 60)}`, () => {
      const [first, ...more] = targetsOf(text);
      assert.deepEqual(more, []);
      assert.match(first!, problem);
      assert.doesNotMatch(first!, /secret/);
    });

  it('are shown as they are typed', () => {
    for (const [, ...uris] of TAKEN)
      for (const uri of uris) {
        assert.deepEqual(targetsOf(`watch ${typedTarget(uri)}`), [uri]);
        if (uri !== 'tls://jwks:443') assert.equal(displayTarget(uri), typedTarget(uri));
      }
    assert.equal(displayTarget('jwks+https://xn--mller-kva.example/keys'), 'jwks+https://müller.example/keys');
  });

  it('says in German what is wrong', () => {
    const command = parseCommand('watch jwks+http://login.example/keys', DE);
    assert.match(JSON.stringify(command), /nur über https/);
  });
});
