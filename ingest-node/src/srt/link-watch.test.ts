import { describe, expect, it } from 'vitest';
import { LinkWatch, sequenceStep } from './link-watch.ts';
import type { PacketHeader } from './packet.ts';

const BYTES = 1_332;
const data = (sequence: number, isRetransmitted = false): PacketHeader => ({
  kind: 'data',
  sequence,
  isRetransmitted,
  isEncrypted: false,
  destinationId: 1,
});
const control = (type: number): PacketHeader => ({ kind: 'control', type, typeInformation: 0, destinationId: 1 });

function watch(): LinkWatch {
  return new LinkWatch({ isEncrypted: false, latencyMs: 120, nowMs: 0 });
}

function figuresAfter(...headers: readonly PacketHeader[]) {
  const watched = watch();
  for (const header of headers) watched.fromPublisher(header, BYTES, 0);
  return watched.figures(1_000);
}

describe('packets that pass by', () => {
  it.each([
    ['in order', [data(5), data(6), data(7)], { lostPacketCount: 0, lossRatio: 0 }],
    ['with a gap', [data(5), data(8)], { lostPacketCount: 2, lossRatio: 0.5 }],
    ['with a gap that is filled by repeats', [data(5), data(7), data(6, true)], { lostPacketCount: 1 }],
    ['out of order', [data(5), data(7), data(6), data(8)], { lostPacketCount: 0, lossRatio: 0 }],
    ['over the wrap', [data(2 ** 31 - 1), data(0), data(1)], { lostPacketCount: 0 }],
    ['with a repeat that is first', [data(5), data(6, true), data(7)], { lostPacketCount: 1 }],
    ['twice', [data(5), data(6), data(6, true)], { lostPacketCount: 0, retransmittedPacketCount: 1 }],
    ['from another time', [data(5), data(500_000), data(6)], { lostPacketCount: 0 }],
  ])('%s', (_case, headers, expected) => {
    expect(figuresAfter(...headers)).toMatchObject({ packetCount: headers.length, ...expected });
  });

  it('tell the bitrate and the loss of each second alone', () => {
    const watched = watch();
    for (const header of [data(1), data(3)]) watched.fromPublisher(header, BYTES, 0);
    expect(watched.figures(1_000)).toMatchObject({ bitrateBps: 2 * BYTES * 8, lossRatio: 1 / 3 });
    watched.fromPublisher(data(4), BYTES, 1_500);
    expect(watched.figures(3_000)).toMatchObject({ bitrateBps: BYTES * 4, lossRatio: 0, lostPacketCount: 1 });
  });

  it('tell the round trip time once it was measured', () => {
    const watched = watch();
    const ack = new Uint8Array(44);
    new DataView(ack.buffer).setUint32(20, 12_500);
    new DataView(ack.buffer).setUint32(24, 2_250);
    watched.fromReceiver(control(2), ack);
    expect(watched.figures(1_000).rttMs).toBeUndefined();
    watched.fromPublisher(control(6), 16, 1_100);
    watched.fromReceiver(control(2), ack);
    watched.fromReceiver(control(2), ack.subarray(0, 20));
    expect(watched.figures(2_000)).toMatchObject({ rttMs: 12.5, rttVarianceMs: 2.25 });
    expect(watched.heardUsAtMs).toBe(1_100);
  });
});

it('steps go the short way round', () => {
  expect(sequenceStep(0, 2 ** 31 - 1)).toBe(-1);
  expect(sequenceStep(2 ** 31 - 1, 0)).toBe(1);
  expect(sequenceStep(5, 5)).toBe(0);
});
