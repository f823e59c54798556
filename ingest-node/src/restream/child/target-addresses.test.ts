import { describe, expect, it } from 'vitest';
import { targetAddresses } from './target-addresses.ts';

describe("a target's addresses", () => {
  it('are those of its name that are public, and no others', async () => {
    const found = ['10.0.0.1', '8.8.8.8', '::1', 'fe80::1%eth0', '::ffff:127.0.0.1', '2003::1'];
    expect(await targetAddresses('live.example', false, async () => found)).toEqual(['8.8.8.8', '2003::1']);
    expect(await targetAddresses('live.example', true, async () => found)).toEqual(found.slice(0, 4));
  });

  it.each(['169.254.169.254', '::1', '127.0.0.1'])(
    'are none where it is %s itself, which nobody is asked about',
    async (host) => {
      const ask = async () => ['8.8.8.8'];
      await expect(targetAddresses(host, false, ask)).rejects.toMatchObject({ reason: 'address-not-public' });
      expect(await targetAddresses(host, true, ask)).toEqual([host]);
    },
  );

  it.each(['0x7f.1', '2130706433', '127.1'])(
    'are none where a resolver reads %s as one of this machine',
    async (host) => {
      await expect(targetAddresses(host, false)).rejects.toMatchObject({ name: 'PushFailure' });
    },
  );
});
