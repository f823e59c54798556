import { AUDIO_SAMPLE_RATE_HZ, mediaGrid } from '@sluice/contracts';
import { codeSound } from '../../../ingest-node/src/package/coded-programme.ts';
import { addStretch, CodedRecording, exportedFile } from '../../../ingest-node/src/package/coded-recording.ts';

const GRID = mediaGrid('ultra', { num: 25, den: 1 });
const SMALL = { widthPx: 160, heightPx: 90 };
const LARGE = { widthPx: 320, heightPx: 180 };

/** An exported file. Two segments small, two large behind a seam with nothing cut off, two small: 1.28 s each. */
export async function fileWithSeams(): Promise<Uint8Array> {
  const recording = new CodedRecording();
  const sound = await codeSound(6 * 60, GRID.frameRate);
  await addStretch(recording, sound, { size: SMALL, grid: GRID, initVersion: 0, msns: [1, 2] });
  await addStretch(recording, sound, { size: LARGE, grid: GRID, initVersion: 16, msns: [3, 4] });
  await addStretch(recording, sound, { size: SMALL, grid: GRID, initVersion: 0, msns: [5, 6] });
  return exportedFile(recording.source({ v90: GRID.videoTimescaleHz, a128: AUDIO_SAMPLE_RATE_HZ }));
}
