/** More letters than this apart, and it is another word. */
const DISTANCE_MAX = 2;

/** Which of the words was meant by a mistyped one; `undefined`: none that is near. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const near = words
    .map((word) => ({ word, distance: word.startsWith(typed) ? 1 : editDistance(typed, word) }))
    .filter(({ word, distance }) => distance <= DISTANCE_MAX && distance < word.length)
    .sort((one, other) => one.distance - other.distance);
  return near[0]?.word;
}

/** Letters to be put in, left out, changed or swapped with the next (optimal string alignment). */
function editDistance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      line.push(cheapest(rows, line, { one, other, row, column }));
    }
    rows.push(line);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}

interface Place {
  readonly one: string;
  readonly other: string;
  readonly row: number;
  readonly column: number;
}

function cheapest(rows: readonly number[][], line: readonly number[], { one, other, row, column }: Place): number {
  const above = rows[row - 1] ?? [];
  const isSame = one[row - 1] === other[column - 1];
  const left = (line[column - 1] ?? 0) + 1;
  const up = (above[column] ?? 0) + 1;
  const across = (above[column - 1] ?? 0) + (isSame ? 0 : 1);
  const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
  const swapped = isSwapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
  return Math.min(left, up, across, swapped);
}
