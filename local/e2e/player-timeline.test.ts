import { type BroadcastId, ChannelStatus, ClipId } from '@sluice/contracts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { faultsInBothLooks } from '../src/browser/axe.ts';
import type { ShownFrame } from '../src/browser/probe-record.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import type { PublisherProcess } from '../src/publish/publisher-process.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
const SOON = { timeout: SEEN_MS_MAX, interval: 200 };
const SOURCE = { widthPx: 640, heightPx: 360 } as const;
const LADDER = [{ heightPx: 360, bitrateBps: 700_000 }];
/** Of two readings a moment apart, on a machine that has other work. */
const CLOSE_MS = 1_500;
/** The publisher draws when it comes to it, and on a busy machine some pictures wait. A seek goes seconds. */
const SAME_MS = 600;
const PHONE = { width: 390, height: 844 };
const VIEWPORTS = [{ width: 1280, height: 800 }, PHONE];
const CLIP_FROM_S = 3;
const CLIP_TO_S = 9;
/** Media that is fetched after the picture was given up, to be sure of it. */
const SOUND_SEGMENTS = 3;

const Clip = z.object({ clipId: ClipId });
const Timeline = z.object({ startMs: z.number(), liveMs: z.number(), playingMs: z.number() });

/** docs/ARCHITECTURE.md, The player */
describe('the player of a channel, of what was, and of a clip', () => {
  let test: TestSystem;
  let publisher: PublisherProcess;
  let broadcast: { readonly broadcastId: BroadcastId; readonly startedAtMs: number };
  let clipId: ClipId;
  beforeAll(async () => {
    test = await TestSystem.start();
    await askControl('PATCH', `/v1/channels/${test.system.channelId}`, { isRecorded: true, ladder: LADDER });
    publisher = test.publish(SOURCE);
    await untilLive(test.statusUrl);
    broadcast = await liveBroadcast();
  });
  afterAll(() => test?.[Symbol.asyncDispose]());

  it.each([
    ['shaka', ''],
    ['hls.js', '?engine=hls'],
  ])(
    'goes back by keyboard and by pointer, shows the picture of that time, and comes back to live: %s',
    async (_, query) => {
      const watched = await opened(`${test.watchUrl}${query}`);
      const { page } = watched;
      const live = await lateness(watched);
      const slider = page.getByRole('slider', { name: 'Time' });
      const pause = page.getByRole('button', { name: 'Pause' });
      const placeBefore = await placeOf(pause);
      await slider.waitFor({ timeout: SEEN_MS_MAX });
      expect(await placeOf(pause)).toEqual(placeBefore);
      expect(await slider.getAttribute('aria-valuetext')).toBe('live');

      await slider.focus();
      for (const key of ['ArrowLeft', 'ArrowLeft']) await slider.press(key);
      await vi.waitFor(
        async () => expect(await slider.getAttribute('aria-valuetext')).toMatch(/^1[0-9] seconds behind/),
        SOON,
      );
      await expectBehind(watched, live, 8_000);
      await page.getByRole('button', { name: /^Go to live, now 1[0-9] seconds behind live/ }).waitFor();

      const { x, y, width, height } = await boxOf(slider);
      expect(await pictureOnSlider(page)).toMatch(/\/(thumbnails|storyboards)\/[0-9-]+\.jpg/);
      await page.mouse.click(x + width * 0.2, y + height / 2);
      const { liveMs, startMs } = await timelineOf(page);
      await expectBehind(watched, live, (liveMs - startMs) * 0.8 - CLOSE_MS);

      await page.keyboard.press('l');
      await page.getByRole('button', { name: 'Live: you are at the live edge' }).waitFor({ timeout: SEEN_MS_MAX });
      await watched.probe.forget();
      await watched.probe.until('the live picture', ({ frames }) => lateBy(frames) < live + 3_000, SEEN_MS_MAX);
      expect(watched.requests.failed).toEqual([]);
      await watched.close();
    },
  );

  it.each([
    ['shaka', ''],
    ['hls.js', '?engine=hls'],
  ])('plays the sound alone and fetches nothing of the picture, until that is wanted again: %s', async (_, query) => {
    const watched = await opened(`${test.watchUrl}${query}`);
    const { page } = watched;
    await chooseQuality(page, /^Audio only/);
    await page.locator('#sound').waitFor({ timeout: SEEN_MS_MAX });
    await playing(page);
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    const sound = () => new Set(fetched.filter((path) => /\/a[0-9]+\/[0-9.]+\.m4s$/.test(path)));
    await vi.waitFor(() => expect(sound().size).toBeGreaterThanOrEqual(SOUND_SEGMENTS), SOON);
    expect(fetched.filter((path) => /\/v[0-9]+(\/|\.m3u8)/.test(path))).toEqual([]);

    await watched.probe.forget();
    await chooseQuality(page, /^360p/);
    await watched.probe.until('the picture again', ({ frames }) => frames.length > 10, SEEN_MS_MAX);
    await watched.close();
  });

  it('says that a part of it did not load, and what to do', async () => {
    const { page, close } = await test.newPage();
    await page.route('**/assets/dash-engine.*.js', (route) => route.abort());
    await page.goto(test.watchUrl);
    await page.getByText('The player did not load', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
    await page.getByRole('button', { name: 'Reload the page' }).waitFor();
    await expectNoFaults(page);
    await close();
  });

  it.each(VIEWPORTS)(
    'hides nothing from those who do not see or point well, whatever is open: %s',
    async (viewport) => {
      const watched = await test.newPage();
      const { page } = watched;
      await page.setViewportSize(viewport);
      await page.goto(test.watchUrl);
      await playing(page);
      await expectNoFaults(page);
      await page.getByRole('button', { name: /^Quality/ }).click();
      await expectNoFaults(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('i');
      await page.getByRole('region', { name: 'Statistics' }).waitFor();
      await expectNoFaults(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await expectNoFaults(page);
      await watched.close();
    },
  );

  it('says that the viewer is offline, and goes on by itself', async () => {
    const watched = await opened(test.watchUrl);
    await watched.page.context().setOffline(true);
    await watched.page.getByText('You are offline', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
    await expectNoFaults(watched.page);
    await watched.page.setViewportSize(PHONE);
    await expectUncovered(watched.page.getByRole('button', { name: 'Try now' }));
    await watched.page.context().setOffline(false);
    await watched.probe.forget();
    await watched.probe.until('the picture again', ({ frames }) => frames.length > 10, SEEN_MS_MAX);
    await watched.close();
  });

  it('plays the recording, and every place of it', async () => {
    clipId = await vi.waitFor(() => cutClip(), SOON);
    await publisher.stop();
    await untilOffline(test.statusUrl);
    await expectNotLive();
    const pageUrl = `${test.system.edgeUrl}/vod/${broadcast.broadcastId}`;
    await vi.waitFor(async () => expect((await fetch(pageUrl)).status).toBe(200), SOON);
    for (const query of ['', '?engine=hls']) {
      const watched = await opened(pageUrl + query);
      const [first] = await framesFrom(watched, 0);
      const slider = watched.page.getByRole('slider', { name: 'Time' });
      await slider.focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await slider.press(key);
      const sought = await framesFrom(watched, 15);
      expect(sought[0]?.mediaTimeS).toBeLessThan(20);
      for (const frame of sought) expect(Math.abs(drift(frame) - drift(first))).toBeLessThan(SAME_MS);
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^1[5-9] seconds of /);

      const { x, y, width, height } = await boxOf(slider);
      await watched.page.mouse.click(x + width * 0.1, y + height / 2);
      await watched.probe.forget();
      const back = await watched.probe.until(
        'a picture before',
        ({ frames }) => (frames.at(-1)?.mediaTimeS ?? 99) < 14,
        SEEN_MS_MAX,
      );
      for (const frame of back.frames.filter(hasClock))
        expect(Math.abs(drift(frame) - drift(first))).toBeLessThan(SAME_MS);

      await watched.page.getByRole('button', { name: /^Speed/ }).click();
      if (query === '') await expectNoFaults(watched.page);
      await watched.page.keyboard.press('Escape');
      await watched.page.keyboard.press('i');
      const statistics = watched.page.getByRole('region', { name: 'Statistics' });
      await statistics.getByText(/^v360 · 640×360 · auto$/).waitFor();
      await statistics.getByText(/^[1-9]\d* of |^0 of [1-9]/).waitFor();
      expect(await statistics.getByText('Latency').count()).toBe(0);
      if (query === '') await expectNoFaults(watched.page);
      await watched.page.keyboard.press('i');
      await watched.page.getByRole('button', { name: /^Speed/ }).click();
      await watched.page.getByRole('menuitemradio', { name: /^2×/ }).click();
      expect(
        await watched.page.locator('video').evaluate((video) => 'playbackRate' in video && video.playbackRate),
      ).toBe(2);
      await slider.press('End');
      await watched.page.getByRole('button', { name: 'Play again' }).waitFor({ timeout: SEEN_MS_MAX });
      expect(watched.requests.failed).toEqual([]);
      await watched.close();
    }
  });

  it('plays the sound of a recording alone', async () => {
    const watched = await opened(`${test.system.edgeUrl}/vod/${broadcast.broadcastId}`);
    await chooseQuality(watched.page, /^Audio only/);
    await watched.page.locator('#sound').waitFor({ timeout: SEEN_MS_MAX });
    const fetched: string[] = [];
    watched.page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await playing(watched.page);
    await watched.page.getByRole('slider', { name: 'Time' }).press('End');
    await watched.page.getByRole('button', { name: 'Play again' }).waitFor({ timeout: SEEN_MS_MAX });
    expect(fetched.filter((path) => /\/v[0-9]+\//.test(path))).toEqual([]);
    await watched.close();
  });

  it('begins a clip where it was asked for, and shows what is in it', async () => {
    const pictures = await Promise.all(
      ['', '?engine=hls'].map(async (query) => {
        const watched = await opened(`${test.system.edgeUrl}/clip/${clipId}${query}`);
        const [first] = (await framesFrom(watched, 0.01)).filter(({ mediaTimeS }) => mediaTimeS > 0);
        expect(await pictureOnSlider(watched.page)).toMatch(/\/(thumbnails|storyboards)\/[0-9-]+\.jpg/);
        await watched.close();
        return first;
      }),
    );
    const recording = await opened(`${test.system.edgeUrl}/vod/${broadcast.broadcastId}`);
    const [first] = await framesFrom(recording, 0);
    await recording.close();
    const askedMs = drift(first) + CLIP_FROM_S * 1_000;
    for (const picture of pictures) {
      expect(Math.abs((picture?.drawnAtMs ?? Number.NaN) - askedMs)).toBeLessThan(SAME_MS);
    }
  });

  it('offers captions where there are some, and shows those that are chosen', async () => {
    const { page, close } = await test.newPage();
    // Our own streams carry none: an MPD with a track of WebVTT stands in for one that does.
    await page.route('**/vod/*/manifest.mpd', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: withCaptions(await answer.text()) });
    });
    await page.route('**/captions.vtt', (route) => route.fulfill({ contentType: 'text/vtt', body: CAPTIONS }));
    await page.goto(`${test.system.edgeUrl}/vod/${broadcast.broadcastId}`);
    const button = page.getByRole('button', { name: 'Captions' });
    await button.click({ timeout: SEEN_MS_MAX });
    await page.getByRole('menuitemradio', { name: 'Français' }).click();
    const shown = () => page.evaluate(SHOWN_CUES);
    await vi.waitFor(async () => expect(await shown()).toEqual(['Bonjour.']), SOON);
    await page.keyboard.press('c');
    await vi.waitFor(async () => expect(await shown()).toEqual([]), SOON);
    await close();
  });

  it('says of what is not there that it is not', async () => {
    const { page, close } = await test.newPage();
    await page.goto(`${test.system.edgeUrl}/vod/${broadcast.broadcastId}`);
    const unknownId = 'x'.repeat(20);
    await page.locator('sluice-player').evaluate((player, id) => player.setAttribute('recording', id), unknownId);
    await page.getByText('There is no such recording', { exact: true }).waitFor({ timeout: SEEN_MS_MAX });
    await close();
  });

  /** All that is said where nothing is on, on a phone, too. */
  async function expectNotLive(): Promise<void> {
    const { page, close } = await test.newPage();
    await page.setViewportSize(PHONE);
    await page.goto(test.watchUrl);
    for (const words of [/^Leave this page open/, 'Waiting for the next broadcast']) {
      await page.getByText(words).first().waitFor({ timeout: SEEN_MS_MAX });
      await expectUncovered(page.getByText(words).first());
    }
    await expectNoFaults(page);
    await close();
  }

  async function opened(url: string): Promise<WatchedPage> {
    const watched = await test.newPage();
    await watched.page.goto(url);
    await watched.probe.until('pictures', ({ frames }) => frames.filter(hasClock).length > 10, SEEN_MS_MAX);
    return watched;
  }

  async function liveBroadcast() {
    const { broadcast: live } = ChannelStatus.parse(await (await fetch(test.statusUrl)).json());
    if (live === null) throw new Error('nothing is live');
    return live;
  }

  /** Rejects while its time has not been shown. */
  async function cutClip(): Promise<ClipId> {
    const { startedAtMs } = broadcast;
    const [from, to] = [startedAtMs + CLIP_FROM_S * 1_000, startedAtMs + CLIP_TO_S * 1_000];
    const answer = await askControl('POST', '/v1/clips', { channelId: test.system.channelId, from, to });
    return Clip.parse(await answer.json()).clipId;
  }

  async function askControl(method: string, path: string, body: unknown): Promise<Response> {
    const { controlUrl, adminToken } = test.system;
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
    return answer;
  }
});

/** In the page: the texts of the track that shows. */
const SHOWN_CUES = `[...${VIDEO_ELEMENT}.textTracks].filter(({ mode }) => mode === 'showing')
  .flatMap(({ cues }) => [...(cues ?? [])].map(({ text }) => text))`;
const CAPTIONS = 'WEBVTT\n\n00:00.000 --> 10:00:00.000\nBonjour.\n';

function withCaptions(mpd: string): string {
  const set = `<AdaptationSet id="9" contentType="text" mimeType="text/vtt" lang="fr"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/><Representation id="fr" bandwidth="256"><BaseURL>captions.vtt</BaseURL></Representation></AdaptationSet>`;
  return mpd.replace('</Period>', `${set}</Period>`);
}

/** With its controls, which hide when nobody moves. */
async function expectNoFaults(page: Page): Promise<void> {
  for (const x of [100, 110]) await page.mouse.move(x, 150);
  expect(await faultsInBothLooks(page)).toEqual([]);
}

/** Nothing lies over its middle or its lower edge. */
async function expectUncovered(locator: Locator): Promise<void> {
  await locator.waitFor();
  const covering = await locator.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [0.5, 0.95].map((share) => {
      let over = element.ownerDocument.elementFromPoint(left + width / 2, top + height * share);
      while (over?.shadowRoot) over = over.shadowRoot.elementFromPoint(left + width / 2, top + height * share);
      return over === element ? '' : (over?.outerHTML ?? 'nothing');
    });
  });
  expect(covering).toEqual(['', '']);
}

async function chooseQuality(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Quality/ }).click();
  await page.getByRole('menuitemradio', { name }).click();
}

/** Resolves when what plays has gone on from wherever it was. */
async function playing(page: Page): Promise<void> {
  const position = async (): Promise<number> => await page.evaluate(`${VIDEO_ELEMENT}.currentTime`);
  const before = await position();
  await vi.waitFor(async () => expect(Math.abs((await position()) - before)).toBeGreaterThan(0.5), SOON);
}

/** In its layout, which hiding the controls does not change. */
async function placeOf(locator: Locator): Promise<unknown> {
  const sides = ['offsetLeft', 'offsetTop', 'offsetWidth', 'offsetHeight'];
  return await locator.evaluate((element, names) => names.map((name) => Reflect.get(element, name)), sides);
}

/** The image of the picture that is shown over the seek bar, one fifth into it. */
async function pictureOnSlider(page: Page): Promise<string> {
  const { x, y, width, height } = await boxOf(page.getByRole('slider', { name: 'Time' }));
  await page.mouse.move(x + width * 0.2, y + height / 2);
  const preview = page.locator('#time-preview-picture');
  await preview.waitFor({ timeout: SEEN_MS_MAX });
  return await preview.evaluate((element) => element.style.backgroundImage);
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not to be seen');
  return box;
}

async function timelineOf(page: Page): Promise<z.infer<typeof Timeline>> {
  return Timeline.parse(await page.evaluate("document.querySelector('sluice-player').timeline()"));
}

function hasClock({ drawnAtMs }: ShownFrame): boolean {
  return drawnAtMs !== undefined;
}

/** Wall time burned into a picture less its place in the media. */
function drift(frame: ShownFrame | undefined): number {
  return (frame?.drawnAtMs ?? Number.NaN) - (frame?.mediaTimeS ?? Number.NaN) * 1_000;
}

/** How late the newest picture is, by the clock burned into it. */
function lateBy(frames: readonly ShownFrame[]): number {
  const last = frames.findLast(hasClock);
  return last === undefined ? Number.NaN : last.shownAtMs - (last.drawnAtMs ?? Number.NaN);
}

async function lateness({ probe }: WatchedPage): Promise<number> {
  return lateBy((await probe.look()).frames);
}

/** The picture is of the time that the player says it is, and that is at least so far behind what was live. */
async function expectBehind({ page, probe }: WatchedPage, liveMs: number, behindMsMin: number): Promise<void> {
  await probe.forget();
  await probe.until('an older picture', ({ frames }) => lateBy(frames) - liveMs > behindMsMin, SEEN_MS_MAX);
  const timeline = await timelineOf(page);
  const behindMs = lateBy((await probe.look()).frames) - liveMs;
  expect(Math.abs(timeline.liveMs - timeline.playingMs - behindMs)).toBeLessThan(CLOSE_MS);
}

/** Pictures from a place in the media on whose clock could be read. */
async function framesFrom({ probe }: WatchedPage, mediaTimeS: number): Promise<ShownFrame[]> {
  const ofThem = (frames: readonly ShownFrame[]) =>
    frames.filter((frame) => frame.mediaTimeS >= mediaTimeS && hasClock(frame));
  const seen = await probe.until('some pictures', ({ frames }) => ofThem(frames).length >= 10, SEEN_MS_MAX);
  return ofThem(seen.frames);
}
