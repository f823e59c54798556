import type { SourceConfig, SourceEvent, SourceMetadata } from '../media/source.ts';
import { readAggregate } from './aggregate.ts';
import { type AudioTag, readAudioTag } from './audio-tag.ts';
import { type RtmpData, readData } from './command.ts';
import { MediaClock } from './media-clock.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { readMetadata } from './metadata.ts';
import { RtmpError } from './rtmp-error.ts';
import { TrackChoice } from './track-choice.ts';
import { readVideoTag, type VideoTag } from './video-tag.ts';

const ADDITIONAL_MEDIA_LEFT_OUT = 'Only the first audio track is used; the additional one (a VOD track) was left out.';

/** What a message of a publisher has in it for us. */
export type DemuxOutput =
  | { readonly kind: 'event'; readonly event: SourceEvent }
  | { readonly kind: 'warning'; readonly sentence: string }
  /** Nothing here decodes it, so the broadcast cannot go on. */
  | { readonly kind: 'unsupported'; readonly sentence: string };

/** RTMP media messages into what the transcoder takes. Throws RtmpError and nothing else. */
export class MediaDemuxer {
  readonly #clock = new MediaClock();
  readonly #tracks = { video: new TrackChoice(), audio: new TrackChoice() };
  readonly #configs: { video: SourceConfig | undefined; audio: SourceConfig | undefined } = {
    video: undefined,
    audio: undefined,
  };
  /** The last one: GStreamer repeats it many times, for each tag that comes in at its start. */
  #metadata: SourceMetadata | undefined;
  readonly #warned = new Set<string>();

  /** Messages that carry no media give nothing. */
  *read(message: RtmpMessage): Generator<DemuxOutput> {
    switch (message.typeId) {
      case MESSAGE.video:
        yield* this.#readVideo(message);
        return;
      case MESSAGE.audio:
        yield* this.#readAudio(message);
        return;
      case MESSAGE.dataAmf0:
      case MESSAGE.dataAmf3:
        yield* this.#readData(message);
        return;
      case MESSAGE.aggregate:
        for (const inner of readAggregate(message)) if (inner.typeId !== MESSAGE.aggregate) yield* this.read(inner);
    }
  }

  *#readData(message: RtmpMessage): Generator<DemuxOutput> {
    const data = tryReadData(message);
    if (data === undefined) {
      yield* this.#warnOnce('The encoder sent metadata that cannot be read; it was left out.');
      return;
    }
    if (isAdditionalMedia(data)) yield* this.#warnOnce(ADDITIONAL_MEDIA_LEFT_OUT);
    const metadata = readMetadata(data);
    if (metadata === undefined || JSON.stringify(metadata) === JSON.stringify(this.#metadata)) return;
    this.#metadata = metadata;
    yield { kind: 'event', event: metadata };
  }

  *#readVideo({ timestampMs, payload }: RtmpMessage): Generator<DemuxOutput> {
    for (const tag of this.#chosenTrack('video', readVideoTag(payload))) {
      if (tag.kind === 'unsupported') yield unsupported('video', tag.codecName, 'H.264');
      else if (tag.kind === 'config') {
        yield* this.#config('video', { kind: 'video-config', codec: tag.codec, extradata: tag.extradata });
      } else if (this.#configs.video?.codec !== tag.codec) yield* this.#warnOfMissingConfig('video');
      else {
        yield* this.#warnOfOtherTracks('video');
        const dtsUs = this.#timeUs(timestampMs, tag.offsetNs);
        const ptsUs = dtsUs + tag.compositionMs * 1_000;
        const { isKeyframe, payload } = tag;
        yield { kind: 'event', event: { kind: 'video', ptsUs, dtsUs, isKeyframe, payload } };
      }
    }
  }

  *#readAudio({ timestampMs, payload }: RtmpMessage): Generator<DemuxOutput> {
    for (const tag of this.#chosenTrack('audio', readAudioTag(payload))) {
      if (tag.kind === 'unsupported') yield unsupported('audio', tag.codecName, 'AAC');
      else if (tag.kind === 'config') {
        const { codec, extradata, shape } = tag;
        yield* this.#config('audio', { kind: 'audio-config', codec, extradata, ...shape });
      } else if (this.#configs.audio?.codec !== tag.codec) yield* this.#warnOfMissingConfig('audio');
      else {
        yield* this.#warnOfOtherTracks('audio');
        const timeUs = this.#timeUs(timestampMs, tag.offsetNs);
        const { payload } = tag;
        yield { kind: 'event', event: { kind: 'audio', ptsUs: timeUs, dtsUs: timeUs, isKeyframe: true, payload } };
      }
    }
  }

  #chosenTrack<T extends VideoTag | AudioTag>(kind: 'video' | 'audio', tags: readonly T[]): readonly T[] {
    return tags.length === 0 ? tags : this.#tracks[kind].choose(tags);
  }

  #timeUs(timestampMs: number, offsetNs: number): number {
    return this.#clock.unwrapMs(timestampMs) * 1_000 + Math.round(offsetNs / 1_000);
  }

  /** Some encoders repeat their configuration before each keyframe; only a change is one. */
  *#config(kind: 'video' | 'audio', config: SourceConfig): Generator<DemuxOutput> {
    const known = this.#configs[kind];
    if (known !== undefined && isSameConfig(known, config)) return;
    this.#configs[kind] = config;
    yield { kind: 'event', event: config };
  }

  *#warnOfMissingConfig(kind: 'video' | 'audio'): Generator<DemuxOutput> {
    yield* this.#warnOnce(`The encoder sent ${kind} before its decoder configuration; it was left out.`);
  }

  *#warnOfOtherTracks(kind: 'video' | 'audio'): Generator<DemuxOutput> {
    const others = this.#tracks[kind].takeOthersOnce();
    if (others.length === 0) return;
    const chosen = this.#tracks[kind].chosen;
    yield* this.#warnOnce(`Only ${kind} track ${chosen} is used; track ${others.join(', ')} was left out.`);
  }

  *#warnOnce(sentence: string): Generator<DemuxOutput> {
    if (this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    yield { kind: 'warning', sentence };
  }
}

/** OBS's VOD track for Twitch: audio inside of data messages, announced by the second of these names. */
function isAdditionalMedia({ name, args }: RtmpData): boolean {
  return name === 'additionalMedia' || (name === '@setDataFrame' && args[0] === 'onExpectAdditionalMedia');
}

/** Metadata is only a hint, and a broken one says nothing about the messages around it. */
function tryReadData(message: RtmpMessage): RtmpData | undefined {
  try {
    return readData(message);
  } catch (error) {
    if (error instanceof RtmpError) return undefined;
    throw error;
  }
}

function unsupported(kind: 'video' | 'audio', codecName: string, instead: string): DemuxOutput {
  // A FourCC is four bytes of the peer's choice.
  const name = codecName.replace(/[^\x20-\x7e]/g, '?');
  return {
    kind: 'unsupported',
    sentence: `The ${kind} codec ${name} is not supported here. Choose ${instead} in your encoder.`,
  };
}

function isSameConfig(a: SourceConfig, b: SourceConfig): boolean {
  if (a.codec !== b.codec || Buffer.compare(a.extradata, b.extradata) !== 0) return false;
  if (a.kind === 'video-config' || b.kind === 'video-config') return true;
  return a.sampleRateHz === b.sampleRateHz && a.channelCount === b.channelCount;
}
