/** What can be done with the conversation as a whole. */
import { useFrame, useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { type Beside, useDesk } from "./desk";
import { copy, type Entry, Menu } from "./menu";
import { personName } from "./person";

export function ThreadMenu({ beside }: { beside: Beside }) {
  const inbox = useInbox();
  const frame = useFrame();
  const desk = useDesk();
  const { thread } = desk;
  const from = desk.floating.peek()?.from ?? null;
  const conversation = thread.conversation.value;
  const contact_id = thread.contact_id.value;
  const contact = conversation?.contact;
  const entries: (Entry | false)[] = [
    {
      words: say("thread.mark_unread"),
      leads: true,
      // Staying would read it again at once.
      choose: () => {
        void thread.markUnread().catch(() => {});
        inbox.current.peek()?.closeThread();
      },
    },
    !!contact?.phone && { words: say("thread.copy_number"), choose: () => copy(contact.phone ?? "") },
    !!contact?.username && { words: say("thread.copy_username"), choose: () => copy(`@${contact.username}`) },
    { words: say("thread.shortcuts"), leads: true, choose: () => desk.float({ kind: "shortcuts", beside, from }) },
    conversation !== null && {
      words: say("thread.erase"),
      choose: () => frame.erase({ customer: { contact_id, name: personName(conversation, contact_id) } }),
    },
    { words: say("thread.close"), leads: true, choose: () => inbox.current.peek()?.closeThread() },
  ];
  return <Menu beside={beside} label={say("thread.menu")} entries={entries.filter((entry) => entry !== false)} />;
}
