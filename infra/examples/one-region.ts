import { defineDeployment } from '../src/config/deployment-config.ts';

/** The smallest: one region, media on R2, one node that is always there. */
export default defineDeployment({
  name: 'example',
  domain: 'live.example.com',
  aws: { accountId: '111122223333', regions: ['eu-west-1'] },
  cloudflare: { accountId: '0123456789abcdef0123456789abcdef' },
});
