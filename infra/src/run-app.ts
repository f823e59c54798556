import { ConfigError } from './config/config-error.ts';

/** Runs an app of the CDK. What a team has to mend is said without a stack. */
export async function runApp(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
