import type { IngestAddress } from '@sluice/contracts';
import { rtmpUrlOf } from './ingest-nodes.ts';
import { type IngestPorts, LOCAL_HOST } from './ports.ts';
import { regionName } from './regions/regions.ts';

/** Where a publisher pushes to, on this machine; behind each address comes a stream key. */
export function publishAddress(ports: Omit<IngestPorts, 'metrics'>) {
  return {
    rtmpUrl: rtmpUrlOf(ports),
    rtmpsUrl: `rtmps://${LOCAL_HOST}:${ports.rtmps}/live`,
    /** Without a stream id. */
    srtUrl: `srt://${LOCAL_HOST}:${ports.srt}`,
    /** Behind the stream key comes the name of a track. */
    cmafUrl: `http://${LOCAL_HOST}:${ports.cmaf}/cmaf`,
    // self-signed-certificate.ts
    isSelfSigned: true,
  };
}

/** All of a system: what leads to the nearest region, and then each region's own. */
export function publishAddresses(ports: IngestPorts, regions: readonly IngestPorts[] = []): IngestAddress[] {
  const own = regions.map((regionPorts, index) => ({ region: regionName(index), ...publishAddress(regionPorts) }));
  return [publishAddress(ports), ...own];
}
