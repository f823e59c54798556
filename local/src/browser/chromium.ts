import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/**
 * Headless, silent on the network but for our own pages, and playing without a click. `--no-sandbox`: as root, and in
 * containers, Chromium starts in no other way; it only ever sees our own pages.
 */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-dev-shm-usage',
  // Without a locale its pages get the language `en-US@posix`, which is none (BCP 47).
  '--accept-lang=en-US',
  '--autoplay-policy=no-user-gesture-required',
  // A page in the background must play on: its latency is what is measured.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
] as const;

/** A cold start on a busy machine with few cores. */
const LAUNCH_MS_MAX = 60_000;

/** Starts a Chromium; `close()` of the answer ends all of its processes. */
export async function launchChromium(): Promise<Browser> {
  const { path, environment } = await findChromium();
  return await chromium.launch({
    executablePath: path,
    headless: true,
    args: [...FLAGS],
    timeout: LAUNCH_MS_MAX,
    env: { ...definedEnvironment(), ...environment },
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
