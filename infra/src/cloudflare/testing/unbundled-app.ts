import { App } from 'aws-cdk-lib/core';

/** An app whose functions are not bundled, which takes a third of a second each: for tests that look at templates. */
export function unbundledApp(): App {
  return new App({ context: { 'aws:cdk:bundling-stacks': [] } });
}
