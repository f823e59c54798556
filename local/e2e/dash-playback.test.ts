import { ChannelId } from '@sluice/contracts';
import { controlClient } from '@sluice/functions/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import { chooseHeight } from '../src/browser/choose-height.ts';
import type { ProbeRecord } from '../src/browser/probe-record.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import { viewMediaPlaylist } from '../src/capture/playlist-view.ts';
import { makeChannel } from '../src/local-channels.ts';
import type { PublisherProcess } from '../src/publish/publisher-process.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

/** Far above what it takes: the tests must hold on two busy cores. `npm run bench -- latency --page dashjs` measures. */
const SEEN_MS_MAX = 60_000;
const FRAMES = 45;
const CHANNEL_ID = 'dash';
const SOURCE = { widthPx: 640, heightPx: 360, videoBitrateBps: 600_000 } as const;
/** The largest is the source's own. */
const LADDER = [
  { heightPx: 360, bitrateBps: 600_000 },
  { heightPx: 180, bitrateBps: 250_000 },
];
const VIEWERS = 12;

const PLAYERS: readonly BarePlayer[] = ['dashjs', 'shaka-dash'];

/** docs/adr/0024-ll-dash.md */
describe('a broadcast over LL-DASH', () => {
  let test: TestSystem;
  let bare: BarePages;
  let publisher: PublisherProcess;
  let soundPlaylist: string;
  const pages = new Map<BarePlayer, WatchedPage>();
  const channelUrl = () => `${test.system.edgeUrl}/live/${CHANNEL_ID}`;
  beforeAll(async () => {
    test = await TestSystem.start();
    bare = await serveBarePages();
    publisher = test.publish(SOURCE, await makeChannel(test.system, { channelId: CHANNEL_ID, ladder: LADDER }));
    await untilLive(`${channelUrl()}/status.json`);
    // Now: what begins in the last seconds of a broadcast is not in its figures.
    soundPlaylist = await soundPlaylistUrl(`${channelUrl()}/index.m3u8`);
    await lookAtOurPage();
    for (const player of PLAYERS) pages.set(player, await test.newPage());
  });
  afterAll(async () => {
    await bare?.close();
    await test?.[Symbol.asyncDispose]();
  });

  async function lookAtOurPage(): Promise<void> {
    const { page, probe, close } = await test.newPage();
    await page.goto(`${test.system.edgeUrl}/watch/${CHANNEL_ID}`);
    await probe.until('a picture', ({ frames }) => frames.length > 0, SEEN_MS_MAX);
    await close();
  }

  function pageOf(player: BarePlayer): WatchedPage {
    const found = pages.get(player);
    if (found === undefined) throw new Error(`no page of ${player}`);
    return found;
  }

  it.each(PLAYERS)('plays in %s, out of whole segments (rules B60 to B67)', async (player) => {
    const { page, probe, requests } = pageOf(player);
    await page.goto(bare.url(player, channelUrl()));
    await probe.until('the picture going on', ({ frames }) => clocks(frames) >= FRAMES, SEEN_MS_MAX);
    // Parts are HLS's way; DASH asks for segments, the one that is being made among them.
    expect([requests.count('part'), requests.count('playlist')]).toEqual([0, 0]);
  });

  it.each(PLAYERS)('changes its quality down and up in %s without a gap', async (player) => {
    const { page, probe } = pageOf(player);
    for (const heightPx of [180, 360]) {
      await probe.forget();
      await chooseHeight(page, heightPx);
      await probe.until(`${heightPx} lines`, (record) => hasPlayed(record, heightPx), SEEN_MS_MAX);
      expect(await bufferedRanges(page)).toBe(1);
    }
  });

  it('sends the segment that is being made to all who ask, as its parts come (rule B64)', async () => {
    const { segments } = viewMediaPlaylist(await (await fetch(soundPlaylist)).text());
    const msn = (segments.at(-1)?.msn ?? 0) + 1;
    const url = new URL(soundPlaylist.replace(/\.m3u8$/, `/${msn}.m4s`));
    const answers = await Promise.all(Array.from({ length: VIEWERS }, () => fetch(url)));
    expect(answers.map((answer) => [answer.status, answer.headers.get('content-length')])).toEqual(
      answers.map(() => [200, null]),
    );
    const bodies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
    const parts = await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        const part = await fetch(`${soundPlaylist.replace(/\.m3u8$/, '')}/${msn}.${index}.m4s`);
        return Buffer.from(await part.arrayBuffer());
      }),
    );
    for (const body of bodies) expect(body.equals(Buffer.concat(parts))).toBe(true);
  });

  it('ends when the publisher stops (rule B60)', async () => {
    expect((await publisher.stop()).reason).toBe('stopped');
    // Half a second before it dash.js stands, seldom, and Shaka mostly without knowing it: docs/adr/0024-ll-dash.md, Cost.
    await pageOf('dashjs').page.waitForFunction(`(${isAtItsEnd})()`, undefined, { timeout: SEEN_MS_MAX });
  });

  it('is told to its owner with all who began to watch it, however often they asked for its MPD', async () => {
    const { controlUrl, adminToken } = test.system;
    const path = { param: { channelId: ChannelId.parse(CHANNEL_ID) }, query: {} };
    const channel = controlClient(controlUrl, adminToken).channels[':channelId'];
    const ended = async () => {
      const answer = await channel.broadcasts.$get(path);
      if (answer.status !== 200) throw new Error(`the control API answered ${answer.status}`);
      return (await answer.json()).broadcasts.filter(({ state }) => state === 'ended');
    };
    await expect.poll(ended, { timeout: SEEN_MS_MAX }).toHaveLength(1);
    // The players, our page, and this test itself when it looked for the sound.
    expect((await ended())[0]?.totals.views).toBe(PLAYERS.length + 2);
  });
});

/** In the page: the player knows where the broadcast ends, and has played up to there. */
const isAtItsEnd = `() => {
  const { duration, currentTime } = document.querySelector('video');
  return duration - currentTime < 1;
}`;

function clocks(frames: ProbeRecord['frames']): number {
  return new Set(frames.flatMap(({ drawnAtMs }) => drawnAtMs ?? [])).size;
}

/** Pictures of the size, one after the other, up to the end of what was seen. */
function hasPlayed({ frames }: ProbeRecord, heightPx: number): boolean {
  const last = frames.slice(-FRAMES);
  return last.length === FRAMES && last.every((frame) => frame.heightPx === heightPx);
}

async function bufferedRanges(page: Page): Promise<number> {
  return await page.evaluate(`${VIDEO_ELEMENT}.buffered.length`);
}

async function soundPlaylistUrl(multivariantUrl: string): Promise<string> {
  const multivariant = await (await fetch(multivariantUrl)).text();
  const [, uri = ''] = /URI="([^"]+)"/.exec(multivariant) ?? [];
  return new URL(uri, multivariantUrl).href;
}
