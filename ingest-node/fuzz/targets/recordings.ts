import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../src/rtmp/fixtures/', import.meta.url);

/** What real encoders have sent, from the first byte of a connection to its last. */
export function rtmpRecordings(): Uint8Array[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.bin'));
  return names.toSorted().map((name) => new Uint8Array(readFileSync(new URL(name, FOLDER))));
}
