import { AmfBudget, AmfReferences, type AmfValue } from './amf-value.ts';
import type { ByteReader } from './byte-reader.ts';
import { RtmpError } from './rtmp-error.ts';

/** Type markers of AMF 3 §3.1. */
const AMF3 = {
  undefined: 0x00,
  null: 0x01,
  false: 0x02,
  true: 0x03,
  integer: 0x04,
  double: 0x05,
  string: 0x06,
  xmlDocument: 0x07,
  date: 0x08,
  array: 0x09,
  object: 0x0a,
  xml: 0x0b,
  byteArray: 0x0c,
  vectorInt: 0x0d,
  vectorUint: 0x0e,
  vectorDouble: 0x0f,
  vectorObject: 0x10,
  dictionary: 0x11,
} as const;

/** Their external form is one AMF3 value, so they can be read; the body of any other such class is unknown. */
const TRANSPARENT_CLASSES = new Set(['flex.messaging.io.ArrayCollection', 'flex.messaging.io.ObjectProxy']);

interface Traits {
  readonly className: string;
  readonly isDynamic: boolean;
  readonly isExternal: boolean;
  readonly names: readonly string[];
}

/** Reads AMF3 values one after the other. Throws RtmpError with an `amf-` code and nothing else. */
export class Amf3Reader {
  readonly #from: ByteReader;
  readonly #budget: AmfBudget;
  readonly #strings = new AmfReferences<string>();
  readonly #objects = new AmfReferences<AmfValue>();
  readonly #traits = new AmfReferences<Traits>();

  constructor(from: ByteReader, budget = new AmfBudget()) {
    this.#from = from;
    this.#budget = budget;
  }

  read(): AmfValue {
    return this.#budget.spend(() => this.#readMarked(this.#from.u8()));
  }

  #readMarked(marker: number): AmfValue {
    switch (marker) {
      case AMF3.undefined:
        return undefined;
      case AMF3.null:
        return null;
      case AMF3.false:
        return false;
      case AMF3.true:
        return true;
      case AMF3.integer:
        return (this.#u29() << 3) >> 3; // AMF 3 §3.6: 29 bits, signed
      case AMF3.double:
        return this.#from.f64();
      case AMF3.string:
        return this.#string();
      default:
        return this.#referable(marker);
    }
  }

  /** AMF 3 §3.7 on: the low bit of the first U29 says whether the value follows or is a reference. */
  #referable(marker: number): AmfValue {
    const header = this.#u29();
    if ((header & 1) === 0) return this.#objects.get(header >> 1);
    const place = this.#objects.reserve();
    place.value = this.#readInline(marker, header >> 1);
    return place.value;
  }

  #readInline(marker: number, header: number): AmfValue {
    switch (marker) {
      case AMF3.xmlDocument:
      case AMF3.xml:
        return { kind: 'xml', text: this.#from.utf8(header) };
      case AMF3.date:
        return { kind: 'date', epochMs: this.#from.f64() };
      case AMF3.byteArray:
        return { kind: 'bytes', bytes: this.#from.bytes(header).slice() };
      case AMF3.array:
        return this.#array(header);
      case AMF3.object:
        return this.#object(header);
      case AMF3.vectorInt:
        return this.#vector(header, () => this.#from.i32());
      case AMF3.vectorUint:
        return this.#vector(header, () => this.#from.u32());
      case AMF3.vectorDouble:
        return this.#vector(header, () => this.#from.f64());
      case AMF3.vectorObject:
        return this.#vectorObject(header);
      case AMF3.dictionary:
        return this.#dictionary(header);
      default:
        throw new RtmpError('amf-marker-unknown', `AMF3 marker 0x${marker.toString(16)}`);
    }
  }

  /** AMF 3 §3.11: named members first, up to an empty name, then the dense ones. */
  #array(denseCount: number): AmfValue {
    const members = this.#namedMembers(new Map());
    if (members.size === 0) return this.#repeat(denseCount, () => this.read());
    for (let index = 0; index < denseCount; index++) members.set(String(index), this.read());
    return { kind: 'ecma-array', members };
  }

  #object(header: number): AmfValue {
    const traits = this.#traitsOf(header);
    if (traits.isExternal) {
      if (TRANSPARENT_CLASSES.has(traits.className)) return this.read();
      throw new RtmpError('amf-marker-unknown', 'an AMF3 object that only its own class can read');
    }
    const members = new Map<string, AmfValue>();
    for (const name of traits.names) members.set(name, this.read());
    if (traits.isDynamic) this.#namedMembers(members);
    return { kind: 'object', className: traits.className, members };
  }

  /** AMF 3 §3.12, U29O-traits, with the bits that #referable has already taken off. */
  #traitsOf(header: number): Traits {
    if ((header & 1) === 0) return this.#traits.get(header >> 1);
    const place = this.#traits.reserve();
    const isExternal = (header & 2) !== 0;
    const className = this.#string();
    const names = isExternal ? [] : this.#repeat(header >> 3, () => this.#budget.spend(() => this.#string()));
    place.value = { className, isDynamic: (header & 4) !== 0, isExternal, names };
    return place.value;
  }

  #namedMembers(members: Map<string, AmfValue>): Map<string, AmfValue> {
    for (let name = this.#string(); name !== ''; name = this.#string()) members.set(name, this.read());
    return members;
  }

  #vector(count: number, readItem: () => number): AmfValue {
    this.#from.u8(); // fixed length or not: of no interest here
    return this.#repeat(count, () => this.#budget.spend(readItem));
  }

  #vectorObject(count: number): AmfValue {
    this.#from.u8();
    this.#string(); // the name of the item's class
    return this.#repeat(count, () => this.read());
  }

  #dictionary(count: number): AmfValue {
    this.#from.u8(); // weak keys or not
    const members = new Map<string, AmfValue>();
    for (let index = 0; index < count; index++) {
      const key = this.read();
      const value = this.read();
      // A key that is an object could not be looked up by anybody.
      if (typeof key === 'string' || typeof key === 'number') members.set(String(key), value);
    }
    return { kind: 'ecma-array', members };
  }

  /** A count is believed one item at a time, so that a lie costs nothing before the bytes run out. */
  #repeat<T>(count: number, readItem: () => T): T[] {
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(readItem());
    return items;
  }

  #string(): string {
    const header = this.#u29();
    if ((header & 1) === 0) return this.#strings.get(header >> 1);
    const text = this.#from.utf8(header >> 1);
    // AMF 3 §1.3.2: the empty string is never sent by reference.
    if (text !== '') this.#strings.reserve().value = text;
    return text;
  }

  /** AMF 3 §1.3.1: seven bits a byte, and all eight of the fourth. */
  #u29(): number {
    let value = 0;
    for (let index = 0; index < 3; index++) {
      const byte = this.#from.u8();
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return (value << 8) | this.#from.u8();
  }
}
