import { describe, expect, it } from 'vitest';
import { writeStreamIdText } from './handshake-offer.ts';
import { checkPacketFilter } from './packet-filter.ts';
import { SrtError } from './srt-error.ts';

const check = (text: string) => () => checkPacketFilter(writeStreamIdText(text));

describe('a packet filter', () => {
  it.each(['fec,cols:10,rows:5', 'fec,rows:-10,cols:256,layout:staircase,arq:onreq', 'fec,cols:20', 'fec'])(
    'that is borne: %s',
    (text) => {
      expect(check(text)).not.toThrow();
    },
  );

  it.each([
    'fec,cols:257',
    'fec,cols:10,rows:-257',
    'fec,cols:10,rows:5,cols:60000',
    'fec, cols : 60000',
    'fec,cols:1e3',
    'fec,cols:0x7f',
    'fec,cols:',
    'fec,cols:10:60000,rows:99999999999999999999',
    'other,cols:10',
    '',
  ])('that is not: %s', (text) => {
    expect(check(text)).toThrow(SrtError);
  });
});
