import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { apiEnvironment } from '../custom-resource/api-environment.ts';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { logLine } from '../custom-resource/log-line.ts';
import { bucketResource } from './bucket-resource.ts';

/** Lambda's entry: what CloudFormation calls for a `Custom::SluiceBucket`. */
export const handler = customResourceHandler(
  bucketResource({ secrets: new SecretsManager(), log: logLine, api: apiEnvironment(process.env) }),
);
