import { expect, test } from "vitest";
import { stage } from "../stage";
import { NUMBER, visitedMany } from "../visit";

test("the list grows page by page to its end, whoever asks how often", async () => {
  const around = stage();
  const { inbox, number } = await visitedMany(around, 420);
  expect([number.rows.value.length, number.complete.value]).toEqual([100, false]);
  await Promise.all([number.more(), number.more(), number.more()]);
  expect(number.rows.value.length).toBe(300);
  await number.more();
  expect([number.rows.value.length, number.complete.value]).toEqual([420, true]);
  const asked = around.server.asked.length;
  await number.more();
  expect(around.server.asked.length).toBe(asked);
  inbox.close();
});

test("after a resync the list is as long as it had been scrolled", async () => {
  const around = stage();
  const { inbox, number } = await visitedMany(around, 420);
  await number.more();
  around.server.write(NUMBER, "491419", "up to the top");
  around.server.write(NUMBER, "491418", "and this one");
  await number.refresh();
  expect(number.rows.value.length).toBeGreaterThanOrEqual(300);
  expect(number.rows.value[0]?.contact_id).toBe("491418");
  expect(new Set(number.rows.value.map(({ contact_id }) => contact_id)).size).toBe(number.rows.value.length);
  inbox.close();
});

test("more() that fails is quiet, and is not repeated at once", async () => {
  const around = stage();
  const { inbox, number } = await visitedMany(around, 120);
  around.server.reachable = false;
  await number.more();
  const asked = around.server.asked.length;
  await number.more();
  expect(around.server.asked.length).toBe(asked);
  around.server.reachable = true;
  await around.clock.pass(2_100);
  await number.more();
  expect(number.rows.value.length).toBe(120);
  inbox.close();
});

test("search finds at the server what is not loaded, and goes on from page to page", async () => {
  const around = stage();
  const { inbox, number } = await visitedMany(around, 180);
  const first = await number.search("491");
  expect([first.rows.length, first.next === null]).toEqual([50, false]);
  const second = await number.search("491", first.next ?? "");
  expect(second.rows[0]?.contact_id).not.toBe(first.rows[0]?.contact_id);
  around.server.reachable = false;
  await expect(number.search("x")).rejects.toThrow("no answer");
  inbox.close();
});
