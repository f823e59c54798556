import { type AmfValue, amfMembers } from './amf-value.ts';
import { Amf0Reader } from './amf0-reader.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { ByteReader } from './byte-reader.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { RtmpError } from './rtmp-error.ts';

/** A command message (RTMP 1.0 §7.1.1): a call that is answered by its transaction id, or 0 for none. */
export interface RtmpCommand {
  readonly name: string;
  readonly transactionId: number;
  /** The command object. */
  readonly object: ReadonlyMap<string, AmfValue>;
  readonly args: readonly AmfValue[];
  readonly messageStreamId: number;
}

/** A data message (RTMP 1.0 §7.1.2): a handler's name and its arguments. */
export interface RtmpData {
  readonly name: string;
  readonly args: readonly AmfValue[];
}

/**
 * The values of a command or data message. Types 15 and 17 begin with a format selector byte, of which only 0 is
 * defined: AMF0, in which each AMF3 value has its own marker (Enhanced RTMP v2, "Enabling AMF3 in RTMP").
 */
function readValues({ typeId, payload }: RtmpMessage): AmfValue[] {
  const isAmf3 = typeId === MESSAGE.commandAmf3 || typeId === MESSAGE.dataAmf3;
  // Some senders leave the selector out; a name cannot begin with 0, which is the marker of a number.
  const hasSelector = isAmf3 && payload[0] === 0;
  return new Amf0Reader(new ByteReader(hasSelector ? payload.subarray(1) : payload, 'amf-truncated')).readAll();
}

/** Throws RtmpError when it is no command. */
export function readCommand(message: RtmpMessage): RtmpCommand {
  const [name, transactionId, object, ...args] = readValues(message);
  if (typeof name !== 'string') throw new RtmpError('command-malformed', 'a command without a name');
  return {
    name,
    // Some encoders leave the transaction id out of commands that need no answer.
    transactionId: typeof transactionId === 'number' ? transactionId : 0,
    object: amfMembers(object) ?? new Map(),
    args,
    messageStreamId: message.messageStreamId,
  };
}

/** Throws RtmpError when it is no data message. */
export function readData(message: RtmpMessage): RtmpData {
  const [name, ...args] = readValues(message);
  if (typeof name !== 'string') throw new RtmpError('command-malformed', 'a data message without a name');
  return { name, args };
}

/** Answers are always AMF0, which a client of either encoding reads (Enhanced RTMP v2, `objectEncoding`). */
export function commandMessage(messageStreamId: number, ...values: readonly AmfValue[]): RtmpMessage {
  return { typeId: MESSAGE.commandAmf0, messageStreamId, timestampMs: 0, payload: writeAmf0(...values) };
}
