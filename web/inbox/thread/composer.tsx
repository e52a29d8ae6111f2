/** Where the agent writes: Enter sends, Shift+Enter makes a line, and what is half written is kept. */
import { maySend, sendable, TEXT_LENGTH_MAX, textLength } from "@core/textlength";
import { useInbox } from "@inbox/context";
import { Icon } from "@inbox/icon";
import { IconButton } from "@inbox/iconbutton";
import { labelOf } from "@inbox/names";
import { formatCount, say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import style from "./composer.module.css";
import { useDesk } from "./desk";
import { QuotedWords } from "./quote";

const COUNTED_FROM = TEXT_LENGTH_MAX - 200; // near enough to the limit to be worth a number
const NARROW = "(max-width: 30rem)"; // a placeholder cannot run on
const COMPOSING = 229; // what keydown says in Safari for the Enter that ends an input method's word

export function Composer() {
  const number = useInbox().current.value?.number.value;
  const desk = useDesk();
  const { draft } = desk.thread;
  const area = useRef<HTMLTextAreaElement>(null);
  const smile = useRef<HTMLButtonElement>(null);
  const refused = useSignal(false);
  const full = useSignal(false);
  const length = textLength(sendable(draft.value));
  const over = length - TEXT_LENGTH_MAX;
  const replying = desk.replying.value;

  useEffect(() => {
    desk.compose = () => area.current?.focus();
    desk.insert = (emoji) => {
      const field = area.current;
      if (!field) return;
      field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
      draft.value = field.value;
    };
    // A conversation opens ready for an answer; on a touch screen that would throw up the keyboard.
    if (!matchMedia("(hover: none)").matches) area.current?.focus({ preventScroll: true });
  }, [desk]);

  const send = () => {
    refused.value = over > 0;
    if (!maySend(draft.peek())) return;
    full.value = !desk.send(draft.peek());
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (!event.repeat) send();
    } else if (event.key === "Escape" && replying) {
      event.stopPropagation();
      desk.replying.value = null;
    } else if (event.key === "ArrowUp" && draft.peek() === "") {
      const stop = desk.stop.peek();
      if (stop !== null && desk.elementOf(stop)) {
        event.preventDefault();
        desk.elementOf(stop)?.focus();
      }
    }
  };
  const openEmoji = () => {
    const from = smile.current;
    if (from) desk.float({ kind: "emoji", beside: from.getBoundingClientRect(), from: area.current });
  };
  const label = number ? say("composer.label", { number: labelOf(number) }) : say("composer.placeholder");
  return (
    <form
      class={style.composer}
      aria-label={say("composer.form")}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {replying && (
        <div class={style.reply}>
          <QuotedWords message={replying} />
          <IconButton
            icon="close"
            label={say("composer.cancel_reply")}
            onClick={() => {
              desk.replying.value = null;
              desk.compose();
            }}
          />
        </div>
      )}
      <div class={style.line}>
        <IconButton
          icon="smile"
          label={say("composer.emoji")}
          expanded={desk.floating.value?.kind === "emoji"}
          buttonRef={smile}
          onClick={openEmoji}
        />
        {/* The words once more, unseen, give the field its height: measuring it would move the messages. */}
        <div class={style.grow} data-words={`${draft.value} `}>
          <textarea
            ref={area}
            class={style.words}
            rows={1}
            dir="auto"
            value={draft.value}
            placeholder={matchMedia(NARROW).matches ? say("composer.placeholder") : label}
            aria-label={label}
            aria-describedby="composer-count"
            aria-invalid={over > 0}
            enterkeyhint="send"
            onInput={(event) => {
              draft.value = event.currentTarget.value;
              refused.value = false;
              full.value = false;
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <button
          type="submit"
          class={style.send}
          aria-label={say("composer.send")}
          aria-disabled={!maySend(draft.value)}
        >
          <Icon name="send" size={22} />
        </button>
      </div>
      <p
        id="composer-count"
        class={`${style.count} ${over > 0 ? style.over : ""}`}
        role={refused.value || full.value ? "alert" : undefined}
      >
        {over > 0
          ? say("composer.over", { count: over, most: formatCount(TEXT_LENGTH_MAX) })
          : full.value
            ? say("composer.full")
            : length >= COUNTED_FROM && say("composer.left", { count: -over })}
      </p>
    </form>
  );
}
