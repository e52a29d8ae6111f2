/** Integrations: what this browser gets live, and API tokens for it and for other programs. */
import { useInbox } from "@inbox/context";
import { Section } from "@inbox/form/section";
import { say } from "@inbox/speech";
import { LiveUpdates } from "./liveupdates";
import { Tokens } from "./tokens";

export function Integrations() {
  const { environment } = useInbox();
  return (
    <>
      <Section title={say("live.title")} words={say("live.words")}>
        <LiveUpdates />
      </Section>
      <Section title={say("tokens.title")} words={say("tokens.words")}>
        <Tokens />
        <p>
          <a href={`${environment.origin}/docs`} target="_blank" rel="noreferrer">
            {say("tokens.docs")}
          </a>
        </p>
      </Section>
    </>
  );
}
