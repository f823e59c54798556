import { defineDeployment } from '../src/config/deployment-config.ts';

/** Publishers reach the nearest of three regions. In two of them nothing runs until somebody publishes there. */
export default defineDeployment({
  name: 'world',
  domain: 'live.example.com',
  aws: { accountId: '111122223333', regions: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  cloudflare: { accountId: '0123456789abcdef0123456789abcdef', zoneId: 'fedcba9876543210fedcba9876543210' },
  storage: { kind: 'r2', locationHint: 'enam', mediaDaysMax: 90, mediaDomain: 'media.example.com' },
  ingest: { cpus: 8, memoryGb: 16, slots: 4, nodesMin: 0, nodesMax: 40, freeSlots: 4 },
  observability: { emails: ['ops@example.com'], monthlyBudgetUsd: 2_000 },
});
