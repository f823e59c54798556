import { readFile, writeFile } from 'node:fs/promises';
import type { SourceEvent } from '../src/media/source.ts';
import { interleave, makeAudio, makeVideo } from '../src/transcode/fixtures/made-source.ts';
import { sourceEventMessage, ToChild } from '../src/transcode/messages.ts';
import { messageHead, type WireMessage, WireReader } from '../src/transcode/wire.ts';

export interface BenchSource {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly seconds: number;
}

/** Makes a busy picture and a tone, and writes what a publisher would send of them. */
export async function writeSourceFile(path: string, source: BenchSource): Promise<void> {
  const { widthPx, heightPx, fps, seconds } = source;
  const video = await makeVideo({
    widthPx,
    heightPx,
    frameRate: { num: fps, den: 1 },
    frameCount: fps * seconds,
    keyframeEvery: 2 * fps,
    isBusy: true,
  });
  const audio = await makeAudio({ durationS: seconds });
  const metadata: SourceEvent = { kind: 'metadata', widthPx, heightPx, frameRate: fps };
  const pieces = [metadata, video.config, audio.config, ...interleave(video, audio)].flatMap((event) => {
    const { header, payload } = sourceEventMessage(event);
    return [messageHead(header, payload.length), payload];
  });
  await writeFile(path, Buffer.concat(pieces));
}

/** What writeSourceFile() wrote. */
export async function readSourceFile(path: string): Promise<SourceEvent[]> {
  const reader = new WireReader();
  reader.push(await readFile(path));
  const events: SourceEvent[] = [];
  for (let message = reader.next(); message !== undefined; message = reader.next()) events.push(sourceEvent(message));
  return events;
}

function sourceEvent({ header, payload }: WireMessage): SourceEvent {
  const message = ToChild.parse(header);
  switch (message.kind) {
    case 'video':
    case 'audio':
      return { ...message, payload };
    case 'video-config':
    case 'audio-config':
      return { ...message, extradata: payload };
    case 'metadata':
      return { kind: 'metadata', ...(message.frameRate === undefined ? {} : { frameRate: message.frameRate }) };
    default:
      throw new Error(`a source does not say "${message.kind}"`);
  }
}
