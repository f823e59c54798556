/**
 * The permissions that an API token of the deployment may need, by the names that Cloudflare's documentation has
 * (developers.cloudflare.com/fundamentals/api/reference/permissions). docs/CLOUDFLARE.md says when each is needed.
 */
export const PERMISSIONS = {
  'workers-scripts': 'Workers Scripts Write (account)',
  r2: 'Workers R2 Storage Write (account)',
  tokens: 'Account API Tokens Write (account)',
  'zone-read': 'Zone Read (zone)',
  routes: 'Workers Routes Write (zone)',
  dns: 'DNS Write (zone)',
  'cache-rules': 'Cache Settings Write, called Cache Rules in the dashboard (zone)',
  waf: 'Zone WAF Write (zone)',
} as const;
export type Permission = keyof typeof PERMISSIONS;
