/** A whole inbox on a page, for tests: signed in, with the server in memory behind it. */
import { mount } from "@inbox/mount";
import { act } from "@testing-library/preact";
import { type Stage, settled, stage } from "../stage";
import { laidOut } from "./layout";

export const NUMBER = "106540352242922";

/** For what is fetched in parts: the first time they have to be made. */
export const PATIENCE = { timeout: 10_000 };

export interface House extends Stage {
  /** What has been under way has happened, and is drawn. */
  calm(): Promise<void>;
  pass(ms: number): Promise<void>;
}

interface Furnished {
  /** Fills the server before the page opens. */
  before?(it: Stage): void;
  signedIn?: boolean;
  overlay?: boolean;
  onClose?(): void;
}

const leaving: (() => void)[] = [];

export async function house({ before, signedIn = true, overlay = false, onClose }: Furnished = {}): Promise<House> {
  leaving.push(laidOut({ pane_px: 720, row_px: 72 }));
  const it = stage();
  before?.(it);
  const place = document.body.appendChild(document.createElement("div"));
  const calm = async () => {
    await act(() => settled());
  };
  if (signedIn) {
    const { Inbox } = await import("@core/inbox");
    const first = Inbox.open(it.environment);
    await settled();
    await first.signUp({ agent_name: "Mara" });
    await settled();
    first.close();
  }
  const deadline = performance.now() + PATIENCE.timeout;
  // All within `act`, so that effects have happened, too, when it is over.
  await act(async () => {
    const unmount = mount(place, it.environment, { overlay, ...(onClose && { onClose }) });
    leaving.push(() => {
      unmount();
      place.remove();
    });
    while (!place.firstElementChild && performance.now() < deadline) await settled(1);
  });
  while (place.querySelector(".skeleton") && performance.now() < deadline) await calm();
  await act(() => it.clock.pass(200));
  await calm();
  return { ...it, calm, pass: async (ms) => void (await act(() => it.clock.pass(ms))) };
}

export function leave(): void {
  for (const one of leaving.splice(0).reverse()) one();
}
