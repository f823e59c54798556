import type { PublishEnd, PublishRefusalCode } from '../server/publisher.ts';
import type { SrtFigures } from './srt-figures.ts';

/** What a session wants done, in this order. */
export type SrtSessionEffect =
  | { readonly kind: 'send-to-publisher'; readonly bytes: Uint8Array }
  | { readonly kind: 'send-to-receiver'; readonly bytes: Uint8Array }
  /** To be answered with `grant` or `refuse`. The key is secret. */
  | { readonly kind: 'publish-asked'; readonly streamKey: string; readonly query?: string }
  /** A receiver is to listen. The passphrase is secret. */
  | { readonly kind: 'receiver-wanted'; readonly passphrase?: string }
  /** It listens; to be answered with `receiverConfined`. */
  | { readonly kind: 'confine-receiver' }
  | { readonly kind: 'receiver-done' }
  /** For the streamer; SRT has no way to tell it. */
  | { readonly kind: 'warning'; readonly sentence: string }
  | { readonly kind: 'figures'; readonly figures: SrtFigures }
  /** A publisher is not let in, or has to go. */
  | { readonly kind: 'refused'; readonly code: PublishRefusalCode }
  /** Once, whatever became of it; what follows is only for a publisher that has not noticed. */
  | { readonly kind: 'ended'; readonly end: PublishEnd }
  /** The last one: nothing of it needs to be remembered. */
  | { readonly kind: 'closed' };
