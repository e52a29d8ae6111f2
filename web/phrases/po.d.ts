/** What a catalogue is once it is built. */
declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
