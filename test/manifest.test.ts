import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { BOT_SCOPES } from '../src/channels/slack/channel.ts';
import { EVENTS_PATH } from '../src/channels/slack/receivers.ts';
import { REDIRECT_PATH } from '../src/channels/slack/install-flow.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
// The package's ES module entry lacks named exports.
const { AppManifestUtils } = createRequire(import.meta.url)(
  '@microsoft/app-manifest',
) as typeof import('@microsoft/app-manifest');
const APP_ID = '11111111-2222-3333-4444-555555555555';

async function pack(env: Record<string, string>, out: string) {
  const { PATH = '' } = process.env;
  return run(process.execPath, [join(root, 'scripts/package.ts'), out], { env: { PATH, ...env } });
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
    assert.deepEqual(Object.keys(files).sort(), ['color.png', 'manifest.json', 'outline.png']);
    assert.deepEqual(manifest.icons, { color: 'color.png', outline: 'outline.png' });
  });

  it('has a manifest that is valid for its schema', async () => {
    const path = join(folder, 'manifest.json');
    await writeFile(path, files['manifest.json']!);
    const [read, errors] = await AppManifestUtils.readAndValidateTeamsManifest(path);
    assert.deepEqual(errors, []);
    assert.ok(Number(String(read.manifestVersion).split('.')[1]) >= 25);
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

  it('offers the bot everywhere, with its commands', () => {
    const [bot] = manifest.bots;
    assert.deepEqual(bot.scopes, ['personal', 'team', 'groupChat']);
    assert.equal(bot.supportsFiles, true, 'certificates attached to “trust add”');
    for (const list of bot.commandLists) {
      assert.deepEqual(list.scopes, ['personal', 'team', 'groupChat']);
      const titles = list.commands.map(({ title }: { title: string }) => title);
      assert.deepEqual(titles, ['watch', 'check', 'unwatch', 'list', 'show', 'remind', 'calendar', 'help']);
    }
  });

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

  it('subscribes to the events that are listened to', () => {
    assert.deepEqual(manifest.settings.event_subscriptions.bot_events, [
      'app_home_opened',
      'app_mention',
      'app_uninstalled',
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
