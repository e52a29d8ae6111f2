/** The ledger of a message goes to the clipboard as the server tells it, and is shown: whoever hands it on has seen it. */
import { act, screen, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { settled } from "../../stage";
import { leave, messageOf, press, type Room, room } from "./room";

afterEach(() => {
  leave();
  vi.restoreAllMocks();
});

const WORDS = "the canary sings";

async function opened(): Promise<{ here: Room; dialog: HTMLElement }> {
  const here = await room((write) => write(WORDS, { id: "m", wamid: "wamid.secret" }));
  messageOf(/canary/).focus();
  await press("d");
  return { here, dialog: await screen.findByRole("dialog", { name: "Details" }) };
}

async function copy(dialog: HTMLElement) {
  await act(async () => {
    within(dialog).getByRole("button", { name: "Copy for support" }).click();
    await settled();
  });
}

test("what is copied is what the server tells, to the letter, and it is shown", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  const { here, dialog } = await opened();
  expect(within(dialog).queryByRole("region")).toBeNull();
  await copy(dialog);
  const copied = writeText.mock.calls.at(-1)?.[0] ?? "";
  expect(here.server.asked.at(-1)).toMatch(/^GET \/v1\/numbers\/\d+\/messages\/m\/timeline$/);
  expect(JSON.parse(copied)).toMatchObject({ reference: "~ghijklmnopqr", steps: [{ name: "written", clock: "meta" }] });
  for (const canary of [WORDS, "wamid.secret", "Ada", "351912345678", "Mara"]) expect(copied).not.toContain(canary);
  expect(within(dialog).getByRole("region", { name: "What was copied" }).textContent).toBe(copied);
  expect(within(dialog).getByRole("status").textContent).toBe("Copied. This is all of it:");
});

test("where copying is not allowed it stands there, to be copied by hand", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  const { dialog } = await opened();
  await copy(dialog);
  expect(within(dialog).getByRole("status").textContent).toContain("copy it by hand");
  expect(within(dialog).getByRole("region").textContent).toContain("~ghijklmnopqr");
});

test("a server that does not answer is said to be away, and asked again on the next press", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  const { here, dialog } = await opened();
  here.server.reachable = false;
  await copy(dialog);
  expect(within(dialog).getByRole("status").textContent).toBe("The server could not be asked. Try again in a moment.");
  expect(within(dialog).queryByRole("region")).toBeNull();
  expect(writeText).not.toHaveBeenCalled();
  here.server.reachable = true;
  await copy(dialog);
  expect(writeText).toHaveBeenCalledTimes(1);
});

test("a message that has not reached the server has no ledger there", async () => {
  const { here, dialog } = await opened();
  here.server.refusals.push([404, "no_such_message"]);
  await copy(dialog);
  expect(within(dialog).getByRole("status").textContent).toBe("The server knows nothing of this message.");
  expect(within(dialog).queryByRole("region")).toBeNull();
});
