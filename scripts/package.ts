import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';

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

if (existsSync('.env')) process.loadEnvFile('.env');
const read = readValues(process.env);
if ('problems' in read) {
  console.error(['The Teams app package was not written.', ...read.problems].join('\n'));
  process.exit(1);
}
const template = await readFile(new URL('manifest/manifest.json', ROOT), 'utf8');
const manifest = template.replace(/\$\{\{(\w+)\}\}/g, (_placeholder, name: string) => read.values[name] ?? '');
const files = {
  'manifest.json': strToU8(manifest),
  'color.png': await readFile(new URL('manifest/color.png', ROOT)),
  'outline.png': await readFile(new URL('manifest/outline.png', ROOT)),
};
await mkdir(dirname(PACKAGE), { recursive: true });
await writeFile(PACKAGE, zipSync(files, { mtime: DATE, level: 9 }));
console.log(PACKAGE);
