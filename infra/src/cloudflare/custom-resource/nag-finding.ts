import { z } from 'zod';

const Ref = z.object({ Ref: z.string() }).transform(({ Ref: name }) => `<${name}>`);
const Sub = z
  .object({ 'Fn::Sub': z.string() })
  .transform(({ 'Fn::Sub': text }) => text.replace(/\$\{(.+?)\}/g, '<$1>'));
const Part = z.union([z.string(), Ref, Sub]);
const Join = z
  .object({ 'Fn::Join': z.tuple([z.string(), z.array(Part)]) })
  .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator));
const Resource = z.union([Part, Join]);

/** What cdk-nag calls its finding of a wildcard in this resource, as CDK has resolved it. */
export function wildcardFinding(resolvedArn: unknown): string {
  return `AwsSolutions-IAM5[Resource::${Resource.parse(resolvedArn)}]`;
}
