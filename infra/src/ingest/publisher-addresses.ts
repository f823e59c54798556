import type { IngestAddress } from '@sluice/contracts';
import { INGEST_PORTS } from './ingest-ports.ts';
import { regionalName } from './publisher-names.ts';

/**
 * What publishers type, as the console shows it: the name that leads to the nearest region, and each region's own where there
 * are several.
 */
export function publisherAddresses(ingestDomain: string, regions: readonly string[]): IngestAddress[] {
  const named = regions.length > 1 ? regions : [];
  return [
    addressesAt(ingestDomain),
    ...named.map((region) => ({ region, ...addressesAt(regionalName(region, ingestDomain)) })),
  ];
}

/** Under one of the names that the load balancers have. */
export function addressesAt(host: string) {
  return {
    // 1935 is what RTMP has where no port is said.
    rtmpUrl: `rtmp://${host}/live`,
    rtmpsUrl: `rtmps://${host}:${INGEST_PORTS.rtmps}/live`,
    srtUrl: `srt://${host}:${INGEST_PORTS.srt}`,
    isSelfSigned: false,
  };
}
