/** What a deployment asks for and cannot have. Its message is the sentence that mends it, and holds nothing secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
