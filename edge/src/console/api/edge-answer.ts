import type { ZodMiniType } from 'zod/mini';
import { ApiProblem, readProblem } from './api-problem.ts';

/** The edge answers at once, or does not. */
const ANSWER_MS_MAX = 10_000;

/** What the edge itself says at an address of its own, without the control API. Throws ApiProblem. */
export async function readEdge<T>(address: string, schema: ZodMiniType<T>, signal: AbortSignal): Promise<T> {
  const response = await askEdge(address, signal);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const { status } = response;
  throw new ApiProblem(
    { code: 'unreadable', status },
    'The edge answered with something that this page does not understand.',
  );
}

/** The same of a text. */
export async function readEdgeText(address: string, signal: AbortSignal): Promise<string> {
  return await (await askEdge(address, signal)).text();
}

async function askEdge(address: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]) });
  if (!response.ok) throw await readProblem(response);
  return response;
}
