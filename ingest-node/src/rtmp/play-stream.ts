import type { SourceEvent, SourcePacket } from '../media/source.ts';
import { BitrateGate } from './bitrate-gate.ts';
import { MediaMuxer } from './media-muxer.ts';
import { pingRequest, type RtmpMessage } from './message.ts';
import { PlayClock } from './play-clock.ts';
import { PlayGate, type PlayGateLimits } from './play-gate.ts';
import { playStarted } from './status.ts';

/** A player has little to say: acknowledgements and pings. More than this over ten seconds is a flood. */
const SAID_BITRATE_BPS_MAX = 200_000;
const SAID_WINDOW_MS = 10_000;

/** A player that has said nothing for so long is sent a ping, which every client answers. */
const PING_AFTER_MS = 10_000;
/** One that has not answered then is gone: what was sent to it may keep TCP busy for a quarter of an hour. */
const SILENT_MS_MAX = 30_000;

/** One player, from `play` to its end. */
export class PlayStream {
  readonly messageStreamId: number;
  readonly #muxer: MediaMuxer;
  readonly #clock = new PlayClock();
  readonly #gate: PlayGate;
  readonly #said = new BitrateGate({ bitrateBpsMax: SAID_BITRATE_BPS_MAX, windowMs: SAID_WINDOW_MS });
  #hasVideo = false;
  #heardMs: number;
  #isPinged = false;

  constructor(messageStreamId: number, limits: PlayGateLimits, nowMs: number) {
    this.messageStreamId = messageStreamId;
    this.#heardMs = nowMs;
    this.#muxer = new MediaMuxer(messageStreamId);
    this.#gate = new PlayGate(limits);
  }

  /** When it is to be asked whether it is still there, or to be given up. */
  get deadlineMs(): number {
    return this.#heardMs + (this.#isPinged ? SILENT_MS_MAX : PING_AFTER_MS);
  }

  /** What goes before all media. */
  start(nowMs: number): readonly RtmpMessage[] {
    this.#heardMs = nowMs;
    return playStarted(this.messageStreamId);
  }

  /** At the deadline: what is sent to it, or `gone`. */
  atDeadline(nowMs: number): readonly RtmpMessage[] | 'gone' {
    if (this.#isPinged) return 'gone';
    this.#isPinged = true;
    return [pingRequest(Math.floor(nowMs) % 2 ** 32)];
  }

  /** Counts bytes that the player has sent; `false` when they are too many. */
  admits(sizeBytes: number, nowMs: number): boolean {
    this.#heardMs = nowMs;
    this.#isPinged = false;
    return this.#said.admits(sizeBytes, nowMs);
  }

  /** The messages for the player, or `too-slow` when it has to go. */
  write(
    events: readonly SourceEvent[],
    { unsentBytes, nowMs }: { readonly unsentBytes: number; readonly nowMs: number },
  ): readonly RtmpMessage[] | 'too-slow' {
    const messages: RtmpMessage[] = [];
    let queuedBytes = unsentBytes;
    for (const event of events) {
      if (!isPacket(event)) {
        this.#hasVideo ||= event.kind === 'video-config';
        this.#muxer.learn(event);
        continue;
      }
      // Without a picture, any sound is a place to begin.
      const isEntry = event.kind === 'video' ? event.isKeyframe : !this.#hasVideo;
      const answer = this.#gate.judge(event, { isEntry, queuedBytes, nowMs });
      if (answer === 'too-slow') return answer;
      if (answer === 'leave-out') continue;
      messages.push(...this.#muxer.write(event, this.#clock.timestampMs(event.dtsUs)));
      queuedBytes += event.payload.length;
    }
    return messages;
  }
}

function isPacket(event: SourceEvent): event is SourcePacket {
  return event.kind === 'video' || event.kind === 'audio';
}
