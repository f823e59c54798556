/** Calls once when the first frame of what is being loaded is on screen. */
export function whenFirstFrame(
  video: HTMLVideoElement & { requestVideoFrameCallback?: unknown },
  call: () => void,
): void {
  // Firefox had no requestVideoFrameCallback before 132; there the first decoded frame has to do.
  if (typeof video.requestVideoFrameCallback === 'function') video.requestVideoFrameCallback(call);
  else video.addEventListener('loadeddata', call, { once: true });
}
