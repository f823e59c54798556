import { accessUnit, fragmentOf, rawBox, recording } from '../../src/cmaf/cmaf-bytes-fixture.ts';
import { CmafError } from '../../src/cmaf/cmaf-error.ts';
import { TrackReader, type TrackReading } from '../../src/cmaf/track-reader.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import { Random } from '../random.ts';
import { inRandomPieces } from '../splits.ts';

const INPUT_BYTES_MAX = 32 * 1_024;
/** A sample's own words in a trun: less than this would be samples out of nothing. */
const SAMPLES_PER_FRAGMENT_MAX = 4_096;
/** What a fragment may hold in memory beside twice its samples. */
const STRAY_BYTES_MAX = 1_024;

/**
 * CMAF tracks out of the bodies of requests: throws CmafError and nothing else; the result does not depend on how the
 * bytes are split; the samples of a fragment have no more bytes than came, and hold not much more; times are numbers.
 */
export function cmafTrackTarget(): FuzzTarget {
  const recordings = ['ffmpeg-8.1-picture.cmfv', 'ffmpeg-8.1-sound.cmfa', 'ffmpeg-5.1-segments.cmfv'].map(recording);
  const init = initSegmentOf(recordings[0] ?? new Uint8Array());
  return {
    name: 'cmaf-track',
    corpus: recordings,
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) => concatenated(init, ...Array.from({ length: 1 + random.below(8) }, () => anyBox(random))),
    run: (input) => {
      const outcome = read([input]);
      mustHold(read(inRandomPieces(input, Random.ofBytes(input))) === outcome, 'it depends on how the bytes are split');
      return outcome;
    },
  };
}

/** `ftyp` and `moov`, which come first. */
function initSegmentOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ftypBytes = view.getUint32(0);
  return bytes.slice(0, ftypBytes + view.getUint32(ftypBytes));
}

function read(pieces: readonly Uint8Array[]): string {
  const reader = new TrackReader();
  const seen: string[] = [];
  const sizeBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let reading = reader.next(); reading !== undefined; reading = reader.next()) {
        seen.push(wordOf(reading, sizeBytes));
      }
    }
  } catch (error) {
    // The request ends with the first.
    if (!(error instanceof CmafError)) throw error;
    return [...new Set([error.code, ...seen])].join(' ');
  }
  return [...new Set([...seen, reader.isBetweenFragments ? 'whole' : 'open'])].join(' ');
}

function wordOf(reading: TrackReading, sizeBytes: number): string {
  if (reading.kind === 'init') return reading.init.track.kind;
  if (reading.kind === 'last') return 'last';
  mustHold(reading.samples.length <= SAMPLES_PER_FRAGMENT_MAX, 'there are too many samples in a fragment');
  for (const { timeTicks, durationTicks, payload } of reading.samples) {
    mustHold(Number.isSafeInteger(timeTicks) && durationTicks > 0, 'a time is no number');
    mustHold(payload.length > 0, 'a sample has no bytes');
  }
  const sampleBytes = reading.samples.reduce((sum, { payload }) => sum + payload.length, 0);
  const heldBytes = reading.samples[0]?.payload.buffer.byteLength ?? 0;
  mustHold(sampleBytes <= sizeBytes, 'samples are larger than what came');
  mustHold(heldBytes <= 2 * sampleBytes + STRAY_BYTES_MAX, 'samples hold more than they are');
  return 'samples';
}

function anyBox(random: Random): Uint8Array {
  switch (random.below(5)) {
    case 0:
      return rawBox(
        random.pick(['styp', 'prft', 'free', 'moof', 'mdat', 'mfra', 'moov']),
        random.bytes(random.below(60)),
      );
    case 1:
      return rawBox('styp', new TextEncoder().encode('msdh\0\0\0\0lmsg'));
    default: {
      const payloads = Array.from({ length: 1 + random.below(6) }, () =>
        accessUnit(random.oneIn(3), 1 + random.below(60)),
      );
      return fragmentOf({ startTicks: random.u32(), durationTicks: 1 + random.below(6_000), payloads });
    }
  }
}
