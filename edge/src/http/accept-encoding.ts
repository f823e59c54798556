/**
 * What the client itself can decode. Cloudflare asks Workers for gzip and br whatever the client said, and keeps the
 * client's own words beside it; passing on an encoding that was not asked for would break simple players.
 */
export function clientAcceptEncoding(request: Request): string {
  const original = request.cf?.clientAcceptEncoding;
  return typeof original === 'string' ? original : (request.headers.get('accept-encoding') ?? '');
}

// A weight of 0 means: anything but this (RFC 9110 §12.4.2).
const GZIP = /^(x-)?gzip(\s*;\s*q=(1(\.0{0,3})?|0\.[0-9]{0,2}[1-9][0-9]{0,2}))?$/i;

/** gzip is among the codings that are accepted (RFC 9110 §12.5.3). */
export function takesGzip(acceptEncoding: string): boolean {
  return acceptEncoding.split(',').some((coding) => GZIP.test(coding.trim()));
}
