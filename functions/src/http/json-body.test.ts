import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BODY_BYTES_MAX, readJson } from './json-body.ts';

function request(chunks: Uint8Array[]): Request {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  return new Request('http://control/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  });
}

describe('a JSON body', () => {
  it('is the same text however its bytes are split', async () => {
    const value = { name: 'größer €𝄞' };
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    for (let at = 0; at <= bytes.length; at += 1) {
      const read = await readJson(request([bytes.slice(0, at), bytes.slice(at)]), z.object({ name: z.string() }));
      expect(read).toEqual(value);
    }
  });

  it('is not read on once it is too large', async () => {
    const chunks = Array.from({ length: 100 }, () => new Uint8Array(BODY_BYTES_MAX / 2).fill(0x20));
    await expect(readJson(request(chunks), z.unknown())).rejects.toMatchObject({ code: 'request-too-large' });
    expect(chunks.length).toBeGreaterThan(90);
  });
});
