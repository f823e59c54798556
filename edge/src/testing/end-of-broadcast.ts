import { runDurableObjectAlarm } from 'cloudflare:test';
import { recordingKey } from '@sluice/contracts';
import { vi } from 'vitest';
import type { RecordingManifest } from '../recording/recording-manifest.ts';
import { channelStub } from './edge-client.ts';
import { recordedObject } from './recorded-object.ts';
import type { TestPublisher } from './test-publisher.ts';

/** The channel's time goes on by that much, and its object wakes up. Where only `Date` is faked. */
export async function passTime({ channelId }: Pick<TestPublisher, 'channelId'>, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(channelStub(channelId));
}

/** More than any test needs. */
const STEPS_MAX = 8;

/** The publisher stops, and what it had on its way has arrived: the recording is made, if there is to be one. */
export async function stopRecorded(publisher: TestPublisher): Promise<RecordingManifest | undefined> {
  await publisher.returnLease();
  return untilRecorded(publisher);
}

/** Goes on until the recording of a broadcast that has ended is made. */
export async function untilRecorded(publisher: TestPublisher): Promise<RecordingManifest | undefined> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    await passTime(publisher, 2_000);
    const manifest = await recordedObject(recordingKey(publisher.broadcastId));
    if (manifest !== undefined) return manifest;
  }
  return undefined;
}
