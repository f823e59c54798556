import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:123456789012:stack/sluice-test/8d1f9e20-1111-2222-3333-444455556666';
/** Of the same deployment, in a region that is lost. */
export const LOST_STACK_ID =
  'arn:aws:cloudformation:eu-west-1:123456789012:stack/sluice-test/0c7b3a10-5555-6666-7777-888899990000';
const ANSWER_BYTES_MAX = 4_096;

const StackAnswer = z.strictObject({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.string()).optional(),
});
export type StackAnswer = z.infer<typeof StackAnswer>;

export type Properties = Readonly<Record<string, unknown>>;
/** What a stack knows of its resource. */
export interface StackResource {
  readonly id: string;
  readonly properties: Properties;
}
type Handler = (event: unknown) => Promise<void>;
type Request =
  | { readonly RequestType: 'Create' }
  | { readonly RequestType: 'Update'; readonly PhysicalResourceId: string; readonly OldResourceProperties: Properties }
  | { readonly RequestType: 'Delete'; readonly PhysicalResourceId: string };

/**
 * CloudFormation with one custom resource in a stack: it asks, takes the answer over HTTP as S3's signed address does, and
 * goes back as CloudFormation goes back. A function that fails is started again twice, with the same event.
 */
export class StackStandIn implements AsyncDisposable {
  /** Of what is there now. */
  resource: StackResource | undefined;
  readonly answers: StackAnswer[] = [];
  readonly violations: string[] = [];
  readonly #server: Server;
  readonly #handler: Handler;
  readonly #stackId: string;

  private constructor(server: Server, handler: Handler, stackId: string) {
    this.#server = server;
    this.#handler = handler;
    this.#stackId = stackId;
  }

  static async start(handler: Handler, stackId = STACK_ID): Promise<StackStandIn> {
    const server = createServer();
    const stack = new StackStandIn(server, handler, stackId);
    server.on('request', async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      if (request.method !== 'PUT') stack.violations.push(`answered by ${request.method}`);
      if (request.headers['content-type']) stack.violations.push('the address is signed for no content type');
      if (body.length > ANSWER_BYTES_MAX) stack.violations.push(`an answer of ${body.length} bytes`);
      const answer = StackAnswer.parse(JSON.parse(body.toString()));
      if (answer.StackId !== stackId) stack.violations.push(`answered for the stack ${answer.StackId}`);
      stack.answers.push(answer);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stack;
  }

  /** Makes the resource; what failed is deleted. */
  async create(properties: Properties): Promise<StackAnswer> {
    const answer = await this.ask({ RequestType: 'Create' }, properties);
    this.resource = { id: answer.PhysicalResourceId, properties };
    if (answer.Status === 'FAILED') await this.delete();
    return answer;
  }

  /** Changes it; what failed is changed back. */
  async update(properties: Properties): Promise<StackAnswer> {
    if (this.resource === undefined) throw new Error('there is no resource');
    const { id: PhysicalResourceId, properties: before } = this.resource;
    const answer = await this.ask(
      { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: before },
      properties,
    );
    if (answer.Status === 'SUCCESS') this.resource = { id: answer.PhysicalResourceId, properties };
    else await this.ask({ RequestType: 'Update', PhysicalResourceId, OldResourceProperties: properties }, before);
    return answer;
  }

  async delete(): Promise<StackAnswer> {
    if (this.resource === undefined) throw new Error('there is no resource');
    const { id: PhysicalResourceId, properties } = this.resource;
    const answer = await this.ask({ RequestType: 'Delete', PhysicalResourceId }, properties);
    if (answer.Status === 'SUCCESS') this.resource = undefined;
    return answer;
  }

  /** One question, and its answer. */
  async ask(request: Request, properties: Properties): Promise<StackAnswer> {
    const address = this.#server.address();
    const event = {
      ...request,
      ResponseURL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/answer?X-Amz-Signature=secret`,
      StackId: this.#stackId,
      RequestId: randomUUID(),
      LogicalResourceId: 'Edge',
      ResourceType: 'Custom::Sluice',
      ResourceProperties: { ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:edge', ...properties },
    };
    await this.#untilAnswered(event);
    const answer = this.answers.at(-1);
    if (answer?.RequestId !== event.RequestId) throw new Error('nobody answered');
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** As Lambda does it with an event that nobody waits for. */
  async #untilAnswered(event: unknown): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#handler(event);
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }
}
