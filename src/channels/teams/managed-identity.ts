import { ManagedIdentityServiceClientCredentialsFactory } from 'botframework-connector';

/**
 * The credentials of a bot whose identity Azure manages: those of the identity with this client id and no others. The
 * SDK by itself asks DefaultAzureCredential, for which AZURE_CLIENT_ID and its secret, which are Graph's, go first: the
 * bot would send as another app.
 */
export function managedIdentity(appId: string): ManagedIdentityServiceClientCredentialsFactory {
  async function load() {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    // The SDK tries five times by itself.
    return new ManagedIdentityCredential({ clientId: appId, retryOptions: { maxRetries: 0 } });
  }

  let loading: ReturnType<typeof load> | undefined;
  const provider = { getToken: async (scope: string) => (await (loading ??= load())).getToken(scope) };
  // The SDK's types ask for a DefaultAzureCredential; it gets tokens from it, nothing else.
  return new ManagedIdentityServiceClientCredentialsFactory(appId, {
    createAzureServiceTokenProvider: () => provider as never,
  });
}
