import { defineDeployment } from '../src/config/deployment-config.ts';

/** Media on S3 instead of R2; the Worker signs what it reads there. What leaves AWS is paid by the gigabyte: docs/COST.md. */
export default defineDeployment({
  name: 's3',
  domain: 'live.example.com',
  aws: { accountId: '111122223333', regions: ['eu-central-1'] },
  cloudflare: { accountId: '0123456789abcdef0123456789abcdef' },
  storage: { kind: 's3', mediaDaysMax: 30 },
});
