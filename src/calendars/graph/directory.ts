import type { Application, KeyCredential, PasswordCredential, User } from '@microsoft/microsoft-graph-types';
import { DeliveryError } from '../../core/errors.ts';
import type { AppCredential } from '../../core/ports/calendar.ts';
import type { DirectoryPerson } from '../../core/model/people.ts';
import type { createGraphClient } from './client.ts';
import { literal } from './event.ts';
import { answerFailure } from './failures.ts';

type Call = ReturnType<typeof createGraphClient>['call'];

/** An app that the bot is, towards Graph or towards its chat. */
export interface GraphApp {
  clientId: string;
  /** The first three characters of its secret, by which the directory tells secrets apart; null without one. */
  secretHint: string | null;
  /** Which variables hold its secret and its certificate. */
  variables: Record<'secret' | 'certificate', string>;
}

const PERSON = '$select=accountEnabled,displayName,mail,userPrincipalName';
const MANAGER = '/manager?$select=id,displayName,mail,userPrincipalName';

/** The manager as the directory tells of them; null when the answer names nobody. */
export function managerIn(body: unknown): DirectoryPerson['manager'] {
  if (typeof body !== 'object' || body === null) return null;
  const { id, displayName, mail, userPrincipalName } = body as User;
  if (typeof id !== 'string' || id === '') return null;
  return { id, name: displayName ?? '', address: mail ?? userPrincipalName ?? null };
}

function instant(text: string | null | undefined): number {
  return typeof text === 'string' ? Date.parse(text) : Number.NaN;
}

function credentialIn(
  kind: AppCredential['kind'],
  variable: string,
  { keyId, displayName, startDateTime, endDateTime }: KeyCredential | PasswordCredential,
): AppCredential[] {
  const notAfter = instant(endDateTime);
  if (typeof keyId !== 'string' || Number.isNaN(notAfter)) return [];
  const notBefore = instant(startDateTime);
  return [
    {
      id: keyId,
      kind,
      variable,
      name: displayName ?? '',
      notBefore: Number.isNaN(notBefore) ? 0 : notBefore,
      notAfter,
    },
  ];
}

/**
 * The credentials of an app that can be the ones in use. With a secret: those of its hint (the directory keeps the
 * first three characters), or all secrets when none has it. Without one: everything, since what is used instead is not
 * known here.
 */
export function credentialsIn(
  application: unknown,
  { secretHint, variables }: Pick<GraphApp, 'secretHint' | 'variables'>,
): AppCredential[] {
  const { passwordCredentials, keyCredentials } = (application ?? {}) as Application;
  const secrets = passwordCredentials ?? [];
  const hinted = secretHint === null ? [] : secrets.filter(({ hint }) => hint === secretHint);
  const certificates = secretHint === null ? (keyCredentials ?? []) : [];
  return [
    ...(hinted.length > 0 ? hinted : secrets).flatMap((one) => credentialIn('secret', variables.secret, one)),
    ...certificates.flatMap((one) => credentialIn('certificate', variables.certificate, one)),
  ];
}

/** What the directory says of people and of the bot itself. Both functions throw DeliveryError. */
export function createDirectory({ call, apps }: { call: Call; apps: GraphApp[] }) {
  async function managerOf(mailbox: string): Promise<DirectoryPerson['manager']> {
    const answer = await call({ method: 'GET', mailbox, path: MANAGER });
    if (answer.status === 200) return managerIn(answer.body);
    if (answer.status === 403 || answer.status === 404) return null;
    throw answerFailure(answer, 'GET');
  }

  /** Null: it may not be seen, or there is no such app. */
  async function credentialsOf(app: GraphApp): Promise<AppCredential[] | null> {
    const filter = encodeURIComponent(`appId eq ${literal(app.clientId)}`);
    const path = `/applications?$filter=${filter}&$select=id,passwordCredentials,keyCredentials`;
    const answer = await call({ method: 'GET', mailbox: null, path });
    if ([401, 403, 404].includes(answer.status)) return null;
    if (answer.status !== 200) throw answerFailure(answer, 'GET');
    const { value } = (answer.body ?? {}) as { value?: unknown };
    const [application] = Array.isArray(value) ? (value as unknown[]) : [];
    return application === undefined ? null : credentialsIn(application, app);
  }

  return {
    /**
     * Who has the mailbox; null when that may not be seen; `gone` when there is nobody. The manager is asked for when
     * the account is disabled, or when
     * `withManager` says so.
     */
    async person(mailbox: string, withManager: boolean): Promise<DirectoryPerson | null> {
      const answer = await call({ method: 'GET', mailbox, path: `?${PERSON}` });
      if (answer.status === 403) return null;
      const failure = answer.status === 200 ? null : answerFailure(answer, 'GET');
      if (answer.status === 404 && failure?.permanent) {
        throw new DeliveryError('gone', 'Microsoft Graph knows no such person', { status: 404 });
      }
      if (failure) throw failure;
      const { accountEnabled, displayName } = (answer.body ?? {}) as User;
      const enabled = accountEnabled !== false;
      const manager = !enabled || withManager ? await managerOf(mailbox) : null;
      return { enabled, name: displayName ?? '', manager };
    },

    /** The bot's own credentials, of all its apps, each once; null when that may not be seen. */
    async credentials(): Promise<AppCredential[] | null> {
      const found = new Map<string, AppCredential>();
      let seen = false;
      for (const app of apps) {
        const credentials = await credentialsOf(app);
        seen ||= credentials !== null;
        for (const one of credentials ?? []) if (!found.has(one.id)) found.set(one.id, one);
      }
      return seen ? [...found.values()] : null;
    },
  };
}
