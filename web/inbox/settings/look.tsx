/** Appearance and language: as the system says, unless somebody chose otherwise here. */
import { Choices } from "@inbox/form/choices";
import { Section } from "@inbox/form/section";
import { chooseScheme, scheme } from "@inbox/scheme";
import { chosenLanguage, LANGUAGE_NAMES, LANGUAGES, say, speech } from "@inbox/speech";

export function Look() {
  return (
    <>
      <Section title={say("look.scheme")}>
        <Choices
          name="scheme"
          label={say("look.scheme")}
          chosen={scheme.value}
          choices={[
            { value: null, words: say("look.scheme.system") },
            { value: "light", words: say("look.scheme.light") },
            { value: "dark", words: say("look.scheme.dark") },
          ]}
          onChoose={(next) => void chooseScheme(next)}
        />
      </Section>
      <Section title={say("look.language")}>
        <Choices
          name="language"
          label={say("look.language")}
          chosen={chosenLanguage.value}
          choices={[
            { value: null, words: say("look.language.system") },
            ...LANGUAGES.map((tag) => ({ value: tag, words: LANGUAGE_NAMES[tag], lang: tag })),
          ]}
          onChoose={(next) => void speech.choose(next)}
        />
      </Section>
    </>
  );
}
