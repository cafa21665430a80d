import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { type AppManifest, uploadProblems } from './package-rules.ts';

// The package's ES module entry lacks named exports.
const { AppManifestUtils } = createRequire(import.meta.url)(
  '@microsoft/app-manifest',
) as typeof import('@microsoft/app-manifest');

const ROOT = new URL('../', import.meta.url);
/** Where the package goes: the first argument, or dist/certbot-teams.zip. */
const PACKAGE = resolve(process.argv[2] ?? fileURLToPath(new URL('dist/certbot-teams.zip', ROOT)));
/** Zip entries carry a date; a fixed one makes the same input the same file. */
const DATE = new Date(1980, 0, 1);

/** What the manifest is filled with, or what is wrong with the environment, one sentence per variable. */
function readValues(env: NodeJS.ProcessEnv): { values: Record<string, string> } | { problems: string[] } {
  const problems: string[] = [];
  const appId = env['MicrosoftAppId']?.trim() ?? '';
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(appId)) {
    problems.push('MicrosoftAppId has to be the app id of your Azure Bot, e.g. 11111111-2222-3333-4444-555555555555.');
  }
  const url = URL.parse(env['PUBLIC_URL']?.trim() ?? '');
  if (url?.protocol !== 'https:') {
    problems.push('PUBLIC_URL has to be the https address where the bot is reached, e.g. https://certbot.example.com.');
  }
  if (problems.length > 0 || !url) return { problems };
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return { values: { MicrosoftAppId: appId.toLowerCase(), PUBLIC_URL: base, PUBLIC_DOMAIN: url.hostname } };
}

/** What is wrong with the manifest, one sentence each: by its schema, and by what Teams asks for beside it. */
async function manifestProblems(text: string, files: Record<string, Uint8Array>): Promise<string[]> {
  let manifest: AppManifest;
  let bySchema: string[];
  try {
    manifest = JSON.parse(text);
    bySchema = await AppManifestUtils.validateAgainstSchema(JSON.parse(text));
  } catch (error) {
    return [`manifest/manifest.json cannot be checked: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (bySchema.length > 0) return bySchema.map((problem) => `manifest/manifest.json: ${problem}`);
  return uploadProblems(manifest, files).map((problem) => `manifest/manifest.json: ${problem}`);
}

function fail(problems: string[]): never {
  console.error(['The Teams app package was not written.', ...problems].join('\n'));
  process.exit(1);
}

if (existsSync('.env')) process.loadEnvFile('.env');
const read = readValues(process.env);
if ('problems' in read) fail(read.problems);
const template = await readFile(new URL('manifest/manifest.json', ROOT), 'utf8');
const manifest = template.replace(/\$\{\{(\w+)\}\}/g, (_placeholder, name: string) => read.values[name] ?? '');
const files = {
  'manifest.json': strToU8(manifest),
  'de.json': await readFile(new URL('manifest/de.json', ROOT)),
  'color.png': await readFile(new URL('manifest/color.png', ROOT)),
  'outline.png': await readFile(new URL('manifest/outline.png', ROOT)),
};
const problems = await manifestProblems(manifest, files);
if (problems.length > 0) fail(problems);
await mkdir(dirname(PACKAGE), { recursive: true });
await writeFile(PACKAGE, zipSync(files, { mtime: DATE, level: 9 }));
console.log(PACKAGE);
