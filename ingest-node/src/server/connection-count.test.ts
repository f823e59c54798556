import { expect, it } from 'vitest';
import { ConnectionCount } from './connection-count.ts';

it('counts in all, by IPv4 address and by IPv6 network', () => {
  const count = new ConnectionCount();
  for (const address of ['192.0.2.1', '192.0.2.2', '::ffff:192.0.2.1', '2001:db8::1', '2001:db8::2'])
    count.add(address);
  expect(count.total).toBe(5);
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::9'].map((address) => count.of(address))).toEqual([
    2, 1, 0, 2,
  ]);
  count.remove('192.0.2.1');
  count.remove('2001:db8::2');
  count.remove('2001:db8::1');
  expect(count.total).toBe(2);
  expect(['192.0.2.1', '2001:db8::1'].map((address) => count.of(address))).toEqual([1, 0]);
});
