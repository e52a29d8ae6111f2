/** The door lets in whoever may come in, and says in plain words why not. */
import { SignInView } from "@inbox/signin/view";
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
afterEach(() => {
  open.close();
  history.replaceState(null, "", "/");
});

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const bodies = () => open.server.asked.filter((asked) => asked === "POST /v1/sessions").length;

async function atTheDoor(before?: (open: Opened) => void) {
  open = await opened({ signedIn: false });
  before?.(open);
  await open.show(<SignInView />);
}

test("where signup is open, one press opens a new inbox", async () => {
  await atTheDoor();
  type(/Your name/, "  Priya ");
  press("Open a new inbox");
  await open.pass();
  expect(open.inbox.state.value).toBe("unconnected");
  expect(open.inbox.signIn.value?.agent.name).toBe("Priya");
});

test("where a key is needed, it is asked for without a reproach", async () => {
  await atTheDoor(({ server }) => {
    server.join_key = "sesame";
  });
  expect(screen.queryByLabelText("Join key")).toBeNull();
  press("Open a new inbox");
  await open.pass();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(document.activeElement).toBe(screen.getByLabelText("Join key"));
  type("Join key", " sesame\n");
  press("Open a new inbox");
  await open.pass();
  expect(open.inbox.state.value).toBe("unconnected");
});

test("a wrong key is said to be wrong, beside the field and to its reader", async () => {
  await atTheDoor(({ server }) => {
    server.join_key = "sesame";
  });
  press("Open a new inbox");
  await open.pass();
  type("Join key", "barley");
  press("Open a new inbox");
  await open.pass();
  const field = screen.getByLabelText("Join key");
  expect(screen.getByRole("alert").textContent).toContain("not the join key");
  expect(field.getAttribute("aria-describedby")).toContain(screen.getByRole("alert").id);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  type("Join key", "s");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("whoever is invited under a name finds it filled in, and may have another", async () => {
  await atTheDoor(({ server }) => history.replaceState(null, "", `/#invite=${server.invite()}&name=Priya%20R`));
  expect(screen.getByLabelText(/Your name/)).toHaveProperty("value", "Priya R");
  press("Join the inbox");
  await open.pass();
  expect(open.inbox.signIn.value?.agent.name).toBe("Priya R");
  expect(location.hash).toBe("");
});

test("an empty key is not sent", async () => {
  await atTheDoor(({ server }) => {
    server.join_key = "sesame";
  });
  press("Open a new inbox");
  await open.pass();
  const asked = bodies();
  press("Open a new inbox");
  await open.pass();
  expect(bodies()).toBe(asked);
});

test("whoever guesses too often is told how long to wait", async () => {
  await atTheDoor(({ server }) => server.refusals.push([429, "too_many_requests"]));
  press("Open a new inbox");
  await open.pass();
  expect(screen.getByRole("alert").textContent).toBe("Too many attempts. Try again in 2 seconds.");
});

test("a server that does not answer is called just that", async () => {
  await atTheDoor(({ server }) => {
    server.reachable = false;
  });
  press("Open a new inbox");
  await open.pass();
  expect(screen.getByRole("alert").textContent).toContain("does not answer");
  open.server.reachable = true;
  press("Open a new inbox");
  await open.pass();
  expect(open.inbox.state.value).toBe("unconnected");
});

test("an invite in the link leaves the address bar at once and lets one in", async () => {
  open = await opened({ signedIn: false });
  history.replaceState(null, "", `/#invite=${open.server.invite()}`);
  await open.show(<SignInView />);
  expect(location.hash).toBe("");
  expect(screen.getByRole("heading", { name: "Join an inbox" })).toBeTruthy();
  expect(screen.queryByLabelText("Invite")).toBeNull();
  press("Join the inbox");
  await open.pass();
  expect(open.inbox.signIn.value).not.toBeNull();
});

test("a link opened in this very page is taken, too", async () => {
  await atTheDoor();
  history.replaceState(null, "", "/#invite=later");
  dispatchEvent(new HashChangeEvent("hashchange"));
  await open.pass();
  expect(location.hash).toBe("");
  expect(screen.getByRole("button", { name: "Join the inbox" })).toBeTruthy();
});

test("an invite may be pasted as a whole link", async () => {
  await atTheDoor();
  press("I have an invite");
  type("Invite", `https://inbox.test/#invite=${open.server.invite()}`);
  press("Join the inbox");
  await open.pass();
  expect(open.inbox.signIn.value).not.toBeNull();
});

test("an invite that was used is shown again, to be put right", async () => {
  await atTheDoor();
  history.replaceState(null, "", "/#invite=used");
  dispatchEvent(new HashChangeEvent("hashchange"));
  await open.pass();
  press("Join the inbox");
  await open.pass();
  expect(screen.getByRole("alert").textContent).toContain("Ask for a new one");
  expect(screen.getByLabelText<HTMLInputElement>("Invite").value).toBe("used");
});

test("a key is never offered to a password store, and is shown only when asked", async () => {
  await atTheDoor();
  press("I have an invite");
  const field = screen.getByLabelText<HTMLInputElement>("Invite");
  expect(field.type).toBe("password");
  expect(field.autocomplete).toBe("off");
  press("Show Invite");
  expect(screen.getByLabelText<HTMLInputElement>("Invite").type).toBe("text");
});

test("whoever was signed out from elsewhere is told so", async () => {
  open = await opened();
  open.server.revoke(open.inbox.signIn.value?.session ?? "");
  await open.inbox.reloadNumbers().catch(() => {});
  await open.show(<SignInView />);
  expect(screen.getByText(/was signed out/)).toBeTruthy();
});

test("nothing that was typed into the connect form waits for the next one at the door", async () => {
  open = await opened({ signedIn: false });
  await open.keep.set("connect.draft", { phone_number_id: "1" });
  await open.show(<SignInView />);
  await open.pass();
  expect(await open.keep.get("connect.draft")).toBeUndefined();
});
