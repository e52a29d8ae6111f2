/** The empty frame until the first state is known; index.html stands there with the same before any script runs. */
export function Skeleton() {
  return (
    <div class="skeleton" aria-busy="true">
      <div class="skeleton-list" />
      <div class="skeleton-thread" />
    </div>
  );
}
