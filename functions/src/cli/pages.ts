/** Some of a list, and where it goes on. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** The longest page that every list of the API gives. */
const PAGE_ROWS_MAX = 100;

/** Rows of a list, page after page, and whether there are more than were asked for. */
export async function rowsOf<T>(
  limit: number,
  ask: (query: { readonly limit: string; readonly from: string | undefined }) => Promise<ListPage<T>>,
): Promise<{ rows: T[]; hasMore: boolean }> {
  const rows: T[] = [];
  let from: string | undefined;
  // One row more says whether there is one: that a page is not the last one does not, for the next may be empty.
  while (rows.length <= limit) {
    const page = await ask({ limit: String(Math.min(PAGE_ROWS_MAX, limit + 1 - rows.length)), from });
    rows.push(...page.rows);
    if (page.next === null) break;
    from = page.next;
  }
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** What stands below a list that was cut. */
export function moreText(hasMore: boolean, limit: number): string {
  return hasMore ? `There are more than these ${limit}: --limit shows them.\n` : '';
}
