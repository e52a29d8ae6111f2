/** Keeps our one element in the page, whatever the page does to it. */
import { Patience } from "./patience";

/** Watches the children of the document and its root, no deeper: storms inside of the page are not even seen. */
export class Staying {
  private readonly patience = new Patience();
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private root: Element | null = null;
  private readonly children = new MutationObserver(() => this.check());
  private readonly own = new MutationObserver(() => this.strip());

  constructor(
    private readonly element: HTMLElement,
    /** Back in the page: what lived in the element before did not survive. */
    private readonly returned: () => void,
  ) {}

  begin(): void {
    this.own.observe(this.element, { attributes: true });
    this.children.observe(document, { childList: true });
    this.put();
  }

  end(): void {
    clearTimeout(this.waiting);
    this.children.disconnect();
    this.own.disconnect();
    this.element.remove();
  }

  /** Cheap enough for every change there is. */
  check(): void {
    if (document.documentElement !== this.root) this.watchRoot();
    if (this.element.parentNode === this.root || this.waiting !== undefined) return;
    const delay_ms = this.patience.next(performance.now());
    if (delay_ms === 0) {
      this.put();
      return;
    }
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      if (this.element.parentNode !== document.documentElement) this.put();
    }, delay_ms);
  }

  private put(): void {
    this.watchRoot();
    if (!this.root) return;
    this.root.append(this.element);
    this.returned();
  }

  private watchRoot(): void {
    this.root = document.documentElement;
    this.children.disconnect();
    this.children.observe(document, { childList: true });
    if (this.root) this.children.observe(this.root, { childList: true });
  }

  /** Our element has no attributes; `inert` would take the inbox away. */
  private strip(): void {
    const foreign = this.element.getAttributeNames();
    if (foreign.length === 0 || this.patience.next(performance.now()) > 0) return;
    for (const name of foreign) this.element.removeAttribute(name);
  }
}
