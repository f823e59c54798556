import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { R2LocationHint } from '../cloudflare/api/r2-api.ts';

/** In the order in which they are looked for. */
const LOCATION_OF: readonly (readonly [prefix: RegExp, location: R2LocationHint])[] = [
  [/^us-west|^ca-west|^mx-/, 'wnam'],
  [/^us-|^ca-|^sa-/, 'enam'],
  [/^eu-(central|north|south)|^il-|^me-/, 'eeur'],
  [/^eu-|^af-/, 'weur'],
  [/^ap-southeast-(2|4|6)/, 'oc'],
];

/** Where media is written from in the shortest time. */
export function r2LocationNear(region: string): R2LocationHint {
  return LOCATION_OF.find(([prefix]) => prefix.test(region))?.[1] ?? 'apac';
}

const AWS_REGIONS: ReadonlySet<string> = new Set(RegionInfo.regions.map(({ name }) => name));

/** As far as this version of the CDK knows. */
export function isAwsRegion(name: string): boolean {
  return AWS_REGIONS.has(name);
}
