import { ChannelFigures, ChannelStatus, ViewerReport } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type OurPage, ourPageUrl } from '../src/browser/our-page.ts';
import { summarisePlayback } from '../src/browser/playback-summary.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';

const SEEN_MS_MAX = 60_000;
/** A report, the way to the channel's object and back, and the end of the bin. */
const TOLD = { timeout: 90_000, interval: 500 };
const BUCKET_MS = 20;
const DIFFERENCE_MS_MAX = 100;

/** A report that a page has sent. */
interface Sent {
  readonly atMs: number;
  readonly report: ViewerReport;
}

/** docs/adr/0050-what-players-report.md */
describe('figures of a real broadcast', () => {
  let test: TestSystem;
  beforeAll(async () => {
    test = await TestSystem.start();
    // One small picture: what is tried is the way of reports, on a machine that may have much else to do.
    await useLadder([{ heightPx: 180, bitrateBps: 250_000 }]);
    test.publish({ widthPx: 640, heightPx: 360 });
    await untilLive(test.statusUrl);
  });
  afterAll(() => test?.[Symbol.asyncDispose]());

  async function useLadder(ladder: object): Promise<void> {
    const { controlUrl, adminToken, channelId } = test.system;
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ ladder });
    const answer = await fetch(`${controlUrl}/v1/channels/${channelId}`, { method: 'PATCH', headers, body });
    expect(answer.status).toBe(200);
  }

  async function figures(): Promise<ChannelFigures> {
    return ChannelFigures.parse(await (await fetch(`${test.channelUrl}/figures.json`)).json());
  }

  async function status(): Promise<ChannelStatus> {
    return ChannelStatus.parse(await (await fetch(test.statusUrl)).json());
  }

  /** A page that plays and reports. */
  async function watch(name: OurPage, seat: number): Promise<WatchedPage & { readonly sent: readonly Sent[] }> {
    const watched = await test.newPage();
    const sent: Sent[] = [];
    watched.page.on('request', (request) => {
      if (!request.url().endsWith('/report')) return;
      sent.push({ atMs: Date.now(), report: ViewerReport.parse(request.postDataJSON()) });
    });
    // The place of a page's reports among others' is drawn (ViewerReporter).
    await watched.page.addInitScript({ content: `Math.random = () => ${seat};` });
    await watched.page.goto(ourPageUrl(name, test.watchUrl));
    await watched.probe.until('the picture', ({ frames }) => frames.length > 60, SEEN_MS_MAX);
    return { ...watched, sent };
  }

  it('say what their viewer has said, and that is what was on its screen', async () => {
    const { probe, sent, close } = await watch('watch', 0);
    const { told, experience, totals, requestsPerS } = await vi.waitFor(async () => {
      const now = await figures();
      const smooth = sent.find((each) => isSmooth(each) && isShown(each, now));
      if (smooth === undefined) throw new Error(`${JSON.stringify(now.experience)} is none of ${JSON.stringify(sent)}`);
      return { ...now, told: smooth };
    }, TOLD);
    const { frames, ...record } = await probe.look();
    await close();
    const fromMs = told.atMs - told.report.playedMs;
    const shown = frames.filter(({ shownAtMs }) => shownAtMs > fromMs && shownAtMs <= told.atMs);
    const reportedMs = told.report.latencyMs ?? Number.NaN;
    const startedAtMs = (await status()).broadcast?.startedAtMs ?? Number.NaN;
    const meanMs = mean(shown.map(({ shownAtMs, mediaTimeS }) => shownAtMs - startedAtMs - mediaTimeS * 1_000));
    expect(Math.abs(reportedMs - meanMs)).toBeLessThan(DIFFERENCE_MS_MAX);
    // The clock in the picture was drawn before the node had it: on two busy cores a second before.
    const drawn = summarisePlayback({ ...record, frames: shown }).latencyMs;
    expect(drawn.p50 - reportedMs).toBeGreaterThan(-DIFFERENCE_MS_MAX);
    expect([Object.keys(experience?.engines ?? {}), totals?.starts, totals?.failures]).toEqual([['shaka'], 1, {}]);
    expect(requestsPerS).toBeGreaterThan(1);
  });

  it('hear of who goes before anything was reported', async () => {
    const startsBefore = (await figures()).totals?.starts ?? 0;
    const { page, close } = await watch('watch-hls', 0.999);
    await page.goto('about:blank');
    await vi.waitFor(async () => expect((await figures()).totals?.starts).toBe(startsBefore + 1), TOLD);
    await close();
  });

  it('may be reported by pages of another site', async () => {
    const reportsBefore = (await figures()).totals?.reports ?? 0;
    const { page, close } = await test.newPage();
    // Another port is another origin.
    await page.goto(`${test.system.controlUrl}/healthz`);
    const { broadcastId } = await figures();
    const body = JSON.stringify({ playedMs: 1, stalls: 0, stalledMs: 0, isLive: true, droppedFrames: 0 });
    const status = await page.evaluate(
      async ({ url, text }) => (await fetch(url, { method: 'POST', body: text, keepalive: true })).status,
      { url: `${test.channelUrl}/${broadcastId}/report`, text: body },
    );
    expect(status).toBe(204);
    await vi.waitFor(async () => expect((await figures()).totals?.reports).toBe(reportsBefore + 1), TOLD);
    await close();
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Ten seconds without a stall: what was on the screen in each of its moments is known. */
function isSmooth({ report }: Sent): boolean {
  return report.stalls === 0 && report.playedMs > 9_000;
}

function isShown({ report }: Sent, { experience }: ChannelFigures): boolean {
  const shownMs = experience?.latencyMs?.p50 ?? Number.NaN;
  return Math.abs((report.latencyMs ?? Number.NaN) - shownMs) <= BUCKET_MS;
}
