/** What one CMAF server takes on. */
export interface CmafLimits {
  /** Open connections: of sixteen publishers with all tracks that there can be, on a connection each, and then some. */
  readonly connectionsMax: number;
  /**
   * Those of one address that belong to nobody who was let in: two publishers with all tracks that there can be, and no
   * flood from one machine. Above it they are closed without a word.
   */
  readonly strangersPerAddressMax: number;
  /** Publishers at once, those that are asked about included: as many as a large node has broadcasts. */
  readonly publishersMax: number;
  /** Stream keys that one network may try in `askWindowMs`: its encoders, when its network comes back, and no guessing. */
  readonly asksPerNetworkMax: number;
  readonly askWindowMs: number;
  /** Names of tracks of one publisher: what a broadcast has at most, and as many that are left out. */
  readonly tracksMax: number;
  /**
   * Of fragments that are not whole, of all tracks of a publisher: the longest segments (4.3 s) sent at once as a fragment
   * each, at 60 Mbit/s together, and twice that while memory for them grows.
   */
  readonly fragmentBytesMax: number;
  /** Requests of one track that wait for the one before: a segment each, from a publisher that is behind. */
  readonly waitingMax: number;
  /** For a request's headers, from the connection on. It is looked at every second. */
  readonly headersMs: number;
  /** For a manifest, or whatever else is ignored. */
  readonly sidecarMs: number;
  /** A connection on which a publisher sends segments, between two of them. */
  readonly keepAliveMs: number;
  /**
   * Nothing of any track for so long: whoever sent is gone. More than two of the longest segments, for publishers that
   * send them one at a time.
   */
  readonly silentMs: number;
  /** A request that has brought nothing for so long while another one of its track waits is a connection that broke. */
  readonly brokenMs: number;
  /** The window over which a bitrate is too high. */
  readonly bitrateWindowMs: number;
  /** From our last word to the connection's end by force, so that the peer can read it. */
  readonly lingerMs: number;
}

export const CMAF_LIMITS: CmafLimits = {
  connectionsMax: 512,
  strangersPerAddressMax: 64,
  publishersMax: 64,
  asksPerNetworkMax: 64,
  askWindowMs: 10_000,
  tracksMax: 32,
  fragmentBytesMax: 64 * 1_024 * 1_024,
  waitingMax: 4,
  headersMs: 10_000,
  sidecarMs: 10_000,
  keepAliveMs: 30_000,
  silentMs: 10_000,
  brokenMs: 1_000,
  bitrateWindowMs: 10_000,
  lingerMs: 1_000,
};
