import { expect, it } from 'vitest';
import { readSrtAnswer, srtInduction } from './srt-induction.ts';

const SOCKET_ID = 0x1234_5678;

/** What a listener makes of the question: draft-sharabayko-srt-01 §4.3.1.1. */
function answer(change: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = srtInduction(SOCKET_ID);
  const view = new DataView(bytes.buffer);
  view.setUint32(12, SOCKET_ID);
  view.setUint32(16, 5);
  view.setUint16(22, 0x4a17);
  view.setUint32(44, 0xcafe_f00d);
  change(view);
  return bytes;
}

it('asks as the draft says', () => {
  const view = new DataView(srtInduction(SOCKET_ID).buffer);
  expect([view.byteLength, view.getUint32(0), view.getUint32(12)]).toEqual([64, 0x8000_0000, 0]);
  expect([view.getUint32(16), view.getUint32(20), view.getUint32(36), view.getUint32(40)]).toEqual([
    4,
    2,
    1,
    SOCKET_ID,
  ]);
});

it('takes the answer of a listener, and nothing else', () => {
  expect(readSrtAnswer(answer(), SOCKET_ID)).toBe('srt');
  const others = [
    answer((view) => view.setUint32(12, 7)),
    answer((view) => view.setUint32(16, 4)),
    answer((view) => view.setUint16(22, 2)),
    answer((view) => view.setUint16(0, 0x8001)),
    answer((view) => view.setUint32(36, 1_002)),
    answer().subarray(0, 63),
    srtInduction(SOCKET_ID),
    new Uint8Array(),
  ];
  for (const other of others) expect(readSrtAnswer(other, SOCKET_ID)).toBe('not-srt');
});
