import type { SourceEvent } from '../media/source.ts';
import type { PublishEnd, PublishRefusalCode } from '../server/publisher.ts';
import type { PlayRequest } from './play-request.ts';
import type { StreamName } from './stream-name.ts';

/** What a session wants done, in this order. */
export type SessionEffect =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** To be answered with `grant` or `refuse`; nothing more is read until then. */
  | { readonly kind: 'publish-asked'; readonly name: StreamName }
  | { readonly kind: 'media'; readonly event: SourceEvent }
  /** For the streamer; RTMP has no way to tell it. */
  | { readonly kind: 'warning'; readonly sentence: string }
  /** A publisher was told why it is not let in, or has to go. */
  | { readonly kind: 'refused'; readonly code: PublishRefusalCode }
  /** Once after each `publish-asked`, whatever became of it. The connection may go on. */
  | { readonly kind: 'ended'; readonly end: PublishEnd }
  /** To be answered with `grantPlay` or `refusePlay`; nothing more is read until then. */
  | { readonly kind: 'play-asked'; readonly request: PlayRequest }
  /** Once after each `play-asked`, whatever became of it. The connection may go on. */
  | { readonly kind: 'play-ended' }
  /** The last effect: send what was to be sent, then close the connection. */
  | { readonly kind: 'closed'; readonly end: PublishEnd };
