import { describe, expect, it } from 'vitest';
import { type PlaybackFault, Recovery } from './recovery.ts';

function remedies(fault: PlaybackFault, count: number, everyMs = 1_000): string[] {
  const recovery = new Recovery();
  return Array.from({ length: count }, (_, index) => recovery.remedyFor(fault, index * everyMs));
}

describe('Recovery', () => {
  it('restarts loading, then reloads, then gives up on the network', () => {
    expect(remedies('network', 6)).toEqual(['restart-load', 'restart-load', 'reload', 'reload', 'reload', 'give-up']);
  });

  it('recovers the decoder, swaps the audio codec, then reloads', () => {
    expect(remedies('media', 3)).toEqual(['recover-media', 'swap-audio-codec', 'reload']);
  });

  it('reloads at once when the playhead is stuck or nobody knows what it is', () => {
    expect(remedies('stuck', 1)).toEqual(['reload']);
    expect(remedies('other', 4)).toEqual(['reload', 'reload', 'reload', 'give-up']);
  });

  it('leaves a broadcast that cannot even be opened to the channel status', () => {
    expect(remedies('source', 1)).toEqual(['give-up']);
  });

  it('begins with the mildest again when the last failure is long past', () => {
    expect(remedies('network', 4, 30_000)).toEqual(Array(4).fill('restart-load'));
  });

  it('begins anew with another broadcast', () => {
    const recovery = new Recovery();
    for (let count = 0; count < 5; count += 1) recovery.remedyFor('network', 0);
    recovery.forget();
    expect(recovery.remedyFor('network', 0)).toBe('restart-load');
  });
});
