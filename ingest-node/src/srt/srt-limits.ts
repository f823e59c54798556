/** How long an SRT publisher may take, and how much it may send. Milliseconds of the clock that the session is given. */
export interface SrtSessionLimits {
  /** From the publisher's conclusion to its answer. libsrt gives up after 3 s unless it is told otherwise. */
  readonly attemptMs: number;
  /** A publisher repeats its conclusion four times a second; one that no longer does has given up. */
  readonly attemptSilentMs: number;
  /** Between two inductions at a receiver that does not listen yet: short beside the time it takes to load. */
  readonly reachEveryMs: number;
  /** From the connection to the first audio or video. Encoders that warm up first take some seconds. */
  readonly firstMediaMs: number;
  /** Between two audio or video packets, while the connection itself is well. */
  readonly idleMediaMs: number;
  /** Between two datagrams of any kind. libsrt sends one at least each second, and gives up after five itself. */
  readonly peerSilentMs: number;
  /** A goodbye counts as meant by the streamer when the publisher had heard of us so lately (ADR 0013). */
  readonly heardUsMs: number;
  /** Beyond its latency, what a receiver gets to give out its last packets before it hears the goodbye. */
  readonly playOutMs: number;
  /** Beyond its latency, from the goodbye to the receiver's end. */
  readonly drainMs: number;
  /** How long an ended connection is remembered, for a publisher that repeats its last question. */
  readonly lingerMs: number;
  /** Between two answers to whoever goes on sending after its end. */
  readonly repeatEveryMs: number;
  /** What every packet is held at least, so that a lost one can come again. */
  readonly latencyMsMin: number;
  /** The most that a publisher may ask for: with it a receiver holds some 50 MB at the highest bitrate. */
  readonly latencyMsMax: number;
  /** Averaged over `bitrateWindowMs`, when the answer to the publisher names no other. */
  readonly bitrateBpsMax: number;
  /** Long enough for a keyframe, and for what an encoder sends at once after a network stall. */
  readonly bitrateWindowMs: number;
  readonly figuresEveryMs: number;
}

/** What one SRT server takes on. */
export interface SrtServerLimits extends SrtSessionLimits {
  /** Connections that publish or ask to; each has a receiver of some 130 MB, about half of it shared between them. */
  readonly connectionsMax: number;
  /** The same for one address: a studio behind one router, but no flood from one machine. */
  readonly connectionsPerAddressMax: number;
  /** Ended connections that are remembered; above it the oldest is forgotten. */
  readonly lingeringMax: number;
  /** What the kernel is asked to hold of datagrams that were not read yet: a tenth of a second at 300 Mbit/s. */
  readonly socketBufferBytes: number;
}

export const SRT_SERVER_LIMITS: SrtServerLimits = {
  attemptMs: 10_000,
  attemptSilentMs: 2_000,
  reachEveryMs: 20,
  firstMediaMs: 15_000,
  idleMediaMs: 20_000,
  peerSilentMs: 5_000,
  heardUsMs: 2_500,
  playOutMs: 50,
  drainMs: 1_000,
  lingerMs: 3_000,
  repeatEveryMs: 200,
  latencyMsMin: 120,
  latencyMsMax: 8_000,
  bitrateBpsMax: 50_000_000,
  bitrateWindowMs: 10_000,
  figuresEveryMs: 1_000,
  connectionsMax: 64,
  connectionsPerAddressMax: 16,
  lingeringMax: 256,
  socketBufferBytes: 4 * 1_024 * 1_024,
};
