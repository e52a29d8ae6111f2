/** A live line that is driven by hand: what is asked of it, and what it tells. */
import type { Change } from "@core/chat";
import type { LineFrame, OpenLine } from "@core/environment";

export class Socket {
  closed = false;
  follows: Record<string, string | null>[] = [];

  constructor(
    readonly origin: string,
    readonly token: string,
    readonly hear: (frame: LineFrame) => void,
  ) {}

  welcome(): void {
    this.hear({ type: "welcome" });
  }

  changes(number_id: string, cursor: string, changes: Change[] = [], after?: string): void {
    this.hear({ type: "changes", number_id, cursor, changes, ...(after !== undefined && { after }) });
  }
}

export class Sockets {
  readonly all: Socket[] = [];

  readonly open: OpenLine = (origin, token, hear) => {
    const socket = new Socket(origin, token, hear);
    this.all.push(socket);
    return {
      follow: (numbers) => void socket.follows.push({ ...numbers }),
      close: () => {
        socket.closed = true;
      },
    };
  };

  get last(): Socket {
    const socket = this.all.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}
