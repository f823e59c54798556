import { S3 } from '@aws-sdk/client-s3';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { apiEnvironment } from '../custom-resource/api-environment.ts';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { logLine } from '../custom-resource/log-line.ts';
import { edgeResource } from './edge-resource.ts';

/** Lambda's entry: what CloudFormation calls for a `Custom::SluiceEdge`. */
export const handler = customResourceHandler(
  edgeResource({ secrets: new SecretsManager(), s3: new S3(), log: logLine, api: apiEnvironment(process.env) }),
);
