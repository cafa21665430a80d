import { existsSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** Everything that stands in a database: the bytes of its files, or all rows of all its tables. */
export async function wholeDatabase(url: string): Promise<string> {
  if (url.startsWith('sqlite:')) {
    const file = url.slice('sqlite:'.length);
    const files = [file, `${file}-wal`].filter((each) => existsSync(each));
    return files.map((each) => readFileSync(each, 'utf8')).join('\n');
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    const texts: string[] = [];
    for (const { tablename } of tables) {
      const { rows } = await client.query(`select t::text as row from "${tablename}" t`);
      texts.push(...rows.map(({ row }) => `${tablename}: ${row}`));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** Where these texts stand in it, with what is around them; case of letters does not matter. */
export function found(whole: string, texts: string[]): string[] {
  const lower = whole.toLowerCase();
  return texts.flatMap((text) => {
    const at = lower.indexOf(text.toLowerCase());
    return at < 0 ? [] : [whole.slice(Math.max(0, at - 80), at + 80)];
  });
}
