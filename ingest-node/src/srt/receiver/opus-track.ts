import type { SourceEvent } from '../../media/source.ts';
import type { PacketTimes } from './packet-times.ts';

/** The draft "Opus in MPEG-2 Transport Streams" (0.1.2), control header: eleven bits that each access unit begins with. */
const CONTROL_PREFIX = 0x3ff;
const SAMPLE_RATE_HZ = 48_000;
const PACKET_US_MAX = 120_000;

/** Opus access units, several to a packet, each behind a control header, cut apart. */
export class OpusTrack {
  readonly #extradata: Uint8Array;
  readonly #channelCount: number;
  #isConfigured = false;
  #nextUs: number | undefined;

  /** `extradata` is an OpusHead; without one it is made for the channels. */
  constructor(options: { readonly extradata: Uint8Array | undefined; readonly channelCount: number }) {
    this.#channelCount = options.channelCount > 0 ? options.channelCount : 2;
    this.#extradata = options.extradata ?? opusHead(this.#channelCount);
  }

  read(packet: Uint8Array, times: PacketTimes | undefined): SourceEvent[] {
    if (times !== undefined) this.#nextUs = times.ptsUs;
    const events: SourceEvent[] = [];
    for (let at = 0; at < packet.length; ) {
      const unit = readAccessUnit(packet, at);
      // The rest is damaged; the next packet begins with a header again.
      if (unit === undefined) break;
      at = unit.end;
      if (unit.payload.length > 0 && this.#nextUs !== undefined) events.push(...this.#unit(unit.payload, this.#nextUs));
    }
    return events;
  }

  #unit(payload: Uint8Array, timeUs: number): SourceEvent[] {
    this.#nextUs = timeUs + opusDurationUs(payload);
    const packet: SourceEvent = { kind: 'audio', ptsUs: timeUs, dtsUs: timeUs, isKeyframe: true, payload };
    if (this.#isConfigured) return [packet];
    this.#isConfigured = true;
    const shape = { sampleRateHz: SAMPLE_RATE_HZ, channelCount: this.#channelCount };
    return [{ kind: 'audio-config', codec: 'opus', extradata: this.#extradata, ...shape }, packet];
  }
}

function readAccessUnit(packet: Uint8Array, begin: number): { payload: Uint8Array; end: number } | undefined {
  const first = ((packet[begin] ?? 0) << 8) | (packet[begin + 1] ?? 0);
  if (first >> 5 !== CONTROL_PREFIX) return undefined;
  const [hasStartTrim, hasEndTrim, hasExtension] = [first & 0x10, first & 0x08, first & 0x04];
  let at = begin + 2;
  let sizeBytes = 0;
  for (let byte = 0xff; byte === 0xff; at += 1) {
    byte = packet[at] ?? 0;
    sizeBytes += byte;
  }
  if (hasStartTrim !== 0) at += 2;
  if (hasEndTrim !== 0) at += 2;
  if (hasExtension !== 0) at += 1 + (packet[at] ?? 0);
  const end = at + sizeBytes;
  return end > packet.length ? undefined : { payload: packet.subarray(at, end), end };
}

/** RFC 6716 §3.1: the table of contents byte says how long a frame is, and how many there are. */
export function opusDurationUs(payload: Uint8Array): number {
  const [toc = 0, counter = 0] = payload;
  const config = toc >> 3;
  const frameUs = frameDurationUs(config);
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? counter & 0x3f : 2;
  return Math.min(PACKET_US_MAX, frames * frameUs);
}

function frameDurationUs(config: number): number {
  if (config < 12) return [10_000, 20_000, 40_000, 60_000][config & 3] ?? 0;
  if (config < 16) return [10_000, 20_000][config & 1] ?? 0;
  return [2_500, 5_000, 10_000, 20_000][config & 3] ?? 0;
}

/** RFC 7845 §5.1, for one or two channels. */
function opusHead(channelCount: number): Uint8Array {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 'latin1');
  head.set([1, Math.min(channelCount, 2)], 8);
  head.writeUInt32LE(SAMPLE_RATE_HZ, 12);
  return head;
}
