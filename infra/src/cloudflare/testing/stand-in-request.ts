import { z } from 'zod';
import type { Permission } from '../api/permission.ts';

/** A request as it came, with the values of its route's `:names`. */
export interface StandInRequest {
  readonly method: string;
  readonly values: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Cloudflare's answer that something is not to be. Codes are as Cloudflare's documentation and wrangler know them. */
export class StandInRefusal extends Error {
  override readonly name = 'StandInRefusal';
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A request that Cloudflare does not document: a mistake in what is tested, which no answer may hide. */
export class StandInViolation extends Error {
  override readonly name = 'StandInViolation';
}

export interface StandInRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/accounts/:account/workers/domains/:id` */
  readonly path: string;
  readonly permission: Permission | 'any';
  /** By the name of each parameter. None, if absent. */
  readonly query?: z.ZodType;
  /** Answers with `result`, or with a page of a list. */
  readonly answer: (request: StandInRequest) => unknown;
}

/** A page of a list, with what Cloudflare says of it. */
export class StandInPage {
  readonly items: readonly unknown[];
  readonly totalPages: number;

  constructor(items: readonly unknown[], totalPages: number) {
    this.items = items;
    this.totalPages = totalPages;
  }
}

export const PageQuery = { page: z.coerce.number().int().min(1), per_page: z.coerce.number().int().min(5).max(50) };
const Page = z.object(PageQuery);

export function page(items: readonly unknown[], query: Readonly<Record<string, string>>): StandInPage {
  const { page: number, per_page: size } = Page.parse(query);
  return new StandInPage(items.slice((number - 1) * size, number * size), Math.max(1, Math.ceil(items.length / size)));
}

/** The body, if it is JSON of exactly that form. */
export function jsonBody<SCHEMA extends z.ZodType>(request: StandInRequest, schema: SCHEMA): z.output<SCHEMA> {
  if (request.headers.get('content-type') !== 'application/json')
    throw new StandInViolation('this is not sent as JSON');
  const read = schema.safeParse(JSON.parse(new TextDecoder().decode(request.body)));
  if (!read.success) throw new StandInViolation(z.prettifyError(read.error));
  return read.data;
}
