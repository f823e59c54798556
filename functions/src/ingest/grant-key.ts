import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import { SigningKey } from './signing-key.ts';

const GRANT_KEY = { partition: 'keys', sort: 'grant-key' };

/** The key that grants are signed with; `make` is asked for one the first time. All processes have the same one. */
export async function grantKey(table: Table, make: () => Promise<SigningKey>): Promise<SigningKey> {
  const keys = new Records(table, SigningKey);
  const kept = await keys.get(GRANT_KEY);
  if (kept !== undefined) return kept.value;
  const made = await make();
  if ((await keys.put(GRANT_KEY, made, { if: 'absent' })) !== 'conflict') return made;
  const first = await keys.get(GRANT_KEY);
  if (first === undefined) throw new Error('the key of grants came and went');
  return first.value;
}
