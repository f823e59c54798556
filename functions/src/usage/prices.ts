/** The month whose list prices these are. */
export const PRICES_OF = '2026-11';

/**
 * List prices in US dollars, beyond what is free, of November 2026: Cloudflare's paid plan, AWS in us-east-1. Each with
 * its page in docs/COST.md.
 */
export const PRICES = {
  /** A million requests to a Worker, whatever they are answered with. */
  workerRequestsM: 0.3,
  /** A million milliseconds of a Worker's or an object's CPU. */
  workerCpuMsM: 0.02,
  /** A million calls to a Durable Object. */
  objectRequestsM: 0.15,
  /** An hour of an object in memory: 128 MB at $12.50 a million GB-seconds. */
  objectHour: 0.128 * 3_600 * 12.5e-6,
  /** A million rows written to an object's SQLite. */
  rowsWrittenM: 1,
  /** A million PUTs to R2 (class A). */
  r2PutsM: 4.5,
  /** A million GETs from R2 (class B). */
  r2GetsM: 0.36,
  r2GbMonth: 0.015,
  /** A million PUTs to S3 Standard (AWS, S3 pricing); so with the next two. */
  s3PutsM: 5,
  s3GetsM: 0.4,
  s3GbMonth: 0.023,
  /** A gigabyte out of AWS to the internet, R2 too. */
  awsEgressGb: 0.09,
  /** An hour of Fargate on Graviton. */
  fargateVcpuHour: 0.03238,
  fargateGbHour: 0.00356,
  /** A public IPv4 address, an hour. */
  ipv4Hour: 0.005,
} as const;

/** What buckets differ in. */
export const STORAGE_PRICES = {
  r2: { putsM: PRICES.r2PutsM, getsM: PRICES.r2GetsM, gbMonth: PRICES.r2GbMonth },
  s3: { putsM: PRICES.s3PutsM, getsM: PRICES.s3GetsM, gbMonth: PRICES.s3GbMonth },
} as const;
export type StorageKind = keyof typeof STORAGE_PRICES;

/** Gigabytes that one megabit a second is in an hour. */
export const GB_HOUR_OF_MBPS = 0.45;
