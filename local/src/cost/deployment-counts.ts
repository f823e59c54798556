/** How many there are of what a deployment pays for by the month. The stacks make them: infra/src/deployment-counts.test.ts compares. */
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
  /** Metrics that alarms look at, which is what alarms are paid by; in the first region, those of scaling among them. */
  readonly alarmedMetrics: number;
  readonly alarmedMetricsPerFurtherRegion: number;
  /** In each region. */
  readonly customMetrics: number;
  /** Of the node that takes what MediaLive encodes, in the first region; so with the next two. */
  readonly encodedAlarmedMetrics: number;
  readonly encodedNodeVcpus: number;
  readonly encodedNodeMemoryGb: number;
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
  alarmedMetrics: 22,
  alarmedMetricsPerFurtherRegion: 15,
  customMetrics: 10,
  encodedAlarmedMetrics: 2,
  encodedNodeVcpus: 2,
  encodedNodeMemoryGb: 4,
  imageGb: 0.5,
  idleLogsGbPerNode: 0.1,
};
