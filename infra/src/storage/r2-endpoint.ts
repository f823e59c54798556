import type { DeploymentConfig } from '../config/deployment-config.ts';

/** Where R2's S3 API is for the account's buckets (R2, "S3 API compatibility"; "Data location" for jurisdictions). */
export function r2Endpoint({ cloudflare, storage }: Pick<DeploymentConfig, 'cloudflare' | 'storage'>): string {
  const jurisdiction = storage.kind === 'r2' && storage.jurisdiction !== undefined ? `.${storage.jurisdiction}` : '';
  return `https://${cloudflare.accountId}${jurisdiction}.r2.cloudflarestorage.com`;
}
