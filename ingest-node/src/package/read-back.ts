/** For tests: reads what this folder writes, by the standard and not by the writer. */

export interface ReadBox {
  readonly type: string;
  readonly sizeBytes: number;
  readonly body: DataView;
}

export interface ReadSample {
  readonly durationTicks: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export interface ReadChunk {
  readonly trackId: number;
  readonly sequenceNumber: number;
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly samples: readonly ReadSample[];
  readonly producer: {
    readonly trackId: number;
    readonly flags: number;
    readonly wallMs: number;
    readonly mediaTicks: number;
  };
}

const SECONDS_1900_TO_1970 = 2_208_988_800;

/** The boxes on one level (ISO/IEC 14496-12 §4.2). */
export function readBoxes(view: DataView): ReadBox[] {
  const boxes: ReadBox[] = [];
  for (let at = 0; at < view.byteLength; ) {
    const sizeBytes = view.getUint32(at);
    if (sizeBytes < 8 || at + sizeBytes > view.byteLength) throw new Error(`a box of ${sizeBytes} bytes at ${at}`);
    const type = Buffer.from(view.buffer, view.byteOffset + at + 4, 4).toString('latin1');
    boxes.push({ type, sizeBytes, body: new DataView(view.buffer, view.byteOffset + at + 8, sizeBytes - 8) });
    at += sizeBytes;
  }
  return boxes;
}

/** The body of the only box of each type down a path. */
export function bodyAt(view: DataView, ...path: readonly string[]): DataView {
  return path.reduce((level, type) => {
    const [found, second] = readBoxes(level).filter((each) => each.type === type);
    if (found === undefined || second !== undefined) throw new Error(`not exactly one ${type}`);
    return found.body;
  }, view);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The chunks of a part or a segment; throws where it is not `prft moof mdat` over and over. */
export function readChunks(bytes: Uint8Array): ReadChunk[] {
  const boxes = readBoxes(viewOf(bytes));
  const chunks: ReadChunk[] = [];
  for (let index = 0; index < boxes.length; index += 3) {
    const [prft, moof, mdat] = boxes.slice(index, index + 3);
    if (prft?.type !== 'prft' || moof?.type !== 'moof' || mdat?.type !== 'mdat') throw new Error('not prft moof mdat');
    chunks.push({ ...readMoof(bytes, moof, mdat), producer: readProducer(prft.body) });
  }
  return chunks;
}

function readMoof(bytes: Uint8Array, moof: ReadBox, mdat: ReadBox): Omit<ReadChunk, 'producer'> {
  const tfhd = bodyAt(moof.body, 'traf', 'tfhd');
  const tfdt = bodyAt(moof.body, 'traf', 'tfdt');
  const trun = bodyAt(moof.body, 'traf', 'trun');
  // §8.8.7: default-base-is-moof, a default duration and default flags, and nothing else.
  if (tfhd.getUint32(0) !== 0x020028) throw new Error(`tfhd ${tfhd.getUint32(0).toString(16)}`);
  if (trun.getUint8(0) !== 1 || tfdt.getUint8(0) !== 1) throw new Error('not version 1');
  const moofAt = moof.body.byteOffset - 8 - bytes.byteOffset;
  const dataAt = moofAt + trun.getInt32(8);
  if (dataAt !== mdat.body.byteOffset - bytes.byteOffset) throw new Error('the data offset is not the mdat');
  const samples = readRun(
    trun,
    { durationTicks: tfhd.getUint32(8), flags: tfhd.getUint32(12) },
    bytes.subarray(dataAt),
  );
  const sampleBytes = samples.reduce((sum, { payload }) => sum + payload.length, 0);
  if (sampleBytes !== mdat.body.byteLength) throw new Error('the samples do not fill the mdat');
  return {
    trackId: tfhd.getUint32(4),
    sequenceNumber: bodyAt(moof.body, 'mfhd').getUint32(4),
    startTicks: Number(tfdt.getBigUint64(4)),
    durationTicks: samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
    samples,
  };
}

function readRun(
  trun: DataView,
  defaults: { readonly durationTicks: number; readonly flags: number },
  data: Uint8Array,
): ReadSample[] {
  const flags = trun.getUint32(0) & 0xffffff;
  if ((flags & 0x201) !== 0x201 || (flags & ~0x605) !== 0) throw new Error(`trun ${flags.toString(16)}`);
  let at = 12;
  let dataAt = 0;
  const next = () => {
    at += 4;
    return trun.getUint32(at - 4);
  };
  const firstFlags = (flags & 0x4) === 0 ? undefined : next();
  const samples = Array.from({ length: trun.getUint32(4) }, (_, index) => {
    const sizeBytes = next();
    const own = (flags & 0x400) === 0 ? undefined : next();
    const payload = data.subarray(dataAt, dataAt + sizeBytes);
    dataAt += sizeBytes;
    const sampleFlags = own ?? (index === 0 ? firstFlags : undefined) ?? defaults.flags;
    return { durationTicks: defaults.durationTicks, flags: sampleFlags, payload };
  });
  if (at !== trun.byteLength) throw new Error('trun is not read to its end');
  return samples;
}

function readProducer(prft: DataView): ReadChunk['producer'] {
  const wholeS = prft.getUint32(8) - SECONDS_1900_TO_1970;
  const wallMs = wholeS * 1_000 + (prft.getUint32(12) / 2 ** 32) * 1_000;
  return {
    trackId: prft.getUint32(4),
    flags: prft.getUint32(0) & 0xffffff,
    wallMs,
    mediaTicks: Number(prft.getBigUint64(16)),
  };
}
