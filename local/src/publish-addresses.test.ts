import { IngestAddresses } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { portsWithOffset, regionPorts } from './ports.ts';
import { publishAddresses } from './publish-addresses.ts';

describe('where publishers push to on this machine', () => {
  it('is at the ports that it really has', () => {
    expect(publishAddresses(portsWithOffset(100))).toEqual([
      {
        rtmpUrl: 'rtmp://127.0.0.1:2035/live',
        rtmpsUrl: 'rtmps://127.0.0.1:2036/live',
        srtUrl: 'srt://127.0.0.1:8990',
        cmafUrl: 'http://127.0.0.1:8183/cmaf',
        isSelfSigned: true,
      },
    ]);
  });

  it('is one address for all regions, and one of each', () => {
    const addresses = publishAddresses(portsWithOffset(0), [regionPorts(0, 0), regionPorts(0, 1)]);
    expect(addresses.map(({ region, rtmpUrl }) => [region, rtmpUrl])).toEqual([
      [undefined, 'rtmp://127.0.0.1:1935/live'],
      ['region-1', 'rtmp://127.0.0.1:2935/live'],
      ['region-2', 'rtmp://127.0.0.1:3935/live'],
    ]);
    expect(IngestAddresses.parse(addresses)).toEqual(addresses);
  });
});
