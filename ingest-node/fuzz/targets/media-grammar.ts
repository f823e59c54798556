import { MESSAGE } from '../../src/rtmp/message.ts';
import { concatenated } from '../mutate.ts';
import type { Random } from '../random.ts';

const VIDEO_FOURCCS = ['avc1', 'hvc1', 'av01', 'vp09', 'vvc1', '\0\0\0\0'] as const;
const AUDIO_FOURCCS = ['mp4a', 'Opus', '.mp3', 'ac-3', 'fLaC'] as const;
const TOO_MANY_MODIFIERS = 20;
const MULTITRACK_TYPE = { audio: 5, video: 6 } as const;

/** One audio, video or aggregate message's payload by the grammar of FLV and of Enhanced RTMP. */
export function mediaPayload(typeId: number, random: Random): Uint8Array {
  if (typeId === MESSAGE.video) return random.oneIn(2) ? legacyVideo(random) : enhanced('video', random);
  if (typeId === MESSAGE.audio) return random.oneIn(2) ? legacyAudio(random) : enhanced('audio', random);
  return aggregate(random);
}

function legacyVideo(random: Random): Uint8Array {
  const first = (random.pick([1, 2, 3, 4, 5]) << 4) | random.pick([7, 12, 2, 4]);
  return concatenated(Uint8Array.of(first, random.below(4)), random.bytes(random.below(12)));
}

function legacyAudio(random: Random): Uint8Array {
  const first = (random.pick([10, 2, 14, 11, 0]) << 4) | random.below(16);
  return concatenated(Uint8Array.of(first, random.below(3)), random.bytes(random.below(8)));
}

function enhanced(kind: 'audio' | 'video', random: Random): Uint8Array {
  const packetType = random.pick([0, 1, 2, 3, 4, 5, 6, 7]);
  const first = kind === 'video' ? 0x80 | (random.pick([1, 2, 5]) << 4) | packetType : 0x90 | packetType;
  const pieces: Uint8Array[] = [Uint8Array.of(first)];
  let type = packetType;
  for (let left = random.oneIn(16) ? TOO_MANY_MODIFIERS : random.below(4); type === 7 && left > 0; left -= 1) {
    type = left > 4 ? 7 : random.pick([0, 1, 3, MULTITRACK_TYPE[kind], 7]);
    const sizeBytes = random.pick([1, 3, 4]);
    pieces.push(Uint8Array.of(sizeBytes - 1), random.bytes(sizeBytes), Uint8Array.of((random.below(3) << 4) | type));
  }
  pieces.push(type === MULTITRACK_TYPE[kind] ? multitrack(kind, random) : track(kind, random));
  return concatenated(...pieces);
}

function multitrack(kind: 'audio' | 'video', random: Random): Uint8Array {
  const mode = random.below(4);
  const pieces = [Uint8Array.of((mode << 4) | random.below(5)), ...(mode === 2 ? [] : [fourCc(kind, random)])];
  for (let left = mode === 0 ? 1 : 1 + random.below(5); left > 0; left -= 1) {
    const body = random.bytes(random.below(10));
    if (mode === 2) pieces.push(fourCc(kind, random));
    pieces.push(Uint8Array.of(random.below(4)), ...(mode === 0 ? [] : [Uint8Array.of(0, 0, body.length)]), body);
  }
  return concatenated(...pieces);
}

function track(kind: 'audio' | 'video', random: Random): Uint8Array {
  return concatenated(fourCc(kind, random), random.bytes(random.below(12)));
}

function fourCc(kind: 'audio' | 'video', random: Random): Uint8Array {
  return new TextEncoder().encode(random.pick(kind === 'video' ? VIDEO_FOURCCS : AUDIO_FOURCCS));
}

/** RTMP 1.0 §7.1.6: FLV tags with their sizes behind them. */
function aggregate(random: Random): Uint8Array {
  const tags = Array.from({ length: 1 + random.below(4) }, () => {
    const typeId = random.pick([MESSAGE.audio, MESSAGE.video, MESSAGE.aggregate]);
    const payload = typeId === MESSAGE.aggregate ? random.bytes(11) : mediaPayload(typeId, random);
    const head = Uint8Array.of(
      typeId,
      0,
      payload.length >> 8,
      payload.length & 0xff,
      0,
      0,
      random.below(256),
      0,
      1,
      0,
      0,
    );
    return concatenated(head, payload, random.bytes(4));
  });
  return concatenated(...tags);
}
