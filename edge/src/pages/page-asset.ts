/** A file that a page refers to. The hash of its bytes is in its name, so it never changes under that name. */
export interface PageAsset {
  readonly fileName: string;
  readonly contentType: string;
  readonly body: string;
}

/** The names of a page's files. */
export interface PageEntry {
  /** A module. */
  readonly script: string;
  readonly style: string;
  /** Modules that the script imports, or is going to import at once. */
  readonly preloads: readonly string[];
}
