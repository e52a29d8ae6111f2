/** What Meta or the server refused about the credentials, next to the field that it concerns. */
import { Problem } from "@core/api";
import { GraphErrorNotice } from "@inbox/form/grapherror";
import { Notice } from "@inbox/form/notice";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { blame } from "./blame";

export type FieldName = "phone_number_id" | "access_token" | "verify_token" | "app_secret" | "display_number";

const FIELDS: readonly FieldName[] = [
  "phone_number_id",
  "access_token",
  "verify_token",
  "app_secret",
  "display_number",
];

export interface Refusal {
  /** null where it concerns no field alone. */
  field: FieldName | null;
  words: ComponentChildren;
}

/** `asked` are the fields that this form shows: what concerns another one stands at the form. */
export function refusalOf(trouble: unknown, asked: readonly FieldName[] = FIELDS): Refusal | null {
  if (trouble === null || trouble === undefined) return null;
  if (trouble instanceof Problem) {
    if (trouble.graph_error) {
      const blamed = blame(trouble.graph_error);
      if (blamed === "form") return { field: null, words: <GraphErrorNotice error={trouble.graph_error} /> };
      // Where the id stands fast, it is the token that cannot see it.
      const field = asked.includes(blamed) ? blamed : "access_token";
      const advice = say(field === blamed ? `connect.advice.${blamed}` : "connect.advice.not_visible");
      return { field, words: <GraphErrorNotice error={trouble.graph_error} advice={advice} /> };
    }
    const refused = trouble.errors?.find((each) => asked.some((one) => one === each.field));
    if (refused) {
      return {
        field: asked.find((one) => one === refused.field) ?? null,
        words: (
          <Notice kind="error">
            <p>{String(refused.message ?? trouble.title)}</p>
          </Notice>
        ),
      };
    }
  }
  return { field: null, words: <Trouble of={trouble} /> };
}
