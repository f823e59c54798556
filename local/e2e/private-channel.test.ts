import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaybackTokenAnswer } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { ChannelWatch } from '../src/demo/channel-watch.ts';
import { TestSystem } from '../src/test-system.ts';

const SEEN_MS_MAX = 60_000;
const FRAMES = 30;

let test: TestSystem;
let pages: BarePages;
let logDirectory: string;
let log: FileHandle;
/** Everything that was minted here; none of it may be in a log. */
const tokens: string[] = [];

beforeAll(async () => {
  logDirectory = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  log = await open(join(logDirectory, 'log'), 'a');
  test = await TestSystem.start({ log: log.fd, logLevel: 'debug' });
  pages = await serveBarePages();
  await control('PATCH', channelPath(), { isPrivate: true });
  test.publish({ widthPx: 640, heightPx: 360 });
  const watch = new ChannelWatch(test.statusUrl, AbortSignal.timeout(SEEN_MS_MAX));
  await watch.until(({ state }) => state === 'private');
});
afterAll(async () => {
  await pages?.close();
  await test?.[Symbol.asyncDispose]();
  await log?.close();
  await rm(logDirectory, { recursive: true, force: true });
});

async function control(method: string, path: string, body: object = {}): Promise<unknown> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) });
  expect([method, path, answer.ok]).toEqual([method, path, true]);
  return await answer.json();
}

function channelPath(rest = ''): string {
  return `/v1/channels/${test.system.channelId}${rest}`;
}

async function mint(request: object): Promise<PlaybackTokenAnswer> {
  const minted = PlaybackTokenAnswer.parse(await control('POST', channelPath('/playback-tokens'), request));
  tokens.push(minted.token);
  return minted;
}

describe('a private channel', () => {
  it('plays in hls.js in a page of the site that its token is for, and on no other', async () => {
    // The pages are served on 127.0.0.1; under the name localhost it is another site, to browsers as to the edge.
    const ours = new URL(pages.url('hls', ''));
    ours.hostname = 'localhost';
    const { urls } = await mint({ sites: [ours.origin] });
    const address = pages.url('hls', urls.hls.replace('/index.m3u8', ''));

    const { page, probe, requests, close } = await test.newPage();
    const refused = page.waitForResponse((response) => response.url() === urls.hls);
    await page.goto(address);
    expect((await refused).status()).toBe(403);
    await page.goto(address.replace('127.0.0.1', 'localhost'));
    requests.reset();
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(requests.failed.filter((line) => line.startsWith('403'))).toEqual([]);
    await close();
  });

  it('plays on its watch page until the token is revoked, which the page then says', async () => {
    // Bound to the edge's own site: the page asks with its origin, and never with its address.
    const { urls, jti } = await mint({ heightPxMax: 360, sites: [test.system.edgeUrl] });
    const { page, probe, close } = await test.newPage();
    await page.goto(test.watchUrl);
    await page.getByText('This channel is private').first().waitFor({ timeout: SEEN_MS_MAX });
    await page.goto(urls.watch);
    await probe.until('the picture going on', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    expect(await control('POST', channelPath('/playback-revocations'), { jti })).toMatchObject({ isInForce: true });
    await page.getByText('The link was withdrawn.').first().waitFor({ timeout: SEEN_MS_MAX });
    await close();
  });

  it('leaves no token in any log', async () => {
    const lines = await readFile(join(logDirectory, 'log'), 'utf8');
    expect(lines).toContain('lease granted');
    expect(tokens).toHaveLength(2);
    for (const token of tokens) expect(lines).not.toContain(token.slice(-40));
    expect(lines).not.toMatch(/\/t\/eyJ/);
  });
});
