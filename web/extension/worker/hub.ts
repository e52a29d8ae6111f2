/** The middle of the extension: joins the dock of each tab with the inbox in its frame, and both with the worker. */
import {
  type DockHears,
  type DockSays,
  dockSaid,
  type FrameHears,
  type FrameSays,
  frameSaid,
  type Look,
  type Place,
} from "../wire";
import type { Member, Relay } from "./relay";

export interface Dock {
  readonly port: chrome.runtime.Port;
  readonly tab: number;
  nonce: string | null;
  open: boolean;
}

export interface Frame {
  readonly port: chrome.runtime.Port;
  readonly tab: number;
  /** In a tab of its own rather than over WhatsApp Web. */
  readonly alone: boolean;
  /** By the name that the frame gave each. */
  readonly lines: Map<number, Member>;
  nonce: string | null;
  entered: boolean;
  /** The conversation that somebody has before their eyes. */
  watching: Place | null;
}

/** What the hub cannot do by itself. */
export interface Outside {
  look(): Look;
  remembered(): Promise<boolean>;
  opened(open: boolean): void;
  /** Something came, went, or may have changed the count; or what numbers there are. */
  stirred(numbers?: boolean): void;
}

// A browser has a few tabs of WhatsApp Web; whoever opens more gets no more from us.
const PORTS_MAX = 64;
const LINES_MAX = 16;

export class Hub {
  readonly docks = new Set<Dock>();
  readonly frames = new Set<Frame>();
  /** Conversations to be opened by frames that are still on their way, by tab. */
  private readonly wishes = new Map<number, Place>();

  constructor(
    private readonly relay: Relay,
    private readonly outside: Outside,
  ) {}

  takeDock(port: chrome.runtime.Port): void {
    const tab = port.sender?.tab?.id;
    if (tab === undefined || port.sender?.frameId !== 0 || this.docks.size >= PORTS_MAX) {
      port.disconnect();
      return;
    }
    const dock: Dock = { port, tab, nonce: null, open: false };
    this.docks.add(dock);
    port.onMessage.addListener((said: unknown) => {
      const word = dockSaid(said);
      if (word) void this.dockSays(dock, word);
    });
    port.onDisconnect.addListener(() => {
      this.docks.delete(dock);
      this.outside.stirred();
    });
  }

  takeFrame(port: chrome.runtime.Port): void {
    const tab = port.sender?.tab?.id;
    if (tab === undefined || this.frames.size >= PORTS_MAX) {
      port.disconnect();
      return;
    }
    const alone = port.sender?.frameId === 0;
    const frame: Frame = { port, tab, alone, lines: new Map(), nonce: null, entered: false, watching: null };
    this.frames.add(frame);
    port.onMessage.addListener((said: unknown) => {
      const word = frameSaid(said);
      if (word) this.frameSays(frame, word);
    });
    port.onDisconnect.addListener(() => {
      this.frames.delete(frame);
      for (const member of frame.lines.values()) member.leave();
      const dock = frame.entered ? this.dockOf(frame) : undefined;
      if (dock && frame.nonce !== null) tell(dock.port, { type: "gone", nonce: frame.nonce });
      this.outside.stirred();
    });
  }

  /** How the docks are to look now, all of them. */
  redraw(): void {
    const look = this.outside.look();
    for (const { port } of this.docks) tell(port, { type: "look", look, open: null });
  }

  /** Opens, closes, or does the other of the two. */
  turn(dock: Dock, open: boolean | "other"): void {
    tell(dock.port, { type: "open", open });
  }

  /** Opens a conversation in this tab, now or as soon as its frame is there. */
  wish(tab: number, place: Place): void {
    const frame = [...this.frames].find((one) => one.tab === tab && one.entered);
    if (frame) tell(frame.port, { type: "wish", place });
    else this.wishes.set(tab, place);
  }

  watches(place: Place): boolean {
    return [...this.frames].some(
      ({ watching }) => watching?.number_id === place.number_id && watching.contact_id === place.contact_id,
    );
  }

  private async dockSays(dock: Dock, said: DockSays): Promise<void> {
    if (said.type === "hello") {
      dock.nonce = said.nonce;
      if (!said.fresh) dock.open = said.open;
      const remembered = await this.outside.remembered();
      tell(dock.port, { type: "look", look: this.outside.look(), open: said.fresh ? remembered : null });
      for (const frame of this.frames) this.admit(frame);
      this.outside.stirred();
    } else if (said.type === "opened") {
      dock.open = said.open;
      this.outside.opened(said.open);
      for (const frame of this.frames) {
        if (frame.entered && this.dockOf(frame) === dock) tell(frame.port, { type: "shown", shown: said.open });
      }
    }
  }

  private frameSays(frame: Frame, said: FrameSays): void {
    if (said.type === "enter") {
      frame.nonce = said.nonce;
      this.admit(frame);
      return;
    }
    if (!frame.entered) return;
    if (said.type === "close") {
      const dock = this.dockOf(frame);
      if (dock) this.turn(dock, false);
    }
    if (said.type === "follow") this.member(frame, said.line)?.follow(said.origin, said.token, said.numbers);
    if (said.type === "unfollow") {
      frame.lines.get(said.line)?.leave();
      frame.lines.delete(said.line);
    }
    if (said.type === "watching") frame.watching = said.place;
    if (said.type === "stirred") this.outside.stirred(said.numbers);
  }

  private member(frame: Frame, line: number): Member | undefined {
    if (!frame.lines.has(line) && frame.lines.size < LINES_MAX) {
      frame.lines.set(
        line,
        this.relay.join((heard) => tell(frame.port, { type: "line", line, frame: heard })),
      );
    }
    return frame.lines.get(line);
  }

  /** A frame shows nothing until the dock of its own tab has asked for it: nobody else can put it into a page. */
  private admit(frame: Frame): void {
    if (frame.entered) return;
    const dock = this.dockOf(frame);
    if (!frame.alone && (!dock || [...this.frames].some((one) => one.entered && one.nonce === frame.nonce))) return;
    frame.entered = true;
    tell(frame.port, { type: "entered", shown: dock?.open ?? true });
    const place = this.wishes.get(frame.tab);
    if (place) tell(frame.port, { type: "wish", place });
    this.wishes.delete(frame.tab);
    this.outside.stirred();
  }

  private dockOf(frame: Frame): Dock | undefined {
    if (frame.alone || frame.nonce === null) return undefined;
    return [...this.docks].find((dock) => dock.tab === frame.tab && dock.nonce === frame.nonce);
  }
}

/** Ports may close between a question and its answer. */
function tell(port: chrome.runtime.Port, word: DockHears | FrameHears): void {
  try {
    port.postMessage(word);
  } catch {
    // its own `onDisconnect` tidies up
  }
}
