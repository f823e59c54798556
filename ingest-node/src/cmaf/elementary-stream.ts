import { BoxFields } from './box-fields.ts';
import { CmafError } from './cmaf-error.ts';

/** ISO/IEC 14496-1 §7.2.2.1, §7.2.6.6. */
const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;
const OBJECT_TYPE_MPEG4_AUDIO = 0x40;
/** Of an ES descriptor (§7.2.6.5). */
const DEPENDS_ON_STREAM = 0x80;
const HAS_URL = 0x40;
const HAS_CLOCK_STREAM = 0x20;
/** A length takes four groups of seven bits at most (§8.3.3). */
const LENGTH_GROUPS_MAX = 4;
const CONFIGURATION_BYTES_MAX = 64;

/** What an `esds` says (ISO/IEC 14496-14 §6.7.2). */
export interface ElementaryStream {
  /** AudioSpecificConfig. */
  readonly configuration: Uint8Array;
  /** 0: not said. */
  readonly peakBps: number;
  readonly averageBps: number;
}

/** Reads the body of an `esds`. Throws CmafError. */
export function readElementaryStream(body: Uint8Array): ElementaryStream {
  const fields = new BoxFields(body);
  fields.versionAndFlags();
  const stream = new BoxFields(descriptor(fields, ES_DESCRIPTOR));
  stream.skip(2);
  const flags = stream.u8();
  if ((flags & DEPENDS_ON_STREAM) !== 0) stream.skip(2);
  if ((flags & HAS_URL) !== 0) stream.skip(stream.u8());
  if ((flags & HAS_CLOCK_STREAM) !== 0) stream.skip(2);
  const decoder = new BoxFields(descriptor(stream, DECODER_CONFIG));
  const objectType = decoder.u8();
  if (objectType !== OBJECT_TYPE_MPEG4_AUDIO) {
    throw new CmafError('codec-unsupported', `sound of object type ${objectType}`);
  }
  decoder.skip(1 + 3);
  const peakBps = decoder.u32();
  const averageBps = decoder.u32();
  const configuration = descriptor(decoder, DECODER_SPECIFIC_INFO);
  if (configuration.length < 2 || configuration.length > CONFIGURATION_BYTES_MAX) {
    throw new CmafError('init-malformed', `an AudioSpecificConfig of ${configuration.length} bytes`);
  }
  return { configuration, peakBps, averageBps };
}

function descriptor(fields: BoxFields, wanted: number): Uint8Array {
  const tag = fields.u8();
  if (tag !== wanted) throw new CmafError('init-malformed', `descriptor ${tag} in place of ${wanted}`);
  let lengthBytes = 0;
  for (let groups = 1; ; groups += 1) {
    const group = fields.u8();
    lengthBytes = lengthBytes * 0x80 + (group & 0x7f);
    if ((group & 0x80) === 0) return fields.bytes(lengthBytes);
    if (groups === LENGTH_GROUPS_MAX) throw new CmafError('init-malformed', 'a length without an end');
  }
}
