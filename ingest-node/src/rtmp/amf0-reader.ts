import { AmfBudget, AmfReferences, type AmfValue } from './amf-value.ts';
import { Amf3Reader } from './amf3-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import { RtmpError } from './rtmp-error.ts';

/** Type markers of AMF 0 §2.1. */
export const AMF0 = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  reference: 0x07,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  unsupported: 0x0d,
  xmlDocument: 0x0f,
  typedObject: 0x10,
  avmPlus: 0x11,
} as const;

/** Reads AMF0 values one after the other. Throws RtmpError with an `amf-` code and nothing else. */
export class Amf0Reader {
  readonly #from: ByteReader;
  readonly #budget = new AmfBudget();
  readonly #references = new AmfReferences<AmfValue>();
  #amf3: Amf3Reader | undefined;

  constructor(from: ByteReader) {
    this.#from = from;
  }

  /** All values up to the end of the bytes. */
  readAll(): AmfValue[] {
    const values: AmfValue[] = [];
    while (this.#from.remainingBytes > 0) values.push(this.read());
    return values;
  }

  read(): AmfValue {
    return this.#budget.spend(() => this.#readMarked(this.#from.u8()));
  }

  #readMarked(marker: number): AmfValue {
    switch (marker) {
      case AMF0.number:
        return this.#from.f64();
      case AMF0.boolean:
        return this.#from.u8() !== 0;
      case AMF0.string:
        return this.#from.utf8(this.#from.u16());
      case AMF0.longString:
        return this.#from.utf8(this.#from.u32());
      case AMF0.null:
        return null;
      case AMF0.undefined:
      case AMF0.unsupported:
        return undefined;
      case AMF0.xmlDocument:
        return { kind: 'xml', text: this.#from.utf8(this.#from.u32()) };
      case AMF0.date: {
        const epochMs = this.#from.f64();
        this.#from.i16(); // AMF 0 §2.13: the time zone is reserved and should be 0
        return { kind: 'date', epochMs };
      }
      case AMF0.reference:
        return this.#references.get(this.#from.u16());
      case AMF0.avmPlus:
        this.#amf3 ??= new Amf3Reader(this.#from, this.#budget);
        return this.#amf3.read();
      default:
        return this.#readComplex(marker);
    }
  }

  #readComplex(marker: number): AmfValue {
    const place = this.#references.reserve();
    switch (marker) {
      case AMF0.object:
        place.value = { kind: 'object', className: '', members: this.#readMembers() };
        break;
      case AMF0.typedObject: {
        const className = this.#from.utf8(this.#from.u16());
        place.value = { kind: 'object', className, members: this.#readMembers() };
        break;
      }
      case AMF0.ecmaArray:
        this.#from.u32(); // Only a hint, and often wrong: the end marker decides
        place.value = { kind: 'ecma-array', members: this.#readMembers() };
        break;
      case AMF0.strictArray:
        place.value = this.#readItems(this.#from.u32());
        break;
      default:
        throw new RtmpError('amf-marker-unknown', `AMF0 marker 0x${marker.toString(16)}`);
    }
    return place.value;
  }

  /** The count is believed one item at a time, so that a lie costs nothing before the bytes run out. */
  #readItems(count: number): AmfValue[] {
    const items: AmfValue[] = [];
    for (let left = count; left > 0; left--) items.push(this.read());
    return items;
  }

  #readMembers(): Map<string, AmfValue> {
    const members = new Map<string, AmfValue>();
    for (;;) {
      // Some encoders leave the end marker away at the very end of onMetaData.
      if (this.#from.remainingBytes === 0 && members.size > 0) return members;
      const name = this.#from.utf8(this.#from.u16());
      if (name === '' && this.#from.peekU8() === AMF0.objectEnd) {
        this.#from.u8();
        return members;
      }
      members.set(name, this.read());
    }
  }
}
