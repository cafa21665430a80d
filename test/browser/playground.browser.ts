import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CARD, openPlayground, type PlaygroundPage } from './page.ts';

/** The demonstration as a person sees it. */

interface Demo {
  process: ChildProcess;
  /** Address of the Playground's page. */
  url: string;
  /** Target by what it shows. */
  targets: Map<string, string>;
}

async function startDemo(folder: string): Promise<Demo> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../demo/demo.ts', import.meta.url))], {
    cwd: folder,
    env: { ...process.env, PORT: '0', METRICS_PORT: 'off', PLAYGROUND: 'on', PROBE_INTERVAL: '5s', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const targets = new Map<string, string>();
  for await (const line of createInterface(child.stdout)) {
    const endpoint = /^ {2}(localhost:\d+) +(.+)$/.exec(line);
    if (endpoint) targets.set(endpoint[2]!, endpoint[1]!);
    const page = /Chat with the bot at (http:\S+)/.exec(line);
    if (page) return { process: child, url: page[1]!, targets };
  }
  throw new Error('the demonstration ended before the Playground was there');
}

describe('the bot in the Agents Playground', function () {
  this.timeout(240_000);
  let demo: Demo;
  let person: PlaygroundPage;
  let page: PlaygroundPage['page'];
  let folder: string;

  const say: PlaygroundPage['say'] = (text, then) => person.say(text, then);
  const shoot: PlaygroundPage['shoot'] = (name) => person.shoot(name);

  function target(shows: RegExp): string {
    const found = [...demo.targets].find(([text]) => shows.test(text));
    assert.ok(found, `no endpoint shows ${shows.source}`);
    return found[1];
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certbot-browser-'));
    demo = await startDemo(folder);
    person = await openPlayground(demo.url);
    ({ page } = person);
  });

  after(async () => {
    await person?.close();
    if (demo && demo.process.exitCode === null) {
      const ended = once(demo.process, 'exit');
      demo.process.kill('SIGTERM');
      const [code] = await ended;
      assert.equal(code, 0);
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('welcomes a person and says what to type', async () => {
    await page.getByText('watch example.com').last().waitFor();
    await shoot('1-welcome');
  });

  it('answers watch with the dates of the certificate', async () => {
    await say(`watch ${target(/^20 days/)}`, `${target(/^20 days/)} expires in`);
    await page.getByText('Reminder').last().waitFor();
    await shoot('2-watch');
  });

  it('watches all targets of one message and lists them, first to expire first', async () => {
    await say(`watch ${[...demo.targets.values()].join(' ')}`, '8 watched, 1 already watched');
    await shoot('3-bulk');
    await say('list', /of 9 need attention/);
    await shoot('4-list');
  });

  it('shows what is wrong in plain words', async () => {
    await say(`show ${target(/another name/)}`, 'other.example');
    await shoot('5-show');
  });

  it('looks again when the button is pressed and replaces the card in place', async () => {
    const cards = await page.getByText('other.example').count();
    await page.getByRole('button', { name: 'Look again now' }).last().click();
    await page.waitForTimeout(2000);
    assert.equal(await page.getByText('other.example').count(), cards);
  });

  it('works in a channel when it is mentioned', async () => {
    await page.getByText('General').first().click();
    const box = page.locator('[data-lexical-editor=true]').first();
    await box.click();
    await box.pressSequentially('@');
    await page.getByRole('menuitem').filter({ hasText: 'certbot' }).first().click();
    await box.pressSequentially(` check ${target(/^healthy/)}`);
    await page.getByRole('button', { name: 'Post' }).click();
    await page.getByText('name and chain are good').last().waitFor({ timeout: 20_000 });
    await shoot('6-channel');
    await page.getByText('Personal Chat').first().click();
  });

  it('tells of the expiry and of the renewal with nobody typing', async () => {
    await page
      .getByText(`${target(/^expires/)} expired`)
      .last()
      .waitFor({ timeout: 120_000 });
    await shoot('7-expired');
    // It is told once it has been seen on every address for a while: three more checks.
    await page
      .getByText(`${target(/renews itself/)} is valid until`)
      .last()
      .waitFor({ timeout: 120_000 });
    await shoot('8-renewed');
  });

  describe('acts on alerts:', () => {
    const alert = (title: string) => page.locator(CARD).filter({ hasText: title }).last();
    const pressed = async (title: string, name: string): Promise<void> =>
      alert(title).getByRole('button', { name, exact: true }).click();
    const reads = (title: string, text: string): Promise<void> =>
      alert(title).getByText(text).first().waitFor({ timeout: 60_000 });
    const has = (title: string, name: string): Promise<void> =>
      alert(title).getByRole('button', { name, exact: true }).waitFor({ timeout: 60_000 });

    it('somebody has it, and gives it back', async () => {
      const title = `${target(/^expires/)} expired`;
      await pressed(title, 'I have it');
      await reads(title, 'Alex Wilber has it');
      await shoot('9-taken');
      await pressed(title, 'Give it back');
      await has(title, 'I have it');
    });

    it('it is put off, and looked at again', async () => {
      const title = `${target(/^becomes urgent/)} expires in`;
      await pressed(title, 'More');
      await alert(title).getByRole('combobox').first().click();
      await page.getByRole('option', { name: 'the next free slot' }).click();
      await pressed(title, 'Snooze');
      await reads(title, 'I am silent about this until');
      await pressed(title, 'Look again now');
      await reads(title, 'I am silent about this until');
      await shoot('10-snoozed');
    });

    it('is not watched any more, and is again', async () => {
      const name = target(/^becomes urgent/);
      const title = `${name} expires in`;
      await pressed(title, 'More');
      await pressed(title, 'Stop watching');
      await has(`No longer watching ${name}`, 'Undo');
      await shoot('11-stopped');
      await pressed(`No longer watching ${name}`, 'Undo');
      await reads('Watched again', name);
      await has(title, 'I have it');
      await shoot('12-undone');
    });
  });
});
