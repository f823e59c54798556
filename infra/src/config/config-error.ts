/** What a team wrote cannot be deployed. Its message is for the terminal: a line for each setting, with what to write. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
