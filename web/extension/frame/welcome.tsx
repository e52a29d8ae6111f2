/** What the inbox shows until somebody has said where the server is. */
import "@inbox/look/tokens.css";
import "@inbox/look/ground.css";
import { FrameContext } from "@inbox/context";
import { Button } from "@inbox/form/button";
import { Sheet } from "@inbox/form/sheet";
import { say } from "@inbox/speech";
import { signal } from "@preact/signals";
import { steps } from "../options/browser";
import { Server } from "../options/server";
import style from "../options/view.module.css";

// Nothing here is told in minutes.
const now = signal(0);

export function Welcome({ close }: { close: (() => void) | undefined }) {
  const openSettings = () => void chrome.runtime.openOptionsPage();
  const frame = { overlay: close !== undefined, ...(close && { close }), openSettings, erase: () => {}, now };
  return (
    <FrameContext.Provider value={frame}>
      <Sheet title={say("app.name")} words={say("welcome.words")}>
        <Server present={null} steps={steps} />
        <div class={style.middle}>
          <Button kind="quiet" onPress={openSettings}>
            {say("welcome.options")}
          </Button>
        </div>
      </Sheet>
    </FrameContext.Provider>
  );
}
