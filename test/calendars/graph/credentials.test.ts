import assert from 'node:assert/strict';
import { createTokenSource } from '../../../src/calendars/graph/credentials.ts';
import { DeliveryError } from '../../../src/core/errors.ts';

const HOUR = 3_600_000;

describe('the token source', () => {
  function credential(answers: (() => Promise<{ token: string; expiresOnTimestamp: number } | null>)[]) {
    const scopes: string[] = [];
    let loaded = 0;
    return {
      scopes,
      loaded: () => loaded,
      async loadCredential() {
        loaded += 1;
        return {
          getToken(scope: string) {
            scopes.push(scope);
            return answers[scopes.length - 1]?.() ?? Promise.reject(new Error('asked too often'));
          },
        };
      },
    };
  }
  const token = (name: string, expiresIn: number) => async () => ({
    token: name,
    expiresOnTimestamp: Date.now() + expiresIn,
  });

  it('uses a pasted token, without white space around it, and no credential', async () => {
    const fake = credential([]);
    const getToken = createTokenSource({
      accessToken: ' abc\n',
      baseUrl: 'https://graph.test',
      loadCredential: fake.loadCredential,
    });
    assert.equal(await getToken(), 'abc');
    assert.equal(fake.loaded(), 0);
  });

  it('loads the credential with the first call and shares one request between concurrent calls', async () => {
    const fake = credential([token('one', HOUR)]);
    const getToken = createTokenSource({
      accessToken: '',
      baseUrl: 'https://graph.test/',
      loadCredential: fake.loadCredential,
    });
    assert.equal(fake.loaded(), 0);
    assert.deepEqual(await Promise.all([getToken(), getToken(), getToken()]), ['one', 'one', 'one']);
    assert.equal(await getToken(), 'one');
    assert.deepEqual(fake.scopes, ['https://graph.test/.default']);
    assert.equal(fake.loaded(), 1);
  });

  it('asks again for a token that is about to expire', async () => {
    const fake = credential([token('one', 60_000), token('two', HOUR)]);
    const getToken = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    assert.equal(await getToken(), 'one');
    assert.equal(await getToken(), 'two');
    assert.equal(await getToken(), 'two');
  });

  it('says what to check when there is no token, keeps ids to itself, and asks again next time', async () => {
    const refused = Object.assign(new Error('AADSTS7000215 for app 1234'), {
      name: 'AuthenticationError',
      statusCode: 400,
    });
    const fake = credential([() => Promise.reject(refused), async () => null, token('late', HOUR)]);
    const getToken = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    for (const name of ['AuthenticationError', 'Error']) {
      await assert.rejects(getToken(), (error) => {
        assert.ok(error instanceof DeliveryError);
        assert.equal(error.code, 'unavailable');
        assert.match(error.message, new RegExp(`\\(${name}\\): check AZURE_TENANT_ID`));
        assert.doesNotMatch(error.message, /1234/);
        return true;
      });
    }
    assert.equal(await getToken(), 'late');
  });
});
