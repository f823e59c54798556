/** Whoever typed the command mistyped. The message is for them; the program ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
