import assert from 'node:assert/strict';
import { StoreError } from '../../src/core/errors.ts';
import { postgresError, sqliteError } from '../../src/store/away.ts';

function failure(code?: string): Error {
  return Object.assign(new Error('it broke'), code === undefined ? {} : { code });
}

describe('An error of', () => {
  const tables = [
    {
      name: 'SQLite',
      read: sqliteError,
      away: [
        ...['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY_DBMOVED', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'],
        ...[
          'SQLITE_CANTOPEN',
          'SQLITE_BUSY_SNAPSHOT',
          'SQLITE_LOCKED',
          'SQLITE_PROTOCOL',
          'SQLITE_NOMEM',
          'SQLITE_PERM',
        ],
      ],
      answered: ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_MISMATCH', undefined],
    },
    {
      name: 'PostgreSQL',
      read: postgresError,
      away: [
        ...['08006', '53100', '57P01', '57P03', '57014', '58030', '55P03', '25006', '25P03', '25P04', 'XX001', 'XX002'],
        ...['ECONNRESET', 'EPIPE', undefined],
      ],
      answered: ['23505', '40P01', '42P01', '25P02', 'XX000', '22P02'],
    },
  ];
  for (const { name, read, away, answered } of tables) {
    for (const code of away) {
      it(`${name} (${code ?? 'without a code'}) says that the database is away, and why`, () => {
        const reason = failure(code);
        const error = read(reason);
        assert.ok(error instanceof StoreError);
        assert.match(error.message, /it broke/);
        assert.equal(error.cause, reason);
      });
    }
    for (const code of answered) {
      it(`${name} (${code ?? 'without a code'}) is about the statement, and stays as it is`, () => {
        const reason = failure(code);
        assert.equal(read(reason), reason);
      });
    }
    it(`${name} that has been read is not read again`, () => {
      const error = new StoreError('away');
      assert.equal(read(error), error);
      assert.equal(read('no error'), 'no error');
    });
  }
});
