import { defineDeployment } from './infra/src/config/deployment-config.ts';

/**
 * What `npx cdk deploy --all` deploys. docs/DEPLOY.md goes through it step by step; infra/examples has larger ones.
 * Nothing in here is secret.
 */
export default defineDeployment({
  name: 'live',
  // Where viewers watch: its zone is on Cloudflare.
  domain: 'live.example.com',
  // Twelve digits, and the regions that publishers are near to. The first one has the control API.
  aws: { accountId: '000000000000', regions: ['eu-west-1'] },
  // Thirty-two of 0-9 and a-f: in the dashboard's address, behind dash.cloudflare.com/.
  cloudflare: { accountId: '00000000000000000000000000000000' },
});
