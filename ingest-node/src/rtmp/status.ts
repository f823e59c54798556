import type { PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';
import { type AmfValue, amfObject } from './amf-value.ts';
import { commandMessage } from './command.ts';
import { type RtmpMessage, streamBegin, streamEof } from './message.ts';

/** Codes of NetConnection and NetStream status events that we send. */
export type StatusCode =
  | 'NetConnection.Call.Failed'
  | 'NetConnection.Connect.AppShutdown'
  | 'NetConnection.Connect.Closed'
  | 'NetConnection.Connect.ReconnectRequest'
  | 'NetConnection.Connect.Rejected'
  | 'NetConnection.Connect.Success'
  | 'NetStream.Failed'
  | 'NetStream.Play.Failed'
  | 'NetStream.Play.Reset'
  | 'NetStream.Play.Start'
  | 'NetStream.Play.Stop'
  | 'NetStream.Play.StreamNotFound'
  | 'NetStream.Play.UnpublishNotify'
  | 'NetStream.Publish.BadName'
  | 'NetStream.Publish.Denied'
  | 'NetStream.Publish.Start'
  | 'NetStream.Unpublish.Success';

export interface Status {
  readonly level: 'status' | 'error';
  readonly code: StatusCode;
  /** The sentence that encoders show. */
  readonly description: string;
}

export function statusObject(status: Status, more: Readonly<Record<string, AmfValue>> = {}): AmfValue {
  return amfObject({ level: status.level, code: status.code, description: status.description, ...more });
}

/** `onStatus` (RTMP 1.0 §7.2.2); on message stream 0 it speaks of the connection. */
export function onStatus(messageStreamId: number, status: Status): RtmpMessage {
  return commandMessage(messageStreamId, 'onStatus', 0, null, statusObject(status));
}

/** The yes to `publish`. */
export function publishStarted(messageStreamId: number): readonly RtmpMessage[] {
  const start = { level: 'status', code: 'NetStream.Publish.Start', description: 'You are live.' } as const;
  return [streamBegin(messageStreamId), onStatus(messageStreamId, start)];
}

/** The yes to `play` (RTMP 1.0 §7.2.2.1). */
export function playStarted(messageStreamId: number): readonly RtmpMessage[] {
  const say = (code: StatusCode, description: string) =>
    onStatus(messageStreamId, { level: 'status', code, description });
  return [
    streamBegin(messageStreamId),
    say('NetStream.Play.Reset', 'What was played before is over.'),
    say('NetStream.Play.Start', 'The stream is about to come.'),
  ];
}

/** The no to `play`. Ends players of every kind. */
export function playRefused(messageStreamId: number, description: string): readonly RtmpMessage[] {
  return [onStatus(messageStreamId, { level: 'error', code: 'NetStream.Play.StreamNotFound', description })];
}

/** The publisher has gone for good. FFmpeg and librtmp take the first one as the end, and others the second. */
export function playUnpublished(messageStreamId: number, description: string): readonly RtmpMessage[] {
  return [
    onStatus(messageStreamId, { level: 'status', code: 'NetStream.Play.UnpublishNotify', description }),
    streamEof(messageStreamId),
  ];
}

/** The player has stopped by itself. */
export function playStopped(messageStreamId: number): readonly RtmpMessage[] {
  return [onStatus(messageStreamId, { level: 'status', code: 'NetStream.Play.Stop', description: 'Stopped.' })];
}

/** Asks a client that understands it to connect anew (Enhanced RTMP v2, "Reconnect Request"). */
export function reconnectRequested(description: string): RtmpMessage {
  return onStatus(0, { level: 'status', code: 'NetConnection.Connect.ReconnectRequest', description });
}

/** The last words to a client that is no publisher, or whose end is nobody's decision. */
export function connectionClosed(messageStreamId: number, description: string): RtmpMessage {
  return onStatus(messageStreamId, { level: 'error', code: 'NetConnection.Connect.Closed', description });
}

/** Two publishers of one name are what BadName means; everything else about a publisher is Denied. */
const REFUSAL_CODES: Partial<Record<PublishRefusalCode, StatusCode>> = {
  'channel-in-use': 'NetStream.Publish.BadName',
  'taken-over': 'NetStream.Publish.BadName',
  'server-draining': 'NetConnection.Connect.AppShutdown',
};

/**
 * The status events that end a publisher. The first one has the sentence. The second is for librtmp as published:
 * it knows none of NetStream.Publish's failures and would wait for media to be asked for, but obeys NetStream.Failed.
 */
export function refusalStatuses(messageStreamId: number, { code, sentence }: PublishRefusal): readonly RtmpMessage[] {
  const statusCode = REFUSAL_CODES[code] ?? 'NetStream.Publish.Denied';
  return [
    onStatus(messageStreamId, { level: 'error', code: statusCode, description: sentence }),
    onStatus(messageStreamId, { level: 'error', code: 'NetStream.Failed', description: sentence }),
  ];
}
