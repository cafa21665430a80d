import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { execForm, lastOf, reachesBuild, stagesOf } from '../scripts/dockerfile.ts';

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

/** `npm run play-dockerfile` plays it; what needs no minute is held here. */
describe('the Dockerfile', () => {
  const stages = stagesOf(read('Dockerfile'));
  const image = stages.at(-1)!;

  it('starts the bot as npm start does', () => {
    const { start } = JSON.parse(read('package.json')).scripts as { start: string };
    const needsNode = ' --require ./scripts/needs-node-24.cjs';
    assert.ok(start.includes(needsNode), start);
    assert.equal(`exec ${execForm(lastOf(image, 'CMD')).join(' ')}`, start.replace(needsNode, ''));
  });

  it('leaves it to npm scripts to say that Node is too old', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const name of ['start', 'dev', 'demo', 'test', 'doctor', 'backup', 'package'])
      assert.match(scripts[name]!, /node (?:.* )?--require \.\/scripts\/needs-node-24\.cjs /, name);
  });

  it('copies what is there and what reaches the build', () => {
    const copies = stages.flatMap(({ instructions }) =>
      instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from=')),
    );
    const sources = copies.flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    assert.ok(sources.includes('src'), sources.join());
    for (const source of sources) {
      assert.ok(existsSync(new URL(`../${source}`, import.meta.url)), source);
      assert.ok(reachesBuild(read('.dockerignore'), source), source);
    }
    assert.equal(reachesBuild(read('.dockerignore'), '.env'), false);
  });

  it('installs neither a second Node nor what is for development', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json'));
    assert.deepEqual(Object.keys(optionalDependencies), ['node']);
    assert.equal(dependencies.node, undefined);
    const installs = stages[0]!.instructions.filter(({ rest }) => rest.startsWith('npm ci'));
    assert.deepEqual(
      installs.map(({ rest }) => rest),
      ['npm ci --omit=dev --omit=optional --no-audit --no-fund'],
    );
  });

  it('runs as nobody with rights, and keeps its data in a volume', () => {
    assert.match(lastOf(image, 'USER').rest, /^[1-9]\d*:[1-9]\d*$/);
    const { rest: volume } = lastOf(image, 'VOLUME');
    // The default place of the database, whatever a .env says of it.
    assert.ok(lastOf(image, 'RUN').rest.endsWith(`ln -s ${volume} data`));
  });

  it('is what compose.yaml builds, read-only, beside PostgreSQL 18', () => {
    const { services, volumes } = parse(read('compose.yaml'));
    const { bot, database } = services;
    assert.deepEqual([bot.build, bot.read_only, bot.tmpfs], ['.', true, ['/tmp']]);
    assert.equal(database.image, 'postgres:18');
    assert.match(
      bot.environment.DATABASE_URL,
      /^postgres:\/\/certbot:\$\{POSTGRES_PASSWORD:\?[^}]*\}@database:5432\/certbot$/,
    );
    // From 18 on its image keeps a folder for each version below this one.
    assert.deepEqual(database.volumes, ['database:/var/lib/postgresql']);
    assert.deepEqual(Object.keys(volumes), ['database']);
  });
});

describe('the reader of Dockerfiles', () => {
  it('joins continued lines, leaves out comments, and names stages', () => {
    const stages = stagesOf('# a\nFROM x AS build\nRUN one \\\n    # no, this is text\nFROM y\nCMD ["z"]\n');
    assert.deepEqual(stages, [
      { name: 'build', image: 'x', instructions: [{ name: 'RUN', rest: 'one # no, this is text' }] },
      { name: '1', image: 'y', instructions: [{ name: 'CMD', rest: '["z"]' }] },
    ]);
    assert.deepEqual(execForm(lastOf(stages[1]!, 'CMD')), ['z']);
  });

  const wrong: [string, () => unknown, RegExp][] = [
    ['a line that is no instruction', () => stagesOf('FROM x\nrun y'), /not understood: run y/],
    ['a command in the shell form', () => execForm({ name: 'CMD', rest: 'node x' }), /not in the exec form/],
    ['an instruction that is not there', () => lastOf(stagesOf('FROM x')[0]!, 'USER'), /has no USER/],
    ['a list that lets everything in', () => reachesBuild('node_modules\n', 'src'), /begin with \*/],
  ];
  for (const [name, act, sentence] of wrong) it(`refuses ${name}`, () => assert.throws(act, sentence));
});
