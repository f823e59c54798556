import { SESSION_LIMITS, type SessionLimits } from '../rtmp/session-limits.ts';

/** What one RTMP server takes on. */
export interface RtmpServerLimits extends SessionLimits {
  /** Open connections that may publish. Above it, `connect` is answered with a no. */
  readonly connectionsMax: number;
  /** The same for one address: a studio behind one router, but no flood from one machine. */
  readonly connectionsPerAddressMax: number;
  /**
   * New connections from one address in `connectWindowMs`; beyond them they are closed without a word. That studio when
   * its network comes back, with encoders that try four times; but no guessing at stream keys.
   */
  readonly connectsPerAddressMax: number;
  readonly connectWindowMs: number;
  /** Connections held open only to be told that there is no room. Above it they are closed without a word. */
  readonly refusedConnectionsMax: number;
  /** From the connection to the end of the TLS handshake, where there is one: what an RTMP handshake may take. */
  readonly tlsHandshakeMs: number;
  /** Answers that the peer has not read. They are some hundred bytes each, so this is a peer who never reads. */
  readonly unsentBytesMax: number;
  /** From our last word to the connection's end by force, so that the peer can read it. */
  readonly lingerMs: number;
  /** What is read and thrown away in that time: all that may be under way, so that a client that only sends reads it. */
  readonly lingerBytesMax: number;
}

export const RTMP_SERVER_LIMITS: RtmpServerLimits = {
  ...SESSION_LIMITS,
  connectionsMax: 512,
  connectionsPerAddressMax: 64,
  connectsPerAddressMax: 256,
  connectWindowMs: 10_000,
  refusedConnectionsMax: 32,
  tlsHandshakeMs: 5_000,
  unsentBytesMax: 256 * 1_024,
  lingerMs: 2_000,
  lingerBytesMax: 16 * 1_024 * 1_024,
};
