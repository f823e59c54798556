import type { MediaReply } from '../channel/channel-replies.ts';
import { Collapse, type RequestLife } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';

/** What there is of an open segment stays so: whoever learns it late asks for the rest. */
const RECENT_MS = 500;
/** Answers of some hundred bytes. */
const RECENT_BYTES_MAX = 512 * 1024;
const NUMBER_BYTES = 8;

const asks = new Collapse<MediaReply>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: RECENT_BYTES_MAX,
    sizeBytes: (reply) =>
      (reply.kind === 'open' || reply.kind === 'in-parts' ? reply.partSizesBytes.length : 1) * NUMBER_BYTES,
    keepMs: (reply) => (reply.kind === 'open' || reply.kind === 'in-parts' ? RECENT_MS : 0),
  },
});

export interface SharedAsk {
  /** Equal keys have equal answers. */
  readonly key: string;
  readonly life: RequestLife;
  ask(): Promise<MediaReply>;
}

/** Asks about a segment once for all viewers of this isolate. */
export function sharedAsk({ key, life, ask }: SharedAsk): Promise<MediaReply> {
  return asks.run(key, life, ask);
}
