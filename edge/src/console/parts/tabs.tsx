import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface TabLinksProps {
  readonly label: string;
  readonly tabs: readonly { readonly href: string; readonly name: string; readonly isHere: boolean }[];
}

/** Tabs that are pages: links, one of which is where one is. */
export function TabLinks({ label, tabs }: TabLinksProps) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, name, isHere }) => (
        <a key={href} href={href} aria-current={isHere ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly key: string; readonly name: string; readonly panel: () => ComponentChildren }[];
}

/** Tabs within a page (WAI-ARIA APG, tabs with automatic activation): arrows, Home and End go from one to the other. */
export function Tabs({ label, tabs }: TabsProps) {
  const id = useId();
  const chosen = useSignal(tabs[0]?.key);
  const shown = tabs.find(({ key }) => key === chosen.value) ?? tabs[0];
  const show = (index: number) => {
    const key = tabs.at(index % tabs.length)?.key;
    chosen.value = key;
    document.getElementById(`${id}-${key}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = shown === undefined ? 0 : tabs.indexOf(shown);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  };
  return (
    <div class="tabbed">
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => {
              chosen.value = tab.key;
            }}
          >
            {tab.name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown?.key}`} class="tab-panel">
        {shown?.panel()}
      </div>
    </div>
  );
}
