import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Control, startControl } from '@sluice/functions';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../src/browser/chromium.ts';

let directory: string;
let control: Control;
let browser: Browser;
let page: Page;
/** What the page asked for beside itself, and what the browser had to say. */
const asked: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-docs-'));
  control = await startControl({
    host: '127.0.0.1',
    port: 0,
    databasePath: join(directory, 'control.sqlite'),
    nodeToken: 'node-token-of-the-tests',
    adminToken: 'admin-token-of-the-tests',
    edgeToken: 'edge-token-of-the-tests',
    edgeUrl: 'http://127.0.0.1:1',
    bucket: { name: 'media', endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } },
  });
  browser = await launchChromium();
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${control.url}/docs`);
});
afterAll(async () => {
  await browser?.close();
  await control?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the page of the control API', () => {
  it('loads nothing else, and breaks nothing of its policy', async () => {
    await page.getByRole('heading', { level: 1, name: 'Sluice control API' }).waitFor();
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`${control.url}/docs`]);
    expect(complaints).toEqual([]);
  });

  it('finds operations by keyboard', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('stream rotate');
    const found = page.getByRole('navigation').getByRole('link', { name: /^(GET|POST|PATCH|DELETE)/ });
    await expect.poll(() => found.allInnerTexts()).toEqual([expect.stringContaining('Make another key')]);
    await found.press('Enter');
    await expect.poll(() => page.url()).toBe(`${control.url}/docs#rotateStreamKey`);
    await page.locator('[aria-current][href="#rotateStreamKey"]').waitFor();
  });

  it('copies a request', async () => {
    await page.locator('#createChannel').getByRole('button', { name: 'Copy' }).first().click();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(text).toMatch(/^curl '.*\/v1\/channels' \\\n {2}-H "authorization: Bearer \$SLUICE_TOKEN"/);
  });

  it('fits a phone, with its contents behind a button', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
    const contents = page.getByRole('navigation', { name: 'Contents' });
    expect(await contents.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Contents' }).click();
    await contents.waitFor();
    await page.keyboard.press('Escape');
    await contents.waitFor({ state: 'hidden' });
  });
});
