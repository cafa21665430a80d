import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvFile } from '../../src/config/env-file.ts';
import { afterTest } from '../support/after-test.ts';

const [NEW, GIVEN] = ['CERTBOT_TEST_NEW', 'CERTBOT_TEST_GIVEN'];

describe('the file .env', () => {
  beforeEach(() => {
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), 'certbot-env-'));
    process.chdir(folder);
    process.env[GIVEN] = 'environment';
    afterTest(() => {
      process.chdir(before);
      rmSync(folder, { recursive: true });
      delete process.env[NEW];
      delete process.env[GIVEN];
    });
  });

  it('need not be there', () => assert.deepEqual(loadEnvFile(), []));

  const text = `${NEW}="of the file" # why\r\n${GIVEN}=file\r\n`;
  const cases: [string, Buffer][] = [
    ['as Windows ends lines', Buffer.from(text)],
    ['with a mark before UTF-8', Buffer.from(`\ufeff${text}`)],
    ['in UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ];
  for (const [how, bytes] of cases)
    it(`is read ${how}, and the environment wins over it`, () => {
      writeFileSync('.env', bytes);
      assert.deepEqual(loadEnvFile(), []);
      assert.deepEqual([process.env[NEW], process.env[GIVEN]], ['of the file', 'environment']);
    });
});
