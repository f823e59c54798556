import { GB_HOUR_OF_MBPS } from '@sluice/functions/cost';

/** What hosted services ask for one hour of one stream, by their public lists. */
export interface HostedService {
  readonly name: string;
  /** Dollars an hour. */
  costHour(viewers: number): number;
  /** How sure the prices are. */
  readonly note: string;
}

/** What a viewer of 1080p takes. */
export const VIEWER_MBPS = 4.5;
/** Of the whole ladder, 1080p30 with four steps and sound. */
const LADDER_MBPS = 8.9;

/** An hour of a MediaLive channel: HD input, two SD and two HD outputs (AWS, MediaLive pricing, as its cost examples have it). */
export const MEDIALIVE_HOUR = 0.294 + 2 * 0.354 + 2 * 0.702;

export const HOSTED_SERVICES: readonly HostedService[] = [
  {
    name: 'Cloudflare Stream',
    // $1 for 1,000 minutes delivered, $5 for 1,000 minutes kept a month; ingest and encoding are free.
    costHour: (viewers) => viewers * 60 * 0.001 + 60 * 0.005,
    note: 'list price',
  },
  {
    name: 'Mux',
    // Delivery $0.0008 to $0.0014 a minute by size; the lower one, encoding at $0.0384 a minute.
    costHour: (viewers) => 60 * 0.0384 + viewers * 60 * 0.0008,
    note: 'prices from a third party, the lower ones',
  },
  {
    name: 'Amazon IVS, standard',
    costHour: (viewers) => 2 + viewers * 0.15,
    note: 'prices not verified',
  },
  {
    name: 'MediaLive, MediaPackage, CloudFront',
    // Ingest and origination; the first tier of CloudFront, four requests a second.
    costHour: (viewers) =>
      MEDIALIVE_HOUR +
      LADDER_MBPS * GB_HOUR_OF_MBPS * 0.03 +
      viewers * (VIEWER_MBPS * GB_HOUR_OF_MBPS * 0.085 + 4 * 3_600 * 1e-6),
    note: 'list prices, without volume discount',
  },
];
