/** What the desktop is told, and that it is no more than somebody asked for. */
import { expect, test } from "vitest";
import { notice, noticeId, noticePlace } from "../../../extension/worker/notifications";
import { speak } from "../../../extension/worker/words";
import { conversation } from "../conversation";

test("nothing, until somebody wants it, and nothing of what is being looked at", () => {
  expect(notice(conversation(), "nothing", false)).toBeNull();
  expect(notice(conversation(), "text", true)).toBeNull();
});

test("who wrote; the text only where it is wanted", () => {
  speak("en", []);
  expect(notice(conversation(), "name", false)).toMatchObject({ title: "Ada", message: "New message" });
  expect(notice(conversation({ unread: 3 }), "name", false)).toMatchObject({ message: "3 new messages" });
  expect(notice(conversation(), "text", false)).toMatchObject({ title: "Ada", message: "Hello" });
});

test("in the reader's language", () => {
  speak(null, ["de-AT", "en"]);
  expect(notice(conversation(), "name", false)?.message).toBe("Neue Nachricht");
  speak("en", ["de"]);
  expect(notice(conversation(), "name", false)?.message).toBe("New message");
  speak(null, ["xx"]);
  expect(notice(conversation(), "name", false)?.message).toBe("New message");
});

test("people without a name are told by what is known of them", () => {
  expect(notice(conversation({ contact: { username: "ada" } }), "name", false)?.title).toBe("ada");
  expect(notice(conversation({ contact: { phone: "+491" } }), "name", false)?.title).toBe("+491");
  expect(notice(conversation({ contact: {} }), "name", false)?.title).toBe("ada");
});

test("a conversation has one notification, and it leads back to it", () => {
  const place = { number_id: "n", contact_id: 'a"b:c' };
  expect(noticeId(conversation(place))).toBe(noticeId(place));
  expect(noticePlace(noticeId(place))).toEqual(place);
  expect(noticePlace("something else")).toBeNull();
});
