import { describe, expect, it } from 'vitest';
import { readBoundedJson } from './bounded-body.ts';

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://edge/', { method: 'POST', body, headers });
}

/** A body whose length nobody knows beforehand. */
function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a bounded body', () => {
  it('is read up to its limit, and not a byte further', async () => {
    expect(await readBoundedJson(post('"12345678"'), 10)).toEqual({ kind: 'json', value: '12345678' });
    expect(await readBoundedJson(post('"123456789"'), 10)).toEqual({ kind: 'too-large' });
  });

  it('is too large by its bytes, whatever its length says', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
    expect(await readBoundedJson(post(endless), 10_000)).toEqual({ kind: 'too-large' });
  });

  it('may come in pieces that cut characters', async () => {
    const [first, second] = [bytes('"gr\u00fc\u00df"').slice(0, 4), bytes('"gr\u00fc\u00df"').slice(4)];
    expect(await readBoundedJson(post(streamOf(first, second)), 100)).toEqual({ kind: 'json', value: 'grüß' });
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['no JSON', 'a=b'],
  ])('is no JSON when it is %s', async (_what, body) => {
    expect(await readBoundedJson(post(body), 100)).toEqual({ kind: 'not-json' });
  });

  it('is no JSON when it is not UTF-8, or not there', async () => {
    expect(await readBoundedJson(post(Uint8Array.of(0x22, 0xff, 0x22)), 100)).toEqual({ kind: 'not-json' });
    expect(await readBoundedJson(new Request('http://edge/', { method: 'POST' }), 100)).toEqual({ kind: 'not-json' });
  });
});
