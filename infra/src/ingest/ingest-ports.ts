/** Where an ingest node listens inside of its task, and what the load balancer has of it outside. */
export const INGEST_PORTS = {
  rtmp: 1_935,
  /** At the load balancer, which ends TLS; the node sees plain RTMP. */
  rtmps: 1_936,
  /** UDP. */
  srt: 8_890,
  /** `/healthz`, `/readyz`, `/metrics`: for the load balancer alone. */
  operations: 8_082,
  /** CMAF from MediaLive; only where that is on. */
  cmaf: 8_083,
  /** At the load balancer, with TLS. */
  cmafs: 8_443,
} as const;
