import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlMood } from './src/testing/control-mood.ts';
import { answerAsTold, isPublicCall } from './vitest.public-api.ts';

const EVENTS_PATH = '/v1/edge/events';
const TESTS_PATH = '/told/';

interface SentEvent {
  readonly sequence: number;
  readonly kind: string;
}

/** What it was sent, by channel: in the order in which it came, taken or not. */
interface Book {
  mood: ControlMood;
  readonly batches: { readonly authorization: string | undefined; readonly body: unknown; readonly status: number }[];
  readonly taken: SentEvent[];
}

/**
 * The control API's part in the edge's tests: playback keys, a small book of the events it was told, and what programs
 * call. Tests read a channel's page at `/told/{channelId}`, and set its mood there.
 */
export function controlStandIn(playbackJwks: string, edgeToken: string) {
  const books = new Map<string, Book>();
  const bookOf = (channelId: string): Book => {
    const book = books.get(channelId) ?? { mood: {}, batches: [], taken: [] };
    books.set(channelId, book);
    return book;
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '', method } = request;
    if (url === '/.well-known/playback-jwks.json') response.end(playbackJwks);
    else if (url.startsWith(TESTS_PATH)) {
      const book = bookOf(url.slice(TESTS_PATH.length));
      if (method === 'PUT') book.mood = JSON.parse(await bodyOf(request));
      response.end(JSON.stringify({ batches: book.batches, taken: book.taken }));
    } else if (url === EVENTS_PATH && method === 'POST') {
      const body: { channelId: string; events: SentEvent[] } = JSON.parse(await bodyOf(request));
      hear(bookOf(body.channelId), { body, authorization: request.headers.authorization, edgeToken, response });
    } else if (isPublicCall(url)) await answerAsTold(request, response);
    else response.writeHead(404).end();
  };
}

interface Heard {
  readonly body: { readonly events: readonly SentEvent[] };
  readonly authorization: string | undefined;
  readonly edgeToken: string;
  readonly response: ServerResponse;
}

function hear(book: Book, { body, authorization, edgeToken, response }: Heard): void {
  const { mood } = book;
  const { events } = body;
  const isTooMuch = events.length > (mood.countMax ?? Number.POSITIVE_INFINITY);
  const refused = isTooMuch ? 413 : events.some(({ kind }) => kind === mood.refusesKind) ? 400 : undefined;
  const status = authorization === `Bearer ${edgeToken}` ? (mood.status ?? refused ?? 200) : 401;
  book.batches.push({ authorization, body, status });
  if (mood.isSilent) return;
  if (status !== 200) {
    response.writeHead(status, { location: EVENTS_PATH }).end();
    return;
  }
  if (mood.isStrange) {
    response.end('{"hello":"world"}');
    return;
  }
  const taken = events.slice(0, mood.takesCount ?? events.length);
  const known = new Set(book.taken.map(({ sequence }) => sequence));
  book.taken.push(...taken.filter(({ sequence }) => !known.has(sequence)));
  if (mood.losesAnswer) response.destroy();
  else response.end(JSON.stringify({ takenThrough: mood.saysThrough ?? taken.at(-1)?.sequence ?? 0 }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
