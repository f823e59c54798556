import type { PublishRefusal } from '../server/publisher.ts';
import type { StreamIdAnswer } from './stream-id.ts';

/** What a stream id is refused for. The sentences are for the log: SRT carries only a number. */
export const STREAM_ID_REFUSALS: Record<Exclude<StreamIdAnswer['kind'], 'publish'>, PublishRefusal> = {
  missing: {
    code: 'stream-key-missing',
    sentence: 'There is no stream key. Enter it as the stream id of the SRT address: ?streamid=KEY.',
  },
  malformed: {
    code: 'stream-key-missing',
    sentence: 'The stream id cannot be read. Enter the stream key alone: ?streamid=KEY.',
  },
  'not-publish': {
    code: 'mode-unsupported',
    sentence: 'The stream id asks to watch. Here SRT takes streams and gives none.',
  },
};
export const PASSPHRASE_MISSING: PublishRefusal = {
  code: 'passphrase-wrong',
  sentence: 'This channel wants an encrypted stream. Enter its passphrase in your encoder.',
};
export const PASSPHRASE_UNEXPECTED: PublishRefusal = {
  code: 'passphrase-wrong',
  sentence: 'This channel has no passphrase. Remove the one in your encoder, or set one for the channel.',
};
export const PASSPHRASE_WRONG: PublishRefusal = {
  code: 'passphrase-wrong',
  sentence: 'The passphrase is not the one of this channel. Copy it into your encoder again.',
};
export const RECEIVER_FAILED: PublishRefusal = {
  code: 'internal-error',
  sentence: 'The server could not take the stream. Connect again in a moment.',
};
