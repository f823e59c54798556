import { DYNAMO_TABLE_SHAPE, DYNAMO_TTL_ATTRIBUTE } from '@sluice/functions/table-shape';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface ControlTableProps {
  readonly tableName: string;
  /** Regions that have a copy, for the day on which the first one is lost. Only the first one is written to. */
  readonly replicaRegions: readonly string[];
}

/**
 * All that the control API knows: channels, keys, broadcasts. A global table; it outlives the stack, and can be set back
 * to any second of the last 35 days.
 */
export class ControlTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { tableName, replicaRegions }: ControlTableProps) {
    super(scope, id);
    const [partitionKey, sortKey] = DYNAMO_TABLE_SHAPE.KeySchema;
    this.table = new TableV2(this, 'Table', {
      tableName,
      partitionKey: { name: partitionKey.AttributeName, type: AttributeType.STRING },
      sortKey: { name: sortKey.AttributeName, type: AttributeType.STRING },
      timeToLiveAttribute: DYNAMO_TTL_ATTRIBUTE,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // It stays, but for a first deployment that failed: the next one could not make it again.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      replicas: replicaRegions.map((region) => ({ region })),
    });
  }
}
