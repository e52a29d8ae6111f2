import { i18n } from "@lingui/core";
import { messages } from "@phrases/en/inbox.po";
import { render } from "preact";

i18n.load("en", messages);
i18n.activate("en");
render(
  <p style={{ color: "red" }}>{i18n._("list.unread", { count: 3 })}</p>,
  document.getElementById("inbox") as HTMLElement,
);
