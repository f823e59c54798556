import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { EdgeBindings } from '../environment.ts';
import worker from '../worker.ts';

/** The Worker as another deployment has it: the same objects and bucket, but other bindings. `null` takes one away. */
export function edgeWith(changes: { readonly [Name in keyof EdgeBindings]?: EdgeBindings[Name] | null }) {
  const bindings = Object.fromEntries(
    Object.entries({ ...env, ...changes }).filter(([, value]) => value !== null),
  ) as unknown as EdgeBindings;
  return (path: string, init?: RequestInit<IncomingRequestCfProperties>): Promise<Response> => {
    const request = new Request<unknown, IncomingRequestCfProperties>(`https://edge.test${path}`, init);
    return Promise.resolve(worker.fetch(request, bindings, createExecutionContext()));
  };
}
