/** How many there are of what a deployment pays for by the month. The stacks make them; a test there can compare. */
export interface DeploymentCounts {
  /** Of each region's network load balancer: a public address each. */
  readonly loadBalancerZones: number;
  readonly nodeVcpus: number;
  readonly nodeMemoryGb: number;
  /** All of them, in the first region: of nodes, edge, operator and bucket, and Cloudflare's API token. */
  readonly secrets: number;
  /** Of those, with a replica in each further region: the token of nodes. */
  readonly replicatedSecrets: number;
  readonly hostedZones: number;
  readonly dashboards: number;
  readonly alarms: number;
  readonly alarmsPerFurtherRegion: number;
  readonly customMetrics: number;
  /** Of the ingest node, in each region. */
  readonly imageGb: number;
  /** What a node writes that nobody uses, a month. */
  readonly idleLogsGbPerNode: number;
}

export const DEPLOYMENT_COUNTS: DeploymentCounts = {
  loadBalancerZones: 2,
  nodeVcpus: 4,
  nodeMemoryGb: 8,
  secrets: 5,
  replicatedSecrets: 1,
  hostedZones: 2,
  dashboards: 1,
  alarms: 14,
  alarmsPerFurtherRegion: 6,
  customMetrics: 12,
  imageGb: 0.5,
  idleLogsGbPerNode: 0.1,
};
