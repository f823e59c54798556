import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** How the table is made; its TTL attribute is DYNAMO_TTL_ATTRIBUTE. */
export const DYNAMO_TABLE_SHAPE = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>;

/** In seconds. */
export const DYNAMO_TTL_ATTRIBUTE = 'expiresAtS';
