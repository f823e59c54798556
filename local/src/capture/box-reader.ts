/** Boxes of ISO/IEC 14496-12, as much as is needed to check fragments. A reader of its own, so that it shares no mistake with the packager. */

export interface Box {
  readonly type: string;
  /** Where the box begins in the bytes that were read. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** What follows the header. */
  readonly body: DataView;
}

/** The bytes are not what ISO/IEC 14496-12 says. */
export class BoxError extends Error {
  override readonly name = 'BoxError';
}

const HEADER_BYTES = 8;

/** All boxes on one level. Throws BoxError where sizes do not fit. */
export function readBoxes(view: DataView): Box[] {
  const boxes: Box[] = [];
  for (let offsetBytes = 0; offsetBytes < view.byteLength; ) {
    if (offsetBytes + HEADER_BYTES > view.byteLength) throw new BoxError(`half a box header at ${offsetBytes}`);
    const sizeBytes = view.getUint32(offsetBytes);
    const type = fourCc(view, offsetBytes + 4);
    if (sizeBytes < HEADER_BYTES || offsetBytes + sizeBytes > view.byteLength) {
      throw new BoxError(`box ${type} at ${offsetBytes} says ${sizeBytes} of ${view.byteLength} bytes`);
    }
    const body = new DataView(view.buffer, view.byteOffset + offsetBytes + HEADER_BYTES, sizeBytes - HEADER_BYTES);
    boxes.push({ type, offsetBytes, sizeBytes, body });
    offsetBytes += sizeBytes;
  }
  return boxes;
}

/** The one box at the end of a path of containers. Throws BoxError when there is none or a second. */
export function theBox(view: DataView, ...path: readonly string[]): Box {
  let level = view;
  let found: Box | undefined;
  for (const type of path) {
    const boxes = readBoxes(level).filter((box) => box.type === type);
    found = boxes[0];
    if (found === undefined || boxes.length > 1)
      throw new BoxError(`${boxes.length} boxes ${type} in ${path.join('/')}`);
    level = found.body;
  }
  if (found === undefined) throw new BoxError('an empty path');
  return found;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fourCc(view: DataView, offsetBytes: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offsetBytes + index)));
}
