import { WINDOW_BYTES_DEFAULT } from './ack-window.ts';
import { type AmfValue, amfObject } from './amf-value.ts';
import { type ClientCapabilities, serverCapabilities } from './capabilities.ts';
import { commandMessage, type RtmpCommand } from './command.ts';
import { type RtmpMessage, setPeerBandwidth, windowAckSize } from './message.ts';
import { onStatus, type Status, statusObject } from './status.ts';

/** Some clients look for a Flash Media Server of at least version 3. */
const SERVER_VERSION = 'FMS/3,5,7,7009';
const SERVER_CAPABILITIES = 31;
const OBJECT_ENCODING = { amf0: 0, amf3: 3 } as const;
export const PLAY_REFUSED = 'This server takes streams and does not play them.';
const CALL_UNKNOWN = 'The server does not know this call.';
const UNPUBLISHED: Status = { level: 'status', code: 'NetStream.Unpublish.Success', description: 'You are off air.' };

/** The yes to a call. A call without a transaction id wants no answer (RTMP 1.0 §7.2.1.2) and gets none. */
export function result(command: RtmpCommand, ...values: readonly AmfValue[]): readonly RtmpMessage[] {
  if (command.transactionId === 0) return [];
  return [commandMessage(command.messageStreamId, '_result', command.transactionId, null, ...values)];
}

/** The no to a call, with a sentence. */
export function failure(command: RtmpCommand, description: string): readonly RtmpMessage[] {
  if (command.transactionId === 0) return [];
  return [errorMessage(command, { level: 'error', code: 'NetConnection.Call.Failed', description })];
}

/** The yes to `connect` (RTMP 1.0 §7.2.1.1), with what Enhanced RTMP adds for clients that know it. */
export function connectAccepted(command: RtmpCommand, client: ClientCapabilities): readonly RtmpMessage[] {
  const enhanced = client.isEnhanced ? serverCapabilities() : {};
  const properties = amfObject({ fmsVer: SERVER_VERSION, capabilities: SERVER_CAPABILITIES, ...enhanced });
  const wantsAmf3 = command.object.get('objectEncoding') === OBJECT_ENCODING.amf3;
  const information = statusObject(
    { level: 'status', code: 'NetConnection.Connect.Success', description: 'Connected.' },
    { objectEncoding: wantsAmf3 ? OBJECT_ENCODING.amf3 : OBJECT_ENCODING.amf0 },
  );
  return [
    windowAckSize(WINDOW_BYTES_DEFAULT),
    setPeerBandwidth(WINDOW_BYTES_DEFAULT),
    commandMessage(0, '_result', command.transactionId, properties, information),
  ];
}

/** The no to `connect`, which encoders show. The second one is for librtmp and OBS, which read no sentence in an error. */
export function connectRejected(command: RtmpCommand, description: string): readonly RtmpMessage[] {
  return [
    errorMessage(command, { level: 'error', code: 'NetConnection.Connect.Rejected', description }),
    onStatus(0, { level: 'error', code: 'NetStream.Failed', description }),
  ];
}

/** What FCUnpublish, closeStream and deleteStream are answered with; `messageStreamId` is that of a live publisher. */
export function unpublished(command: RtmpCommand, messageStreamId: number | undefined): readonly RtmpMessage[] {
  const isFlashCall = command.name === 'FCUnpublish';
  return [
    ...(isFlashCall ? [...result(command), onFcStatus('onFCUnpublish', UNPUBLISHED)] : []),
    ...(messageStreamId === undefined ? [] : [onStatus(messageStreamId, UNPUBLISHED)]),
  ];
}

/** The answer to a command that changes nothing here. */
export function answerWithoutEffect(command: RtmpCommand): readonly RtmpMessage[] {
  switch (command.name) {
    case 'releaseStream':
    case '_checkbw':
      return result(command);
    case 'FCPublish': {
      const status = { level: 'status', code: 'NetStream.Publish.Start', description: 'Go on with publish.' } as const;
      return [...result(command), onFcStatus('onFCPublish', status)];
    }
    case 'FCSubscribe': {
      const status = { level: 'status', code: 'NetStream.Play.Start', description: 'Go on with play.' } as const;
      return [...result(command), onFcStatus('onFCSubscribe', status)];
    }
    case 'play2':
      return playFailed(command, PLAY_REFUSED);
    // What is live has no length, and FFmpeg takes a no for the end of all things.
    case 'getStreamLength':
      return result(command, 0);
    // It is live: nothing is kept for later, so a player that pauses leaves out what it does not read.
    case 'pause':
    case 'pauseRaw':
    case 'seek':
    case 'receiveAudio':
    case 'receiveVideo':
      return [];
    // An answer to an answer would never end.
    case '_result':
    case '_error':
    case 'onStatus':
      return [];
    default:
      return failure(command, CALL_UNKNOWN);
  }
}

/** The no to a `play` that cannot be; the connection goes on. */
export function playFailed({ messageStreamId }: RtmpCommand, description: string): readonly RtmpMessage[] {
  return [onStatus(messageStreamId, { level: 'error', code: 'NetStream.Play.Failed', description })];
}

/** Flash Media Live Encoder waits for these; everybody else ignores them. */
function onFcStatus(name: 'onFCPublish' | 'onFCSubscribe' | 'onFCUnpublish', status: Status): RtmpMessage {
  return commandMessage(0, name, 0, null, statusObject(status));
}

function errorMessage(command: RtmpCommand, status: Status): RtmpMessage {
  return commandMessage(command.messageStreamId, '_error', command.transactionId, null, statusObject(status));
}
