import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { BOT_SCOPES } from '../src/channels/slack/channel.ts';
import { GLOBAL_SHORTCUT, MESSAGE_SHORTCUT } from '../src/channels/slack/form-payload.ts';
import { EVENTS_PATH } from '../src/channels/slack/receivers.ts';
import { FORM_COMMAND, MESSAGE_COMMAND } from '../src/channels/teams/form-activity.ts';
import { REDIRECT_PATH } from '../src/channels/slack/install-flow.ts';
import { type AppManifest, uploadProblems } from '../scripts/package-rules.ts';
import { parseCommand } from '../src/core/chat/command.ts';
import { sayIn } from '../src/core/language/language.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
// The package's ES module entry lacks named exports.
const { AppManifestUtils } = createRequire(import.meta.url)(
  '@microsoft/app-manifest',
) as typeof import('@microsoft/app-manifest');
const APP_ID = '11111111-2222-3333-4444-555555555555';

async function pack(env: Record<string, string>, out: string, project = root) {
  const { PATH = '' } = process.env;
  return run(process.execPath, [join(project, 'scripts/package.ts'), out], { env: { PATH, ...env } });
}

function pngOf(bytes: Uint8Array) {
  const png = Buffer.from(bytes);
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, bits, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  assert.deepEqual([bits, kind], [8, 6], '8-bit RGBA');
  const rows = inflateSync(Buffer.concat(parts));
  const pixels: number[][] = [];
  for (let row = 0; row < height; row++) {
    assert.equal(rows[row * (width * 4 + 1)], 0, 'unfiltered');
    for (let column = 0; column < width; column++) {
      const at = row * (width * 4 + 1) + 1 + column * 4;
      pixels.push([...rows.subarray(at, at + 4)]);
    }
  }
  return { width, height, pixels };
}

describe('the Teams app package', () => {
  let folder: string;
  let files: Record<string, Uint8Array>;
  let manifest: any;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-package-'));
    const out = join(folder, 'certbot-teams.zip');
    const { stdout } = await pack({ MicrosoftAppId: APP_ID, PUBLIC_URL: 'https://bot.example:8443/base/' }, out);
    assert.equal(stdout.trim(), out);
    files = unzipSync(await readFile(out));
    manifest = JSON.parse(strFromU8(files['manifest.json']!));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('holds the manifest and its icons, at the top level', () => {
    assert.deepEqual(Object.keys(files).sort(), ['color.png', 'de.json', 'manifest.json', 'outline.png']);
    assert.deepEqual(manifest.icons, { color: 'color.png', outline: 'outline.png' });
  });

  it('has a manifest that is valid for its schema', async () => {
    const path = join(folder, 'manifest.json');
    await writeFile(path, files['manifest.json']!);
    const [read, errors] = await AppManifestUtils.readAndValidateTeamsManifest(path);
    assert.deepEqual(errors, []);
    assert.ok(Number(String(read.manifestVersion).split('.')[1]) >= 25);
  });

  it('has German words that are valid for their schema, for everything that the message extension shows', async () => {
    const german = JSON.parse(strFromU8(files['de.json']!));
    assert.ok(german.$schema.includes(`/v${manifest.manifestVersion}/`));
    const path = new URL(
      `json-schemas/teams/v${manifest.manifestVersion}/MicrosoftTeams.Localization.schema.json`,
      import.meta.resolve('@microsoft/app-manifest'),
    );
    const schema = JSON.parse(await readFile(path, 'utf8'));
    for (const key of schema.required) assert.equal(typeof german[key], 'string', key);
    for (const [key, text] of Object.entries<string>(german)) {
      const pattern = Object.keys(schema.patternProperties).find((each) => new RegExp(each).test(key));
      const rule = schema.properties[key] ?? (pattern ? schema.patternProperties[pattern] : undefined);
      assert.ok(rule, `${key} is no key of the schema`);
      assert.ok(text.length <= (rule.maxLength ?? Infinity), `${key} has ${text.length} characters`);
    }
    const { commands } = manifest.composeExtensions[0];
    for (const [index] of commands.entries())
      for (const part of ['title', 'description']) {
        const said = german[`composeExtensions[0].commands[${index}].${part}`];
        assert.ok(said && said !== commands[index][part], `${index} ${part}`);
      }
    assert.equal(german['composeExtensions[0].commands[0].title'], sayIn('de')('form.message.title'));
    assert.equal(commands[0].title, sayIn('en')('form.message.title'));
  });

  it('offers what people point at: the commands that the bot knows, on messages, in the composer and the command box', () => {
    const [extension, more] = manifest.composeExtensions;
    assert.equal(more, undefined);
    assert.equal(extension.botId, APP_ID);
    assert.deepEqual(
      extension.commands.map(({ id, type, context, fetchTask }: any) => [id, type, context, fetchTask]),
      [
        [MESSAGE_COMMAND, 'action', ['message'], true],
        [FORM_COMMAND, 'action', ['commandBox', 'compose'], true],
      ],
    );
  });

  it('has every placeholder filled', () => {
    assert.doesNotMatch(strFromU8(files['manifest.json']!), /\$\{\{/);
    assert.equal(manifest.id, APP_ID);
    assert.equal(manifest.bots[0].botId, APP_ID);
    assert.equal(manifest.developer.privacyUrl, 'https://bot.example:8443/base/privacy');
    assert.deepEqual(manifest.validDomains, ['bot.example', 'token.botframework.com']);
  });

  it('has the version of the project', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    assert.equal(manifest.version, version);
  });

  it('is written for the newest schema that there is', async () => {
    const schemas = fileURLToPath(new URL('json-schemas/teams/', import.meta.resolve('@microsoft/app-manifest')));
    const minors = (await readdir(schemas)).map((name) => Number(/^v1\.(\d+)$/.exec(name)?.[1] ?? 0));
    assert.equal(manifest.manifestVersion, `1.${Math.max(...minors)}`);
  });

  it('keeps the rules of the upload that no schema states', () => {
    assert.equal(manifest.supportsChannelFeatures, 'tier1');
    assert.deepEqual(uploadProblems(manifest, files), []);
  });

  it('offers the bot everywhere, in Microsoft 365 Copilot too, with its commands', () => {
    const [bot] = manifest.bots;
    assert.deepEqual(bot.scopes, ['personal', 'team', 'groupChat', 'copilot']);
    assert.equal(bot.supportsFiles, true, 'certificates attached to “trust add”');
    assert.deepEqual(manifest.copilotAgents, { customEngineAgents: [{ id: APP_ID, type: 'bot' }] });
    const [chats, copilot] = bot.commandLists;
    assert.deepEqual(chats.scopes, ['personal', 'team', 'groupChat']);
    const titles = chats.commands.map(({ title }: { title: string }) => title);
    assert.deepEqual(titles, ['watch', 'check', 'unwatch', 'list', 'show', 'remind', 'calendar', 'help']);
    assert.deepEqual(copilot.scopes, ['copilot']);
  });

  it('has prompts that the bot understands, and in Copilot, which may send them at once, none that changes anything', () => {
    const verbs = (list: any) =>
      list.commands.map(({ prompt }: { prompt: string }) => parseCommand(prompt, sayIn('en')).verb);
    const [chats, copilot] = manifest.bots[0].commandLists;
    assert.deepEqual(
      verbs(chats),
      chats.commands.map(({ title }: { title: string }) => title),
    );
    assert.deepEqual(verbs(copilot), ['check', 'list', 'calendar', 'help']);
  });

  type Change = (broken: any, parts: Record<string, Uint8Array>) => void;
  const refused: [name: string, change: Change, says: RegExp][] = [
    [
      'without channel features',
      (app) => delete app.supportsChannelFeatures,
      /supportsChannelFeatures has to be "tier1"/,
    ],
    ['with other channel features', (app) => (app.supportsChannelFeatures = null), /supportsChannelFeatures/],
    ['of an old schema', (app) => (app.manifestVersion = '1.24'), /manifestVersion is 1\.24/],
    ["of Teams' public preview", (app) => (app.manifestVersion = 'devPreview'), /manifestVersion is devPreview/],
    ['with the address of another schema', (app) => (app.$schema = app.$schema.replace('1.30', '1.29')), /\$schema/],
    ['with a version of two numbers', (app) => (app.version = '1.2'), /version has to be three numbers/],
    ['with a version that begins with nought', (app) => (app.version = '1.02.3'), /version has to be three numbers/],
    ['with the id of nobody', (app) => (app.id = '00000000-0000-0000-0000-000000000000'), /id has to be a GUID/],
    ['with a placeholder', (app) => (app.name.full = '${{NAME}}'), /placeholder/],
    ['without a name', (app) => (app.name.short = ' '), /name\.short/],
    [
      'called after Teams',
      (app) => (app.name.full = 'Certbot for Teams'),
      /neither “Teams” nor “Slack”: Certbot for Teams\./,
    ],
    ['of a developer called after Slack', (app) => (app.developer.name = 'Slackers'), /neither .*: Slackers/],
    ['that says nothing more', (app) => (app.description.full = app.description.short), /description\.full/],
    [
      'for the bot of another app in Copilot',
      (app) => (app.copilotAgents.customEngineAgents[0].id = 'x'),
      /bot x, which/,
    ],
    ['for Copilot without agent', (app) => delete app.copilotAgents, /scope "copilot" has to be among/],
    ['for Copilot without personal chats', (app) => app.bots[0].scopes.shift(), /scopes "personal" and "copilot"/],
    [
      'with both kinds of agents',
      (app) => (app.copilotAgents.declarativeAgents = [{}]),
      /either customEngineAgents or/,
    ],
    ['for Copilot without prompts', (app) => app.bots[0].commandLists.pop(), /has to have a command list for it/],
    ['with a command twice', (app) => (list(app)[1].title = 'WATCH'), /command WATCH stands twice/],
    ['with eleven commands', (app) => list(app).push(...list(app).slice(0, 3)), /at most 10 commands/],
    ['with a long title', (app) => (list(app)[0].title = 'x'.repeat(33)), /1 to 32 characters/],
    ['with a command that nobody describes', (app) => delete list(app)[0].description, /1 to 128 characters/],
    ['with a prompt of no words', (app) => (list(app)[0].prompt = ' '), /or neither/],
    ['with a prompt that is none', (app) => (list(app)[0].type = 'basic'), /or neither/],
    ['with a command of Copilot that is no prompt', unprompted, /Check a certificate has to have a prompt/],
    ['with a scope twice', (app) => app.bots[0].scopes.push('team'), /scope team stands twice/],
    ['with two lists of a scope', (app) => lists(app)[1].scopes.push('team'), /team has more than one command list/],
    ['with a list for nobody', (app) => app.bots[0].scopes.splice(2, 1), /groupChat, which the bot does not have/],
    [
      'with messages to one person of a group',
      (app) => (app.bots[0].supportsTargetedMessages = true),
      /public preview/,
    ],
    ['with slash commands', (app) => (lists(app)[0].triggers = ['slash']), /public preview/],
    [
      'with an address as a domain',
      (app) => app.validDomains.push('https://bot.example/'),
      /https:\/\/bot.example\/ is none/,
    ],
    ['with a number as a domain', (app) => app.validDomains.push('192.0.2.1'), /192\.0\.2\.1 is none/],
    ['with every domain of a top-level domain', (app) => app.validDomains.push('*.example'), /\*\.example is none/],
    ['with a domain twice', (app) => app.validDomains.push('BOT.example'), /BOT\.example stands twice/],
    ['for single sign-on at nothing', (app) => (app.webApplicationInfo = { id: APP_ID }), /name its resource/],
    [
      'with a message extension of another bot',
      (app) => (app.composeExtensions[0].botId = 'x'),
      /composeExtensions names the bot x/,
    ],
    ['without the words of a language', (_app, parts) => delete parts['de.json'], /de\.json of the language de is not/],
    ['without an icon', (_app, parts) => delete parts['color.png'], /color icon color\.png is not in the package/],
    ['with an icon that is none', (_app, parts) => (parts['color.png'] = new Uint8Array(40)), /PNG file/],
    ['with a large outline', (_app, parts) => (parts['outline.png'] = parts['color.png']!), /32 by 32 pixels/],
    ['with an opaque outline', opaque, /transparent background/],
  ];
  function lists(app: any): any[] {
    return app.bots[0].commandLists;
  }
  function list(app: any): any[] {
    return lists(app)[0].commands;
  }
  function unprompted(app: any): void {
    delete lists(app)[1].commands[0].type;
    delete lists(app)[1].commands[0].prompt;
  }
  function opaque(_app: any, parts: Record<string, Uint8Array>): void {
    const png = Buffer.from(parts['outline.png']!);
    png[25] = 2;
    parts['outline.png'] = png;
  }
  for (const [name, change, says] of refused) {
    it(`${name} is not taken`, () => {
      const broken: AppManifest = structuredClone(manifest);
      const parts = { ...files };
      change(broken, parts);
      const problems = uploadProblems(broken, parts);
      assert.ok(
        problems.some((problem) => says.test(problem)),
        problems.join('\n'),
      );
      for (const problem of problems) assert.match(problem, /^[A-Za-z$][^]*\.$/);
    });
  }

  it('needs no channel features where it runs in no team', () => {
    const { supportsChannelFeatures: _none, ...app } = structuredClone(manifest);
    app.bots[0].scopes = ['personal', 'copilot'];
    lists(app)[0].scopes = ['personal'];
    assert.deepEqual(uploadProblems(app, files), []);
  });

  const unpacked: [name: string, change: (text: string) => string, says: RegExp][] = [
    ['a manifest that Teams would refuse', (text) => text.replace(/"supportsChannelFeatures": "tier1",/, ''), /tier1/],
    ['a manifest that its schema refuses', (text) => text.replace('"personal"', '"person"'), /scopes/],
    ['a manifest that is not JSON', (text) => text.slice(1), /cannot be checked/],
  ];
  for (const [name, change, says] of unpacked) {
    it(`is not written from ${name}, and says why`, async () => {
      const project = await mkdtemp(join(folder, 'project-'));
      for (const part of ['scripts', 'manifest', 'package.json'])
        await cp(join(root, part), join(project, part), { recursive: true });
      await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
      const path = join(project, 'manifest/manifest.json');
      await writeFile(path, change(await readFile(path, 'utf8')));
      const out = join(folder, 'never.zip');
      const packed = pack({ MicrosoftAppId: APP_ID, PUBLIC_URL: 'https://bot.example' }, out, project);
      await assert.rejects(packed, (error: Error & { code?: number; stderr?: string }) => {
        assert.equal(error.code, 1);
        assert.match(error.stderr ?? '', says);
        assert.match(error.stderr ?? '', /^The Teams app package was not written\.$/m);
        assert.doesNotMatch(error.stderr ?? '', /\n\s+at /);
        return true;
      });
      await assert.rejects(readFile(out), { code: 'ENOENT' });
    });
  }

  it('has a colour icon of 192 by 192 pixels without transparency', () => {
    const { width, height, pixels } = pngOf(files['color.png']!);
    assert.deepEqual([width, height], [192, 192]);
    assert.ok(pixels.every(([, , , alpha]) => alpha === 255));
  });

  it('has an outline icon of 32 by 32 pixels, white on transparent', () => {
    const { width, height, pixels } = pngOf(files['outline.png']!);
    assert.deepEqual([width, height], [32, 32]);
    assert.ok(pixels.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255));
    const covered = pixels.filter(([, , , alpha]) => alpha === 255).length;
    assert.ok(covered > 100 && covered < 600, String(covered));
    assert.equal(pixels[0]![3], 0);
  });

  const wrong: [name: string, env: Record<string, string>, says: RegExp][] = [
    ['nothing', {}, /MicrosoftAppId[^]*PUBLIC_URL/],
    ['an app id that is no GUID', { MicrosoftAppId: 'bot', PUBLIC_URL: 'https://bot.example' }, /MicrosoftAppId/],
    ['a PUBLIC_URL without https', { MicrosoftAppId: APP_ID, PUBLIC_URL: 'http://bot.example' }, /PUBLIC_URL/],
    ['a PUBLIC_URL without a name', { MicrosoftAppId: APP_ID, PUBLIC_URL: 'https://192.0.2.1' }, /PUBLIC_URL/],
  ];
  for (const [name, env, says] of wrong) {
    it(`is not written from ${name}, and says why`, async () => {
      const out = join(folder, 'never.zip');
      await assert.rejects(pack(env, out), (error: Error & { code?: number; stderr?: string }) => {
        assert.equal(error.code, 1);
        assert.match(error.stderr ?? '', says);
        assert.doesNotMatch(error.stderr ?? '', /\n\s+at /);
        return true;
      });
      await assert.rejects(readFile(out), { code: 'ENOENT' });
    });
  }
});

describe('the Slack app manifest', () => {
  let manifest: any;

  before(async () => {
    manifest = parse(await readFile(join(root, 'manifest/slack.yaml'), 'utf8'));
  });

  it('asks for the scopes that the bot asks for when workspaces install it, and for no others', () => {
    assert.deepEqual(manifest.oauth_config.scopes, { bot: BOT_SCOPES });
  });

  it('says of every scope what it is for', async () => {
    const lines = (await readFile(join(root, 'manifest/slack.yaml'), 'utf8')).split('\n');
    for (const scope of BOT_SCOPES) {
      const line = lines.find((each) => new RegExp(`^\\s+- ${scope.replace('.', '\\.')}\\s`).test(each)) ?? '';
      assert.match(line, / # \S+/, scope);
    }
    assert.ok(BOT_SCOPES.includes('im:write'), 'people are asked in their own chat');
    assert.ok(
      lines.some((line) => line.includes('im:write # to ask people in their own chat before anything is put into')),
    );
  });

  it('has people whom a command names come with their ids', () => {
    assert.equal(manifest.features.slash_commands[0].should_escape, true);
  });

  it('offers the shortcuts that the bot knows, by names that Slack takes', () => {
    const { shortcuts } = manifest.features;
    assert.deepEqual(
      shortcuts.map(({ type, callback_id: id }: any) => [type, id]),
      [
        ['message', MESSAGE_SHORTCUT],
        ['global', GLOBAL_SHORTCUT],
      ],
    );
    for (const { name, description } of shortcuts) assert.ok(name.length <= 24 && description.length <= 150, name);
    assert.equal(shortcuts[0].description, sayIn('en')('form.message.title'));
  });

  it('subscribes to the events that are listened to', () => {
    assert.deepEqual(manifest.settings.event_subscriptions.bot_events, [
      'app_home_opened',
      'app_mention',
      'app_uninstalled',
      'channel_id_changed',
      'channel_rename',
      'channel_unarchive',
      'group_rename',
      'group_unarchive',
      'member_joined_channel',
      'message.im',
      'tokens_revoked',
    ]);
  });

  it('names the addresses that the bot serves, on one host', () => {
    const { url } = manifest.features.slash_commands[0];
    assert.equal(new URL(url).pathname, EVENTS_PATH);
    assert.equal(manifest.settings.event_subscriptions.request_url, url);
    assert.equal(manifest.settings.interactivity.request_url, url);
    assert.deepEqual(manifest.oauth_config.redirect_urls, [new URL(REDIRECT_PATH, url).href]);
  });

  it('needs no public address as it stands: Socket Mode, with buttons and a home tab that can be written to', () => {
    assert.equal(manifest.settings.socket_mode_enabled, true);
    assert.equal(manifest.settings.interactivity.is_enabled, true);
    assert.deepEqual(manifest.features.app_home, {
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });

  it('keeps to the lengths that Slack allows', () => {
    const { name, description, long_description } = manifest.display_information;
    assert.ok(name.length <= 35 && description.length <= 140);
    assert.ok(long_description.length >= 175 && long_description.length <= 4000);
    const [{ description: about, usage_hint }] = manifest.features.slash_commands;
    assert.ok(about.length <= 2000 && usage_hint.length <= 1000);
  });
});
