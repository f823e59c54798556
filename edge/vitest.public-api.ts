import type { IncomingMessage, ServerResponse } from 'node:http';
import { ToldAnswer } from './src/testing/told-answer.ts';

/** Whether it is of what programs call, as far as the tests need it. */
export function isPublicCall(url: string): boolean {
  return url.startsWith('/v1/') && !url.startsWith('/v1/edge/') && !url.startsWith('/v1/ingest/');
}

/**
 * The control API as the edge's tests want it: it answers as the query's `answer` tells it, and without one says what it was
 * asked. Which requests the real one takes, the whole-way tests show.
 */
export async function answerAsTold(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers, url = '' } = request;
  const told = new URL(url, 'http://control').searchParams.get('answer');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = ToldAnswer.parse(JSON.parse(told ?? '{}'));
  if (answer.isSilent) return;
  if (answer.isBroken) {
    response.destroy();
    return;
  }
  const asked = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
  response.writeHead(answer.status, answer.headers).end(answer.body ?? JSON.stringify(asked));
}
