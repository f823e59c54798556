import type { SourcePacket } from '../media/source.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import type { HealthWarning } from './health-warning.ts';
import type { SourceFigures } from './source-figures.ts';
import { SourceHealth } from './source-health.ts';

/** For tests: sources made of sizes and times alone, and what a SourceHealth tells of them. Nothing sleeps. */

/** AAC at 48 kHz. */
const SOUND_MS = 1_024 / 48;
const SOUND_BYTES = 340;
const ENCODING_MS = 150;

export interface Sent {
  readonly packet: SourcePacket;
  /** When it comes. */
  readonly atMs: number;
}

export interface MadePictures {
  readonly forMs: number;
  readonly fps: number;
  readonly keyframeEvery?: number;
  /** Of the picture with this number. */
  readonly bytesOf?: (index: number) => number;
  readonly fromMs?: number;
}

/** Pictures that come as they are made: 2 Mbit/s at 25 a second if nothing else is said. */
export function pictures(options: MadePictures): Sent[] {
  const { forMs, fps, keyframeEvery = Math.round(2 * fps), bytesOf = () => 10_000, fromMs = 0 } = options;
  return Array.from({ length: Math.floor((forMs * fps) / 1_000) }, (_, index) => {
    const timeMs = fromMs + (index * 1_000) / fps;
    return sent({ kind: 'video', timeMs, isKeyframe: index % keyframeEvery === 0, sizeBytes: bytesOf(index) });
  });
}

/** Sound that comes as it is made, by a clock that is off by so much. */
export function sound({ forMs, ratio = 1 }: { readonly forMs: number; readonly ratio?: number }): Sent[] {
  return Array.from({ length: Math.floor(forMs / SOUND_MS) }, (_, index) => {
    const { packet, atMs } = sent({
      kind: 'audio',
      timeMs: index * SOUND_MS,
      isKeyframe: true,
      sizeBytes: SOUND_BYTES,
    });
    const statedUs = Math.round(packet.dtsUs * ratio);
    return { packet: { ...packet, ptsUs: statedUs, dtsUs: statedUs }, atMs };
  });
}

interface Picked {
  readonly kind: 'video' | 'audio';
  readonly timeMs: number;
  readonly isKeyframe: boolean;
  readonly sizeBytes: number;
}

export function sent({ kind, timeMs, isKeyframe, sizeBytes }: Picked): Sent {
  const timeUs = Math.round(timeMs * 1_000);
  const packet = { kind, ptsUs: timeUs, dtsUs: timeUs, isKeyframe, payload: new Uint8Array(sizeBytes) };
  return { packet, atMs: timeMs };
}

/** The same packets over a connection that holds each of them until a time that depends on when it was sent. */
export function late(all: readonly Sent[], arrivalMs: (sentMs: number) => number): Sent[] {
  return all.map(({ packet, atMs }) => ({ packet, atMs: arrivalMs(atMs) }));
}

/** A connection that carries nothing in the first part of each period, and all of it at once behind that. */
export function stalling(everyMs: number, forMs: number): (sentMs: number) => number {
  return (sentMs) => sentMs + Math.max(0, forMs - (sentMs % everyMs));
}

/** The same sound as MPEG-TS carries it, so many frames in a packet: each waits for the last of its packet. */
export function packed(all: readonly Sent[], framesEach: number): Sent[] {
  return all.map(({ packet, atMs }, index) => {
    const lastIndex = Math.min(all.length - 1, index - (index % framesEach) + framesEach - 1);
    return { packet, atMs: all[lastIndex]?.atMs ?? atMs };
  });
}

/** Pictures as an encoder sends them that takes its time for each, and does not keep the sound back for it. */
export function filmed(all: readonly Sent[]): Sent[] {
  return late(all, (ms) => ms + ENCODING_MS);
}

/** The same packets sorted by the publisher: none leaves before the other track has one of its time or later. */
export function sorted(all: readonly Sent[]): Sent[] {
  const tracks = (['video', 'audio'] as const).map((kind) => all.filter(({ packet }) => packet.kind === kind));
  return tracks.flatMap((track, index) => {
    const other = tracks[1 - index] ?? [];
    let at = 0;
    return track.flatMap(({ packet, atMs }) => {
      while ((other[at]?.packet.dtsUs ?? packet.dtsUs) < packet.dtsUs) at += 1;
      const awaited = other[at];
      return awaited === undefined ? [] : [{ packet, atMs: Math.max(atMs, awaited.atMs) }];
    });
  });
}

/** The same packets by a publisher's clock that reads something else. */
export function restamped(all: readonly Sent[], stated: (timeMs: number) => number): Sent[] {
  return all.map(({ packet, atMs }) => {
    const statedUs = Math.round(stated(packet.dtsUs / 1_000) * 1_000);
    return { packet: { ...packet, ptsUs: statedUs, dtsUs: statedUs }, atMs };
  });
}

export interface Told {
  readonly figures: SourceFigures[];
  /** With the time since the beginning. */
  readonly warnings: (HealthWarning & { readonly atMs: number })[];
  /** Each code once, in the order they came. */
  readonly codes: string[];
}

export interface PlayOptions {
  readonly untilMs: number;
  readonly bitrateBpsMax?: number;
  /** Of an SRT connection, second by second. */
  readonly link?: (second: number) => SrtFigures;
  readonly linkEndsMs?: number;
  /** When our clock stood at the beginning. */
  readonly beginMs?: number;
  /** The times between which the source is held back by us. */
  readonly held?: readonly (readonly [number, number])[];
  /** How long our process was held up in each second. */
  readonly ownLagMs?: number;
}

/** Lets a source come, and everything else happen in time. */
export function play(all: readonly Sent[], options: PlayOptions): Told {
  const {
    untilMs,
    bitrateBpsMax = 50_000_000,
    link,
    beginMs = 1_234.5,
    held = [],
    ownLagMs = 0,
    linkEndsMs = untilMs,
  } = options;
  const health = new SourceHealth({ bitrateBpsMax, nowMs: beginMs });
  const told: Told = { figures: [], warnings: [], codes: [] };
  const events: { readonly atMs: number; readonly act: (nowMs: number) => void }[] = [
    ...all.map(({ packet, atMs }) => ({ atMs, act: (nowMs: number) => health.take(packet, nowMs) })),
    ...held.map(([atMs]) => ({ atMs, act: (nowMs: number) => health.hold(nowMs) })),
    ...held.map(([, atMs]) => ({ atMs, act: (nowMs: number) => health.release(nowMs) })),
  ];
  for (let second = 1; link !== undefined && second * 1_000 <= linkEndsMs; second += 1) {
    const act = (nowMs: number) => health.link(link(second), nowMs);
    events.push({ atMs: second * 1_000 - 3, act });
  }
  for (const { atMs, act } of events.sort((a, b) => a.atMs - b.atMs)) {
    if (atMs > untilMs) break;
    advance(health, { beginMs, untilMs: atMs, ownLagMs }, told);
    act(beginMs + atMs);
  }
  advance(health, { beginMs, untilMs, ownLagMs }, told);
  return told;
}

function advance(
  health: SourceHealth,
  { beginMs, untilMs, ownLagMs }: { beginMs: number; untilMs: number; ownLagMs: number },
  told: Told,
): void {
  while (health.deadlineMs <= beginMs + untilMs) {
    const nowMs = health.deadlineMs;
    health.advance(nowMs, ownLagMs);
    for (let notice = health.poll(); notice !== undefined; notice = health.poll()) {
      if (notice.kind === 'figures') told.figures.push(notice.figures);
      else note(notice.warning, nowMs - beginMs, told);
    }
  }
}

function note(warning: HealthWarning, atMs: number, told: Told): void {
  told.warnings.push({ ...warning, atMs });
  if (!told.codes.includes(warning.code)) told.codes.push(warning.code);
}

/** Totals of an SRT connection of 400 packets a second, of which so many were lost and sent again. */
export function linkLosing(lostOf: (second: number) => number, rttMs?: number): (second: number) => SrtFigures {
  return (second) => {
    const lost = Array.from({ length: second }, (_, index) => lostOf(index + 1)).reduce((sum, each) => sum + each, 0);
    return {
      rttMs,
      rttVarianceMs: undefined,
      latencyMs: 120,
      isEncrypted: false,
      packetCount: 400 * second,
      lostPacketCount: lost,
      retransmittedPacketCount: lost,
      bitrateBps: 4_000_000,
      lossRatio: lostOf(second) / 400,
    };
  };
}
