/** Puts an inbox into an element: of the page that the server hands out, or of the extension's frame. */
import type { Environment } from "@core/environment";
import { Inbox } from "@core/inbox";
import { render } from "preact";
import { InboxContext } from "./context";
import "./look/tokens.css";
import "./look/ground.css";
import { startScheme } from "./scheme";
import { Shell } from "./shell";
import { speech } from "./speech";

interface Options {
  overlay?: boolean;
  onClose?(): void;
  /** For a frame that has something to ask of the inbox, such as to open a conversation. */
  onInbox?(inbox: Inbox): void;
}

/** The returned function takes the inbox away again. */
export function mount(element: HTMLElement, environment: Environment, options: Options = {}): () => void {
  const inbox = Inbox.open(environment);
  options.onInbox?.(inbox);
  const { overlay = false, onClose } = options;
  let gone = false;
  // The words are fetched while the cache is read: neither waits for the other.
  void Promise.all([speech.start(environment.keep), startScheme(environment.keep)]).then(() => {
    if (gone) return;
    render(
      <InboxContext.Provider value={inbox}>
        <Shell overlay={overlay} close={onClose} />
      </InboxContext.Provider>,
      element,
    );
  });
  return () => {
    gone = true;
    render(null, element);
    inbox.close();
  };
}
