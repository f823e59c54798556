import { fileURLToPath } from 'node:url';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { IgnoreMode } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The image is built from the whole tree, of which it takes what ingest-node/Dockerfile.dockerignore leaves. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ECR =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([a-z0-9._/-]+?)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))?$/;

/** The image of the ingest node: the one that is named, or else what is built from the tree at deploy time, for ARM. */
export function nodeImage(scope: Construct, named: string | undefined): ContainerImage {
  if (named === undefined) {
    return ContainerImage.fromAsset(ROOT, {
      file: 'ingest-node/Dockerfile',
      platform: Platform.LINUX_ARM64,
      ignoreMode: IgnoreMode.DOCKER,
    });
  }
  const ecr = ECR.exec(named);
  if (ecr === null) return ContainerImage.fromRegistry(named);
  const [, account = '', region = '', name = '', tag, digest] = ecr;
  const repository: IRepository = Repository.fromRepositoryAttributes(scope, 'Repository', {
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    repositoryName: name,
  });
  return ContainerImage.fromEcrRepository(repository, digest ?? tag ?? 'latest');
}
