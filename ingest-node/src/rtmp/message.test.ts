import { expect, it } from 'vitest';
import {
  acknowledgement,
  pingRequest,
  pingResponse,
  readPingRequest,
  readWindowAckSize,
  setPeerBandwidth,
  streamBegin,
  windowAckSize,
} from './message.ts';

it('reads the time of a ping request, and of nothing else', () => {
  expect(readPingRequest(pingRequest(0xfedcba98).payload)).toBe(0xfedcba98);
  expect(readPingRequest(pingResponse(5).payload)).toBeUndefined();
  expect(readPingRequest(streamBegin(1).payload)).toBeUndefined();
});

it('refuses control messages that are cut short', () => {
  expect(() => readPingRequest(pingRequest(1).payload.subarray(0, 5))).toThrow('message-truncated');
  expect(() => readPingRequest(new Uint8Array())).toThrow('message-truncated');
  expect(() => readWindowAckSize(windowAckSize(1).payload.subarray(0, 3))).toThrow('message-truncated');
});

it('wraps the acknowledged number at 32 bits', () => {
  expect(readWindowAckSize(acknowledgement(2 ** 32 + 7).payload)).toBe(7);
});

it('says "dynamic" behind the peer bandwidth', () => {
  expect(setPeerBandwidth(1).payload).toEqual(Uint8Array.of(0, 0, 0, 1, 2));
});
