import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Frame, Page } from 'playwright-core';
import type { PlayerEvent, ProbeInPage, ProbeRecord, ShownFrame } from './probe-record.ts';

/** Between two looks into the page while waiting for something to be seen. */
const LOOK_EVERY_MS = 100;

let bundled: Promise<string> | undefined;

/** The probe of one page, and everything it has seen so far. */
export class PageProbe {
  readonly #page: Page | Frame;
  readonly #frames: ShownFrame[] = [];
  readonly #events: PlayerEvent[] = [];
  #openedAtMs = 0;
  #lostCount = 0;

  private constructor(page: Page | Frame) {
    this.#page = page;
  }

  /** Before the page is opened: the probe is there from its first moment. */
  static async attach(page: Page): Promise<PageProbe> {
    bundled ??= bundleProbe();
    await page.addInitScript({ content: await bundled });
    return new PageProbe(page);
  }

  /** The probe of what a frame of the page shows. */
  in(frame: Frame): PageProbe {
    return new PageProbe(frame);
  }

  /** Fetches what is new; the answer is all that was seen since the page was opened or forgotten. */
  async look(): Promise<ProbeRecord> {
    const news = await this.#page.evaluate(() => (globalThis as { sluiceProbe?: ProbeInPage }).sluiceProbe?.take());
    if (news !== undefined) {
      this.#frames.push(...news.frames);
      this.#events.push(...news.events);
      this.#openedAtMs = news.openedAtMs;
      this.#lostCount += news.lostCount;
    }
    return {
      openedAtMs: this.#openedAtMs,
      frames: this.#frames,
      events: this.#events,
      lostCount: this.#lostCount,
    };
  }

  /** Throws away what was seen so far. */
  async forget(): Promise<void> {
    await this.look();
    this.#frames.length = 0;
    this.#events.length = 0;
  }

  /** Resolves with the record once it passes; rejects with `what` after `timeoutMs`. */
  async until(what: string, passes: (record: ProbeRecord) => boolean, timeoutMs: number): Promise<ProbeRecord> {
    const giveUpAtMs = performance.now() + timeoutMs;
    for (;;) {
      const record = await this.look();
      if (passes(record)) return record;
      if (performance.now() > giveUpAtMs) throw new Error(`not seen in ${timeoutMs} ms: ${what}`);
      await this.#page.waitForTimeout(LOOK_EVERY_MS);
    }
  }
}

async function bundleProbe(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page/probe.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
  });
  const script = outputFiles[0];
  if (script === undefined) throw new Error('esbuild wrote no probe');
  return script.text;
}
