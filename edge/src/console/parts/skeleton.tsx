/** The shape of what is being loaded, as large as it will be. */
export function Skeleton({ class: className = '' }: { readonly class?: string }) {
  return <div class={`skeleton ${className}`} aria-hidden="true" />;
}

/** Several lines of it; a screen reader is told in words. */
export function SkeletonLines({ count, what }: { readonly count: number; readonly what: string }) {
  return (
    <div class="skeleton-lines" role="status">
      <span class="visually-hidden">{what}</span>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} class="line" />
      ))}
    </div>
  );
}
