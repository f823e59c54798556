const NAME = 'sluice-api-token';

/** Where the token is kept: for this tab, or on this machine. Browsers that keep nothing ask for it each time. */
export class TokenStore {
  read(): string | undefined {
    return readFrom(() => sessionStorage) ?? readFrom(() => localStorage);
  }

  /** `staysSignedIn`: also after the tab is closed, in every tab. */
  write(token: string, { staysSignedIn }: { readonly staysSignedIn: boolean }): void {
    this.clear();
    try {
      (staysSignedIn ? localStorage : sessionStorage).setItem(NAME, token);
    } catch {
      // It is good for as long as this page is.
    }
  }

  clear(): void {
    for (const storage of [() => sessionStorage, () => localStorage]) {
      try {
        storage().removeItem(NAME);
      } catch {
        // Then it was not kept either.
      }
    }
  }

  /** Another tab has signed out, or in as somebody else. */
  onChange(heard: () => void): void {
    addEventListener('storage', ({ key }) => {
      if (key === NAME || key === null) heard();
    });
  }
}

function readFrom(storage: () => Storage): string | undefined {
  try {
    return storage().getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}
