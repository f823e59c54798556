import { describe, expect, it } from 'vitest';
import { type AmfValue, amfObject } from './amf-value.ts';
import { readClientCapabilities } from './capabilities.ts';

const of = (members: Readonly<Record<string, AmfValue>>) => readClientCapabilities(new Map(Object.entries(members)));

describe('a client', () => {
  it('is enhanced when it names any of the properties', () => {
    expect(of({ app: 'live' }).isEnhanced).toBe(false);
    expect(of({ fourCcList: ['av01'] }).isEnhanced).toBe(true);
    expect(of({ capsEx: 0 }).isEnhanced).toBe(true);
    expect(of({ videoFourCcInfoMap: amfObject({ '*': 4 }) }).isEnhanced).toBe(true);
  });

  it('can reconnect when that bit of its capabilities is set', () => {
    expect(of({ capsEx: 1 }).canReconnect).toBe(true);
    expect(of({ capsEx: 15 }).canReconnect).toBe(true);
    expect(of({ capsEx: 14 }).canReconnect).toBe(false);
    expect(of({ capsEx: 'yes' }).canReconnect).toBe(false);
  });
});
