import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './browser/chromium.ts';
import { PageProbe } from './browser/page-probe.ts';
import { RequestLog } from './browser/request-log.ts';
import { freePorts } from './ports.ts';
import type { PublishOptionsInput } from './publish/publish-options.ts';
import { type PublisherProcess, startPublisher } from './publish/publisher-process.ts';
import { type System, type SystemOptions, startSystem } from './system.ts';

/** A page under observation, in a browser context of its own: nothing is shared with other pages but the browser. */
export interface WatchedPage {
  readonly page: Page;
  readonly probe: PageProbe;
  readonly requests: RequestLog;
  close(): Promise<void>;
}

export interface TestSystemOptions
  extends Partial<
    Pick<
      SystemOptions,
      | 'profile'
      | 'isDemoOn'
      | 'log'
      | 'logLevel'
      | 'isBreakable'
      | 'deploy'
      | 'detour'
      | 'rest'
      | 'arePrivateTargetsAllowed'
      | 'regions'
    >
  > {}

/**
 * A whole system for a test or a benchmark: on ports of its own, with a data directory of its own, and with publishers
 * and pages that end with it, also when the test fails.
 */
export class TestSystem implements AsyncDisposable {
  readonly system: System;
  readonly dataDirectory: string;
  readonly #owned: AsyncDisposableStack;
  #browser: Promise<Browser> | undefined;

  private constructor(system: System, dataDirectory: string, owned: AsyncDisposableStack) {
    this.system = system;
    this.dataDirectory = dataDirectory;
    this.#owned = owned;
  }

  static async start(options: TestSystemOptions = {}): Promise<TestSystem> {
    await using owned = new AsyncDisposableStack();
    const dataDirectory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    owned.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    const usual = { profile: 'low', isDemoOn: false, logLevel: 'warn' } as const;
    const system = await startSystem({ ...usual, ...options, ports: await freePorts(), dataDirectory });
    owned.defer(() => system.close());
    return new TestSystem(system, dataDirectory, owned.move());
  }

  get watchUrl(): string {
    return `${this.system.edgeUrl}/watch/${this.system.channelId}`;
  }

  get channelUrl(): string {
    return `${this.system.edgeUrl}/live/${this.system.channelId}`;
  }

  get playlistUrl(): string {
    return `${this.channelUrl}/index.m3u8`;
  }

  get mpdUrl(): string {
    return `${this.channelUrl}/manifest.mpd`;
  }

  get statusUrl(): string {
    return `${this.channelUrl}/status.json`;
  }

  /** Publishes the clock picture to the system's channel. */
  publish(options: Partial<PublishOptionsInput> = {}, streamKey: string = this.system.streamKey): PublisherProcess {
    const publisher = startPublisher({ url: this.system.rtmpUrl, ...options }, streamKey);
    this.#owned.defer(async () => {
      await publisher.kill();
    });
    return publisher;
  }

  /** A new page with a probe, not opened yet. */
  async newPage(): Promise<WatchedPage> {
    this.#browser ??= this.#launch();
    const context: BrowserContext = await (await this.#browser).newContext();
    const page = await context.newPage();
    const probe = await PageProbe.attach(page);
    return { page, probe, requests: new RequestLog(page), close: () => context.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #launch(): Promise<Browser> {
    const browser = await launchChromium();
    this.#owned.defer(() => browser.close());
    return browser;
  }
}
