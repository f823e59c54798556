import { segmentKey } from '@sluice/contracts';
import type { MediaReply } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import { openPiece, type ReadPart, type SegmentParts, writeBody } from './segment-of-parts.ts';

/** Where the bytes of a segment that is being made come from. */
export interface OpenSegmentSource {
  readonly readPart: ReadPart;
  /** What there is of it, once that is more than this many parts, or all. Held no longer than any request is. */
  askMore(fromPart: number): Promise<MediaReply>;
}

/**
 * A segment that is still being made, part by part as they come (HLS-RULES.md B64): byte for byte what its own object
 * will be. It ends when the segment is whole. Where a part does not come, or becomes a gap, or the publisher is lost,
 * the stream breaks off with an error, so that nobody takes what was sent for the segment.
 *
 * @param known the parts that are there already.
 * @param init what is sent before them.
 */
export function streamOpenSegment(
  source: OpenSegmentSource,
  known: SegmentParts,
  init?: Uint8Array<ArrayBuffer>,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  void pour(source, known, { init, into: writable });
  return readable;
}

interface Pouring {
  readonly init: Uint8Array<ArrayBuffer> | undefined;
  readonly into: WritableStream<Uint8Array>;
}

async function pour(source: OpenSegmentSource, known: SegmentParts, { init, into }: Pouring): Promise<void> {
  try {
    if (init !== undefined) await writeBody(init, into);
    let segment = known;
    // Each turn has a part more than the one before, and a segment no more parts than contracts allow.
    for (let sent = 0, isWhole = false; ; ) {
      for (; sent < segment.partSizesBytes.length; sent += 1) await pourPart(source.readPart, segment, { sent, into });
      if (isWhole) break;
      const more = await source.askMore(sent);
      if (more.kind !== 'open' && more.kind !== 'in-parts') throw new Error(`the rest does not come: ${codeOf(more)}`);
      segment = { ...known, partSizesBytes: more.partSizesBytes };
      isWhole = more.kind === 'in-parts';
      if (!isWhole && more.partSizesBytes.length <= sent) throw new Error('there is no more than before');
    }
    await into.close();
  } catch (error) {
    const { place, msn } = known;
    log('warn', 'a segment that is being made was broken off', { key: segmentKey(place, msn), reason: String(error) });
    // Already broken when it was the client who left.
    await into.abort(error).catch(() => undefined);
  }
}

async function pourPart(
  readPart: ReadPart,
  segment: SegmentParts,
  { sent, into }: { readonly sent: number; readonly into: WritableStream<Uint8Array> },
): Promise<void> {
  const body = await openPiece(readPart, segment, { partIndex: sent, range: undefined });
  if (body === undefined) throw new Error(`part ${sent} is listed and not in the bucket`);
  await writeBody(body, into);
}

function codeOf(reply: Exclude<MediaReply, { readonly kind: 'open' | 'in-parts' }>): string {
  return reply.kind === 'refused' ? reply.code : reply.kind;
}
