import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { apiEnvironment } from '../custom-resource/api-environment.ts';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { logLine } from '../custom-resource/log-line.ts';
import { delegationResource } from './delegation-resource.ts';

/** Lambda's entry: what CloudFormation calls for a `Custom::SluiceDelegation`. */
export const handler = customResourceHandler(
  delegationResource({ secrets: new SecretsManager(), log: logLine, api: apiEnvironment(process.env) }),
);
