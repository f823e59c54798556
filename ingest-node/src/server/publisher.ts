import type { AuthorizeRefusal, CheckReason, IngestProtocol, LeaseRefusal } from '@sluice/contracts';
import type { PublishedEvent } from '../media/source.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';

/** What a server knows of somebody who asks to publish, before anything was accepted. */
export interface PublishAttempt {
  readonly protocol: IngestProtocol;
  /** Secret: never logged, never sent back. 1 to 256 characters. */
  readonly streamKey: string;
  /** What stood behind `?` in the name the key came in, without the `?`; never secret, never trusted. */
  readonly query?: string;
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** Why a publisher was not let in, or is sent away. A closed set: metrics count by it. */
export type PublishRefusalCode =
  | AuthorizeRefusal
  | CheckReason
  | Extract<LeaseRefusal, 'channel-in-use'>
  /** Another publisher of the same channel has taken over. */
  | 'taken-over'
  /** It sent nothing, and the channel's backup is on air now. */
  | 'backup-took-over'
  /** There is no stream key in what the publisher sent, or it is too long. */
  | 'stream-key-missing'
  /** It asks to watch (or for something else) where one can only publish. */
  | 'mode-unsupported'
  /** SRT: the passphrase is wrong, missing, or not expected. */
  | 'passphrase-wrong'
  /** More than `ingestBitrateBpsMax`, averaged over some seconds. */
  | 'bitrate-too-high'
  /** Tracks that come encoded do not make a broadcast, or not the one that has begun. */
  | 'tracks-unusable'
  /** Nothing here can decode it. */
  | 'codec-unsupported'
  /** The node is shutting down. */
  | 'server-draining'
  /** The node has no room. */
  | 'server-full'
  /** The control API or the edge could not be asked. */
  | 'control-unreachable'
  /** The transcoder or something else of ours failed. */
  | 'internal-error';

/** A refusal, with a sentence that a streamer understands and that names no secret. */
export interface PublishRefusal {
  readonly code: PublishRefusalCode;
  readonly sentence: string;
}

/** What the rest of the node can do to a publisher. Every call is harmless after the publisher has ended. */
export interface PublisherHandle {
  /** It has left, or was sent away; perhaps before it was answered. */
  readonly isGone: boolean;
  /** Ends a live publisher with a sentence; the sink's `onEnd` follows with reason `closed-by-us`. */
  close(reason: PublishRefusal): void;
  /**
   * Stops or goes on reading from the publisher, so that its own encoder drops frames when we are too slow. While it is
   * held back the publisher cannot time out.
   */
  setPaused(isPaused: boolean): void;
}

/**
 * `unpublished`: the streamer stopped on purpose. `peer-left`: the connection dropped. `protocol-error`: the peer broke
 * the protocol. `timed-out`: no media for too long. `closed-by-us`: by the handle or a shutdown. `limit`: above a limit.
 */
export type PublishEndReason = 'unpublished' | 'peer-left' | 'protocol-error' | 'timed-out' | 'closed-by-us' | 'limit';

export interface PublishEnd {
  readonly reason: PublishEndReason;
  /** For the log; names no secret. */
  readonly detail: string;
}

/** Where an accepted publisher's media goes. Calls come in order; `onEnd` comes exactly once and last. */
export interface PublishSink {
  onEvent(event: PublishedEvent): void;
  /** Something the streamer should know that does not stop the broadcast, as a sentence. Each only once, 64 at most. */
  onWarning?(sentence: string): void;
  /** SRT: how the connection does, about once a second. */
  onFigures?(figures: SrtFigures): void;
  /** Something came of media that is no whole event yet: a fragment may take seconds to come. */
  onHeard?(): void;
  onEnd(end: PublishEnd): void;
}

/** The answer to an attempt. After a yes the publisher may send, or may already have left: `onEnd` tells. */
export type PublishAnswer =
  | {
      readonly ok: true;
      readonly sink: PublishSink;
      /** More than this, averaged over some seconds, ends the publisher. Absent: the server's own maximum. */
      readonly ingestBitrateBpsMax?: number;
      /**
       * SRT: 10 to 79 characters with which the stream must be encrypted; absent, it must not be. Secret: never logged,
       * in no environment and no argument.
       */
      readonly srtPassphrase?: string;
    }
  | { readonly ok: false; readonly refusal: PublishRefusal };

/**
 * Decides on an attempt. May take some seconds; the server holds the publisher meanwhile. When the publisher leaves
 * before the answer, a yes is answered with an immediate `onEnd`. A rejected promise is refused as `internal-error`.
 */
export type PublishHandler = (attempt: PublishAttempt, handle: PublisherHandle) => Promise<PublishAnswer>;
