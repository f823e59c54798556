import { DEPLOYMENT_PRICES, type Price } from './aws-prices.ts';
import type { DeploymentCounts } from './deployment-counts.ts';

/** What a team deploys. */
export interface DeploymentShape {
  readonly name: string;
  readonly regions: number;
  /** Nodes that run in each region whether anybody streams or not. */
  readonly nodesMin: number;
  readonly storage: 'r2' | 's3';
  readonly isMediaLiveOn: boolean;
}

/** One thing that is paid for by the month. */
export interface DeploymentItem {
  readonly name: string;
  readonly price: Price;
  /** How much of what the price is for, in a month. */
  amount(shape: DeploymentShape, counts: DeploymentCounts): number;
}

const HOURS_A_MONTH = 730;

/** Everything that costs before anybody streams, and what does not and could be expected to. */
export const DEPLOYMENT_ITEMS: readonly DeploymentItem[] = [
  {
    name: 'network load balancer',
    price: DEPLOYMENT_PRICES.loadBalancer,
    amount: (shape) => balancersOf(shape) * HOURS_A_MONTH,
  },
  {
    name: 'its public addresses',
    price: DEPLOYMENT_PRICES.publicIpv4,
    amount: (shape, { loadBalancerZones }) => balancersOf(shape) * loadBalancerZones * HOURS_A_MONTH,
  },
  {
    name: 'ingest nodes, CPU',
    price: DEPLOYMENT_PRICES.fargateVcpu,
    amount: (shape, { nodeVcpus, encodedNodeVcpus }) =>
      (nodesOf(shape) * nodeVcpus + encodedNodes(shape) * encodedNodeVcpus) * HOURS_A_MONTH,
  },
  {
    name: 'ingest nodes, memory',
    price: DEPLOYMENT_PRICES.fargateGb,
    amount: (shape, { nodeMemoryGb, encodedNodeMemoryGb }) =>
      (nodesOf(shape) * nodeMemoryGb + encodedNodes(shape) * encodedNodeMemoryGb) * HOURS_A_MONTH,
  },
  {
    name: 'ingest nodes, addresses',
    price: DEPLOYMENT_PRICES.publicIpv4,
    amount: (shape) => (nodesOf(shape) + encodedNodes(shape)) * HOURS_A_MONTH,
  },
  {
    name: 'secrets',
    price: DEPLOYMENT_PRICES.secret,
    amount: ({ regions }, { secrets, replicatedSecrets }) => secrets + (regions - 1) * replicatedSecrets,
  },
  { name: 'hosted zones', price: DEPLOYMENT_PRICES.hostedZone, amount: (_, { hostedZones }) => hostedZones },
  { name: 'dashboard', price: DEPLOYMENT_PRICES.dashboard, amount: (_, { dashboards }) => dashboards },
  {
    name: 'alarms',
    price: DEPLOYMENT_PRICES.alarm,
    amount: (shape, { alarmedMetrics, alarmedMetricsPerFurtherRegion, encodedAlarmedMetrics }) =>
      alarmedMetrics +
      (shape.regions - 1) * alarmedMetricsPerFurtherRegion +
      encodedNodes(shape) * encodedAlarmedMetrics,
  },
  {
    name: 'metrics',
    price: DEPLOYMENT_PRICES.customMetric,
    amount: ({ regions, isMediaLiveOn }, { customMetrics }) => (regions + (isMediaLiveOn ? 1 : 0)) * customMetrics,
  },
  {
    name: 'logs',
    price: DEPLOYMENT_PRICES.logsGb,
    amount: (shape, { idleLogsGbPerNode }) => (nodesOf(shape) + encodedNodes(shape)) * idleLogsGbPerNode,
  },
  {
    name: 'container image',
    price: DEPLOYMENT_PRICES.imageGb,
    amount: ({ regions }, { imageGb }) => regions * imageGb,
  },
  { name: 'Workers Paid plan', price: DEPLOYMENT_PRICES.workersPaid, amount: () => 1 },
];

/** The configurations that are synthesized in infra's tests, and the one that sleeps. */
export const DEPLOYMENT_SHAPES: readonly DeploymentShape[] = [
  { name: 'one region', regions: 1, nodesMin: 1, storage: 'r2', isMediaLiveOn: false },
  { name: 'one region, no node until somebody streams', regions: 1, nodesMin: 0, storage: 'r2', isMediaLiveOn: false },
  { name: 'three regions', regions: 3, nodesMin: 1, storage: 'r2', isMediaLiveOn: false },
  { name: 'S3 instead of R2', regions: 1, nodesMin: 1, storage: 's3', isMediaLiveOn: false },
  { name: 'MediaLive on', regions: 1, nodesMin: 1, storage: 'r2', isMediaLiveOn: true },
];

/** US dollars a month for an item. */
export function itemCostMonth(item: DeploymentItem, shape: DeploymentShape, counts: DeploymentCounts): number {
  return item.amount(shape, counts) * item.price.usd;
}

/** US dollars a month before anybody streams. */
export function deploymentCostMonth(shape: DeploymentShape, counts: DeploymentCounts): number {
  return DEPLOYMENT_ITEMS.reduce((sum, item) => sum + itemCostMonth(item, shape, counts), 0);
}

function nodesOf({ regions, nodesMin }: DeploymentShape): number {
  return regions * nodesMin;
}

/** What MediaLive encodes has one of its own, in the first region. */
function balancersOf(shape: DeploymentShape): number {
  return shape.regions + encodedNodes(shape);
}

function encodedNodes({ isMediaLiveOn }: DeploymentShape): number {
  return isMediaLiveOn ? 1 : 0;
}
