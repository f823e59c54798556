import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultsInBothLooks } from '../src/browser/axe.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';

const PHONE = { width: 390, height: 844 };
const CHANNEL = 'evening-show';
/** A stream key, as the control API makes it. */
const STREAM_KEY = /^[a-z2-9]{32}$/;
/** From the push to a picture that moves, on a busy machine. */
const LIVE_MS_MAX = 60_000;

let test: TestSystem;
let watched: WatchedPage;
let page: Page;
let faults: string[];

beforeAll(async () => {
  test = await TestSystem.start();
  watched = await test.newPage();
  page = watched.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: test.system.edgeUrl });
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
});
afterAll(async () => {
  await watched?.close();
  await test?.[Symbol.asyncDispose]();
});

/** What a button has copied, as a person would paste it. */
async function copied(label: string): Promise<string> {
  await page.getByRole('button', { name: `Copy ${label}`, exact: true }).click();
  await page.getByText(`Copied: ${label}`).waitFor({ state: 'attached' });
  return z.string().parse(await page.evaluate('navigator.clipboard.readText()'));
}

const faultsOfScreen = () => faultsInBothLooks(page);
const heading = (name: string) => page.getByRole('heading', { name, exact: true });

describe('somebody who wants to stream', () => {
  it('begins at the channels, and makes one by its name alone', async () => {
    await page.goto(test.system.edgeUrl);
    await heading('Channels').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('link', { name: 'New channel' }).click();
    await heading('New channel').waitFor();
    expect(await page.title()).toBe('New channel · Sluice');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('New channel');
    await page.getByRole('button', { name: 'Create channel' }).click();
    expect(await page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe('true');
    await page.getByText('More options').click();
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('Evening Show');
    await page.getByRole('button', { name: 'Create channel' }).click();
    await heading('Your stream key').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/channels/${CHANNEL}/connect`);
  });

  it('copies what OBS wants, pushes, and sees the picture without a reload', async () => {
    await heading('Waiting for your stream').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    const [url, streamKey] = [await copied('Server'), await copied('Stream Key')];
    expect([url, streamKey]).toEqual([test.system.rtmpUrl, expect.stringMatching(STREAM_KEY)]);
    expect(await page.getByText(streamKey).count()).toBe(0);
    test.publish({ url }, streamKey);
    await heading('You are live').waitFor({ timeout: LIVE_MS_MAX });
    const shownS = () => page.evaluate(`${VIDEO_ELEMENT}.currentTime`);
    await expect.poll(shownS, { timeout: LIVE_MS_MAX }).toBeGreaterThan(1);
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('finds the channel live among the others, with its picture and how the source is', async () => {
    await page.getByRole('link', { name: 'Channels', exact: true }).first().click();
    const card = page.getByRole('listitem').filter({ hasText: CHANNEL });
    await card.getByText('Live', { exact: true }).waitFor();
    await card.getByText(/bit\/s · \d+ fps/).waitFor({ timeout: LIVE_MS_MAX });
    await card.locator('img').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await card.getByRole('link', { name: CHANNEL }).click();
    await heading(CHANNEL).waitFor();
  });

  it('gets a code for a phone, and the whole address for anything else', async () => {
    await page.getByRole('link', { name: 'Connect' }).click();
    await page.getByRole('tab', { name: 'Phone (Larix)' }).click();
    await page.getByRole('button', { name: 'Show QR codes' }).click();
    await page.getByRole('img', { name: /^QR code that sets Larix up/ }).waitFor();
    expect(await page.getByRole('link', { name: 'open it on this phone' }).getAttribute('href')).toMatch(
      /^larix:\/\/set\/v1\?/,
    );
    await page.getByRole('tab', { name: 'Phone (Larix)' }).press('ArrowRight');
    await page.getByRole('radio', { name: 'SRT' }).check({ force: true });
    expect(await copied('Or all in one address')).toMatch(
      new RegExp(`^${test.system.srtUrl}\\?streamid=[a-z2-9]{32}$`),
    );
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('changes a setting, and is not shown the key again after a reload', async () => {
    await page.reload();
    await heading('Stream key').waitFor();
    await page.getByRole('link', { name: 'Settings', exact: true }).last().click();
    await page.getByRole('textbox', { name: 'Rewind window' }).fill('10');
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('textbox', { name: 'Rewind window' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Rewind window' }).inputValue()).toBe('10');
  });

  it('deletes it by its name', async () => {
    await page.getByRole('button', { name: 'Delete channel…' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete ${CHANNEL}?` });
    expect(await faultsOfScreen()).toEqual([]);
    await dialog.getByRole('textbox').fill(CHANNEL);
    await dialog.getByRole('button', { name: 'Delete channel' }).click();
    await heading('Channels').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('has seen no fault of the page', () => expect(faults).toEqual([]));
});

describe('somebody who has to sign in', () => {
  it('is told what is wrong with a token, and goes on where it was', async () => {
    // What a proxy on the way says: the console is not open then.
    await page.setExtraHTTPHeaders({ via: '1.1 proxy' });
    await page.goto(`${test.system.edgeUrl}/settings`);
    await heading('Sign in').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByLabel('API token').fill('not-a-token-of-this-system');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No such token is known here').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await page.getByLabel('API token').fill(test.system.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Settings').waitFor();
    await page.reload();
    await heading('Settings').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await faultsOfScreen()).toEqual([]);
  });

  it('makes an API token, signs in with it, and deletes it, which signs out', async () => {
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New API token' });
    await dialog.getByRole('button', { name: 'Make token' }).click();
    await dialog.getByText('Say what it is for').waitFor();
    await dialog.locator('input[aria-invalid]:focus').waitFor();
    await dialog.getByRole('textbox', { name: 'What is it for?' }).fill('the door');
    await dialog.getByRole('radio', { name: /^What you choose/ }).check({ force: true });
    for (const scope of ['channels:read', 'broadcasts:read', 'api-tokens:read', 'api-tokens:write']) {
      await dialog.getByRole('checkbox', { name: scope }).check();
    }
    expect(await faultsOfScreen()).toEqual([]);
    await dialog.getByRole('button', { name: 'Make token' }).click();
    await heading('Your API token').waitFor();
    expect(await page.getByText(/sluice_/).count()).toBe(0);
    expect(await faultsOfScreen()).toEqual([]);
    const made = await copied('API token');
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in').waitFor();
    await page.reload();
    await heading('Sign in').waitFor();
    await page.getByLabel('API token').fill(made);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'the door' });
    await row.getByText('Yours').waitFor();
    await row.getByText('Everything that you may').waitFor();
    expect(await faultsOfScreen()).toEqual([]);
    await row.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await heading('Sign in').waitFor();
    expect(await page.evaluate("sessionStorage.getItem('sluice-api-token')")).toBe(null);
  });
});
