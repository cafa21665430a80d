import assert from 'node:assert/strict';
import { AuthenticationRefused } from '../../../src/calendars/graph/authentication.ts';
import { authorityFor, createTokenSource, isPrivateAuthority } from '../../../src/calendars/graph/credentials.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { HOUR } from '../../../src/core/time.ts';

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
    const source = createTokenSource({
      accessToken: ' abc\n',
      baseUrl: 'https://graph.test',
      loadCredential: fake.loadCredential,
    });
    assert.equal(await source.get(), 'abc');
    assert.equal(fake.loaded(), 0);
  });

  it('loads the credential with the first call and shares one request between concurrent calls', async () => {
    const fake = credential([token('one', HOUR)]);
    const source = createTokenSource({
      accessToken: '',
      baseUrl: 'https://graph.test/',
      loadCredential: fake.loadCredential,
    });
    assert.equal(fake.loaded(), 0);
    assert.deepEqual(await Promise.all([source.get(), source.get(), source.get()]), ['one', 'one', 'one']);
    assert.equal(await source.get(), 'one');
    assert.deepEqual(fake.scopes, ['https://graph.test/.default']);
    assert.equal(fake.loaded(), 1);
  });

  it('asks again for a token that is about to expire', async () => {
    const fake = credential([token('one', 60_000), token('two', HOUR)]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    assert.equal(await source.get(), 'one');
    assert.equal(await source.get(), 'two');
    assert.equal(await source.get(), 'two');
  });

  it('asks again for a token that is due for it, long before its end', async () => {
    const due = async () => ({ ...(await token('one', HOUR)()), refreshAfterTimestamp: Date.now() - 1 });
    const fake = credential([due, token('two', HOUR)]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    assert.deepEqual([await source.get(), await source.get()], ['one', 'two']);
  });

  it('tells of an error no name that may hold more than that', async () => {
    const odd = Object.assign(new Error('x'), { name: 'Error for app 1234' });
    const fake = credential([() => Promise.reject(odd)]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    await assert.rejects(source.get(), /could be had \(Error\): /);
  });

  it('says what to check when there is no token, keeps ids to itself, and asks again next time', async () => {
    const refused = Object.assign(new Error('network_error for app 1234'), { name: 'AuthenticationError' });
    const fake = credential([() => Promise.reject(refused), async () => null, token('late', HOUR)]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    for (const name of ['AuthenticationError', 'Error']) {
      await assert.rejects(source.get(), (error) => {
        assert.ok(error instanceof DeliveryError);
        assert.equal(error.code, 'unavailable');
        assert.match(error.message, new RegExp(`\\(${name}\\): check AZURE_TENANT_ID`));
        assert.doesNotMatch(error.message, /1234/);
        return true;
      });
    }
    assert.equal(await source.get(), 'late');
  });

  it('says so when Entra refuses the bot itself', async () => {
    const fake = credential([() => Promise.reject(new Error('AADSTS7000222: keys for app 1234 are expired'))]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    await assert.rejects(source.get(), (error) => {
      assert.ok(error instanceof AuthenticationRefused);
      assert.deepEqual(error.problem, { what: 'secret-expired', code: 'AADSTS7000222' });
      assert.equal(error.code, 'unavailable');
      assert.match(error.message, /create a new one in Microsoft Entra, set AZURE_CLIENT_SECRET, restart/);
      assert.doesNotMatch(error.message, /1234/);
      return true;
    });
  });

  it('forgets a token that was refused, with the credential that may hold it too, and no other', async () => {
    const fake = credential([token('one', HOUR), token('two', HOUR)]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    assert.equal(await source.get(), 'one');
    source.forget('other');
    assert.equal(await source.get(), 'one');
    source.forget('one');
    assert.equal(await source.get(), 'two');
    source.forget('one');
    assert.equal(await source.get(), 'two');
    assert.equal(fake.loaded(), 2);
  });

  it('uses a token to its end while no new one can be had, unless the bot was refused', async () => {
    const lost = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const refused = () => Promise.reject(new Error('AADSTS7000215'));
    const fake = credential([token('one', 60_000), lost, refused, token('two', 20_000), lost]);
    const source = createTokenSource({ baseUrl: 'https://graph.test', loadCredential: fake.loadCredential });
    assert.deepEqual([await source.get(), await source.get()], ['one', 'one']);
    await assert.rejects(source.get(), /secret is wrong/);
    assert.equal(await source.get(), 'two');
    await assert.rejects(source.get(), /No access token/);
  });

  const hosts: [string | undefined, boolean][] = [
    [undefined, false],
    ['', false],
    ['https://login.microsoftonline.com', false],
    ['https://LOGIN.microsoftonline.us/', false],
    ['https://login.partner.microsoftonline.cn', false],
    ['https://127.0.0.1:8443', true],
    ['https://login.microsoftonline.com.example', true],
    ['no address', false],
  ];
  for (const [host, expected] of hosts) {
    it(`takes the authority ${JSON.stringify(host)} for ${expected ? 'a private one' : "Microsoft's own"}`, () => {
      assert.equal(isPrivateAuthority(host), expected);
    });
  }

  const authorities: [env: Record<string, string>, graph: string, expected: string | undefined][] = [
    [{}, 'https://graph.microsoft.com', undefined],
    [{}, 'https://graph.microsoft.us', 'https://login.microsoftonline.us'],
    [{}, 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us'],
    [{}, 'https://microsoftgraph.chinacloudapi.cn', 'https://login.partner.microsoftonline.cn'],
    [{ AZURE_AUTHORITY_HOST: 'https://sts.example' }, 'https://graph.microsoft.us', 'https://sts.example'],
    [{ AZURE_AUTHORITY_HOST: ' ' }, 'https://graph.microsoft.us', 'https://login.microsoftonline.us'],
    [{}, 'https://graph.example', undefined],
  ];
  for (const [env, graph, expected] of authorities) {
    it(`asks ${expected ?? 'the global authority'} for tokens for ${graph} with ${JSON.stringify(env)}`, () => {
      assert.equal(authorityFor(env, graph), expected);
    });
  }
});
