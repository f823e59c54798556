import { PRICES } from '@sluice/functions/cost';

/** A list price in US dollars, beyond what is free, of November 2026, and where it is said. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
}

/** What a deployment is made of, in us-east-1, and Cloudflare's plan. */
export const DEPLOYMENT_PRICES = {
  loadBalancer: { usd: 0.0225, per: 'hour', source: 'AWS, Elastic Load Balancing pricing' },
  publicIpv4: { usd: PRICES.ipv4Hour, per: 'hour of an address', source: 'AWS, VPC pricing' },
  fargateVcpu: { usd: PRICES.fargateVcpuHour, per: 'vCPU hour on ARM', source: 'AWS, Fargate pricing' },
  fargateGb: { usd: PRICES.fargateGbHour, per: 'GB hour on ARM', source: 'AWS, Fargate pricing' },
  secret: { usd: 0.4, per: 'month; a replica is one more', source: 'AWS, Secrets Manager pricing' },
  hostedZone: {
    usd: 0.5,
    per: 'month; asking for aliases of load balancers is free',
    source: 'AWS, Route 53 pricing',
  },
  dashboard: { usd: 3, per: 'month', source: 'AWS, CloudWatch pricing' },
  alarm: { usd: 0.1, per: 'month', source: 'AWS, CloudWatch pricing' },
  customMetric: { usd: 0.3, per: 'month', source: 'AWS, CloudWatch pricing' },
  logsGb: { usd: 0.5, per: 'GB taken in', source: 'AWS, CloudWatch pricing' },
  imageGb: { usd: 0.1, per: 'GB month', source: 'AWS, ECR pricing' },
  workersPaid: { usd: 5, per: 'month', source: 'Cloudflare, Workers pricing' },
} as const satisfies Record<string, Price>;

/** What an edge in AWS alone would be made of; CloudFront in North America and Europe. */
export const AWS_EDGE_PRICES = {
  s3PutsM: { usd: PRICES.s3PutsM, per: 'million', source: 'AWS, S3 pricing' },
  cloudFrontRequestsM: { usd: 1, per: 'million over HTTPS', source: 'AWS, CloudFront pricing' },
  cloudFrontFunctionsM: { usd: 0.1, per: 'million', source: 'AWS, CloudFront pricing' },
  originShieldM: { usd: 0.75, per: 'million', source: 'AWS, CloudFront pricing' },
  applicationLoadBalancer: { usd: 0.0225, per: 'hour', source: 'AWS, Elastic Load Balancing pricing' },
  loadBalancerUnit: { usd: 0.008, per: 'LCU hour', source: 'AWS, Elastic Load Balancing pricing' },
  lambdaEdgeM: { usd: 0.6, per: 'million', source: 'AWS, Lambda pricing' },
  lambdaEdgeGbS: { usd: 0.00005001, per: 'GB second', source: 'AWS, Lambda pricing' },
  httpApiM: { usd: 1, per: 'million', source: 'AWS, API Gateway pricing' },
} as const satisfies Record<string, Price>;

/** Of CloudFront's bytes to viewers: up to so many GB of a month each costs so much; the last step has no end. */
export const CLOUDFRONT_STEPS = [
  { upToGb: 10_000, usdGb: 0.085 },
  { upToGb: 50_000, usdGb: 0.08 },
  { upToGb: 150_000, usdGb: 0.06 },
  { upToGb: 500_000, usdGb: 0.04 },
  { upToGb: 1_024_000, usdGb: 0.03 },
  { upToGb: 5_024_000, usdGb: 0.025 },
  { upToGb: Number.POSITIVE_INFINITY, usdGb: 0.02 },
] as const;

/** Always free of CloudFront, a month. */
export const CLOUDFRONT_FREE = { gb: 1_000, requestsM: 10 } as const;

/** CloudFront's plans at a flat rate, a month (AWS, CloudFront Developer Guide, flat-rate pricing plans). */
export const CLOUDFRONT_PLANS = [
  { name: 'Free', usd: 0, gb: 100, requestsM: 1 },
  { name: 'Pro', usd: 15, gb: 50_000, requestsM: 10 },
  { name: 'Business', usd: 200, gb: 50_000, requestsM: 125 },
  { name: 'Premium', usd: 1_000, gb: 50_000, requestsM: 500 },
  { name: 'Premium', usd: 1_450, gb: 75_000, requestsM: 750 },
  { name: 'Premium', usd: 2_250, gb: 125_000, requestsM: 1_250 },
  { name: 'Premium', usd: 3_500, gb: 200_000, requestsM: 2_000 },
  { name: 'Premium', usd: 6_000, gb: 350_000, requestsM: 3_500 },
  { name: 'Premium', usd: 10_000, gb: 600_000, requestsM: 6_000 },
] as const;
