/** Asked of clients that do not name one, and of ourselves; what Flash Media Server used. */
export const WINDOW_BYTES_DEFAULT = 2_500_000;

/** Counts received bytes and says when the peer wants to hear of them (RTMP 1.0 §5.4.3). */
export class AckWindow {
  #windowBytes = WINDOW_BYTES_DEFAULT;
  #receivedBytes = 0;
  #acknowledgedBytes = 0;

  /** The peer's Window Acknowledgement Size. None at all would mean an acknowledgement for nothing. */
  setWindow(windowBytes: number): void {
    if (windowBytes > 0) this.#windowBytes = windowBytes;
  }

  /** The number to acknowledge, or `undefined` while the window is not full. It does not wrap. */
  receive(sizeBytes: number): number | undefined {
    this.#receivedBytes += sizeBytes;
    if (this.#receivedBytes - this.#acknowledgedBytes < this.#windowBytes) return undefined;
    this.#acknowledgedBytes = this.#receivedBytes;
    return this.#receivedBytes;
  }
}
