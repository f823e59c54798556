import { z } from 'zod';
import { FeedEvent } from './feed-event.ts';

/** A snapshot with a window of twelve hours is some hundred kilobytes; a line beyond this is no event of ours. */
export const FEED_LINE_BYTES_MAX = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

export type FeedErrorCode = 'line-too-long' | 'not-json' | 'malformed-event' | 'out-of-step' | 'out-of-date';

/** The feed of a channel is not what it should be. Ends the subscription; the relay subscribes anew. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  readonly code: FeedErrorCode;

  constructor(code: FeedErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** One event as a line of JSON. */
export function feedLine(event: FeedEvent): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(event)}\n`);
}

const AnyKind = z.object({ kind: z.string() });
const KINDS: ReadonlySet<string> = new Set(FeedEvent.options.map((option) => option.shape.kind.value));

/** Events out of the bytes of a feed, however these are split. Throws FeedError and nothing else. */
export class FeedReader {
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;

  /** The events that are whole with these bytes. */
  push(bytes: Uint8Array): FeedEvent[] {
    const events: FeedEvent[] = [];
    let rest = bytes;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#hold(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const event = readEvent(this.#take());
      if (event !== undefined) events.push(event);
    }
    this.#hold(rest);
    return events;
  }

  #hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#heldBytes += piece.length;
    if (this.#heldBytes > FEED_LINE_BYTES_MAX) throw new FeedError('line-too-long');
    this.#pieces.push(piece);
  }

  #take(): string {
    const line = new Uint8Array(this.#heldBytes);
    let offset = 0;
    for (const piece of this.#pieces) {
      line.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [];
    this.#heldBytes = 0;
    return new TextDecoder().decode(line);
  }
}

/** `undefined`: of a kind that a newer version may know. */
function readEvent(line: string): FeedEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new FeedError('not-json', { cause: error });
  }
  const kind = AnyKind.safeParse(value);
  if (kind.success && !KINDS.has(kind.data.kind)) return undefined;
  const event = FeedEvent.safeParse(value);
  if (!event.success) throw new FeedError('malformed-event', { cause: event.error });
  return event.data;
}
