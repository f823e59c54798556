import { ANYBODY, type ViewerRights } from './viewer-rights.ts';

/** Beside the request and not in it: nothing that a client sends can look like a right. */
const granted = new WeakMap<Request, ViewerRights>();

/** What the sender of this very request object may see, for all who handle it. */
export function giveRights(request: Request, rights: ViewerRights): void {
  granted.set(request, rights);
}

/** What the sender of a request may see; what anybody may, where no token came with it. */
export function rightsOf(request: Request): ViewerRights {
  return granted.get(request) ?? ANYBODY;
}
