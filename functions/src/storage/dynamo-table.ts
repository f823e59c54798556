import { type AttributeValue, ConditionalCheckFailedException, type DynamoDB } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import {
  bodyText,
  type Condition,
  distinctKeys,
  ITEMS_PER_QUERY_MAX,
  type Item,
  type ItemBody,
  type ItemKey,
  type ItemQuery,
  KEYS_PER_READ_MAX,
  LAST_CHARACTER,
  type Table,
  type Written,
} from './table.ts';

/** Keys that BatchGetItem leaves over are asked for again, so often at most: it is overloaded then. */
const LEFT_OVER_TRIES_MAX = 8;
const LEFT_OVER_WAIT_MS = 50;

const Text = z.object({ S: z.string() });
const Numeric = z.object({ N: z.string().transform(Number) });
const Attributes = z.object({
  pk: Text,
  sk: Text,
  body: Text,
  expiresAtMs: Numeric.optional(),
  version: Numeric,
});

/**
 * Items in a DynamoDB table on demand, whose keys are the strings `pk` and `sk`, and whose TTL attribute is
 * `expiresAtS`. What has expired stays for up to two days (DynamoDB's TTL), so every read looks at the time itself.
 */
export class DynamoTable implements Table {
  readonly #client: DynamoDB;
  readonly #name: string;
  readonly #nowMs: () => number;

  constructor(client: DynamoDB, name: string, nowMs: () => number) {
    this.#client = client;
    this.#name = name;
    this.#nowMs = nowMs;
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    const answer = await this.#client.getItem({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true });
    return this.#live(answer.Item === undefined ? [] : [answer.Item]).at(0);
  }

  async getMany(keys: readonly ItemKey[]): Promise<Item[]> {
    // BatchGetItem takes no key twice.
    const distinct = distinctKeys(keys);
    const items: Item[] = [];
    for (let at = 0; at < distinct.length; at += KEYS_PER_READ_MAX) {
      items.push(...(await this.#getSome(distinct.slice(at, at + KEYS_PER_READ_MAX))));
    }
    return items;
  }

  async query(query: ItemQuery): Promise<Item[]> {
    const range = keyRange(query);
    if (range === undefined) return [];
    const limit = Math.min(query.limit, ITEMS_PER_QUERY_MAX);
    const found: Item[] = [];
    let from: Record<string, AttributeValue> | undefined;
    do {
      const answer = await this.#client.query({
        TableName: this.#name,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :partition AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':partition': { S: query.partition },
          ':first': { S: range.first },
          ':last': { S: range.last },
        },
        ScanIndexForward: query.isBackward !== true,
        // One more: the one that the page comes after may be among them.
        Limit: limit + 1,
        ...(from !== undefined && { ExclusiveStartKey: from }),
      });
      found.push(...this.#live(answer.Items ?? []).filter(({ sort }) => sort !== query.after));
      from = answer.LastEvaluatedKey;
    } while (from !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  async put(item: ItemBody, condition?: Condition): Promise<Written> {
    const text = bodyText(item);
    const { expiresAtMs } = item;
    const conditions = conditionOf(condition);
    const nowMs = String(this.#nowMs());
    try {
      const answer = await this.#client.updateItem({
        TableName: this.#name,
        Key: keyOf(item),
        UpdateExpression:
          expiresAtMs === undefined
            ? 'SET body = :body, version = if_not_exists(version, :zero) + :one REMOVE expiresAtMs, expiresAtS'
            : 'SET body = :body, version = if_not_exists(version, :zero) + :one, expiresAtMs = :until, expiresAtS = :ttl',
        ...(conditions !== undefined && { ConditionExpression: conditions }),
        ExpressionAttributeValues: {
          ':body': { S: text },
          ':zero': { N: '0' },
          ':one': { N: '1' },
          ...(expiresAtMs !== undefined && {
            ':until': { N: String(expiresAtMs) },
            ':ttl': { N: String(Math.ceil(expiresAtMs / 1_000)) },
          }),
          ...(conditions !== undefined && { ':now': { N: nowMs } }),
          ...(typeof condition === 'number' && { ':version': { N: String(condition) } }),
        },
        ReturnValues: 'UPDATED_NEW',
      });
      return Numeric.parse(answer.Attributes?.version).N;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'conflict';
      throw error;
    }
  }

  async remove(key: ItemKey, condition?: number): Promise<boolean> {
    try {
      await this.#client.deleteItem({
        TableName: this.#name,
        Key: keyOf(key),
        ...(condition !== undefined && {
          ConditionExpression: 'attribute_not_exists(version) OR expiresAtMs <= :now OR version = :version',
          ExpressionAttributeValues: { ':version': { N: String(condition) }, ':now': { N: String(this.#nowMs()) } },
        }),
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #getSome(keys: readonly ItemKey[]): Promise<Item[]> {
    if (keys.length === 0) return [];
    const items: Item[] = [];
    let left: Record<string, AttributeValue>[] = keys.map(keyOf);
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === LEFT_OVER_TRIES_MAX)
        throw new Error(`${left.length} items could not be read: DynamoDB left them over`);
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, LEFT_OVER_WAIT_MS * 2 ** tries));
      const answer = await this.#client.batchGetItem({
        RequestItems: { [this.#name]: { Keys: left, ConsistentRead: true } },
      });
      items.push(...this.#live(answer.Responses?.[this.#name] ?? []));
      left = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
    }
    return items;
  }

  #live(found: readonly Record<string, AttributeValue>[]): Item[] {
    return found.flatMap((attributes) => {
      const { pk, sk, body, expiresAtMs, version } = Attributes.parse(attributes);
      if (expiresAtMs !== undefined && expiresAtMs.N <= this.#nowMs()) return [];
      return [
        {
          partition: pk.S,
          sort: sk.S,
          body: JSON.parse(body.S),
          version: version.N,
          ...(expiresAtMs && { expiresAtMs: expiresAtMs.N }),
        },
      ];
    });
  }
}

function keyOf({ partition, sort }: ItemKey): Record<string, AttributeValue> {
  return { pk: { S: partition }, sk: { S: sort } };
}

/** What has expired counts as absent, though DynamoDB still has it. */
function conditionOf(condition: Condition | undefined): string | undefined {
  const isLive = '(attribute_not_exists(expiresAtMs) OR expiresAtMs > :now)';
  if (condition === undefined) return undefined;
  if (condition === 'absent') return 'attribute_not_exists(version) OR expiresAtMs <= :now';
  return condition === 'present' ? `attribute_exists(version) AND ${isLive}` : `version = :version AND ${isLive}`;
}

/** DynamoDB takes one condition on the sort key: `after` and the prefix are one range, both ends of it included. */
function keyRange({ prefix = '', after, isBackward = false }: ItemQuery): { first: string; last: string } | undefined {
  // The first character that a key can have: DynamoDB takes no empty string here.
  const first = max(prefix === '' ? ' ' : prefix, isBackward ? '' : (after ?? ''));
  const last = min(prefix + LAST_CHARACTER, isBackward ? (after ?? LAST_CHARACTER) : LAST_CHARACTER);
  return first > last ? undefined : { first, last };
}

function max(one: string, other: string): string {
  return one > other ? one : other;
}

function min(one: string, other: string): string {
  return one < other ? one : other;
}
