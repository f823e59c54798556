import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TOKEN_BYTES = 24;
const TOKEN = /^[0-9a-f]{48}$/;
/** Nobody else on this machine may read it. */
const OWNER_ONLY = 0o600;

/** Where a local system keeps the token that opens the control API to its owner. */
export function adminTokenPath(dataDirectory: string): string {
  return join(dataDirectory, 'admin-token');
}

/** The token of this data directory; made the first time, and anew when the file holds anything else. */
export async function adminToken(dataDirectory: string): Promise<string> {
  const path = adminTokenPath(dataDirectory);
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (TOKEN.test(kept)) return kept;
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  await writeFile(path, `${token}\n`, { mode: OWNER_ONLY });
  return token;
}
