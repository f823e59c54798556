import { type Box, type Field, sizeBytes } from './box.ts';

/** Writes boxes one after the other into one new array, exactly filled. */
export function writeBoxes(boxes: readonly Box[]): Uint8Array {
  const totalBytes = boxes.reduce((sum, each) => sum + sizeBytes(each), 0);
  const writer = new BoxWriter(totalBytes);
  for (const each of boxes) writer.box(each);
  return writer.finish();
}

/** A writer over a target of a size that is known before. */
class BoxWriter {
  readonly #target: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(targetBytes: number) {
    // Not from Buffer's pool: a part lives for seconds and would hold the whole pool with it.
    this.#target = new Uint8Array(targetBytes);
    this.#view = new DataView(this.#target.buffer);
  }

  box(box: Box): void {
    this.#view.setUint32(this.#at, sizeBytes(box));
    for (let index = 0; index < 4; index += 1) this.#view.setUint8(this.#at + 4 + index, box.type.charCodeAt(index));
    this.#at += 8;
    for (const each of box.content) {
      if (each.kind === 'box') this.box(each);
      else this.#field(each);
    }
  }

  finish(): Uint8Array {
    if (this.#at !== this.#target.length) throw new Error(`wrote ${this.#at} of ${this.#target.length} bytes`);
    return this.#target;
  }

  #field(field: Field): void {
    if (field.kind === 'bytes') this.#target.set(field.bytes, this.#at);
    else if (field.kind === 'u8') this.#view.setUint8(this.#at, field.value);
    else if (field.kind === 'u16') this.#view.setUint16(this.#at, field.value);
    else if (field.kind === 'u32') this.#view.setUint32(this.#at, field.value);
    else if (field.kind === 'i32') this.#view.setInt32(this.#at, field.value);
    else this.#view.setBigUint64(this.#at, BigInt(field.value));
    this.#at += sizeBytes(field);
  }
}
