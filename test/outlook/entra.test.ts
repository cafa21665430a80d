import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Card } from '../../src/core/card.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { StoreOperations } from '../../src/core/ports/store.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { application, appIdOf, keyCredential, owner, secret } from '../support/applications.ts';
import { NOW } from '../support/certificate-facts.ts';
import { readCertificate } from '../../src/sources/tls/x509.ts';
import { issueOdd } from '../support/odd-certificates.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { textOf } from '../support/wired-people.ts';

/** Everything in a card, with plain spaces. */
const reading = (card: Card): string => JSON.stringify(card).replaceAll('\u00a0', ' ');

const anna = personOf('anna');
const oscar = personOf('oscar');
const BERTA = '0b1c2d3e-0000-4000-8000-00000000be7a';
const berta = personOf('berta', { mailbox: BERTA });
const OPERATORS = chatOf(oscar);

const YEAR = 365 * DAY;
const old = (name: string, days: number) => secret(name, { from: NOW - YEAR, to: NOW + days * DAY });

describe('more applications than a conversation may watch', () => {
  it('are told as such, and those that have room are watched', async () => {
    const it_ = await startWiredOutlook({ people: [anna, oscar], settings: { maxWatches: 3, publicUrl: null } });
    try {
      await it_.say(oscar, 'settings operators here', OPERATORS);
      await it_.say(oscar, 'operators allow entra here', OPERATORS);
      const apps = ['Ada', 'Bob', 'Cleo', 'Dan'].map((name) =>
        application(name, { passwordCredentials: [old(name, 300)] }),
      );
      it_.graph.applications.set('applications', apps);
      await it_.say(oscar, 'watch entra', OPERATORS);
      await it_.later(0);
      assert.match(textOf(it_.latest(OPERATORS)), /2 more have no room here/);
      assert.equal((await it_.bot.store.listWatches(OPERATORS.id)).length, 3);
      const before = it_.said(OPERATORS).length;
      await it_.later();
      assert.equal(it_.said(OPERATORS).length, before, 'told once');
    } finally {
      await it_.close();
    }
  });
});

describe('applications of Microsoft Entra', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, oscar, berta] });
  });
  afterEach(() => it_.close());

  async function allowed(): Promise<void> {
    await it_.say(oscar, 'settings operators here', OPERATORS);
    await it_.say(anna, 'operators allow entra here');
    await it_.press(oscar, 'Allow', OPERATORS);
  }

  const uris = async () =>
    (await it_.bot.store.listWatches(CHANNEL.id))
      .map(({ uri }) => uri.replace(/^entra:\/\/[\da-f-]{36}\//, ''))
      .toSorted();

  it('are not shown before an operator has allowed it, in their own conversation', async () => {
    it_.graph.applications.set('applications', [application('Payroll', { passwordCredentials: [old('s', 300)] })]);
    for (const text of [
      'watch entra',
      'watch entra:Payroll',
      'check entra:Payroll',
      `check entra:${appIdOf('Payroll')}`,
    ])
      assert.match(textOf(await it_.say(anna, text)), /operators allow entra here/, text);
    assert.deepEqual(await uris(), []);
    assert.deepEqual(
      it_.graph.requests.filter(({ path }) => path.includes('applications')),
      [],
    );
    assert.match(textOf(await it_.say(anna, 'operators allow entra here')), /settings operators here/);
    await it_.say(oscar, 'settings operators here', OPERATORS);
    assert.match(textOf(await it_.say(anna, 'operators allow entra here')), /has been asked/);
    assert.match(textOf(await it_.say(anna, 'watch entra')), /operators allow entra here/);
    await it_.press(oscar, 'Allow', OPERATORS);
    assert.match(textOf(it_.latest(CHANNEL)), /has allowed “entra” here/);
    assert.match(textOf(await it_.say(anna, 'watch entra:Payroll')), /Payroll/);
    assert.deepEqual(await uris(), ['Payroll']);
    assert.match(textOf(await it_.say(oscar, 'operators status', OPERATORS)), /Operations: entra/);
  });

  it('all of them are watched, one card tells of them, and a new one appears by itself', async () => {
    await allowed();
    it_.graph.applications.setPageSize(2);
    const five = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'].map((name, index) =>
      application(name, { passwordCredentials: [old(`secret of ${name}`, 10 + 100 * index)] }),
    );
    it_.graph.applications.set('applications', [...five, application('Empty')]);
    const answer = await it_.say(anna, 'watch entra');
    assert.match(textOf(answer), /5 applications/);
    await it_.later(0);
    assert.deepEqual(await uris(), ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'entra://all']);
    const told = it_.said(CHANNEL).at(-1)!;
    assert.match(reading(told), /leads to 5 applications, of which one needs somebody now/);
    assert.deepEqual(
      told.groups?.map(({ rows }) => rows?.map(({ name }) => name)),
      [['entra:Ada']],
    );
    const list = await it_.say(anna, 'list entra');
    assert.equal(list.groups?.flatMap(({ rows = [] }) => rows).length, 6);
    it_.graph.applications.set('applications', [...five, application('Fay', { passwordCredentials: [old('f', 200)] })]);
    await it_.later(7 * HOUR);
    assert.match(reading(it_.latest(CHANNEL)), /New in “entra”: entra:Fay/);
    assert.ok((await uris()).includes('Fay'));
  });

  it('are told of at the next look where the card was lost that tells of all, once', async () => {
    await allowed();
    it_.graph.applications.set('applications', [application('Ada', { passwordCredentials: [old('a', 3)] })]);
    const { store } = it_.bot;
    const transaction = sinon.stub(store, 'transaction').callsFake((work, options) =>
      transaction.wrappedMethod.call(
        store,
        (operations: StoreOperations) =>
          work({
            ...operations,
            putMessages: (messages, now) =>
              messages.some(({ card }) => card.title.includes('is watched from now on'))
                ? Promise.reject(new StoreError('the database is away'))
                : operations.putMessages(messages, now),
          }),
        options,
      ),
    ) as sinon.SinonStub;
    await it_.say(anna, 'watch entra');
    await it_.later(0);
    transaction.restore();
    assert.deepEqual(await uris(), ['Ada', 'entra://all']);
    const before = it_.said(CHANNEL).length;
    for (let looks = 0; looks < 3; looks += 1) await it_.later(7 * HOUR);
    assert.deepEqual(
      it_
        .said(CHANNEL)
        .slice(before)
        .map(({ title }) => title),
      ['One application is watched from now on'],
    );
    assert.match(reading(it_.latest(CHANNEL)), /leads to one application, of which one needs somebody now/);
  });

  it('a rotated secret closes the alert and moves its reminder', async () => {
    await allowed();
    const app = (secrets: object[]) => [application('Payroll', { passwordCredentials: secrets })];
    it_.graph.applications.set('applications', app([old('first', 40)]));
    await it_.say(anna, 'watch entra:Payroll');
    const subjects = () =>
      it_.graph
        .events('anna')
        .map(({ subject }) => subject)
        .toSorted();
    assert.equal(subjects().length, 2);
    await it_.later(15 * DAY);
    assert.match(textOf(it_.latest(CHANNEL)), /entra:Payroll \(secret “first”\) expires in 25 days/);
    const before = it_.graph
      .events('anna')
      .map(({ id }) => id)
      .toSorted();
    it_.graph.applications.set('applications', app([secret('second', { from: NOW + 15 * DAY, to: NOW + 400 * DAY })]));
    await it_.later(7 * HOUR);
    assert.equal(it_.latest(CHANNEL).state?.word, 'Renewed');
    assert.match(textOf(it_.latest(CHANNEL)), /entra:Payroll \(secret “second”\) is valid until/);
    assert.deepEqual(
      it_.graph
        .events('anna')
        .map(({ id }) => id)
        .toSorted(),
      before,
      'the events moved',
    );
    assert.ok(
      subjects().every((subject) => /second|secret of/.test(subject)),
      subjects().join(),
    );
  });

  it('an application of 30 secrets is one card, and each is told of in its time', async () => {
    await allowed();
    const secrets = Array.from({ length: 30 }, (_, index) => old(`secret ${index}`, 40 + 40 * index));
    it_.graph.applications.set('applications', [application('Many', { passwordCredentials: secrets })]);
    const card = await it_.say(anna, 'watch entra:Many');
    assert.match(reading(card), /30 secrets/);
    assert.match(textOf(card), /secret 0/);
    const before = it_.said(CHANNEL).length;
    await it_.later(15 * DAY);
    assert.equal(it_.said(CHANNEL).length, before + 1);
    assert.match(textOf(it_.latest(CHANNEL)), /secret 0/);
    assert.equal((await uris()).length, 1);
  });

  it('whoever owns one is asked in their own chat, and hears of it there alone', async () => {
    await allowed();
    const owned = { owners: [owner(BERTA, 'berta')], passwordCredentials: [old('s', 40)] };
    it_.graph.applications.set('applications', [
      application('Hers', owned),
      application('Nobodys', { passwordCredentials: [old('n', 300)] }),
    ]);
    await it_.say(anna, 'watch entra');
    await it_.later(0);
    assert.match(textOf(it_.latest(CHANNEL)), /asked, in their own chats.*: berta/);
    assert.match(textOf(it_.latest(chatOf(berta))), /entra:Hers/);
    assert.match(textOf(await it_.say(anna, 'show entra:Nobodys')), /Nobody owns this application/);
    await it_.press(berta, /^(?:Yes|Accept|I take)/, chatOf(berta));
    const before = it_.said(CHANNEL).length;
    await it_.later(15 * DAY);
    assert.match(textOf(it_.latest(chatOf(berta))), /entra:Hers \(secret “s”\) expires in 25 days/);
    assert.equal(it_.said(CHANNEL).length, before, it_.said(CHANNEL).slice(before).map(textOf).join());
  });

  it('a missing permission is named, and everything else goes on', async () => {
    await allowed();
    it_.graph.applications.refuse({ status: 403, code: 'Authorization_RequestDenied' });
    const first = await it_.say(anna, 'watch entra');
    assert.match(reading(first), /begins by itself once that is mended/);
    for (const card of [first, await it_.say(anna, 'watch entra:Payroll')])
      assert.match(reading(card), /Application\.Read\.All.*admin/s);
    it_.graph.applications.refuse(null);
    it_.graph.applications.set('applications', [application('Payroll', { passwordCredentials: [old('s', 300)] })]);
    await it_.later(7 * HOUR);
    assert.deepEqual(await uris(), ['Payroll', 'entra://all']);
  });

  it('are never shown to guests, nor where others read along', async () => {
    await allowed();
    const guest = personOf('guest', { outsider: true, tenantId: 'other' });
    for (const text of ['check entra:Payroll', 'watch entra', 'operators allow entra here'])
      assert.match(textOf(await it_.say(guest, text)), /guests|organisation|runs this bot/, text);
    assert.match(textOf(await it_.say(anna, 'watch entra', { ...CHANNEL, isShared: true })), /read along/);
    assert.deepEqual(await uris(), []);
  });

  it('what is watched of them is in no list and behind no button of a guest', async () => {
    await allowed();
    it_.graph.applications.set('applications', [application('Payroll', { passwordCredentials: [old('s', 300)] })]);
    await it_.say(anna, 'watch entra:Payroll');
    assert.match(textOf(await it_.say(anna, 'list')), /Payroll/);
    const guest = personOf('guest', { outsider: true, tenantId: 'other' });
    assert.equal(await it_.press(guest, 'Look again now'), null);
    assert.match(textOf(it_.latest(CHANNEL)), /not told to guests/);
    for (const text of ['list', 'report', 'how do I renew?'])
      assert.doesNotMatch(JSON.stringify(await it_.say(guest, text)), /Payroll/, text);
    assert.match(textOf(await it_.say(guest, 'show entra:Payroll')), /not told to guests/);
  });

  it('a guest who is shown a host is not told that an application has its certificate', async () => {
    await allowed();
    const { sent } = issueOdd({ leaf: {} }, NOW);
    const leaf = sent[0]!;
    const key = keyCredential('k', { from: NOW - 30 * DAY, to: NOW + 60 * DAY, der: leaf.raw.toString('base64') });
    it_.graph.applications.set('applications', [application('Payroll', { keyCredentials: [key] })]);
    await it_.say(anna, 'watch entra:Payroll');
    await it_.watching(anna, 'sso.example', readCertificate(leaf));
    assert.match(textOf(await it_.say(anna, 'show sso.example')), /Also here.*Payroll/s);
    const guest = personOf('guest', { outsider: true, tenantId: 'other' });
    const shown = textOf(await it_.say(guest, 'show sso.example'));
    assert.match(shown, /sso\.example/);
    assert.doesNotMatch(shown, /Payroll/);
  });

  it('“unwatch entra” ends all of them, “show entra” tells of what leads to them', async () => {
    await allowed();
    const apps = ['Ada', 'Bob'].map((name) => application(name, { passwordCredentials: [old(name, 300)] }));
    it_.graph.applications.set('applications', apps);
    await it_.say(anna, 'watch entra');
    await it_.later(0);
    assert.equal((await uris()).length, 3);
    assert.match(textOf(await it_.say(anna, 'show entra')), /leads to 2 applications/);
    assert.match(textOf(await it_.say(anna, 'remind 60d for entra')), /3 targets|entra:Ada/);
    await it_.say(anna, 'unwatch entra');
    assert.deepEqual(await uris(), []);
    assert.match(textOf(await it_.say(anna, 'unwatch entra')), /not watched|nothing/i);
  });

  it('of two that are called alike both are watched, and one of them is told by its id', async () => {
    await allowed();
    const [one, two] = ['one', 'two'].map((name) => ({
      ...application(name, { passwordCredentials: [old(name, 300)] }),
      displayName: 'Twin',
    }));
    it_.graph.applications.set('applications', [one!, two!]);
    assert.match(textOf(await it_.say(anna, 'watch entra:Twin')), /2 targets: 2 watched/);
    assert.match(textOf(await it_.say(anna, 'show entra:Twin')), /Several applications/);
    assert.match(textOf(await it_.say(anna, `show entra:${appIdOf('two').toUpperCase()}`)), /secret “two”/);
  });

  it('speak German', async () => {
    const anke = personOf('anke', { locale: 'de-DE' });
    await it_.say(oscar, 'settings operators here', OPERATORS);
    assert.match(textOf(await it_.say(anke, 'überwache entra')), /operators allow entra here/);
    await it_.say(oscar, 'operators allow entra: Operations', OPERATORS);
    it_.graph.applications.set('applications', [application('Lohn', { passwordCredentials: [old('s', 5)] })]);
    assert.match(textOf(await it_.say(anke, 'überwache entra')), /führt zu einer Anwendung/);
    await it_.later(0);
    assert.match(reading(it_.latest(CHANNEL)), /entra:Lohn/);
    assert.match(reading(await it_.say(anke, 'hilfe quellen')), /Application\.Read\.All/);
  });

  it('what is denied again ends, with what was watched of it', async () => {
    await allowed();
    it_.graph.applications.set('applications', [application('Payroll', { passwordCredentials: [old('s', 300)] })]);
    await it_.say(anna, 'watch entra:Payroll');
    assert.match(textOf(await it_.say(anna, 'operators deny entra here')), /conversation of whoever runs/);
    await it_.say(oscar, 'operators deny entra Operations', OPERATORS);
    assert.deepEqual(await uris(), []);
    assert.match(textOf(await it_.say(anna, 'watch entra:Payroll')), /operators allow entra here/);
  });
});
