import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createGraphTenant, tenantOfToken } from '../../../src/calendars/graph/tenant.ts';

const TENANT = '11111111-2222-4333-8444-55555555aaaa';

function tokenWith(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const tokens: [string, string, string | null][] = [
  ['with a tenant', tokenWith({ tid: TENANT }), TENANT],
  ['with a tenant in capitals', tokenWith({ tid: TENANT.toUpperCase() }), TENANT],
  ['with umlauts beside it', tokenWith({ name: 'Jürgen Größe', tid: TENANT }), TENANT],
  ['without a tenant', tokenWith({ aud: 'https://graph.microsoft.com' }), null],
  ['whose tenant is no id', tokenWith({ tid: 'contoso.example' }), null],
  ['whose tenant is a number', tokenWith({ tid: 5 }), null],
  ['whose claims are a list', tokenWith([TENANT]), null],
  ['whose claims are null', tokenWith(null), null],
  ['that is opaque', 'EwBgA8l6BAAU', null],
  ['that is opaque and has dots', 'a.b.c', null],
  ['that is empty', '', null],
];

describe("the tenant of Graph's mailboxes", () => {
  for (const [name, token, tenant] of tokens) {
    it(`is ${tenant} by a token ${name}`, () => assert.equal(tenantOfToken(token), tenant));
  }

  describe('as it becomes known', () => {
    let clock: sinon.SinonFakeTimers;
    const ends: (() => void)[] = [];
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    });
    afterEach(() => {
      for (const end of ends.splice(0)) end();
      clock.restore();
    });

    function tenantOf(configured: string | null, ...answers: (() => Promise<string>)[]) {
      const errors: unknown[] = [];
      let [asked, known] = [0, 0];
      const tenant = createGraphTenant({
        configured,
        getToken() {
          asked += 1;
          return (answers[asked - 1] ?? (() => Promise.reject(new Error('asked too often'))))();
        },
        failed: (error) => errors.push(error),
        known: () => (known += 1),
      });
      ends.push(() => tenant.close());
      return { tenant, errors, asked: () => asked, known: () => known };
    }

    it('is the configured id, in lower case, and no token is asked for', () => {
      const { tenant, asked, known } = tenantOf(TENANT.toUpperCase());
      assert.equal(tenant.id(), TENANT);
      assert.deepEqual([asked(), known()], [0, 0]);
    });

    for (const configured of [null, 'contoso.example', 'common', '']) {
      it(`is what the token says when ${JSON.stringify(configured)} is configured`, async () => {
        const { tenant, asked, known } = tenantOf(configured, async () => tokenWith({ tid: TENANT }));
        assert.deepEqual([tenant.id(), known()], [undefined, 0]);
        await clock.tickAsync(0);
        assert.equal(tenant.id(), TENANT);
        await clock.tickAsync(600_000);
        assert.deepEqual([asked(), known()], [1, 1]);
      });
    }

    it('is null for good when the token is opaque', async () => {
      const { tenant, asked } = tenantOf(null, async () => 'opaque');
      await clock.tickAsync(600_000);
      assert.equal(tenant.id(), null);
      assert.equal(asked(), 1);
    });

    it('is asked for every minute while there is no token', async () => {
      const fails = () => Promise.reject(new Error('no token'));
      const { tenant, errors, asked } = tenantOf(null, fails, fails, async () => tokenWith({ tid: TENANT }));
      await clock.tickAsync(59_999);
      assert.deepEqual([tenant.id(), asked(), errors.length], [undefined, 1, 1]);
      await clock.tickAsync(60_000);
      assert.deepEqual([tenant.id(), asked(), errors.length], [undefined, 2, 2]);
      await clock.tickAsync(1);
      assert.deepEqual([tenant.id(), asked(), errors.length], [TENANT, 3, 2]);
    });

    it('is not asked for after the end: closed while it waits', async () => {
      const { tenant, asked } = tenantOf(null, () => Promise.reject(new Error('no token')));
      await clock.tickAsync(1000);
      tenant.close();
      await clock.tickAsync(600_000);
      assert.equal(asked(), 1);
    });

    it('is told to nobody after the end', async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const { tenant, known } = tenantOf(null, () => promise);
      tenant.close();
      resolve(tokenWith({ tid: TENANT }));
      await clock.tickAsync(0);
      assert.equal(known(), 0);
    });

    it('is not asked for after the end: closed while the token is on its way', async () => {
      const { promise, reject } = Promise.withResolvers<string>();
      const { tenant, asked } = tenantOf(null, () => promise);
      tenant.close();
      reject(new Error('no token'));
      await clock.tickAsync(600_000);
      assert.equal(asked(), 1);
    });
  });
});
