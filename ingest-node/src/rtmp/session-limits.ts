/** How long a peer may take, and how much it may send or leave unread. Milliseconds of the clock that the session is given. */
export interface SessionLimits {
  /** From the connection to the end of the handshake: three round trips, and 300 ms is a slow one. */
  readonly handshakeMs: number;
  /** From the handshake, or from the end of the last broadcast, to `publish` or `play`. Clients send it at once. */
  readonly publishMs: number;
  /** From `publish` or `play` to our own yes or no. The control API has answered or failed long before. */
  readonly authorizeMs: number;
  /** From our yes to the first audio or video. Encoders that warm up first take some seconds. */
  readonly firstMediaMs: number;
  /**
   * Between two audio or video messages. A connection that died without a word is noticed by this: TCP takes minutes. An
   * encoder that can still send is never silent for so long, and one that connects anew is not to find its old self.
   */
  readonly idleMediaMs: number;
  /** Held of a publisher that waits for our answer: metadata and both configurations, but no second of video. */
  readonly unreadBytesMax: number;
  /** Averaged over `bitrateWindowMs`, when the answer to the publisher names no other. */
  readonly bitrateBpsMax: number;
  /** Long enough for a keyframe, and for what an encoder sends at once after a network stall. */
  readonly bitrateWindowMs: number;
  /** Held for a player that reads slower than the publisher sends. More than what it is given at first (SourceFeed). */
  readonly playQueueBytesMax: number;
  /** How long a player may leave that more than half full. A bad moment of a mobile network is shorter. */
  readonly playSlowMs: number;
  /** Message streams one connection may create; encoders create one. */
  readonly messageStreamsMax: number;
  /** Times that one connection may ask to publish or to play, each of which the control API is asked about. */
  readonly asksMax: number;
}

export const SESSION_LIMITS: SessionLimits = {
  handshakeMs: 5_000,
  publishMs: 10_000,
  authorizeMs: 10_000,
  firstMediaMs: 15_000,
  idleMediaMs: 10_000,
  unreadBytesMax: 64 * 1_024,
  bitrateBpsMax: 50_000_000,
  bitrateWindowMs: 10_000,
  playQueueBytesMax: 6 * 1_024 * 1_024,
  playSlowMs: 10_000,
  messageStreamsMax: 8,
  asksMax: 16,
};
