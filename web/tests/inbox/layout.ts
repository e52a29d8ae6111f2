/** Sizes for a page without a layout: every scrolling pane and every row is as high as the test says. */

interface Sizes {
  pane_px: number;
  row_px: number;
  /** What a row is; list entries unless it says otherwise. */
  isRow?(element: Element): boolean;
}

/** Until the returned function is called. */
export function laidOut({ pane_px, row_px, isRow = (element) => element.tagName === "LI" }: Sizes): () => void {
  const height = (element: Element) => (isRow(element) ? row_px : pane_px);
  const view = document.defaultView as Window & typeof globalThis;
  const before = view.ResizeObserver;

  view.ResizeObserver = class implements ResizeObserver {
    readonly #hear: ResizeObserverCallback;
    readonly #watched = new Set<Element>();
    constructor(hear: ResizeObserverCallback) {
      this.#hear = hear;
    }
    observe(target: Element): void {
      this.#watched.add(target);
      queueMicrotask(() => {
        if (!this.#watched.has(target)) return;
        const contentRect = { width: 400, height: height(target) } as DOMRectReadOnly;
        this.#hear([{ target, contentRect } as unknown as ResizeObserverEntry], this);
      });
    }
    unobserve(target: Element): void {
      this.#watched.delete(target);
    }
    disconnect(): void {
      this.#watched.clear();
    }
  };
  const restore = [
    defined("offsetParent", function (this: HTMLElement) {
      return this.parentElement;
    }),
    defined("clientHeight", function (this: HTMLElement) {
      return height(this);
    }),
    defined("offsetHeight", function (this: HTMLElement) {
      return height(this);
    }),
  ];
  return () => {
    view.ResizeObserver = before;
    for (const one of restore) one();
  };
}

function defined(name: string, get: (this: HTMLElement) => unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(HTMLElement.prototype, name);
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get });
  return () => {
    if (before) Object.defineProperty(HTMLElement.prototype, name, before);
    else Reflect.deleteProperty(HTMLElement.prototype, name);
  };
}
