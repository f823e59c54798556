import { describe, expect, it } from 'vitest';
import { amfObject } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { commandMessage, readCommand, readData } from './command.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';

const message = (typeId: number, payload: Iterable<number>): RtmpMessage => ({
  typeId,
  messageStreamId: 5,
  timestampMs: 0,
  payload: Uint8Array.from(payload),
});
const connect = writeAmf0('connect', 1, amfObject({ app: 'live' }), 'more');
const expected = {
  name: 'connect',
  transactionId: 1,
  object: new Map([['app', 'live']]),
  args: ['more'],
  messageStreamId: 5,
};

describe('commands', () => {
  it('are read from AMF0', () => {
    expect(readCommand(message(MESSAGE.commandAmf0, connect))).toEqual(expected);
  });

  it('are read from type 17 with its selector byte, and without it', () => {
    expect(readCommand(message(MESSAGE.commandAmf3, [0, ...connect]))).toEqual(expected);
    expect(readCommand(message(MESSAGE.commandAmf3, connect))).toEqual(expected);
  });

  it('may hold AMF3 values', () => {
    // avmplus marker, AMF3 string "x"
    const payload = [0, ...writeAmf0('publish', 0, null), 0x11, 0x06, 0x03, 0x78];
    expect(readCommand(message(MESSAGE.commandAmf3, payload)).args).toEqual(['x']);
  });

  it('may come without transaction id and command object', () => {
    expect(readCommand(message(MESSAGE.commandAmf0, writeAmf0('FCPublish')))).toMatchObject({
      transactionId: 0,
      object: new Map(),
      args: [],
    });
  });

  it('without a name are refused', () => {
    for (const payload of [writeAmf0(), writeAmf0(1), writeAmf0(null)]) {
      expect(() => readCommand(message(MESSAGE.commandAmf0, payload))).toThrow('command-malformed');
    }
  });

  it('that were written are read again', () => {
    const written = commandMessage(5, 'connect', 1, amfObject({ app: 'live' }), 'more');
    expect(readCommand(written)).toEqual(expected);
  });
});

it('reads data messages of both types', () => {
  const data = writeAmf0('onMetaData', amfObject({ width: 2 }));
  const read = { name: 'onMetaData', args: [amfObject({ width: 2 })] };
  expect(readData(message(MESSAGE.dataAmf0, data))).toEqual(read);
  expect(readData(message(MESSAGE.dataAmf3, [0, ...data]))).toEqual(read);
  expect(() => readData(message(MESSAGE.dataAmf0, writeAmf0(7)))).toThrow('command-malformed');
});
