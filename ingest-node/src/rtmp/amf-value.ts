import { RtmpError } from './rtmp-error.ts';

/** A value of AMF0 or AMF3. Always a finite tree: references are resolved, cycles refused. */
export type AmfValue =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly AmfValue[]
  | AmfObject
  | AmfEcmaArray
  | AmfDate
  | AmfXml
  | AmfBytes;

export interface AmfObject {
  readonly kind: 'object';
  /** Empty for an anonymous object. */
  readonly className: string;
  readonly members: ReadonlyMap<string, AmfValue>;
}

export interface AmfEcmaArray {
  readonly kind: 'ecma-array';
  readonly members: ReadonlyMap<string, AmfValue>;
}

export interface AmfDate {
  readonly kind: 'date';
  readonly epochMs: number;
}

export interface AmfXml {
  readonly kind: 'xml';
  readonly text: string;
}

export interface AmfBytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** Nested deeper is no metadata that an encoder writes, and would only burn the stack. */
export const AMF_DEPTH_MAX = 16;
/** OBS's largest onMetaData has some 30 values; this leaves room and stops a message of a million nulls. */
export const AMF_VALUES_MAX = 4_096;

/** What one message may still hold. One budget is shared by an AMF0 reader and the AMF3 values inside it. */
export class AmfBudget {
  #values = 0;
  #depth = 0;

  /** Runs `read` one level deeper. Throws `amf-too-deep` or `amf-too-many-values`. */
  spend<T>(read: () => T): T {
    if (++this.#values > AMF_VALUES_MAX) throw new RtmpError('amf-too-many-values', `more than ${AMF_VALUES_MAX}`);
    if (this.#depth >= AMF_DEPTH_MAX) throw new RtmpError('amf-too-deep', `more than ${AMF_DEPTH_MAX} levels`);
    this.#depth++;
    const value = read();
    this.#depth--;
    return value;
  }
}

/** An anonymous object. */
export function amfObject(members: Readonly<Record<string, AmfValue>>): AmfObject {
  return { kind: 'object', className: '', members: new Map(Object.entries(members)) };
}

/** The members of an object or ECMA array; encoders use either for the same thing. `undefined` for anything else. */
export function amfMembers(value: AmfValue): ReadonlyMap<string, AmfValue> | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  return value.kind === 'object' || value.kind === 'ecma-array' ? value.members : undefined;
}

/** References count the complex values of a message in order; a cycle would make a tree without end. */
export class AmfReferences<T> {
  readonly #values: { value: T | undefined }[] = [];

  /** Takes the next index for a value that is about to be read. */
  reserve(): { value: T | undefined } {
    const place = { value: undefined };
    this.#values.push(place);
    return place;
  }

  /** Throws `amf-reference-invalid` for an index not yet given, or a value that is still being read. */
  get(index: number): T {
    const value = this.#values[index]?.value;
    if (value === undefined) throw new RtmpError('amf-reference-invalid', `reference ${index}`);
    return value;
  }
}
