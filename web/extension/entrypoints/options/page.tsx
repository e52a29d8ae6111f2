/** The page `options.html`. */
import "@inbox/look/tokens.css";
import "@inbox/look/ground.css";
import { startScheme } from "@inbox/scheme";
import { speech } from "@inbox/speech";
import { render } from "preact";
import { OptionsView } from "../../options/view";
import { keepFor, readSettings } from "../../settings";

async function start(place: HTMLElement): Promise<void> {
  const store = chrome.storage.local;
  const settings = await readSettings(store);
  const keep = keepFor(store, settings.origin ?? "");
  await Promise.all([speech.start(keep, "extension"), startScheme(keep)]);
  await speech.load("settings");
  document.title = "Cloud Inbox";
  render(<OptionsView first={settings} />, place);
}

const place = document.getElementById("options");
if (place) void start(place);
