/** To so many digits behind the point: further ones mean nothing, and would only be sent. */
export function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
