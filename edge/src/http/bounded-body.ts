export type BodyRead =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-json' };

/** Reads a request's JSON body, and no more of it than `sizeBytesMax`, whatever its Content-Length says. */
export async function readBoundedJson(request: Request, sizeBytesMax: number): Promise<BodyRead> {
  if (Number(request.headers.get('content-length') ?? 0) > sizeBytesMax) return { kind: 'too-large' };
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let sizeBytes = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > sizeBytesMax) return { kind: 'too-large' };
      text += decoder.decode(chunk, { stream: true });
    }
    return { kind: 'json', value: JSON.parse(text + decoder.decode()) };
  } catch {
    // Cut off, not UTF-8 or not JSON: for the sender it is all the same.
    return { kind: 'not-json' };
  }
}
