import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BarePages, serveBarePages } from '../src/browser/bare-page.ts';
import { chooseHeight } from '../src/browser/choose-height.ts';
import { summarisePlayback } from '../src/browser/playback-summary.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
const FRAMES = 30;
const SMALL_PX = 180;
const LADDER = [
  { heightPx: 360, bitrateBps: 700_000 },
  { heightPx: SMALL_PX, bitrateBps: 250_000 },
];

/** docs/adr/0026-muxed-by-the-edge.md */
describe('a channel whose sound and picture are muxed', () => {
  let test: TestSystem;
  let bare: BarePages;
  beforeAll(async () => {
    [test, bare] = await Promise.all([TestSystem.start(), serveBarePages()]);
    await changeChannel({ delivery: 'muxed', ladder: LADDER });
    test.publish({ widthPx: 640, heightPx: 360 });
    await untilLive(test.statusUrl);
  });
  afterAll(async () => {
    await test?.[Symbol.asyncDispose]();
    await bare?.close();
  });

  async function changeChannel(change: object): Promise<void> {
    const { controlUrl, adminToken, channelId } = test.system;
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify(change);
    const answer = await fetch(`${controlUrl}/v1/channels/${channelId}`, { method: 'PATCH', headers, body });
    expect(answer.status).toBe(200);
  }

  /** What the page has asked for, by the last folder or playlist of its address. */
  function renditionsOf({ page }: WatchedPage): ReadonlySet<string> {
    const names = new Set<string>();
    page.on('request', (request) => {
      const [, name] = /\/live\/[^/]+\/[^/]+\/([^/.]+)[/.]/.exec(new URL(request.url()).pathname) ?? [];
      if (name !== undefined) names.add(name);
    });
    return names;
  }

  it.concurrent.each(['hls', 'shaka'] as const)('plays in bare %s, sound too, in other sizes too', async (player) => {
    const watched = await test.newPage();
    const { page, probe } = watched;
    const asked = renditionsOf(watched);
    await page.goto(bare.url(player, test.channelUrl));
    const first = await probe.until('the picture', ({ frames }) => frames.length >= FRAMES, SEEN_MS_MAX);
    const before = first.frames.at(-1)?.heightPx;
    const other = before === SMALL_PX ? LADDER[0]?.heightPx : SMALL_PX;
    await chooseHeight(page, other ?? SMALL_PX);
    const isOther = ({ heightPx }: { readonly heightPx: number }) => heightPx === other;
    const seen = await probe.until(
      'the other size',
      ({ frames }) => frames.filter(isOther).length >= FRAMES,
      SEEN_MS_MAX,
    );
    expect(summarisePlayback(seen).backwardSteps).toBe(0);
    const heardBytes = z.number().parse(await page.evaluate(decodedSoundBytes));
    expect(heardBytes).toBeGreaterThan(0);
    expect([...asked].filter((name) => !name.includes('+'))).toEqual([]);
    expect(watched.requests.failed).toEqual([]);
    await watched.close();
  });
});

/** In the page: Chromium's own count. */
function decodedSoundBytes(): unknown {
  const { document } = globalThis as unknown as { readonly document: { querySelector(name: string): unknown } };
  return (document.querySelector('video') as { readonly webkitAudioDecodedByteCount?: number })
    .webkitAudioDecodedByteCount;
}
