import { expect, it } from 'vitest';
import { RTMP_RANDOM_BYTES, readRtmpAnswer, rtmpGreeting } from './rtmp-handshake.ts';

const random = Uint8Array.from({ length: RTMP_RANDOM_BYTES }, (_, index) => index % 251);
const greeting = rtmpGreeting(random);

/** S0, S1 and S2, the times in the head of S2 its own. */
function answer(): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * 1_536);
  bytes[0] = 3;
  bytes.fill(7, 1, 1_537);
  bytes.set(greeting.subarray(1), 1_537);
  bytes.fill(9, 1_541, 1_545);
  return bytes;
}

it('greets as RTMP 1.0 says', () => {
  expect(greeting).toHaveLength(1_537);
  expect([...greeting.subarray(0, 9)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(greeting.subarray(9)).toEqual(random);
});

it('takes an answer once it is whole, and repeats what the server sent', () => {
  const bytes = answer();
  for (const sizeBytes of [0, 1, 2, 1_537, bytes.length - 1]) {
    expect(readRtmpAnswer(greeting, bytes.subarray(0, sizeBytes))).toEqual({ kind: 'incomplete' });
  }
  expect(readRtmpAnswer(greeting, bytes)).toEqual({ kind: 'rtmp', c2: new Uint8Array(1_536).fill(7) });
});

it('takes nothing else for RTMP', () => {
  const http = new TextEncoder().encode('HTTP/1.1 400 Bad Request');
  expect(readRtmpAnswer(greeting, http)).toEqual({ kind: 'not-rtmp', firstByte: 72 });
  const other = answer();
  other[3_000] = (other[3_000] ?? 0) ^ 1;
  expect(readRtmpAnswer(greeting, other)).toEqual({ kind: 'not-repeated' });
});
