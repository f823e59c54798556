export const TONE_SAMPLE_RATE_HZ = 48_000;

/** A short soft beep at each full second of wall time, an octave higher at each tenth. */
const BEEP = { hz: 880, levelMax: 0.12, lengthS: 0.09 } as const;
/** Quiet notes underneath: A, E and A, each swelling in its own time. */
const PAD: readonly { readonly hz: number; readonly level: number; readonly swellHz: number }[] = [
  { hz: 110, level: 0.022, swellHz: 0.05 },
  { hz: 164.81, level: 0.016, swellHz: 0.07 },
  { hz: 220, level: 0.012, swellHz: 0.11 },
];

/** Mono samples from -1 to 1, the first of them at `wallS` seconds of wall time. */
export function toneSamples(wallS: number, sampleCount: number): Float32Array {
  const samples = new Float32Array(sampleCount);
  for (let index = 0; index < sampleCount; index += 1) {
    samples[index] = toneAt(wallS + index / TONE_SAMPLE_RATE_HZ);
  }
  return samples;
}

function toneAt(wallS: number): number {
  // Ten minutes keep the phases' precision; every pad note has a whole number of swells in them.
  const timeS = wallS % 600;
  let value = 0;
  for (const { hz, level, swellHz } of PAD) {
    value += level * (0.6 + 0.4 * Math.sin(2 * Math.PI * swellHz * timeS)) * Math.sin(2 * Math.PI * hz * timeS);
  }
  const sinceSecondS = timeS % 1;
  if (sinceSecondS < BEEP.lengthS) {
    const envelope = Math.sin((Math.PI * sinceSecondS) / BEEP.lengthS) ** 2;
    const hz = Math.floor(timeS) % 10 === 0 ? BEEP.hz * 2 : BEEP.hz;
    value += BEEP.levelMax * envelope * Math.sin(2 * Math.PI * hz * sinceSecondS);
  }
  return value;
}
