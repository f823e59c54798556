import { describe, expect, it } from 'vitest';
import { gzip } from './gzip.ts';

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new TextDecoder().decode(await new Response(stream).arrayBuffer());
}

describe('gzip', () => {
  it.each(['', '#EXTM3U\n', '#EXT-X-PART:DURATION=0.53333,URI="v720/1.0.m4s"\n'.repeat(1_000)])(
    'is what any client unpacks again, and smaller where lines repeat (rule A7.54)',
    async (text) => {
      const bytes = new TextEncoder().encode(text);
      const packed = gzip(bytes);
      expect(await gunzip(packed)).toBe(text);
      if (bytes.length > 1_000) expect(packed.length).toBeLessThan(bytes.length / 20);
    },
  );
});
