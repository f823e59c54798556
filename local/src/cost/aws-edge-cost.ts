import {
  GB_HOUR_OF_MBPS,
  PRICES,
  type RequestRate,
  type StreamShape,
  streamCostHour,
  totalOf,
} from '@sluice/functions/cost';
import {
  AWS_EDGE_PRICES,
  CLOUDFRONT_FREE,
  CLOUDFRONT_PLANS,
  CLOUDFRONT_STEPS,
  DEPLOYMENT_PRICES,
} from './aws-prices.ts';
import { VIEWER_MBPS } from './hosted-services.ts';

/** What viewers take of CloudFront. */
export interface CloudFrontUse {
  readonly gb: number;
  readonly requestsM: number;
}

/** How CloudFront is paid for: by use at its first step, by use of a month with what is free, or by a plan. */
export type CloudFrontTariff = 'first step' | 'month' | 'plan';

/** So many that one may die (workerd.capnp, ClusterConfig). Each is one thread: more than a CPU is of no use to it. */
const WORKERD = { tasks: 2, vcpus: 1, memoryGb: 2 } as const;
const HOURS_A_MONTH = 730;
/** Regional caches between viewers and the origin, of which each asks by itself where there is no Origin Shield. */
const REGIONAL_CACHES = 13;

/** Dollars an hour for the edge itself, whoever watches: workerd in Fargate, behind an application load balancer. */
export function workerdCostHour(): number {
  const { tasks, vcpus, memoryGb } = WORKERD;
  const workers = tasks * (vcpus * PRICES.fargateVcpuHour + memoryGb * PRICES.fargateGbHour);
  const balancer = AWS_EDGE_PRICES.applicationLoadBalancer.usd + AWS_EDGE_PRICES.loadBalancerUnit.usd;
  // One of each task, and one of the balancer in each of two zones. What objects write to their bucket is next to nothing.
  const addresses = (tasks + 2) * DEPLOYMENT_PRICES.publicIpv4.usd;
  return workers + balancer + addresses;
}

/** Dollars an hour for a stream where bucket and edge are in the node's region: nothing leaves AWS but to viewers. */
export function awsStreamCostHour(shape: StreamShape): number {
  const { node, storageWrites } = streamCostHour({ ...shape, storage: 's3' });
  return node + storageWrites;
}

/** What viewers take in an hour. */
export function cloudFrontUseHour(viewers: number, { workerPerS }: RequestRate): CloudFrontUse {
  return { gb: viewers * VIEWER_MBPS * GB_HOUR_OF_MBPS, requestsM: (viewers * workerPerS * 3_600) / 1e6 };
}

/**
 * Dollars an hour for those who watch. `hoursAMonth`: so many hours like this one are in a month, which decides the step
 * and the plan. `undefined`: no plan is large enough.
 */
export function awsViewersCostHour(
  viewers: number,
  rate: RequestRate,
  { tariff, hoursAMonth }: { readonly tariff: CloudFrontTariff; readonly hoursAMonth: number },
): number | undefined {
  const hour = cloudFrontUseHour(viewers, rate);
  const month = { gb: hour.gb * hoursAMonth, requestsM: hour.requestsM * hoursAMonth };
  // Reading the path's token and cutting it off the key is a function's, on every request.
  const functions = hour.requestsM * AWS_EDGE_PRICES.cloudFrontFunctionsM.usd;
  if (tariff === 'plan') {
    const plan = planFor(month);
    // Functions are in it.
    return plan && plan.usd / hoursAMonth;
  }
  const misses = Math.min(hour.requestsM, (REGIONAL_CACHES * rate.workerPerS * 3_600) / 1e6);
  const shield = misses * AWS_EDGE_PRICES.originShieldM.usd;
  const delivery =
    tariff === 'month'
      ? cloudFrontCostMonth(month) / hoursAMonth
      : hour.gb * CLOUDFRONT_STEPS[0].usdGb + hour.requestsM * AWS_EDGE_PRICES.cloudFrontRequestsM.usd;
  return delivery + functions + shield;
}

/** Dollars for what was used in a month, beyond what is always free. */
export function cloudFrontCostMonth({ gb, requestsM }: CloudFrontUse): number {
  let [cost, fromGb, leftGb] = [0, 0, Math.max(0, gb - CLOUDFRONT_FREE.gb)];
  for (const { upToGb, usdGb } of CLOUDFRONT_STEPS) {
    const inStepGb = Math.min(leftGb, upToGb - fromGb);
    cost += inStepGb * usdGb;
    leftGb -= inStepGb;
    fromGb = upToGb;
    if (leftGb <= 0) break;
  }
  return cost + Math.max(0, requestsM - CLOUDFRONT_FREE.requestsM) * AWS_EDGE_PRICES.cloudFrontRequestsM.usd;
}

/** The cheapest plan in whose allowance it is. */
export function planFor({ gb, requestsM }: CloudFrontUse): (typeof CLOUDFRONT_PLANS)[number] | undefined {
  return CLOUDFRONT_PLANS.find((plan) => gb <= plan.gb && requestsM <= plan.requestsM);
}

/** A million requests that are held for so long, by what would hold them; without what they carry. */
export function heldRequestsCostM(heldS: number): Readonly<Record<string, number>> {
  const cloudFront = AWS_EDGE_PRICES.cloudFrontRequestsM.usd;
  // The smallest that there is: 128 MB. It is paid for while it waits.
  const lambdaEdge = AWS_EDGE_PRICES.lambdaEdgeM.usd + heldS * 0.125 * AWS_EDGE_PRICES.lambdaEdgeGbS.usd * 1e6;
  return {
    Worker: PRICES.workerRequestsM,
    'CloudFront alone': cloudFront,
    'CloudFront and Lambda@Edge': cloudFront + lambdaEdge,
    'CloudFront and API Gateway': cloudFront + AWS_EDGE_PRICES.httpApiM.usd,
  };
}

/** An hour of a stream, and how many like it are in a month. */
export interface AwsOnlyHour {
  readonly viewers: number;
  readonly rate: RequestRate;
  readonly tariff: CloudFrontTariff;
  readonly hoursAMonth: number;
}

/** All of it for such an hour, with its share of an edge that runs all month; `undefined`: no plan is large enough. */
export function awsOnlyCostHour(shape: StreamShape, { viewers, rate, ...by }: AwsOnlyHour): number | undefined {
  const watched = awsViewersCostHour(viewers, rate, by);
  const edge = (workerdCostHour() * HOURS_A_MONTH) / by.hoursAMonth;
  return watched === undefined ? undefined : totalOf({ stream: awsStreamCostHour(shape), edge, watched });
}
