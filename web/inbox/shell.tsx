/** The whole of the inbox: whichever view it is time for, and the two panes side by side or one at a time. */
import type { OpenNumber } from "@core/opennumber";
import { ThreadPane } from "@inbox/thread/pane";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { FrameContext, useFrame, useInbox } from "./context";
import type { Erasure } from "./erase/erasing";
import { later } from "./later";
import { ListPane } from "./list/pane";
import { minutes } from "./minute";
import { Nothing } from "./nothing";
import { Rail } from "./rail";
import style from "./shell.module.css";
import { takeInvitation } from "./signin/invitation";
import { Skeleton } from "./skeleton";
import { speech } from "./speech";
import { useTitle } from "./title";

const SignIn = later(async () => {
  const [{ SignInView }] = await Promise.all([import("@inbox/signin/view"), speech.load("settings")]);
  return SignInView;
});
const Connect = later(async () => {
  const [{ ConnectView }] = await Promise.all([import("@inbox/connect/view"), speech.load("settings")]);
  return ConnectView;
});
const Settings = later(async () => {
  const [{ SettingsView }] = await Promise.all([import("@inbox/settings/view"), speech.load("settings")]);
  return SettingsView;
});

const Erasing = later(async () => {
  const [{ Erasing }] = await Promise.all([import("@inbox/erase/erasing"), speech.load("settings")]);
  return Erasing;
});

export function Shell({ overlay, close }: { overlay: boolean; close: (() => void) | undefined }) {
  const inbox = useInbox();
  const settings = useSignal(false);
  const erasing = useSignal<Erasure | null>(null);
  const { time, environment } = inbox;
  const minute = useMemo(() => minutes(time, environment.clock), [time, environment]);
  useEffect(() => () => minute.stop(), [minute]);
  const cameFrom = useRef<Element | null>(null);
  const frame = useMemo(() => {
    const openSettings = () => {
      cameFrom.current = document.activeElement;
      settings.value = true;
    };
    const erase = (erasure: Erasure) => {
      erasing.value = erasure;
    };
    return { overlay, ...(close && { close }), openSettings, erase, now: minute.now };
  }, [overlay, close, settings, erasing, minute]);
  const open = settings.value;
  useEffect(() => {
    // After the settings are gone, and what was behind them can be reached again.
    if (!open && cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  }, [open]);
  useTitle(inbox, overlay);
  const inside = inbox.signIn.value !== null;
  useEffect(() => {
    // Whoever is signed in needs no invite, and it shall not stay where others may read it.
    if (inside) takeInvitation();
  }, [inside]);
  return (
    <FrameContext.Provider value={frame}>
      <View settings={open} closeSettings={() => (settings.value = false)} />
      {inside && erasing.value && <Erasing erasure={erasing.value} onClose={() => (erasing.value = null)} />}
    </FrameContext.Provider>
  );
}

function View({ settings, closeSettings }: { settings: boolean; closeSettings(): void }) {
  const inbox = useInbox();
  const number = inbox.current.value;
  const state = inbox.state.value;
  if (state === "signed_out") return <SignIn />;
  if (state === "unconnected") return settings ? <Settings onClose={closeSettings} /> : <Connect first />;
  if (state === "opening" || !number) return <Skeleton />;
  return <Panes key={number.id} number={number} settings={settings} closeSettings={closeSettings} />;
}

interface PanesProps {
  number: OpenNumber;
  settings: boolean;
  closeSettings(): void;
}

function Panes({ number, settings, closeSettings }: PanesProps) {
  const { overlay } = useFrame(); // the page below has a strip of its own there
  const thread = number.opened.value;
  return (
    <div class={style.shell}>
      {!overlay && <Rail number={number} />}
      <div class={style.panes} data-pane={thread ? "thread" : "list"} inert={settings}>
        <div class={style.list}>
          <ListPane number={number} />
        </div>
        <main class={style.thread}>{thread ? <ThreadPane /> : <Nothing number={number} />}</main>
      </div>
      {settings && (
        <div class={style.over}>
          <Settings onClose={closeSettings} />
        </div>
      )}
    </div>
  );
}
