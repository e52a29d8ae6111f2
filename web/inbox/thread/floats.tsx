/** Everything that floats above a conversation: fetched after the first view. */
import { type Floating, useDesk } from "./desk";
import { Details } from "./details";
import { EmojiBox } from "./emoji/box";
import { ActionsMenu } from "./menu";
import { QuickReactions } from "./quickreactions";
import { Shortcuts } from "./shortcuts";
import { ThreadMenu } from "./threadmenu";

export { Tip } from "./tip";

export function Float({ thing }: { thing: Floating }) {
  const desk = useDesk();
  switch (thing.kind) {
    case "menu":
      return <ThreadMenu beside={thing.beside} />;
    case "actions":
      return <ActionsMenu beside={thing.beside} message={thing.message} />;
    case "react":
      if (!thing.all) return <QuickReactions beside={thing.beside} message={thing.message} />;
      return (
        <EmojiBox
          beside={thing.beside}
          onPick={(emoji) => {
            desk.react(thing.message, emoji);
            desk.close();
          }}
        />
      );
    case "emoji":
      return <EmojiBox beside={thing.beside} onPick={(emoji) => desk.insert(emoji)} />;
    case "details":
      return <Details message={thing.message} />;
    case "shortcuts":
      return <Shortcuts />;
  }
}
