import type { Page, Request } from 'playwright-core';

export const REQUEST_KINDS = [
  'multivariant',
  'playlist',
  'part',
  'segment',
  'init',
  'status',
  'report',
  'other',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What a request of a viewer asks for, by the shape of its URL (docs/ARCHITECTURE.md, Addresses). */
export function requestKind(url: string): RequestKind {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/status.json')) return 'status';
  if (pathname.endsWith('/report')) return 'report';
  if (/\/(index|muxed)\.m3u8$/.test(pathname) || pathname.endsWith('.mpd')) return 'multivariant';
  if (pathname.endsWith('.m3u8')) return 'playlist';
  if (/\/init-[0-9]+(-[0-9]+)?\.mp4$/.test(pathname)) return 'init';
  if (/\/[0-9]+\.[0-9]+\.m4s$/.test(pathname)) return 'part';
  if (/\/[0-9]+\.m4s$/.test(pathname)) return 'segment';
  return 'other';
}

/** Counts what a page asks for, from the browser's own request events. */
export class RequestLog {
  readonly #counts = new Map<RequestKind, number>();
  #failed: string[] = [];

  constructor(page: Page) {
    page.on('request', (request) => this.#count(request));
    page.on('response', (response) => {
      if (response.status() >= 400) this.#failed.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
  }

  count(kind: RequestKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Answers of 400 and above, as `404 /path`. */
  get failed(): readonly string[] {
    return this.#failed;
  }

  reset(): void {
    this.#counts.clear();
    this.#failed = [];
  }

  #count(request: Request): void {
    const kind = requestKind(request.url());
    this.#counts.set(kind, this.count(kind) + 1);
  }
}
