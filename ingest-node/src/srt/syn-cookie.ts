import { createHmac } from 'node:crypto';

/** A publisher answers an induction within a round trip; the cookie before the current one still counts. */
const PERIOD_MS = 30_000;

/** Whom a cookie was made for. */
export interface CookieOwner {
  readonly address: string;
  readonly port: number;
}

/**
 * SYN cookies: whoever sends one back has received it, so its address is no pretence; and nothing has to be remembered
 * of all those who never come back (draft-sharabayko-srt-01 §4.3.1.1).
 */
export class SynCookies {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  cookieFor(owner: CookieOwner, nowMs: number): number {
    return this.#make(owner, Math.floor(nowMs / PERIOD_MS));
  }

  isValid(cookie: number, owner: CookieOwner, nowMs: number): boolean {
    const period = Math.floor(nowMs / PERIOD_MS);
    return cookie === this.#make(owner, period) || cookie === this.#make(owner, period - 1);
  }

  /** Never 0, which is what a cookie is before there is one. */
  #make({ address, port }: CookieOwner, period: number): number {
    const hash = createHmac('sha256', this.#secret).update(`${address} ${port} ${period}`).digest();
    return hash.readUInt32BE(0) || 1;
  }
}
