/** Shares one socket among everybody in this browser who follows numbers: frames of the inbox, and the badge. */
import type { ChangesFrame, Line, LineFrame, OpenLine } from "@core/environment";

type Hear = (frame: LineFrame) => void;
type Cursors = Readonly<Record<string, string | null>>;

/** Closed for good: the same token will do no better. */
export function isHopeless(code: number): boolean {
  return code === 4401 || code === 4403;
}

/** One follower: it hears what follows the cursors it names, and may miss nothing without being told. */
export class Member {
  private trunk: Trunk | null = null;

  constructor(
    private readonly relay: Relay,
    readonly hear: Hear,
  ) {}

  follow(origin: string, token: string, numbers: Cursors): void {
    const trunk = this.relay.trunk(origin, token);
    if (trunk !== this.trunk) this.leave();
    this.trunk = trunk;
    trunk.follow(this, numbers);
  }

  leave(): void {
    this.trunk?.leave(this);
    this.trunk = null;
  }
}

export class Relay {
  // By origin and token: one at a time but for the moment in which a token is replaced.
  private readonly trunks = new Map<string, Trunk>();

  constructor(private readonly open: OpenLine) {}

  join(hear: Hear): Member {
    return new Member(this, hear);
  }

  /** How many sockets there are. */
  get size(): number {
    return this.trunks.size;
  }

  trunk(origin: string, token: string): Trunk {
    const name = `${origin} ${token}`;
    let trunk = this.trunks.get(name);
    if (trunk?.ended) trunk = undefined;
    if (!trunk) {
      const made: Trunk = new Trunk(
        (hear) => this.open(origin, token, hear),
        () => this.trunks.get(name) === made && this.trunks.delete(name),
      );
      trunk = made;
      this.trunks.set(name, made);
    }
    return trunk;
  }
}

/** One socket and those who listen to it. */
export class Trunk {
  private line: Line | null = null;
  private state: "opening" | "up" | { code: number } = "opening";
  /** Where the socket stands in the feed of each number it follows. */
  private readonly at = new Map<string, string | null>();
  /** Numbers whose feed was lost: nothing comes of them until somebody follows from a fresh cursor. */
  private readonly lost = new Set<string>();
  /** Numbers of which the server has told something since the socket is up: there it surely stands. */
  private readonly settled = new Set<string>();
  private readonly members = new Map<Member, Set<string>>();

  constructor(
    private readonly open: (hear: Hear) => Line,
    private readonly drop: () => void,
  ) {}

  /** Refused for good. A follower that comes after gets a new trunk, and with it the refusal or better luck. */
  get ended(): boolean {
    return typeof this.state === "object" && isHopeless(this.state.code);
  }

  follow(member: Member, numbers: Cursors): void {
    const known = this.members.has(member);
    this.members.set(member, new Set(Object.keys(numbers)));
    let moved = this.forget();
    for (const [id, cursor] of Object.entries(numbers)) {
      const at = this.at.get(id);
      if (at === undefined || this.lost.has(id) || (at === null && cursor !== null)) {
        this.at.set(id, cursor);
        this.lost.delete(id);
        this.settled.delete(id);
        moved = true;
      }
    }
    if (!this.line) this.line = this.open((frame) => this.hear(frame));
    if (!known) this.greet(member);
    if (moved) this.line.follow(this.wanted());
    this.place(member, Object.keys(numbers));
  }

  leave(member: Member): void {
    if (!this.members.delete(member)) return;
    if (this.members.size === 0) {
      this.line?.close();
      this.line = null;
      this.drop();
    } else if (this.forget()) {
      this.line?.follow(this.wanted());
    }
  }

  private hear(frame: LineFrame): void {
    if (frame.type === "welcome") this.state = "up";
    if (frame.type === "closed") {
      this.state = { code: frame.code };
      this.settled.clear();
    }
    if (frame.type === "welcome" || frame.type === "closed") {
      for (const member of [...this.members.keys()]) member.hear(frame);
      return;
    }
    if (frame.type === "resync") this.lost.add(frame.number_id);
    const told = frame.type === "changes" ? this.step(frame) : frame;
    for (const [member, ids] of [...this.members]) if (ids.has(frame.number_id)) member.hear(told);
  }

  /** The same frame with the cursor that it follows, for those who may stand elsewhere. */
  private step(frame: ChangesFrame): ChangesFrame {
    const after = frame.after ?? this.at.get(frame.number_id) ?? undefined;
    this.at.set(frame.number_id, frame.cursor);
    this.settled.add(frame.number_id);
    return after === undefined ? frame : { ...frame, after };
  }

  /** A newcomer learns what the others already know of the line. */
  private greet(member: Member): void {
    if (this.state === "up") member.hear({ type: "welcome" });
    else if (typeof this.state === "object") member.hear({ type: "closed", code: this.state.code });
  }

  /** As a server does at first, it says where it stands: whoever stands elsewhere fetches what lies between. */
  private place(member: Member, ids: readonly string[]): void {
    for (const id of ids) {
      const at = this.at.get(id);
      if (typeof at === "string" && this.settled.has(id) && !this.lost.has(id)) {
        member.hear({ type: "changes", number_id: id, cursor: at, changes: [], after: at });
      }
    }
  }

  /** Numbers that nobody follows any more; true when there were any. */
  private forget(): boolean {
    const followed = new Set([...this.members.values()].flatMap((ids) => [...ids]));
    const unwanted = [...this.at.keys()].filter((id) => !followed.has(id));
    for (const id of unwanted) {
      this.at.delete(id);
      this.lost.delete(id);
      this.settled.delete(id);
    }
    return unwanted.length > 0;
  }

  private wanted(): Record<string, string | null> {
    return Object.fromEntries([...this.at].filter(([id]) => !this.lost.has(id)));
  }
}
