import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { DynamoTable } from './dynamo-table.ts';
import { DYNAMO_TABLE_SHAPE } from './dynamo-table-shape.ts';

/** A DynamoDB-compatible server in memory. */
export class DynamoServer implements AsyncDisposable {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<DynamoServer> {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return new DynamoServer(server, address.port);
  }

  /** As the SDK makes it in production, but for its address. */
  client(): DynamoDB {
    return new DynamoDB({
      endpoint: this.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** A new table, which nobody else knows. */
  async table(nowMs: () => number): Promise<DynamoTable> {
    return new DynamoTable(this.client(), await this.makeTable(), nowMs);
  }

  /** The same, by its name. */
  async makeTable(): Promise<string> {
    const client = this.client();
    const TableName = randomUUID();
    await client.createTable({ TableName, ...DYNAMO_TABLE_SHAPE });
    while ((await client.describeTable({ TableName })).Table?.TableStatus !== 'ACTIVE');
    client.destroy();
    return TableName;
  }
}
