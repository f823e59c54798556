import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { STS } from '@aws-sdk/client-sts';

/** Stands where AWS STS is: it remembers what the SDK's own serializers sent, and gives out sessions. */
export class StsEndpoint implements AsyncDisposable {
  /** The forms that were sent, from the first on. */
  readonly asked: Record<string, string>[] = [];
  /** Its clock, by which sessions end. */
  nowMs: number;
  /** Instead of a session: AWS' code of an error. */
  fault: string | undefined;
  readonly #server: Server;

  private constructor(server: Server, nowMs: number) {
    this.#server = server;
    this.nowMs = nowMs;
  }

  static async start(nowMs = Date.UTC(2026, 10, 1)): Promise<StsEndpoint> {
    const server = createServer();
    const endpoint = new StsEndpoint(server, nowMs);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const form = Object.fromEntries(new URLSearchParams(text));
      const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
      const isKnown = request.method === 'POST' && request.url === '/' && isForm && form.Action === 'AssumeRole';
      if (isKnown) endpoint.asked.push(form);
      const fault = isKnown ? endpoint.fault : 'InvalidAction';
      response.writeHead(fault === undefined ? 200 : 403, { 'content-type': 'text/xml' });
      response.end(fault === undefined ? endpoint.#session(form) : errorOf(fault));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return endpoint;
  }

  /** As production has it, but for where it goes. */
  get client(): STS {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new STS({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials, maxAttempts: 2 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** AWS STS API Reference, AssumeRole: "Sample Response", with names of its own. */
  #session({ RoleSessionName, DurationSeconds }: Record<string, string>): string {
    const number = this.asked.length;
    const endsAt = new Date(this.nowMs + Number(DurationSeconds) * 1_000).toISOString();
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/Writer/${RoleSessionName}</Arn>
      <AssumedRoleId>AROATEST:${RoleSessionName}</AssumedRoleId></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>secret-${number}</SecretAccessKey>
      <SessionToken>session-${number}</SessionToken><Expiration>${endsAt}</Expiration></Credentials>
      <PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>
      <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`;
  }
}

function errorOf(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
    <Message>It is ${code}.</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
}
