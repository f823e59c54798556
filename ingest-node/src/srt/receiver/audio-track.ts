import type { SourceEvent } from '../../media/source.ts';
import type { AudioFrameHeader, AudioHeaderReader } from './audio-frames.ts';
import type { PacketTimes } from './packet-times.ts';

/** The longest frame there is, ADTS with its 13 bits of length: less than this is kept until the rest comes. */
const FRAME_BYTES_MAX = 8_191;
/** Each frame's header has at least so many. */
const HEADER_BYTES_MIN = 7;

/**
 * Audio frames that name their own length, several to a packet or one over two, cut apart. A packet's time is that of
 * the first frame that begins in it (ISO/IEC 13818-1 §2.4.3.7); the others follow by their length.
 */
export class AudioTrack {
  readonly #readHeader: AudioHeaderReader;
  /** A frame's begin, whose rest is in the next packet. */
  #tail: Uint8Array = new Uint8Array();
  #nextUs: number | undefined;
  #shape = '';

  constructor(readHeader: AudioHeaderReader) {
    this.#readHeader = readHeader;
  }

  /** `times` is absent where the packet has none. */
  read(packet: Uint8Array, times: PacketTimes | undefined): SourceEvent[] {
    const tailBytes = this.#tail.length;
    const bytes = tailBytes === 0 ? packet : Buffer.concat([this.#tail, packet]);
    this.#tail = new Uint8Array();
    const events: SourceEvent[] = [];
    let pendingUs = times?.ptsUs;
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      const header = this.#readHeader(rest);
      if (header === undefined && rest.length >= HEADER_BYTES_MIN) {
        // Something was lost: on to where a frame begins.
        at += 1;
        continue;
      }
      if (header === undefined || rest.length < header.frameBytes) {
        if (rest.length < FRAME_BYTES_MAX) this.#tail = rest.slice();
        break;
      }
      if (at >= tailBytes && pendingUs !== undefined) {
        this.#nextUs = pendingUs;
        pendingUs = undefined;
      }
      events.push(...this.#frame(header, rest.subarray(header.prefixBytes, header.frameBytes)));
      at += header.frameBytes;
    }
    // A frame that begins here and ends in the next packet has this packet's time.
    if (pendingUs !== undefined && this.#tail.length > 0) this.#nextUs = pendingUs;
    return events;
  }

  #frame(header: AudioFrameHeader, payload: Uint8Array): SourceEvent[] {
    const timeUs = this.#nextUs;
    if (timeUs === undefined) return [];
    this.#nextUs = timeUs + (header.sampleCount * 1e6) / header.sampleRateHz;
    const wholeUs = Math.round(timeUs);
    const packet: SourceEvent = { kind: 'audio', ptsUs: wholeUs, dtsUs: wholeUs, isKeyframe: true, payload };
    return [...this.#configure(header), packet];
  }

  #configure({ codec, extradata, sampleRateHz, channelCount }: AudioFrameHeader): SourceEvent[] {
    const shape = `${codec} ${sampleRateHz} ${channelCount} ${extradata.join()}`;
    if (shape === this.#shape) return [];
    this.#shape = shape;
    return [{ kind: 'audio-config', codec, extradata, sampleRateHz, channelCount }];
  }
}
