import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type ApiResponse, type Document, isReference, type JsonSchema, nameOf, type Operation } from './document.ts';

const DOCUMENT_ID = 'api';

/**
 * Says, for a test, what is wrong with a value by a schema of a document. It asks for more than the document does: an
 * answer has no field that is not documented.
 */
export class SchemaFaults {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#ajv.addSchema({ $id: DOCUMENT_ID, components: closed(document.components) });
  }

  /** `undefined`: nothing. */
  of(schema: JsonSchema, value: unknown): string | undefined {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/', `"${DOCUMENT_ID}#/`);
    const validate = this.#compiled.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#compiled.set(text, validate);
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
  }
}

function closed(value: object): object {
  return JSON.parse(JSON.stringify(value), (_, it) =>
    it?.type === 'object' && it.properties !== undefined ? { additionalProperties: false, ...it } : it,
  );
}

/** What a document says of an answer, wherever it says so. */
export function responseOf(
  { components }: Document,
  response: Operation['responses'][string] | undefined,
): ApiResponse | undefined {
  return response !== undefined && isReference(response) ? components.responses[nameOf(response)] : response;
}
