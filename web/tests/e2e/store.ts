/** The embedded store behind everybody's back, for what a disk or an operator may do to it. */
import { connect } from "node:net";
import type { Stack } from "./stack.ts";

/** The feed of a number is gone, as after a restore from a backup: no cursor of before is good any more. */
export async function forgetFeed(stack: Stack, number_id: string): Promise<void> {
  const listed = await command(stack, `KEYS *${number_id}*:feed*`);
  const keys = [...listed.matchAll(/^\{.+\}:feed\S*$/gm)].map(([key]) => key);
  if (keys.length === 0) throw new Error("the store has no such feed");
  await command(stack, `DEL ${keys.join(" ")}`);
}

/** One command on a line, and the raw answer; the store closes the line after QUIT. */
async function command(stack: Stack, words: string): Promise<string> {
  return await new Promise((done, failed) => {
    const line = connect(stack.storeSocket);
    let heard = "";
    line.setEncoding("utf8");
    line.on("data", (part) => {
      heard += part;
    });
    line.once("error", failed);
    line.once("close", () => done(heard.replaceAll("\r\n", "\n")));
    line.write(`${words}\r\nQUIT\r\n`);
  });
}
