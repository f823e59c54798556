/** RTMP 1.0 §5.2: the version, then two packets each way. */
const RTMP_VERSION = 3;
const PACKET_BYTES = 1_536;
const HEAD_BYTES = 8;
/** Bytes of chance that a client's handshake needs. */
export const RTMP_RANDOM_BYTES = PACKET_BYTES - HEAD_BYTES;

/** What a server answered, so far. */
export type RtmpAnswer =
  | { readonly kind: 'incomplete' }
  /** It is RTMP; `c2` ends the handshake. */
  | { readonly kind: 'rtmp'; readonly c2: Uint8Array }
  | { readonly kind: 'not-rtmp'; readonly firstByte: number }
  /** It has the form, and does not repeat what it was sent. */
  | { readonly kind: 'not-repeated' };

/** C0 and C1 of a plain handshake: RTMP 1.0 §5.2.2, §5.2.3. `random` holds RTMP_RANDOM_BYTES. */
export function rtmpGreeting(random: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + PACKET_BYTES);
  bytes[0] = RTMP_VERSION;
  bytes.set(random.subarray(0, RTMP_RANDOM_BYTES), 1 + HEAD_BYTES);
  return bytes;
}

/** What the bytes that came say: S0, S1 and S2. They may be cut anywhere. */
export function readRtmpAnswer(greeting: Uint8Array, bytes: Uint8Array): RtmpAnswer {
  const [version] = bytes;
  if (version === undefined) return { kind: 'incomplete' };
  if (version !== RTMP_VERSION) return { kind: 'not-rtmp', firstByte: version };
  if (bytes.length < 1 + 2 * PACKET_BYTES) return { kind: 'incomplete' };
  const s1 = bytes.subarray(1, 1 + PACKET_BYTES);
  const s2 = bytes.subarray(1 + PACKET_BYTES, 1 + 2 * PACKET_BYTES);
  const c1 = greeting.subarray(1);
  // §5.2.4: its own times stand in the head, the rest is what the client sent.
  const isRepeated = s2.subarray(HEAD_BYTES).every((byte, index) => byte === c1[HEAD_BYTES + index]);
  return isRepeated ? { kind: 'rtmp', c2: s1.slice() } : { kind: 'not-repeated' };
}
