import { env } from 'cloudflare:workers';
import { RecordingManifest } from '../recording/recording-manifest.ts';

/** A manifest as it stands in the Worker's R2 bucket; `undefined`: there is none. */
export async function recordedObject(key: string): Promise<RecordingManifest | undefined> {
  const object = await env.MEDIA.get(key);
  return object === null ? undefined : RecordingManifest.parse(await object.json());
}
