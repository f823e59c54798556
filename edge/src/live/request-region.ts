import { type Region, regionOf } from '../relay/region.ts';

/** Beside the request, for one that was made anew and has lost where it came from. */
const given = new WeakMap<Request, Region>();

export function giveRegion(request: Request, region: Region): void {
  given.set(request, region);
}

/** Where the sender of a request is. */
export function regionOfRequest(request: Request): Region {
  return given.get(request) ?? regionOf({ ...request.cf });
}
