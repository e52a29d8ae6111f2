/** The one element that is added to the page: a closed shadow root with the icon, its badge, and the overlay. */
import { SHAPES, SIZE } from "../icon/shape";
import type { Look } from "../wire";
import css from "./look.css?inline";

const SVG = "http://www.w3.org/2000/svg";

// Scripts, our own storage, and links that open in tabs. Writing to the clipboard is for the copy buttons.
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
const ALLOWED = "clipboard-write";

export class DockElement {
  // A plain `div`: no page can define what that is, as it could with a custom element.
  readonly host = document.createElement("div");
  private readonly shadow: ShadowRoot;
  private readonly rail = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly panel = document.createElement("div");
  private readonly stage = document.createElement("div");
  private frame: HTMLIFrameElement | null = null;
  private before: Element | null = null;

  constructor(private readonly turned: (open: boolean) => void) {
    const shadow = this.host.attachShadow({ mode: "closed" });
    this.shadow = shadow;
    dress(shadow);
    this.rail.className = "rail";
    this.rail.popover = "manual";
    this.panel.className = "panel";
    this.panel.popover = "manual";
    this.panel.role = "dialog";
    this.button.type = "button";
    // The browser itself does what a click means, so that it works where the page swallows clicks.
    this.button.popoverTargetElement = this.panel;
    this.badge.className = "badge";
    this.badge.ariaHidden = "true";
    this.button.append(drawing(), this.badge);
    this.rail.append(this.button);
    this.stage.append(this.rail, this.panel);
    shadow.append(this.stage);
    this.panel.addEventListener("toggle", (event) => this.toggled(event.newState === "open"));
    // Keys pressed on the icon are not meant for the page.
    for (const type of ["keydown", "keypress", "keyup"])
      shadow.addEventListener(type, (event) => event.stopPropagation());
  }

  get open(): boolean {
    return this.panel.matches(":popover-open");
  }

  /** Opens without taking the focus where nobody asked for it just now. */
  turn(open: boolean, focus: boolean): void {
    if (open === this.open || !this.host.isConnected) return;
    if (open) {
      this.before = focus ? document.activeElement : null;
      this.panel.showPopover();
      if (focus) this.enter();
    } else {
      this.panel.hidePopover();
    }
  }

  dress({ side, bar, words }: Look): void {
    this.stage.classList.toggle("icon-right", side === "right");
    this.stage.classList.toggle("bar-right", bar === "right");
    this.stage.classList.toggle("across", side !== bar);
    this.badge.textContent = words.badge;
    this.button.ariaLabel = words.button;
    this.button.title = words.button;
    this.panel.ariaLabel = words.panel;
    if (this.frame) this.frame.title = words.panel;
    if (!this.rail.matches(":popover-open") && this.host.isConnected) this.rail.showPopover();
  }

  /** The inbox, from `src`; only there once it was wanted for the first time. */
  show(src: string): void {
    this.frame?.remove();
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", SANDBOX);
    frame.allow = ALLOWED;
    frame.referrerPolicy = "no-referrer";
    frame.title = this.panel.ariaLabel ?? "";
    frame.src = src;
    // The document that had the focus was the empty one before.
    frame.addEventListener("load", () => {
      if (this.shadow.activeElement === frame) this.enter();
    });
    this.frame = frame;
    this.panel.append(frame);
  }

  get shown(): boolean {
    return this.frame !== null;
  }

  /** After the page took us out: popovers are closed then. */
  restore(open: boolean): void {
    if (!this.rail.matches(":popover-open")) this.rail.showPopover();
    if (open && !this.open) this.panel.showPopover();
  }

  /** The extension is gone; the icon says so. */
  orphan(words: string): void {
    this.turn(false, false);
    this.frame?.remove();
    this.frame = null; // nothing is shown again: asking the extension for anything throws from now on
    this.button.popoverTargetElement = null;
    this.stage.classList.add("orphaned");
    this.badge.textContent = "";
    this.button.ariaLabel = words;
    this.button.title = words;
  }

  private toggled(open: boolean): void {
    this.stage.classList.toggle("open", open);
    this.turned(open);
    if (open) {
      if (document.activeElement === this.host) this.enter();
    } else if (document.activeElement === this.host || document.activeElement === document.body) {
      this.giveBack();
    }
  }

  private enter(): void {
    this.frame?.blur();
    this.frame?.focus();
  }

  /** The focus goes back to where it was before, or to the icon. */
  private giveBack(): void {
    const before = this.before;
    this.before = null;
    if (before instanceof HTMLElement && before !== this.host && before !== document.body && before.isConnected) {
      before.focus();
    } else {
      this.button.focus();
    }
  }
}

function dress(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    // Some browsers keep constructed sheets from scripts of extensions; a style element of ours is as good there.
    const style = document.createElement("style");
    style.textContent = css;
    shadow.append(style);
  }
}

function drawing(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${SIZE} ${SIZE}`);
  svg.setAttribute("aria-hidden", "true");
  for (const { d, fill } of SHAPES) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("fill", fill);
    svg.append(path);
  }
  return svg;
}
