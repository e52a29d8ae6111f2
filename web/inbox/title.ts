/** The title of the page: how many conversations wait, so that a tab in the back says so. */
import type { Inbox } from "@core/inbox";
import { useEffect } from "preact/hooks";
import { formatCount, say } from "./speech";

/** An overlay leaves the title alone: the page below has its own. */
export function useTitle(inbox: Inbox, overlay: boolean): void {
  const unread = inbox.state.value === "ready" ? (inbox.current.value?.unread.value ?? 0) : 0;
  const title = unread > 0 ? `(${formatCount(unread)}) ${say("app.name")}` : say("app.name");
  useEffect(() => {
    if (!overlay) document.title = title;
  }, [title, overlay]);
}
