import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig } from '../src/config/config.ts';
import { loadEnvFile } from '../src/config/env-file.ts';
import { backUp } from '../src/store/backup.ts';

/** Copies of what people told the bot are for its user alone. */
process.umask(0o077);

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const [name] = process.argv.slice(2);
if (!name) refuse('Say where the backup goes: npm run backup -- <file>');
// npm changes into the folder of the package; the name was typed elsewhere, perhaps.
const to = resolve(process.env['INIT_CWD'] ?? '.', name);
try {
  loadEnvFile();
  const { databaseUrl } = readConfig(process.env);
  const { from, bytes, watches, conversations } = await backUp(databaseUrl, to);
  const key = `${from}.key`;
  console.log(
    `Copied ${from} to ${to}: ${Math.ceil(bytes / 1024)} kB, watches: ${watches}, conversations: ${conversations}.`,
  );
  if (existsSync(key))
    console.log(`Keep ${key} as well, in another place: addresses of calendars are derived from it.`);
} catch (error) {
  refuse(`No backup was made. ${(error as Error).message}`);
}
