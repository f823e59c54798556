import { cacheControl } from '../http/cache-control.ts';
import { log } from '../log.ts';

export interface ExportHead {
  readonly fileName: string;
}

/** What is said of a file whose length nobody knows before it is made, and which is made for one client. */
export function exportHeaders({ fileName }: ExportHead): Record<string, string> {
  return {
    'content-type': 'video/mp4',
    // RFC 6266 §4.1; no character of a name of ours needs an escape.
    'content-disposition': `attachment; filename="${fileName}"`,
    'accept-ranges': 'none',
    'cache-control': cacheControl({ kind: 'never' }),
  };
}

/**
 * A file as it is made, for a client that sets the pace. The first bytes are waited for, so what goes wrong until then is
 * thrown. What goes wrong later breaks the connection off: without a length nothing else tells a client that the file has
 * not ended.
 */
export async function exportBody(
  bytes: AsyncGenerator<Uint8Array, void, void>,
  onChunk: () => void = () => undefined,
): Promise<ReadableStream<Uint8Array>> {
  let next: IteratorResult<Uint8Array, void> | undefined = await bytes.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = next ?? (await bytes.next());
          next = undefined;
          onChunk();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          log('error', 'an export was broken off', { reason: String(error) });
          controller.error(error);
        }
      },
      cancel: async () => void (await bytes.return()),
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
}
