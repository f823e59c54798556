import type { PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';

/** What a streamer reads in the encoder. Each says what happened and what to do; none names a secret. */
const SENTENCES = {
  'unknown-stream-key': 'This stream key is not known. Copy the stream key of your channel into your encoder again.',
  'stream-key-disabled':
    'This stream key has been disabled. Copy a current stream key of your channel into your encoder.',
  'channel-disabled': 'This channel has been disabled. Ask whoever runs this server.',
  'too-many-attempts':
    'Too many wrong stream keys came from your address. Wait a minute, and copy the key of your channel again.',
  kicked: 'You were disconnected by whoever runs this channel.',
  'channel-in-use': 'Somebody else is live on this channel. Stop the other stream first.',
  'taken-over': 'Another encoder has started to publish to this channel and has taken over.',
  'backup-took-over': 'Nothing came from your encoder, so the backup is on air. Connect again to be on air yourself.',
  'server-draining': 'This server is about to restart. Connect again: another one will take you.',
  'server-full': 'This server has no room for another stream. Connect again in a moment.',
  'control-unreachable': 'The server could not check the stream key. Connect again in a moment.',
  'internal-error': 'Something failed on the server. Connect again in a moment.',
} as const satisfies Partial<Record<PublishRefusalCode, string>>;

export type NodeRefusalCode = keyof typeof SENTENCES;

export function publishRefusal(code: NodeRefusalCode): PublishRefusal {
  return { code, sentence: SENTENCES[code] };
}

/** Codes that the control API and the edge refuse a publisher with, as the publisher is told them. */
const PEER_CODES: ReadonlyMap<string, NodeRefusalCode> = new Map([
  ['unknown-stream-key', 'unknown-stream-key'],
  ['stream-key-disabled', 'stream-key-disabled'],
  ['channel-disabled', 'channel-disabled'],
  ['too-many-attempts', 'too-many-attempts'],
  ['kicked', 'kicked'],
  ['channel-in-use', 'channel-in-use'],
  ['epoch-superseded', 'taken-over'],
]);

/** A refusal of the control API or the edge. One that is about us and not about the publisher is an internal error. */
export function refusalOfPeer(code: string): PublishRefusal {
  return publishRefusal(PEER_CODES.get(code) ?? 'internal-error');
}
