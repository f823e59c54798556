import { defineDeployment } from '../src/config/deployment-config.ts';

/** Channels may have AWS Elemental MediaLive as their encoder. */
export default defineDeployment({
  name: 'encoded',
  domain: 'live.example.com',
  aws: { accountId: '111122223333', regions: ['us-west-2'] },
  cloudflare: { accountId: '0123456789abcdef0123456789abcdef' },
  isMediaLiveOn: true,
  observability: { emails: ['ops@example.com'] },
});
