import type { SourceEvent, SourceMetadata, SourcePacket } from '../media/source.ts';
import {
  type AudioConfig,
  audioConfigBody,
  audioFramesBody,
  flvCodecId,
  type VideoConfig,
  videoConfigBody,
  videoFramesBody,
} from './flv-body.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { writeMetadata } from './metadata.ts';

/**
 * Source events into RTMP messages: MediaDemuxer the other way round. What a decoder has to know goes out with the first
 * packet behind it, so that packets may be left out without harm.
 */
export class MediaMuxer {
  readonly #messageStreamId: number;
  #metadata: SourceMetadata | undefined;
  #video: VideoConfig | undefined;
  #audio: AudioConfig | undefined;
  /** What is to go before the next packet. */
  #news = { metadata: true, video: false, audio: false };

  constructor(messageStreamId: number) {
    this.#messageStreamId = messageStreamId;
  }

  /** Takes note of what is no packet. */
  learn(event: Exclude<SourceEvent, SourcePacket>): void {
    switch (event.kind) {
      case 'metadata':
        this.#metadata = event;
        this.#news.metadata = true;
        return;
      case 'video-config':
        this.#news.metadata ||= event.codec !== this.#video?.codec;
        this.#news.video = true;
        this.#video = event;
        return;
      case 'audio-config':
        this.#news.metadata ||= event.codec !== this.#audio?.codec;
        this.#news.audio = true;
        this.#audio = event;
    }
  }

  /** The messages of a packet; none for one that nobody could decode. */
  write(packet: SourcePacket, timestampMs: number): readonly RtmpMessage[] {
    const body = this.#body(packet);
    if (body === undefined) return [];
    const typeId = packet.kind === 'video' ? MESSAGE.video : MESSAGE.audio;
    return [...this.#tellNews(timestampMs), this.#message(typeId, timestampMs, body)];
  }

  #body(packet: SourcePacket): Uint8Array | undefined {
    if (packet.kind === 'video') return this.#video && videoFramesBody(this.#video.codec, packet);
    return this.#audio && audioFramesBody(this.#audio, packet);
  }

  #tellNews(timestampMs: number): RtmpMessage[] {
    const { metadata, video, audio } = this.#news;
    this.#news = { metadata: false, video: false, audio: false };
    const messages: RtmpMessage[] = [];
    const add = (typeId: number, body: Uint8Array | undefined) => {
      if (body !== undefined) messages.push(this.#message(typeId, timestampMs, body));
    };
    // First of all: FFmpeg decides by it which streams there will be.
    if (metadata) add(MESSAGE.dataAmf0, this.#metadataBody());
    if (video) add(MESSAGE.video, this.#video && videoConfigBody(this.#video));
    if (audio) add(MESSAGE.audio, this.#audio && audioConfigBody(this.#audio));
    return messages;
  }

  #metadataBody(): Uint8Array {
    return writeMetadata(this.#metadata, {
      video: this.#video && flvCodecId(this.#video.codec),
      audio: this.#audio && flvCodecId(this.#audio.codec),
    });
  }

  #message(typeId: number, timestampMs: number, payload: Uint8Array): RtmpMessage {
    return { typeId, messageStreamId: this.#messageStreamId, timestampMs, payload };
  }
}
