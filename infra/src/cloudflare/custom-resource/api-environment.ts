import { z } from 'zod';
import type { CloudflareApiOptions } from '../api/cloudflare-api.ts';

/** wrangler's name of it. Set where Cloudflare's API is not where it is for everybody: in tests. */
const ApiEnvironment = z.object({ CLOUDFLARE_API_BASE_URL: z.url({ protocol: /^https?$/ }).optional() });

/** Throws ZodError. */
export function apiEnvironment(environment: NodeJS.ProcessEnv): Pick<CloudflareApiOptions, 'baseUrl'> {
  const { CLOUDFLARE_API_BASE_URL: baseUrl } = ApiEnvironment.parse(environment);
  return baseUrl === undefined ? {} : { baseUrl };
}
