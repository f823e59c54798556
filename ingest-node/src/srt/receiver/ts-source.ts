import type { SourceEvent } from '../../media/source.ts';
import { readAdtsHeader, readMpegAudioHeader } from './audio-frames.ts';
import { AudioTrack } from './audio-track.ts';
import { H264 } from './h264-units.ts';
import { HEVC } from './hevc-units.ts';
import { OpusTrack } from './opus-track.ts';
import { type PacketTimes, TickUnwrap, ticksToUs } from './packet-times.ts';
import { choiceWarnings, chooseStream, isUsable, type TsStream } from './track-choice.ts';
import { VideoTrack } from './video-track.ts';

/** A packet of an elementary stream, as the transport stream carried it. */
export interface TsPacket {
  readonly streamIndex: number;
  readonly payload: Uint8Array;
  /** At 90 kHz in 33 bits; absent where the stream does not say. */
  readonly ptsTicks: number | undefined;
  readonly dtsTicks: number | undefined;
}

export type TsOutput =
  | { readonly kind: 'event'; readonly event: SourceEvent }
  | { readonly kind: 'warning'; readonly sentence: string }
  /** Nothing in it can be decoded here. */
  | { readonly kind: 'unusable'; readonly sentence: string };

type TrackKind = 'video' | 'audio';

interface ChosenTrack {
  readonly index: number;
  readonly codecName: string;
  lastTicks: number;
  read(payload: Uint8Array, times: PacketTimes | undefined): SourceEvent[];
}

/** A chosen track that was silent for longer gives its place to another that is not: the encoder has changed its plan. */
const SILENT_TICKS = 2 * 90_000;
/** Tables that name more have been damaged or are meant to hurt. */
const STREAMS_MAX = 64;

/** One transport stream, made into source events: the first video and the first audio track that can be decoded. */
export class TsSource {
  readonly #unwrap = new TickUnwrap();
  readonly #chosen: Partial<Record<TrackKind, ChosenTrack>> = {};
  /** Since when another track of a kind has come, and the chosen one has not begun. */
  readonly #waitingSince: Partial<Record<TrackKind, number>> = {};
  #streamCount = 0;

  /** `streams` is what the tables have named until now. */
  read(packet: TsPacket, streams: readonly TsStream[]): TsOutput[] {
    const outputs = this.#look(streams);
    const stream = streams.find(({ index }) => index === packet.streamIndex);
    if (stream === undefined || stream.kind === 'other' || !isUsable(stream)) return outputs;
    const { ptsTicks } = packet;
    const dts = packet.dtsTicks ?? ptsTicks;
    const dtsTicks = dts === undefined ? undefined : this.#unwrap.unwrap(dts);
    const first = chooseStream(streams, stream.kind) ?? stream;
    const track = this.#trackFor(stream, stream.kind, dtsTicks, first);
    if (track === undefined) return outputs;
    if (dtsTicks !== undefined) track.lastTicks = dtsTicks;
    const times = timesOf(ptsTicks, dts, dtsTicks);
    const events = track.read(packet.payload, times);
    return [...outputs, ...events.map((event): TsOutput => ({ kind: 'event', event }))];
  }

  #look(streams: readonly TsStream[]): TsOutput[] {
    if (streams.length === this.#streamCount || streams.length > STREAMS_MAX) return [];
    this.#streamCount = streams.length;
    const warnings = choiceWarnings(streams);
    if (warnings.length > 0 && !streams.some(isUsable)) return [{ kind: 'unusable', sentence: warnings.join(' ') }];
    return warnings.map((sentence) => ({ kind: 'warning', sentence }));
  }

  /** The stream's track, if it is the chosen one of its kind or becomes it now. */
  #trackFor(stream: TsStream, kind: TrackKind, ticks: number | undefined, first: TsStream): ChosenTrack | undefined {
    const chosen = this.#chosen[kind];
    if (chosen?.index === stream.index && chosen.codecName === stream.codecName) return chosen;
    const isItsTurn = (chosen?.index ?? first.index) === stream.index;
    if (!isItsTurn && !this.#isChosenSilent(kind, ticks)) return undefined;
    return this.#open(stream, kind, ticks ?? 0);
  }

  /** Told by another track of the kind. */
  #isChosenSilent(kind: TrackKind, ticks: number | undefined): boolean {
    if (ticks === undefined) return false;
    this.#waitingSince[kind] ??= ticks;
    const lastTicks = this.#chosen[kind]?.lastTicks ?? this.#waitingSince[kind];
    return ticks - lastTicks > SILENT_TICKS;
  }

  #open(stream: TsStream, kind: TrackKind, lastTicks: number): ChosenTrack {
    const track = { index: stream.index, codecName: stream.codecName, lastTicks, read: readerOf(stream) };
    this.#chosen[kind] = track;
    return track;
  }
}

function timesOf(
  ptsTicks: number | undefined,
  dts: number | undefined,
  dtsTicks: number | undefined,
): PacketTimes | undefined {
  if (dts === undefined || dtsTicks === undefined) return undefined;
  const later = new TickUnwrap();
  later.unwrap(dtsTicks);
  return { ptsUs: ticksToUs(later.unwrap(ptsTicks ?? dts)), dtsUs: ticksToUs(dtsTicks) };
}

function readerOf({ codecName, extradata, channelCount }: TsStream): ChosenTrack['read'] {
  if (codecName === 'opus') {
    const track = new OpusTrack({ extradata, channelCount });
    return (payload, times) => track.read(payload, times);
  }
  if (codecName === 'h264' || codecName === 'hevc') {
    const track = new VideoTrack(codecName === 'h264' ? H264 : HEVC);
    let last: PacketTimes | undefined;
    return (payload, times) => {
      // A unit cut in two by its size: the second half has the first one's time.
      last = times ?? last;
      return last === undefined ? [] : track.read(payload, last);
    };
  }
  const track = new AudioTrack(codecName === 'aac' ? readAdtsHeader : readMpegAudioHeader);
  return (payload, times) => track.read(payload, times);
}
