import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY = 'unruly but whole';

/** How often each path was asked for. */
const tries = new Map<string, number>();

/** A request, and the number of it among those for its path. */
interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly tried: number;
}

/** What the last component of a key makes the server do. */
const BEHAVIOURS: Record<string, (asked: Asked) => void> = {
  hangs: () => undefined,
  'hangs-once': (asked) => asked.tried > 1 && serve(asked),
  'slow-down': (asked) => refuse(asked, 503, 'SlowDown'),
  'slow-down-twice': (asked) => (asked.tried <= 2 ? refuse(asked, 503, 'SlowDown') : serve(asked)),
  'broken-once': (asked) => (asked.tried === 1 ? refuse(asked, 500, 'InternalError') : serve(asked)),
  'reset-once': (asked) => (asked.tried === 1 ? asked.request.socket.destroy() : serve(asked)),
  denied: (asked) => refuse(asked, 403, 'AccessDenied'),
  'other-region': ({ response }) => response.writeHead(301, { location: 'http://127.0.0.1:1/' }).end(),
  'no-bucket': (asked) => refuse(asked, 404, 'NoSuchBucket'),
  precondition: (asked) => refuse(asked, 412, 'PreconditionFailed'),
  'cut-off': ({ response }) => {
    response.writeHead(200, { 'content-length': BODY.length });
    response.write(BODY.slice(0, 5), () => response.destroy());
  },
  'no-length': ({ response }) => {
    response.write(BODY.slice(0, 5));
    response.end(BODY.slice(5));
  },
  // More than any refusal has to say, and no end to it.
  'endless-refusal': ({ response }) => {
    response.writeHead(403);
    response.write('<Error>'.repeat(2_000));
  },
  'ignores-ranges': serve,
  // As through a cache: it turns a HEAD into a GET, whose signature is another.
  'behind-a-cache': (asked) =>
    asked.request.headers['cache-control'] === 'no-cache' ? serve(asked) : refuse(asked, 403, 'SignatureDoesNotMatch'),
  'terse-416': (asked) => (asked.request.method === 'HEAD' ? serve(asked) : refuse(asked, 416, 'InvalidRange')),
};

/** An S3 server as one must be ready to meet it: slow, full, silent, cut off, or another one than was meant. */
export function unrulyAnswer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://s3.test');
  const name = pathname.split('/').at(-1) ?? '';
  // The tests' own question, not S3's.
  if (name === 'tries') {
    response.end(String(tries.get(pathname.replace(/\/tries$/, '')) ?? 0));
    return;
  }
  const tried = (tries.get(pathname) ?? 0) + 1;
  tries.set(pathname, tried);
  const asked = { request, response, tried };
  const behave = BEHAVIOURS[name];
  if (behave === undefined) refuse(asked, 404, 'NoSuchKey');
  else behave(asked);
}

function serve({ response }: Asked): void {
  response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
}

function refuse({ response }: Asked, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}
