import type { PublishRefusal } from '../server/publisher.ts';

/** The refusals that the protocol itself gives, in the words a streamer reads in the encoder. */
export const STREAM_KEY_MISSING: PublishRefusal = {
  code: 'stream-key-missing',
  sentence: 'There is no stream key. Enter the stream key in your encoder, beside the server address.',
};
export const AUTHORIZE_TIMED_OUT: PublishRefusal = {
  code: 'control-unreachable',
  sentence: 'The server could not check the stream key in time. Try again in a moment.',
};

/** For players, who have no code of a refusal. */
export const CHANNEL_MISSING = 'There is no channel in this address. It is rtmp://SERVER/live/CHANNEL?token=TOKEN.';
export const PLAYERS_FULL = 'As many players as may be are watching this channel or this server. Try again later.';
export const PLAYER_TOO_SLOW = 'The connection is too slow for this stream.';
export const BROADCAST_OVER = 'The broadcast has ended.';
export const PLAY_FAILED = 'Something went wrong on the server. Try again in a moment.';

export function bitrateTooHigh(bitrateBpsMax: number): PublishRefusal {
  const megabits = Math.round(bitrateBpsMax / 100_000) / 10;
  return {
    code: 'bitrate-too-high',
    sentence: `The stream is above the ${megabits} Mbit/s that are allowed here. Lower the bitrate in your encoder.`,
  };
}

export function codecUnsupported(sentence: string): PublishRefusal {
  return { code: 'codec-unsupported', sentence };
}

/** The refusals that a server gives before anybody is asked. */
export const SERVER_FULL: PublishRefusal = {
  code: 'server-full',
  sentence: 'This server has no room for another connection. Try again in a moment.',
};
export const TOO_MANY_OF_ADDRESS: PublishRefusal = {
  code: 'server-full',
  sentence: 'There are too many connections from your address. Stop the ones that you do not need.',
};
export const SERVER_DRAINING: PublishRefusal = {
  code: 'server-draining',
  sentence: 'This server is going to stop. Connect again in a moment.',
};
