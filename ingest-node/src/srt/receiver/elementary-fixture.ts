import type { SourcePacket } from '../../media/source.ts';

/** What MPEG-TS would carry, out of what other containers carry. */

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Length-prefixed units with start codes instead, behind the parameter sets where there are some. */
export function toAnnexB(payload: Uint8Array, sets: readonly Uint8Array[] = []): Uint8Array {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const units = [...sets];
  for (let at = 0; at < payload.length; ) {
    const end = at + 4 + view.getUint32(at);
    units.push(payload.subarray(at + 4, end));
    at = end;
  }
  return Buffer.concat(units.flatMap((unit) => [START_CODE, unit]));
}

/** The parameter sets of an avcC (ISO/IEC 14496-15 §5.3.3.1.2). */
export function setsOfAvcC(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at = take(record, { at: at + 1, count, sets });
  }
  return sets;
}

/** The parameter sets of an hvcC (§8.3.3.1.2). */
export function setsOfHvcC(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 23;
  for (let array = 0; array < (record[22] ?? 0); array += 1) {
    const count = ((record[at + 1] ?? 0) << 8) | (record[at + 2] ?? 0);
    at = take(record, { at: at + 3, count, sets });
  }
  return sets;
}

function take(record: Uint8Array, from: { at: number; count: number; sets: Uint8Array[] }): number {
  let { at } = from;
  for (let index = 0; index < from.count; index += 1) {
    const end = at + 2 + (((record[at] ?? 0) << 8) | (record[at + 1] ?? 0));
    from.sets.push(record.subarray(at + 2, end));
    at = end;
  }
  return at;
}

/** AAC frames with the ADTS header that says the same as their configuration (ISO/IEC 14496-3 §1.A.2.2). */
export function toAdts(packets: readonly SourcePacket[], audioSpecificConfig: Uint8Array): Uint8Array {
  const [first = 0, second = 0] = audioSpecificConfig;
  const objectType = first >> 3;
  const rateIndex = ((first & 7) << 1) | (second >> 7);
  const channels = (second >> 3) & 0xf;
  return Buffer.concat(
    packets.flatMap(({ payload }) => {
      const bytes = payload.length + 7;
      const header = Uint8Array.of(
        0xff,
        0xf1,
        ((objectType - 1) << 6) | (rateIndex << 2) | (channels >> 2),
        ((channels & 3) << 6) | (bytes >> 11),
        (bytes >> 3) & 0xff,
        ((bytes & 7) << 5) | 0x1f,
        0xfc,
      );
      return [header, payload];
    }),
  );
}

/** Opus packets with their control headers. */
export function toOpusUnits(packets: readonly SourcePacket[]): Uint8Array {
  return Buffer.concat(
    packets.flatMap(({ payload }) => {
      const sizes = Array.from({ length: Math.floor(payload.length / 255) }, () => 255);
      return [Uint8Array.of(0x7f, 0xe0, ...sizes, payload.length % 255), payload];
    }),
  );
}
