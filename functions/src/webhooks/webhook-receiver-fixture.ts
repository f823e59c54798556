import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

const Body = z.object({ type: z.string(), timestamp: z.string(), data: z.looseObject({}) });

/** A webhook that came, and whose signature was checked by the standard's own library. */
export interface Received {
  readonly messageId: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** Somebody's own server, which is told of things. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What it answers, one after the other; 200 after that. */
  readonly statuses: number[] = [];
  /** Instead of an answer. */
  isSilent = false;
  secret = '';
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      if (receiver.isSilent) return;
      const { type, data } = Body.parse(JSON.parse(text));
      const messageId = String(request.headers['webhook-id']);
      receiver.received.push({ messageId, type, data, headers: { ...request.headers, body: text } });
      response.statusCode = receiver.statuses.shift() ?? 200;
      if (response.statusCode === 302) response.setHeader('location', receiver.url);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
  }

  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  /** Throws when the signature is not of this secret (Standard Webhooks). Its library goes by the machine's own clock. */
  static verify({ headers }: Received, secret: string): void {
    const of = (name: string) => String(headers[name]);
    const webhook = { 'webhook-id': of('webhook-id'), 'webhook-signature': of('webhook-signature') };
    const signed = new Webhook(secret).sign(
      of('webhook-id'),
      new Date(Number(of('webhook-timestamp')) * 1_000),
      of('body'),
    );
    if (!webhook['webhook-signature'].split(' ').includes(signed)) throw new Error('no signature of this secret');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
