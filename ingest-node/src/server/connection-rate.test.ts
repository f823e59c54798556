import { describe, expect, it } from 'vitest';
import { ConnectionRate } from './connection-rate.ts';

describe('how often a network connects', () => {
  const rate = () => new ConnectionRate({ perNetworkMax: 3, windowMs: 1_000 });
  const admitted = (all: ConnectionRate, address: string, nowMs: number) =>
    Array.from({ length: 5 }, () => all.admits(address, nowMs)).filter(Boolean).length;

  it('is limited for each of them, and begins anew with each window', () => {
    const all = rate();
    expect([admitted(all, '192.0.2.1', 0), admitted(all, '192.0.2.2', 0)]).toEqual([3, 3]);
    expect(admitted(all, '192.0.2.1', 999)).toBe(0);
    expect(admitted(all, '192.0.2.1', 1_000)).toBe(3);
  });

  it('is counted for a whole IPv6 network', () => {
    const all = rate();
    expect([admitted(all, '2001:db8::1', 0), admitted(all, '2001:db8::2', 0)]).toEqual([3, 0]);
  });

  it('is kept of so many networks; one more is let in, and none of the others', () => {
    const all = rate();
    const address = (index: number) => `10.0.${index >> 8}.${index & 255}`;
    for (let index = 0; index < 4_096; index += 1) admitted(all, address(index), 0);
    expect(admitted(all, address(4_096), 0)).toBe(5);
    expect(admitted(all, address(7), 0)).toBe(0);
  });
});
