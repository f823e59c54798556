import { type Document, isReference, type Operation } from '../document.ts';
import { Examples } from '../example.ts';

const LINE_CHARS_MAX = 44;

/** Where an operation is. */
export interface Place {
  readonly method: string;
  readonly path: string;
}

/** A request to an operation that can be pasted into a shell (POSIX), with the API token in SLUICE_TOKEN. */
export function curl({ servers, components }: Document, operation: Operation, { method, path }: Place): string {
  const examples = new Examples(components.schemas);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const parameter = operation.parameters.find((it) => !isReference(it) && it.name === name);
    const value = parameter === undefined || isReference(parameter) ? undefined : examples.of(parameter.schema);
    return value === undefined ? `{${name}}` : encodeURIComponent(String(value));
  });
  const body = operation.requestBody?.content['application/json']?.example;
  const implied = body === undefined ? 'GET' : 'POST';
  const verb = method.toUpperCase() === implied ? '' : `-X ${method.toUpperCase()} `;
  const lines = [
    `curl ${verb}${quoted(`${servers[0]?.url ?? ''}${filled}`)}`,
    `-H "authorization: Bearer $SLUICE_TOKEN"`,
    ...(body === undefined ? [] : [`-H 'content-type: application/json'`, `-d ${quoted(jsonOf(body))}`]),
  ];
  return lines.join(' \\\n  ');
}

/** In one line where that is short. */
function jsonOf(body: unknown): string {
  const text = JSON.stringify(body);
  return text.length > LINE_CHARS_MAX ? JSON.stringify(body, null, 2).replaceAll('\n', '\n  ') : text;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
