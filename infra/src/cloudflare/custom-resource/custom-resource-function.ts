import { fileURLToPath } from 'node:url';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { logRetention } from '../../observability/log-retention.ts';

/** As much of a secret in AWS Secrets Manager as is asked for: `ISecret` and `Secret` are both of this form. */
export interface SecretReference {
  readonly secretArn: string;
  /** Absent where only its name is known. */
  readonly secretFullArn?: string | undefined;
  /** Absent: Secrets Manager's own. */
  readonly encryptionKey?: IKey | undefined;
}

export interface CustomResourceFunctionProps {
  /** The path of the handler's file. */
  readonly entry: string;
  readonly description: string;
  /** What it may do, besides writing its log. */
  readonly statements: readonly PolicyStatement[];
  /** How long its log is kept; one of CloudWatch's numbers. Absent: three months. */
  readonly logDays?: number | undefined;
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** Somebody may ask what became of a deployment of the quarter before. */
const LOG_DAYS = 90;
/** Lambda's most. A certificate may take eight minutes, and CloudFormation waits for an hour. */
export const FUNCTION_TIMEOUT = Duration.minutes(15);
/**
 * As long as Lambda may try: three times, one and two minutes apart. CloudFormation must not go back while it still does,
 * for then something would be made behind its Delete.
 */
export const ANSWER_TIMEOUT = Duration.minutes(50);
/** The Worker's 2.5 MB are in it a few times over; more memory is more CPU, of which it needs little. */
const MEMORY_MIB = 512;

/**
 * The function behind a custom resource that talks to Cloudflare: one role, one log. Its permissions are in the role
 * itself, so they are there until it has deleted what it made.
 */
export class CustomResourceFunction extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CustomResourceFunctionProps) {
    super(scope, id);
    const { entry, description, statements, logDays = LOG_DAYS } = props;
    const logGroup = new LogGroup(this, 'Log', {
      retention: logRetention(logDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const writesLog = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writesLog, ...statements] }) },
    });
    const lambda = new NodejsFunction(this, 'Function', {
      entry,
      description,
      role,
      logGroup,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: FUNCTION_TIMEOUT,
      memorySize: MEMORY_MIB,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      // Everything is in the bundle: what Lambda brings of the SDK changes when it likes.
      bundling: { format: OutputFormat.ESM, target: 'node24', mainFields: ['module', 'main'], externalModules: [] },
    });
    this.arn = lambda.functionArn;
  }
}

/** To read exactly these, and write none. */
export function mayReadSecrets(secrets: readonly SecretReference[]): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets.map(arnForPolicies),
  });
}

/** To put values into this one. */
export function mayPutSecret(secret: SecretReference): PolicyStatement {
  return new PolicyStatement({ actions: ['secretsmanager:PutSecretValue'], resources: [arnForPolicies(secret)] });
}

/** Secrets with keys of their own need those too; Secrets Manager's own key needs nothing. */
export function mayUseKeys(
  secrets: readonly SecretReference[],
  written: readonly SecretReference[] = [],
): PolicyStatement[] {
  const keys = (of: readonly SecretReference[]) => [
    ...new Set(of.flatMap(({ encryptionKey }) => encryptionKey?.keyArn ?? [])),
  ];
  const statement = (actions: string[], resources: string[]) => {
    return resources.length === 0 ? [] : [new PolicyStatement({ actions, resources })];
  };
  return [...statement(['kms:Decrypt'], keys(secrets)), ...statement(['kms:GenerateDataKey'], keys(written))];
}

/** Secrets Manager adds six characters to a name, which who only knows the name does not know. */
function arnForPolicies(secret: SecretReference): string {
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}
